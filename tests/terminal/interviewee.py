"""A person at a terminal: reads which question is current, answers it by keys, and goes on to the next.

Nothing here depends on the order of the questions or on how they are laid out: the current one is read off the
screen, and what was understood is read off the session file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import tomli

from advisor.interview.answers import UNKNOWN, Value, allowed_choices, read_value
from advisor.interview.choices import NONE_OF_THESE, choices_of, is_typed
from advisor.knowledge.questions import Question
from tests.terminal.canned import QUESTIONS, VOCABULARY
from tests.terminal.tmux import LOOK_S, Tmux
from tests.waiting import PATIENCE_S, elapse, wait_until, wait_until_still

IN_HAND = "▌ "


def selected_on(screen: str) -> str:
    """The question that a screen marks as the current one; empty where it marks none."""
    marked = (row.strip()[len(IN_HAND) :] for row in screen.splitlines() if row.strip()[:2] == IN_HAND)
    shown = next(marked, "")
    fitting = [key for key, question in QUESTIONS.items() if shown.startswith(question.text)]
    return max(fitting, key=lambda key: len(QUESTIONS[key].text), default="")


class Interviewee:
    """Answers questions at a terminal; waits `pace` seconds after each key, as people do."""

    def __init__(self, tmux: Tmux, sessions: Path, pace: float = 0.0) -> None:
        self.tmux, self._sessions, self._pace = tmux, sessions, pace

    @property
    def selected(self) -> str:
        """The current question, as the screen marks it; empty where none is."""
        return selected_on(self.tmux.screen())

    def press(self, *names: str) -> None:
        """Press keys, by tmux's names."""
        for together in [[name] for name in names] if self._pace else [names]:
            self.tmux.keys(*together)
            elapse(self._pace, "a person's pace")

    def step(self, name: str) -> None:
        """Press one key that changes the screen, and wait until it did."""
        before = self.tmux.screen()
        self.press(name)
        self.tmux.wait(lambda screen: screen != before)

    def type(self, text: str) -> None:
        """Type a text, letter by letter where there is a pace."""
        for part in text if self._pace else [text]:
            self.tmux.type(part)
            elapse(self._pace, "a person's pace")

    def answer(self, raw: object) -> None:
        """Answer the current question, and wait until the session has it."""
        key = self.selected
        question = QUESTIONS[key]
        value = read_value(raw, question, key, VOCABULARY.ids)
        if value is None:
            self.press("?")
            self._until(lambda: key in self._session().get("unknown", ()), f"{key} is unknown")
            return
        if is_typed(question):
            self.type(str(raw))
        else:
            self._choose(question, value)
        self._until(lambda: self._given(key) == value, f"{key} is {raw!r}")

    def go_on(self) -> str:
        """Go to the next question, and return it; empty where the verdict came instead."""
        before = self.selected
        self.press("Tab")
        self._until(lambda: self.selected != before, f"another question than {before}")
        return self.selected

    def jump(self, key: str) -> None:
        """Jump to a question by its key."""
        self.press("C-o")
        self.tmux.wait("Jump to a question")
        self.type(key)
        self.tmux.wait(f"find {key}")
        self.press("Enter")
        self._until(lambda: self.selected == key, f"{key} selected")

    def rest(self, seconds: float) -> None:
        """Wait until nothing has changed on the screen for some time."""
        wait_until_still(self.tmux.screen, seconds, 30.0, LOOK_S)

    def _choose(self, question: Question, value: Value) -> None:
        """Move down to each choice that is wanted, and choose it; the cursor begins at the first."""
        declared = allowed_choices(question, VOCABULARY.ids) if question.catalog else ()
        offered = [choice.id for choice in choices_of(question, declared)]
        if isinstance(value, bool):
            wanted = {"yes" if value else "no"}
        elif isinstance(value, tuple):
            wanted = set(value) or {NONE_OF_THESE.id}
        else:
            wanted = {str(value)}
        places = [place for place, one in enumerate(offered) if one in wanted]
        at = 0
        for place in places:
            self.press(*["Down"] * (place - at), "Space")
            at = place

    def _given(self, key: str) -> Value | None:
        raw = self._session().get("answers", {}).get(key, UNKNOWN)
        return read_value(raw, QUESTIONS[key], key, VOCABULARY.ids)

    def _session(self) -> dict[str, Any]:
        found = sorted(self._sessions.glob("*.toml"))
        return tomli.loads(found[-1].read_text("utf-8")) if found else {}

    def _until(self, holds: Callable[[], bool], wanted: str, seconds: float = PATIENCE_S) -> None:
        wait_until(holds, lambda: f"{wanted}:\n{self.tmux.screen()}\n{self._session()}", seconds, LOOK_S)

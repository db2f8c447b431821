"""How many keys lead from the start screen to a saved record: counted at a real terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import tomli

from advisor.errors import BadInput
from advisor.interview.answers import Value, allowed_choices, read_value
from advisor.interview.choices import NONE_OF_THESE, choices_of, is_typed
from advisor.knowledge.questions import Choice, Question
from tests.terminal.canned import QUESTIONS, SHEETS, VOCABULARY
from tests.terminal.hospital import open_terminal, said
from tests.terminal.interviewee import Interviewee
from tests.terminal.tmux import Tmux
from tests.waiting import wait_until

QUICK, FULL = 45, 300
"""The most keys that a quick interview and the hospital's full one may take, saving included."""
NUMBERED = 9
"""Choices up to which a digit takes one of them."""


class Counted(Interviewee):
    """Presses as few keys as the interview asks for, and counts them."""

    def __init__(self, tmux: Tmux, home: Path) -> None:
        super().__init__(tmux, home / ".local/state/advisor/sessions")
        self.count = 0

    def press(self, *names: str) -> None:
        self.count += len(names)
        super().press(*names)

    def type(self, text: str) -> None:
        self.count += len(text)
        super().type(text)

    def go_past(self, key: str) -> None:
        """Press Enter, and wait for another question or the verdict."""
        self.press("Enter")
        wait_until(lambda: self.selected != key, lambda: f"past {key}:\n{self.tmux.screen()}")

    def shortly(self, key: str, raw: object) -> None:
        """Answer by the fewest keys: digits, y and n, the beginning of a name, a quantity as short as it is typed."""
        question = QUESTIONS[key]
        value = read_value(raw, question, key, VOCABULARY.ids)
        if value is None:
            self.press("?")
        elif is_typed(question):
            self.type(short(str(raw), question, key))
        else:
            self.pick(question, value)

    def pick(self, question: Question, value: Value) -> None:
        declared = allowed_choices(question, VOCABULARY.ids) if question.catalog else ()
        offered = choices_of(question, declared)
        if isinstance(value, bool):
            self.type("y" if value else "n")
            return
        several = isinstance(value, tuple)
        wanted = (set(value) or {NONE_OF_THESE.id}) if isinstance(value, tuple) else {str(value)}
        for place, choice in enumerate(offered):
            if choice.id in wanted and len(offered) <= NUMBERED and not begins(offered, str(place + 1)):
                self.type(str(place + 1))
            elif choice.id in wanted:
                self.type(beginning(choice.text.lower(), [one.text.lower() for one in offered]))
                if several:
                    self.press("Space")


def begins(offered: Iterable[Choice], text: str) -> bool:
    """Whether a choice's name has a word that begins with a text, which then finds it."""
    return any(word.startswith(text) for one in offered for word in f"{one.text} {one.id}".lower().split())


def beginning(name: str, names: list[str]) -> str:
    """The shortest beginning that no other name has."""
    sizes = range(2, len(name) + 1)
    return next(name[:size] for size in sizes if sum(one.startswith(name[:size]) for one in names) == 1)


def short(text: str, question: Question, key: str) -> str:
    """A quantity as one types it: a dash between the ends, one scale letter for both, no unit that is taken anyway."""
    wanted = read_value(text, question, key, VOCABULARY.ids)
    for long, brief in ((r"/(month|year)$", ""), (r"([kMB])\.\.(.*\1)$", r"-\2"), (r"\.\.", "-"), (r"^0\.", ".")):
        tried = re.sub(long, brief, text)
        with suppress(BadInput):
            text = tried if read_value(tried, question, key, VOCABULARY.ids) == wanted else text
    return text


def saved(home: Path, person: Counted) -> dict[str, object]:
    """Save from the verdict, and read the record."""
    person.press("s")
    person.tmux.wait("Save the record")
    person.press("C-s")
    person.tmux.wait("(sha256", 60)
    (record,) = (home / "records").glob("*.toml")
    return tomli.loads(record.read_text("utf-8"))


def test_a_summarizer_of_30m_tokens_a_day_is_a_record_in_45_keys(tmp_path: Path) -> None:
    answers = {
        "workload.task": "summarization", "workload.audience": "internal", "volume.input_tokens": "30M/d",
        "quality.frontier_required": False, "staffing.gpu_experience": False, "workload.name": "digest",
    }  # fmt: skip
    with open_terminal(tmp_path, (80, 24)) as tmux:
        person = Counted(tmux, tmp_path)
        tmux.wait("Quick look")
        person.press("Enter")
        tmux.wait("▌ What does the model do")
        while key := person.selected:
            if key in answers:
                person.shortly(key, answers[key])
            person.go_past(key)
        tmux.wait("how sure")
        record = saved(tmp_path, person)
        assert person.count <= QUICK, person.count
    assert record["answers"]["volume.input_tokens"]["value"] == "900M"  # type: ignore[index]


def test_the_hospitals_full_interview_is_a_record_in_300_keys(tmp_path: Path) -> None:
    answers = said()
    with open_terminal(tmp_path, (80, 24)) as tmux:
        person = Counted(tmux, tmp_path)
        tmux.wait("Full assessment")
        person.press("Down", "Enter")
        tmux.wait("▌ What shall we call")
        while key := person.selected:
            section = next(section for section in SHEETS["full"].sections if key in section.keys)
            left = section.keys[section.keys.index(key) :]
            if not any(each in answers for each in left) and section is not SHEETS["full"].sections[-1]:
                person.press("NPage")
                wait_until(lambda at=key: person.selected != at, tmux.screen)  # type: ignore[misc]
                continue
            if key in answers:
                person.shortly(key, answers[key])
            person.go_past(key)
        tmux.wait("how sure")
        record = saved(tmp_path, person)
        assert person.count <= FULL, person.count
    given = {key for key, answer in record["answers"].items() if "value" in answer}  # type: ignore[attr-defined]
    assert given >= {key for key, raw in answers.items() if raw != "unknown" and key in QUESTIONS}

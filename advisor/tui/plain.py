"""The same interview by plain prompts, for screen readers, dumb terminals and scripts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.foundation import NeverAsked
from advisor.interview.answers import UNKNOWN
from advisor.interview.reducer import Answer, Arrange, Clear, Redo, Undo, Visit, begin, first_unsettled, reduce
from advisor.interview.session import Resumed, read_session, write_session
from advisor.interview.wording import said, understood
from advisor.knowledge.load import load_knowledge
from advisor.outline.pack_notes import pack_notes
from advisor.tui.choosing import SEVERAL, is_typed
from advisor.tui.exchange import NotSaved, Save
from advisor.tui.places import new_session_path, write_atomically
from advisor.tui.plain_question import question_text, read_reply
from advisor.tui.plain_statement import ask_stated
from advisor.tui.service import assumptions_of, complete, order, save
from advisor.tui.session_lock import SessionLock
from advisor.tui.spans import visible
from advisor.tui.spoken import spoken
from advisor.tui.start_items import ASKED, SHORTEST, start_items, unfinished
from advisor.tui.told import tell
from advisor.tui.what_matters import (
    Order,
    alone_matters,
    enough,
    next_of_the_rest,
    next_that_matters,
    standing,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from advisor.interview.answers import Vocabulary
    from advisor.interview.reducer import Event
    from advisor.knowledge.questions import Questionnaire

NAME = "workload.name"
LAST = "That was the last question. Type save, verdict, review, or back."
MATTERS_FIRST = "what matters most comes next, and the interview stops where nothing matters; matters again ends that"
IN_ORDER = "the questionnaire's order again; matters asks what matters most first"
WORDS = """At any question: help, unknown, back, undo, redo, review, matters, verdict, save, quit.
Enter alone goes on; matters asks only what still matters."""


def ask_plainly(
    vocabulary: Vocabulary,
    questionnaires: Mapping[str, Questionnaire],
    questionnaire: str,
    folders: tuple[Path, Path],
    resume: bool,
    packs: Sequence[Path] = (),
    by_what_matters: bool = False,
) -> int:
    """Ask line by line until a record is saved or the input ends; returns 0, for nothing is lost either way.

    `folders` are those of sessions and of records. Raises SessionHeld where another program has the interview open.
    """
    sessions, records = folders
    waiting = unfinished(sessions) if resume else []
    path = waiting[0].path if waiting else new_session_path(sessions, datetime.now(UTC))
    lock = SessionLock(path)
    lock.take()
    try:
        if waiting:
            resumed = read_session(path.read_bytes(), path.name, questionnaires, vocabulary)
            if by_what_matters:
                resumed = resumed._replace(state=reduce(resumed.state, Arrange(True)))
        else:
            chosen, matters = (questionnaire, by_what_matters) if questionnaire else _choose(questionnaires)
            resumed = Resumed(begin(questionnaires[chosen], vocabulary, matters or by_what_matters), (), "")
        tell("Loading rules and prices.")
        Prompts(resumed, path, records, packs).run()
    except EOFError:
        tell("\nThe input ended. Answers are kept: advisor ask --plain --resume goes on.")
    finally:
        lock.release()
    return 0


def _choose(questionnaires: Mapping[str, Questionnaire]) -> tuple[str, bool]:
    """Ask which questionnaire, and whether what matters comes first; Enter takes the first."""
    listed = (item.id.partition(":") for item in start_items(questionnaires, (), datetime.now(UTC)))
    offered = [(name, kind == "matters") for kind, _, name in listed if kind in ("new", "matters")]
    for place, (name, matters) in enumerate(offered, 1):
        one = questionnaires[name]
        whole = f"{one.title}: {one.about} {len(one.keys)} questions, {one.minutes} minutes."
        tell(f"  {place}  " + (f"{SHORTEST}: {ASKED} {len(one.keys)}. It stops by itself." if matters else whole))
    while True:
        reply = input("Which one? [1] ").strip() or "1"
        if (reply, False) in offered:
            return reply, False
        if reply.isdecimal() and 1 <= int(reply) <= len(offered):
            return offered[int(reply) - 1]
        tell(f"  Type a number from 1 to {len(offered)}.")


class Prompts:
    """One interview by prompts; each method does one word that can be typed."""

    def __init__(self, resumed: Resumed, session: Path, records: Path, packs: Sequence[Path] = ()) -> None:
        self.state, self.session, self.records = resumed.state, session, records
        self._beside = resumed.variants, resumed.trial
        self.knowledge = load_knowledge(packs)
        self.assumptions = assumptions_of(self.knowledge)
        self.is_done = self.is_enough = self.asks_the_rest = False
        self.order, self.trail = Order(), list[str]()

    def run(self) -> None:
        """Ask every open question, then offer to save."""
        tell("\n".join([*pack_notes(self.knowledge), WORDS]))
        at = self.state.at if self.state.is_settled(self.state.at) else first_unsettled(self.state)
        self.apply(Visit(at or self.state.at))
        if self.state.by_what_matters:
            tell(f"{MATTERS_FIRST[:1].upper()}{MATTERS_FIRST[1:]}.")
        heading = ""
        while not self.is_done:
            if self.is_enough:
                self.say_enough()
                continue
            if self.heading != heading:
                heading = self.heading
                tell(f"\n{heading}")
            self.ask(self.state.at)

    @property
    def heading(self) -> str:
        """Name the section in hand, and how far one is."""
        section, _ = self.state.open_sections[self.state.section]
        if self.state.by_what_matters:
            return f"{section.title} ({standing(self.state, self.order, True)})" if self.order.found else section.title
        return f"{section.title} (page {self.state.section + 1} of {len(self.state.open_sections)})"

    def ask(self, key: str) -> None:
        """Put one question and do what was typed."""
        question = self.state.question(key)
        assumed = self.assumptions.words(question, self.state.counted)
        tell(f"\n{question_text(question, self.state, assumed)}")
        typed = input("> ").strip()
        match typed.lower():
            case "":
                self.forward(key)
            case "help" | "?":
                tell(f"  Why: {question.why}" + (f"\n  How: {question.help}" if question.help else ""))
            case "unknown":
                self.apply(Clear(key))
                tell(f"  unknown; assumed {assumed}" if assumed else "  unknown; nothing is assumed")
                self.forward(key)
            case word:
                if not self.obey(word):
                    self.take(key, typed)

    def obey(self, word: str) -> bool:
        """Do what a word means at any question; False for a word that means nothing."""
        words = {
            "back": self.back,
            "undo": self.undo,
            "redo": self.redo,
            "review": self.review,
            "verdict": self.verdict,
            "matters": self.arrange,
            "save": self.save,
            "quit": self.quit,
        }
        if word in words:
            self.is_enough = False
            words[word]()
        return word in words

    def quit(self) -> None:
        """Leave; the answers are kept."""
        self.is_done = True
        tell("Answers are kept: advisor ask --plain --resume goes on.")

    def undo(self) -> None:
        """Take the last change of an answer back."""
        self.step("undo")

    def redo(self) -> None:
        """Make the change again that was undone last."""
        self.step("redo")

    # What matters first

    def arrange(self) -> None:
        """Ask what matters most first, or in the questionnaire's order."""
        self.apply(Arrange(not self.state.by_what_matters))
        tell(f"  {MATTERS_FIRST if self.state.by_what_matters else IN_ORDER}")
        if self.state.by_what_matters and self.state.is_settled(self.state.at):
            self.ask_next()

    def ask_next(self) -> None:
        """Take the question in hand that matters most, or say that none does any more."""
        try:
            found, moving = order(self.state.counted, self.knowledge)
        except AdvisorError as error:
            tell(f"  {error.sentence}")
            found, moving = NeverAsked(), []
        self.order = Order(1, found)
        key = next_that_matters(self.state, self.order)
        if not key and alone_matters(self.state, self.order):
            tell("  Only this question can still change the route; unknown leaves it open.")
            return
        if not key and found.is_safe and not self.asks_the_rest:
            self.is_enough = True
            return
        self.asks_the_rest = self.asks_the_rest and not key
        key = key or next_of_the_rest(self.state, moving if self.asks_the_rest else ())
        if not key:
            tell(f"\n{LAST}")
            return
        self.trail.append(self.state.at)
        self.apply(Visit(key))

    def say_enough(self) -> None:
        """Say that the interview may stop here, and do what is typed."""
        why = self.order.found.why if self.order.found is not None else ""
        rest = ", rest to answer the others for the costs" if self.state.unsettled else ""
        tell(f"\n{enough(self.state)}\n{why[:1].upper()}{why[1:]}.\nType save, verdict{rest}, review, back or quit.")
        typed = input("> ").strip().lower()
        if typed == "rest" and self.state.unsettled:
            self.is_enough, self.asks_the_rest = False, True
            self.ask_next()
        elif not self.obey(typed):
            tell("  That is none of these words.")
        elif typed in ("verdict", "review"):
            self.is_enough = True

    def back(self) -> None:
        """Go back to the question before."""
        if self.state.by_what_matters and self.trail:
            self.apply(Visit(self.trail.pop()))
        else:
            self.move(self.state.at, -1)

    def step(self, word: str) -> None:
        """Take the last change of an answer back, or make it again, and say which."""
        before = self.state
        self.apply(Undo() if word == "undo" else Redo())
        if self.state is before:
            tell(f"  nothing to {word}")
            return
        done = "taken back" if word == "undo" else "made again"
        tell(f"  {done}: {self.state.question(self.state.at).text}")

    def take(self, key: str, typed: str) -> None:
        """Read an answer, say what was understood or what is wrong, and go on only when it could be read."""
        question = self.state.question(key)
        raw = typed if is_typed(question) else read_reply(question, typed, self.state)
        if raw is None:
            more = ", several with commas" if question.kind in SEVERAL else ""
            tell(f"  That is none of the choices. Type a number from the list{more}, or help.")
            return
        self.apply(Answer(key, raw))
        if key in self.state.drafts:
            tell(f"  {self.state.drafts[key].problem}")
            return
        value = self.state.answers.get(key)
        if value is not None:
            tell(f"  = {understood(value, question) or said(value, question)}")
        for hidden in self.state.hid:
            tell(f"  no longer asked: {self.state.question(hidden).text}")
        self.forward(key)

    def forward(self, key: str) -> None:
        """Go to the next question; after the last, offer to save."""
        if self.state.by_what_matters:
            self.ask_next()
            return
        if key == self.state.open_keys[-1]:
            tell(f"\n{LAST}")
        self.move(key, 1)

    def move(self, key: str, by: int) -> None:
        """Go to a neighboring question, and no further than the ends."""
        keys = self.state.open_keys
        place = keys.index(key) + by if key in keys else 0
        self.apply(Visit(keys[min(max(place, 0), len(keys) - 1)]))

    def review(self) -> None:
        """List every open question with its answer."""
        for section, keys in self.state.open_sections:
            tell(f"\n{section.title}")
            for key in keys:
                value = self.state.answers.get(key)
                left = UNKNOWN if key in self.state.unknown else "open"
                shown = said(value, self.state.question(key)) if value is not None else left
                tell(f"  {self.state.question(key).text} {shown}")

    def verdict(self) -> None:
        """Print the verdict on the answers so far."""
        try:
            found = complete(self.state.counted, self.knowledge)
        except AdvisorError as error:
            tell(f"  {error.sentence}")
        else:
            tell("\n" + "\n".join(map(visible, spoken(found))))

    def save(self) -> None:
        """Save the record, print the verdict, and end."""
        self.ask_name()
        self.verdict()
        reply = save(Save(self.state.counted, str(self.records), ask_stated()), self.knowledge)
        if isinstance(reply, NotSaved):
            tell(f"  Not saved: {reply.sentence}")
            return
        write_atomically(self.session, write_session(self.state, reply.path, *self._beside))
        tell(f"Saved {reply.path}" + ("" if reply.durable else " (written; durability unconfirmed)"))
        self.is_done = True

    def ask_name(self) -> None:
        """Ask what to call the workload, where that is asked and open; Enter, or the end of the input, leaves it so."""
        while NAME in self.state.open_keys and NAME not in self.state.answers.values:
            question = self.state.question(NAME)
            tell(f"\n{question.text} {question.help}. Enter alone leaves it unnamed.")
            try:
                typed = input("> ").strip()
            except EOFError:
                return
            if not typed:
                return
            self.apply(Answer(NAME, typed))
            if NAME in self.state.drafts:
                tell(f"  {self.state.drafts[NAME].problem}")

    def apply(self, event: Event) -> None:
        """Reduce one event and keep the session."""
        self.state = reduce(self.state, event)
        try:
            write_atomically(self.session, write_session(self.state, "", *self._beside))
        except OSError as error:
            raise AdvisorError(str(self.session), f"the answers cannot be kept: {error.strerror}") from error

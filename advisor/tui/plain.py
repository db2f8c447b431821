"""The same interview by plain prompts, for screen readers, dumb terminals and scripts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.interview.answers import UNKNOWN
from advisor.interview.reducer import Answer, Clear, Redo, Undo, Visit, begin, first_unsettled, reduce
from advisor.interview.session import read_session, write_session
from advisor.interview.wording import said, understood
from advisor.knowledge.load import load_knowledge
from advisor.outline.pack_notes import pack_notes
from advisor.tui.choosing import SEVERAL, is_typed
from advisor.tui.exchange import NotSaved, Save
from advisor.tui.places import new_session_path, write_atomically
from advisor.tui.plain_question import question_text, read_reply
from advisor.tui.service import assumptions_of, complete, save
from advisor.tui.session_lock import SessionLock
from advisor.tui.spans import visible
from advisor.tui.spoken import spoken
from advisor.tui.start_items import start_items, unfinished
from advisor.tui.told import tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from advisor.interview.answers import Vocabulary
    from advisor.interview.reducer import Event, State
    from advisor.knowledge.questions import Questionnaire

NAME = "workload.name"
WORDS = "At any question: help, unknown, back, undo, redo, review, verdict, save, quit.\nEnter alone goes on."


def ask_plainly(
    vocabulary: Vocabulary,
    questionnaires: Mapping[str, Questionnaire],
    questionnaire: str,
    sessions: Path,
    records: Path,
    resume: bool,
    packs: Sequence[Path] = (),
) -> int:
    """Ask line by line until a record is saved or the input ends; returns 0, for nothing is lost either way.

    Raises SessionHeld where another program has the interview open.
    """
    waiting = unfinished(sessions) if resume else []
    path = waiting[0].path if waiting else new_session_path(sessions, datetime.now(UTC))
    lock = SessionLock(path)
    lock.take()
    try:
        if waiting:
            state = read_session(path.read_bytes(), path.name, questionnaires, vocabulary).state
        else:
            chosen = questionnaire or _choose_questionnaire(questionnaires)
            state = begin(questionnaires[chosen], vocabulary)
        tell("Loading rules and prices.")
        Prompts(state, path, records, packs).run()
    except EOFError:
        tell("\nThe input ended. Answers are kept: advisor ask --plain --resume goes on.")
    finally:
        lock.release()
    return 0


def _choose_questionnaire(questionnaires: Mapping[str, Questionnaire]) -> str:
    """Ask which questionnaire; Enter takes the first."""
    offered = start_items(questionnaires, (), datetime.now(UTC))
    ids = [item.id.removeprefix("new:") for item in offered if item.id.startswith("new:")]
    for place, name in enumerate(ids, 1):
        one = questionnaires[name]
        tell(f"  {place}  {one.title}: {one.about} {len(one.keys)} questions, {one.minutes} minutes.")
    while True:
        reply = input("Which one? [1] ").strip() or "1"
        if reply in ids:
            return reply
        if reply.isdecimal() and 1 <= int(reply) <= len(ids):
            return ids[int(reply) - 1]
        tell(f"  Type a number from 1 to {len(ids)}.")


class Prompts:
    """One interview by prompts; each method does one word that can be typed."""

    def __init__(self, state: State, session: Path, records: Path, packs: Sequence[Path] = ()) -> None:
        self.state, self.session, self.records = state, session, records
        self.knowledge = load_knowledge(packs)
        self.assumptions = assumptions_of(self.knowledge)
        self.is_done = False

    def run(self) -> None:
        """Ask every open question, then offer to save."""
        tell("\n".join([*pack_notes(self.knowledge), WORDS]))
        at = self.state.at if self.state.is_settled(self.state.at) else first_unsettled(self.state)
        self.apply(Visit(at or self.state.at))
        section = ""
        while not self.is_done:
            title = self.state.open_sections[self.state.section][0].title
            if title != section:
                section = title
                tell(f"\n{section} (page {self.state.section + 1} of {len(self.state.open_sections)})")
            self.ask(self.state.at)

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
            case "back":
                self.move(key, -1)
            case "undo" | "redo":
                self.step(typed.lower())
            case "review":
                self.review()
            case "verdict":
                self.verdict()
            case "save":
                self.save()
            case "quit":
                self.is_done = True
                tell("Answers are kept: advisor ask --plain --resume goes on.")
            case _:
                self.take(key, typed)

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
        if key == self.state.open_keys[-1]:
            tell("\nThat was the last question. Type save, verdict, review, or back.")
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
                shown = said(value, self.state.question(key)) if value is not None else UNKNOWN
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
        reply = save(Save(self.state.counted, str(self.records)), self.knowledge)
        if isinstance(reply, NotSaved):
            tell(f"  Not saved: {reply.sentence}")
            return
        write_atomically(self.session, write_session(self.state, reply.path))
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
            write_atomically(self.session, write_session(self.state))
        except OSError as error:
            raise AdvisorError(str(self.session), f"the answers cannot be kept: {error.strerror}") from error

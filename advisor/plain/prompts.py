"""The interview by prompts: one question after the other, the words that can be typed, what matters most, saving."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from advisor.analysis.analysis_results import (
    NeverAsked,
    Order,
    alone_matters,
    enough,
    next_of_the_rest,
    next_that_matters,
    standing,
)
from advisor.api import questions_left
from advisor.bounded_read import read_file
from advisor.decision.compiled import interview_day
from advisor.errors import AdvisorError, sentence_of
from advisor.interview.answer_format import said, understood
from advisor.interview.answers import allowed_choices, source_of
from advisor.interview.choices import (
    ASKED,
    NONE_OF_THESE,
    SEVERAL,
    SHORTEST,
    STATED,
    Stated,
    choices_of,
    is_typed,
    start_choices,
)
from advisor.interview.defaults import assumptions_of
from advisor.interview.reducer import Answer, Arrange, Clear, State, Visit, begin, first_unsettled, reduce
from advisor.interview.session import Resumed, SessionLock, new_session_path, read_session, unfinished
from advisor.knowledge.labels import catalog_label, with_route_names
from advisor.knowledge.load_pack import load_knowledge
from advisor.plain.plain_interview import PlainInterview, tell
from advisor.record.ledger import Saved
from advisor.record.save_decision import save_decision
from advisor.record.signatures.statement import read_stated
from advisor.text import capitalized

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from advisor.interview.answers import Vocabulary
    from advisor.knowledge.questions import Choice, Question, Questionnaire


# From one prompt to the next while what matters most comes first, and where the interview may stop.


LAST = "That was the last question. Type save, verdict, review, or back."
MATTERS_FIRST = "what matters most comes next, and the interview stops where nothing matters; matters again ends that"
IN_ORDER = "the questionnaire's order again; matters asks what matters most first"


class PlainOrder:
    """Knows what matters, the way back, whether enough is known, and whether the rest is asked for the costs."""

    def __init__(self, interview: PlainInterview) -> None:
        self._interview = interview
        self._order, self._trail = Order(), list[str]()
        self.is_enough = self._asks_the_rest = False

    @property
    def standing(self) -> str:
        """How many questions still matter; empty before that is known."""
        return standing(self._interview.state, self._order, True) if self._order.found else ""

    def arrange(self) -> None:
        """Ask what matters most first, or in the questionnaire's order."""
        interview = self._interview
        interview.apply(Arrange(not interview.state.by_what_matters))
        tell(f"  {MATTERS_FIRST if interview.state.by_what_matters else IN_ORDER}")
        if interview.state.by_what_matters and interview.state.is_settled(interview.state.at):
            self.ask_next()

    def ask_next(self) -> None:
        """Take the selected question that matters most, or say that none does any more."""
        state = self._interview.state
        found, moving = self._find()
        self._order = Order(1, found)
        key = next_that_matters(state, self._order)
        if not key and alone_matters(state, self._order):
            tell("  Only this question can still change the route; unknown leaves it open.")
        elif not key and found.is_safe and not self._asks_the_rest:
            self.is_enough = True
        else:
            self._asks_the_rest = self._asks_the_rest and not key
            self._go_to(key or next_of_the_rest(state, moving if self._asks_the_rest else ()))

    def ask_the_rest(self) -> None:
        """Go on with the questions that move only the costs."""
        self.is_enough, self._asks_the_rest = False, True
        self.ask_next()

    def back(self) -> None:
        """Go back to the question before."""
        interview = self._interview
        if interview.state.by_what_matters and self._trail:
            interview.apply(Visit(self._trail.pop()))
        else:
            interview.move(interview.state.at, -1)

    def say_enough(self) -> None:
        """Say that the interview may stop here, why, and what can be typed."""
        state, found = self._interview.state, self._order.found
        why = with_route_names(found.why) if found is not None else ""
        rest = ", rest to answer the others for the costs" if state.unsettled else ""
        tell(f"\n{enough(state)}\n{capitalized(why)}.\nType save, verdict{rest}, review, back or quit.")

    def _find(self) -> tuple[NeverAsked, list[str]]:
        """Find what was never asked and what moves the costs; nothing of either where that fails, which is said."""
        try:
            interview = self._interview
            moving = [measure.key for measure in interview.assess(flips=False).measure_next]
            day = interview_day(interview.knowledge)
            return questions_left(interview.state.counted, interview.knowledge, day, moving), moving
        except AdvisorError as error:
            tell(f"  {error.sentence}")
            return NeverAsked(), []

    def _go_to(self, key: str) -> None:
        if key:
            self._trail.append(self._interview.state.at)
            self._interview.apply(Visit(key))
        else:
            tell(f"\n{LAST}")


# Save the record of an interview by prompts: its name, its verdict, what people add, and where it went.


def ask_stated() -> Stated:
    """Ask line by line; Enter alone leaves a line out, and so does the end of the input."""
    tell("\nWhat people add to the record. Enter alone leaves a line out.")
    given: dict[str, str] = {}
    with suppress(EOFError):
        for field in STATED:
            tell(f"\n{field.label.capitalize()}? {field.hint}")
            given[field.name] = input("> ").strip()
    return Stated(**given)


NAME = "workload.name"


def save_plainly(interview: PlainInterview) -> bool:
    """Print the verdict and save the record; False where none could be written, which is said."""
    _ask_name(interview)
    interview.verdict()
    try:
        saved = _saved(interview, ask_stated())
    except (AdvisorError, OSError) as error:
        tell(f"  Not saved: {sentence_of(error)}")
        return False
    interview.keep(str(saved.path))
    tell(f"Saved {saved.path}" + ("" if saved.durable else " (written; durability unconfirmed)"))
    return True


def _saved(interview: PlainInterview, stated: Stated) -> Saved:
    """Write the record; raises AdvisorError or OSError where that cannot be done."""
    now = datetime.now(UTC)
    statement = read_stated(stated, now.date())
    interview.records.mkdir(parents=True, exist_ok=True)
    answers = interview.state.counted
    return save_decision(interview.assess(), answers, interview.knowledge, interview.records, now, statement)


def _ask_name(interview: PlainInterview) -> None:
    """Ask what to call the workload, where that is asked and open; Enter, or the end of the input, leaves it so."""
    while NAME in interview.state.open_keys and NAME not in interview.state.answers.values:
        question = interview.state.question(NAME)
        tell(f"\n{question.text} {question.help}. Enter alone leaves it unnamed.")
        try:
            typed = input("> ").strip()
        except EOFError:
            return
        if not typed:
            return
        interview.apply(Answer(NAME, typed))
        if NAME in interview.state.drafts:
            tell(f"  {interview.state.drafts[NAME].problem}")


NONE = "0"


def question_text(question: Question, state: State, assumed: str) -> str:
    """Write a question: its text, its numbered choices, and the answer it has or what is assumed."""
    lines = [question.text + (f" [{question.unit}]" if question.unit else "")]
    if not is_typed(question):
        lines += [f"  {number}  {choice.text}" for number, choice in _numbered(question, state)]
    value = state.answers.get(question.key)
    draft = state.drafts.get(question.key)
    if draft is not None:
        lines.append(f"  you typed {draft.text!r}, which cannot be read")
    elif value is not None:
        source = source_of(state.answers.measurements, question.key)
        lines.append(f"  now: {said(value, question)}" + (f", {source}; type to replace it" if source else ""))
    elif assumed:
        lines.append(f"  left open, assumed: {assumed}")
    if question.kind in SEVERAL:
        lines.append("  several with commas, such as 1,3")
    return "\n".join(lines)


def read_reply(question: Question, typed: str, state: State) -> str | bool | list[str] | None:
    """Read numbers or names of choices; None where one of them is none of the choices."""
    known = {number: choice.id for number, choice in _numbered(question, state)}
    known |= {choice.id.lower(): choice.id for _, choice in _numbered(question, state) if choice.id}
    words = [word.strip().lower() for word in typed.split(",") if word.strip()]
    if not words or any(word not in known for word in words):
        return None
    chosen = [known[word] for word in words]
    if question.kind in SEVERAL:
        return [choice for choice in chosen if choice]
    if len(chosen) > 1:
        return None
    return chosen[0] == "yes" if question.kind == "bool" else chosen[0]


def _numbered(question: Question, state: State) -> list[tuple[str, Choice]]:
    ids = allowed_choices(question, state.vocabulary.ids) if question.catalog else ()
    titles = {name: catalog_label(name) for name in ids}
    listed = [choice for choice in choices_of(question, ids, titles) if choice is not NONE_OF_THESE]
    numbered = [(str(number), choice) for number, choice in enumerate(listed, 1)]
    return [*numbered, (NONE, NONE_OF_THESE)] if question.kind in SEVERAL else numbered


WORDS = """At any question: help, unknown, back, undo, redo, review, matters, verdict, save, quit.
Enter alone goes on; matters asks only what still matters."""


class Prompts:
    """Asks one interview line by line, until its record is saved or one leaves."""

    def __init__(self, interview: PlainInterview) -> None:
        self._interview = interview
        self._order = PlainOrder(interview)
        self._assumptions = assumptions_of(interview.knowledge, interview_day(interview.knowledge))
        self._is_done = False
        self._words = {
            "back": self._order.back,
            "undo": interview.undo,
            "redo": interview.redo,
            "review": interview.review,
            "verdict": interview.verdict,
            "matters": self._order.arrange,
            "save": self._save,
            "quit": self._quit,
        }

    @property
    def _state(self) -> State:
        return self._interview.state

    def run(self) -> None:
        """Ask every open question, then offer to save."""
        self._begin()
        heading = ""
        while not self._is_done:
            if self._order.is_enough:
                self._stop_or_go_on()
                continue
            if self._heading != heading:
                heading = self._heading
                tell(f"\n{heading}")
            self._ask(self._state.at)

    def _begin(self) -> None:
        """Say what can be typed, and take the first question selected that has no answer."""
        tell("\n".join([*(pack.note for pack in self._interview.knowledge.packs), WORDS]))
        at = self._state.at if self._state.is_settled(self._state.at) else first_unsettled(self._state)
        self._interview.apply(Visit(at or self._state.at))
        if self._state.by_what_matters:
            tell(f"{capitalized(MATTERS_FIRST)}.")

    @property
    def _heading(self) -> str:
        """Name the selected section, and how far one is."""
        state = self._state
        section, _ = state.open_sections[state.section]
        if state.by_what_matters:
            return f"{section.title} ({self._order.standing})" if self._order.standing else section.title
        return f"{section.title} (page {state.section + 1} of {len(state.open_sections)})"

    def _ask(self, key: str) -> None:
        """Put one question and do what was typed."""
        question = self._state.question(key)
        assumed = self._assumptions.words(question, self._state.counted)
        tell(f"\n{question_text(question, self._state, assumed)}")
        typed = input("> ").strip()
        match typed.lower():
            case "":
                self._forward(key)
            case "help" | "?":
                tell(f"  Why: {question.why}" + (f"\n  How: {question.help}" if question.help else ""))
            case "unknown":
                self._interview.apply(Clear(key))
                tell(f"  unknown; assumed {assumed}" if assumed else "  unknown; nothing is assumed")
                self._forward(key)
            case word:
                if not self._obey(word):
                    self._take(key, typed)

    def _obey(self, word: str) -> bool:
        """Do what a word means at any question; False for a word that means nothing."""
        if word not in self._words:
            return False
        self._order.is_enough = False
        self._words[word]()
        return True

    def _take(self, key: str, typed: str) -> None:
        """Read an answer, say what was understood or what is wrong, and go on only when it could be read."""
        question = self._state.question(key)
        raw = typed if is_typed(question) else read_reply(question, typed, self._state)
        if raw is None:
            more = ", several with commas" if question.kind in SEVERAL else ""
            tell(f"  That is none of the choices. Type a number from the list{more}, or help.")
            return
        self._interview.apply(Answer(key, raw))
        if key in self._state.drafts:
            tell(f"  {self._state.drafts[key].problem}")
            return
        self._say_taken(key)
        self._forward(key)

    def _say_taken(self, key: str) -> None:
        """Say how an answer was understood, and what is no longer asked because of it."""
        question, value = self._state.question(key), self._state.answers.get(key)
        if value is not None:
            tell(f"  = {understood(value, question) or said(value, question)}")
        for hidden in self._state.closed:
            tell(f"  no longer asked: {self._state.question(hidden).text}")

    def _forward(self, key: str) -> None:
        """Go to the next question; after the last, offer to save."""
        if self._state.by_what_matters:
            self._order.ask_next()
            return
        if key == self._state.open_keys[-1]:
            tell(f"\n{LAST}")
        self._interview.move(key, 1)

    def _stop_or_go_on(self) -> None:
        """Say that the interview may stop here, and do what is typed."""
        self._order.say_enough()
        typed = input("> ").strip().lower()
        if typed == "rest" and self._state.unsettled:
            self._order.ask_the_rest()
        elif not self._obey(typed):
            tell("  That is none of these words.")
        elif typed in ("verdict", "review"):
            self._order.is_enough = True

    def _save(self) -> None:
        """Save the record, and end where that could be done."""
        self._is_done = save_plainly(self._interview)

    def _quit(self) -> None:
        """Leave; the answers are kept."""
        self._is_done = True
        tell("Answers are kept: advisor ask --plain --resume goes on.")


# Begin or resume an interview by prompts.


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
            resumed = read_session(read_file(path), path.name, questionnaires, vocabulary)
        else:
            resumed = _begun(vocabulary, questionnaires, questionnaire)
        if by_what_matters:
            resumed = resumed._replace(state=reduce(resumed.state, Arrange(True)))
        tell("Loading rules and prices.")
        Prompts(PlainInterview(resumed, path, records, load_knowledge(packs))).run()
    except EOFError:
        tell("\nThe input ended. Answers are kept: advisor ask --plain --resume goes on.")
    finally:
        lock.release()
    return 0


def _begun(vocabulary: Vocabulary, questionnaires: Mapping[str, Questionnaire], questionnaire: str) -> Resumed:
    """Begin an interview, on the questionnaire that is named or else chosen now."""
    chosen, matters = (questionnaire, False) if questionnaire else _choose(questionnaires)
    return Resumed(begin(questionnaires[chosen], vocabulary, matters), (), "")


def _choose(questionnaires: Mapping[str, Questionnaire]) -> tuple[str, bool]:
    """Ask which questionnaire, and whether what matters comes first; Enter takes the first."""
    offered = start_choices(questionnaires)
    for place, (sheet, by_what_matters) in enumerate(offered, 1):
        whole = f"{sheet.title}: {sheet.about} {len(sheet.keys)} questions, {sheet.minutes} minutes."
        shortest = f"{SHORTEST}: {ASKED} {len(sheet.keys)}. It stops by itself."
        tell(f"  {place}  {shortest if by_what_matters else whole}")
    while True:
        reply = input("Which one? [1] ").strip() or "1"
        if reply in questionnaires:
            return reply, False
        if reply.isdecimal() and 1 <= int(reply) <= len(offered):
            chosen = offered[int(reply) - 1]
            return chosen.questionnaire.id, chosen.by_what_matters
        tell(f"  Type a number from 1 to {len(offered)}.")

"""The prompts: one question after the other, and the words that can be typed at any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.decision.interview_day import interview_day
from advisor.interview.answers import allowed_choices
from advisor.interview.assumptions import assumptions_of
from advisor.interview.choices import NONE_OF_THESE, SEVERAL, choices_of, is_typed
from advisor.interview.measured_files import source_of
from advisor.interview.reducer import Answer, Clear, Visit, first_unsettled
from advisor.interview.wording.answer_format import said, understood
from advisor.knowledge.labels import catalog_label
from advisor.plain.console import tell
from advisor.plain.plain_order import LAST, MATTERS_FIRST, PlainOrder
from advisor.plain.plain_save import save_plainly

if TYPE_CHECKING:
    from advisor.interview.reducer import State
    from advisor.knowledge.questions import Choice, Question
    from advisor.plain.plain_interview import PlainInterview


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
            tell(f"{MATTERS_FIRST[:1].upper()}{MATTERS_FIRST[1:]}.")

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

"""State of the current interview: answers, session file, verdict. Contains no drawing code."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from advisor.analysis.analysis_results import NeverAsked, Order
from advisor.interview.answers import answer_words
from advisor.interview.defaults import Assumptions
from advisor.interview.reducer import Event, Redo, State, Undo, reduce
from advisor.interview.session import SessionLock, write_session
from advisor.tui.interview.autosave import SAVED, Autosave
from advisor.tui.interview.what_if import WhatIfState
from advisor.tui.workers import messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from advisor.assessment.model import Assessment, Unknown
    from advisor.interview.answers import Answers
    from advisor.interview.choices import Stated
    from advisor.knowledge.questions import Question
    from advisor.tui.workers.worker_clients import AssessClient


WHAT_IF = "WHAT IF: other answers are tried out, the real ones are saved. f2 then b goes back to them."
TRYING = "these answers are tried out; t takes them as the real ones, b goes back to those"


class VerdictChanged(Message):
    """The verdict, or what is said instead of one, changed."""

    def can_replace(self, message: Message) -> bool:
        """Several that wait are drawn once."""
        return isinstance(message, VerdictChanged)


class RecordSaved(Message):
    """A record was written."""

    def __init__(self, saved: messages.SavedReply) -> None:
        super().__init__()
        self.saved = saved


class RecordNotSaved(Message):
    """No record was written, for the reason in `sentence`."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class QuestionNotes(NamedTuple):
    """What is known of a question besides its answer.

    `assumed` is the default in words and `source` what it was taken from; `moot` tells that no answer to the question
    can change the verdict, where that is known.
    """

    assumed: str = ""
    source: str = ""
    moot: str = ""


class InterviewController:
    """Owns one interview and posts a message when something of it changed; it knows no screen.

    `post` takes messages from any thread. Every change is saved at once, off the key-handling path.
    """

    def __init__(
        self,
        state: State,
        session: Path,
        records: Path,
        assess_client: AssessClient,
        post: Callable[[Message], object],
        lock: SessionLock | None = None,
    ) -> None:
        self.state = state
        self.session, self.records = session, records
        self.assess_client, self.post = assess_client, post
        self.lock, self._autosave = lock or SessionLock(session), Autosave(session, lambda: post(VerdictChanged()))
        self.assumptions = Assumptions()
        self.assessment: Assessment | None = None
        self.what_if = WhatIfState(self)
        self.refused = ""
        self.fault = ""
        self.saved: messages.SavedReply | None = None
        self.previewed = messages.Previewed("")
        self.is_saving = False
        self.is_complete = False
        self.order = Order()
        self._number = self._shown = 0
        self._real: tuple[Answers, Assessment] | None = None

    def apply(self, event: Event) -> None:
        """Reduce one event, keep the session, and ask for a new verdict where the answers that count changed."""
        before, self.state = self.state, reduce(self.state, event)
        if self.state is before:
            return
        if (self.state.answers, self.state.unknown, self.state.drafts) != (
            before.answers,
            before.unknown,
            before.drafts,
        ):
            self.saved = None
        if self.state.counted != before.counted:
            self.ask()
        self._autosave.put(self._session_text())

    def ask(self) -> None:
        """Ask for the verdict on the answers that count."""
        self._number = self.assess_client.assess(self.state.counted)

    def keep(self) -> None:
        """Have the session file written, and wait for it; a full disk is said, and changes nothing else."""
        self._autosave.put(self._session_text())
        self._autosave.flush()

    def _session_text(self) -> Callable[[], str]:
        """What writes the session as it is now: the real answers, the variants, and what is being tried out."""
        what_if = self.what_if
        saved = what_if.saved if what_if.is_on else self.saved
        real = replace(what_if.real, at=self.state.at) if self.state.at in what_if.real.open_keys else what_if.real
        return partial(write_session, real, saved.path if saved else "", what_if.variants, what_if.trial)

    def close(self) -> None:
        """Leave the interview: what was answered last is on disk, and another program may go on with it."""
        self._autosave.flush()
        self.lock.release()

    @property
    def note(self) -> str:
        """What the interview's title ends with: that answers are tried out, or that they are kept."""
        status = self._autosave.status
        return "what if" if self.what_if.is_on and status == SAVED else status

    @property
    def mode(self) -> str:
        """Say that the answers on the screen are not the real ones; empty where they are."""
        return WHAT_IF if self.what_if.is_on else ""

    @property
    def may_save(self) -> bool:
        """Whether a record can be saved now; a what-if cannot, and the user sees why."""
        if self.what_if.is_on:
            self.fault = TRYING
        return not self.what_if.is_on

    def preview_record(self, stated: Stated) -> None:
        """Ask what the record would be."""
        self.assess_client.preview(messages.Preview(self.state.counted, str(self.records), stated))

    def write_record(self, stated: Stated, supersedes: int = 0) -> None:
        """Ask for a record of the answers that count."""
        if not self.is_saving:
            self.is_saving = True
            self.assess_client.save(messages.Save(self.state.counted, str(self.records), stated, supersedes))
            self.post(VerdictChanged())

    @property
    def is_current(self) -> bool:
        """Whether the selected verdict is that of the selected answers."""
        return self._shown == self._number and self._number > 0

    def undo(self) -> str:
        """Take the last change of answers back, and say so."""
        before = self.state
        self.apply(Undo())
        return "Nothing is left to undo." if self.state is before else "The last change of answers is taken back."

    def redo(self) -> str:
        """Make again what was undone last, and say so."""
        before = self.state
        self.apply(Redo())
        return "Nothing is left to redo." if self.state is before else "What was undone is made again."

    def receive(self, reply: messages.Reply) -> None:
        """Take a reply of the worker."""
        match reply:
            case messages.Ready(assumptions):
                self.assumptions = assumptions
                self.ask()
            case messages.Assessed(number, assessment, is_complete):
                self._take(number, assessment, is_complete)
            case messages.Ordered(number, asking):
                self._order(number, asking)
            case messages.Refused(sentence):
                self.refused = sentence
            case messages.NotSavedReply(sentence):
                self.fault, self.is_saving = sentence, False
                self.post(RecordNotSaved(sentence))
            case messages.Previewed():
                self.previewed = reply
            case messages.SavedReply():
                self.saved, self.fault, self.is_saving = reply, "", False
                self.keep()
                self.post(RecordSaved(reply))
            case messages.Titles():
                return  # the program's, and no interview's
        self.post(VerdictChanged())

    def _take(self, number: int, assessment: Assessment, is_complete: bool) -> None:
        """Show a verdict; what could change it is looked for still, unless this one is complete."""
        if self.what_if.verdicts.take(number, assessment) or (is_complete and number != self._number):
            return
        if number == self._number:
            assessment, is_complete = self._known(assessment, is_complete)
        elif self._real is not None and self._real[0] == self.state.counted:
            return  # of an answer that was only tried out: the verdict on the real ones is known and shown
        self.assessment, self.refused, self.is_complete = assessment, "", is_complete
        self._shown = number
        if is_complete:
            self._order(number, assessment.never_asked)
        self.what_if.verdicts.go_on(number)

    def _known(self, assessment: Assessment, is_complete: bool) -> tuple[Assessment, bool]:
        """The complete verdict on the real answers, where it was found before another answer was tried.

        Whoever comes back from a flip finds the list as it was, and need not wait for the search again.
        """
        counted = self.state.counted
        if is_complete:
            if self.what_if.trial is None:
                self._real = counted, assessment
            return assessment, True
        if self._real is not None and self._real[0] == counted:
            return self._real[1], True
        return assessment, False

    def _order(self, number: int, asking: NeverAsked) -> None:
        """Take the order of what is open, where it is that of the selected answers."""
        if number == self._number and asking.why:
            self.order = Order(number, asking)

    @property
    def is_ordered(self) -> bool:
        """Whether it is known which of the open questions matter, by the current answers."""
        return self.order.number == self._number and self.order.found is not None

    def notes(self, questions: Iterable[Question]) -> list[QuestionNotes]:
        """Say what is known of each question besides its answer: its default, or what the verdict assumed instead."""
        counted, assessment = self.state.counted, self.assessment
        settled = self.state.settled
        notes = []
        for question in questions:
            key = question.key
            assumed, source = self.assumptions.words_and_source(question, counted)
            moot = moot_note(assessment, key) if self.is_complete and key not in settled else ""
            notes.append(QuestionNotes(assumed or assumed_note(assessment, key), source, moot))
        return notes


NOTHING = "nothing"
"""What an assessment says it assumed for a question that has no default."""


def assumed_note(assessment: Assessment | None, key: str) -> str:
    """Say what was assumed for a question; empty where that is not known, or nothing."""
    found = _unknown(assessment, key)
    return answer_words(key, found.assumed) if found is not None and found.assumed != NOTHING else ""


def moot_note(assessment: Assessment | None, key: str) -> str:
    """Say that no answer to a question can change the verdict; empty where one can, or that is not known."""
    found = _unknown(assessment, key)
    return "" if found is None or found.could_change_verdict else "cannot change the verdict"


def _unknown(assessment: Assessment | None, key: str) -> Unknown | None:
    unknowns = assessment.unknowns if assessment is not None else ()
    return next((unknown for unknown in unknowns if unknown.key == key), None)

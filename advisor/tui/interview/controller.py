"""One interview being worked on: its state, its session file, its verdict. Screens show it; it draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.assumptions import Assumptions
from advisor.interview.reducer import Redo, Undo, reduce
from advisor.tui.interview.autosave import KEPT, Autosave
from advisor.tui.interview.lock import SessionLock
from advisor.tui.interview.open_question import assumed_by, moot_by
from advisor.tui.interview.relevant_questions import Order
from advisor.tui.what_if.state import WhatIfState
from advisor.tui.workers.messages import Assessed, NotSaved, Ordered, Preview, Previewed, Ready, Refused, Save, Saved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from advisor.assessment.model import Assessment
    from advisor.assessment.open_evidence import NeverAsked
    from advisor.interview.reducer import Event, State
    from advisor.tui.app.navigation_protocol import Navigation
    from advisor.tui.workers.assess_client import AssessClient
    from advisor.tui.workers.messages import Reply, Stated

TRYING = "these answers are tried out; t takes them as the real ones, b goes back to those"


class InterviewController:
    """Holds one interview; every change goes to disk at once, beside the keys."""

    def __init__(
        self,
        state: State,
        session: Path,
        records: Path,
        assessor: AssessClient,
        stage: Navigation,
        lock: SessionLock | None = None,
    ) -> None:
        self.state = state
        self.session, self.records = session, records
        self.assessor, self.stage = assessor, stage
        self.lock, self._keeping = lock or SessionLock(session), Autosave(self)
        self.assumptions = Assumptions()
        self.assessment: Assessment | None = None
        self.trials = WhatIfState(self)
        self.refused = ""
        self.fault = ""
        self.saved: Saved | None = None
        self.previewed = Previewed("")
        self.is_saving = False
        self.is_complete = False
        self.order = Order()
        self._number = self._shown = 0

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
        self._keeping.put()

    def ask(self) -> None:
        """Ask for the verdict on the answers that count."""
        self._number = self.assessor.assess(self.state.counted)

    def keep(self) -> None:
        """Have the session file written, and wait for it; a full disk is said, and changes nothing else."""
        self._keeping.put()
        self._keeping.flush()

    def close(self) -> None:
        """Leave the interview: what was answered last is on disk, and another program may go on with it."""
        self._keeping.flush()
        self.lock.release()

    @property
    def note(self) -> str:
        """What the interview's title ends with: that answers are tried out, or that they are kept."""
        kept = self._keeping.said
        return "what if" if self.trials.is_on and kept == KEPT else kept

    def save_record(self, *, is_reading: bool = False) -> None:
        """Ask what people add to the record before it is written; answers tried out are no decision yet."""
        if self.trials.is_on:
            self.fault = TRYING
            self.stage.open_verdict()
            self.stage.verdict_changed()
        else:
            self.stage.open_save(is_reading=is_reading)

    def preview_record(self, stated: Stated) -> None:
        """Ask what the record would be."""
        self.assessor.preview(Preview(self.state.counted, str(self.records), stated))

    def write_record(self, stated: Stated, supersedes: int = 0) -> None:
        """Ask for a record of the answers that count."""
        if not self.is_saving:
            self.is_saving = True
            self.assessor.save(Save(self.state.counted, str(self.records), stated, supersedes))
            self.stage.verdict_changed()

    @property
    def is_current(self) -> bool:
        """Whether the verdict in hand is that of the answers in hand."""
        return self._shown == self._number and self._number > 0

    @property
    def exports(self) -> Path:
        """Where views are taken away to: beside the records."""
        return self.records.parent / "exports"

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

    def receive(self, reply: Reply) -> None:
        """Take a reply of the worker."""
        match reply:
            case Ready(assumptions):
                self.assumptions = assumptions
                self.ask()
            case Assessed(number, assessment, is_complete):
                self._take(number, assessment, is_complete)
            case Ordered(number, asking):
                self._order(number, asking)
            case Refused(sentence):
                self.refused = sentence
            case _:
                self._hear_of_record(reply)
        self.stage.verdict_changed()

    def _hear_of_record(self, reply: Saved | NotSaved | Previewed) -> None:
        """Take what became of a record, or what it would be."""
        match reply:
            case NotSaved(sentence):
                self.fault, self.is_saving = sentence, False
                self.stage.record_refused(sentence)
            case Previewed():
                self.previewed = reply
            case Saved():
                self.saved, self.fault, self.is_saving = reply, "", False
                self.keep()
                self.stage.record_saved(reply)

    def _take(self, number: int, assessment: Assessment, is_complete: bool) -> None:
        """Show a verdict; what could change it is looked for still, unless this one is complete."""
        if self.trials.hear(number, assessment) or (is_complete and number != self._number):
            return
        self.assessment, self.refused, self.is_complete = assessment, "", is_complete
        self._shown = number
        if is_complete:
            self._order(number, assessment.never_asked)
        self.trials.go_on(number)

    def _order(self, number: int, asking: NeverAsked) -> None:
        """Take the order of what is open, where it is that of the answers in hand."""
        if number == self._number and asking.why:
            self.order = Order(number, asking)

    @property
    def is_ordered(self) -> bool:
        """Whether it is known which of the open questions matter, by the answers as they stand."""
        return self.order.number == self._number and self.order.found is not None

    def assumed(self, key: str) -> str:
        """Say what is assumed for a question while it is open."""
        return self.assumptions.words(self.state.question(key), self.state.counted) or assumed_by(self.assessment, key)

    def moot(self, key: str) -> str:
        """Say that no answer to a question can change the verdict, where that is known."""
        return moot_by(self.assessment, key) if self.is_complete and not self.state.is_settled(key) else ""

    def open_verdict(self) -> None:
        """Show the verdict."""
        self.stage.open_verdict()

    def open_jump(self) -> None:
        """Show the list of all questions."""
        self.stage.open_jump()

    def open_trial(self) -> None:
        """Choose a question, and try another answer to it out."""
        self.stage.open_trial()

    def open_variants(self) -> None:
        """Show the variants side by side."""
        self.stage.open_variants()

    def say_enough(self, ask_the_rest: Callable[[], None]) -> None:
        """Say that no open question can change the route, and offer what to do then."""
        self.stage.say_enough(ask_the_rest)

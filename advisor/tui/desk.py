"""One interview being worked on: its state, its session file, its verdict. Screens show it; it draws nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from advisor.interview.assumptions import Assumptions
from advisor.interview.reducer import Redo, Undo, reduce
from advisor.interview.session import write_session
from advisor.tui.exchange import Assessed, NotSaved, Ordered, Preview, Previewed, Ready, Refused, Save, Saved
from advisor.tui.session_lock import SessionLock
from advisor.tui.session_writer import SessionWriter
from advisor.tui.trials import Trials
from advisor.tui.what_matters import Order

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from advisor.assessment import Assessment, Unknown
    from advisor.foundation import NeverAsked
    from advisor.interview.reducer import Event, State
    from advisor.tui.assessor import Assessor
    from advisor.tui.exchange import Reply, Stated


NOTHING = "nothing"
"""What an assessment says it assumed for a question that has no default."""
TRYING = "these answers are tried out; t takes them as the real ones, b goes back to those"


class Stage(Protocol):
    """What a desk asks of the program around it."""

    def verdict_changed(self) -> None:
        """The verdict, or what is said instead of one, changed."""

    def keeping_changed(self) -> None:
        """The answers can no longer be kept, or can again; called in another thread."""

    def say_enough(self, ask_the_rest: Callable[[], None]) -> None:
        """Say that no open question can change the route, and offer what to do then."""

    def open_save(self, *, is_reading: bool = False) -> None:
        """Ask what people add to the record, and show it; at once where one is reading."""

    def record_saved(self, saved: Saved) -> None:
        """A record was written."""

    def record_refused(self, sentence: str) -> None:
        """No record was written."""

    def open_verdict(self) -> None:
        """Show the verdict."""

    def open_jump(self) -> None:
        """Show the list of all questions."""

    def open_trial(self) -> None:
        """Choose a question, and try another answer to it out."""

    def open_variants(self) -> None:
        """Show the variants side by side."""


class Desk:
    """Holds one interview; every change goes to disk at once, beside the keys."""

    def __init__(
        self,
        state: State,
        session: Path,
        records: Path,
        assessor: Assessor,
        stage: Stage,
        lock: SessionLock | None = None,
    ) -> None:
        self.state = state
        self.session, self.records = session, records
        self.lock, self._writer = lock or SessionLock(session), SessionWriter(session, stage.keeping_changed)
        self.assessor, self.stage = assessor, stage
        self.assumptions = Assumptions()
        self.assessment: Assessment | None = None
        self.trials = Trials(self)
        self.refused = ""
        self.fault = ""
        self._is_kept = False
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
        self._keep_soon()

    def ask(self) -> None:
        """Ask for the verdict on the answers that count."""
        self._number = self.assessor.assess(self.state.counted)

    def keep(self) -> None:
        """Have the session file written, and wait for it; a full disk is said, and changes nothing else."""
        self._keep_soon()
        self._writer.flush()

    def _keep_soon(self) -> None:
        self._is_kept = True
        saved = self.trials.saved if self.trials.is_on else self.saved
        record = saved.path if saved else ""
        real = self.trials.real
        real = replace(real, at=self.state.at) if self.state.at in real.open_keys else real
        self._writer.put(partial(write_session, real, record, self.trials.variants, self.trials.trial))

    def close(self) -> None:
        """Leave the interview: what was answered last is on disk, and another program may go on with it."""
        self._writer.flush()
        self.lock.release()

    @property
    def kept(self) -> str:
        """Say that the answers are kept, or why they are not; empty before the first."""
        if self._writer.fault:
            return f"NOT KEPT: {self._writer.fault}"
        return "kept" if self._is_kept else ""

    @property
    def note(self) -> str:
        """What the interview's title ends with: that answers are tried out, or that they are kept."""
        return "what if" if self.trials.is_on and self.kept == "kept" else self.kept

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
            case NotSaved(sentence):
                self.fault, self.is_saving = sentence, False
                self.stage.record_refused(sentence)
            case Previewed():
                self.previewed = reply
            case Saved():
                self.saved, self.fault, self.is_saving = reply, "", False
                self.keep()
                self.stage.record_saved(reply)
        self.stage.verdict_changed()

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
        words = self.assumptions.words(self.state.question(key), self.state.counted)
        open_one = self._open_one(key)
        computed = open_one.assumed if open_one is not None and open_one.assumed != NOTHING else ""
        return words or computed

    def moot(self, key: str) -> str:
        """Say that no answer to a question can change the verdict, where that is known."""
        if self.assessment is None or not self.is_complete or self.state.is_settled(key):
            return ""
        open_one = self._open_one(key)
        return "" if open_one is None or open_one.could_change_verdict else "cannot change the verdict"

    def _open_one(self, key: str) -> Unknown | None:
        unknowns = self.assessment.unknowns if self.assessment is not None else ()
        return next((unknown for unknown in unknowns if unknown.key == key), None)

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

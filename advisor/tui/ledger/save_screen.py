"""Save a decision: what people add to it, the record as it will be, and the draft kept next to the interview."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.atomic_write import write_atomically
from advisor.bounded_read import parse_toml, read_file
from advisor.errors import BadInput
from advisor.interview.choices import STATED, Stated
from advisor.interview.reducer import Answer
from advisor.tui.ledger.records_screen import draft_lines
from advisor.tui.widgets.form_screen import Field, Form, FormScreen
from advisor.tui.widgets.styled_text import BLANK, Line, line, wrapped
from advisor.tui.workers.messages import Entries, LedgerAnswer, ListAll

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events

    from advisor.interview.answers import Answers
    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.workers.worker_clients import LedgerClient


SUFFIX = ".saving"
BEGAN_FROM = "began_from"
"""The record whose answers an interview began with."""


def read_notes(session: Path) -> dict[str, str]:
    """Read what was filled in; nothing where the file is missing or damaged."""
    notes = session.with_suffix(SUFFIX)
    with suppress(BadInput):
        table = parse_toml(read_file(notes), notes.name)
        return {name: text for name, text in table.items() if isinstance(text, str)}
    return {}


def write_notes(session: Path, notes: Mapping[str, str]) -> None:
    """Keep what was filled in; a failed write does not interrupt typing."""
    import tomli_w

    with suppress(OSError):
        write_atomically(session.with_suffix(SUFFIX), tomli_w.dumps(dict(notes)))


NAME = "workload.name"
YES, NO = "yes", "no, save both"
HELP = (
    "All of this may stay open, but for the workload's name. The record as it will be saved is shown below: "
    "pgdn and pgup read it. It is written as a new file next to the existing ones, in one step, and read back; "
    "no record is ever rewritten, so what is to change later is said by a newer one."
)


class SaveScreen(FormScreen):
    """Asks what people add, shows what will be saved, and saves it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "submit", "Save the record", show=False, id="save")]

    def __init__(
        self, controller: InterviewController, ledger_client: LedgerClient, *, is_reading: bool = False
    ) -> None:
        notes = read_notes(controller.session)
        self.controller, self._ledger_client, self._is_reading = controller, ledger_client, is_reading
        self._older = _older(notes.get(BEGAN_FROM, ""), controller.records)
        self._began_from = notes.get(BEGAN_FROM, "")
        super().__init__("Save the record", Form(_fields(controller, self._older), notes, "Save the record"))
        self._asked: tuple[Answers, Stated] | None = None

    def on_mount(self) -> None:
        """Learn who decided last time, and what would be saved."""
        self._ledger_client.ask(ListAll(str(self.controller.records)), self._on_answer)
        self._preview()

    def _on_answer(self, answer: LedgerAnswer) -> None:
        """Suggest who decided last time."""
        decisions = [one for one in answer.entries if one.deciders] if isinstance(answer, Entries) else []
        if decisions and self.can_be_drawn:
            self.form.fill({"deciders": ", ".join(decisions[-1].deciders)})
            self.redraw()

    @property
    def stated(self) -> Stated:
        """What is filled in."""
        values = self.form.values
        return Stated(**{name: values[name] for name in Stated._fields})

    @property
    def _supersedes(self) -> int:
        return self._older if self.form.values.get("supersedes") == YES else 0

    def moved(self) -> None:
        """Keep what was filled in, and show what would be saved."""
        self._keep()
        name = self.form.values.get("name", "")
        if name and name != self.controller.state.answers.text(NAME):
            self.controller.apply(Answer(NAME, name))
        self._preview()

    def _keep(self) -> None:
        values = {name: text for name, text in self.form.values.items() if name != "name"}
        write_notes(self.controller.session, {**values, BEGAN_FROM: self._began_from})

    def note_saved(self, path: str) -> None:
        """Remember the record that took another's place: the next one of this interview may take its place in turn."""
        if self._supersedes:
            self._began_from = path
            self._keep()

    def _preview(self) -> None:
        """Ask for the record as it would be, once everything about the verdict is known."""
        wanted = (self.controller.state.counted, self.stated)
        if self.controller.is_complete and wanted != self._asked:
            self._asked = wanted
            self.controller.preview_record(self.stated)

    def redraw(self) -> None:
        """Draw everything; a verdict that has become complete has a record to show."""
        self._preview()
        self.is_working = "Saving …" if self.controller.is_saving else ""
        super().redraw()
        if self._is_reading:
            self.body.scroll(len(self._above()) + len(self.form.lines(self.columns)) + len(self._below()) + 1)

    async def press(self, event: events.Key) -> bool:
        """Let the form take the key, and bring it back into view."""
        taken = await super().press(event)
        self._is_reading = self._is_reading and not taken
        return taken

    def action_scroll(self, by: int) -> None:
        """Read on."""
        self._is_reading = False
        super().action_scroll(by)

    def submit(self) -> None:
        """Save the record."""
        self.moved()
        if self._supersedes and not (self.stated.reason and self.stated.deciders):
            self.form.go_to("decided by" if self.stated.reason else "reason")
            self.refuse("Superseding a record needs a reason and who decides.")
            return
        self.controller.write_record(self.stated, self._supersedes)

    def action_back(self) -> None:
        """Go back; what was filled in is kept."""
        self.moved()
        self.dismiss()

    def help(self) -> str:
        """Say what is saved, and how."""
        return HELP

    def head(self) -> list[Line]:
        """Say what will be written."""
        writes = f"Writes a new record into {self.controller.records}. Records are never rewritten."
        if self._supersedes:
            writes += f" Then adds one that says it takes the place of record {self._supersedes}."
        return [*wrapped(writes, self.columns, "  "), BLANK]

    def tail(self) -> list[Line]:
        """Show the record as it will be."""
        controller, shown = self.controller, self.controller.previewed
        head = [line("  ", ("The record, as it will be saved", "accent")), BLANK]
        if shown.problem:
            return [*head, *wrapped(shown.problem, self.columns, "  ", "bad")]
        if controller.assessment is None or not shown.text:
            return [*head, line("  ", (controller.refused or "Working out what could change the verdict …", "muted"))]
        rows = _rows(self.stated, controller.state.counted.text(NAME) or "")
        return [*head, *draft_lines(rows, controller.assessment, shown.text, self.columns)]

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """The record below the form is read by pages."""
        return (("pgdn", "read it"),)


def _fields(controller: InterviewController, older: int) -> tuple[Field, ...]:
    """Ask for the name where it is open, and whether an older record gives way where there is one."""
    question = controller.state.question(NAME)
    is_open = NAME in controller.state.open_keys and not controller.state.answers.text(NAME)
    named = (Field("name", "workload", question.help, required=True),) if is_open else ()
    hint = f"Whether it takes the place of record {older}, whose answers this interview began with; space changes it."
    gives_way = (Field("supersedes", f"for record {older}", hint, choices=(YES, NO)),) if older else ()
    stated = (Field(*one) for one in STATED)
    return (*named, *stated, *gives_way)


def _older(began_from: str, records: Path) -> int:
    """The number of the record that the answers came from, where it lies in the folder that is saved to."""
    if not began_from or Path(began_from).parent.resolve() != records.resolve():
        return 0
    number = Path(began_from).name.partition("-")[0]
    return int(number) if number.isdecimal() else 0


def _rows(stated: Stated, workload: str) -> list[tuple[str, str]]:
    rows = (
        ("title", stated.title or f"Where to run {workload or 'this workload'}"),
        ("decided by", stated.deciders or "nobody is named"),
        ("reason", stated.reason or "none is given"),
        ("review by", stated.review_by),
        ("right if", stated.confirmation),
    )
    return [(label, text) for label, text in rows if text]

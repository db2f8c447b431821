"""One record of a ledger, opened: its verdict first, then what people stated, its answers and its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.ledger.base import LedgerPage
from advisor.tui.ledger.record_page import record_lines
from advisor.tui.widgets.styled_text import BLANK, key_line, line, spread, wrapped
from advisor.tui.workers.messages import Answered, Finished, Opened, OpenRecord, Reopen

if TYPE_CHECKING:
    from advisor.tui.ledger.base import LedgerContext
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.messages import LedgerAnswer

HELP = (
    "v verifies this record: its bytes, its place in the chain, what it pins, and the verdict derived again. "
    "s signs it with your SSH key, a accepts it, u says that a newer decision supersedes it, w withdraws it; "
    "m marks it, and d on another compares the two. c begins an interview with its answers, to change them. "
    "A record is never rewritten: each of these adds a new one."
)


class RecordDetailScreen(LedgerPage):
    """Shows what one record says, and offers what can be done with it by single letters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back to the list", show=False),
        Binding("v", "verify", "Verify this record", show=False),
        Binding("m", "mark", "Mark this record for comparing", show=False),
        Binding("d", "diff", "Compare this record with the marked one", show=False),
        Binding("s", "act('sign')", "Sign this record", show=False),
        Binding("a", "act('accept')", "Accept this record", show=False),
        Binding("u", "act('supersede')", "Supersede this record by a newer one", show=False),
        Binding("w", "act('withdraw')", "Withdraw this record", show=False),
        Binding("c", "change", "Begin an interview with its answers, to change them", show=False, id="change"),
        Binding("e", "export", "Export this record as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy this record, and export it to a file", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("space", "scroll(12)", "A page down", show=False),
    ]

    def __init__(self, ledger: LedgerContext, number: int) -> None:
        super().__init__(ledger)
        self._number = number
        self._opened: Opened | None = None
        self._fault = ""

    @property
    def number(self) -> int:
        """The record that is shown."""
        return self._number

    def on_screen_resume(self) -> None:
        """Read the record, and again when something was added that speaks of it."""
        self.ledger.ledger_client.ask(OpenRecord(self.ledger.directory, self._number), self._on_answer)

    def _on_answer(self, answer: LedgerAnswer) -> None:
        if isinstance(answer, Opened):
            self._opened, self._fault = answer, ""
        elif isinstance(answer, Answered):
            if self.can_be_drawn:
                self.ledger.reopen(answer)
            return
        elif isinstance(answer, Finished):
            self._fault = " ".join(answer.lines)
        if self.can_be_drawn:
            self.redraw()

    def action_change(self) -> None:
        """Ask for the answers, to begin an interview with them."""
        if self._opened is None or self._opened.assessment is None:
            self.say("Only a decision has answers to change.")
        else:
            self.ledger.ledger_client.ask(Reopen(self.ledger.directory, self._number), self._on_answer)

    def action_back(self) -> None:
        """Go back to the list."""
        self.ledger.message = ("", "plain")
        self.dismiss()

    def action_export(self) -> None:
        """Write this record, as it is shown, to files."""
        self.export(f"record-{self._number}", self._record())

    def action_copy(self) -> None:
        """Offer this record to the clipboard."""
        self.copy(f"record-{self._number}", self._record())

    def help(self) -> str:
        """Say what can be done here."""
        return HELP

    def parts(self) -> dict[str, list[Line]]:
        """The title with the status of the record, the record, and the keys."""
        columns, opened = self.columns, self._opened
        side = opened.standing or opened.kind if opened is not None else ""
        mark = " · marked" if self.ledger.marked == self._number else ""
        title = spread(line((f"record {self._number}{mark}", "strong")), line((side, "muted")), columns)
        keys = (("v", "verify"), ("s", "sign"), ("c", "change"), ("f1", "help"), ("esc", "back"), ("a", "accept"))
        more = (("u", "supersede"), ("w", "withdraw"), ("m", "mark"), ("d", "compare"), ("ctrl+p", "all keys"))
        return {
            "top": [title, BLANK],
            "body": [*self.message_lines(), *self._record()],
            "keys": [key_line((*keys, *more), columns)],
        }

    def _record(self) -> list[Line]:
        if self._fault:
            return wrapped(self._fault, self.columns, "   ", "bad")
        if self._opened is None:
            return [line("   ", ("Reading …", "muted"))]
        return record_lines(self._opened, self.columns)

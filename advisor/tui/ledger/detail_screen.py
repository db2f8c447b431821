"""One record of a ledger, opened: its verdict first, then what people stated, its answers and its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.ledger.base import LedgerPage
from advisor.tui.verdict.overview import labeled, verdict_lines
from advisor.tui.widgets.styled_text import BLANK, key_line, line, spread, wrapped
from advisor.tui.workers.messages import Answered, Finished, Opened, OpenRecord, Reopen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from advisor.assessment.model import Assessment
    from advisor.tui.ledger.base import LedgerContext
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.messages import LedgerAnswer


# A record as a page: what people stated, the verdict as it reads, and then all the rest.


ROLES = {"superseded": "warn", "withdrawn": "warn", "accepted": "good"}


def record_lines(opened: Opened, columns: int) -> list[Line]:
    """Draw a record that was opened: of a decision its verdict first, of another what it says."""
    lines = labeled_rows(opened.rows, columns)
    if opened.assessment is None:
        return lines
    verdict = verdict_lines(opened.assessment, columns)
    return [*verdict, *_headed("what people stated"), *lines, BLANK, *as_recorded(opened.lines, columns)]


def draft_lines(rows: Sequence[tuple[str, str]], assessment: Assessment, text: str, columns: int) -> list[Line]:
    """Draw a record that is not saved yet: the verdict, what is stated, and the file as it would be."""
    verdict = verdict_lines(assessment, columns)
    stated = [*_headed("what people state"), *labeled_rows(rows, columns), BLANK]
    file = [part for row in text.splitlines() for part in (wrapped(row, columns, "   ", "muted") or [BLANK])]
    return [*verdict, *stated, *_headed("the file"), *file]


def labeled_rows(rows: Iterable[tuple[str, str]], columns: int) -> list[Line]:
    """Draw rows with their labels; the status of a record has a color as well as a word."""
    lines: list[Line] = []
    for label, text in rows:
        role = ROLES.get(text.split(" ")[0], "plain") if label == "status" else "plain"
        role = "warn" if label == "status" and "disapproved by" in text else role
        if label == "sha256":  # 64 digits, which stay whole where the label takes no column
            lines += wrapped(f"{label} {text}", columns, "   ", "muted")
        else:
            lines += labeled(label, [text], columns, role)
    return lines


def as_recorded(lines: Iterable[str], columns: int) -> list[Line]:
    """Draw the answers, the questions left open and the reasons, each part under its name; rows are indented."""
    drawn: list[Line] = []
    for text in lines:
        if text.startswith(" "):
            drawn += wrapped(text.strip(), columns, "   ")
        else:
            drawn += [*([BLANK] if drawn else []), *_headed(text.lower())]
    return drawn


def _headed(text: str) -> list[Line]:
    return [line("   ", (text, "accent"))]


HELP = (
    "v verifies this record: its bytes, its place in the chain, what it pins, and the verdict derived again. "
    "s signs it with your SSH key, o disapproves of it, a accepts it, u says that a newer decision supersedes it, "
    "w withdraws it, r redacts names and text, t proves when it existed; "
    "m marks it, and d on another compares the two. c begins an interview with its answers, to change them. "
    "A record is never rewritten: each of these adds a new one. "
    "ctrl+e writes the whole ledger with its verifier into an archive, ctrl+l takes the records of another branch over."
)


class RecordDetailScreen(LedgerPage):
    """Shows what one record says, and offers what can be done with it by single letters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back to the list", show=False),
        Binding("v", "verify", "Verify this record", show=False),
        Binding("m", "mark", "Mark this record for comparing", show=False),
        Binding("d", "diff", "Compare this record with the marked one", show=False),
        Binding("s", "act('sign')", "Sign this record", show=False),
        Binding("o", "act('disapprove')", "Disapprove of this record", show=False),
        Binding("r", "act('redact')", "Redact: delete names and text of this record", show=False),
        Binding("t", "act('timestamp')", "Prove when this record existed", show=False),
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
        more = (("u", "supersede"), ("w", "withdraw"), ("o", "disapprove"), ("m", "mark"), ("d", "compare"))
        last = (("r", "redact"), ("t", "time stamp"), ("ctrl+p", "all keys"))
        return {
            "top": [title, BLANK],
            "body": [*self.message_lines(), *self._record()],
            "keys": [key_line((*keys, *more, *last), columns)],
        }

    def _record(self) -> list[Line]:
        if self._fault:
            return wrapped(self._fault, self.columns, "   ", "bad")
        if self._opened is None:
            return [line("   ", ("Reading …", "muted"))]
        return record_lines(self._opened, self.columns)

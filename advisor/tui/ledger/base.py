"""What the pages of the records ledger share: the folder, who works on it, and what was said and typed last."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.app.screen_actions import exported
from advisor.tui.widgets.page import DrawnPage
from advisor.tui.widgets.styled_text import BLANK, plain_text, wrapped
from advisor.tui.workers.messages import Diff, GitIdentity, Verify, Whoami

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.messages import Answered, LedgerAnswer
    from advisor.tui.workers.worker_clients import LedgerClient

    Reopened = Callable[[Answered], None]


class LedgerContext:
    """One ledger being worked on: the record marked for comparing, and what forms were last filled in with."""

    def __init__(self, directory: Path, ledger_client: LedgerClient, reopen: Reopened) -> None:
        self.folder, self.ledger_client, self.reopen = directory, ledger_client, reopen
        self.marked = 0
        self.message: tuple[str, str] = ("", "plain")
        self.typed: dict[tuple[str, int], dict[str, str]] = {}
        self.usual: dict[str, str] = {}

    @property
    def directory(self) -> str:
        """The folder as text."""
        return str(self.folder)

    def learn_who(self) -> None:
        """Ask once what git knows of who signs."""
        if "key" not in self.usual:
            self.usual["key"] = ""
            self.ledger_client.ask(Whoami(), self._on_signer)

    def _on_signer(self, answer: LedgerAnswer) -> None:
        if isinstance(answer, GitIdentity):
            known = {"by": answer.principal, "key": answer.key}
            self.usual = {**known, **{name: text for name, text in self.usual.items() if text}}


class LedgerPage(DrawnPage):
    """A page with a record selected, and all that can be done with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+v", "verify", "Verify this record", show=False, id="verify"),
        Binding("ctrl+g", "verify_all", "Verify the whole ledger", show=False, id="verify-all"),
        Binding("f3", "verify_against", "Verify against what is kept elsewhere", show=False, id="verify-against"),
        Binding("f4", "mark", "Mark this record for comparing", show=False, id="mark"),
        Binding("f5", "diff", "Compare this record with the marked one", show=False, id="diff"),
        Binding("f6", "act('sign')", "Sign this record", show=False, id="sign"),
        Binding("f7", "act('accept')", "Accept this record", show=False, id="accept"),
        Binding("f8", "act('supersede')", "Supersede this record by a newer one", show=False, id="supersede"),
        Binding("f9", "act('withdraw')", "Withdraw this record", show=False, id="withdraw"),
        Binding("ctrl+d", "act('disapprove')", "Disapprove of this record", show=False, id="disapprove"),
        Binding("ctrl+x", "act('redact')", "Redact: delete names and text of this record", show=False, id="redact"),
        Binding("ctrl+t", "act('timestamp')", "Prove when this record existed", show=False, id="timestamp"),
        Binding("ctrl+e", "act('archive')", "Archive the whole ledger in one file", show=False, id="archive"),
        Binding("ctrl+l", "act('merge')", "Merge the records of another branch", show=False, id="merge"),
        Binding("f1", "help", "What can be done here", show=False, id="help"),
        Binding("pagedown", "scroll(12)", "A page down", show=False),
        Binding("pageup", "scroll(-12)", "A page up", show=False),
    ]

    def __init__(self, ledger: LedgerContext) -> None:
        super().__init__()
        self.ledger = ledger
        self.is_helping = False

    @property
    def number(self) -> int:
        """The selected record; 0 where there is none."""
        return 0

    def on_mount(self) -> None:
        """Learn who signs, before it is asked."""
        self.ledger.learn_who()

    def say(self, text: str, role: str = "plain") -> None:
        """Say one thing above all else, until the next is said."""
        self.ledger.message = (text, role)
        self.redraw()

    def message_lines(self) -> list[Line]:
        """What was said last, and the help where it is asked for."""
        (text, role), columns = self.ledger.message, self.message_columns
        message_lines = [*wrapped(text, columns, "  ", role), BLANK] if text else []
        return [*message_lines, *([*wrapped(self.help(), columns, "  "), BLANK] if self.is_helping else [])]

    @property
    def message_columns(self) -> int:
        """The width of what is said."""
        return self.columns

    def help(self) -> str:
        """Say what can be done here."""
        return ""

    def action_help(self) -> None:
        """Show or hide what can be done here."""
        self.is_helping = not self.is_helping
        self.body.scroll(0)
        self.redraw()

    def action_mark(self) -> None:
        """Mark the selected record, or unmark it."""
        if not self.number:
            return
        self.ledger.marked = 0 if self.ledger.marked == self.number else self.number
        self.marked_changed()
        if self.ledger.marked:
            self.say(f"Record {self.number} is marked: choose another decision, and f5 compares the two.")
        else:
            self.say("No record is marked.")

    def marked_changed(self) -> None:
        """Another record was marked."""

    def action_diff(self) -> None:
        """Compare the selected record with the marked one."""
        one, other = self.ledger.marked, self.number
        if not other:
            return
        if not one or one == other:
            self.say("Mark one decision with f4 first, then choose another." if not one else "Choose another decision.")
            return
        self._work(f"Compare records {one} and {other}", Diff(self.ledger.directory, one, other), f"diff-{one}-{other}")

    def action_verify(self) -> None:
        """Check the selected record: bytes, chain, pins, replay, signatures."""
        if self.number:
            request = Verify(self.ledger.directory, self.number)
            self._work(f"Verify record {self.number}", request, f"verify-{self.number}")

    def action_verify_all(self) -> None:
        """Check every record of the ledger."""
        self._work("Verify the ledger", Verify(self.ledger.directory), "verify")

    def action_verify_against(self) -> None:
        """Check all records against a digest, allowed signers and revoked keys that are kept elsewhere."""
        self.open("verify_against")

    def _work(self, title: str, request: Diff | Verify, name: str) -> None:
        self.ledger.message = ("", "plain")
        self.open("ledger_work", title, request, name)

    def action_act(self, kind: str) -> None:
        """Fill in what an act on the record, or a task on the ledger, takes."""
        if self.number:
            self.ledger.message = ("", "plain")
            self.open("record_action", kind, self.number)

    def export(self, name: str, lines: list[Line], before: str = "") -> None:
        """Write what is shown to files next to the ledger, and say where."""
        said, role = exported(self, name, lines, self.ledger.folder.parent)
        self.say(said if role == "bad" else f"{before}{said}", role)

    def copy(self, name: str, lines: list[Line]) -> None:
        """Copy what is shown to the terminal's clipboard, and to a file, because many terminals ignore the request."""
        self.app.copy_to_clipboard(plain_text(lines))
        self.export(name, lines, "Offered to the clipboard. ")

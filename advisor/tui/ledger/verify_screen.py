"""Verifying a ledger against what its writers cannot change: a digest, signers and keys that are kept elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.widgets.form import Field, Form
from advisor.tui.widgets.form_screen import FormScreen
from advisor.tui.widgets.progress_screen import ProgressScreen
from advisor.tui.widgets.styled_text import BLANK, wrapped
from advisor.tui.workers.ledger_messages import Verify

if TYPE_CHECKING:
    from advisor.tui.ledger.base import LedgerScreen
    from advisor.tui.widgets.styled_text import Line

KEPT = ("verify", 0)
FIELDS = (
    Field("head", "digest", "The SHA-256 of the last record, as written down elsewhere."),
    Field("allowed", "signers file", "Whose signatures count: an allowed-signers file; left open, the ledger's own."),
    Field("revoked", "revoked keys", "Keys that no longer count: a file as for ssh-keygen -r."),
)


class VerifyScreen(FormScreen):
    """Asks for what is kept elsewhere, and verifies every record against it."""

    def __init__(self, room: LedgerScreen) -> None:
        does = "Verify the ledger"
        super().__init__(does, Form(FIELDS, room.typed.get(KEPT, {}), does))
        self.room = room

    def head(self) -> list[Line]:
        """Say what this is good for."""
        why = (
            "Writes nothing. Whoever can write to a ledger can write all of it anew; only what is kept elsewhere tells."
        )
        return [*wrapped(why, self.columns, "  "), BLANK]

    def help(self) -> str:
        """Name the command that does the same."""
        return f"The same in a shell: advisor records verify --records {self.room.directory}; --help tells its options."

    def submit(self) -> None:
        """Verify."""
        self.room.typed[KEPT] = values = self.form.values
        request = Verify(self.room.directory, 0, values["head"], values["allowed"], values["revoked"])
        self.app.switch_screen(ProgressScreen(self.room, self.form.does, request, "verify"))

    def action_back(self) -> None:
        """Go back; what was typed is there when one comes again."""
        self.room.typed[KEPT] = self.form.values
        self.dismiss()

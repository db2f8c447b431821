"""Verifying a ledger against what its writers cannot change: a digest, signers and keys that are kept elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.form import Field, Form
from advisor.tui.form_screen import FormScreen
from advisor.tui.ledger_talk import Verify
from advisor.tui.spans import BLANK, wrapped
from advisor.tui.work_screen import WorkScreen

if TYPE_CHECKING:
    from advisor.tui.record_room import Room
    from advisor.tui.spans import Line

KEPT = ("verify", 0)
FIELDS = (
    Field("head", "digest", "The SHA-256 of the last record, as written down elsewhere."),
    Field("allowed", "signers file", "Whose signatures count: an allowed-signers file; left open, the ledger's own."),
    Field("revoked", "revoked keys", "Keys that no longer count: a file as for ssh-keygen -r."),
)


class VerifyScreen(FormScreen):
    """Asks for what is kept elsewhere, and verifies every record against it."""

    def __init__(self, room: Room) -> None:
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
        self.app.switch_screen(WorkScreen(self.room, self.form.does, request, "verify"))

    def action_back(self) -> None:
        """Go back; what was typed is there when one comes again."""
        self.room.typed[KEPT] = self.form.values
        self.dismiss()

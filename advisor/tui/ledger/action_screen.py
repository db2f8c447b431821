"""Signing, accepting, superseding and withdrawing: what each takes, and what it will write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.tui.widgets.form import Field, Form
from advisor.tui.widgets.form_screen import FormScreen
from advisor.tui.widgets.styled_text import BLANK, wrapped
from advisor.tui.workers.ledger_messages import Act, Finished

if TYPE_CHECKING:
    from advisor.tui.ledger.base import LedgerScreen
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.ledger_messages import Answer

BY = Field("by", "by", "Who does it, by name or e-mail address.", required=True)
BECAUSE = Field("because", "because", "Why, in a sentence.", required=True)
MORE = {"sign": "key", "accept": "signers", "supersede": "newer", "withdraw": ""}
"""The field that only this act has."""


class Deed(NamedTuple):
    """An act: what it is called, what it writes, and what it takes."""

    does: str
    writes: str
    fields: tuple[Field, ...]


DEEDS = {
    "sign": Deed(
        "Sign record {}",
        "Adds a sign-off to the ledger, with your signature over the bytes of record {}, after verifying it.",
        (
            Field("by", "you are", "The name by which an allowed-signers file knows you.", required=True),
            Field("key", "SSH key", "A private key's file, or a public one your agent holds.", required=True),
            BECAUSE,
        ),
    ),
    "accept": Deed(
        "Accept record {}",
        "Adds a record that says that record {} is accepted, if enough different people have signed it.",
        (Field("signers", "signers asked", "How many must have signed, each with a key of their own.", required=True),
         BY, BECAUSE),
    ),
    "supersede": Deed(
        "Supersede record {}",
        "Adds a record that says that a newer decision takes the place of record {}.",
        (Field("newer", "newer record", "The number of the newer decision.", required=True), BY, BECAUSE),
    ),
    "withdraw": Deed(
        "Withdraw record {}",
        "Adds a record that says that record {} no longer holds, with nothing in its place.",
        (BY, BECAUSE),
    ),
}  # fmt: skip


class RecordActionScreen(FormScreen):
    """Asks for what one act takes, and does it."""

    def __init__(self, room: LedgerScreen, kind: str, number: int) -> None:
        deed = DEEDS[kind]
        does = deed.does.format(number)
        given = {**_suggested(room, number), **room.usual, **room.typed.get((kind, number), {})}
        super().__init__(does, Form(deed.fields, given, does))
        self.room, self._kind, self._number = room, kind, number
        self._writes = deed.writes.format(number)

    def head(self) -> list[Line]:
        """Say what will be written."""
        sure = f"Records are never rewritten: record {self._number} stays as it is, byte for byte."
        return [*wrapped(f"{self._writes} {sure}", self.columns, "  "), BLANK]

    def help(self) -> str:
        """Name the command that does the same."""
        command = f"advisor records {self._kind} {self._number} --records {self.room.directory}"
        return f"The same in a shell: {command}; with --help it tells its options."

    def submit(self) -> None:
        """Have it done."""
        values = self.form.values
        self._keep()
        by, because, more = values["by"], values["because"], values.get(MORE[self._kind], "")
        act = Act(self._kind, self.room.directory, self._number, by, because, more)
        self.is_working = "Verifying the record, then signing it …" if self._kind == "sign" else "Writing …"
        self.room.clerk.ask(act, lambda answer: self._hear(act, answer))
        self.redraw()

    def _hear(self, act: Act, answer: Answer) -> None:
        if not isinstance(answer, Finished) or not self.can_be_drawn:
            return
        if answer.at_terminal:
            from advisor.tui.ledger.sign import sign_at_terminal

            answer = sign_at_terminal(self.app, act)
        if not answer.ok:
            self.refuse(f"Nothing was written: {' '.join(answer.lines)}")
            return
        self.room.usual.update({name: text for name, text in self.form.values.items() if name in ("by", "key")})
        self.room.typed.pop((self._kind, self._number), None)
        self.room.said = (" ".join(answer.lines), "good")
        self.dismiss()

    def action_back(self) -> None:
        """Go back; what was typed is there when one comes again."""
        self._keep()
        self.dismiss()

    def _keep(self) -> None:
        self.room.typed[self._kind, self._number] = self.form.values


def _suggested(room: LedgerScreen, number: int) -> dict[str, str]:
    """Suggest one signer, and the marked record where it is newer."""
    newer = str(room.marked) if room.marked > number else ""
    return {"signers": "1", "newer": newer}

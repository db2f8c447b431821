"""Sign, disapprove, accept, supersede, withdraw: what each takes and writes; signing may be handed the terminal."""

from __future__ import annotations

import shlex
import signal
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from textual.app import SuspendNotSupported

from advisor.isolated import isolated_command
from advisor.tui.app.hangup import HANGUPS, end_at_once
from advisor.tui.widgets.form_screen import Field, Form, FormScreen
from advisor.tui.widgets.styled_text import BLANK, wrapped
from advisor.tui.workers.messages import ChangeRecord, Finished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App

    from advisor.tui.ledger.base import LedgerContext
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.messages import ChangeRecord, LedgerAnswer, LedgerTask


def sign_at_terminal(app: App[int], act: ChangeRecord) -> Finished:
    """Leave the screen, let `advisor records sign` ask for a passphrase or a touch, and come back with what it said."""
    return run_at_terminal(app, _arguments(act), _what(act), act.key)


def run_at_terminal(app: App[int], arguments: list[str], what: str, key: str) -> Finished:
    """Leave the screen and let a command that signs ask for a passphrase or a touch."""
    try:
        with app.suspend(), _ended_with_the_line(), _stopped_with_its_child(), _interrupts_left_to_others():
            return _run(arguments, what, key)
    except SuspendNotSupported:
        message = (
            "This key asks you for something, and this terminal cannot be handed over. In a shell: advisor "
            f"{shlex.join(arguments)}"
        )
        return Finished(False, (message,))


def in_a_shell(act: ChangeRecord) -> str:
    """The command that does the same."""
    return f"advisor {shlex.join(_arguments(act))}"


def _arguments(act: ChangeRecord) -> list[str]:
    who = "--as" if act.kind in SIGNED else "--by"
    options = {"--records": act.directory, "--key": act.key, who: act.by, "--because": act.because}
    options |= {"--signers": act.more} if act.kind == "accept" else {}
    newer = [act.more] if act.kind == "supersede" else []
    given = (f"{name}={text}" for name, text in options.items() if text)
    return ["records", act.kind, str(act.number), *newer, *given]


def task_arguments(task: LedgerTask) -> list[str]:
    """The arguments of the command that does the same as a task that was confirmed."""
    values, about = task.values, [task.values["source"]] if task.kind == "merge" else [str(task.number)]
    options = {"--records": task.directory, "--key": values["key"], "--by": values["by"]}
    given = [*options.items(), ("--because", values["because"])]
    given += [("--only", name) for name in values.get("only", "").replace(",", " ").split()]
    return ["records", task.kind, *about, *(f"{name}={text}" for name, text in given if text)]


def _what(act: ChangeRecord) -> str:
    return f"record {act.number}" if act.kind == "sign" else f"the statement about record {act.number}"


def _signed(act: ChangeRecord) -> Finished:
    return _run(_arguments(act), _what(act), act.key)


def _run(arguments: list[str], what: str, key: str) -> Finished:
    print(f"\nSigning {what} with {key}. ctrl+c gives up.", flush=True)
    # Errors stay on the terminal: there a hardware key asks for its touch.
    command = isolated_command("advisor", arguments)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        return Finished(True, (done.stdout.strip(),))
    with suppress(EOFError):
        input("\nNothing was signed. Press Enter to go back. ")
    return Finished(False, ("the reason is shown on the terminal.",))


@contextmanager
def _ended_with_the_line() -> Iterator[None]:
    """End at once where the terminal is gone: coming back to it would wait for ever, and every answer is kept."""
    before = {number: signal.signal(number, end_at_once) for number in HANGUPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _stopped_with_its_child() -> Iterator[None]:
    """Let ctrl+z stop this program too: the loop, which handles it otherwise, does not run meanwhile."""
    before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)


@contextmanager
def _interrupts_left_to_others() -> Iterator[None]:
    """Keep ctrl+c from ending this program; a handler, unlike ignoring, is not handed on to the command."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


BY = Field("by", "by", "Who does it, by name or e-mail address.", required=True)
BECAUSE = Field("because", "because", "Why, in a sentence.", required=True)
KEY = Field("key", "SSH key", "Signs it; empty: nobody vouches for these words. `by` is then who the key belongs to.")
SIGNATURE = (
    Field("by", "you are", "The name by which an allowed-signers file knows you.", required=True),
    Field("key", "SSH key", "A private key's file, or a public one your agent holds.", required=True),
    BECAUSE,
)
"""What an act takes that is nothing without a signature."""
SIGNED = ("sign", "disapprove")
"""The acts that are nothing without a signature."""
MORE = {"accept": "signers", "supersede": "newer"}
"""The field that only this act has."""


class ActionForm(NamedTuple):
    """An act: what it is called, what it writes, and what it takes."""

    does: str
    writes: str
    fields: tuple[Field, ...]


ACTION_FORMS = {
    "sign": ActionForm(
        "Sign record {}",
        "Adds a sign-off to the ledger, with your signature over the bytes of record {}, after verifying it.",
        SIGNATURE,
    ),
    "disapprove": ActionForm(
        "Disapprove of record {}",
        "Adds your signed objection to record {}, after verifying it; until you sign it, nobody can accept it.",
        SIGNATURE,
    ),
    "accept": ActionForm(
        "Accept record {}",
        "Adds a record that says that record {} is accepted, if enough people have signed it and nobody disapproves.",
        (Field("signers", "signers asked", "How many must have signed, each with a key of their own.", required=True),
         BY, BECAUSE, KEY),
    ),
    "supersede": ActionForm(
        "Supersede record {}",
        "Adds a record that says that a newer decision takes the place of record {}.",
        (Field("newer", "newer record", "The number of the newer decision.", required=True), BY, BECAUSE, KEY),
    ),
    "withdraw": ActionForm(
        "Withdraw record {}",
        "Adds a record that says that record {} no longer holds, with nothing in its place.",
        (BY, BECAUSE, KEY),
    ),
}  # fmt: skip


class RecordActionScreen(FormScreen):
    """Asks for what one act takes, and does it."""

    def __init__(self, ledger: LedgerContext, kind: str, number: int) -> None:
        form = ACTION_FORMS[kind]
        does = form.does.format(number)
        usual = {name: text for name, text in ledger.usual.items() if kind in SIGNED or name != "key"}
        given = {**_suggested(ledger, number), **usual, **ledger.typed.get((kind, number), {})}
        super().__init__(does, Form(form.fields, given, does))
        self.ledger, self._kind, self._number = ledger, kind, number
        self._writes = form.writes.format(number)

    def head(self) -> list[Line]:
        """Say what will be written."""
        sure = f"Records are never rewritten: record {self._number} stays as it is, byte for byte."
        return [*wrapped(f"{self._writes} {sure}", self.columns, "  "), BLANK]

    def help(self) -> str:
        """Name the command that does the same."""
        command = f"advisor records {self._kind} {self._number} --records {self.ledger.directory}"
        return f"The same in a shell: {command}; with --help it tells its options."

    def submit(self) -> None:
        """Have it done."""
        values = self.form.values
        self._keep()
        by, because, more = values["by"], values["because"], values.get(MORE.get(self._kind, ""), "")
        act = ChangeRecord(self._kind, self.ledger.directory, self._number, by, because, more, values["key"])
        self.is_working = "Verifying the record, then signing it …" if self._kind in SIGNED else "Writing …"
        self.ledger.ledger_client.ask(act, lambda answer: self._on_answer(act, answer))
        self.redraw()

    def _on_answer(self, act: ChangeRecord, answer: LedgerAnswer) -> None:
        if not isinstance(answer, Finished) or not self.can_be_drawn:
            return
        if answer.at_terminal:
            answer = sign_at_terminal(self.app, act)
        if not answer.ok:
            self.refuse(f"Nothing was written: {' '.join(answer.lines)}")
            return
        self.ledger.usual.update(
            {name: text for name, text in self.form.values.items() if name in ("by", "key") and text}
        )
        self.ledger.typed.pop((self._kind, self._number), None)
        self.ledger.message = (" ".join(answer.lines), "good")
        self.dismiss()

    def action_back(self) -> None:
        """Go back; what was typed is there when one comes again."""
        self._keep()
        self.dismiss()

    def _keep(self) -> None:
        self.ledger.typed[self._kind, self._number] = self.form.values


def _suggested(ledger: LedgerContext, number: int) -> dict[str, str]:
    """Suggest one signer, and the marked record where it is newer."""
    newer = str(ledger.marked) if ledger.marked > number else ""
    return {"signers": "1", "newer": newer}

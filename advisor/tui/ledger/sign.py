"""Sign with a key that asks its owner for something: the terminal is handed to the command line for as long."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from advisor.tui.app.hangup import CUT, end_at_once
from advisor.tui.workers.ledger_messages import Finished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App

    from advisor.tui.workers.ledger_messages import Act


def sign_at_terminal(app: App[int], act: Act) -> Finished:
    """Leave the screen, let `advisor records sign` ask for a passphrase or a touch, and come back with what it said."""
    try:
        with app.suspend(), _ended_with_the_line(), _interrupts_left_to_others():
            return _signed(act)
    except SuspendNotSupported:
        said = (
            f"This key asks you for something, and this terminal cannot be handed over. In a shell: {in_a_shell(act)}"
        )
        return Finished(False, (said,))


def in_a_shell(act: Act) -> str:
    """The command that does the same."""
    return f"advisor {shlex.join(_arguments(act))}"


def _arguments(act: Act) -> list[str]:
    options = {"--records": act.directory, "--key": act.more, "--as": act.by, "--because": act.because}
    return ["records", "sign", str(act.number), *(f"{name}={text}" for name, text in options.items())]


def _signed(act: Act) -> Finished:
    print(f"\nSigning record {act.number} with {act.more}. ctrl+c gives up.", flush=True)
    # Errors stay on the terminal: there a hardware key asks for its touch.
    command = [sys.executable, "-m", "advisor", *_arguments(act)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        return Finished(True, (done.stdout.strip(),))
    with suppress(EOFError):
        input("\nNothing was signed. Press Enter to go back. ")
    return Finished(False, ("the reason stood on the terminal.",))


@contextmanager
def _ended_with_the_line() -> Iterator[None]:
    """End at once where the terminal is gone: coming back to it would wait for ever, and every answer is kept."""
    before = {number: signal.signal(number, end_at_once) for number in CUT}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _interrupts_left_to_others() -> Iterator[None]:
    """Keep ctrl+c from ending this program; a handler, unlike ignoring, is not handed on to the command."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

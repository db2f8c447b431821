"""Signals of the terminal, and handing it to a command: its end, job control, and keys left to the command."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING

from textual.app import App, SuspendNotSupported

from advisor.processes import isolated_command
from advisor.tui.workers.messages import Finished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


HANGUPS = (signal.SIGHUP, signal.SIGTERM)
GRACE_S = 5.0
"""How long the program may take to end by itself; writing to a terminal that is gone can block for ever."""


def end_on_hangup(hang_up: Callable[[], None]) -> None:
    """Call `hang_up` from the running loop when the line is cut, and insist where that does not end the program."""
    for number in HANGUPS:
        asyncio.get_running_loop().add_signal_handler(number, hang_up)
        # The loop hears of a signal by a pipe, whatever handler stands; this one runs where the loop is kept waiting.
        signal.signal(number, _insist)


def stop_from_the_loop() -> None:
    """Let the running loop call Textual's own handlers for stopping and continuing the program.

    They queue text for the terminal and wait for the thread that writes it. As plain signal handlers they may interrupt
    the main thread while it holds the lock of that queue, and then wait for ever.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTSTP, signal.SIGCONT):
        handler = signal.getsignal(number)
        if callable(handler):  # only where a terminal is driven
            loop.add_signal_handler(number, handler, number, None)


def _end_at_once(number: int, _: FrameType | None) -> None:
    """A handler for times when nothing is unsaved and the loop does not run."""
    os._exit(128 + number)


def _insist(number: int, _: FrameType | None) -> None:
    timer = Timer(GRACE_S, os._exit, (128 + number,))
    timer.daemon = True
    timer.start()


MEANWHILE: dict[int, Callable[[int, FrameType | None], object] | signal.Handlers] = {
    # Coming back to a terminal that is gone would wait for ever, and every answer is kept.
    **dict.fromkeys(HANGUPS, _end_at_once),
    # The loop, which else lets this program be stopped too, does not run.
    signal.SIGTSTP: signal.SIG_DFL,
    # Left to the command: a handler, unlike ignoring, is not handed on to it.
    signal.SIGINT: lambda *_: None,
}
"""How signals are handled while another command has the terminal."""


def run_at_terminal(app: App[int], arguments: list[str], what: str, key: str) -> Finished:
    """Leave the screen and let a command that signs ask for a passphrase or a touch."""
    try:
        with app.suspend(), _handled_meanwhile():
            return run_command(arguments, what, key)
    except SuspendNotSupported:
        message = (
            "This key asks you for something, and this terminal cannot be handed over. In a shell: advisor "
            f"{shlex.join(arguments)}"
        )
        return Finished(False, (message,))


def run_command(arguments: list[str], what: str, key: str) -> Finished:
    """Run a command that signs, which may ask on the terminal, and give what it printed."""
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
def _handled_meanwhile() -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number, handler in MEANWHILE.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

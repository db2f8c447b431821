"""The entry point: run one command, and turn whatever happens into one sentence and an exit status."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TextIO

from advisor.ascii_text import AsciiStream, VisibleStream
from advisor.cli.framework.commands import COMPLETION, INTERFACE, INTERFACE_OPTIONS, load
from advisor.cli.framework.fast_path import options_of_ask
from advisor.errors import AdvisorError
from advisor.tui.app.terminal import describe_terminal

# The shell's numbers for a program ended by SIGINT and by SIGPIPE, and sysexits.h's for a fault of the program's own.
INTERRUPTED, BROKEN_PIPE, FAULT = 130, 141, 70
FULL = (errno.ENOSPC, errno.EDQUOT)


def main() -> None:
    """Run `advisor` with the arguments of this process, and exit."""
    _write_what_is_shown()
    status = run(sys.argv[1:])
    if status in (BROKEN_PIPE, FAULT):
        _discard_output()
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status; prints at most one sentence about what went wrong."""
    try:
        status = _dispatch(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except AdvisorError as error:
        return _say(error.sentence, error.status)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    except OSError as error:
        if error.errno not in FULL:
            return _crashed(error)
        _discard_output()
        return _say(f"standard output: {error.strerror}; free some space and run it again", FAULT)
    except Exception as error:
        return _crashed(error)
    return status


def _crashed(error: Exception) -> int:
    from advisor.cli.framework.crash import report_crash

    return _say(report_crash(error), FAULT)


def _dispatch(arguments: list[str]) -> int:
    """Open the interface without importing click, where no more is asked for; else let click find the command."""
    options = options_of_ask(arguments) if COMPLETION not in os.environ else None
    if options is not None:
        return int(load(INTERFACE)(**options) or 0)
    from advisor.cli.framework.invoke import invoke

    of_ask = bool(arguments) and arguments[0].partition("=")[0] in INTERFACE_OPTIONS
    return invoke(["ask", *arguments] if of_ask else arguments)


def _write_what_is_shown() -> None:
    """Have all output spelled: what steers a terminal never reaches it, and one that shows only ASCII gets no more."""
    only_ascii = describe_terminal(os.environ).ascii
    sys.stdout, sys.stderr = _spelled(sys.stdout, only_ascii), _spelled(sys.stderr, only_ascii)


def _spelled(stream: TextIO, only_ascii: bool) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    is_terminal = stream.isatty()
    # The interface goes on writing to the stream itself; both share one buffer.
    kind = AsciiStream if only_ascii and is_terminal else VisibleStream
    buffered = is_terminal or stream.line_buffering
    return kind(
        stream.buffer,
        encoding="utf-8" if kind is AsciiStream else stream.encoding,
        errors="replace",
        line_buffering=buffered,
    )


def _say(sentence: str, status: int) -> int:
    print(f"advisor: {sentence}", file=sys.stderr)
    return status


def _discard_output() -> None:
    """Send what is still buffered for standard output nowhere, or Python complains about it while exiting."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""The entry point: run one command, and turn whatever happens into one sentence, a log and an exit status."""

from __future__ import annotations

import errno
import io
import os
import platform
import sys
import traceback
from pathlib import Path
from typing import TextIO

from advisor import __version__
from advisor.cli.framework.options import COMPLETION, INTERFACE, INTERFACE_OPTIONS, load, options_of_ask
from advisor.errors import AdvisorError
from advisor.paths import error_log
from advisor.text import AsciiStream, VisibleStream
from advisor.tui.settings import describe_terminal

# Unhandled exceptions: the traceback goes to a log, one sentence to the user.


def report_crash(error: Exception) -> str:
    """Append the traceback to the log; returns the sentence that says what happened and where the details are."""
    said = " ".join(str(error).split())
    blame = "the system refused an operation" if isinstance(error, OSError) else "a fault of the program itself"
    what = f"{blame}: {type(error).__name__}" + (f" ({said})" if said else "")
    try:
        log = error_log(os.environ)
        _append(log, error)
    except (OSError, RuntimeError) as reason:
        return f"{what}; its details could not be written to a log: {reason}"
    return f"{what}; its details are in {log}"


def _append(log: Path, error: Exception) -> None:
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Only the user may read it: a message can quote an answer.
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as lines:
        lines.write(f"advisor {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
        lines.writelines(traceback.format_exception(error))
        lines.write("\n")


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
    return _say(report_crash(error), FAULT)


def _dispatch(arguments: list[str]) -> int:
    """Open the interface without importing click, where no more is asked for; else let click find the command."""
    options = options_of_ask(arguments) if COMPLETION not in os.environ else None
    if options is not None:
        return int(load(INTERFACE)(**options) or 0)
    from advisor.cli.framework.group import invoke

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

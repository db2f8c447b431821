"""Unhandled exceptions: the traceback goes to a log, one sentence to the user."""

from __future__ import annotations

import os
import platform
import traceback
from pathlib import Path

from advisor import __version__
from advisor.paths import error_log


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

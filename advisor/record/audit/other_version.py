"""Replay by the version that made a decision: its own `records verify`, run isolated in a virtual environment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from advisor.errors import BadInput

_SECONDS = 300
_START = "from advisor.cli.main import main; main()"


def replayed_by(environment: Path, ledger: Path, number: int, version: str) -> str:
    """`same`, `differs` or `toss-up`, as the program in a virtual environment finds; raises BadInput otherwise."""
    python = environment / "bin" / "python"
    if not python.is_file():
        raise BadInput(f"--replay-with {environment}", "is not a virtual environment", "it has no bin/python")
    found = _run(python, "-c", "import advisor; print(advisor.__version__)").strip()
    if found != version:
        held = f"advisor {found}" if found else "no advisor"
        raise BadInput(f"--replay-with {environment}", f"holds {held}", f"the record was made by {version}")
    answer = _run(
        python, "-c", _START, "records", "verify", str(number), "--no-today", "--records", str(ledger.resolve()),
        "--format", "json",
    )  # fmt: skip
    try:
        (record,) = [each for each in json.loads(answer)["records"] if each["number"] == number]
        return str(record["replay"]["verdict"])
    except (KeyError, TypeError, ValueError):
        raise BadInput(f"--replay-with {environment}", f"gave no replay of record {number}") from None


def _run(python: Path, *arguments: str) -> str:
    """What a command prints, isolated from the working directory and from PYTHON* variables."""
    try:
        done = subprocess.run(
            [str(python), "-I", *arguments], capture_output=True, text=True, timeout=_SECONDS, check=False, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadInput(str(python), f"cannot be run: {error}") from None
    return done.stdout

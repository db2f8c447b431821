"""Run programs with their calendar clock shifted by days (Linux): `python -m tests.clock +400 COMMAND…`.

Preloads tests/clock_shift.c, so that every program is fooled, whatever it reads the time with. Waiting is measured by
another clock and takes as long as ever.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("clock_shift.c")
PRELOAD, SHIFT = "LD_PRELOAD", "CLOCK_SHIFT_S"
DAY_S = 24 * 60 * 60

CLOCK = {name: os.environ[name] for name in (PRELOAD, SHIFT) if name in os.environ}
"""What hands the clock of this process on to a program with an environment of its own."""


@contextmanager
def shifted(days: int) -> Iterator[dict[str, str]]:
    """Variables under which a program reads a clock that is `days` ahead of this process's."""
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
    with tempfile.TemporaryDirectory(prefix="clock-") as folder:
        library = Path(folder, "clock_shift.so")  # its path has no space or colon, which LD_PRELOAD would split at
        subprocess.run([*compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE)], check=True)
        seconds = int(os.environ.get(SHIFT, "0")) + days * DAY_S
        yield {PRELOAD: str(library), SHIFT: str(seconds)}


def main(days: str, *command: str) -> int:
    """Run a command so; returns its status."""
    with shifted(int(days)) as variables:
        return subprocess.run(command, env={**os.environ, **variables}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

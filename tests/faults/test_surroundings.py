"""Full disk, no HOME, no TERM, closed streams, locale C: clear words and the status of the contract."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from advisor.atomic_write import write_atomically
from advisor.isolated import isolated_command

QUICK = ("catalog", "show", "gpus")


def _shell(line: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command line of the program in a shell; `advisor` in it is the program."""
    start = isolated_command("advisor.__main__", ())
    base = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8", **environment}
    given = {name: value for name, value in base.items() if value}
    script = line.replace("advisor ", '"$@" ')
    return subprocess.run(
        ["bash", "-c", script, "bash", *start], env=given, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(("line", "environment", "status", "said"), [
    ("advisor catalog show gpus > /dev/full", {}, 1, "no space left on device"),
    ("advisor catalog show gpus --output /dev/full", {}, 1, "device"),
    ("advisor catalog show gpus > /dev/null", {"HOME": "", "TERM": ""}, 0, ""),
    ("advisor catalog show gpus > /dev/null", {"HOME": "/proc/1/nothing"}, 0, ""),
    ("advisor catalog show gpus >&-", {}, 0, ""),
    ("advisor catalog show gpus > /dev/null 2>&-", {}, 0, ""),
    ("advisor assess - <&-", {}, 2, "standard input: is closed"),
    ("advisor catalog show gpus > /dev/null", {"LANG": "C", "LC_ALL": "C"}, 0, ""),
    ("advisor catalog show | head -1 > /dev/null; exit ${PIPESTATUS[0]}", {}, 141, ""),
    ("advisor assess $'\\x1b[2Kx\\u202e.toml'", {}, 2, "<U+001B>[2Kx<U+202E>.toml: no such file"),
])  # fmt: skip
def test_a_fault_around_the_program_is_said_in_one_line(
    line: str, environment: dict[str, str], status: int, said: str, tmp_path: Path
) -> None:
    done = _shell(line, tmp_path, **environment)
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1
    assert Path("/dev/full").is_char_device()


def test_a_device_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="device, pipe or folder"):
        write_atomically(tmp_path / "pipe", "text")
    assert (tmp_path / "pipe").is_fifo()

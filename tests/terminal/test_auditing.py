"""The walk through docs/auditing.md runs as it is written, and prints what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from shlex import quote

import advisor
from tests.environment import environment

ROOT = Path(advisor.__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "auditing.md"
ANYTHING = "…"


def blocks() -> list[tuple[str, list[str]]]:
    """Every command of the page with the lines it should print; `…` stands for anything, also for several lines."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def pattern(lines: list[str]) -> re.Pattern[str]:
    parts = (re.escape(part) for part in "\n".join(lines).split(ANYTHING))
    return re.compile(".*?".join(parts).replace(r"\n.*?\n", r"\n(?:.*?\n)?") + r"\n?", re.S)


def auditor(place: Path) -> dict[str, str]:
    """A directory with the examples alone, and `advisor` on the path, as after an installation."""
    shutil.copytree(ROOT / "examples", place / "examples")
    (place / "bin").mkdir()
    program = place / "bin" / "advisor"
    program.write_text(f'#!/bin/sh\nexec {quote(sys.executable)} -m advisor "$@"\n')
    program.chmod(0o755)
    path = f"{place / 'bin'}:{os.environ['PATH']}"
    return environment(PATH=path, PYTHONPATH=str(ROOT), LC_ALL="C.UTF-8", HOME=str(place))


def test_every_command_of_the_page_prints_what_the_page_shows(tmp_path: Path) -> None:
    environment = auditor(tmp_path)
    variables = ""
    assert len(blocks()) > 20
    for command, expected in blocks():
        run = ["bash", "-c", f"{variables}{command}"]
        done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert not done.stderr, f"{command}\n{done.stderr}"
        assert pattern(expected).fullmatch(done.stdout), f"{command}\n{done.stdout}"
        if re.match(r"\w+=", command):
            variables += f"{command}; "


def test_the_shipped_ledger_is_the_one_described(tmp_path: Path) -> None:
    """Five records, two signers, one superseded; private keys are nowhere."""
    names = [path.name for path in (ROOT / "examples" / "ledger").rglob("*")]
    assert sum(name.endswith("-record.toml") for name in names) == 5
    assert sum(name.endswith(".sig") for name in names) == 2
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in (ROOT / "examples").rglob("*") if path.is_file())

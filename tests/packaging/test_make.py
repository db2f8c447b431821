"""`make run` without a terminal, and what it says on a machine that lacks something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import environment
from tests.soak import SOAK

ROOT = Path(__file__).resolve().parents[2]
SHELL_TOOLS = ("sh", "sed", "tr", "basename", "dirname")
DEBIAN, FEDORA = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', "ID=fedora\n"


def make_run(*arguments: str) -> str:
    tools = f"BIN={os.path.relpath(Path(sys.executable).parent, ROOT)}"
    command = ["make", "-s", "run", "-o", ".venv/advisor.stamp", tools, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_make_run_without_a_terminal_prints_one_line_for_each_example() -> None:
    """In CI for two of them: looking for what would change twelve verdicts takes a minute."""
    assert "/advisor assess --brief examples/*.toml &&" in make_run("-n")
    assert len(list((ROOT / "examples").glob("*.toml"))) == 12
    two = ("EXAMPLES=examples/clinical-notes.toml examples/fedramp-deployment.toml",)
    heads, *rows, _blank, one, interface = make_run(*(() if SOAK else two)).splitlines()
    rows = [row for row in rows if not row.startswith(("of that for failed tasks", "  "))]
    assert heads.split() == ["workload", "route", "offer", "$/month", "status"]
    assert len(rows) == (12 if SOAK else 2)
    assert "advisor assess examples/team-of-20.toml" in one
    assert "make run" in interface


def preflight(folder: Path, purpose: str, os_release: str, **tools: str) -> subprocess.CompletedProcess[str]:
    """Ask what is missing where only a shell and the named tools, given as scripts, are on the path."""
    folder.mkdir(exist_ok=True)
    for name in SHELL_TOOLS:
        (path,) = [found for place in ("/bin", "/usr/bin") if (found := Path(place, name)).exists()][:1]
        (folder / name).symlink_to(path)
    for name, script in {"uname": "echo Linux", **tools}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (folder / name).chmod(0o755)
    (folder / "os-release").write_text(os_release, "utf-8")
    variables = environment(PATH=str(folder), OS_RELEASE=str(folder / "os-release"))
    return subprocess.run(
        [".ci/preflight", purpose], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("os_release", "uname", "how"),
    [
        (DEBIAN, "Linux", "apt-get install python3 python3-venv python3-dev build-essential tmux"),
        (FEDORA, "Linux", "dnf install python3-devel gcc tmux"),
        ("", "Darwin", "xcode-select --install && brew install python3 tmux zsh fish"),
        ("ID=plan9\n", "Linux", "(Debian), dnf install python3-devel gcc tmux"),
    ],
)
def test_one_sentence_says_what_is_missing_and_how_to_get_it(
    os_release: str, uname: str, how: str, tmp_path: Path
) -> None:
    done = preflight(tmp_path / "bin", "test", os_release, uname=f"echo {uname}")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("advisor: missing: Python 3.11 or newer as python3 ")
    assert "a C compiler, tmux, strace, zsh, fish" in done.stderr
    assert how in done.stderr


def test_a_python_without_headers_or_venv_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    answers = f'case "$*" in *ensurepip*) exit 1;; *include*) echo {tmp_path}/none;; *CC*) echo cc;; esac'
    compiler = 'read line; case "$line" in *Python.h*) exit 1;; esac'
    done = preflight(tmp_path / "bin", "run", DEBIAN, python3=answers, cc=compiler)
    assert (done.returncode, done.stderr) == (
        2,
        "advisor: missing: Python's venv module, Python's headers; install with: apt-get install python3-venv"
        " python3-dev\n",
    )


def test_nothing_is_said_where_nothing_is_missing() -> None:
    done = subprocess.run(
        [".ci/preflight", "test"], cwd=ROOT, env={**os.environ, "PYTHON": str(Path(sys.executable).resolve())},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")

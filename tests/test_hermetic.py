"""What tests may not do is noticed: stray files, processes left behind, sleeping instead of waiting."""

from __future__ import annotations

import ast
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hermetic import LOCK, ROOT, SEALED, processes, remove_abandoned
from tests.waiting import wait_until

CLEAN = """
import os, subprocess, sys, tempfile
from pathlib import Path

def test_it(tmp_path):
    (tmp_path / "file").write_text("in its own folder")
    tempfile.NamedTemporaryFile().close()
    Path.home().joinpath(".config").mkdir()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    assert "(someone)" in os.environ["HOME"]
"""
LEAVES_A_PROCESS = """
import subprocess

def test_it():
    subprocess.Popen(["sleep", "987"])
"""
LEAVES_A_DAEMON = """
import subprocess

def test_it():
    subprocess.run(["sh", "-c", "sleep 987 >/dev/null 2>&1 &"], check=True)
"""
LEAVES_A_PROCESS_IN_A_SHARED_FIXTURE = """
import subprocess, pytest

@pytest.fixture(scope="module")
def helper():
    return subprocess.Popen(["sleep", "987"])

def test_it(helper):
    assert helper.poll() is None
"""
WRITES_ELSEWHERE = """
def test_it():
    open({elsewhere!r} + "/stray", "w").close()
"""
WRITES_ELSEWHERE_IN_A_PROCESS = """
import subprocess

def test_it():
    subprocess.run(["mkdir", {elsewhere!r} + "/advisor"], check=True)
    subprocess.run(["touch", {elsewhere!r} + "/advisor/stray"], check=True)
"""
IS_KILLED = """
import os, signal, subprocess

def test_it():
    folder = os.environ["ADVISOR_TESTS_FOLDER"]
    daemon = "sleep 987 >/dev/null 2>&1 & echo $! > "
    subprocess.run(["sh", "-c", daemon + folder + "/daemon"], check=True, start_new_session=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def run(test: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one test file in a session of its own, whose user keeps state in `elsewhere`."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (folder / "test_case.py").write_text(test.replace("{elsewhere!r}", repr(str(elsewhere))), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != SEALED}
    environment |= {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(elsewhere), "ADVISOR_TESTS_END_S": "0.5"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.hermetic", "-p", "no:cacheprovider", "-c", os.devnull,
         "--rootdir", str(folder), str(folder / "test_case.py")],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_a_clean_test_passes_and_leaves_no_folder(tmp_path: Path) -> None:
    done = run(CLEAN, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(Path(os.environ["TMPDIR"]).glob("advisor-tests-*"))


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (LEAVES_A_PROCESS, "left processes behind: sleep 987"),
        (LEAVES_A_DAEMON, "left processes behind: sleep 987"),
        (LEAVES_A_PROCESS_IN_A_SHARED_FIXTURE, "fixtures left processes behind: sleep 987"),
        (WRITES_ELSEWHERE, "wrote outside the session's folder: "),
        (WRITES_ELSEWHERE_IN_A_PROCESS, "new files outside the session's folder: "),
    ],
)
def test_what_a_test_may_not_do_fails_it(test: str, said: str, tmp_path: Path) -> None:
    done = run(test, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert said in done.stdout + done.stderr


def test_what_a_killed_session_left_is_removed_by_the_next_one(tmp_path: Path) -> None:
    """A folder without a lock may be anybody's, and one that is locked is in use: both stay."""
    place = Path(os.environ["TMPDIR"])
    killed = run(IS_KILLED, tmp_path)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    (left,) = place.glob("advisor-tests-*")
    daemon = int((left / "daemon").read_text("utf-8"))
    others, in_use = place / "advisor-tests-others", place / "advisor-tests-in-use"
    others.mkdir()
    in_use.mkdir()
    with (in_use / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        remove_abandoned(place)
        assert set(place.glob("advisor-tests-*")) == {others, in_use}
    wait_until(lambda: daemon not in processes(), "the daemon has ended")
    remove_abandoned(place)
    assert set(place.glob("advisor-tests-*")) == {others}
    others.rmdir()


SLEEPS = {"time.sleep", "asyncio.sleep", "sleep"}


def bare_sleeps(source: str) -> Iterator[int]:
    """Find the lines that sleep: time.sleep, asyncio.sleep, or a pause of the interface with a length."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            lasts = not (len(node.args) == 1 and ast.unparse(node.args[0]) == "0")
            if (name in SLEEPS and lasts) or (name.endswith(".pause") and node.args and lasts):
                yield node.lineno


@pytest.mark.parametrize("line", ["time.sleep(1)", "await asyncio.sleep(0.1)", "await pilot.pause(0.2)", "sleep(SOME)"])
def test_a_bare_sleep_is_found(line: str) -> None:
    assert list(bare_sleeps(f"async def test():\n    {line}\n")) == [2]


@pytest.mark.parametrize(
    "line", ["time.sleep(0)", "await pilot.pause()", "elapse(1, 'a slow line')", "'time.sleep(9)'"]
)
def test_waiting_is_not_taken_for_sleeping(line: str) -> None:
    assert list(bare_sleeps(f"async def test():\n    {line}\n")) == []


def test_no_test_sleeps_where_it_could_wait() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != ROOT / "tests" / "waiting.py"
        for line in bare_sleeps(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "wait for a condition: tests/waiting.py"

"""Keeps the tests to themselves, as a plugin of pytest.

Every session runs with a home, XDG and temporary folder of its own, under names with spaces and parentheses. A test
fails that leaves a process behind or writes outside the temporary folder; a session fails that leaves a new file in the
checkout or in the user's own folders. What a session that was killed left behind, the next one ends and removes.
tests/test_hermetic.py checks that each of these is noticed.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[1]
SEALED = "ADVISOR_TESTS_FOLDER"
"""The variable that names this session's folder; the workers of pytest-xdist inherit it."""
PREFIX = "advisor-tests-"
LOCK = "lock"
"""The file in a session's folder that it holds locked: once the lock is free, the session has ended."""
XDG = {"CONFIG": ".config", "STATE": ".local/state", "DATA": ".local/share", "CACHE": ".cache"}
UNSET = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "TMUX")
END_S = float(os.environ.get("ADVISOR_TESTS_END_S", "10"))
"""How long a process may take to end after its test."""
CACHES = frozenset({".venv", ".git", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "build"})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = {
    **dict.fromkeys(("os.mkdir", "os.rmdir", "os.remove", "os.truncate", "os.chmod", "os.utime"), (0,)),
    **dict.fromkeys(("os.link", "os.symlink"), (1,)),
    "os.rename": (0, 1),
}
"""The events of Python's audit hooks that change a folder, and which of their arguments are paths in it."""


def pytest_configure(config: pytest.Config) -> None:
    """Give the session its folders before anything reads the environment."""
    if SEALED not in os.environ:
        folders = Folders()
        config.pluginmanager.register(folders, "hermetic-folders")
        # Short: the name of a socket below it may have some hundred characters at most.
        config.option.basetemp = config.option.basetemp or folders.folder / "t"
    config.pluginmanager.register(Watch(Path(os.environ[SEALED])), "hermetic-watch")


class Folders:
    """The folders of a session: made before it, searched for strays and removed after it."""

    def __init__(self) -> None:
        home = Path.home()
        self._own = [Path(os.environ.get(f"XDG_{name}_HOME") or home / base, "advisor") for name, base in XDG.items()]
        self._before = self._files()
        remove_abandoned(Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        self._lock = _locked(self.folder)
        for name in UNSET:
            os.environ.pop(name, None)
        named = {f"XDG_{name}_HOME": f"xdg {name.lower()} (1)" for name in XDG}
        for variable, name in {"HOME": "home of (someone)", "TMPDIR": "tmp", **named}.items():
            (self.folder / name).mkdir()
            os.environ[variable] = str(self.folder / name)
        os.environ[SEALED] = str(self.folder)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(self.folder / "hypothesis")
        tempfile.tempdir = None  # read TMPDIR again

    def _files(self) -> set[Path]:
        """Every file of the checkout and of the user's own folders that the program would use."""
        found = set[Path]()
        for top in (ROOT, *self._own):
            for folder, inner, files in os.walk(top):
                inner[:] = [name for name in inner if name not in CACHES]
                found.update(Path(folder, name) for name in files)
        return found

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the session on stray files."""
        stray = sorted(map(str, self._files() - self._before))
        if stray:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            print(f"\nhermetic: new files outside the session's folder: {', '.join(stray)}", file=sys.stderr)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Remove the folder."""
        os.environ.pop(SEALED, None)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


def _locked(folder: Path) -> int:
    """Lock a session's folder while its process runs; the lock file gets its name once it is locked."""
    unnamed = folder / "unlocked"
    lock = os.open(unnamed, os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    unnamed.rename(folder / LOCK)
    return lock


def remove_abandoned(place: Path) -> None:
    """Remove the folders of sessions that were killed, and end the processes that still run in them."""
    for file in place.glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError), file.open("r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while the session runs
            for pid in _processes_in(file.parent.resolve()):
                os.kill(pid, signal.SIGKILL)
            shutil.rmtree(file.parent, ignore_errors=True)


def _processes_in(folder: Path) -> Iterator[int]:
    """The processes of which the command line or the environment names a folder (Linux)."""
    name = os.fsencode(folder)
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if entry.name != str(os.getpid()) and any(
                name in (entry / part).read_bytes() for part in ("cmdline", "environ")
            ):
                yield int(entry.name)


class Watch:
    """Fails the test that leaves a process behind or writes elsewhere; works in every process that runs tests."""

    def __init__(self, folder: Path) -> None:
        self._allowed = (str(folder), "/dev/", "/proc", "/run/sshd")
        self._watching = False
        self._written: list[str] = []
        self._held: dict[int, str] = {}
        _adopt_orphans()
        sys.addaudithook(self._audit)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """Watch while a test runs, with its fixtures."""
        self._watching = True
        try:
            return (yield)
        finally:
            self._watching = False

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Let a fixture that several tests share keep its processes until the session ends."""
        before = set(processes()) if fixturedef.scope != "function" else set[int]()
        result = yield
        if fixturedef.scope != "function":
            self._held |= {pid: command for pid, command in processes().items() if pid not in before}
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Fail the test, once its fixtures are closed."""
        result = yield
        written, self._written = self._written, []
        if written:
            pytest.fail(f"wrote outside the session's folder: {', '.join(sorted(set(written)))}", pytrace=False)
        if left := end_processes(set(self._held)):
            pytest.fail(f"left processes behind: {'; '.join(left)}", pytrace=False)
        return result

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the session on what shared fixtures left behind."""
        if self._held and (left := end_processes(set(processes()) - set(self._held))):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            print(f"\nhermetic: fixtures left processes behind: {'; '.join(left)}", file=sys.stderr)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._watching:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITING:
                self._note(path)
        elif event in CHANGING:
            for place in CHANGING[event]:
                if len(arguments) > place:
                    self._note(arguments[place])

    def _note(self, path: object) -> None:
        """Keep a path that lies elsewhere; names below an open directory are resolved by the system, not here."""
        if not isinstance(path, str | bytes | os.PathLike):
            return
        name = os.fsdecode(path)
        if not name.startswith("/"):
            return
        if "/__pycache__" not in name and not os.path.realpath(name).startswith(self._allowed):
            self._written.append(name)


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    state: str
    command: str


def processes() -> dict[int, str]:
    """All descendants of this process that still run, with their command lines."""
    if not _has_children():
        return {}
    table = _table()
    below = {os.getpid()}
    while more := {pid for pid, one in table.items() if one.parent in below} - below:
        below |= more
    below.discard(os.getpid())
    return {pid: table[pid].command for pid in sorted(below) if table[pid].state != "Z"}


def end_processes(held: set[int]) -> list[str]:
    """Wait until only the held processes are left; kills and names the others that do not end."""
    left: dict[int, str] = {}

    def gone() -> bool:
        nonlocal left
        left = {pid: command for pid, command in processes().items() if pid not in held}
        return not left

    try:
        wait_until(gone, "the processes of the test end", END_S)
    except AssertionError:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    if _has_children():
        _reap(held)
    return [f"{command} (process {pid})" for pid, command in left.items()]


def _reap(held: set[int]) -> None:
    """Reap the children that ended: orphans that were handed to this process, which nobody else waits for."""
    for pid, one in _table().items():
        if one.parent == os.getpid() and one.state == "Z" and pid not in held:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _table() -> dict[int, _Process]:
    if not Path("/proc/self/stat").exists():
        return _table_by_ps()
    table: dict[int, _Process] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with suppress(OSError):
                state, parent = Path(entry.path, "stat").read_text("utf-8", "replace").rpartition(") ")[2].split()[:2]
                command = Path(entry.path, "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                table[int(entry.name)] = _Process(int(parent), state, command.strip())
    return table


def _table_by_ps() -> dict[int, _Process]:
    with subprocess.Popen(["ps", "-axo", "pid=,ppid=,state=,command="], stdout=subprocess.PIPE, text=True) as ps:
        rows = [line.split(maxsplit=3) for line in ps.communicate()[0].splitlines()]
    listed = {int(row[0]): _Process(int(row[1]), row[2][0], row[3]) for row in rows if len(row) == 4}
    return {pid: one for pid, one in listed.items() if pid != ps.pid}


def _adopt_orphans() -> None:
    """Have the system hand this process what its children leave behind, so that it is seen (Linux)."""
    if sys.platform == "linux":
        become_subreaper = 36
        ctypes.CDLL(None).prctl(become_subreaper, 1, 0, 0, 0)

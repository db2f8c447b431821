"""An interview on disk: written before one notices, by one program at a time, and whole whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from advisor.atomic_write import write_atomically
from advisor.interview.reducer import Answer, begin, reduce
from advisor.interview.session import SessionHeld, SessionLock, holder, read_session, unfinished, write_session
from advisor.tui.interview.autosave import Autosave
from advisor.tui.start_screen import start_items
from tests.clock import touch
from tests.terminal.canned import SHEETS, VOCABULARY, app_in
from tests.terminal.test_screens import painted, type_text
from tests.waiting import elapse, until

HOLD = """
import sys
from pathlib import Path
from advisor.interview.session import SessionLock
SessionLock(Path(sys.argv[1])).take()
print("held", flush=True)
sys.stdin.read()
"""


def session_in(directory: Path, name: str = "notes") -> Path:
    path = directory / "sessions" / "one.toml"
    write_atomically(path, write_session(reduce(begin(SHEETS["full"], VOCABULARY), Answer("workload.name", name))))
    return path


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Have another program hold an interview, until it is killed."""
    program = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_the_second_program_is_told_who_has_the_interview(tmp_path: Path) -> None:
    path = session_in(tmp_path)
    with held(path) as first:
        with pytest.raises(SessionHeld, match=rf"one\.toml: is open in process {first.pid} on .* since .* UTC; go on"):
            SessionLock(path).take()
        assert f"process {first.pid}" in holder(path)


def test_a_lock_ends_with_its_program_even_by_sigkill(tmp_path: Path) -> None:
    path = session_in(tmp_path)
    with held(path) as first:
        first.send_signal(signal.SIGKILL)
    assert path.with_suffix(".lock").exists()
    assert holder(path) == ""
    lock = SessionLock(path)
    lock.take()
    lock.release()
    assert [item.name for item in path.parent.iterdir()] == ["one.toml"]


def test_a_lock_given_up_can_be_taken_at_once(tmp_path: Path) -> None:
    path = session_in(tmp_path)
    for _ in range(3):
        lock = SessionLock(path)
        lock.take()
        with pytest.raises(SessionHeld):
            SessionLock(path).take()
        lock.release()
        lock.release()


def test_where_nothing_can_be_written_nothing_is_locked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    SessionLock(tmp_path / "file" / "one.toml").take()
    assert holder(tmp_path / "file" / "one.toml") == ""


def test_the_start_offers_an_interview_that_is_open_elsewhere_as_such(tmp_path: Path) -> None:
    path = session_in(tmp_path)
    lock = SessionLock(path)
    lock.take()
    (item, *_) = start_items(SHEETS, unfinished(path.parent), datetime.now(UTC))
    assert item.side == "open elsewhere"
    assert f"open in process {os.getpid()}" in item.about
    lock.release()
    touch(path)
    (item, *_) = start_items(SHEETS, unfinished(path.parent), datetime.now(UTC))
    assert item.side == "a moment ago"


async def test_the_interface_opens_no_interview_that_is_open_elsewhere(tmp_path: Path) -> None:
    path = session_in(tmp_path)
    before = path.read_bytes()
    with held(path) as first:
        app = app_in(tmp_path, resume=True)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert app.controller is None
            assert [str(first.pid) in note.message for note in app._notifications] == [True]
            assert "Where should" in painted(app)
            await pilot.press("enter")
            assert app.controller is None
    assert path.read_bytes() == before


async def test_an_interview_that_was_left_is_on_disk_and_free(tmp_path: Path) -> None:
    app = app_in(tmp_path, "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "night-shift")
        assert app.controller is not None
        path = app.controller.session
        assert f"process {os.getpid()}" in holder(path)
    assert [item.name for item in path.parent.iterdir()] == [path.name]
    assert read_session(path.read_bytes(), path.name, SHEETS, VOCABULARY).state.answers.text("workload.name") == (
        "night-shift"
    )


async def test_a_folder_that_takes_no_file_is_said_in_the_title(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("a file where the folder should be")
    app = app_in(tmp_path, "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "x")
        assert app.controller is not None
        app.controller.keep()
        await until(lambda: "NOT SAVED" in painted(app, "top"), "the title says so")


def test_plain_prompts_open_no_interview_that_is_open_elsewhere(tmp_path: Path) -> None:
    path = session_in(tmp_path)
    (tmp_path / "state" / "advisor").mkdir(parents=True)
    (tmp_path / "state" / "advisor" / "sessions").symlink_to(path.parent)
    with held(path) as first:
        done = subprocess.run(
            [sys.executable, "-m", "advisor", "ask", "--plain", "--resume"],
            input="", capture_output=True, text=True, check=False, timeout=120,
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
        )  # fmt: skip
    assert done.returncode == 1
    assert f"is open in process {first.pid}" in done.stderr
    assert done.stderr.count("\n") == 1


def test_of_many_states_only_the_newest_need_be_written_and_flush_waits_for_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "one.toml"
    written: list[int] = []

    def text(number: int) -> str:
        written.append(number)
        elapse(0.002, "a slow disk")
        return str(number)

    writer = Autosave(path, lambda: None)
    for number in range(200):
        writer.put(partial(text, number))
    writer.flush()
    assert path.read_text("utf-8") == "199"
    assert written == sorted(written)
    assert len(written) < 200


def test_a_disk_that_fails_is_told_once_and_that_it_works_again_too(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    told: list[str] = []
    folder.write_text("")
    writer = Autosave(folder / "one.toml", lambda: told.append(writer.fault))
    for _ in range(3):
        writer.put(lambda: "text")
        writer.flush()
    assert writer.fault
    folder.unlink()
    writer.put(lambda: "text")
    writer.flush()
    assert writer.fault == ""
    assert len(told) == 2
    assert (folder / "one.toml").read_text("utf-8") == "text"

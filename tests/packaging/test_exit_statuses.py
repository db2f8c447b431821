"""Whatever happens, the user reads one sentence and a script reads the status; a traceback goes to a log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from advisor.cli import main
from advisor.cli.framework import group
from advisor.cli.framework.options import COMMANDS, CommandEntry, load
from advisor.errors import BadInput, EnginesDisagree


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def run_raising(error: BaseException | None, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a command line whose one command raises `error`."""

    @click.command("act")
    def act() -> None:
        if error is not None:
            raise error

    monkeypatch.setitem(COMMANDS, "act", CommandEntry("somewhere:act", "Act."))
    monkeypatch.setattr(group, "load", lambda _target: act)
    return main.run(["act"])


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (None, 0),
        (BadInput("a.toml: volume.output_tokens", "is negative", "0 or more"), 2),
        (EnginesDisagree("rules", "the engines fired different rules"), 3),
        (click.UsageError("no such thing"), 2),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 141),
        (ZeroDivisionError("division by zero"), 70),
    ],
)
def test_every_ending_has_its_status(
    error: BaseException | None, status: int, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_raising(error, monkeypatch) == status


def test_a_known_error_is_its_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run_raising(BadInput("a.toml: volume.output_tokens", "is negative", "0 or more"), monkeypatch)
    assert capsys.readouterr().err == "advisor: a.toml: volume.output_tokens: is negative; 0 or more\n"


def test_an_unforeseen_error_goes_to_the_log(
    state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_raising(ZeroDivisionError("division by zero"), monkeypatch)
    log = state / "advisor" / "errors.log"
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(log) in said
    assert "Traceback" not in said
    assert "ZeroDivisionError: division by zero" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_an_unwritable_log_still_leaves_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert run_raising(ZeroDivisionError(), monkeypatch) == main.FAULT
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "could not be written" in said


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["locat"], "did you mean 'locate'?"),
        (["--verzion"], "--version"),
        (["locate", "nowhere"], "'examples'"),
    ],
)
def test_a_wrong_command_line_is_one_line_naming_what_is_allowed(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("advisor: ")
    assert shown.err.count("\n") == 1
    assert expected in shown.err


def test_every_command_in_the_table_is_a_click_command_of_that_name() -> None:
    for name, entry in COMMANDS.items():
        command = load(entry.target)
        assert isinstance(command, click.Command)
        assert command.name == name


def test_a_reader_that_left_is_not_an_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "advisor", "--help"], stdout=writing, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (main.BROKEN_PIPE, b"")


def test_a_full_disk_is_one_sentence(state: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "advisor", "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == main.FAULT
    assert done.stderr.count("\n") == 1
    assert "No space left" in done.stderr


def test_completion_names_commands_and_never_opens_the_interface() -> None:
    words = {"COMP_WORDS": "advisor lo", "COMP_CWORD": "1", "_ADVISOR_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-m", "advisor"], env=os.environ | words, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["plain,locate"]


def test_output_survives_a_terminal_without_unicode() -> None:
    program = "import sys; print('€'); sys.argv = ['advisor', '--version']; from advisor.cli.main import main; main()"
    broken = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert broken.returncode == 1
    mended = program.replace("print('€'); ", "").replace("main()", "import atexit; atexit.register(print, '€'); main()")
    done = subprocess.run(
        [sys.executable, "-c", mended], env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True, check=True
    )
    assert done.stdout.split()[-1] == b"?"

"""Full disk, no HOME, no TERM, closed streams, locale C: clear words and the status of the contract."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from advisor.atomic_write import write_atomically
from advisor.decision import compiled as interview_day_module
from advisor.decision.compiled import compiled_knowledge
from advisor.interview.session import unfinished
from advisor.knowledge.load_pack import load_knowledge
from advisor.processes import isolated_command

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
    ("advisor catalog show gpus > /dev/full", {}, 70, "No space left on device"),
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


class _Clock(datetime):
    """A clock that stands at one moment."""

    at = datetime(1970, 1, 1, tzinfo=UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return cls.at.astimezone(tz)


@pytest.mark.parametrize(("year", "named", "day"), [
    (1970, "", "2026-06-22"), (2100, "", "2100-01-01"), (1970, "2026-11-21", "2026-11-21"),
])  # fmt: skip
def test_an_interview_has_a_day_that_a_verdict_can_be_given_for(
    year: int, named: str, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interview_day_module, "datetime", _Clock)
    monkeypatch.setattr(_Clock, "at", datetime(year, 1, 1, tzinfo=UTC))
    monkeypatch.setenv("ADVISOR_AS_OF", "")
    interview_day_module.set_interview_day(named)
    knowledge = load_knowledge()
    assert interview_day_module.interview_day(knowledge).isoformat() == day
    compiled_knowledge(knowledge, interview_day_module.interview_day(knowledge))


def test_an_interview_refuses_what_is_not_a_day(tmp_path: Path) -> None:
    done = _shell("advisor ask --plain --as-of yesterday < /dev/null", tmp_path)
    assert (done.returncode, "--as-of: 'yesterday' is not a day" in done.stderr) == (2, True)


@pytest.mark.parametrize("damage", [b"\xff\xfe", b'schema = "advisor', b"", b"[answers]\n" * 3, b"\x00" * 2_000_000])
def test_a_damaged_interview_file_is_said_and_stops_nothing(damage: bytes, tmp_path: Path) -> None:
    sessions = tmp_path / ".local" / "state" / "advisor" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "20260101T000000-1.toml").write_bytes(damage)
    assert [one.questionnaire for one in unfinished(sessions)] == ["cannot be read"]
    done = _shell("advisor ask --plain --resume < /dev/null", tmp_path)
    assert done.returncode in (0, 2)
    assert "20260101T000000-1.toml" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    assert (sessions / "20260101T000000-1.toml").read_bytes() == damage

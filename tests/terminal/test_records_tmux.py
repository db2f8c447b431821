"""At a real terminal: a key asks for its passphrase, a decision is saved, and its successor takes its place."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from advisor.interview.answers import read_answers
from advisor.knowledge.load_pack import load_knowledge
from advisor.paths import data_directory
from advisor.record.formats.kept_words import record_in_clear
from advisor.record.ledger import Ledger
from advisor.record.save_decision import save_decision
from advisor.record.signatures.statement import Statement
from tests.terminal.canned import VOCABULARY, assessed
from tests.terminal.tmux import Tmux
from tests.waiting import wait_until

RECORDS = ".local/share/advisor/records"
WORK_S = 60.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A ledger of one decision, and a key with a passphrase."""
    records = tmp_path / RECORDS
    records.mkdir(parents=True)
    path = data_directory("examples") / "clinical-notes.toml"
    answers = read_answers(path.read_bytes(), path.name, VOCABULARY)
    stated = Statement(deciders=("Ada",))
    save_decision(
        assessed("clinical-notes"), answers, load_knowledge(), records, datetime(2026, 11, 21, tzinfo=UTC), stated
    )
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-f", tmp_path / "key"], check=True)
    return tmp_path


@pytest.fixture
def tmux(home: Path) -> Iterator[Tmux]:
    """The interface at 80×24 over that ledger."""
    settings = {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "screen-256color", "GIT_CONFIG_NOSYSTEM": "1"}
    with Tmux(home, "", settings, (80, 24)) as opened:
        opened.wait("Quick look")
        opened.keys("C-r")
        opened.wait("▌    1   clinical-notes")
        yield opened


def record(home: Path, number: int) -> dict[str, dict[str, object]]:
    return record_in_clear(Ledger(home / RECORDS).entry(number))


def squeezed(shown: str) -> str:
    return " ".join(shown.split())


def asks_for_passphrase(shown: str) -> bool:
    """Whether ssh-keygen waits for a passphrase; newer versions name the key, over several rows."""
    return "Enter passphrase" in squeezed(shown)[-300:] and shown.rstrip().endswith(":")


def sign_record_1(tmux: Tmux, home: Path) -> None:
    """Fill in the form, and come as far as the key's question."""
    tmux.keys("Enter")
    tmux.wait("SELF-HOST")
    tmux.keys("s")
    tmux.wait("you are")
    tmux.type("ada@hospital.example")
    tmux.keys("Tab")
    tmux.type(str(home / "key"))
    tmux.keys("Tab")
    tmux.type("The boundary was checked.")
    tmux.keys("Tab", "Enter")
    tmux.wait(asks_for_passphrase, WORK_S)


def test_a_key_asks_for_its_passphrase_on_the_terminal_and_the_interface_comes_back(tmux: Tmux, home: Path) -> None:
    sign_record_1(tmux, home)
    tmux.type("open says me")
    tmux.keys("Enter")
    tmux.wait("Press Enter to go back", WORK_S)
    assert "said why above" in squeezed(tmux.screen())
    tmux.keys("Enter")
    tmux.wait("Nothing was written: the reason is shown on the terminal.")
    assert "The boundary was checked." in tmux.screen()
    tmux.keys("Enter")
    tmux.wait(asks_for_passphrase, WORK_S)
    tmux.type("open sesame")
    tmux.keys("Enter")
    tmux.wait("proposed, signed by 1", WORK_S)
    assert record(home, 2)["statement"] == {"by": "ada@hospital.example", "because": "The boundary was checked."}
    tmux.keys("v")
    shown = squeezed(tmux.wait("Verify record 1", WORK_S) and tmux.wait(" done", WORK_S))
    assert "look below" not in shown
    tmux.keys("Escape", "Escape", "Escape")
    tmux.wait("Quick look")


def test_a_line_cut_while_a_key_asks_for_its_passphrase_ends_the_program(tmux: Tmux, home: Path) -> None:
    sign_record_1(tmux, home)
    assert running_in(home)
    tmux.stop()
    wait_until(lambda: not running_in(home), lambda: f"{running_in(home)} ended")


def running_in(home: Path) -> list[str]:
    """The programs whose home folder this is."""
    mine = f"HOME={home}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mine in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return [command for command in found if "advisor" in command]


def test_changed_answers_are_saved_as_a_record_that_supersedes_the_old_one(tmux: Tmux, home: Path) -> None:
    tmux.keys("Enter")
    tmux.wait("SELF-HOST")
    tmux.keys("c")
    tmux.wait("What shall we call")
    tmux.keys("C-s")
    tmux.wait("takes the place of record 1")
    tmux.type("The team has grown.")
    tmux.wait("The record, as it will be saved")
    tmux.wait("SELF-HOST", WORK_S)
    while "advisor.record/" not in (before := tmux.screen()):  # below every task comes the file's own text
        tmux.keys("NPage")
        tmux.wait(partial(str.__ne__, before), WORK_S)
    tmux.keys("C-s")
    tmux.wait(
        lambda shown: "saved" in shown and "00000003-record.toml" in shown.replace("\n", "").replace(" ", ""), WORK_S
    )
    assert record(home, 2)["decision"]["rationale"] == "The team has grown."
    assert record(home, 2)["people"] == {"deciders": ["Ada"]}
    assert record(home, 3)["record"]["kind"] == "supersede"
    assert record(home, 3)["successor"]["seq"] == 2
    checked = subprocess.run(
        [sys.executable, "-m", "advisor", "records", "verify", "--records", home / RECORDS],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_a_decision_that_was_filled_in_survives_a_kill(tmux: Tmux, home: Path) -> None:
    tmux.keys("Enter")
    tmux.wait("SELF-HOST")
    tmux.keys("c")
    tmux.wait("What shall we call")
    tmux.keys("C-s")
    tmux.wait("takes the place of record 1")
    tmux.type("Half a reason")
    tmux.keys("Tab")
    tmux.wait("▌ decided by")
    (session,) = (home / ".local/state/advisor/sessions").glob("*.toml")
    subprocess.run(["kill", "-9", session.stem.rpartition("-")[2]], check=True)
    tmux.wait("status=")
    with Tmux(home / ".local", "ask --resume", {"HOME": str(home), "LANG": "C.UTF-8"}, (80, 24)) as again:
        again.wait("What shall we call")
        again.keys("C-s")
        shown = again.wait("takes the place of record 1")
        assert "Half a reason" in shown

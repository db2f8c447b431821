"""What lies in the working directory is never executed, by any process the program starts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.paths import PACKAGE
from advisor.processes import isolated_command
from advisor.record.audit.replay import replay_in_child
from advisor.record.ledger import Ledger
from advisor.record.signatures.policy import ReplayLimits
from advisor.tui.ledger.action_screen import command_arguments
from advisor.tui.signals import run_command
from advisor.tui.workers.messages import Entries, LedgerTask, ListAll, Ready
from advisor.tui.workers.worker_clients import AssessProcessClient, LedgerProcessClient

LURES = ("advisor/__init__.py", "advisor/__main__.py", "tomli.py", "runpy.py", "pickle.py", "numpy.py", "pydantic.py")
SECONDS = 60


@pytest.fixture
def received(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger that somebody sent, with code next to the records that leaves a mark where it is executed."""
    folder = tmp_path / "received-ledger"
    for name in LURES:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        mark = str(tmp_path / "executed")
        file.write_text(f"open({mark!r}, 'a').write({name!r})\nraise SystemExit('executed')\n")
    monkeypatch.chdir(folder)
    # A developer's shell may have put the working directory into the import path; its workers must not inherit that.
    monkeypatch.syspath_prepend("")
    monkeypatch.setenv("PYTHONPATH", ".")
    return tmp_path / "executed"


async def test_the_assessing_worker(received: Path) -> None:
    replies: asyncio.Queue[object] = asyncio.Queue()
    client = AssessProcessClient(replies.put_nowait)
    await client.start()
    try:
        assert isinstance(await asyncio.wait_for(replies.get(), SECONDS), Ready)
    finally:
        await client.stop()
    assert not received.exists()


async def test_the_worker_on_a_ledger(received: Path) -> None:
    answers: asyncio.Queue[object] = asyncio.Queue()
    client = LedgerProcessClient()
    client.ask(ListAll("."), answers.put_nowait)
    try:
        assert await asyncio.wait_for(answers.get(), SECONDS) == Entries(())
    finally:
        await client.stop()
    assert not received.exists()


def test_signing_at_the_terminal(received: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"by": "ada@example.org", "because": "Checked.", "key": "id_ed25519"}
    monkeypatch.setattr("builtins.input", lambda _prompt: "")
    done = run_command(command_arguments(LedgerTask("sign", ".", 1, values)), "record 1", "id_ed25519")
    assert not done.ok  # there is no such record
    assert not received.exists()


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("accept", {"signers": "2"}, "records accept 1 --records=. --key=k --by=ada --because=Yes. --signers=2"),
        ("supersede", {"newer": "4"}, "records supersede 1 4 --records=. --key=k --by=ada --because=Yes."),
        ("disapprove", {}, "records disapprove 1 --records=. --key=k --as=ada --because=Yes."),
        ("withdraw", {}, "records withdraw 1 --records=. --key=k --by=ada --because=Yes."),
    ],
)
def test_every_act_is_signed_at_the_terminal_by_the_command_that_does_the_same(
    kind: str, more: dict[str, str], told: str
) -> None:
    values = {"by": "ada", "because": "Yes.", "key": "k", **more}
    assert command_arguments(LedgerTask(kind, ".", 1, values)) == told.split()


def test_a_command_of_ours(received: Path) -> None:
    done = subprocess.run(isolated_command("advisor", ["--version"]), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not received.exists()


def test_deriving_a_verdict_for_an_audit(received: Path) -> None:
    entry = Ledger(PACKAGE.parent / "examples" / "ledger").entry(1)
    assert replay_in_child(entry.path.parent, entry.data, ReplayLimits()).verdict == "same"
    assert not received.exists()


def test_the_lures_do_work(received: Path) -> None:
    """The usual way to start a module executes what lies there: the tests above would notice."""
    subprocess.run([sys.executable, "-m", "advisor"], check=False, capture_output=True)
    assert received.exists()


def test_a_working_directory_that_was_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert isolated_command("advisor")[0] == sys.executable


def test_no_other_place_starts_python() -> None:
    starters = [path.name for path in PACKAGE.rglob("*.py") if "sys.executable" in path.read_text("utf-8")]
    assert starters == ["processes.py"]

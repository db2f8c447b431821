"""What cannot be undone or leaves the ledger (redact, time-stamp, archive, merge) is shown before it is done."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from advisor.record.audit.verify import Scope, trust_of, verify
from advisor.record.formats.kept_words import record_in_clear
from advisor.record.ledger import Ledger
from advisor.record.ledger_events import Act, withdraw
from advisor.tui.ledger.action_screen import command_arguments
from advisor.tui.workers.messages import LedgerTask
from tests.record.test_time_token import answered, authority
from tests.terminal.canned import InlineLedgerClient, app_in
from tests.terminal.test_records_screens import fill, home, opened, painted, record, until

__all__ = ["authority", "home"]
SIZE = (80, 24)


def numbers(home: Path) -> list[int]:
    return Ledger(home / "records").numbers()


def status(home: Path) -> int:
    ledger = Ledger(home / "records")
    return verify(ledger, Scope(trust=trust_of(ledger))).status


async def test_a_decision_is_disapproved_of_and_cannot_be_accepted_then(home: Path) -> None:
    app = app_in(home)
    async with app.run_test(size=SIZE) as pilot:
        await opened(app, pilot, "up", "enter", "o")
        assert "until you sign it, nobody can accept it" in " ".join(painted(app).split())
        await fill(pilot, "ada@hospital.example", str(home / "key"), "The volumes are guesses.")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "proposed, disapproved by 1" in shown)
        assert record(home, 3)["record"]["kind"] == "disapprove"
        await pilot.press("a")
        await fill(pilot, "1", "Ben", "x", "")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "is disapproved by ada@hospital.example (record 3)" in shown)
    assert numbers(home) == [1, 2, 3]


async def test_a_redaction_shows_what_it_deletes_and_does_it_when_confirmed(home: Path) -> None:
    app = app_in(home)
    async with app.run_test(size=SIZE) as pilot:
        await opened(app, pilot, "up", "enter", "r")
        await fill(pilot, "deciders, rationale", "The office", "Asked for.", "")
        await pilot.press("enter")
        shown = await until(app, pilot, lambda shown: "This will happen:" in shown)
        told = " ".join(shown.split())
        assert "2 names and texts of record 1 will be deleted for good: “Ada”, “The volumes were measured.”" in told
        assert "[ Delete them for good ]" in told, "the button is in view at 80 by 24"
        assert numbers(home) == [1, 2]
        await pilot.press("up", *"x", "backspace")  # a change must be shown again
        assert "This will happen:" not in painted(app)
        await pilot.press("ctrl+s")
        await until(app, pilot, lambda shown: "This will happen:" in shown)
        await pilot.press("escape")
        assert "Show what it will do" in painted(app), "back to the form, nothing done"
        assert numbers(home) == [1, 2]
        await pilot.press("ctrl+s")
        await until(app, pilot, lambda shown: "This will happen:" in shown)
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "00000003-record.toml(sha256" in "".join(shown.split()))
    assert record_in_clear(Ledger(home / "records").entry(1))["people"]["deciders"] == ["(removed)"]
    assert status(home) == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (("nobody", "Ada", "x", ""), "--only nobody is not stated in record 1"),
        (("", "Ada", "x", "/no/key"), "no such file"),
    ],
)
async def test_what_cannot_be_redacted_is_said_in_place(home: Path, fields: tuple[str, ...], words: str) -> None:
    app = app_in(home)
    async with app.run_test(size=SIZE) as pilot:
        await opened(app, pilot, "up", "enter", "r")
        await fill(pilot, *fields)
        await pilot.press("enter")
        shown = await until(app, pilot, lambda shown: "Nothing was written" in shown or "This will happen" in shown)
        if "This will happen" in shown:
            await pilot.press("enter")
            shown = await until(app, pilot, lambda shown: "Nothing was written" in shown)
        assert words.replace(" ", "") in "".join(shown.split()).replace(":", "")
    assert numbers(home) == [1, 2]


async def test_a_record_is_time_stamped_by_a_question_and_the_answer_to_it(home: Path, authority: Path) -> None:
    app = app_in(home)
    query, reply = home / "head.tsq", home / "head.tsr"
    async with app.run_test(size=SIZE) as pilot:
        await opened(app, pilot, "ctrl+t")
        await fill(pilot, str(query), "", "", "", "")
        await pilot.press("enter")
        told = await until(app, pilot, lambda shown: "This will happen:" in shown)
        assert "The question about record 2" in " ".join(told.split())
        assert not query.exists()
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "application/timestamp-query" in shown)
        reply.write_bytes(answered(authority, query.read_bytes()))
        await pilot.press("ctrl+t")
        await fill(pilot, "", str(reply), str(authority / "eve.pem"), "Ada", "")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "proves nothing of record 2: it does not hold" in shown)
        await fill(pilot, "", str(reply), str(authority / "ca.pem"), "Ada", "")
        await pilot.press("enter")
        told = await until(app, pilot, lambda shown: "This will happen:" in shown)
        assert "proves that record 2 and all before it existed at 20" in " ".join(told.split())
        assert numbers(home) == [1, 2]
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "00000003-record.toml(sha256" in "".join(shown.split()))
    assert record(home, 3)["record"]["kind"] == "time"
    assert status(home) == 0


async def test_the_ledger_is_archived(home: Path) -> None:
    app, file = app_in(home), home / "decisions.tar"
    async with app.run_test(size=SIZE) as pilot:
        await opened(app, pilot, "ctrl+e")
        await fill(pilot, str(file), "")
        await pilot.press("enter")
        told = await until(app, pilot, lambda shown: "This will happen:" in shown)
        assert "2 records, " in told
        assert not file.exists()
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "Written: " in shown)
        await pilot.press("ctrl+e", "ctrl+s")
        await fill(pilot, str(home / "absent" / "a.tar"), "")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "This will happen:" in shown)
        await pilot.press("enter")
    with tarfile.open(file) as packed:
        assert "archive/ledger/00000002-record.toml" in packed.getnames()


async def test_another_branch_is_merged(home: Path) -> None:
    other = Ledger(Path(shutil.copytree(home / "records", home / "other")))
    withdraw(other, Act(1, "Ben", "It ended.", datetime.now(UTC)))
    app = app_in(home)
    async with app.run_test(size=SIZE) as pilot:
        await opened(app, pilot, "ctrl+l")
        await fill(pilot, str(home / "absent"), "Ada", "", "")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "Nothing was written" in shown)
        await fill(pilot, str(other.directory), "Ada", "", "")
        await pilot.press("enter")
        told = await until(app, pilot, lambda shown: "This will happen:" in shown)
        assert "1 record of the folder other will be taken over: record 3 (withdraw)." in " ".join(told.split())
        assert numbers(home) == [1, 2]
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "1 record was taken over." in shown)
        await pilot.press("ctrl+l")
        await fill(pilot, str(other.directory), "Ada", "", "")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "has nothing to take over" in shown)
    assert numbers(home) == [1, 2, 3]
    assert status(home) == 0


async def test_a_key_that_asks_somebody_gets_the_command_that_does_the_same(home: Path) -> None:
    locked = home / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", locked], check=True)
    client = InlineLedgerClient()
    app = app_in(home, ledger_client=client)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, "up", "enter", "r")
        await fill(pilot, "title", "Ada", "Asked for.", str(locked))
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "This will happen:" in shown)
        await pilot.press("enter")
        told = await until(app, pilot, lambda shown: "cannot be handed over" in shown)
        assert "advisor records redact 1" in " ".join(told.split())
    assert numbers(home) == [1, 2]


def test_the_command_that_does_the_same_has_all_that_was_typed() -> None:
    values = {"only": "by, because", "by": "ada", "because": "Yes.", "key": "k"}
    told = [
        "records",
        "redact",
        "3",
        "--records=.",
        "--key=k",
        "--by=ada",
        "--because=Yes.",
        "--only=by",
        "--only=because",
    ]
    assert command_arguments(LedgerTask("redact", ".", 3, values, True)) == told
    values = {"source": "../other", "by": "ada", "because": "", "key": "k"}
    told = ["records", "merge", "../other", "--records=.", "--key=k", "--by=ada"]
    assert command_arguments(LedgerTask("merge", ".", 0, values, True)) == told

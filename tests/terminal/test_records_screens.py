"""Everything that can be done with a record can be done by keys, and no key ever rewrites one."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from advisor.interview.answers import read_answers
from advisor.knowledge.load_pack import load_knowledge
from advisor.paths import data_directory
from advisor.record.formats.kept_words import record_in_clear
from advisor.record.ledger import Ledger
from advisor.record.save_decision import save_decision
from advisor.record.signatures.statement import Statement
from advisor.tui.app import AdvisorApp
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.ledger.records_screen import RecordListScreen
from advisor.tui.ledger.save_screen import read_notes
from advisor.tui.workers.messages import Answered, Finished, LedgerRequest, LedgerTask, Progress, Reopen
from tests import waiting
from tests.terminal.canned import VOCABULARY, CannedAssessClient, InlineLedgerClient, app_in, assessed
from tests.terminal.frozen_verdict import FrozenAssessClient, FrozenLedgerClient, frozen_assessment
from tests.terminal.test_screens import painted as painted_part
from tests.terminal.test_screens import type_text

EXAMPLES = ("clinical-notes", "hospital-air-gap")
WHEN = datetime(2026, 11, 21, tzinfo=UTC)
SECONDS = 60


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A ledger of two decisions, and a key that asks nobody."""
    records = tmp_path / "records"
    records.mkdir()
    for name in EXAMPLES:
        path = data_directory("examples") / f"{name}.toml"
        answers = read_answers(path.read_bytes(), path.name, VOCABULARY)
        stated = Statement(deciders=("Ada",), rationale="The volumes were measured.")
        save_decision(assessed(name), answers, load_knowledge(), records, WHEN, stated)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    return tmp_path


def painted(app: AdvisorApp) -> str:
    """Read what the title and the body show."""
    return painted_part(app, "top") + "\n" + painted_part(app)


def record(home: Path, number: int) -> dict[str, dict[str, object]]:
    return record_in_clear(Ledger(home / "records").entry(number))


async def until(app: AdvisorApp, pilot: Pilot[int], holds: Callable[[str], bool]) -> str:
    """Wait until something is painted: deriving a verdict takes a while."""
    await waiting.until(
        lambda: holds(" ".join(painted(app).split())), lambda: f"another page is painted:\n{painted(app)}", SECONDS
    )
    await pilot.pause()
    return painted(app)


async def fill(pilot: Pilot[int], *texts: str) -> None:
    """Type over one field after the other, from the first on."""
    for _ in range(8):
        await pilot.press("up")
    for text in texts:
        await pilot.press("end", "ctrl+u")
        await type_text(pilot, text)
        await pilot.press("tab")


async def opened(app: AdvisorApp, pilot: Pilot[int], *keys: str) -> None:
    """Open the records room, and press keys there."""
    await pilot.press("ctrl+r")
    await pilot.pause()
    await until(app, pilot, lambda shown: "hospital-air-gap" in shown)
    await pilot.press(*keys)
    await pilot.pause()


async def test_the_list_is_narrowed_by_workload_route_status_and_person(home: Path) -> None:
    app = app_in(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        for typed in ("hospital", "hospital self-host", "proposed air-gap", "2026-11-21 hospital", "ada hospital"):
            await type_text(pilot, typed)
            shown = painted(app)
            assert "hospital-air-gap" in shown, typed
            assert "clinical-notes" not in shown, typed
            await pilot.press("escape")
            assert "clinical-notes" in painted(app)
        await type_text(pilot, "ada")
        assert "clinical-notes" in painted(app)
        await type_text(pilot, "nobody")
        assert "nothing fits" in painted(app)
        await pilot.press("escape", "escape")
        assert "New interview" in painted(app)


async def test_a_wide_window_shows_the_record_in_hand_beside_the_list(home: Path) -> None:
    app = app_in(home)
    async with app.run_test(size=(120, 30)) as pilot:
        await opened(app, pilot, "up")
        beside = painted_part(app, "side")
        assert "record 1" in beside
        assert "decided by      Ada" in beside
        assert "clinical-notes" in painted_part(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "self-hosted · proposed · 2026-11-21" in painted_part(app), "narrow again, it has the list alone"
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "what people stated" in shown or "SELF-HOST" in shown)


async def test_an_opened_record_tells_its_verdict_first_then_what_people_stated(home: Path) -> None:
    app = app_in(home)
    async with app.run_test(size=(80, 160)) as pilot:
        await opened(app, pilot, *"hospital", "enter")
        shown = await until(app, pilot, lambda shown: "what people stated" in shown)
        assert shown.index("SELF-HOSTED") < shown.index("what people stated")
        assert "The volumes were measured." in shown
        assert "Ada" in shown


async def test_two_records_are_compared_as_on_the_command_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from advisor.cli.framework.group import invoke

    assert invoke(["records", "diff", "1", "2", "--records", str(home / "records")]) == 0
    told = capsys.readouterr().out
    app = app_in(home)
    async with app.run_test(size=(120, 200)) as pilot:
        await opened(app, pilot, "f5")
        assert "Mark one decision with f4 first" in painted(app)
        await pilot.press("f4", "f5")
        assert "Choose another decision." in painted(app)
        await pilot.press("up", "f5")
        shown = await until(app, pilot, lambda shown: "done" in shown)
        assert "Compare records 2 and 1" in shown
    app = app_in(home)
    async with app.run_test(size=(120, 200)) as pilot:
        await opened(app, pilot, "up", "enter", "m", "escape", "down", "enter", "d")
        shown = await until(app, pilot, lambda shown: "done" in shown)
        painted_lines = [line.strip() for line in shown.splitlines()]
        assert all(line.strip() in painted_lines for line in told.splitlines()), told


async def test_a_record_is_signed_accepted_superseded_and_withdrawn(home: Path) -> None:
    before = {path.name: path.read_bytes() for path in (home / "records").glob("*.toml")}
    app = app_in(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, "up", "enter")
        await pilot.press("s")
        shown = painted(app)
        assert "Records are never rewritten" in shown.replace("\n", " ")
        await fill(pilot, "ada@hospital.example", str(home / "key"), "The boundary was checked.")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "03-record.toml(sha256" in "".join(shown.split()))
        assert record(home, 3)["record"]["kind"] == "sign-off"
        assert record(home, 3)["statement"] == {"by": "ada@hospital.example", "because": "The boundary was checked."}
        assert "proposed, signed by 1" in await until(app, pilot, lambda shown: "signed by 1" in shown)
        await pilot.press("a")
        await fill(pilot, "1", "ada@hospital.example", "One signature is enough here.", str(home / "key"))
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "accepted (record 4)" in shown)
        assert record(home, 4)["signature"]["covers"] == "advisor.statement/2"
        assert record(home, 4)["signature"]["key"] == record(home, 3)["signature"]["key"]
        await pilot.press("u")
        await fill(pilot, "2", "Ben", "The new boundary.")
        await pilot.press("ctrl+s")
        await until(app, pilot, lambda shown: "superseded by record 2" in shown)
        assert record(home, 5)["successor"]["seq"] == 2
        await pilot.press("escape", "down", "enter")
        await until(app, pilot, lambda shown: "record 2" in shown and "proposed" in shown)
        await pilot.press("w")
        await fill(pilot, "Ben", "The workload is gone.", "")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "withdrawn (record 6)" in shown)
        assert "signature" not in record(home, 6)
    after = {path.name: path.read_bytes() for path in (home / "records").glob("*.toml")}
    assert all(after[name] == data for name, data in before.items())
    assert len(after) == 6


async def test_what_is_missing_or_wrong_is_said_in_place_and_nothing_is_written(home: Path) -> None:
    app = app_in(home)
    (home / "note").write_text("not a key\n")
    (home / "note").chmod(0o600)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, "up", "enter", "s")
        await fill(pilot, "ada", "", "")
        await pilot.press("ctrl+s")
        assert "“SSH key” must be filled in." in painted(app)
        await fill(pilot, "ada", str(home / "absent"), "x")
        await pilot.press("enter")
        shown = await until(app, pilot, lambda shown: "Nothing was written" in shown)
        assert "absent:nosuchfile" in "".join(shown.split())  # a long path is broken anywhere
        await fill(pilot, "ada", str(home / "note"), "x")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "cannot sign: load key" in shown)
        await pilot.press("escape", "a")
        await fill(pilot, "two", "Ben", "x", "")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "'two' is not a number" in shown)
        await fill(pilot, "2", "Ben", "x", "")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "2 different people are needed" in shown)
        await pilot.press("escape", "a")
        assert "Ben" in painted(app), "what was typed is there again"
    assert len(list((home / "records").glob("*.toml"))) == 2


async def test_a_tampered_record_is_shown_as_such_and_is_not_signed(home: Path) -> None:
    path = home / "records" / "00000002-record.toml"
    path.write_bytes(path.read_bytes().replace(b"measured", b"guessed!", 1))
    app = app_in(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await until(app, pilot, lambda shown: "cannot be read: its last line" in shown)
        await pilot.press("ctrl+v")
        shown = await until(app, pilot, lambda shown: "TAMPERED" in shown)
        assert "look below" in shown
        await pilot.press("escape", "f6")
        await fill(pilot, "ada", str(home / "key"), "x")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "Nothing was written" in shown)
        await pilot.press("escape", "ctrl+g")
        await until(app, pilot, lambda shown: "Verify the ledger" in shown and "look below" in shown)
    assert not (home / "records" / "00000003-record.toml").exists()


async def test_a_key_with_a_passphrase_is_not_asked_for_it_behind_the_screen(home: Path) -> None:
    key = home / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-f", key], check=True)
    app = app_in(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, "up", "enter", "s")
        await fill(pilot, "ada", str(key), "x")
        await pilot.press("enter")
        # No terminal can be handed over in a test: then the command is told.
        await until(app, pilot, lambda shown: "Nothing was written" in shown and "advisor records sign 1" in shown)


async def test_a_ledger_is_verified_against_a_digest_kept_elsewhere(home: Path) -> None:
    digest = sha256((home / "records" / "00000002-record.toml").read_bytes()).hexdigest()
    app = app_in(home)
    async with app.run_test(size=(100, 80)) as pilot:
        await opened(app, pilot, "f3")
        await fill(pilot, digest, "", "")
        await pilot.press("enter")
        await until(app, pilot, lambda shown: "the head given is record 2" in shown)
        await pilot.press("escape", "f3")
        assert digest in painted(app), "it need not be typed again"
        await fill(pilot, "0" * 64, "", "")
        await pilot.press("ctrl+s")
        await until(app, pilot, lambda shown: "was rolled back, rewritten or exchanged" in shown)
        await pilot.press("escape", "f3")
        await fill(pilot, digest, str(home / "absent"), "")
        await pilot.press("ctrl+s")
        await until(app, pilot, lambda shown: "look below" in shown or "done" in shown)


class SlowClerk(InlineLedgerClient):
    """Says how far it is, and never comes to an end."""

    def __init__(self) -> None:
        super().__init__()
        self.cancelled = 0

    def ask(self, request: LedgerRequest, on_answer: Callable[..., None]) -> None:
        if type(request).__name__ == "Verify":
            on_answer(Progress(312, 800))
        else:
            super().ask(request, on_answer)

    def cancel(self) -> None:
        self.cancelled += 1


async def test_verifying_a_long_ledger_shows_how_far_it_is_and_can_be_ended(home: Path) -> None:
    ledger_client = SlowClerk()
    app = app_in(home, ledger_client=ledger_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, "ctrl+g")
        assert "312 of 800 records" in painted(app)
        await pilot.press("escape")
        await pilot.pause()
        assert ledger_client.cancelled == 1
        assert "Ended before it was done; nothing was written." in painted(app)
        assert isinstance(app.screen, RecordListScreen)


class Stormy(FrozenLedgerClient):
    """Answers every request at once, acts and refusals in turn."""

    def __init__(self) -> None:
        self.acts = 0

    def ask(self, request: LedgerRequest, on_answer: Callable[..., None]) -> None:
        if isinstance(request, LedgerTask) and request.confirmed:
            self.acts += 1
            on_answer(Finished(self.acts % 2 == 0, ("said",)))
        elif isinstance(request, Reopen):
            on_answer(
                Answered(
                    "records/00000001-record.toml",
                    "quick",
                    {"data.boundary": "vpc"},
                    ("latency.p50_ms",),
                    {"deciders": "Ada"},
                )
            )
        else:
            super().ask(request, on_answer)


class Late(FrozenLedgerClient):
    """Answers when the page that asked may be gone; `owed` counts the answers to come."""

    owed = 0

    def ask(self, request: LedgerRequest, on_answer: Callable[..., None]) -> None:
        self.owed += 1
        asyncio.get_running_loop().call_later(0.1, self._answer, request, on_answer)

    def _answer(self, request: LedgerRequest, on_answer: Callable[..., None]) -> None:
        super().ask(request, on_answer)
        self.owed -= 1


async def test_an_answer_that_comes_after_its_page_was_left_is_no_fault(tmp_path: Path) -> None:
    ledger_client = Late()
    app = app_in(tmp_path, ledger_client=ledger_client, assess_client=FrozenAssessClient(frozen_assessment()))
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in (
            *(("ctrl+r", "escape"), ("ctrl+r",)),
            *(("enter", "escape"), ("ctrl+v", "escape"), ("enter", "c", "escape"), ("f6", "escape")),
        ):
            await pilot.press(*keys)
            await waiting.until(lambda: not ledger_client.owed, "every answer has come")
            await pilot.pause()
        assert isinstance(app.screen, RecordListScreen)


PRESSED = (
    "up",
    "down",
    "tab",
    "enter",
    "escape",
    "ctrl+s",
    "ctrl+v",
    "ctrl+g",
    "pagedown",
    "f1",
    "ctrl+r",
    "backspace",
)
ROOM_KEYS = st.sampled_from([*PRESSED, "f3", "f4", "f5", "f6", "f7", "f8", "f9", *"vmdsauwcey1"])


@settings(
    max_examples=int(os.environ.get("KEY_STORMS", "8")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(keys=st.lists(ROOM_KEYS, max_size=40))
def test_no_storm_of_keys_in_the_records_room_raises(tmp_path_factory: pytest.TempPathFactory, keys: list[str]) -> None:
    directory = tmp_path_factory.mktemp("storm")

    async def storm() -> None:
        app = app_in(directory, ledger_client=Stormy(), assess_client=FrozenAssessClient(frozen_assessment()))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("ctrl+r")
            for key in keys:
                app.simulate_key(key)
            await pilot.pause()
            assert app.is_running

    asyncio.run(storm())


async def test_an_interview_begun_from_a_record_offers_to_supersede_it(home: Path) -> None:
    assess_client = CannedAssessClient()
    app = app_in(home, assess_client=assess_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, "up", "enter")
        await until(app, pilot, lambda shown: "SELF-HOST" in shown)
        await pilot.press("c")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, InterviewScreen)
        assert app.controller is not None
        assert app.controller.state.answers.text("workload.name") == "clinical-notes"
        assert app.controller.state.answers.text("data.boundary") == "vpc"
        await pilot.press("ctrl+s")
        await pilot.pause()
        shown = painted(app)
        assert "takes the place of record 1" in " ".join(shown.split())
        assert "Ada" in shown
        await pilot.press("ctrl+s")
        assert "needs a reason and who decides" in painted(app)
        await type_text(pilot, "A new team.")
        await pilot.press("ctrl+s")
        await pilot.pause()
        (saved,) = assess_client.saved
        assert (saved.supersedes, saved.stated.reason, saved.stated.deciders) == (1, "A new team.", "Ada")
        notes = read_notes(app.controller.session)
        assert notes["began_from"].endswith("00000001-record.toml"), "the canned record that was saved"

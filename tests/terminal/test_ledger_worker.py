"""The process that works on a ledger: answers in order, is ended at once where asked, and is replaced when it dies."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from advisor.interview.answers import read_answers
from advisor.knowledge.load_pack import load_knowledge
from advisor.paths import data_directory
from advisor.record.save_decision import save_decision
from advisor.tui.workers.messages import Entries, LedgerAnswer, LedgerRequest, ListAll, Progress, Verify
from advisor.tui.workers.worker_clients import ENDED, LedgerProcessClient
from tests.terminal.canned import VOCABULARY, assessed
from tests.waiting import PATIENCE_S, until

COPIES = 30


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """Thirty decisions: deriving them again takes a while."""
    path = data_directory("examples") / "clinical-notes.toml"
    answers = read_answers(path.read_bytes(), path.name, VOCABULARY)
    for _ in range(COPIES):
        save_decision(
            assessed("clinical-notes"), answers, load_knowledge(), tmp_path, datetime(2026, 11, 21, tzinfo=UTC)
        )
    return str(tmp_path)


class Asking:
    """A ledger_client, and what was heard of each request."""

    def __init__(self) -> None:
        self.ledger_client = LedgerProcessClient()
        self.heard: list[LedgerAnswer] = []

    def ask(self, request: LedgerRequest) -> None:
        self.ledger_client.ask(request, self.heard.append)

    async def wait(self, count: int) -> None:
        await until(lambda: len(self.heard) >= count, f"{count} answers are heard")


async def test_requests_are_answered_in_their_order(ledger: str) -> None:
    asking = Asking()
    asking.ask(ListAll(ledger))
    asking.ask(ListAll(ledger + "/absent"))
    await asking.wait(2)
    await asking.ledger_client.stop()
    first, second = asking.heard
    assert isinstance(first, Entries)
    assert [one.number for one in first.entries] == list(range(1, COPIES + 1))
    assert second == Entries(())


async def test_long_work_tells_how_far_it_is_and_ends_when_it_is_told_to(ledger: str) -> None:
    asking = Asking()
    asking.ask(Verify(ledger))
    await asking.wait(2)
    assert all(isinstance(one, Progress) and one.of == COPIES for one in asking.heard)
    started = time.monotonic()
    asking.ledger_client.cancel()
    told = len(asking.heard)
    asking.ask(ListAll(ledger))
    await asking.wait(told + 1)
    assert isinstance(asking.heard[-1], Entries)
    assert time.monotonic() - started < PATIENCE_S / 2
    await asking.ledger_client.stop()


async def test_a_process_that_dies_is_told_of_and_replaced(ledger: str) -> None:
    asking = Asking()
    asking.ask(Verify(ledger))
    await asking.wait(1)
    assert asking.ledger_client.process_id is not None
    os.kill(asking.ledger_client.process_id, signal.SIGKILL)
    await until(lambda: asking.heard[-1] == ENDED, "the end is told")
    asking.heard.clear()
    asking.ask(ListAll(ledger))
    await asking.wait(1)
    assert isinstance(asking.heard[0], Entries)
    await asking.ledger_client.stop()

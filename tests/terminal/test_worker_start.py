"""The worker is started whatever becomes of the first screen: without it there is never a verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.tui.app import AdvisorApp
from tests import waiting
from tests.terminal.canned import CannedAssessClient, app_in


class CountedAssessClient(CannedAssessClient):
    """Counts how often it is started."""

    starts = 0

    async def start(self) -> None:
        self.starts += 1
        await super().start()


@pytest.mark.parametrize("is_painted", [True, False], ids=["painted", "replaced before it is painted"])
async def test_the_worker_is_started_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_painted: bool) -> None:
    if not is_painted:  # Textual drops what waits for the refresh of a screen that is gone
        monkeypatch.setattr(AdvisorApp, "call_after_refresh", lambda *_: True)
    client = CountedAssessClient()
    app = app_in(tmp_path, "quick", assess_client=client)
    async with app.run_test(size=(80, 24)) as pilot:
        await waiting.until(lambda: client.starts > 0, "the worker is started")
        await app._start_worker()
        await pilot.pause()
    assert client.starts == 1

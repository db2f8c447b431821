"""A long query over a log says how far it is, and Ctrl+C ends it with one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from advisor.cli.main import INTERRUPTED
from tests.terminal.wire import Wire
from tests.waiting import wait_until

SHOWN = "% read, Ctrl+C to cancel"
_CALLS = """
CREATE TABLE calls AS SELECT i FROM range(20000000) t(i);
CREATE VIEW log AS SELECT TIMESTAMP '2026-01-05' + INTERVAL (i) SECOND AS "startTime", 10 AS completion_tokens,
  length(repeat(chr(97 + (i % 5)::INTEGER), 10000)) AS prompt_tokens FROM calls
"""
"""Rows that take long to read, for each is a length of a text that is made first; a query can be left between two."""


@pytest.fixture
def log(tmp_path: Path) -> str:
    with duckdb.connect(str(tmp_path / "logs.db")) as connection:
        connection.execute(_CALLS)
    return f"duckdb://{tmp_path / 'logs.db'}#log"


def ended(terminal: Wire) -> tuple[int, int] | None:
    """How the program ended and its status; None while it runs. It stays the caller's to wait for."""
    found = os.waitid(os.P_PID, terminal.process, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return None if found is None else (found.si_code, found.si_status)


def test_ctrl_c_ends_a_query_that_says_how_far_it_is(tmp_path: Path, log: str) -> None:
    with Wire(tmp_path, "measure", "usage", log) as terminal:
        begun = terminal.read(until=SHOWN, quiet=0.0).decode()
        terminal.send("\x03")
        sent = begun + terminal.read(until="nothing was written").decode()
        assert "<U+" not in sent
        assert "Traceback" not in sent
        assert sent.rstrip().endswith("ended before all was read; nothing was written")
        wait_until(lambda: ended(terminal) is not None, "the program ended")
        assert ended(terminal) == (os.CLD_EXITED, INTERRUPTED)

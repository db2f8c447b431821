"""Whatever fails in mid-save: a record is whole or not there, and "saved" is printed only for a record that is on disk.

The long counts (1,000 kills, 8 × 100 saves, every call with every error) are in benchmarks/record/soak_record.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import advisor

SOAK = Path(advisor.__file__).resolve().parent.parent / "benchmarks" / "record" / "soak_record.py"


def soak(*arguments: str) -> dict[str, int]:
    command = [sys.executable, str(SOAK), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


def test_a_writer_killed_at_any_moment_leaves_no_partial_file_and_loses_nothing_it_called_saved() -> None:
    found = soak("kill", os.environ.get("ADVISOR_KILLS", "60"))
    assert found["said"] > 0
    assert found["records"] >= found["said"]
    assert [found[fault] for fault in ("partial", "lost", "temporary", "gaps", "unchained")] == [0] * 5


def test_eight_writers_at_once_number_their_records_without_a_gap() -> None:
    found = soak("writers", "8", "5")
    assert found["records"] == found["said"] == found["expected"] == 40
    assert [found[fault] for fault in ("partial", "lost", "temporary", "gaps", "unchained")] == [0] * 5


def test_no_failing_system_call_brings_a_false_saved() -> None:
    found = soak("syscalls", "one", "EIO", "ENOSPC", "EINTR")
    assert found["runs"] > 20
    assert found["refused"] > 5
    assert found["saved"] > 0
    assert [found[fault] for fault in ("partial", "false_saved", "tracebacks", "silent")] == [0] * 4


def test_a_flipped_bit_in_any_record_blob_or_signature_is_detected() -> None:
    found = soak("flips", "1999", "9973")
    assert found["record"] > 20
    assert found["blob"] > 50
    assert found["missed"] == 0


def test_a_ledger_of_many_records_is_verified_at_a_pace_near_hashing() -> None:
    found = soak("ledger", "100")
    assert found["status"] == 0
    assert found["ratio"] < 60

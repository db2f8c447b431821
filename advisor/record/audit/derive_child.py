"""Derive one decision, or solve one portfolio, again and say as JSON what came out: run with limits set first.

(isolated) MODULE LEDGER SECONDS MEGABYTES SOLVER    the record's bytes on standard input; SOLVER: module:function or ""
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path

_MEGABYTE = 2**20


def main(ledger: Path, seconds: int, megabytes: int, solver: str) -> None:
    """Set the limits, then import what may run into them."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * _MEGABYTE, megabytes * _MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each thread would reserve address space of its own
    from advisor.errors import AdvisorError

    data = sys.stdin.buffer.read()
    try:
        found = _solved(ledger, data, solver) if solver else _derived(ledger, data)
    except AdvisorError as error:
        found = {"refused": error.what}
    json.dump(found, sys.stdout)


def _derived(directory: Path, data: bytes) -> dict[str, object]:
    from advisor.api import assess
    from advisor.record.audit.replay import pinned_knowledge, replay
    from advisor.record.formats.parse import read_record
    from advisor.record.ledger import Ledger

    record = read_record(data, "the record")
    return asdict(replay(record, "the record", pinned_knowledge(Ledger(directory), record), assess))


def _solved(directory: Path, data: bytes, solver: str) -> dict[str, object]:
    from importlib import import_module

    from advisor.record.branches import in_numbers_of
    from advisor.record.formats.parse import read_front
    from advisor.record.ledger import Ledger
    from advisor.record.save_decision import solved_again

    module, _, function = solver.partition(":")
    ledger = Ledger(directory)
    front = in_numbers_of(ledger, read_front(data, "the record"))
    return asdict(solved_again(ledger, front, getattr(import_module(module), function)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])

"""A short run of `make fuzz`: mutated files raise nothing but the program's own errors, in every parser."""

from __future__ import annotations

import pytest

from benchmarks.faults.fuzz_parsers import main


def test_mutated_files_are_read_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(600, 7) == 0, capsys.readouterr().out

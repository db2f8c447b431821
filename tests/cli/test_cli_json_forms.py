"""Every list that a command prints as text is there as JSON too, with the same contents."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from advisor.cli.main import run

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LEDGER = str(EXAMPLES / "ledger")


def printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = run(arguments)
    return status, capsys.readouterr().out


def both(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[str, Any]:
    """What a command prints, as text and as JSON; both end alike."""
    status, text = printed(arguments, capsys)
    same, form = printed([*arguments, "--format", "json"], capsys)
    assert status == same
    return text, json.loads(form)


def test_sources_and_systems(capsys: pytest.CaptureFixture[str]) -> None:
    text, rows = both(["sources", "--as-of", "2030-01-01"], capsys)
    unwrapped = re.sub(r"\n {4,}", " ", text)
    assert all(f"{row['published']}  {row['id']}: {row['title']}" in unwrapped for row in rows)
    assert sum(row["older_than_days"] is not None for row in rows) == unwrapped.count("; older than ") > 0
    text, rows = both(["sources", "--coverage"], capsys)
    assert text.rstrip().endswith(f"{sum(row['complete'] for row in rows)}/{len(rows)} systems implemented and proven")


def test_checks_of_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    text, found = both(["rules", "lint"], capsys)
    assert found["faults"] == []
    assert text.startswith(f"clean: {found['rules']} rules, {found['parameters']} parameters")
    text, found = both(["rules", "diff", str(EXAMPLES / "packs" / "acme")], capsys)
    assert len(found["entries"]) == len(text.splitlines()) - 1 > 0
    assert found["verdicts"] == []


def test_a_pack_that_does_not_load_is_a_fault_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "pack.toml").write_text("name = 3", "utf-8")
    status, text = printed(["rules", "lint", "--rules", str(tmp_path), "--format", "json"], capsys)
    assert status == 1
    assert json.loads(text)["faults"][0]["file"].endswith("pack.toml")


def test_lists_of_the_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    text, rows = both(["records", "list", "--records", LEDGER], capsys)
    numbers = [line[:8].strip() for line in text.splitlines()]
    assert [row["number"] for row in rows] == [int(number) for number in numbers if number]
    due = ["records", "due", "--records", LEDGER, "--no-assess", "--as-of", "2028-01-01"]
    text, found = both(due, capsys)
    assert found["as_of"] == "2028-01-01"
    assert [f"record {one['number']}: {one['title']}: {'; '.join(one['reasons'])}" for one in found["due"]] == (
        text.splitlines()[:-1]
    )

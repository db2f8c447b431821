"""`advisor sensitivity`: inputs by what they move, on a screen and for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from advisor.cli.main import run

ANSWERS = '[volume]\noutput_tokens = "1B..3B/month"\n'


@pytest.fixture
def answers(tmp_path: Path) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(ANSWERS, encoding="utf-8")
    return str(path)


def test_the_strongest_input_comes_first_with_the_longest_bar(answers: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sensitivity", answers, "--as-of", "2026-11-21", "--draws", "2000", "--sobol"]) == 0
    head, saving, blank, *rows = capsys.readouterr().out.splitlines()
    assert re.search(r"what moves .+ against .+, dollars a month", head)
    assert saving.startswith("Knowing every input before choosing would save $")
    assert blank == ""
    bars = [row.count("█") for row in rows if "█" in row]
    assert bars == sorted(bars, reverse=True)
    assert bars[0] == 20
    assert all("% of variance" in row for row in rows if "█" in row)


def test_programs_get_every_input(answers: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sensitivity", answers, "--as-of", "2026-11-21", "--draws", "2000", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"workload", "routes", "perfect_information_usd", "inputs"}
    assert len(found["routes"]) == 2
    assert {"key", "asked", "swing_usd", "worth_usd", "total_order"} == set(found["inputs"][0])
    assert found["inputs"][0]["total_order"] is None


def test_where_one_route_stands_nothing_moves_the_choice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gap.toml"
    path.write_text('[data]\nboundary = "air-gap"\n', encoding="utf-8")
    assert run(["sensitivity", str(path), "--draws", "500"]) == 0
    assert capsys.readouterr().out == "unnamed: self-hosted: the only route left, so no input moves the choice\n"


def test_a_missing_file_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sensitivity", "nowhere.toml"]) == 2
    assert capsys.readouterr().err == "advisor: nowhere.toml: no such file\n"

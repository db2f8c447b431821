"""A verdict says how much of it rests on weakly supported figures, and flags the old ones it used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from advisor.api import assess
from advisor.assessment.model import Assessment
from advisor.interview.answers import read_answers, vocabulary
from advisor.knowledge.labels import figure_label
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import WEAK_GRADES
from advisor.report.json_report import assessment_table
from advisor.report.text_report import as_text

KNOWLEDGE = load_knowledge()
LATER = date(2030, 11, 21)


def _assessed(name: str, day: date = date(2026, 11, 21), growth: str = "") -> Assessment:
    text = Path(f"examples/{name}.toml").read_text("utf-8")
    assert "\n[volume]\n" in text
    data = text.replace("\n[volume]\n", f"\n[volume]\n{growth}\n", 1).encode()
    return assess(read_answers(data, name, vocabulary(KNOWLEDGE)), KNOWLEDGE, day, draws=100, flips=False)


@pytest.mark.parametrize("name", ["team-of-20", "clinical-notes", "unknown-start-up", "air-gapped"])
def test_the_weak_figures_are_those_graded_weak(name: str) -> None:
    found = _assessed(name).evidence
    assert 0 < len(found.weak) < found.figures
    assert found.weak_share * found.figures == pytest.approx(len(found.weak))
    parameters = [KNOWLEDGE.parameters[each] for each in found.weak if each in KNOWLEDGE.parameters]
    assert parameters
    assert all(each.at(date(2026, 11, 21)).grade in WEAK_GRADES for each in parameters)


def test_an_answer_of_ones_own_is_no_weak_figure() -> None:
    assert "volume.annual_growth" in _assessed("team-of-20").evidence.weak
    answered = _assessed("team-of-20", growth='annual_growth = "20%"').evidence
    assert "volume.annual_growth" not in answered.weak


def test_nothing_is_old_on_the_day_the_catalog_was_checked() -> None:
    assert _assessed("team-of-20").evidence.stale == ()


def test_what_is_older_than_its_kind_may_be_is_flagged_in_text_and_json() -> None:
    found = _assessed("team-of-20", LATER)
    prices = [one for one in found.evidence.stale if one.kind == "prices"]
    limit = KNOWLEDGE.parameters["evidence.stale_days.prices"].at(LATER).range.point
    assert prices
    assert all(one.days == (LATER - one.since).days > limit == one.limit_days for one in prices)
    text = " ".join(as_text(found).split())
    assert f"{figure_label(found.evidence.stale[0].name)} ({found.evidence.stale[0].kind}, " in text
    assert f"{found.evidence.weak_share:.0%}, have weak evidence" in text
    table = assessment_table(found)["evidence"]
    assert [row["name"] for row in table["stale"]] == [one.name for one in found.evidence.stale]
    assert table["weak_share"] == found.evidence.weak_share


def test_only_what_the_standing_routes_use_is_flagged() -> None:
    used = {one.name for one in _assessed("air-gapped", LATER).evidence.stale}
    assert not any("anthropic" in name or "openai" in name for name in used)
    assert any(one.startswith("license ") for one in used)

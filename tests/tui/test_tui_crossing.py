"""Where costs meet is told in words that end in never, not in an infinity."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from advisor.assessment.model import Band, BreakEven
from advisor.sizing.placement import layout_words
from advisor.tui.verdict.chart import crossing_lines
from advisor.tui.verdict.costs import costs_entries
from advisor.tui.verdict.details import fleet_lines
from advisor.tui.widgets.styled_text import plain_text, width
from tests.terminal.canned import assessed


@pytest.mark.parametrize(
    ("band", "told", "side"),
    [
        (None, "do not cross in 89% of the draws", "never"),
        (Band(1e10, inf, inf), "do not cross in 89% of the draws", "never"),
        (Band(1e9, 2e9, inf), "1B tokens a month to never of output, 2B at the median", "2B"),
        (Band(1e9, 2e9, 3e9), "1–3B tokens a month of output, 2B at the median", "2B"),
    ],
)
def test_an_end_that_is_never_reached_is_said_so(band: Band | None, told: str, side: str) -> None:
    found = replace(assessed("team-of-20", flips=False), break_even=BreakEven("gpt-5.4", band, (), 0.89))
    text = plain_text(crossing_lines(found, 200))
    assert told in text
    assert "inf" not in text
    sides = {entry.title: entry.side for entry in costs_entries(found)}
    assert sides["Where self-hosting meets the API"] == side


@pytest.mark.parametrize("columns", [58, 118])
def test_the_fleet_is_shown_on_the_curve_it_was_taken_from(columns: int) -> None:
    found = assessed("team-of-20", flips=False)
    drawn = fleet_lines(found, columns)
    text = plain_text(drawn)
    assert all(width(row) <= columns for row in drawn)
    assert f"planned at {found.fleet.inter_token_ms:,.1f} ms" in text
    assert all(layout_words(point.layout) in text for point in found.fleet.curve)
    assert "at other loads" not in plain_text(
        fleet_lines(replace(found, fleet=replace(found.fleet, curve=())), columns)
    )

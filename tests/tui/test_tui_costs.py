"""The first page of the costs at 80 × 24, and the shading of a tie."""

from __future__ import annotations

from dataclasses import replace

from advisor.tui.verdict.chart import TIED_BAR
from advisor.tui.verdict.costs import costs_entries
from advisor.tui.verdict.overview import tied_routes, verdict_lines
from advisor.tui.widgets.styled_text import plain_text
from tests.terminal.frozen_verdict import frozen_assessment

COLUMNS, ROWS = 78, 20
"""What a view has of a window of 80 × 24."""


def test_the_ranges_and_the_chart_are_one_page() -> None:
    lines = plain_text(costs_entries(frozen_assessment())[0].detail(COLUMNS)).splitlines()
    assert len(lines) <= ROWS
    assert any("▲ you" in line for line in lines)


def test_a_chart_that_is_still_computed_is_announced() -> None:
    found = frozen_assessment()
    bare = replace(found, outlook=replace(found.outlook, curves=()), flips=(), never_asked=type(found.never_asked)())
    early = replace(bare, unknowns=tuple(replace(one, could_change_verdict=False) for one in found.unknowns))
    shown = plain_text(costs_entries(early)[0].detail(COLUMNS))
    assert "as soon as it is computed" in shown


def test_the_routes_of_a_tie_are_shaded_and_named() -> None:
    found = frozen_assessment()
    assert tied_routes(found)
    rows = [row for row in plain_text(verdict_lines(found, COLUMNS)).splitlines() if TIED_BAR in row]
    assert len(rows) == len(tied_routes(found))
    assert all("tied" in row for row in rows)
    alone = replace(found, findings=tuple(rule for rule in found.findings if rule.rule != "prefer.tie"))
    assert TIED_BAR not in plain_text(verdict_lines(alone, COLUMNS))

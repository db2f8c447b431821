"""Hybrid's best split: no less to the frontier than needs it, and a margin that holds up to the share found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from advisor.cost.comparison import HybridSplit, compare, split
from advisor.cost.draws import median, spread
from advisor.cost.routes import frontier_half, hosted_api, routine_half, total
from advisor.cost.scenario import Scenario
from tests.cost.scenarios import BUSY, drawn, scenario_of

HALVES = (("managed-open", "self-host"), ("hosted-api", "managed-cloud"))
MARGIN = 0.1
MIXED: dict[str, Any] = BUSY | {"quality.frontier_share": 0.3}
FAILING: dict[str, Any] = MIXED | {
    "quality.api_success_rate": 0.95,
    "quality.open_success_rate": 0.5,
    "quality.routine_success_rate": 0.55,
    "quality.failure_cost_usd": 100,
}


def found_in(scenario: Scenario) -> HybridSplit:
    found = split(drawn(scenario, 500), HALVES, MARGIN)
    assert found is not None
    return found


def test_where_the_open_route_is_cheaper_only_what_needs_the_frontier_goes_there() -> None:
    scenario = scenario_of(MIXED)
    found = found_in(scenario)
    assert (found.routine, found.frontier, found.frontier_share) == ("managed-open", "hosted-api", 0.3)


def test_the_saving_is_hybrids_against_all_on_the_frontier() -> None:
    scenario = scenario_of(MIXED)
    priced = compare(scenario, 1, 500, *HALVES)
    expected = spread(1.0 - priced.totals["hybrid"] / priced.totals["hosted-api"])
    saving = found_in(scenario).saving
    assert saving is not None
    assert (saving.p10, saving.p50, saving.p90) == pytest.approx(expected, rel=1e-12)


def test_where_failures_are_dear_more_goes_to_the_frontier() -> None:
    found = found_in(scenario_of(FAILING))
    assert found.frontier_share == pytest.approx(0.965)
    assert found.largest_frontier_share is None


def test_up_to_the_largest_share_the_margin_holds_and_beyond_it_does_not() -> None:
    scenario = scenario_of(MIXED)
    found = found_in(scenario)
    assert found.largest_frontier_share is not None
    pricing = drawn(scenario, 500)
    limit = (1.0 - MARGIN) * median(total(hosted_api(pricing)))

    def cost(share: float) -> float:
        halves = routine_half(pricing, found.routine, share), frontier_half(pricing, found.frontier, share)
        return median(np.asarray(total(halves[0]) + total(halves[1])))

    assert cost(found.largest_frontier_share) <= limit < cost(found.largest_frontier_share + 0.001)


def test_without_a_frontier_share_only_the_limit_is_said() -> None:
    found = found_in(scenario_of(BUSY))
    assert (found.frontier_share, found.saving) == (None, None)
    assert found.largest_frontier_share is not None


def test_a_half_without_a_route_has_no_split() -> None:
    assert split(drawn(scenario_of(MIXED), 100), ((), HALVES[1]), MARGIN) is None
    assert split(drawn(scenario_of(MIXED), 100), (HALVES[0], ()), MARGIN) is None

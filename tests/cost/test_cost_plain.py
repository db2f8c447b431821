"""The arrays give what plain Python gives, formula by formula and draw by draw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from advisor.cost.comparison import compare
from advisor.cost.draws import draws
from benchmarks.cost.plain_costs import totals
from tests.cost.scenarios import scenario_of

COUNT = 200
HALVES = (("managed-open",), ("hosted-api",))
RENTED: dict[str, Any] = {"economics.acquisition": "on-demand", "quality.frontier_share": "0.1..0.6"}


@pytest.mark.parametrize("months", [1, 12, 17, 36])
@pytest.mark.parametrize("task", ["extraction", "chat", "agentic-coding"])
@pytest.mark.parametrize("volume", ["10M..900M/month", "2B..80B/month"])
def test_every_draw_of_every_route_comes_out_the_same(months: int, task: str, volume: str) -> None:
    given = RENTED | {"workload.task": task, "economics.horizon_months": months, "volume.output_tokens": volume}
    scenario = replace(scenario_of(given, "production"), cloud_open_eligible=False)
    found = compare(scenario, 7, COUNT, *HALVES)
    scenario = found.drawn.scenario
    sample = draws(scenario.ranges, 7, COUNT)
    columns = [np.broadcast_to(sample(name), COUNT).tolist() for name in scenario.ranges]
    rows = [dict(zip(scenario.ranges, row, strict=True)) for row in zip(*columns, strict=True)]
    for place in range(COUNT):
        plain = totals(scenario, rows[place].__getitem__)
        assert set(plain) == set(found.totals)
        for route in plain:
            cost = float(np.broadcast_to(found.totals[route], COUNT)[place])
            assert cost == pytest.approx(plain[route], rel=1e-12), route

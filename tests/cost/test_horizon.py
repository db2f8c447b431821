"""Month by month: months add up to the mean, money ages, purchases come first, and pay-back is for good."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from advisor.cost.breakeven import horizon, pay_back_month, spending
from advisor.cost.comparison import compare, parts_of
from advisor.cost.draws import draws, points
from advisor.cost.routes import Pricing, total
from tests.cost.scenarios import BUSY, PRICED, exact_but, scenario_of

D = Decimal
RENTED: dict[str, Any] = BUSY | {"economics.acquisition": "on-demand", "economics.migration_cost_usd": 30_000}


@pytest.mark.parametrize("months", [1, 7, 12, 36])
@pytest.mark.parametrize("acquisition", ["on-demand", "reserved", "spot"])
@pytest.mark.parametrize("pricing", ["per-token", "dedicated-endpoint"])
def test_months_add_up_to_the_mean_month(months: int, acquisition: str, pricing: str) -> None:
    given = RENTED | {"economics.horizon_months": months, "economics.acquisition": acquisition}
    given |= {"economics.pricing": pricing, "quality.frontier_share": "0.2..0.4", "economics.second_region": True}
    scenario = scenario_of(given)
    found = compare(scenario, 1, 200, ("self-host",), ("managed-cloud",))
    for route in (*PRICED, "hybrid"):
        for part in parts_of(found.drawn, route, found.settled):
            spent = sum(spending(found.drawn, part, months), start=np.zeros(200))
            assert spent == pytest.approx(np.broadcast_to(months * total(part.lines), 200), rel=1e-9), route


def test_interest_is_counted_from_the_second_month() -> None:
    scenario = exact_but(scenario_of(RENTED))
    pricing = Pricing(scenario, points(scenario.ranges))
    settled = compare(scenario, 1, 100, (), ()).settled
    parts = parts_of(pricing, "hosted-api", settled)
    found = horizon(pricing, {"hosted-api": parts}, (), 36).routes[0]
    interest = D(str(scenario.ranges["market.discount_rate"].point))
    today, plain = D(0), D(0)
    for month, spent in enumerate(spending(pricing, parts[0], 36)):
        rate = (1 + interest) ** (month // 12) * (1 + interest * (month % 12) / 12)
        today, plain = today + D(spent.item()) / rate, plain + D(spent.item())
        assert found.p50[month] == pytest.approx(float(today), rel=1e-12)
        assert found.spent_usd[month] == pytest.approx(float(plain), rel=1e-12)


def test_what_is_bought_is_paid_at_once_and_again_when_it_is_worn_out() -> None:
    given = RENTED | {"economics.acquisition": "owned", "economics.gpus": 8, "economics.gpu": "h100-sxm"}
    scenario = exact_but(scenario_of(given | {"volume.annual_growth": 0, "economics.migration_cost_usd": 0}))
    ranges = scenario.ranges
    life = round(ranges["operations.owned_life_years"].point * 12)
    pricing = Pricing(scenario, points(ranges))
    (part,) = parts_of(pricing, "self-host", compare(scenario, 1, 100, (), ()).settled)
    months = [spent.item() for spent in spending(pricing, part, life + 2)]
    running = float(total(part.lines)) - float(part.lines["hardware"])
    price = 8 * ranges["gpu.purchase_usd"].point
    assert months[0] - running == pytest.approx(price)
    assert months[1] == pytest.approx(running)
    assert months[life - 1] == pytest.approx(running)
    renewed = price * (1 - ranges["operations.residual_share"].point)
    assert months[life] - running == pytest.approx(renewed)


def test_growth_buys_the_gpus_it_needs() -> None:
    given = RENTED | {"economics.acquisition": "owned", "volume.annual_growth": "300%", "economics.gpu": "h100-sxm"}
    scenario = exact_but(scenario_of(given))
    pricing = Pricing(scenario, points(scenario.ranges))
    (part,) = parts_of(pricing, "self-host", compare(scenario, 1, 100, (), ()).settled)
    months = list(spending(pricing, part, 12))
    least = scenario.ranges["gpu.purchase_usd"].point
    assert any(month.item() > least for month in months[1:])


def test_pay_back_is_the_month_from_which_it_stays_cheaper() -> None:
    route = np.array([[5.0, 1.0, 9.0], [6.0, 9.0, 9.0], [7.0, 10.0, 9.0], [8.0, 11.0, 9.0]])
    against = np.array([[2.0, 2.0, 2.0], [5.0, 5.0, 4.0], [8.0, 11.0, 6.0], [9.0, 11.0, 8.0]])
    assert pay_back_month(route, against).tolist() == [3.0, 3.0, np.inf]


def test_the_dearer_of_two_scaled_routes_never_pays_back() -> None:
    scenario = scenario_of(RENTED)
    pricing = Pricing(scenario, draws(scenario.ranges, 1, 300))
    settled = compare(scenario, 1, 300, (), ()).settled
    (part,) = parts_of(pricing, "hosted-api", settled)
    raised = replace(part, lines={line: figure * 1.1 for line, figure in part.lines.items()})
    pairs = (("cheap", "costly"), ("costly", "cheap"))
    cheap, costly = horizon(pricing, {"cheap": [part], "costly": [raised]}, pairs, 36).pay_backs
    assert (cheap.month.p10, cheap.month.p90, cheap.never_share) == (1.0, 1.0, 0.0)
    assert (costly.month.p50, costly.never_share) == (None, 1.0)

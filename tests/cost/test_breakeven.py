"""Where costs cross: what is found is where they are equal, never is never, and whole GPUs make several."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from advisor.cost.breakeven import (
    api_price_at_par,
    break_even,
    crossing_of,
    crossings,
    crossovers,
    curves,
    first_crossings,
    gaps,
    gpu_price_at_par,
    volumes,
)
from advisor.cost.draws import Figure, draws, points
from advisor.cost.prices import MILLION
from advisor.cost.routes import Pricing, hosted_api, self_host, total
from advisor.knowledge.parameters import Range
from tests.cost.scenarios import BUSY, drawn, exact_but, scenario_of

TEAM: dict[str, Any] = {"workload.developers": 400, "volume.tokens_per_developer": "40M..60M/month"}


def pricing_of(given: dict[str, Any], key: str = "", value: Figure = 0.0, count: int = 300) -> Pricing:
    scenario = scenario_of(given)
    sample = draws(scenario.ranges, 1, count)
    return Pricing(scenario, lambda name: value if name == key else sample(name))


@pytest.mark.parametrize("acquisition", ["reserved", "on-demand", "spot"])
@pytest.mark.parametrize("second", [False, True])
def test_at_the_gpu_price_found_both_cost_the_same(acquisition: str, second: bool) -> None:
    given = BUSY | {"economics.acquisition": acquisition, "economics.second_region": second}
    price = gpu_price_at_par(pricing_of(given))
    pays = np.isfinite(price)
    assert pays.mean() > 0.5
    there = pricing_of(given, "economics.gpu_hour_usd", np.where(pays, price, 1.0))
    gap = np.asarray(total(self_host(there)) - total(hosted_api(there)))
    assert gap[pays] == pytest.approx(np.zeros(int(pays.sum())), abs=1e-6)


def test_at_the_api_price_found_both_cost_the_same() -> None:
    pricing = pricing_of(BUSY)
    offer = pricing.scenario.offers.hosted
    assert offer is not None
    paid = offer.rates.output * MILLION * pricing.sample("price.hosted.spread")
    factor = api_price_at_par(pricing) / paid
    lines = hosted_api(pricing)
    api = total(lines) + lines["tokens"] * (factor - 1.0)
    assert api == pytest.approx(np.asarray(total(self_host(pricing))), rel=1e-9)


def test_utilization_and_team_size_are_found_between_their_neighbors() -> None:
    scenario = scenario_of(TEAM | {"volume.output_share": 0.3, "economics.api_model": "claude-opus-4.8"})
    found = {each.key: each for each in crossovers(drawn(scenario, 300))}
    assert set(found) >= {"hosted-api.output", "economics.utilization", "workload.developers"}
    team = found["workload.developers"]
    (at,) = team.crossings[-1:]
    sample = points(scenario.ranges)

    def gap(size: float) -> float:
        there = Pricing(scenario, lambda name: size if name == "workload.developers" else sample(name))
        return float(total(self_host(there)) - total(hosted_api(there)))

    assert gap(at * 1.6) < 0 < gap(at / 1.6)


def test_a_price_nobody_beats_is_never() -> None:
    scenario = scenario_of(BUSY | {"volume.output_tokens": "1M", "volume.input_tokens": "1M"}, "production")
    found = {each.key: each for each in crossovers(drawn(scenario, 300))}
    assert found["economics.gpu_hour_usd"].at.p50 is None
    assert found["economics.utilization"].never_share == 1.0


def test_inputs_without_a_part_are_left_out() -> None:
    given = BUSY | {"economics.gpus": 8, "economics.owned_gpus_spare": 8}
    assert [each.key for each in crossovers(drawn(scenario_of(given), 100))] == ["hosted-api.output"]
    without = replace(scenario_of(BUSY).offers, hosted=None)
    assert crossovers(drawn(replace(scenario_of(BUSY), offers=without), 100)) == ()


def test_whole_gpus_make_several_crossings() -> None:
    at = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    steps = np.array([1.0, -1.0, 1.0, -2.0, -3.0])
    assert crossings(at, steps) == pytest.approx((1.5, 2.5, 3 + 1 / 3))
    assert first_crossings(at, steps[:, None]).tolist() == [1.5]


def test_percentiles_do_not_mix_numbers_with_never() -> None:
    found = crossing_of(np.array([3.0, np.inf, 1.0, 2.0, np.inf]), ())
    assert (found.p10, found.p50, found.p90) == (1.0, 3.0, np.inf)
    assert found.never_share == 0.4


def test_at_the_break_even_volume_the_curves_meet() -> None:
    scenario = exact_but(scenario_of(BUSY))
    found = break_even(drawn(scenario, 10))
    assert found is not None
    pricing = Pricing(scenario, points(scenario.ranges))
    around = gaps(pricing, np.array([found.p50 / 1.6, found.p50 * 1.6]))[:, 0]
    assert around[0] > 0 > around[1]


def test_no_traffic_has_no_curve() -> None:
    nothing = exact_but(scenario_of(BUSY | {"volume.output_tokens": 0}))
    assert break_even(drawn(nothing, 10)) is None
    assert curves(drawn(nothing, 10), volumes()) == ()


def test_curves_rise_with_volume_and_meet_the_comparison() -> None:
    scenario = scenario_of(BUSY)
    pricing = Pricing(scenario, draws(scenario.ranges, 1, 400))
    today = Range.exactly(float(np.median(pricing.today.output * pricing.growth)))
    found = {each.route: each for each in curves(pricing, volumes())}
    assert set(found) == {"self-host", "hosted-api", "managed-open"}
    for curve in found.values():
        assert np.all(np.diff(curve.p50) >= 0.0)
        assert np.all(np.array(curve.p10) <= curve.p50)
        assert np.all(np.array(curve.p50) <= curve.p90)
    api = np.interp(today.point, found["hosted-api"].volumes, found["hosted-api"].p50)
    assert api == pytest.approx(np.median(total(hosted_api(pricing))), rel=0.15)

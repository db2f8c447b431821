"""Groups, whole GPUs, their rent and power: the fleet's arithmetic with round figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from advisor.cost.draws import Figure, Sample
from advisor.cost.fleet import (
    FleetPlan,
    FleetRequest,
    FleetSize,
    Months,
    beyond_stated,
    fleet_cost,
    fleet_size,
    gpus_for,
    group_speed,
    groups_for,
    groups_running,
    mean_rate,
    power_per_gpu,
    rate_provided,
    replicas_demanded,
)
from advisor.cost.fleet_search import (
    KEPT,
    _distance,
    _excess,
    _latency,
    _least_gpus,
    _misfit,
    _nth,
    _worth_pricing,
    shape_within,
)
from advisor.cost.route_offers import average, explained, near_median
from advisor.cost.traffic import Traffic
from advisor.sizing.placement import RequestShape
from advisor.sizing.throughput import NOTHING, OperatingPoint, ServiceTargets
from tests.contract.asking import knowledge

MODEL, GPU = knowledge().catalog.models["llama-3.1-8b"], knowledge().catalog.gpus["h100-sxm"]
POINT = OperatingPoint("tp2", 2, True, True, "", NOTHING, 100.0, 8.0, 20.0, 500.0, 900.0, 0.8, 1.2)
PLAN = FleetPlan(FleetRequest(MODEL, GPU, "bf16", RequestShape(1000.0, 100.0)), POINT)
STILL = Months(12, 0.0, 0.0)
HOUR = 730.0 * 3600.0
FIGURES: dict[str, float] = {
    "time.hours_per_month": 730.0, "time.months_per_year": 12.0,
    "economics.utilization": 0.5, "economics.gpu_hour_usd": 2.0, "gpu.purchase_usd": 30_000.0, "fleet.speed_band": 0.9,
    "operations.serverless_idle_seconds": 10.0, "operations.serverless_start_seconds": 20.0,
    "operations.spot_interruption_overhead": 0.25, "operations.owned_life_years": 4.0,
    "operations.residual_share": 0.2, "operations.server_power_factor": 1.5, "operations.power_load_share": 0.6,
    "operations.hosting_pue": 1.25, "operations.electricity_usd_per_kwh": 0.1,
    "operations.hosting_usd_per_kw_month": 150.0,
}  # fmt: skip


def sample(**changed: float) -> Sample:
    known: dict[str, Figure] = {**FIGURES, **{name.replace("__", "."): value for name, value in changed.items()}}
    return known.__getitem__


def plan(*, concurrency: float = 0.0, **changed: Any) -> FleetPlan:
    return replace(PLAN, request=replace(PLAN.request, concurrency=concurrency), **changed)


def test_whole_groups_carry_the_rate_and_hold_the_requests_in_flight() -> None:
    assert [groups_for(plan(), demand) for demand in (0.0, 100.0, 100.1, 250.0)] == [1, 1, 2, 3]
    assert groups_for(plan(concurrency=20.0), 100.0) == 3  # 20 in flight, 8 to a group
    assert groups_for(plan(concurrency=3.0, speed=replace(POINT, concurrency=0.5)), 100.0) == 3
    assert groups_for(plan(speed=replace(POINT, fits=False)), 900.0) == 1
    assert groups_for(plan(speed=replace(POINT, tokens_per_second=0.0)), 900.0) == 1
    assert groups_for(plan(speed=replace(POINT, tokens_per_second=0.5)), 1.0) == 2
    assert gpus_for(plan(spares=1), 250.0) == 2 * (3 + 1)
    assert gpus_for(plan(spares=1, given=7), 250.0) == 7
    assert (plan(given=7).given_groups, plan().group_gpus) == (3, 2)
    assert (plan().fits, plan(speed=replace(POINT, meets_targets=False)).keeps_targets) == (True, False)


def test_a_stated_number_of_gpus_grows_only_beyond_the_traffic_it_was_stated_for() -> None:
    assert beyond_stated(plan(), 5.0, 2.0) == 0.0
    assert beyond_stated(plan(given=4), 5.0, 2.0) == 5.0
    assert beyond_stated(plan(given=4), 5.0, 1.0) == 0.0
    stated = fleet_size(plan(given=4), 9.0, 0.0, STILL)
    assert (stated.all, stated.charged, stated.rented) == (4, 4, 4)
    assert fleet_size(plan(given=4), 9.0, 0.0, STILL, 2.5).all == 6
    assert fleet_size(plan(given=4), 9.0, 0.0, STILL, 1.0).all == 4
    spare = fleet_size(plan(given=4), 9.0, 3.0, STILL)
    assert (spare.all, spare.charged, spare.spare) == (4, 1, 3)
    assert fleet_size(plan(given=4), 9.0, 5.0, STILL).charged == 0
    unfit = fleet_size(plan(speed=replace(POINT, fits=False), spares=1), 9.0, 0.0, STILL)
    assert unfit.all == 4


def test_gpus_are_whole_groups_month_by_month_as_demand_grows() -> None:
    """From 1.5 groups by 60 % a year: 0.075 a month, so that 2 groups last until month 6 and 3 begin with month 7."""
    found = fleet_size(plan(), 1.5, 0.0, Months(12, 0.6, 0.0))
    assert float(np.asarray(found.all)) == pytest.approx(2 * (7 * 2 + 5 * 3) / 12)
    # from 1.45 by 0.0725 a month 3 groups begin with month 8; a year later from 2.32 by 0.116, and 4 with its month 6
    two = fleet_size(plan(spares=1), 1.45, 0.0, Months(24, 0.6, 0.0))
    assert float(np.asarray(two.all)) == pytest.approx(2 * (8 * 3 + 4 * 4 + 6 * 4 + 6 * 5) / 24)
    assert float(np.asarray(fleet_size(plan(), 0.0, 0.0, STILL).all)) == 2
    assert float(np.asarray(fleet_size(plan(), 1.5, 0.0, Months(3, 0.6, 0.0)).all)) == 4


def test_rent_follows_the_market_from_month_to_month_and_spare_gpus_pay_none() -> None:
    months = Months(18, 0.0, 0.12)
    factors = [1 + 0.12 * month / 12 for month in range(12)] + [1.12 * (1 + 0.12 * month / 12) for month in range(6)]
    found = fleet_size(plan(), 1.5, 0.0, months)
    assert float(np.asarray(found.rented)) == pytest.approx(4 * sum(factors) / 18)
    assert found.spare == 0.0
    some = fleet_size(plan(spares=1), 1.5, 4.0, months)
    assert float(np.asarray(some.all)) == 6
    assert float(np.asarray(some.charged)) == 2
    assert float(np.asarray(some.rented)) == pytest.approx(2 * sum(factors) / 18)
    assert float(np.asarray(some.spare)) == 4
    growing = fleet_size(plan(), 1.5, 0.0, Months(12, 0.6, 0.12))
    by_month = [4] * 7 + [6] * 5
    expected = sum(gpus * factor for gpus, factor in zip(by_month, factors, strict=False)) / 12
    assert float(np.asarray(growing.rented)) == pytest.approx(expected)
    kept = fleet_size(plan(), 1.5, 1.0, Months(12, 0.6, 0.12))
    expected = sum((gpus - 1) * factor for gpus, factor in zip(by_month, factors, strict=False)) / 12
    assert float(np.asarray(kept.rented)) == pytest.approx(expected)
    stated = fleet_size(plan(given=4), 9.0, 1.0, months)
    assert stated.rented == pytest.approx(3 * sum(factors) / 18)


def test_serverless_gpus_are_paid_while_they_run_and_not_rounded_up() -> None:
    found = fleet_size(plan(acquisition="serverless"), 0.3, 0.0, Months(12, 0.24, 0.12))
    growth = [1 + 0.24 * month / 12 for month in range(12)]
    drift = [1 + 0.12 * month / 12 for month in range(12)]
    assert found.all == found.charged == pytest.approx(0.6 * sum(growth) / 12)
    both = sum(one * other for one, other in zip(growth, drift, strict=True)) / 12
    assert found.rented == pytest.approx(0.6 * both)


def test_the_rate_to_provide_is_that_of_the_peak_or_of_a_fleet_used_in_part() -> None:
    moved = Traffic(0.0, 100.0 * HOUR, 0.0, 0.5, 5.0)  # 100 tokens a second, half of which can wait
    assert mean_rate(moved, sample()) == pytest.approx(100)
    assert rate_provided(moved, sample()) == pytest.approx(300)  # 0.5 + 0.5 · 5 beats 1 ÷ 0.5
    assert rate_provided(moved, sample(economics__utilization=0.25)) == pytest.approx(400)
    assert rate_provided(moved, sample(economics__utilization=0.0)) == pytest.approx(100_000)
    assert group_speed(PLAN, sample()) == 90
    assert replicas_demanded(PLAN, moved, sample()) == pytest.approx(300 / 90)
    assert replicas_demanded(plan(concurrency=40.0), moved, sample()) == 5
    assert replicas_demanded(plan(speed=replace(POINT, fits=False)), moved, sample()) == 1
    assert replicas_demanded(plan(acquisition="serverless"), moved, sample()) == pytest.approx(100 / 90)


def test_a_group_that_is_switched_off_when_idle_runs_for_its_requests_and_around_them() -> None:
    """A request takes 0.5 s and 100 · 20 ms, the start before it 20 s and the wait after it 10 s: 32.5 s in all."""
    seldom = Traffic(0.0, HOUR, 0.0, 0.0, 1.0)  # 1 token a second is one request in 100 s
    assert groups_running(PLAN, seldom, sample()) == pytest.approx(0.325)
    assert groups_running(PLAN, seldom.scaled(10.0), sample()) == 1.0
    assert groups_running(PLAN, seldom.scaled(270.0), sample()) == pytest.approx(3)


def test_rent_is_by_the_hour_and_machines_of_one_s_own_are_written_off_and_powered() -> None:
    size = FleetSize(6.0, 4.0, 4.4)
    power = power_per_gpu(GPU, sample())
    kilowatts = GPU.watts / 1000 * 1.5
    assert power == pytest.approx(kilowatts * (0.6 * 1.25 * 730 * 0.1 + 150))
    desk = replace(GPU, workstation=True)
    assert power_per_gpu(desk, sample()) == pytest.approx(kilowatts * 0.6 * 1.25 * 730 * 0.1)
    rented = fleet_cost(PLAN, size, sample())
    assert tuple(rented.values()) == pytest.approx((4.4 * 2 * 730, 0, 2 * power))
    spot = fleet_cost(plan(acquisition="spot"), size, sample())
    assert spot["gpu"] == pytest.approx(4.4 * 2.5 * 730)
    owned = fleet_cost(plan(acquisition="owned"), size, sample())
    assert tuple(owned.values()) == pytest.approx((0, 4 * 30_000 * 0.8 / 48, 6 * power))
    no_spare = FleetSize(4.0, 4.0, 4.0)
    no_spare = replace(no_spare, charged=no_spare.all)
    assert fleet_cost(PLAN, no_spare, sample())["power"] == 0.0


def test_a_request_is_shortened_to_what_a_model_holds() -> None:
    shape = RequestShape(6000.0, 2000.0, 3000.0)
    assert shape_within(shape, replace(MODEL, context=8000)) is shape
    assert shape_within(shape, replace(MODEL, context=0)) is shape
    assert shape_within(shape, replace(MODEL, context=4000)) == RequestShape(3000.0, 1000.0, 1500.0)


@pytest.mark.parametrize(
    ("total", "native", "precision", "gpus"),
    [
        (42.0, 0.0, "bf16", 1), (43.0, 0.0, "bf16", 2), (85.0, 0.0, "fp8", 1), (86.0, 0.0, "fp8", 2),
        (171.0, 0.0, "int4", 1), (172.0, 0.0, "fp4", 2), (85.0, 1.0, "bf16", 1), (0.1, 0.0, "bf16", 1),
    ],
)  # fmt: skip
def test_no_group_is_smaller_than_the_weights(total: float, native: float, precision: Any, gpus: int) -> None:
    """A card of 80 GiB holds 85.9 GB."""
    assert _least_gpus(replace(MODEL, total_b=total, native_bytes=native), GPU, precision) == gpus


def test_among_what_fails_the_nearest_is_told() -> None:
    targets = ServiceTargets(first_token_p50_ms=400.0, inter_token_ms=25.0)
    assert _excess(PLAN, targets) == 1.25
    assert _excess(PLAN, ServiceTargets()) == 0.0
    assert _excess(PLAN, ServiceTargets(first_token_p95_ms=100.0)) == 9.0
    assert _latency(PLAN, targets) == f"on 2 × {GPU.title} the first token takes 500 ms, the target is 400 ms"
    assert _latency(PLAN, ServiceTargets(first_token_p95_ms=800.0, inter_token_ms=10.0)) == (
        f"on 2 × {GPU.title} the first token at p95 takes 900 ms, the target is 800 ms"
        " and each further token takes 20 ms, the target is 10 ms"
    )
    assert _latency(PLAN, ServiceTargets(inter_token_ms=20.0)) == f"on 2 × {GPU.title} no load keeps the targets"
    unfit = replace(PLAN, speed=replace(POINT, fits=False, reason="64 attention heads do not divide"))
    search: Any = type("Search", (), {"targets": targets, "demand": 250.0})()
    assert _distance(PLAN, search) == (0.0, 1.25, 6.0)
    assert _distance(unfit, search) == (1.0, 0.0, -2.0)
    assert [_misfit(replace(unfit, speed=replace(unfit.speed, reason=why))) for why in ("12 heads", "link", "GB")] == [
        "layout", "layout", "memory",
    ]  # fmt: skip


def test_the_cheapest_are_kept_and_those_that_few_cheaper_ones_match_in_gpus() -> None:
    def given(gpus: int) -> FleetPlan:
        return plan(given=gpus)

    search: Any = type("Search", (), {"worst_demand": 1.0})()
    cheapest = [given(8)] * KEPT
    smaller = [given(4)] * 5
    kept = _worth_pricing([*cheapest, *smaller, given(8)], search)
    assert [each.given for each in kept] == [8] * KEPT + [4] * 3  # three of a size, and none as large as six cheaper
    assert _nth(2, [5.0, 1.0, 3.0]) == 3.0
    assert _nth(4, [5.0, 1.0, 3.0]) == float("inf")


def test_lines_near_the_median_add_up_to_it() -> None:
    """Of 40 draws the two nearest the median, 19 and 20, explain it; the more uncertain line takes the remainder."""
    drawn = np.arange(40.0)
    places = near_median(drawn)
    assert places is not None
    assert sorted(places.tolist()) == [19, 20]
    assert near_median(5.0) is None
    few = near_median(np.array([7.0, 1.0, 3.0]))
    assert few is not None
    assert few.tolist() == [2]
    assert average(drawn, places) == 19.5
    assert average(7.0, places) == 7.0
    assert average(drawn, None) == 19.5
    found = explained({"fixed": 3.0, "drawn": drawn, "half": drawn / 2}, 3.0 + 1.5 * drawn)
    assert found == pytest.approx({"fixed": 3.0, "drawn": 19.5, "half": 9.75})
    assert explained({"fixed": 3.0, "drawn": drawn}, 3.0 + drawn, 30.0) == pytest.approx({"fixed": 3.0, "drawn": 27.0})
    assert explained({"one": 1.0, "two": 2.0}, 3.0) == {"one": 1.0, "two": 2.0}

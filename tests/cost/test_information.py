"""What knowing an input is worth, on problems whose answer is known in closed form."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from advisor.analysis.firmness import sensitivity
from advisor.cost.comparison import compare, information, perfect_information, total_order
from advisor.cost.draws import Figure, Sample, draws, points
from advisor.cost.operations import service_size
from advisor.cost.routes import Pricing
from advisor.knowledge.parameters import Range
from tests.contract.asking import DAY, answers, knowledge
from tests.cost.scenarios import BUSY, exact_but, scenario_of

COUNT = 50_000
RANGES = {"cost of a": Range(0.0, 1.0), "cost of b": Range(0.4, 0.6), "nothing": Range(0.0, 9.0), "known": Range(3, 3)}


def test_knowing_what_decides_is_worth_its_closed_form() -> None:
    """One route costs a uniform 0–1, the other 0.5: 0.5 − E min = 1/8, and all of it lies in the one input."""
    sample = draws(RANGES, 5, COUNT)
    totals = {"a": sample("cost of a"), "b": 0.5}
    (found,) = information(totals, RANGES, RANGES, 5, COUNT)
    assert found.name == "cost of a"
    assert found.worth == pytest.approx(0.125, abs=0.004)
    assert found.swing == pytest.approx(0.95, abs=0.01)
    assert perfect_information(totals) == pytest.approx(0.125, abs=0.004)


def test_two_inputs_share_what_perfect_information_is_worth() -> None:
    sample = draws(RANGES, 5, COUNT)
    totals = {"a": sample("cost of a"), "b": sample("cost of b")}
    found = information(totals, RANGES, RANGES, 5, COUNT)
    assert [each.name for each in found] == ["cost of a", "cost of b"]
    assert all(0.0 <= each.worth <= perfect_information(totals) + 1e-3 for each in found)


def test_where_one_route_always_wins_nothing_is_worth_measuring() -> None:
    sample = draws(RANGES, 5, COUNT)
    totals = {"a": sample("cost of a"), "b": 2.0}
    assert perfect_information(totals) == 0.0
    assert all(each.worth < 1e-12 for each in information(totals, RANGES, RANGES, 5, COUNT))


def test_a_single_route_asks_for_nothing() -> None:
    assert information({"a": draws(RANGES, 5, 100)("cost of a")}, RANGES, RANGES, 5, 100) == ()


def test_total_order_indices_are_shares_of_the_variance() -> None:
    """A difference linear in two independent inputs: each index is its own variance over the sum of both."""
    pair = ("hosted-api", "managed-open")
    names = ("operations.compliance_provider_usd_per_year", "economics.migration_cost_usd")
    scenario = scenario_of(BUSY | {"economics.migration_cost_usd": "10k..50k"})
    uncertain = exact_but(scenario, names)
    settled = compare(uncertain, 1, 100, (), ()).settled
    own = ("self-host", "hosted-api")
    indices = total_order(uncertain, settled, own, 3, 20_000)
    assert indices["economics.migration_cost_usd"] == pytest.approx(1.0, abs=0.03)
    assert indices["operations.compliance_provider_usd_per_year"] == 0.0
    assert total_order(exact_but(scenario), settled, pair, 3, 1000) == {}


def test_indices_of_a_sum_add_up_to_one() -> None:
    names = ("economics.migration_cost_usd", "operations.incident_hours", "operations.upgrade_hours")
    scenario = exact_but(scenario_of(BUSY | {"economics.migration_cost_usd": "10k..50k"}), names)
    settled = compare(scenario, 1, 100, (), ()).settled
    indices = total_order(scenario, settled, ("self-host", "hosted-api"), 3, 20_000)
    drawn = draws(scenario.ranges, 3, 20_000)
    assert set(indices) == set(names)
    assert sum(indices.values()) == pytest.approx(1.0, abs=0.03)
    share = np.var(drawn("economics.migration_cost_usd")) / scenario.months**2
    point = points(scenario.ranges)
    pricing = Pricing(scenario, point)
    size = float(service_size(scenario.work, pricing.open_traffic().total * pricing.growth, pricing.users, point))
    total = share + sum(np.var(part * size) for part in hours(scenario.ranges, drawn))
    assert indices["economics.migration_cost_usd"] == pytest.approx(float(share / total), abs=0.03)


def hours(ranges: Mapping[str, Range], drawn: Sample) -> list[Figure]:
    """Dollars a month of a full service for upgrades and for incidents: times a year × hours × an hour's wage ÷ 12."""
    hour = ranges["people.engineer_hour_usd"].point / 12.0
    kinds = (("operations.upgrade_hours", "upgrades_per_year"), ("operations.incident_hours", "incidents_per_year"))
    return [drawn(key) * (ranges[f"operations.{often}"].point * hour) for key, often in kinds]


def test_the_tornado_names_inputs_of_the_knowledge_base_too() -> None:
    found = sensitivity(answers(BUSY), knowledge(), DAY, 1, 2000, sobol=True)
    assert len(found.routes) == 2
    swings = [each.swing_usd for each in found.inputs]
    assert swings == sorted(swings, reverse=True)
    assert {each.asked for each in found.inputs} == {True, False}
    assert all(each.total_order is not None and each.total_order >= 0.0 for each in found.inputs)
    assert not any(each.key.startswith("operations.breach") for each in found.inputs)


def test_one_standing_route_leaves_nothing_to_ask() -> None:
    found = sensitivity(answers(BUSY | {"data.boundary": "air-gap"}), knowledge(), DAY, 1, 500)
    assert (found.routes, found.inputs) == (("self-host",), ())

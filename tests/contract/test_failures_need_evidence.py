"""No default ever decides quality in silence: failures are ranked only on rates and a cost that were given."""

from __future__ import annotations

import re

import pytest

from tests.contract.asking import Given, ask, route

COST: Given = {"quality.failure_cost_usd": 50}
RATES: Given = {"quality.api_success_rate": 0.9, "quality.open_success_rate": 0.6}
EXACT: Given = {
    "volume.output_tokens": "50M",
    "volume.input_tokens": "200M",
    "volume.cached_share": 0,
    "volume.batch_share": 0,
    "volume.annual_growth": 0,
    "quality.tokens_per_task": 5000,
    "economics.token_multiplier": 1,
    "staffing.gpu_experience": False,
}
ACCURACY: Given = {"quality.open_model_accuracy": 0.96}


@pytest.mark.parametrize(
    "given",
    [
        {},
        COST,
        RATES,
        ACCURACY,
        {**COST, "quality.api_success_rate": 0.9},
        {**COST, "quality.open_success_rate": 0.6},
    ],
    ids=str,
)
def test_without_evidence_the_ranking_knows_no_failures(given: Given) -> None:
    assessment = ask(given)
    for option in assessment.options:
        assert option.lines["failures"] == 0
        assert option.monthly_usd.point == pytest.approx(sum(option.lines.values()))
    assert assessment.verdict.option == ask({}).verdict.option


@pytest.mark.parametrize("given", [{**COST, **RATES}, {**COST, **ACCURACY}], ids=str)
def test_with_evidence_failures_enter_every_route(given: Given) -> None:
    assert all(option.lines["failures"] > 0 for option in ask(given).options)


def test_evidence_can_turn_the_ranking() -> None:
    assert ask({}).verdict.option == "managed-open"
    assert ask({**COST, **RATES}).verdict.option == "hosted-api"


@pytest.mark.parametrize("given", [{}, {"data.boundary": "tenancy"}, {"quality.frontier_share": 0.3}], ids=str)
def test_without_evidence_the_verdict_says_first_how_far_success_may_fall(given: Given) -> None:
    first, price = ask(given).verdict.summary.split(": ")
    assert first.startswith("On cost alone, and ")
    assert re.search(
        r"open model (only if it )?fails at most [0-9.]+ more tasks in (100|a million) than the vendor's$", first
    )
    assert price.startswith("$")


def test_a_small_margin_is_counted_in_tasks_of_a_million() -> None:
    summary = ask({"workload.task": "code-assistant"}).verdict.summary
    assert re.match(
        r"On cost alone, and only if the open model fails at most [1-9][0-9] more tasks in a million", summary
    )


def test_the_route_changes_where_the_verdict_says_so() -> None:
    """Rates on either side of the margin, stated as evidence, keep the route and turn it."""
    exact: Given = {**EXACT, **COST}
    count, of = re.findall(r"fails at most ([0-9.]+) more tasks in (100|a million)", ask(exact).verdict.summary)[0]
    points = float(count) / (1 if of == "100" else 10_000)
    assert 0 < points < 50
    for share, stays in ((0.9, True), (1.1, False)):
        success = 0.95 - share * points / 100
        given = {**exact, "quality.api_success_rate": 0.95, "quality.open_success_rate": success}
        assert (ask(given).verdict.option == "managed-open") is stays


def test_with_evidence_the_verdict_speaks_of_money_first() -> None:
    assert ask({**COST, "quality.api_success_rate": 0.9, "quality.open_success_rate": 0.9}).verdict.summary[0] == "$"


def test_no_open_model_chosen_leaves_nothing_to_say_of_its_success() -> None:
    assert "open model" not in ask({"quality.frontier_required": True}).verdict.summary


def test_an_open_success_rate_is_the_apis_times_the_accuracy() -> None:
    exact: Given = {**COST, "quality.api_success_rate": 0.9, "quality.tokens_per_task": 1000}
    derived = route(ask({**exact, "quality.open_model_accuracy": 0.96}), "managed-open").lines["failures"]
    stated = route(ask({**exact, "quality.open_success_rate": 0.864}), "managed-open").lines["failures"]
    overruled = {**exact, "quality.open_model_accuracy": 0.96, "quality.open_success_rate": 0.7}
    assert derived == pytest.approx(stated)
    assert route(ask(overruled), "managed-open").lines["failures"] > 2 * stated


def test_a_cheap_model_that_fails_costs_more_per_success() -> None:
    option = route(ask({**COST, **RATES}), "managed-open")
    good = route(ask({**COST, **RATES, "quality.open_success_rate": 0.9}), "managed-open")
    assert option.usd_per_success is not None
    assert good.usd_per_success is not None
    assert option.usd_per_success.p50 > good.usd_per_success.p50


def test_a_cloud_priced_with_an_open_model_succeeds_as_the_open_model_does() -> None:
    given: Given = {**EXACT, "quality.api_success_rate": 1, "quality.open_success_rate": 0.5}
    cloud = route(ask(given), "managed-cloud")
    assert cloud.usd_per_success is not None
    assert cloud.usd_per_success.p50 == pytest.approx(cloud.monthly_usd.p50 / (250e6 / 5000 * 0.5), rel=0.01)

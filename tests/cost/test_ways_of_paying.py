"""Ways of paying count only where they were asked for, and are named; where no list has a price, the output says so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from advisor.assessment.model import Assessment
from advisor.cost.draws import points
from advisor.cost.fleet import groups_running
from advisor.cost.routes import Pricing
from tests.contract.asking import ask, route
from tests.cost.pointed import lines_at_point
from tests.cost.scenarios import scenario_of
from tests.cost.test_token_lines import EXACT

D = Decimal
LISTED = date(2026, 11, 28)
"""The day from which the catalog has prices by the second of use."""
SMALL: dict[str, Any] = {
    "workload.task": "classification",
    "data.boundary": "vpc",
    "economics.open_model": "qwen3-32b",
    "economics.gpu": "l40s",
    "economics.acquisition": "serverless",
    "volume.requests": "20k/month",
    "volume.input_per_request": 1000,
    "volume.output_per_request": 200,
    "volume.annual_growth": 0,
}


def tokens(pricing: str, **more: Any) -> float:
    return lines_at_point({**EXACT, "economics.pricing": pricing, **more}, "hosted-api")["tokens"]


@pytest.mark.parametrize(
    ("pricing", "more", "dollars"),
    [
        ("per-token", {}, D(400) * D("2.50") + D(200) * D("15")),
        ("flex", {}, D(400) * D("1.25") + D(200) * D("7.50")),
        ("priority", {}, D(400) * D("5") + D(200) * D("30")),
        # half of the input is read from the cache, at the tier's own price
        ("priority", {"volume.cached_share": 0.5}, D(200) * D("5") + D(200) * D("0.50") + D(200) * D("30")),
        # what can wait goes in batches, at the standard row's price of them
        ("priority", {"volume.batch_share": 1}, D(400) * D("1.25") + D(200) * D("7.50")),
        # a tier that is not sold is paid as any other
        ("flex", {"economics.api_model": "claude-opus-4.8"}, D(400) * D("5") + D(200) * D("25")),
    ],
)
def test_a_tier_is_charged_at_its_own_row(pricing: str, more: dict[str, Any], dollars: Decimal) -> None:
    assert tokens(pricing, **more) == pytest.approx(float(dollars), rel=1e-12)


def verdict(**answers: Any) -> Assessment:
    return ask({**EXACT, "quality.frontier_required": True, **answers}, draws=100)


def bought(found: Assessment) -> str:
    offer = route(found, "hosted-api").offer
    return offer.pricing if offer else ""


def test_a_tier_is_named_and_one_without_a_price_is_said() -> None:
    flex = verdict(**{"economics.pricing": "flex"})
    assert bought(flex) == "flex"
    assert "flex tier" in route(flex, "hosted-api").priced
    plain = verdict(**{"economics.pricing": "flex", "economics.api_model": "claude-opus-4.8"})
    assert bought(plain) == "per-token"
    assert any("No flex price of Claude Opus 4.8" in note for note in plain.notes)
    first = verdict(**{"economics.pricing": "priority", "economics.api_model": "claude-opus-4.8"})
    assert any("with priority, at a price that is not listed" in text for text in first.verdict.conditions)


@pytest.mark.parametrize("price", [0, 1])
def test_a_price_of_ones_own_is_used_as_given_on_any_tier(price: float) -> None:
    own = {"economics.api_input_usd": price, "economics.api_output_usd": price, "volume.batch_share": 0}
    assert tokens("flex", **own) == tokens("priority", **own) == pytest.approx(600 * price)


def test_a_stated_discount_of_a_commitment_is_no_rivals() -> None:
    """One negotiated with the vendor leaves a cloud's price as it is; the usual one is to be had anywhere."""
    answers = {**EXACT, "economics.pricing": "committed", "economics.discount": 0.2, "quality.frontier_required": True}
    assert lines_at_point(answers, "hosted-api")["tokens"] == pytest.approx(3200)
    assert lines_at_point(answers, "managed-cloud")["tokens"] == pytest.approx(4000)
    usual = answers | {"economics.discount": "unknown"}
    assert lines_at_point(usual, "managed-cloud")["tokens"] == pytest.approx(3600)


@pytest.mark.parametrize(
    ("pricing", "said"),
    [
        ("provisioned", "No price of provisioned throughput is listed"),
        ("committed", "No discount for a commitment is published"),
    ],
)
def test_a_way_without_a_list_price_says_what_it_is_priced_with(pricing: str, said: str) -> None:
    found = verdict(**{"economics.pricing": pricing, "economics.discount": "unknown"})
    assert any(note.startswith(said) for note in found.notes)


def test_a_batch_price_is_named_or_missed() -> None:
    named = verdict(**{"volume.batch_share": 0.5})
    assert any(
        note == "What can wait is billed in batches, 50% below the price of input that cannot" for note in named.notes
    )
    other = {"economics.api_model": "qwen3.8-max", "quality.frontier_required": False, "quality.capability": "small"}
    assert any(
        "No batch price of" in note or "billed in batches" in note
        for note in verdict(**other, **{"volume.batch_share": 0.5}).notes
    )


@pytest.mark.parametrize("requests", [100, 20_000, 10**6, 10**9])
def test_serverless_gpus_are_paid_for_the_time_they_run(requests: int) -> None:
    """A month has 2,592,000 seconds; a request keeps a GPU up for its own time, 33 s to start and 32.5 s of waiting."""
    scenario = scenario_of(SMALL | {"volume.requests": requests}, day=LISTED)
    sample = points(scenario.ranges)
    pricing, plan = Pricing(scenario, sample), scenario.fleet
    assert plan.acquisition == "serverless"
    answer = (D(str(plan.speed.first_token_p50_ms)) + 200 * D(str(plan.speed.inter_token_ms))) / 1000
    rate = D(requests) / D(2_592_000)
    alone = min(D(1), rate * (answer + D("33") + D("32.5")))
    busy = rate * 200 / D(str(plan.speed.tokens_per_second))
    running = groups_running(plan, pricing.open_traffic(1.0 / pricing.sample("economics.token_multiplier")), sample)
    assert float(running) == pytest.approx(float(max(alone, busy)), rel=1e-9)


def test_serverless_never_costs_more_with_less_work_and_counts_only_where_it_was_asked_for() -> None:
    bills = [
        lines_at_point(SMALL | {"volume.requests": requests, "economics.gpu": "h100-sxm"}, "self-host", LISTED)["gpu"]
        for requests in (100, 1000, 10**4, 10**5, 10**6, 10**7)
    ]
    assert bills == sorted(bills)
    assert bills[0] < 10 < bills[-1]
    left_open = {key: value for key, value in SMALL.items() if key not in ("economics.acquisition", "economics.gpu")}
    assert all(
        choice.plan.acquisition != "serverless" for choice in scenario_of(left_open, day=LISTED).shortlist.fleets
    )


def test_a_card_that_nobody_sells_by_the_second_is_priced_by_the_hour_and_said() -> None:
    found = ask(SMALL | {"economics.gpu": "mi300x"}, draws=100, day=LISTED)
    assert any(
        "no price of that is known by the day, so the hour is priced" in text for text in found.verdict.conditions
    )
    waits = ask(SMALL | {"latency.p95_ms": 5000}, draws=100, day=LISTED)
    assert any("can wait 6 to 60 s for a GPU to start" in text for text in waits.verdict.conditions)

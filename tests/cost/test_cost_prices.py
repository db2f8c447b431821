"""Terms beside the list price: long prompts, commitments, a prefix cache of one's own, insurance, other currencies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from advisor.cost.draws import points
from advisor.cost.operations import breach_exposure
from advisor.sizing.placement import Placement, RequestShape
from advisor.sizing.sizing_report import LoadAsked, size
from tests.contract.asking import DAY, ask, knowledge, route
from tests.cost.pointed import lines_at_point
from tests.cost.scenarios import BUSY, scenario_of

D = Decimal
LONG = 272_000
EXACT: dict[str, Any] = {
    "economics.api_model": "gpt-5.4",
    "economics.discount": 0,
    "economics.horizon_months": 12,
    "volume.input_tokens": "3B",
    "volume.output_tokens": "10M",
    "volume.cached_share": 0.5,
    "volume.batch_share": 0,
    "volume.annual_growth": 0,
    "volume.output_per_request": 1000,
}


def test_a_prompt_beyond_the_limit_pays_the_long_tier_for_every_token() -> None:
    """Gpt-5.4 beyond 272,000 tokens: $5.00 in, half of it read from cache at a tenth of that, $22.50 out.

    The length of an answer stays open: it follows from the two volumes and the length of a prompt.
    """
    exact = EXACT | {"volume.output_per_request": "unknown"}
    bills = {
        length: lines_at_point(exact | {"volume.input_per_request": length}, "hosted-api")["tokens"]
        for length in (LONG, LONG + 1)
    }
    short = D(1500) * D("2.50") + D(1500) * D("0.25") + D(10) * D("15")
    long = D(1500) * D("5.00") + D(1500) * D("0.50") + D(10) * D("22.50")
    assert bills == pytest.approx({LONG: float(short), LONG + 1: float(long)}, rel=1e-12)


def test_a_commitment_without_a_stated_discount_takes_the_usual_one() -> None:
    tokens = {
        pricing: lines_at_point(_without_discount() | {"economics.pricing": pricing}, "hosted-api")["tokens"]
        for pricing in ("per-token", "committed")
    }
    usual = knowledge().parameters_at(DAY).number("prices.committed_discount")
    assert usual > 0.0
    assert tokens["committed"] == pytest.approx(tokens["per-token"] * (1.0 - usual), rel=1e-12)
    stated = lines_at_point(EXACT | {"economics.pricing": "committed", "economics.discount": 0.4}, "hosted-api")
    assert stated["tokens"] == pytest.approx(tokens["per-token"] * 0.6, rel=1e-12)


def _without_discount() -> dict[str, Any]:
    return {key: value for key, value in EXACT.items() if key != "economics.discount"}


@pytest.fixture
def placement() -> Placement:
    catalog = knowledge().catalog
    return Placement(catalog.models["qwen3-32b"], catalog.gpus["h100-sxm"], 1, "fp8")


def test_a_prefix_cache_makes_a_group_faster_and_its_first_token_sooner(placement: Placement) -> None:
    parameters = knowledge().parameters_at(DAY)
    cold, warm = (
        size(placement, RequestShape(8000.0, 200.0, cached), parameters, LoadAsked()) for cached in (0.0, 6000.0)
    )
    assert cold.served is not None
    assert warm.served is not None
    assert warm.served.tokens_per_second > 1.5 * cold.served.tokens_per_second
    assert warm.served.first_token_p50 < cold.served.first_token_p50
    assert warm.memory.batch == cold.memory.batch


def test_more_cached_input_never_takes_more_gpus() -> None:
    shares = (0, 0.3, 0.6, 0.9)
    busy = BUSY | {"volume.input_tokens": "60B/month"}
    fleets = [ask(busy | {"volume.cached_share": share}, draws=100).fleet.gpus for share in shares]
    assert fleets == sorted(fleets, reverse=True)
    assert fleets[0] > fleets[-1]


def test_breach_exposure_is_shown_and_summed_nowhere() -> None:
    found = ask(BUSY, draws=400)
    insured = {each.route: each.breach_usd.p50 for each in found.outlook.insurance}
    assert insured["self-host"] is not None
    assert insured["hosted-api"] is not None
    assert 0.0 < insured["self-host"] < insured["hosted-api"]
    for option in found.options:
        assert option.monthly_usd.point == pytest.approx(sum(option.lines.values()))
    scenario = scenario_of(BUSY)
    sample = points(scenario.ranges)
    cost, chance, others = (
        D(str(scenario.ranges[f"operations.breach_{name}"].point))
        for name in ("cost_usd", "probability_per_year", "third_party_share")
    )
    assert breach_exposure(sample, at_home=False) == pytest.approx(float(cost * chance / 12))
    assert breach_exposure(sample, at_home=True) == pytest.approx(float(cost * chance * (1 - others) / 12))


def test_a_currency_is_shown_and_changes_no_figure() -> None:
    plain, local = ask(BUSY, draws=400), ask(BUSY | {"economics.currency_rate": 0.5}, draws=400)
    assert plain.options == local.options
    half = route(local, local.verdict.option).monthly_usd.p50 / 2
    (note,) = set(local.notes) - set(plain.notes)
    assert f"{half:,.0f} a month" in note

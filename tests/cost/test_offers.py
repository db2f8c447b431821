"""Which offers stand, which fail and why, and which one is bought."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from advisor.cost.offers import RouteOffers
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from tests.contract.asking import answers, knowledge
from tests.cost.pointed import evaluated

EXACT: dict[str, Any] = {
    "economics.api_model": "gpt-5.4",
    "economics.open_model": "llama-3.3-70b",
    "volume.input_tokens": "400M",
    "volume.output_tokens": "200M",
    "volume.input_per_request": 2000,
    "volume.output_per_request": 1000,
    "volume.cached_share": 0,
    "volume.batch_share": 0,
    "volume.annual_growth": 0,
    "economics.token_multiplier": 1,
}


def offers(given: dict[str, Any], route: str) -> RouteOffers:
    return evaluated(given).costs.offers[route]


def rejected(given: dict[str, Any], route: str) -> set[str]:
    return {each.requirement for each in offers(given, route).rejected}


@pytest.mark.parametrize("months", [1, 12, 60])
def test_a_list_price_is_exact_on_its_day_and_over_any_horizon(months: int) -> None:
    """400M × $2.50 + 200M × $15 = $4,000: nothing but drift is uncertain, and nobody knows its direction."""
    evaluation = evaluated(EXACT | {"economics.horizon_months": months}, 4000)
    line = evaluation.costs.offers["hosted-api"].feasible[0].lines["tokens"]
    assert float(np.median(line)) == pytest.approx(4000, rel=1e-3 if months > 1 else 1e-12)


def test_lines_of_a_month_are_the_bill_and_add_up_to_the_p50() -> None:
    evaluation = evaluated(EXACT | {"economics.horizon_months": 1}, 2000)
    for route, lines in evaluation.costs.point_lines.items():
        middle = float(np.median(evaluation.costs.totals[route]))
        assert sum(lines.values()) == pytest.approx(middle, rel=1e-9), route
    assert evaluation.costs.point_lines["hosted-api"]["tokens"] == pytest.approx(4000, rel=1e-12)


def test_positions_are_quantities_times_prices_and_add_up_to_their_lines() -> None:
    evaluation = evaluated(EXACT | {"economics.horizon_months": 1}, 500)
    for route in ("hosted-api", "managed-open", "self-host"):
        bought = evaluation.costs.offers[route].bought
        assert bought is not None
        by_line: dict[str, float] = {}
        for item in bought.items:
            assert item.quantity * item.unit_usd == pytest.approx(item.usd, rel=1e-9)
            assert item.source
            by_line[item.line] = by_line.get(item.line, 0.0) + item.usd
        lines = {name: usd for name, usd in evaluation.costs.point_lines[route].items() if usd}
        assert by_line == pytest.approx(lines)
    tokens = [item for item in evaluation.costs.offers["hosted-api"].feasible[0].items if item.line == "tokens"]
    assert {(round(item.quantity), round(item.unit_usd * 1e6, 9)) for item in tokens} == {
        (400_000_000, 2.5),
        (200_000_000, 15.0),
    }


@pytest.mark.parametrize(("one", "other"), [(1, 60), (12, 36)])
def test_a_longer_horizon_alone_does_not_make_the_api_dearer(one: int, other: int) -> None:
    given = {"volume.output_tokens": "100M", "volume.input_tokens": "400M", "economics.api_model": "gpt-5.4"}
    short, long = (evaluated(given | {"economics.horizon_months": months}, 4000) for months in (one, other))
    costs = [float(np.median(each.costs.totals["hosted-api"])) for each in (short, long)]
    assert costs[1] == pytest.approx(costs[0], rel=0.05)


def test_offers_are_named_and_the_cheapest_is_bought() -> None:
    found = offers(EXACT, "managed-open")
    prices = [each.p50 for each in found.feasible]
    assert len(prices) == 4
    assert prices == sorted(prices)
    assert all(each.offer.model == "llama-3.3-70b" and each.offer.provider for each in found.feasible)


def test_one_row_belongs_to_one_route() -> None:
    providers = knowledge().catalog.providers
    kinds = {
        route: {providers[each.offer.provider].kind for each in offers(EXACT, route).feasible}
        for route in ("hosted-api", "managed-cloud", "managed-open")
    }
    assert kinds["managed-cloud"] == {"cloud"}
    assert "cloud" not in kinds["hosted-api"] | kinds["managed-open"]


def test_a_prompt_beyond_the_context_is_rejected_with_its_tokens() -> None:
    long = EXACT | {"volume.input_per_request": 300_000, "volume.output_per_request": 1000}
    del long["volume.input_tokens"]
    for route in ("managed-open", "self-host"):
        failed = [each for each in offers(long, route).rejected if each.requirement == "context"]
        assert failed
        assert "301,000 tokens" in failed[0].because
    assert offers(long, "hosted-api").feasible


def test_images_need_a_model_that_takes_them() -> None:
    images = EXACT | {"quality.multimodal_required": True}
    assert rejected(images, "managed-open") == {"modality"}
    free = {key: value for key, value in images.items() if key != "economics.open_model"}
    found = offers(free, "managed-open").feasible
    models = knowledge().catalog.models
    assert found
    assert all("image" in models[each.offer.model].modalities for each in found)


def test_the_class_moves_the_choice() -> None:
    free = {key: value for key, value in EXACT.items() if not key.startswith("economics.")}
    small, large = (
        offers(free | {"quality.capability": each}, "managed-open").feasible[0] for each in ("small", "large")
    )
    models = knowledge().catalog.models
    assert models[large.offer.model].capability in ("large", "frontier")
    assert small.p50 < large.p50


def test_an_ended_offer_is_not_bought() -> None:
    catalog = knowledge().catalog
    ended = [
        (model, row)
        for model, row in catalog.token_prices()
        if row.until is not None and row.until <= date(2027, 12, 1) and row.region == "" and model in catalog.models
    ]
    model, row = ended[0]
    assert row.until is not None
    at = compiled_knowledge(knowledge(), row.until)
    found = evaluate(answers({"economics.open_model": model, "economics.provider": row.provider}), at, 1, 100)
    names = {each.offer.provider for each in found.costs.offers["managed-open"].feasible}
    assert row.provider not in names or any(
        other.in_force(row.until) for _, other in catalog.token_prices() if other.key == row.key
    )


@pytest.mark.parametrize("region", ["uk", "canada", "other"])
def test_a_region_the_catalog_lacks_leaves_routes_standing(region: str) -> None:
    evaluation = evaluated(EXACT | {"data.region": region, "data.boundary": "region"})
    standing = evaluation.findings.standing.after_can
    assert {"hosted-api", "managed-cloud", "managed-open"} <= set(standing)
    for route in ("hosted-api", "managed-open"):
        assert evaluation.costs.offers[route].to_confirm
    spread = evaluation.scenario.ranges["price.hosted.spread"]
    assert not spread.is_exact
    assert evaluated(EXACT).scenario.ranges["price.hosted.spread"].is_exact


@pytest.mark.parametrize("region", ["uk", "canada"])
def test_a_price_of_no_region_is_not_one_of_a_region_where_others_are_priced_apart(region: str) -> None:
    """Azure lists GPT-5.4 10% more expensive in the US and the EU: what it costs in London or Toronto is in no list."""
    evaluation = evaluated(EXACT | {"data.region": region, "data.boundary": "region", "economics.provider": "azure"})
    assert not evaluation.scenario.ranges["price.cloud_frontier.spread"].is_exact
    (said,) = (each for each in evaluation.costs.offers["managed-cloud"].to_confirm if "serves this model in" in each)
    assert said.startswith("Microsoft Azure AI Foundry")
    assert said.endswith("its price names no region")


def test_a_missing_agreement_is_to_be_confirmed_and_a_known_one_comes_first() -> None:
    found = offers(EXACT | {"data.classes": ["phi"], "data.regimes": ["hipaa"]}, "managed-cloud")
    assert found.feasible
    assert found.to_confirm == ()


def test_government_data_is_priced_at_government_rows() -> None:
    given = EXACT | {"data.regimes": ["fedramp-high", "il5"], "data.boundary": "tenancy"}
    del given["economics.open_model"]
    bought = offers(given, "managed-cloud").bought
    assert bought is not None
    assert bought.offer.region.endswith("-gov")


def test_the_users_own_price_is_used_as_given_on_its_route_alone() -> None:
    own = EXACT | {"economics.api_input_usd": 2, "economics.api_output_usd": 10, "economics.horizon_months": 1}
    evaluation = evaluated(own, 200)
    assert evaluation.costs.point_lines["hosted-api"]["tokens"] == pytest.approx(2800, rel=1e-9)
    assert evaluation.costs.point_lines["managed-open"] == pytest.approx(
        evaluated(EXACT | {"economics.horizon_months": 1}, 200).costs.point_lines["managed-open"]
    )


def test_a_discount_counts_on_the_route_it_was_negotiated_for() -> None:
    month = EXACT | {"economics.horizon_months": 1}
    plain, less = (evaluated(month | {"economics.discount": share}, 200).costs.point_lines for share in (0, 0.5))
    assert less["hosted-api"]["tokens"] == pytest.approx(plain["hosted-api"]["tokens"] / 2)
    assert less["managed-open"]["tokens"] == pytest.approx(plain["managed-open"]["tokens"])


def test_hybrid_sends_its_share_to_a_frontier_model() -> None:
    free = {key: value for key, value in EXACT.items() if not key.startswith("economics.")}
    low, high = (evaluated(free | {"quality.frontier_share": share}) for share in (0.1, 0.6))
    costs = [float(np.median(each.costs.totals["hybrid"])) for each in (low, high)]
    assert costs[1] > 1.5 * costs[0]
    quote = low.scenario.offers.frontier_hosted
    assert quote is not None
    assert quote.model.terms.capability == "frontier"


def test_a_card_without_a_listed_rent_is_not_free() -> None:
    catalog = knowledge().catalog
    unpriced = next(gpu.id for gpu in catalog.gpus.values() if not gpu.prices and not gpu.workstation)
    evaluation = evaluated(EXACT | {"economics.gpu": unpriced})
    assert evaluation.costs.point_lines["self-host"]["gpu"] > 500
    assert evaluation.findings.prepared.doubts("self-host")


def test_a_price_far_below_all_others_is_confirmed_before_it_is_bought() -> None:
    """Hyperbolic's $0.12 and $0.30 for Llama 3.1 405B, where the middle of the others asks $3.25 and more."""
    asked = EXACT | {"economics.open_model": "llama-3.1-405b", "volume.input_per_request": 200}
    found = offers(asked, "managed-open")
    assert found.bought is not None
    assert found.bought.offer.provider != "hyperbolic"
    assert not found.to_confirm
    named = offers(asked | {"economics.provider": "hyperbolic"}, "managed-open")
    assert named.bought is not None
    assert named.bought.offer.provider == "hyperbolic"
    assert [each for each in named.to_confirm if "$0.12" in each and "$3.25" in each]
    paid = asked | {
        "economics.provider": "hyperbolic",
        "economics.open_input_usd": 0.12,
        "economics.open_output_usd": 0.3,
    }
    assert not offers(paid, "managed-open").to_confirm


def test_an_endpoint_that_serves_less_than_its_model_holds_is_held_to_it() -> None:
    """Llama 4 Scout holds 10M tokens; Fireworks and Novita serve 131,072 of them, DeepInfra 327,680."""
    long = {"economics.open_model": "llama-4-scout", "volume.input_per_request": 200_000}
    found = offers({**long, "volume.output_per_request": 1000, "volume.output_tokens": "10M"}, "managed-open")
    failed = {each.offer.provider: each.because for each in found.rejected if each.requirement == "context"}
    assert failed.keys() >= {"fireworks", "novita"}
    assert "Fireworks AI serves 131,072 of context" in failed["fireworks"]
    assert "deepinfra" in {each.offer.provider for each in found.feasible}


@pytest.mark.parametrize(
    ("made", "stands", "asked"), [(4000, True, False), (4001, False, False), ("3000..5000", True, True)]
)
def test_an_answer_longer_than_a_seller_returns_is_no_offer_of_it(made: Any, stands: bool, asked: bool) -> None:
    """Command R+ returns 4,096 tokens at its vendor and 4,000 at OCI, whatever its context of 128,000 holds."""
    given = {"economics.api_model": "command-r-plus", "economics.provider": "oci", "volume.requests": 10_000}
    lengths = {"volume.input_per_request": 1000, "volume.output_per_request": made}
    listed = evaluated({**given, **lengths}, 16).findings.prepared.market.quotes["managed-cloud"]
    standing = [quote for quote in listed.standing if quote.row.provider == "oci"]
    assert bool([quote for quote in standing if quote.model.id == "command-r-plus"]) == stands
    failed = {each.because for each in listed.rejected if each.offer.model == "command-r-plus"}
    assert any("returns at most 4,000" in because for because in failed) == (not stands)
    assert any("returns: 4,000" in said for quote in standing for said in quote.doubts) == asked


def test_a_tuned_model_is_charged_as_its_vendor_lists_it() -> None:
    """The list has GPT-4.1 mini tuned at $0.80 and $3.20, twice the price of the model as it is."""
    given = {"economics.api_model": "gpt-4.1-mini", "volume.output_tokens": "5M"}
    rows = []
    for needed in (False, True):
        found = evaluated({**given, "quality.fine_tuning_required": needed}, 16).findings.prepared.market.quotes
        rows += [quote.row for quote in found["hosted-api"].standing]
    assert [(row.input, row.output) for row in rows] == [(0.4, 1.6), (0.8, 3.2)]


def test_a_long_answer_from_a_seller_whose_limit_no_list_has_is_to_be_confirmed() -> None:
    given = {"economics.open_model": "llama-3.3-70b", "volume.requests": 10_000, "volume.input_per_request": 1000}
    for made, asked in ((4000, False), (4001, True)):
        market = evaluated({**given, "volume.output_per_request": made}, 16).findings.prepared.market
        unknown = [quote for quote in market.quotes["managed-open"].standing if not quote.row.max_output]
        assert unknown
        assert all(any("no list has its limit" in said for said in each.doubts) == asked for each in unknown)


@pytest.mark.parametrize("answer", [{"workload.task": "multimodal-analysis"}, {"quality.multimodal_required": True}])
def test_a_checkpoint_without_eyes_is_not_sold_for_images(answer: dict[str, Any]) -> None:
    """Mistral Small 3.0 of January 2025 reads text alone; 3.1 and 3.2 take images."""
    found = offers({**answer, "economics.open_model": "mistral-small-3", "volume.output_tokens": "20M"}, "managed-open")
    failed = {each.offer.provider: each.because for each in found.rejected if each.requirement == "modality"}
    assert failed["deepinfra"] == "the work has images; DeepInfra serves this model for text alone"
    assert {each.offer.provider for each in found.feasible} <= {"ovhcloud", "scaleway"}
    assert found.to_confirm == ()


def test_images_at_an_endpoint_of_which_no_list_says_whether_it_takes_them_are_to_be_confirmed() -> None:
    catalog = knowledge().catalog
    model, row = next(
        (name, row)
        for name, sold in catalog.managed.items()
        for row in sold.prices
        if row.images is None and row.until is None and "image" in catalog.models[name].modalities
        and row.tier == "standard" and not row.region and catalog.providers[row.provider].kind == "inference"
        and row.context == 0
    )  # fmt: skip
    given = {"economics.open_model": model, "economics.provider": row.provider, "workload.task": "multimodal-analysis"}
    (said,) = offers({**given, "volume.output_tokens": "20M"}, "managed-open").to_confirm
    assert said.endswith(f"takes images with {catalog.models[model].title}")


def test_no_list_has_the_price_of_a_tuned_model_so_it_is_to_be_confirmed() -> None:
    """Fireworks and Together are known to serve tuned models, others are not: those come after them."""
    given = {"quality.fine_tuning_required": True, "economics.open_model": "llama-3.1-8b", "volume.output_tokens": "5M"}
    found = offers(given, "managed-open")
    assert found.feasible[0].offer.provider in ("fireworks", "together")
    (said,) = found.to_confirm
    assert said.endswith("serves this model tuned and asks no more for it than as it is: no list says so")
    own = {"economics.open_input_usd": 0.3, "economics.open_output_usd": 0.6, "economics.provider": "fireworks"}
    assert offers({**given, **own}, "managed-open").to_confirm == ()


EU_BANK = {
    "data.boundary": "region", "data.region": "eu", "data.classes": ["financial-pii"],
    "economics.api_model": "gpt-5.4", "economics.open_model": "llama-3.3-70b",
    "volume.output_tokens": "150M", "volume.input_tokens": "2B",
}  # fmt: skip


def test_what_a_cloud_is_named_for_is_what_it_is_priced_with() -> None:
    """GPT-5.4 has a price in Azure's EU regions, Llama 3.3 70B in no cloud's: what is surer is bought, at its price."""
    evaluation = evaluated(EU_BANK, 300)
    found = evaluation.costs.offers["managed-cloud"]
    first = found.feasible[0]
    assert (first.offer.model, first.offer.provider, first.offer.region) == ("gpt-5.4", "azure", "eu")
    assert first.p50 == pytest.approx(float(np.median(evaluation.costs.totals["managed-cloud"])))
    assert first.p50 > 6000  # 2B × $2.75 and 150M × $16.50 alone are $7,975 a month uncached
    assert found.to_confirm == ()


def test_a_cloud_of_many_regions_is_not_known_to_sell_every_model_in_each() -> None:
    only = {**EU_BANK, "economics.provider": "bedrock", "economics.api_model": "claude-haiku-4.5"}
    (said,) = offers(only, "managed-cloud").to_confirm
    assert said == "Amazon Bedrock serves this model in the European Union: its price names no region"

"""What answers ask of offers and fleets: limits, data, classes, models, targets, the price of a card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from advisor.cost.fleet import power_per_gpu
from advisor.cost.route_offers import settled
from advisor.cost.scenario_builder import (
    choose_api_model,
    choose_open_model,
    data_needs,
    has_evidence,
    hybrid_listed,
    named_open_models,
    offer_needs,
    prepare,
    price_terms,
    priced_gpu,
    prompt_lengths,
    request_shape,
    service_targets,
    too_small,
)
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.parameters import Range
from tests.contract.asking import DAY, answers, knowledge
from tests.cost.scenarios import BUSY, scenario_of

CATALOG = knowledge().catalog
PARAMETERS = knowledge().parameters_at(DAY)
number = PARAMETERS.number


def known(**given: Any) -> CompletedAnswers:
    """A chat with some answers more; `__` stands for the dot of a key."""
    more = {key.replace("__", "."): value for key, value in given.items()}
    return CompletedAnswers(answers({"workload.task": "chat", **more}), PARAMETERS, knowledge().questions)


@pytest.mark.parametrize(
    ("share", "listed"), [(None, False), (0, False), (0.3, True), ("0%..30%", False), ("30%..100%", False), (1, False)]
)
def test_hybrid_is_listed_for_a_share_strictly_between_none_and_all(share: Any, listed: bool) -> None:
    assert hybrid_listed(known(quality__frontier_share=share) if share is not None else known()) is listed


@pytest.mark.parametrize(
    ("given", "evidence"),
    [
        ({}, False),
        ({"quality__failure_cost_usd": 3}, False),
        ({"quality__failure_cost_usd": 3, "quality__api_success_rate": 0.9}, False),
        ({"quality__failure_cost_usd": 3, "quality__open_success_rate": 0.9}, False),
        ({"quality__failure_cost_usd": 3, "quality__api_success_rate": 0.9, "quality__open_success_rate": 0.8}, True),
        ({"quality__failure_cost_usd": 3, "quality__open_model_accuracy": 0.9}, True),
        ({"quality__api_success_rate": 0.9, "quality__open_success_rate": 0.8}, False),
        ({"quality__open_model_accuracy": 0.9}, False),
    ],
)
def test_failures_count_once_their_cost_and_how_often_they_happen_were_given(given: Any, evidence: bool) -> None:
    assert bool(has_evidence(known(**given))) is evidence


def test_the_open_model_is_the_one_named_or_a_candidate_whose_license_allows_it() -> None:
    named = known(economics__open_model="llama-3.3-70b", license__models=["qwen3-32b", "llama-3.3-70b"])
    assert named_open_models(named) == ("llama-3.3-70b",)
    assert named_open_models(named, {"llama-3.3-70b"}) == ("llama-3.3-70b", "qwen3-32b")
    assert choose_open_model(named, CATALOG, ()) == "llama-3.3-70b"
    assert choose_open_model(named, CATALOG, {"llama-3.3-70b"}) == "qwen3-32b"
    assert choose_open_model(named, CATALOG, {"llama-3.3-70b", "qwen3-32b"}) == "llama-3.3-70b"
    listed = known(license__models=["qwen3-32b", "gpt-oss-120b"])
    assert named_open_models(listed) == ("qwen3-32b", "gpt-oss-120b")
    assert choose_open_model(listed, CATALOG, {"qwen3-32b"}) == "gpt-oss-120b"
    usual = known().text("economics.open_model")
    assert (named_open_models(known()), choose_open_model(known(), CATALOG, ())) == ((), usual)
    assert choose_open_model(known(), CATALOG, {usual}) == next(model for model in CATALOG.models if model != usual)


def test_the_vendor_s_model_is_the_one_named_or_the_usual_one_of_the_frontier_where_that_is_needed() -> None:
    small = next(model.id for model in CATALOG.api.values() if not model.frontier)
    assert choose_api_model(known(economics__api_model=small, quality__frontier_required=True), CATALOG) == small
    usual, best = known().text("economics.api_model"), PARAMETERS.text("default.economics.api_model")
    assert choose_api_model(known(), CATALOG) == usual
    assert CATALOG.api[best].frontier
    for asked in ({"quality__frontier_required": True}, {"quality__frontier_share": 0.3}):
        expected = usual if CATALOG.api[usual].frontier else best
        assert choose_api_model(known(**asked), CATALOG) == expected
    assert choose_api_model(known(quality__frontier_share=0), CATALOG) == usual


def test_a_named_model_is_too_small_only_for_a_class_that_was_answered() -> None:
    small = next(model for model in CATALOG.api.values() if model.capability == "small")
    assert too_small(known(economics__api_model=small.id), CATALOG) is None
    assert too_small(known(economics__api_model=small.id, quality__capability="mid"), CATALOG) == (small, "mid")
    assert too_small(known(economics__api_model=small.id, quality__capability="small"), CATALOG) is None
    required = known(economics__api_model=small.id, quality__frontier_required=True)
    assert too_small(required, CATALOG) == (small, "frontier")
    assert too_small(known(quality__capability="frontier"), CATALOG) is None


def test_lengths_that_were_answered_bind_at_their_ends_and_assumed_ones_do_not() -> None:
    asked = offer_needs(known(volume__input_per_request="1000..3000", volume__output_per_request="100..300"))
    assert (asked.tokens, asked.tokens_certain, asked.answer, asked.answer_certain) == (3300, 1100, 300, 100)
    assumed = offer_needs(known())
    assert assumed.answer_usual == number("offers.usual_answer_tokens")
    assert assumed.tokens_certain <= assumed.tokens
    shape = request_shape(
        known(volume__input_per_request=2000, volume__output_per_request=400, volume__cached_share=0.5)
    )
    hit = number("fleet.prefix_hit_share")
    assert (shape.input_tokens, shape.output_tokens) == (2000, 400)
    assert shape.cached_tokens == pytest.approx(2000 * 0.5 * hit)
    lengths = prompt_lengths(known(volume__input_per_request="1000..3000"), shape)
    assert (lengths.low, lengths.high) == (1000, 3000)
    assert prompt_lengths(known(), shape) == Range.exactly(2000)


def test_media_tuning_and_classes_are_asked_of_an_offer_as_answered() -> None:
    plain = offer_needs(known())
    assert (plain.images, plain.audio, plain.tuning, plain.capability_answered) == (False, False, False, False)
    assert offer_needs(known(quality__multimodal_required=True)).images
    assert offer_needs(known(workload__task="multimodal-analysis")).images
    assert offer_needs(known(quality__fine_tuning_required=True)).tuning
    answered = offer_needs(known(quality__capability="mid"))
    assert (answered.capability, answered.capability_answered) == ("mid", True)
    required = offer_needs(known(quality__frontier_required=True))
    assert (required.capability, required.capability_answered) == ("frontier", True)
    # a share of the work that needs the frontier asks nothing of the offers for the rest
    assert offer_needs(known(quality__frontier_share=0.3)).capability == plain.capability


@pytest.mark.parametrize(
    ("given", "authorizations"),
    [
        ({}, ()),
        ({"data__regimes": ["itar", "fedramp-high"]}, ("fedramp-high", "itar")),
        ({"data__regimes": ["il5", "hipaa"]}, ("il5",)),
        ({"data__classes": ["export-controlled"]}, ("itar",)),
    ],
)
def test_what_a_cloud_must_hold_follows_from_the_data(given: Any, authorizations: tuple[str, ...]) -> None:
    assert offer_needs(known(**given)).authorizations == authorizations


def test_what_a_provider_must_offer_follows_from_the_data() -> None:
    assert data_needs(known()) == replace(data_needs(known()), region="", baa=False, zero_retention=False)
    assert data_needs(known(data__classes=["phi"])).baa
    assert data_needs(known(data__regimes=["hipaa"])).baa
    assert not data_needs(known(data__classes=["pii"])).baa
    usual = round(number("data.standard_retention_days"))
    kept = [data_needs(known(data__retention_days=days)).zero_retention for days in (0, usual - 1, usual, usual + 1)]
    assert kept == [True, True, False, False]
    assert data_needs(known(data__no_training_on_data=True)).no_training
    assert data_needs(known(data__region="eu")).region == "eu"


def test_only_targets_that_were_given_bind() -> None:
    targets = service_targets(known(latency__p50_ms=500, latency__inter_token_ms=40))
    assert (targets.first_token_p50_ms, targets.first_token_p95_ms, targets.inter_token_ms) == (500, None, 40)
    assert service_targets(known(latency__p95_ms=900)).first_token_p95_ms == 900


def test_prices_are_read_for_the_tier_asked_for_and_the_days_of_the_horizon() -> None:
    terms = price_terms(known(economics__pricing="priority", economics__horizon_months=24), DAY, request_shape(known()))
    assert (terms.tier, terms.as_of) == ("priority", DAY)
    assert terms.days_ahead == pytest.approx(24 * number("time.days_per_month"))
    assert terms.drift == PARAMETERS.range("market.api_price_decline_per_year").high
    assert price_terms(known(economics__pricing="committed"), DAY, request_shape(known())).tier == "standard"


def test_a_card_without_a_price_is_priced_as_the_nearest_by_bandwidth() -> None:
    cards = [
        gpu for gpu in CATALOG.gpus.values() if any(price.is_rent for price in gpu.prices) and gpu.purchase_high_usd
    ]
    one = cards[0]
    assert priced_gpu(one, CATALOG, DAY) is one
    unpriced = replace(one, id="own", bandwidth_gbs=one.bandwidth_gbs + 1e-3, prices=(), purchase_high_usd=0.0)
    near = min(cards, key=lambda gpu: abs(gpu.bandwidth_gbs - unpriced.bandwidth_gbs))
    priced = priced_gpu(unpriced, CATALOG, date(2026, 11, 21))
    assert priced.prices == tuple(price for price in near.prices if price.is_rent)
    assert (priced.purchase_low_usd, priced.purchase_high_usd) == (near.purchase_low_usd, near.purchase_high_usd)
    assert priced.note == f"as {near.title}: no price of this card is known by 2026-11-21"
    bought = replace(unpriced, purchase_low_usd=1.0, purchase_high_usd=2.0, purchase_source="quote")
    found = priced_gpu(bought, CATALOG, DAY)
    assert (found.purchase_low_usd, found.purchase_high_usd, found.purchase_source) == (1.0, 2.0, "quote")
    rented = priced_gpu(replace(unpriced, prices=one.prices), CATALOG, DAY)
    assert (rented.prices, rented.purchase_high_usd) == (one.prices, near.purchase_high_usd)


@pytest.mark.parametrize("way", ["on-demand", "reserved", "spot", "owned"])
def test_a_card_costs_a_month_what_its_hours_do_or_what_is_written_off_and_powered(way: str) -> None:
    """At 2 dollars an hour; spot hours lose a share to interruptions, machines of one's own take no hours at all."""
    gpu = CATALOG.gpus["h100-sxm"]
    asked = known(economics__gpu="h100-sxm", economics__acquisition=way, economics__gpu_hour_usd=2)
    (rent,) = prepare(asked, CATALOG, DAY, ()).market.hardware.fleets.rents
    if way == "owned":
        price = (gpu.purchase_low_usd + gpu.purchase_high_usd) / 2
        months = number("operations.owned_life_years") * 12
        expected = price * (1 - number("operations.residual_share")) / months + power_per_gpu(gpu, number)
    else:
        lost = number("operations.spot_interruption_overhead") if way == "spot" else 0.0
        expected = 2 * (1 + lost) * number("time.hours_per_month")
    assert (rent.gpu, rent.acquisition) == ("h100-sxm", way)
    assert rent.monthly_usd == pytest.approx(expected)


def test_of_several_fleets_the_one_is_bought_that_costs_least_at_the_median_whatever_their_order() -> None:
    scenario = scenario_of(BUSY)
    fleets = scenario.shortlist.fleets
    assert len(fleets) > 1
    turned = replace(scenario, shortlist=replace(scenario.shortlist, fleets=fleets[::-1]))
    bought = [settled(each, 1, 100) for each in (scenario, turned, turned.with_fleet(fleets[-1]))]
    assert {each.fleet for each in bought} == {bought[0].fleet}
    assert all(each.shortlist.fleets[0].plan == each.fleet for each in bought)

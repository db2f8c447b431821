"""Drafts, adapters and weights kept off the cards: what each takes, and what each does to speed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.sizing.group_model import GroupModel, group_models, served_closed
from advisor.sizing.memory import accepted_tokens, extras_band
from advisor.sizing.placement import Placement
from tests.sizing.common import CALIBRATION, SHAPE, place

PLAIN = replace(place("llama-3.3-70b", "h100-sxm", 4, "fp8"), way="tp")


def model(placement: Placement) -> GroupModel:
    (found,), why = group_models(placement, SHAPE, CALIBRATION)
    assert not why
    return found


def rate(placement: Placement, clients: int) -> float:
    found = model(placement)
    return served_closed(found.step, SHAPE, clients, found.memory.batch, memory_bound=True).tokens_per_second


def test_drafts_count_until_the_first_wrong_one() -> None:
    assert accepted_tokens(0, 0.8) == 1
    assert accepted_tokens(1, 0.8) == pytest.approx(1.8)
    assert accepted_tokens(3, 0.5) == pytest.approx(1 + 0.5 + 0.25 + 0.125)
    # five models on coding prompts: 1.78 to 1.93 with one draft, 2.49 to 3.39 with three
    each = CALIBRATION.draft_accepted
    assert accepted_tokens(1, each.low) < 1.78 <= accepted_tokens(1, each.point) < 1.93
    assert accepted_tokens(3, each.low) < 2.49 < accepted_tokens(3, each.point) < 3.39 < accepted_tokens(3, each.high)


def test_speculation_speeds_few_requests_up_more_than_many_and_never_beyond_what_is_accepted() -> None:
    drafted = replace(PLAIN, drafts=3)
    gains = [rate(drafted, clients) / rate(PLAIN, clients) for clients in (1, 16, 128)]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] < accepted_tokens(3, CALIBRATION.draft_accepted.point)
    assert model(drafted).step.decode(1, 1000).host > 0
    # published: 1.8 times one request, 1.1 times 64 long ones, of Qwen3.5 397B on four RTX PRO 6000
    other = replace(place("qwen3.5-397b-a17b", "rtx-pro-6000", 4, "fp4"), engine="sglang", way="tp")
    assert 1.2 < rate(replace(other, drafts=3), 1) / rate(other, 1) < 2.9


@pytest.mark.parametrize("name", ["llama-3.3-70b", "qwen3-235b-a22b"])
def test_a_step_that_verifies_three_drafts_works_on_four_tokens_of_each_request(name: str) -> None:
    """Eight requests are checked as 32 tokens are, after three steps of one layer for eight, over what is accepted."""
    placed = replace(place(name, "h200", 8, "fp8"), way="tp")
    plain, drafted = (group_models(each, SHAPE, CALIBRATION)[0][0].step for each in (placed, replace(placed, drafts=3)))
    few, many = plain.decode(8, 1000), plain.decode(32, 1000)
    found, layers = drafted.decode(8, 1000), plain.shape.layers
    accepted = accepted_tokens(3, CALIBRATION.draft_accepted.point)
    for part in ("products", "links", "scores"):
        expected = (getattr(many, part) + 3 * getattr(few, part) / layers) / accepted
        assert getattr(found, part) == pytest.approx(expected), part
    head = plain.shape.head * 2 / plain.layout.tensor / plain.bandwidth  # its table stays in 16 bits
    assert found.weights == pytest.approx((many.weights + 3 * (few.weights / layers + head)) / accepted)


def test_a_draft_layer_and_its_cache_take_memory() -> None:
    plain, drafted = model(PLAIN).memory, model(replace(PLAIN, drafts=3)).memory
    assert drafted.weights_gb - plain.weights_gb == pytest.approx(2 * (150.995 + 704.643) / 1e3, rel=0.01)
    assert drafted.request_gb == pytest.approx(plain.request_gb * 81 / 80)
    hybrid = replace(place("qwen3.6-27b", "h200", 1, "fp8"), drafts=3)
    assert model(hybrid).memory.request_gb > 2 * model(replace(hybrid, drafts=0)).memory.request_gb


def test_adapters_take_memory_each_and_slow_all_down_whatever_their_number() -> None:
    one, four = replace(PLAIN, adapters=1), replace(PLAIN, adapters=4)
    extra = [model(each).memory.weights_gb - model(PLAIN).memory.weights_gb for each in (one, four)]
    assert extra[1] == pytest.approx(4 * extra[0])
    # rank 16 beside the seven products of 80 layers: 207 million values of 16 bits
    assert extra[0] == pytest.approx(0.414, rel=0.01)
    assert rate(one, 16) == pytest.approx(rate(four, 16))
    assert rate(one, 16) / rate(PLAIN, 16) == pytest.approx(CALIBRATION.adapter_throughput.point, rel=0.02)


def test_the_band_is_as_wide_as_what_was_published_of_drafts_and_adapters() -> None:
    assert extras_band(PLAIN, CALIBRATION) == (1.0, 1.0)
    for extra in (replace(PLAIN, drafts=3), replace(PLAIN, adapters=2)):
        low, high = extras_band(extra, CALIBRATION)
        assert low < 0.9
        assert high > 1.1


def test_weights_kept_off_the_cards_make_room_and_cross_the_bus_before_every_step() -> None:
    away = replace(PLAIN, offloaded_gb=20.0)
    assert model(PLAIN).memory.weights_gb - model(away).memory.weights_gb == pytest.approx(20.0)
    step = model(away).step.decode(8, 1000)
    assert step.weights == pytest.approx(20.0 / 4 / CALIBRATION.host_gbs, rel=0.02)
    assert rate(away, 8) < 0.2 * rate(PLAIN, 8)


@pytest.mark.parametrize(
    ("placement", "why"),
    [
        (replace(PLAIN, offloaded_gb=80.0), "not less than the 72.7 GB of weights"),
        (replace(place("llama-3.1-8b", "m4-max", 1, "int4"), offloaded_gb=2.0), "shares its memory with the system"),
    ],
)
def test_an_offload_that_cannot_be_is_refused_with_the_reason(placement: Placement, why: str) -> None:
    models, reason = group_models(placement, SHAPE, CALIBRATION)
    assert not models
    assert why in reason

"""Facts that rules test and nobody answers: people, volume, blocked models, accuracy and the first token."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from advisor.decision.derived_facts import (
    OfferState,
    _first_token,
    candidates_blocked,
    offer_states,
    sustained_fte,
    volume_given,
)
from advisor.engine.facts import FactValue
from advisor.interview.answers import Answers
from advisor.knowledge.parameters import Range
from tests.contract.asking import answers
from tests.cost.pointed import evaluated

STAFF = ("staffing.ml_infra_fte", "staffing.platform_fte", "staffing.evaluation_fte")
CHAT = {"workload.task": "chat", "volume.output_tokens": 5_000_000, "volume.input_tokens": 20_000_000}


def facts(**given: Any) -> dict[str, FactValue]:
    """The facts of a small chat with some answers more; `__` stands for the dot of a key."""
    more = {key.replace("__", "."): value for key, value in given.items()}
    return dict(evaluated({**CHAT, **more}).findings.facts)


def test_the_people_are_the_sum_of_three_answers_and_open_at_the_top_while_one_is_missing() -> None:
    def people(*given: Range) -> Range | None:
        return sustained_fte(Answers(dict(zip(STAFF, given, strict=False)), "quick"))

    assert people() is None
    assert people(Range(0.5, 1.0), Range(1.0, 2.0), Range(0.25, 0.25)) == Range(1.75, 3.25)
    assert people(Range(0.5, 1.0), Range(1.0, 2.0)) == Range(1.5, 1e6)
    assert people(Range(0.5, 1.0)) == Range(0.5, 1e6)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("economics.gpus", 4), ("volume.output_tokens", 10), ("volume.input_tokens", 10),
        ("volume.tokens_per_developer", 10), ("workload.developers", 3),
    ],
)  # fmt: skip
def test_any_size_is_a_volume_and_nothing_else_is(key: str, value: int) -> None:
    assert volume_given(answers({key: value}))
    assert not volume_given(answers({"workload.task": "chat", "staffing.platform_fte": 2}))


def test_candidates_are_blocked_where_all_that_were_named_are() -> None:
    none, one = answers({}), answers({"economics.open_model": "llama-3.3-70b"})
    two = answers({"license.models": ["llama-3.3-70b", "qwen3-32b"], "economics.open_model": "gpt-oss-120b"})
    assert candidates_blocked(none, {"llama-3.3-70b"}) is None
    assert (candidates_blocked(one, {"llama-3.3-70b"}), candidates_blocked(one, ())) == (True, False)
    assert candidates_blocked(two, {"llama-3.3-70b"}) is False
    assert candidates_blocked(two, {"llama-3.3-70b", "qwen3-32b"}) is True  # those of the license question count


def test_accuracy_has_the_ends_of_its_95_percent_interval() -> None:
    """80 of 100 prompts: (0.8 + 0.019207) ÷ 1.038415 ± 0.080124, by the formula of Wilson; more prompts narrow it."""
    found = facts(quality__open_model_accuracy=0.8, quality__eval_prompts=100)
    lower, upper = found["derived.accuracy_lower"], found["derived.accuracy_upper"]
    assert isinstance(lower, Range)
    assert isinstance(upper, Range)
    assert (lower.low, lower.high) == pytest.approx((0.71112, 0.71112), abs=2e-4)
    assert (upper.low, upper.high) == pytest.approx((0.86663, 0.86663), abs=2e-4)
    wider = facts(quality__open_model_accuracy="70% to 80%", quality__eval_prompts="100 to 400")
    lower, upper = wider["derived.accuracy_lower"], wider["derived.accuracy_upper"]
    assert isinstance(lower, Range)
    assert isinstance(upper, Range)
    # 70 of 100 at the worst and 320 of 400 at the best: 0.60415 to 0.75811 below, 0.74288 to 0.86663 above
    assert (lower.low, lower.high) == pytest.approx((0.60415, 0.75811), abs=3e-4)
    assert (upper.low, upper.high) == pytest.approx((0.74288, 0.86663), abs=3e-4)


def test_accuracy_that_was_measured_on_nothing_is_taken_as_given() -> None:
    found = facts(quality__open_model_accuracy=0.8)
    assert found["derived.accuracy_lower"] == found["derived.accuracy_upper"] == Range.exactly(0.8)
    assert "derived.accuracy_lower" not in facts()


def test_a_small_fleet_needs_the_people_of_its_tier_and_a_large_one_more() -> None:
    """The people that were given, over 1 + a share for each further base of 8 GPUs."""
    small = facts(staffing__ml_infra_fte=1, staffing__platform_fte=1, staffing__evaluation_fte=1)
    assert small["derived.sustained_fte"] == small["derived.fte_for_fleet"] == Range.exactly(3)
    large = evaluated({**CHAT, "economics.gpus": 24, **dict.fromkeys(STAFF, 1)}).findings
    gpus, growth = large.prepared.gpus, large.prepared.known.parameters.number("people.fleet_growth")
    assert large.facts["derived.fleet_gpus"] == Range.exactly(gpus)
    assert gpus == 24
    found = large.facts["derived.fte_for_fleet"]
    assert isinstance(found, Range)
    assert found.low == pytest.approx(3 / (1 + growth * (24 / 8 - 1)))


def test_without_a_volume_nothing_is_said_of_a_fleet() -> None:
    found = evaluated({"workload.task": "chat", **dict.fromkeys(STAFF, 1)}).findings.facts
    assert "derived.fleet_gpus" not in found
    assert found["derived.fte_for_fleet"] == Range.exactly(3)


@pytest.mark.parametrize(("target", "said"), [(60_000, "meets"), (10, "misses")])
def test_the_first_token_is_held_against_the_target_that_was_given(target: int, said: str) -> None:
    assert facts(latency__p50_ms=target)["derived.first_token"] == said
    assert "derived.first_token" not in facts()


def test_a_first_token_whose_error_band_holds_the_target_straddles_it() -> None:
    findings = evaluated({**CHAT, "latency.p50_ms": 60_000}).findings
    center = findings.prepared.fleet.speed.first_token_p50_ms
    assert facts(latency__p50_ms=round(center))["derived.first_token"] == "straddles"


def test_each_route_that_sells_what_is_asked_is_feasible() -> None:
    found = facts()
    assert found["derived.fits"] is True
    for route in ("hosted_api", "managed_cloud", "managed_open", "self_host"):
        assert found[f"derived.{route}_offer"] == "feasible"


def test_the_state_of_a_route_names_what_failed_and_the_nearest_else_what_is_to_be_confirmed() -> None:
    failed = SimpleNamespace(requirement="context", because="a request has 9 tokens")
    nearest = {"hosted-api": "the nearest takes 8", "managed-open": ""}
    doubts = {"managed-cloud": ("one", "two"), "self-host": ()}
    prepared: Any = SimpleNamespace(
        failure=lambda route: failed if route in nearest else None,
        nearest=lambda route, requirement: nearest[route] if requirement == "context" else "?",
        doubts=doubts.__getitem__,
    )
    assert offer_states(prepared) == {
        "hosted-api": OfferState("context", "a request has 9 tokens; the nearest takes 8"),
        "managed-cloud": OfferState("unconfirmed", "one; two"),
        "managed-open": OfferState("context", "a request has 9 tokens"),
        "self-host": OfferState("feasible"),
    }


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (200, "meets"), (199.9, "straddles"), (50, "straddles"), (49.9, "misses"), (Range(49, 60), "straddles"),
        (None, None),
    ],
)  # fmt: skip
def test_a_target_is_missed_only_below_the_fastest_and_met_from_the_slowest_first_token_on(
    target: float | Range | None, said: str | None
) -> None:
    """A first token modeled at 100 ms, by a throughput between half and twice of what was modeled: 50 to 200 ms."""
    given = Range.exactly(target) if isinstance(target, float | int) else target
    speed = SimpleNamespace(first_token_p50_ms=100.0, band_low=0.5, band_high=2.0)
    prepared: Any = SimpleNamespace(
        known=SimpleNamespace(answers=SimpleNamespace(range=lambda key: given if key == "latency.p50_ms" else None)),
        fleet=SimpleNamespace(fits=True, speed=speed),
    )
    assert _first_token(prepared) == said
    prepared.fleet.fits = False
    assert _first_token(prepared) is None

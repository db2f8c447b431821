"""People, quality, latency: what cannot be done is excluded, on answers that were given."""

from __future__ import annotations

from math import sqrt

import pytest

from advisor.assessment.model import Assessment
from tests.contract.asking import NETWORK, OPEN, Given, ask, excluded, excluded_at, knowledge, route, rules_fired

Z = 1.959964  # two-sided 95% of the normal distribution


def test_a_need_for_the_best_models_excludes_the_open_routes() -> None:
    assert excluded(ask({"quality.frontier_required": True})) == OPEN
    assert excluded(ask({"quality.frontier_required": False})) == set()


def test_images_leave_the_open_models_that_take_them_on_the_condition_to_measure_one() -> None:
    """What the catalog says of a model decides, not that closed ones lead: that is measured on one's own documents."""
    images = {"quality.multimodal_required": True}
    found = ask(images)
    assert excluded(found) == set()
    for name in OPEN:
        offer = route(found, name).offer
        assert offer is not None
        assert "image" in knowledge().catalog.models[offer.model].modalities, name
    assert found.verdict.option in OPEN
    assert found.verdict.status == "conditional"
    assert any("Measure an open model on your own images" in said for said in found.verdict.conditions)
    measured = ask({**images, "quality.open_model_accuracy": 0.97})
    assert not any("your own images" in said for said in measured.verdict.conditions)
    assert excluded(ask({**images, "economics.open_model": "llama-3.3-70b"})) == OPEN, "it takes text alone"


def test_a_frontier_need_never_prices_the_cloud_with_an_open_model() -> None:
    given = {"economics.open_model": "llama-3.3-70b", "economics.api_model": "gpt-5.5"}
    either, frontier = ask(given), ask({**given, "quality.frontier_required": True})
    assert "llama-3.3-70b" in route(either, "managed-cloud").priced
    assert "llama-3.3-70b" not in route(frontier, "managed-cloud").priced
    assert _tokens(frontier, "managed-cloud") >= _tokens(frontier, "hosted-api") > _tokens(either, "managed-cloud")


def test_an_accuracy_without_a_prompt_count_counts_as_it_is() -> None:
    assert excluded(ask({"quality.open_model_accuracy": 0.949})) == OPEN
    assert excluded(ask({"quality.open_model_accuracy": 0.95})) == set()


@pytest.mark.parametrize("prompts", [50, 200, 1000, 20_000])
def test_an_accuracy_falls_when_its_whole_interval_lies_below(prompts: int) -> None:
    """The 95% score interval holds 0.95 while the share lies within z·√(0.95·0.05/n) of it (Wilson 1927)."""
    edge = 0.95 - Z * sqrt(0.95 * 0.05 / prompts)
    for share, falls in ((edge - 0.002, True), (edge + 0.002, False)):
        given = {"quality.open_model_accuracy": round(share, 6), "quality.eval_prompts": prompts}
        assert (excluded(ask(given)) == OPEN) is falls


def test_an_accuracy_that_fifty_prompts_cannot_settle_is_a_task_to_measure() -> None:
    open_route: Given = {"data.boundary": "vpc", "quality.open_model_accuracy": 0.93}
    few = ask({**open_route, "quality.eval_prompts": 50})
    many = ask({"data.boundary": "vpc", "quality.open_model_accuracy": 0.99, "quality.eval_prompts": 5000})
    assert any("Evaluate the open model" in task for task in few.verdict.tasks)
    assert not any("Evaluate the open model" in task for task in many.verdict.tasks)
    assert few.verdict.status == "provisional"


def test_an_accuracy_nobody_measured_is_a_task_too() -> None:
    assert any("Evaluate the open model" in task for task in ask({"data.boundary": "vpc"}).verdict.tasks)


def test_a_fine_tuning_need_leaves_only_offers_that_are_tuned() -> None:
    tuned: Given = {"quality.fine_tuning_required": True}
    found = ask(tuned)
    offer = route(found, "hosted-api").offer
    assert offer is not None
    assert excluded(found) == set()
    assert knowledge().catalog.api[offer.model].fine_tuning is not False
    assert knowledge().catalog.providers[offer.provider].fine_tuning is not False
    assert excluded(ask({**tuned, "economics.api_model": "claude-sonnet-5.5"})) == {"hosted-api"}, "nobody tunes it"


@pytest.mark.parametrize("target", [30, 120])
def test_an_interactive_target_below_a_networks_reach_excludes_every_route_across_one(target: int) -> None:
    given = {"latency.interactive": True, "latency.p50_ms": target}
    assert excluded_at(ask(given), "can") >= NETWORK


@pytest.mark.parametrize(
    "given",
    [{"latency.interactive": True, "latency.p50_ms": 121}, {"latency.interactive": False, "latency.p50_ms": 50}],
)
def test_any_other_target_excludes_no_route_across_a_network(given: Given) -> None:
    assert not excluded_at(ask(given), "can") & NETWORK


def test_a_fleet_that_reads_the_prompt_too_slowly_is_excluded_as_well() -> None:
    quick: Given = {
        "latency.interactive": True,
        "latency.p50_ms": 120,
        "economics.open_model": "llama-3.1-8b",
        "economics.gpu": "h100-sxm",
        "volume.input_per_request": 200,
    }
    slow = {**quick, "economics.open_model": "llama-3.1-405b", "volume.input_per_request": 100_000}
    assert "self-host" not in excluded_at(ask(quick), "can")
    assert ask(quick).verdict.option == "self-host"
    assert "self-host" in excluded_at(ask(slow), "can")
    assert ask(slow).fleet.first_token_ms > 120


def test_a_slow_fleet_matters_only_below_a_networks_reach() -> None:
    slow: Given = {
        "latency.interactive": True,
        "latency.p50_ms": 200,
        "economics.open_model": "llama-3.1-405b",
        "volume.input_per_request": 100_000,
    }
    assert "can.latency-fleet" not in rules_fired(ask(slow))


def test_a_stated_fleet_that_cannot_carry_the_load_is_a_condition_with_its_numbers() -> None:
    given: Given = {"economics.open_model": "llama-3.1-405b", "economics.gpu": "l4", "economics.gpus": 1}
    assessment = ask({**given, "economics.precision": "fp8"})
    assert "can.stated-fleet" in rules_fired(assessment)
    alone = ask({**given, "economics.precision": "fp8", "data.boundary": "vpc"}).verdict
    assert (alone.option, alone.status) == ("self-host", "conditional")
    assert any("Take more GPUs" in condition and "L4" in condition for condition in alone.conditions)


@pytest.mark.parametrize(
    ("key", "beyond", "straddling", "short"),
    [
        ("latency.p50_ms", "60..120", "100..400", "2000..4000"),
        ("quality.open_model_accuracy", "0.8..0.94", "0.9..0.97", "0.95..0.97"),
        ("staffing.platform_fte", "0..1.9", "1..3", "2..3"),
    ],
)
def test_a_range_at_a_threshold(key: str, beyond: str, straddling: str, short: str) -> None:
    """The whole range beyond it excludes; a straddling one attaches a condition; one that stays short does nothing."""
    base: Given = {
        "economics.service_tier": "production",
        "latency.interactive": True,
        "quality.eval_prompts": "unknown",
        "economics.open_model": "llama-3.1-8b",
    }
    rest: Given = {"staffing.ml_infra_fte": 0, "staffing.evaluation_fte": 0} if "staffing" in key else {}
    fell, held, free = (ask({**base, **rest, key: value}) for value in (beyond, straddling, short))
    assert excluded_at(fell, "can")
    assert not excluded_at(held, "can")
    assert not excluded_at(free, "can")
    assert _requirements(held)
    assert not _requirements(free)
    assert not _requirements(ask({**base, key: "unknown"}))


def _tokens(assessment: Assessment, name: str) -> float:
    return route(assessment, name).lines["tokens"]


def _requirements(assessment: Assessment) -> set[str]:
    return {rule.rule for rule in assessment.findings if rule.effect == "require"}


SMALL = {
    "workload.task": "summarization",
    "economics.api_model": "claude-sonnet-4.6",
    "quality.frontier_required": True,
    "volume.requests": 20_000,
    "volume.input_per_request": 199_000,
    "volume.output_per_request": 2_000,
}


def test_a_named_vendors_model_below_the_stated_class_is_a_contradiction_and_a_fit_one_is_bought() -> None:
    """Claude Sonnet 4.6 is of class large: no open model of a lower class is bought in its place."""
    found = ask(SMALL)
    assert found.verdict.status == "conditional"
    (clash,) = found.contradictions
    assert clash.keys == ("economics.api_model", "quality.frontier_required")
    assert "Claude Sonnet 4.6 was named, which the catalog holds to be of class large" in clash.because
    bought = route(found, found.verdict.option).offer
    assert bought is not None
    assert found.verdict.option in ("hosted-api", "managed-cloud")
    assert knowledge().catalog.api[bought.model].capability == "frontier"


def test_a_named_vendors_model_of_the_stated_class_is_bought_without_a_word() -> None:
    found = ask(SMALL | {"economics.api_model": "gpt-5.4"})
    assert found.contradictions == ()
    assert {each.offer.model for each in found.options if each.offer and each.option == "hosted-api"} == {"gpt-5.4"}

"""What a label costs: dollars before and after, the lines that carry the difference, and why they do.

A label is a word in an answer (public, production, a region, a regime) or one person more. None may move a bill but by
the lines that its reason names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract.asking import DAY, knowledge
from tests.cost.pointed import evaluated, lines_at_point

DRAWS = 100
NEAR = 0.1
"""Dollars of the table are rounded, at the point estimate; prices move them a little with the knowledge."""
LITTLE = 0.0005
"""Share of a bill below which a line has not moved."""
CHAT: dict[str, Any] = {
    "workload.task": "chat", "volume.output_tokens": "100M", "volume.input_tokens": "400M",
    "volume.output_per_request": 400, "volume.cached_share": 0, "volume.batch_share": 0, "volume.peak_to_average": 3,
    "economics.api_model": "gpt-5.4", "economics.open_model": "llama-3.3-70b", "economics.gpu": "h100-sxm",
}  # fmt: skip
TINY = CHAT | {"volume.output_tokens": "300k", "volume.input_tokens": "1M"}
LARGE = CHAT | {"volume.output_tokens": "5B", "volume.input_tokens": "20B"}
TEAM = {key: value for key, value in TINY.items() if key != "economics.gpu"} | {
    "economics.open_model": "qwen3-30b-a3b", "workload.audience": "internal",
}  # fmt: skip
AROUND = ("integration", "evaluation", "gateway", "observability", "upgrades", "incidents")
FLEET = ("gpu", "hardware", "power", "storage", "failover")

SERVED = (*AROUND, *FLEET, "labor")


@dataclass(frozen=True, slots=True)
class Label:
    """One label: the answer before and after, dollars a month of a route at both, what carries it, and why."""

    workload: dict[str, Any]
    key: str
    before: Any
    after: Any
    route: str
    usd: tuple[float, float]
    carried_by: tuple[str, ...]
    because: str


AUDIENCE, TIER, REGION = "workload.audience", "economics.service_tier", "data.region"
TESTED = "a public service is tested, watched and kept up from its first day"
SPARED = TESTED + ", and keeps one spare group of GPUs, which somebody looks after"
TABLE = (
    Label(TINY, AUDIENCE, "internal", "public", "hosted-api", (212, 852), AROUND, TESTED),
    Label(TINY, AUDIENCE, "internal", "public", "self-host", (8188, 15139), SERVED, SPARED),
    Label(CHAT, AUDIENCE, "internal", "public", "hosted-api", (3337, 3850), AROUND, TESTED),
    Label(CHAT, AUDIENCE, "internal", "public", "managed-open", (909, 1422), AROUND, TESTED),
    Label(CHAT, AUDIENCE, "internal", "public", "self-host", (9056, 15953), SERVED, SPARED),
    Label(LARGE, AUDIENCE, "internal", "public", "self-host", (62801, 62801), (), "so large a fleet is production"),
    Label(CHAT, TIER, "internal-endpoint", "production", "hosted-api", (3337, 3850), AROUND, TESTED),
    Label(CHAT, TIER, "internal-endpoint", "production", "self-host", (9056, 15953), SERVED, SPARED),
    Label(LARGE, TIER, "internal-endpoint", "production", "self-host", (55286, 62801), SERVED, SPARED),
    Label(CHAT, TIER, "production", "high-availability", "self-host", (15953, 35812), (*AROUND, "labor"),
          "one person at least, and a rota that is on call"),
    Label(LARGE, TIER, "production", "high-availability", "hosted-api", (128188, 128275), (), "tokens outweigh it"),
    Label(CHAT, REGION, None, "us", "hosted-api", (3337, 3587), ("tokens",), "a regional endpoint asks a tenth more"),
    Label(CHAT, REGION, "us", "eu", "hosted-api", (3587, 3587), (), "the vendor asks the same there"),
    Label(CHAT, REGION, "us", "uk", "hosted-api", (3587, 3587), (), "not listed there: the same, wider"),
    Label(CHAT, REGION, "us", "eu", "managed-open", (909, 1172), ("tokens",), "what is listed there costs more"),
    Label(CHAT, REGION, "us", "other", "managed-open", (909, 916), ("tokens",), "not listed there: wider"),
    Label(CHAT, REGION, "us", "other", "self-host", (9056, 9056), (), "rents are not listed by region"),
    Label(CHAT, "data.regimes", [], ["hipaa"], "hosted-api", (3337, 4517), (*AROUND, "compliance"),
          TESTED + ", and its duties are paid"),
    Label(TEAM, "workload.developers", 5, 6, "hosted-api", (178, 212), AROUND, "one person more"),
    Label(TEAM, "workload.developers", 5, 6, "self-host", (3004, 4404), SERVED,
          "a server's card in place of a workstation that is bought, and one person more"),
    Label(TEAM, "workload.developers", 6, 7, "self-host", (4404, 4408), ("labor",), "one person more"),
    Label(CHAT, "staffing.ml_infra_fte", 0.09, 0.1, "self-host", (9056, 9056), (), "people are paid by need"),
    Label(CHAT, "economics.team_spare_fte", 0, 0.1, "self-host", (9056, 6973), ("labor",), "it is paid already"),
)  # fmt: skip


@pytest.mark.parametrize(
    "one", TABLE, ids=lambda one: f"{one.key} {one.before} to {one.after}, {one.route}, {one.usd[0]}"
)
def test_a_label_costs_what_its_reason_names(one: Label) -> None:
    asked = [one.workload if value is None else one.workload | {one.key: value} for value in (one.before, one.after)]
    before, after = (lines_at_point(given, one.route) for given in asked)
    assert [sum(before.values()), sum(after.values())] == pytest.approx(list(one.usd), rel=NEAR), one.because
    moved = {line for line in before if abs(after[line] - before[line]) > LITTLE * sum(before.values())}
    assert moved <= set(one.carried_by), one.because
    assert bool(moved) is bool(one.carried_by), one.because


def test_a_person_more_or_less_opens_a_route_and_moves_no_bill() -> None:
    """A tenth of a person is what an internal service takes at least: below it self-hosting falls, at the same cost."""
    people = {"staffing.platform_fte": 0, "staffing.evaluation_fte": 0, "staffing.gpu_experience": True}
    few, enough = (evaluated(CHAT | people | {"staffing.ml_infra_fte": fte}, DRAWS) for fte in (0.09, 0.1))
    assert "self-host" not in few.findings.standing.after_can
    assert "self-host" in enough.findings.standing.after_can
    assert sum(few.costs.point_lines["self-host"].values()) == sum(enough.costs.point_lines["self-host"].values())


@pytest.mark.parametrize("tokens", ["1M", "30M", "300M", "2B", "10B", "50B"])
@pytest.mark.parametrize("model", ["llama-3.1-8b", "llama-3.3-70b"])
def test_from_internal_to_public_a_fleet_takes_one_spare_group_and_what_it_brings(model: str, tokens: str) -> None:
    """The same work for the public: one group more, the people and tools that follow its GPUs, and the stated start.

    Both are priced on the same cards, so that the group is the same one.
    """
    given = CHAT | {"economics.open_model": model, "volume.output_tokens": tokens, "volume.input_tokens": "unknown"}
    given |= {"economics.precision": "fp8", "economics.acquisition": "on-demand", "volume.annual_growth": 0}
    tiers = ("internal-endpoint", "production")
    found = [evaluated(given | {TIER: tier}, DRAWS).costs.offers["self-host"].feasible[0].offer for tier in tiers]
    assert found[1].replicas == found[0].replicas + 1
    group = found[1].gpus - found[0].gpus
    before, after = (lines_at_point(given | {TIER: tier}, "self-host") for tier in tiers)
    rent = after["gpu"] - before["gpu"]
    assert rent == pytest.approx(before["gpu"] / found[0].gpus * group, rel=0.35)
    parameters = knowledge().parameters_at(DAY)
    full = sum(after[line] for line in AROUND) - sum(before[line] for line in AROUND)
    step = (
        parameters.range("service.start.production").point - parameters.range("service.start.internal-endpoint").point
    )
    watched = group * parameters.range("operations.observability_gpu_usd_per_month").point
    assert full - watched <= step * _full_service() * 1.001, "the stated start of a production service"
    stated = {TIER: "internal-endpoint", "economics.gpus": found[1].gpus, "economics.precision": found[1].precision}
    assert after["labor"] == pytest.approx(lines_at_point(given | stated, "self-host")["labor"]), "people follow GPUs"


def _full_service() -> float:
    """Dollars a month of the work around a full service, from a production one without traffic."""
    small = lines_at_point(
        CHAT | {"volume.output_tokens": 1, "volume.input_tokens": 1, TIER: "production"}, "self-host"
    )
    start = knowledge().parameters_at(DAY).range("service.start.production").point
    return sum(small[line] for line in AROUND) / start

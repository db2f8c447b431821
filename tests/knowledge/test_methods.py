"""Each published method answers as its article states it, holes included."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from advisor.authoring.rule_cases import typed_facts
from advisor.knowledge.load_pack import load_knowledge
from advisor.published.apply import apply_panel, explain_disagreement, published_methods
from advisor.published.method_conditions import PanelFigures, judge_by

KNOWLEDGE = load_knowledge()
PARAMETERS = KNOWLEDGE.parameters_at(date(2026, 11, 21))
JUDGE = judge_by(KNOWLEDGE, PARAMETERS)
CODING = {"workload__task": "code-assistant", "workload__audience": "internal"}
FIGURES = PanelFigures(30_000.0, 5_000.0, 40_000.0, 300e6, 30e6, 38_000.0, 12.0)


def _says(method: str, **given: object) -> tuple[str, ...]:
    """The verdict of one method; double underscores in a name stand for the dot of a key."""
    facts = typed_facts({key.replace("__", "."): value for key, value in given.items()}, KNOWLEDGE, method)
    said = {one.id: one.verdict for one in published_methods(facts, KNOWLEDGE, PARAMETERS, JUDGE)}
    return said[method]


def test_the_nine_methods_of_the_contract_are_there() -> None:
    assert set(KNOWLEDGE.methods) == {
        "beats-api.workloads",
        "beats-api.crossover",
        "coding-agents.checklist",
        "coding-agents.scenarios",
        "coding-tco.wins",
        "cost-guide.framework",
        "cost-guide.bands",
        "when-it-pays.flow",
        "when-it-pays.break-even",
    }


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({"data__classes": ["phi"], "data__regimes": ["hipaa"]}, "self-host"),
        ({"data__classes": ["legal-privilege"]}, "self-host"),
        ({**CODING, "workload__developers": 500}, "self-host"),
        ({**CODING, "workload__developers": 499}, "not-applicable"),
        ({"workload__task": "chat", "workload__audience": "public"}, "hosted-api"),
        ({"workload__task": "extraction", "panel__tokens_per_month": "501M"}, "self-host"),
        ({"workload__task": "multimodal-analysis"}, "hosted-api"),
        ({"workload__task": "agentic-coding"}, "hosted-api"),
        ({"workload__task": "hard-reasoning"}, "hosted-api"),
        ({"data__regimes": ["fedramp-high"]}, "managed-cloud"),
        ({"data__regimes": ["il5"]}, "managed-cloud"),
        ({"data__boundary": "air-gap"}, "self-host"),
        ({"workload__task": "summarization"}, "not-applicable"),
    ],
)
def test_a_workload_goes_where_the_article_sends_it(given: dict[str, object], verdict: str) -> None:
    assert _says("beats-api.workloads", **given) == (verdict,)


@pytest.mark.parametrize(
    ("tokens", "shares", "verdict"),
    [
        ("20M", {}, "hosted-api"),
        ("200M", {}, "hosted-api"),
        ("1.49B", {}, "hosted-api"),
        ("1.5B", {}, "close-call"),
        ("2B", {}, "close-call"),
        ("2.01B", {}, "self-host"),
        ("4.9B", {"volume__cached_share": 0.9}, "hosted-api"),
        ("5B", {"volume__cached_share": 0.9}, "close-call"),
        ("10B", {"volume__batch_share": 1}, "close-call"),
        ("10.1B", {"volume__batch_share": 1}, "self-host"),
    ],
)
def test_the_crossover_moves_with_caching_and_batches(tokens: str, shares: dict[str, object], verdict: str) -> None:
    assert _says("beats-api.crossover", panel__output_tokens_per_month=tokens, **shares) == (verdict,)


@pytest.mark.parametrize(
    ("developers", "spend", "verdict"),
    [
        (10, "500..750", "hosted-api"),
        (50, "2500..3750", "hosted-api"),
        (50, "7500..15000", "close-call"),
        (200, "15000..30000", "self-host"),
    ],
)
def test_a_team_meets_the_scenario_of_the_article(developers: int, spend: str, verdict: str) -> None:
    given = {"workload__task": "agentic-coding", "workload__developers": developers}
    assert _says("coding-agents.scenarios", panel__api_usd_per_month=spend, **given) == (verdict,)


@pytest.mark.parametrize(
    ("met", "possible", "verdict"),
    [
        (3, 3, "evaluate-self-host"),
        (5, 5, "evaluate-self-host"),
        (2, 2, "hosted-api"),
        (2, 3, "close-call"),
        (0, 2, "hosted-api"),
    ],
)
@pytest.mark.parametrize(
    ("method", "counted"),
    [("coding-agents.checklist", "panel__coding_agents_five"), ("cost-guide.framework", "panel__cost_guide_five")],
)
def test_three_of_five_ask_for_an_evaluation(method: str, counted: str, met: int, possible: int, verdict: str) -> None:
    assert _says(method, **{f"{counted}_met": met, f"{counted}_possible": possible}) == (verdict,)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({"data__boundary": "vpc", "quality__frontier_required": True}, "self-host"),
        ({"quality__frontier_required": True, "economics__budget_predictability": True}, "hosted-api"),
        ({"workload__developers": 4, "panel__api_usd_per_month": 299}, "hosted-api"),
        ({"workload__developers": 5, "panel__api_usd_per_month": 299}, "undefined"),
        ({"volume__stability": "variable"}, "hosted-api"),
        ({"panel__tokens_per_month": "10M", "panel__api_usd_per_million": 3}, "self-host"),
        ({"panel__tokens_per_month": "9.9M", "panel__api_usd_per_million": 3}, "undefined"),
        ({"panel__tokens_per_month": "10M", "panel__api_usd_per_million": 0.098}, "undefined"),
        ({"panel__tokens_per_month": "10M", "quality__frontier_share": 0.3}, "hybrid"),
        ({"economics__budget_predictability": True}, "self-host"),
    ],
)
def test_who_wins_when(given: dict[str, object], verdict: str) -> None:
    assert _says("coding-tco.wins", **given) == (verdict,)


@pytest.mark.parametrize(
    ("tokens", "verdict"),
    [
        ("59M", ("hosted-api",)),
        ("60M", ("hosted-api", "self-host")),
        ("499M", ("hosted-api", "self-host")),
        ("500M", ("managed-open",)),
        ("5B", ("managed-open",)),
        ("5.1B", ("undefined",)),
        ("9.9B", ("undefined",)),
        ("10B", ("self-host",)),
    ],
)
def test_a_volume_falls_into_its_band(tokens: str, verdict: tuple[str, ...]) -> None:
    assert _says("cost-guide.bands", panel__tokens_per_month=tokens) == verdict


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({"data__boundary": "region", "panel__tokens_per_day": "1M"}, ("self-host", "managed-cloud")),
        ({"data__regimes": ["finra"], "panel__tokens_per_day": "90M"}, ("self-host", "managed-cloud")),
        ({"panel__tokens_per_day": "9.9M"}, ("hosted-api",)),
        ({"panel__tokens_per_day": "10M"}, ("undefined",)),
        ({"panel__tokens_per_day": "50M"}, ("undefined",)),
        ({"panel__tokens_per_day": "51M", "staffing__gpu_experience": False}, ("managed-open",)),
        ({"panel__tokens_per_day": "51M", "staffing__gpu_experience": True}, ("self-host",)),
        ({"panel__tokens_per_day": "51M"}, ("managed-open", "self-host")),
        ({"panel__tokens_per_day": "51M", "volume__stability": "variable"}, ("hosted-api",)),
    ],
)
def test_the_flow_reaches_its_outcomes(given: dict[str, object], verdict: tuple[str, ...]) -> None:
    assert _says("when-it-pays.flow", **given) == verdict


@pytest.mark.parametrize(
    ("tokens", "verdict"),
    [("1.9M", "hosted-api"), ("2M", "close-call"), ("5M", "close-call"), ("30M", "managed-open"), ("50M", "self-host")],
)
def test_the_competitor_sets_the_break_even(tokens: str, verdict: str) -> None:
    assert _says("when-it-pays.break-even", panel__tokens_per_day=tokens) == (verdict,)


def test_a_reason_names_the_values_it_rests_on() -> None:
    facts = typed_facts({"panel.tokens_per_month": "7B"}, KNOWLEDGE, "test")
    said = {one.id: one.because for one in published_methods(facts, KNOWLEDGE, PARAMETERS, JUDGE)}
    assert "7B tokens a month" in said["cost-guide.bands"]
    assert "5B tokens a month and 10B tokens a month" in said["cost-guide.bands"]
    assert not any("{" in because for because in said.values())


def test_each_break_even_is_its_own_quotient() -> None:
    told = {one.source: one for one in explain_disagreement(FIGURES, KNOWLEDGE, PARAMETERS)}
    expected = {
        "coding-tco": (140, 15, "9.3E+6"),
        "when-it-pays": (7_000, 40, "175E+6"),
        "coding-agents": (10_000, 15, "667E+6"),
        "beats-api": (39_813, 20, "1.99E+9"),
    }
    for source, (fixed, avoided, printed) in expected.items():
        quotient = Decimal(fixed) / Decimal(avoided) * 1_000_000
        assert abs(quotient / Decimal(printed) - 1) < Decimal("0.005")
        assert told[source].tokens_per_month == pytest.approx(float(quotient), rel=1e-12)
    assert told["cost-guide"].tokens_per_month == 10e9
    assert told["cost-guide"].fixed_usd is None
    assert told["this workload"].tokens_per_month == pytest.approx(38_000 / 12 * 1e6)


def test_published_methods_contradict_each_other_on_one_workload() -> None:
    facts = typed_facts({"workload.task": "agentic-coding"}, KNOWLEDGE, "test")
    panel = apply_panel(facts, FIGURES, KNOWLEDGE, PARAMETERS, JUDGE)
    verdicts = {one.id: one.verdict for one in panel.methods}
    assert verdicts["beats-api.crossover"] == ("hosted-api",)
    assert verdicts["coding-agents.scenarios"] == ("self-host",)
    assert [one.source for one in panel.break_evens][-1] == "this workload"


def test_methods_that_vote_on_privacy_and_those_that_veto_say_so() -> None:
    facts = typed_facts({"workload.task": "agentic-coding"}, KNOWLEDGE, "test")
    said = {one.id: one.differs for one in published_methods(facts, KNOWLEDGE, PARAMETERS, JUDGE)}
    assert all("is one vote of" in said[one] for one in ("coding-agents.checklist", "cost-guide.framework"))
    assert all("is a veto" in said[one] for one in ("coding-tco.wins", "when-it-pays.flow"))
    assert said["cost-guide.bands"] == ""

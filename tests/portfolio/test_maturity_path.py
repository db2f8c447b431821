"""The path of maturity: the stage by the published criteria, and prices worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from advisor.decision.compiled import compiled_knowledge
from advisor.interview.answers import vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.portfolio.candidate import NO_LIMITS, Candidate, Member, Portfolio
from advisor.portfolio.portfolio_answer import PortfolioAnswer, solve
from advisor.portfolio.portfolio_file import read_portfolio
from advisor.portfolio.portfolio_report import next_in_words, path_json
from advisor.portfolio.standing_offers import priced_portfolio
from advisor.published.apply import maturity_stages

KNOWLEDGE = load_knowledge()
AT = compiled_knowledge(KNOWLEDGE, date(2026, 11, 29))
STAGES = maturity_stages(KNOWLEDGE, AT.parameters)


def fleet(own_usd: float) -> Candidate:
    """One card of 1,000 dollars for all, of which a workload keeps a quarter busy."""
    return Candidate("self-host", "m on 1×g", own_usd, pool="m", cards="g", replicas=0.25, gpus=1, gpu_usd=1000.0)


def three(*stages: str) -> PortfolioAnswer:
    """Tags may go anywhere, mails to a cloud or a fleet, cases to a fleet only."""
    tags = (Candidate("hosted-api", "a", 900.0), Candidate("managed-open", "b", 400.0))
    mails = (Candidate("managed-cloud", "c", 700.0), fleet(100.0))
    offers = (tags, mails, (fleet(50.0),))
    members = tuple(
        Member(name, each, stage=stage)
        for name, each, stage in zip(("tags", "mails", "cases"), offers, stages, strict=True)
    )
    return solve("three", Portfolio(members), NO_LIMITS, STAGES)


def test_each_stage_costs_what_its_offers_cost_together() -> None:
    found = three("prototype", "prototype", "prototype").maturity
    assert found is not None
    # 900 + 700 + (50 + 1,000); then tags at 400; then mails at 100 beside cases on the same card
    assert [step.usd for step in found.steps] == pytest.approx([2650.0, 2150.0, 1550.0])
    assert [step.moves for step in found.steps] == [(), ("tags",), ("mails",)]
    assert [step.beyond for step in found.steps] == [("cases",), ("cases",), ()]
    assert next_in_words(found) == (
        "Maturity: prototype; next scale-up (tags moves): $2,150 a month, $500 less; takes 3 months of stable usage, "
        "observed at an API"
    )


def test_the_furthest_workload_decides_and_the_others_are_named() -> None:
    found = three("prototype", "enterprise", "prototype")
    assert found.maturity is not None
    told = path_json(found.maturity)
    assert told is not None
    assert (told["stage"], told["next"]["moves"], told["next"]["saves_usd"]) == ("enterprise", ["mails"], 600.0)
    assert told["joint_usd"] == pytest.approx(found.joint.cost.usd) == 1550.0


@pytest.mark.parametrize(
    ("months", "people", "stage"),
    [("", 3, "prototype"), ("2", 3, "prototype"), ("3", 1, "scale-up"), ("3", 3, "enterprise")],
)
def test_answers_decide_the_stage(months: str, people: int, stage: str, tmp_path: Path) -> None:
    observed = f"months_observed = {months}" if months else ""
    (tmp_path / "one.toml").write_text(
        f"[shared.staffing]\nml_infra_fte = {people}\nplatform_fte = 0\nevaluation_fte = 0\n"
        "gpu_experience = true\n[[workloads]]\nname = 'tags'\n"
        f"[workloads.workload]\ntask = 'classification'\n[workloads.volume]\noutput_tokens = '10M/month'\n"
        f"input_tokens = '400M/month'\n{observed}\n"
    )
    read = read_portfolio(tmp_path / "one.toml", vocabulary(KNOWLEDGE))
    assert [each.stage for each in priced_portfolio(read, AT, 1, lambda name, place: None).members] == [stage]


def test_without_stages_there_is_no_path() -> None:
    assert solve("one", Portfolio((Member("a", (fleet(1.0),)),)), NO_LIMITS).maturity is None

"""The gateway of a portfolio: each workload's group at the offer the joint answer chooses, the same bytes each time."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from advisor.cli.framework.inputs import SharedOptions
from advisor.cli.gateway import command as gateway
from advisor.cli.gateway import is_portfolio, portfolio_gateway
from advisor.decision.compiled import compiled_knowledge
from advisor.errors import AdvisorError
from advisor.interview.answers import vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.portfolio.portfolio_answer import solve
from advisor.portfolio.portfolio_file import read_portfolio
from advisor.portfolio.standing_offers import priced_portfolio
from advisor.rollout.gateway_config import gateway_yaml

ROOT = Path(__file__).resolve().parents[2]
COMPANY = ROOT / "examples/portfolio/company.toml"
DAY = date(2026, 11, 29)


def test_every_workload_is_routed_to_what_it_chooses_together() -> None:
    knowledge = load_knowledge()
    read = read_portfolio(COMPANY, vocabulary(knowledge))
    at = compiled_knowledge(knowledge, DAY)
    found = solve(read.name, priced_portfolio(read, at, 1, lambda name, place: None), read.limits)
    config, heading = portfolio_gateway(str(COMPANY), SharedOptions(DAY, quiet=True))
    groups = {each.group: each for each in config.deployments}
    bases: dict[str, set[str]] = {}
    for each in found.members:
        chosen, group = each.together, groups[each.member.name]
        assert group.title.startswith(f"{chosen.model} ")
        if chosen.pool:
            assert group.params["model"] == f"hosted_vllm/{chosen.model}"
            bases.setdefault(chosen.pool, set()).add(str(group.params["api_base"]))
        else:
            assert f" at {chosen.seller}" in group.title
            assert int(str(group.params["max_budget"])) >= chosen.tokens_usd * 0.9
    # one address for each fleet, whoever shares it
    assert len(bases) > 1
    assert {len(each) for each in bases.values()} == {1}
    assert len(set.union(*bases.values())) == len(bases)
    # what it would have chosen alone is what bids fall back to; what must stay has nothing outside
    assert groups[config.fallbacks["bid-analysis"][0]].title == "grok-4.3 at bedrock"
    assert "case-review" not in config.fallbacks
    text = gateway_yaml(config, heading)
    assert "the portfolio company: together $" in text
    assert gateway_yaml(*portfolio_gateway(str(COMPANY), SharedOptions(DAY, quiet=True))) == text


def test_the_command_knows_a_portfolio_from_answers() -> None:
    teams = ROOT / "examples/portfolio/teams.csv"
    assert [is_portfolio(str(each)) for each in (COMPANY, teams, ROOT / "examples/team-of-20.toml")] == [
        True, True, False,
    ]  # fmt: skip
    done = CliRunner().invoke(gateway, [str(teams), "--format", "json", "--quiet"], catch_exceptions=False)
    names = [each["model_name"] for each in json.loads(done.stdout)["model_list"]]
    assert {"claims", "case-notes", "mail-triage"} <= set(names)


def test_two_workloads_of_one_group_are_refused(tmp_path: Path) -> None:
    row = "classification,anywhere,4M/month,50M/month\n"
    head = "name,workload.task,data.boundary,volume.output_tokens,volume.input_tokens\n"
    (tmp_path / "two.csv").write_text(f"{head}mail triage,{row}mail-triage,{row}")
    with pytest.raises(AdvisorError) as error:
        portfolio_gateway(str(tmp_path / "two.csv"), SharedOptions(DAY, quiet=True))
    assert "two workloads would have the group mail-triage" in str(error.value)

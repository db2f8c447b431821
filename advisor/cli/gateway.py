"""`advisor gateway`: the configuration of LiteLLM's proxy that a verdict or a portfolio leads to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor import __version__
from advisor.bounded_read import read_file
from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import STANDARD_INPUT, SharedOptions, parameters_beside, with_options
from advisor.cli.framework.options import JUDGED, OUTPUT, QUIET, formats
from advisor.cli.framework.output import as_json
from advisor.cli.plan import decided
from advisor.errors import AdvisorError
from advisor.knowledge.labels import gate_name, route_name

if TYPE_CHECKING:
    from advisor.portfolio.portfolio_answer import PoolUse
    from advisor.rollout.gateway_config import GatewayConfig


@click.command("gateway", epilog=examples("advisor gateway examples/team-of-20.toml --output config.yaml"))
@click.argument("file", metavar="ANSWERS|RECORD|PORTFOLIO", shell_complete=files)
@with_options(formats("yaml", "json"), OUTPUT, *JUDGED, QUIET)
def command(shared: SharedOptions, file: str) -> None:
    """Write the configuration of LiteLLM's proxy that the verdict on FILE leads to.

    Model groups for what is bought, fallbacks to the runners-up that may do the work, budgets, retries. Of a
    portfolio, each workload has its groups, at the offer that the joint answer chooses for it.
    """
    from advisor.rollout.gateway_config import gateway_yaml

    config, heading = portfolio_gateway(file, shared) if is_portfolio(file) else _workload_gateway(file, shared)
    shared.emit(as_json(config.as_table()) if shared.is_json else gateway_yaml(config, heading))


def _workload_gateway(file: str, shared: SharedOptions) -> tuple[GatewayConfig, list[str]]:
    """The configuration for one workload, and what its comments say first."""
    from advisor.rollout.gateway_config import gateway_config

    given = shared.read(file)
    evaluation, parameters, name = decided(given, file)
    config = gateway_config(evaluation, parameters_beside(given, parameters, "gateway.retries"), name, given.seed)
    route = evaluation.choice.option
    said = f"{route_name(route)}, by {gate_name(evaluation.choice.decided_by)}"
    return config, [
        f"LiteLLM proxy configuration, written by advisor {__version__} from {Path(file).name} as of {given.as_of}.",
        f"Decided: {said}; rules {given.knowledge.pins.rules}.",
        *(f"Condition that is not met yet: {rule.because}" for rule in evaluation.conditions.get(route, ())),
    ]


def is_portfolio(file: str) -> bool:
    """Whether a file lists workloads, rather than the answers about one."""
    from advisor.interview.answers import read_toml

    path = Path(file)
    if file == STANDARD_INPUT or path.suffix.lower() in (".csv", ".json"):
        return file != STANDARD_INPUT
    return path.is_file() and not read_toml(read_file(path, follow=True), file).keys().isdisjoint(("workloads", "rows"))


def portfolio_gateway(file: str, shared: SharedOptions) -> tuple[GatewayConfig, list[str]]:
    """The configuration for every workload of a portfolio, at the offer that the joint answer chooses for it.

    And what its comments say first; raises AdvisorError for more workloads than are explained.
    """
    from advisor.decision.compiled import compiled_knowledge
    from advisor.interview.answers import vocabulary
    from advisor.portfolio.portfolio_answer import MOST_EXPLAINED, solve
    from advisor.portfolio.portfolio_file import read_portfolio
    from advisor.portfolio.portfolio_report import headline
    from advisor.portfolio.standing_offers import PricedMember, priced_portfolio, same_answers
    from advisor.rollout.gateway_config import JointDecision, gateway_config, gateway_of_all

    knowledge = shared.knowledge()
    read = read_portfolio(Path(file), vocabulary(knowledge))
    if len(read.workloads) > MOST_EXPLAINED:
        raise AdvisorError(read.name, f"a gateway has at most {MOST_EXPLAINED} workloads", "divide the portfolio")
    at = compiled_knowledge(knowledge, shared.as_of)
    priced: dict[str, PricedMember] = {}
    portfolio = priced_portfolio(read, at, shared.seed, lambda name, place: None, known=priced, evaluations=True)
    found = solve(read.name, portfolio, read.limits)
    fleets = {pool.pool: f"SELF_HOST_{place}" for place, pool in enumerate(found.pools, 1)}
    configs = []
    for given, each in zip(read.workloads, found.members, strict=True):
        chosen = each.together
        evaluation = priced[same_answers(given)].evaluation
        if chosen.bought is None or evaluation is None:
            raise AdvisorError(given.name, "what it buys is not known", "see `advisor assess` on its answers")
        decision = JointDecision(chosen.route, chosen.bought, fleets.get(chosen.pool, "SELF_HOST"))
        configs.append(gateway_config(evaluation, at.parameters, given.name, shared.seed, decision))
    heading = [
        f"LiteLLM proxy configuration, written by advisor {__version__} from {Path(file).name} as of {shared.as_of}.",
        f"Decided for the portfolio {headline(found)}; rules {knowledge.pins.rules}.",
        *(_fleet_in_words(fleets[pool.pool], pool) for pool in found.pools),
    ]
    return gateway_of_all(configs, read.name), heading


def _fleet_in_words(variables: str, pool: PoolUse) -> str:
    shared = "; they may together send more than it serves at once, and then wait" if len(pool.workloads) > 1 else ""
    copies = f"{pool.replicas} replica{'' if pool.replicas == 1 else 's'} of {pool.fleet}"
    return f"{variables}_API_BASE is the fleet of {copies}; it serves {', '.join(pool.workloads)}{shared}."

"""The gateway of a whole portfolio: every workload's group at the offer that the joint answer chooses for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from advisor import __version__
from advisor.bounded_read import read_file
from advisor.cli.framework.inputs import STANDARD_INPUT, knowledge_with
from advisor.decision.compiled import compiled_knowledge
from advisor.errors import AdvisorError
from advisor.interview.answers import read_toml, vocabulary
from advisor.portfolio.portfolio_answer import MOST_EXPLAINED, PoolUse, solve
from advisor.portfolio.portfolio_report import headline
from advisor.portfolio.read_portfolio import read_portfolio
from advisor.portfolio.standing_offers import PricedMember, priced_portfolio, same_answers
from advisor.rollout.gateway_config import GatewayConfig, JointDecision, gateway_config, gateway_of_all

_TABLES = (".csv", ".json")
_KEYS = ("workloads", "rows")


def is_portfolio(file: str) -> bool:
    """Whether a file lists workloads, rather than the answers about one."""
    path = Path(file)
    if file == STANDARD_INPUT or path.suffix.lower() in _TABLES:
        return file != STANDARD_INPUT
    return path.is_file() and any(key in read_toml(read_file(path, follow=True), file) for key in _KEYS)


def portfolio_gateway(
    file: str, day: date, packs: Sequence[Path], seed: int, *, quiet: bool
) -> tuple[GatewayConfig, list[str]]:
    """The configuration and what its comments say first; raises AdvisorError for more workloads than are explained."""
    knowledge = knowledge_with(packs, quiet=quiet)
    read = read_portfolio(Path(file), vocabulary(knowledge))
    if len(read.workloads) > MOST_EXPLAINED:
        raise AdvisorError(read.name, f"a gateway has at most {MOST_EXPLAINED} workloads", "divide the portfolio")
    at = compiled_knowledge(knowledge, day)
    priced: dict[str, PricedMember] = {}
    portfolio = priced_portfolio(read, at, seed, lambda name, place: None, known=priced, evaluations=True)
    found = solve(read.name, portfolio, read.limits)
    fleets = {pool.pool: f"SELF_HOST_{place}" for place, pool in enumerate(found.pools, 1)}
    configs = []
    for given, each in zip(read.workloads, found.members, strict=True):
        chosen = each.together
        evaluation = priced[same_answers(given)].evaluation
        if chosen.bought is None or evaluation is None:
            raise AdvisorError(given.name, "what it buys is not known", "see `advisor assess` on its answers")
        decision = JointDecision(chosen.route, chosen.bought, fleets.get(chosen.pool, "SELF_HOST"))
        configs.append(gateway_config(evaluation, at.parameters, given.name, seed, decision))
    heading = [
        f"LiteLLM proxy configuration, written by advisor {__version__} from {Path(file).name} as of {day}.",
        f"Decided for the portfolio {headline(found)}; rules {knowledge.pins.rules}.",
        *(_fleet_in_words(fleets[pool.pool], pool) for pool in found.pools),
    ]
    return gateway_of_all(configs, read.name), heading


def _fleet_in_words(variables: str, pool: PoolUse) -> str:
    shared = "; they may together send more than it serves at once, and then wait" if len(pool.workloads) > 1 else ""
    copies = f"{pool.replicas} replica{'' if pool.replicas == 1 else 's'} of {pool.fleet}"
    return f"{variables}_API_BASE is the fleet of {copies}; it serves {', '.join(pool.workloads)}{shared}."

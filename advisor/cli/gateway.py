"""`advisor gateway`: the configuration of LiteLLM's proxy that follows from a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import parameters_beside, read_given
from advisor.cli.framework.options import AS_OF, OUTPUT, QUIET, RANDOM_SEED, RULES, SAMPLES, formats, with_options
from advisor.cli.framework.output import as_json, emit
from advisor.knowledge.labels import gate_name, route_name

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

FORMATS = formats("yaml", "json")


@click.command("gateway", epilog=examples("advisor gateway examples/team-of-20.toml --output config.yaml"))
@click.argument("file", metavar="ANSWERS|RECORD|PORTFOLIO", shell_complete=files)
@with_options(FORMATS, OUTPUT, AS_OF, RULES, SAMPLES, RANDOM_SEED, QUIET)
def command(
    file: str, form: str, output: Path | None, as_of: date, packs: tuple[Path, ...], draws: int, seed: int, quiet: bool
) -> None:
    """Write the configuration of LiteLLM's proxy that the verdict on FILE leads to.

    Model groups for what is bought, fallbacks to the runners-up that may do the work, budgets, retries. Of a
    portfolio, each workload has its groups, at the offer that the joint answer chooses for it.
    """
    from pathlib import Path

    from advisor import __version__
    from advisor.cli.framework.portfolio_gateway import is_portfolio, portfolio_gateway
    from advisor.decision.compiled import compiled_knowledge
    from advisor.decision.evaluate import evaluate
    from advisor.rollout.gateway_config import gateway_config, gateway_yaml

    if is_portfolio(file):
        config, heading = portfolio_gateway(file, as_of, packs, seed, quiet=quiet)
        emit(as_json(config.as_table()) if form == "json" else gateway_yaml(config, heading), output, quiet=quiet)
        return
    given = read_given(file, as_of, packs, seed=seed, draws=draws, quiet=quiet)
    at = compiled_knowledge(given.knowledge, given.as_of)
    evaluation = evaluate(given.answers, at, given.seed, given.draws)
    name = given.answers.text("workload.name") or Path(file).stem
    parameters = parameters_beside(given, at.parameters, "gateway.retries")
    config = gateway_config(evaluation, parameters, name, given.seed)
    route = evaluation.choice.option
    decided = f"{route_name(route)}, by {gate_name(evaluation.choice.decided_by)}"
    heading = [
        f"LiteLLM proxy configuration, written by advisor {__version__} from {Path(file).name} as of {given.as_of}.",
        f"Decided: {decided}; rules {given.knowledge.pins.rules}.",
        *(f"Condition that is not met yet: {rule.because}" for rule in evaluation.conditions.get(route, ())),
    ]
    emit(as_json(config.as_table()) if form == "json" else gateway_yaml(config, heading), output, quiet=quiet)

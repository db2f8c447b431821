"""`advisor plan`: the evaluation and the load test that a verdict calls for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import SharedOptions, parameters_beside, with_options
from advisor.cli.framework.options import JUDGED, OUTPUT, QUIET, formats
from advisor.cli.framework.output import as_json

if TYPE_CHECKING:
    from advisor.api import Inputs
    from advisor.decision.evaluate import Evaluation
    from advisor.evidence.evaluation_plan import EvaluationPlan
    from advisor.knowledge.parameters import Parameters


PLAN_FORMATS = formats("text", "toml", "json", "csv", "prompts", "promptfoo", "inspect")


@click.command("plan", epilog=examples("advisor plan examples/team-of-20.toml --format csv --output results.csv"))
@click.argument("file", metavar="ANSWERS|RECORD", shell_complete=files)
@with_options(PLAN_FORMATS, OUTPUT, *JUDGED, QUIET)
def command(shared: SharedOptions, file: str) -> None:
    """Plan the evaluation that the verdict on FILE calls for: candidates, prompts, budget, and a fleet's load test.

    As text (Markdown), TOML or JSON; as a CSV of results to fill in, which `measure evaluation` reads; as a CSV of
    prompts to fill in, and what promptfoo or Inspect need to run them.
    """
    from advisor.evidence.evaluation_plan import evaluation_plan

    given = shared.read(file)
    evaluation, parameters, name = decided(given, file)
    usual = parameters_beside(given, parameters, "plan.stratum_prompts")
    found = evaluation_plan(evaluation, parameters.number("gate.accuracy_required"), usual, name)
    shared.emit(_plan_text(found, shared.form).rstrip("\n"))


def decided(given: Inputs, file: str) -> tuple[Evaluation, Parameters, str]:
    """The evaluation of what was given, the parameters of its day, and what its workload is called."""
    from advisor.decision.compiled import compiled_knowledge
    from advisor.decision.evaluate import evaluate

    at = compiled_knowledge(given.knowledge, given.as_of)
    name = given.answers.text("workload.name") or Path(file).stem
    return evaluate(given.answers, at, given.seed, given.draws), at.parameters, name


def _plan_text(plan: EvaluationPlan, form: str) -> str:
    import tomli_w

    from advisor.evidence.evaluation_plan import as_table
    from advisor.evidence.plan_text import as_csv, as_inspect, as_markdown, as_promptfoo, as_prompts

    if form == "toml":
        return tomli_w.dumps(as_table(plan))
    if form in ("json", "promptfoo"):
        return as_json(as_table(plan) if form == "json" else as_promptfoo(plan))
    return {"csv": as_csv, "prompts": as_prompts, "inspect": as_inspect, "text": as_markdown}[form](plan)

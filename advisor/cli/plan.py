"""`advisor plan`: the evaluation and the load test that a verdict calls for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import parameters_beside, read_given
from advisor.cli.framework.options import AS_OF, OUTPUT, QUIET, RANDOM_SEED, RULES, SAMPLES, formats, with_options
from advisor.cli.framework.output import as_json, emit

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from advisor.evidence.evaluation_plan import EvaluationPlan

FORMATS = formats("text", "toml", "json", "csv", "prompts", "promptfoo", "inspect")


@click.command("plan", epilog=examples("advisor plan examples/team-of-20.toml --format csv --output results.csv"))
@click.argument("file", metavar="ANSWERS|RECORD", shell_complete=files)
@with_options(FORMATS, OUTPUT, AS_OF, RULES, SAMPLES, RANDOM_SEED, QUIET)
def command(
    file: str, form: str, output: Path | None, as_of: date, packs: tuple[Path, ...], draws: int, seed: int, quiet: bool
) -> None:
    """Plan the evaluation that the verdict on FILE calls for: candidates, prompts, budget, and a fleet's load test.

    As text (Markdown), TOML or JSON; as a CSV of results to fill in, which `measure evaluation` reads; as a CSV of
    prompts to fill in, and what promptfoo or Inspect need to run them.
    """
    from pathlib import Path

    from advisor.decision.compiled import compiled_knowledge
    from advisor.decision.evaluate import evaluate
    from advisor.evidence.evaluation_plan import evaluation_plan

    given = read_given(file, as_of, packs, seed=seed, draws=draws, quiet=quiet)
    at = compiled_knowledge(given.knowledge, given.as_of)
    evaluation = evaluate(given.answers, at, given.seed, given.draws)
    name = given.answers.text("workload.name") or Path(file).stem
    usual = parameters_beside(given, at.parameters, "plan.stratum_prompts")
    plan = evaluation_plan(evaluation, at.parameters.number("gate.accuracy_required"), usual, name)
    emit(_text(plan, form).rstrip("\n"), output, quiet=quiet)


def _text(plan: EvaluationPlan, form: str) -> str:
    import tomli_w

    from advisor.evidence.evaluation_plan import as_table
    from advisor.evidence.plan_text import as_csv, as_inspect, as_markdown, as_promptfoo, as_prompts

    if form == "toml":
        return tomli_w.dumps(as_table(plan))
    if form in ("json", "promptfoo"):
        return as_json(as_table(plan) if form == "json" else as_promptfoo(plan))
    return {"csv": as_csv, "prompts": as_prompts, "inspect": as_inspect, "text": as_markdown}[form](plan)

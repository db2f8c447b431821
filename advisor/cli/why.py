"""`advisor why`: the chain from answers to verdict, what nearly fired, and what one answer would change."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import CommandInput, read_given
from advisor.cli.framework.options import AS_OF, FLIPS, FORMAT, OUTPUT, QUIET, RANDOM_SEED, RULES, SAMPLES, with_options
from advisor.cli.framework.output import emit
from advisor.errors import BadInput, nearest

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from advisor.analysis.flips import FlipPair
    from advisor.assessment.model import Assessment
    from advisor.decision.compiled import CompiledKnowledge
    from advisor.decision.evaluate import Evaluation
    from advisor.report.explanation import Explanation


EXAMPLES = examples(
    "advisor why examples/clinical-notes.toml",
    "advisor why examples/clinical-notes.toml hosted-api",
    "advisor why examples/clinical-notes.toml must.boundary-own-infrastructure",
)


@click.command("why", epilog=EXAMPLES)
@click.argument("path", metavar="ANSWERS|RECORD", shell_complete=files)
@click.argument("about", required=False, metavar="[RULE|ROUTE]")
@click.option("--pairs", is_flag=True, help="Look for two answers that change the verdict together; takes a while.")
@with_options(FLIPS, FORMAT, OUTPUT, AS_OF, RULES, SAMPLES, RANDOM_SEED, QUIET)
def command(
    path: str,
    about: str | None,
    pairs: bool,
    flips: bool,
    form: str,
    output: Path | None,
    as_of: date,
    packs: tuple[Path, ...],
    draws: int,
    seed: int,
    quiet: bool,
) -> None:
    """Explain which rules fired, which nearly did, what one answer would change; for one RULE or ROUTE, why or why not.

    A record keeps the day, packs, draws and seed it was made with.
    """
    from advisor.report.explanation import explain

    given = read_given(path, as_of, packs, seed=seed, draws=draws, quiet=quiet)
    _check_about(about, given)
    assessment = given.assess(flips=flips and about is None)
    evaluation, at = _judged(given)
    found = explain(evaluation, at, assessment.flips)
    together = _pairs(given, at, assessment.verdict.option) if pairs else ()
    if form == "json":
        emit(_json(assessment, found, about, together), output, quiet=quiet)
    else:
        from advisor.report.explanation import pairs_text

        text = _text(assessment, found, about) + (f"\n\n{pairs_text(together)}" if pairs else "")
        emit(text, output, quiet=quiet)


def _pairs(given: CommandInput, at: CompiledKnowledge, option: str) -> tuple[FlipPair, ...]:
    from advisor.analysis.flips import find_pairs

    return find_pairs(given.answers, at, given.seed, given.draws, option)


def _judged(given: CommandInput) -> tuple[Evaluation, CompiledKnowledge]:
    from advisor.decision.compiled import compiled_knowledge
    from advisor.decision.evaluate import evaluate

    at = compiled_knowledge(given.knowledge, given.as_of)
    return evaluate(given.answers, at, given.seed, given.draws), at


def _check_about(about: str | None, given: CommandInput) -> None:
    from advisor.assessment.findings import STEPS
    from advisor.knowledge.rules import ROUTES

    rules = [*(rule.id for rule in given.knowledge.rules_at(given.as_of)), *STEPS]
    if about is None or about in ROUTES or about in rules:
        return
    later = about in {rule.id for rule in given.knowledge.rules}
    what = f"the rule {about!r} is not in force on {given.as_of}" if later else f"no rule or route {about!r}"
    raise BadInput(given.path, what, nearest(about, [*ROUTES, *rules]))


def _text(assessment: Assessment, found: Explanation, about: str | None) -> str:
    from advisor.report.explanation import route_text, rule_text, why_text

    if about is None:
        return why_text(assessment, found)
    option = assessment.option(about)
    return rule_text(assessment, found, about) if option is None else route_text(assessment, found, option)


def _json(assessment: Assessment, found: Explanation, about: str | None, together: tuple[FlipPair, ...]) -> str:
    from advisor.assessment.findings import STEPS

    def asked(link: Any) -> bool:
        return about is None or about == link.rule or about in link.routes

    verdict = assessment.verdict
    table = {
        "workload": assessment.workload,
        "as_of": assessment.as_of.isoformat(),
        "verdict": {"option": verdict.option, "decided_by": verdict.decided_by, "status": verdict.status},
        "fired": [asdict(link) for link in found.fired if asked(link)],
        "steps": [asdict(step) for step in assessment.findings if step.rule in STEPS and about in (None, step.rule)],
        "nearly": [asdict(near) for near in found.near if asked(near)],
        "changes": {name: [_flip(asdict(flip)) for flip in flips] for name, flips in found.changes.items()},
        "pairs": [asdict(pair) for pair in together],
    }
    return json.dumps(table, indent=2, ensure_ascii=False, default=str)


def _flip(table: dict[str, str]) -> dict[str, str]:
    return {"from" if name == "was" else name: value for name, value in table.items()}

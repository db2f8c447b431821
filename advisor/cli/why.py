"""`advisor why`: which rules fired, which nearly did, and what one answer would change."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples, files, rules_and_routes
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import FLIPS, FORMAT, JUDGED, OUTPUT, QUIET
from advisor.cli.framework.output import as_json
from advisor.errors import BadInput, nearest

if TYPE_CHECKING:
    from advisor.analysis.flips import FlipPair
    from advisor.api import Inputs
    from advisor.assessment.model import Assessment, Verdict
    from advisor.report.explanation import Explanation


WHY_EXAMPLES = examples(
    "advisor why examples/clinical-notes.toml",
    "advisor why examples/clinical-notes.toml hosted-api",
    "advisor why examples/clinical-notes.toml must.boundary-own-infrastructure",
)


@click.command("why", epilog=WHY_EXAMPLES)
@click.argument("path", metavar="ANSWERS|RECORD", shell_complete=files)
@click.argument("about", required=False, metavar="[RULE|ROUTE]", shell_complete=rules_and_routes)
@click.option("--pairs", is_flag=True, help="Look for two answers that change the verdict together; takes a while.")
@with_options(FLIPS, FORMAT, OUTPUT, *JUDGED, QUIET)
def command(shared: SharedOptions, path: str, about: str | None, pairs: bool, flips: bool) -> None:
    """Explain which rules fired, which nearly did, what one answer would change; for one RULE or ROUTE, why or why not.

    A record keeps the day, packs, draws and seed it was made with.
    """
    from advisor.analysis.flips import find_pairs
    from advisor.decision.compiled import compiled_knowledge
    from advisor.decision.evaluate import evaluate
    from advisor.report.explanation import explain, pairs_text

    given = shared.read(path)
    _check_about(about, given)
    assessment = given.assess(flips=flips and about is None)
    at = compiled_knowledge(given.knowledge, given.as_of)
    found = explain(evaluate(given.answers, at, given.seed, given.draws), at, assessment.flips)
    option = assessment.verdict.option
    together = find_pairs(given.answers, at, given.seed, given.draws, option) if pairs else ()
    if shared.is_json:
        shared.emit(_why_json(assessment, found, about, together))
    else:
        shared.emit(_why_text(assessment, found, about) + (f"\n\n{pairs_text(together)}" if pairs else ""))


def _check_about(about: str | None, given: Inputs) -> None:
    from advisor.assessment.findings import STEPS
    from advisor.knowledge.rules import ROUTES

    rules = [*(rule.id for rule in given.knowledge.rules_at(given.as_of)), *STEPS]
    if about is None or about in ROUTES or about in rules:
        return
    later = about in {rule.id for rule in given.knowledge.rules}
    what = f"the rule {about!r} is not in force on {given.as_of}" if later else f"no rule or route {about!r}"
    raise BadInput(given.file, what, nearest(about, [*ROUTES, *rules]))


def _why_text(assessment: Assessment, found: Explanation, about: str | None) -> str:
    from advisor.report.explanation import route_text, rule_text, why_text

    if about is None:
        return why_text(assessment, found)
    option = assessment.option(about)
    return rule_text(assessment, found, about) if option is None else route_text(assessment, found, option)


def _why_json(assessment: Assessment, found: Explanation, about: str | None, together: tuple[FlipPair, ...]) -> str:
    from advisor.assessment.findings import STEPS

    def asked(link: Any) -> bool:
        return about is None or about == link.rule or about in link.routes

    table = {
        "workload": assessment.workload,
        "as_of": assessment.as_of.isoformat(),
        "verdict": verdict_head(assessment.verdict),
        "fired": [asdict(link) for link in found.fired if asked(link)],
        "steps": [asdict(step) for step in assessment.findings if step.rule in STEPS and about in (None, step.rule)],
        "nearly": [asdict(near) for near in found.near if asked(near)],
        "changes": {
            answer: [
                {"from" if name == "was" else name: value for name, value in asdict(flip).items()} for flip in flips
            ]
            for answer, flips in found.changes.items()
        },
        "pairs": [asdict(pair) for pair in together],
    }
    return as_json(table)


def verdict_head(verdict: Verdict) -> dict[str, str]:
    """Route, gate and status, as the JSON of several commands heads them."""
    return {"option": verdict.option, "decided_by": verdict.decided_by, "status": verdict.status}

"""`advisor why`, `compare` and `sensitivity`: what a verdict follows from, and what would change it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples, files, rules_and_routes
from advisor.cli.framework.inputs import SharedOptions, load_answers, with_options
from advisor.cli.framework.options import (
    AS_OF,
    EXIT_CODE,
    FLIPS,
    FORMAT,
    JUDGED,
    OUTPUT,
    QUIET,
    RANDOM_SEED,
    RULES,
    SAMPLES,
)
from advisor.cli.framework.output import as_json
from advisor.errors import BadInput, nearest
from advisor.knowledge.labels import label, route_name
from advisor.text import WIDTH, cut, wrap

if TYPE_CHECKING:
    from advisor.analysis.firmness import Influence, Sensitivity
    from advisor.analysis.flips import FlipPair
    from advisor.api import Inputs
    from advisor.assessment.model import Assessment, Verdict
    from advisor.report.assessment_diff import Side
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
def why(shared: SharedOptions, path: str, about: str | None, pairs: bool, flips: bool) -> None:
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
        "verdict": _verdict(assessment.verdict),
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


def _verdict(verdict: Verdict) -> dict[str, str]:
    return {"option": verdict.option, "decided_by": verdict.decided_by, "status": verdict.status}


@click.command("compare", epilog=examples("advisor compare monday.toml records/00000003-record.toml"))
@click.argument("first", metavar="A", shell_complete=files)
@click.argument("second", metavar="B", shell_complete=files)
@with_options(FORMAT, OUTPUT, *JUDGED, EXIT_CODE, QUIET)
def compare(shared: SharedOptions, first: str, second: str, exit_code: bool) -> int:
    """Compare two answer files or records: answers, rules, costs, verdict, and which difference caused it.

    A record keeps the day, packs, draws and seed it was made with.

    Exit status: 0; with --exit-code 1 where the routes differ.
    """
    differ = emit_comparison(shared, shared.read(first), shared.read(second))
    return 1 if exit_code and differ else 0


def emit_comparison(shared: SharedOptions, first: Inputs, second: Inputs) -> bool:
    """Print what differs between two inputs, each assessed, as text or JSON; gives whether their routes do."""
    from advisor.report.assessment_diff import Side, compare, compare_text

    # With flips: without them no verdict is called firm, and a status would seem to differ from the one recorded.
    a, b = (Side(each.file, each.answers, each.knowledge, each.assess(further=False)) for each in (first, second))
    found = compare(a, b)
    if shared.is_json:
        shared.emit(json.dumps({"a": _head(a), "b": _head(b), **asdict(found)}, indent=2, ensure_ascii=False))
    else:
        shared.emit(compare_text(a, b, found))
    return a.assessment.verdict.option != b.assessment.verdict.option


def _head(side: Side) -> dict[str, Any]:
    return {
        "file": side.name,
        "workload": side.assessment.workload,
        "as_of": side.assessment.as_of.isoformat(),
        "verdict": _verdict(side.assessment.verdict),
    }


_MOST_DRAWS = 100_000
_MOST_SHOWN = 15
_BAR = 20
_NAME = 44
"""Columns of an input's name."""


@click.command("sensitivity", epilog=examples("advisor sensitivity examples/team-of-20.toml --sobol"))
@click.argument("file", metavar="ANSWERS", shell_complete=files)
@click.option("--sobol", is_flag=True, help="Add total-order Sobol indices: an input's share of the variance.")
@with_options(FORMAT, OUTPUT, AS_OF, RULES, SAMPLES._replace(most=_MOST_DRAWS), RANDOM_SEED, QUIET)
def sensitivity(shared: SharedOptions, file: str, sobol: bool) -> None:
    """Rank all inputs by how much they move the difference between the two best routes."""
    from advisor.analysis.firmness import sensitivity

    knowledge = shared.knowledge()
    answers = load_answers(file, knowledge, quiet=shared.quiet)
    found = sensitivity(answers, knowledge, shared.as_of, shared.seed, shared.draws, sobol=sobol)
    shared.emit(json.dumps(asdict(found), indent=2) if shared.is_json else _ranking(found))


def _ranking(found: Sensitivity) -> Iterator[str]:
    if not found.inputs:
        only = route_name(found.routes[0] if found.routes else "none")
        yield f"{found.workload}: {only}: the only route left, so no input moves the choice"
        return
    best, next_best = map(route_name, found.routes)
    yield from wrap(f"{found.workload}: what moves {best} against {next_best}, dollars a month", WIDTH)
    yield f"Knowing every input before choosing would save ${found.perfect_information_usd:,.0f} a month."
    yield ""
    most = found.inputs[0].swing_usd
    for each in found.inputs[:_MOST_SHOWN]:
        yield _row(each, most)
    if len(found.inputs) > _MOST_SHOWN:
        yield f"and {len(found.inputs) - _MOST_SHOWN} weaker inputs; --format json lists them"


def _row(each: Influence, most: float) -> str:
    bar = "█" * max(1, round(_BAR * each.swing_usd / most)) if most else ""
    index = "" if each.total_order is None else f"  {each.total_order:4.0%} of variance"
    worth = f"  worth {each.worth_usd:,.0f} to know" if each.asked and each.worth_usd >= 1 else ""
    return f"{cut(label(each.key), _NAME):{_NAME}}{each.swing_usd:>12,.0f}  {bar:<{_BAR}}{index}{worth}".rstrip()

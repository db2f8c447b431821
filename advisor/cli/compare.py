"""`advisor compare`: two answer files or records, what differs, and what caused another verdict."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.answer_options import Given, read_given
from advisor.cli.assess import parse_day
from advisor.cli.examples import examples
from advisor.cli.pack_options import laid_over
from advisor.cli.shell_words import files

if TYPE_CHECKING:
    from pathlib import Path

    from advisor.report.assessment_diff import Difference, Side


@click.command("compare", epilog=examples("advisor compare monday.toml records/00000003-record.toml"))
@click.argument("first", metavar="A", shell_complete=files)
@click.argument("second", metavar="B", shell_complete=files)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--as-of", metavar="DATE", help="The day whose rules and figures count; a record keeps its own.")
@laid_over
def command(first: str, second: str, form: str, as_of: str | None, packs: tuple[Path, ...]) -> None:
    """Compare two answer files or records: answers, rules, costs, verdict, and which difference caused it."""
    from advisor.report.assessment_diff import compare
    from advisor.report.compare_text import compare_text

    day = parse_day(as_of)
    given = [read_given(path, day, packs) for path in (first, second)]
    a, b = (_side(one) for one in given)
    found = compare(a, b)
    click.echo(_json(a, b, found) if form == "json" else compare_text(a, b, found))


def _side(given: Given) -> Side:
    from advisor.report.assessment_diff import Side

    return Side(given.path, given.answers, given.knowledge, given.assess(flips=False))


def _json(a: Side, b: Side, found: Difference) -> str:
    return json.dumps({"a": _head(a), "b": _head(b), **asdict(found)}, indent=2, ensure_ascii=False)


def _head(side: Side) -> dict[str, Any]:
    verdict = side.assessment.verdict
    return {
        "file": side.name,
        "workload": side.assessment.workload,
        "as_of": side.assessment.as_of.isoformat(),
        "verdict": {"option": verdict.option, "decided_by": verdict.decided_by, "status": verdict.status},
    }

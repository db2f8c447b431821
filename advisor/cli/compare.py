"""`advisor compare`: what differs between two answers files or records, and which difference caused it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import EXIT_CODE, FORMAT, JUDGED, OUTPUT, QUIET
from advisor.cli.why import verdict_head

if TYPE_CHECKING:
    from advisor.api import Inputs
    from advisor.report.assessment_diff import Side


@click.command("compare", epilog=examples("advisor compare monday.toml records/00000003-record.toml"))
@click.argument("first", metavar="A", shell_complete=files)
@click.argument("second", metavar="B", shell_complete=files)
@with_options(FORMAT, OUTPUT, *JUDGED, EXIT_CODE, QUIET)
def command(shared: SharedOptions, first: str, second: str, exit_code: bool) -> int:
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
        "verdict": verdict_head(side.assessment.verdict),
    }

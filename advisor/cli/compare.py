"""`advisor compare`: two answer files or records, what differs, and what caused another verdict."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import CommandInput, read_given
from advisor.cli.framework.options import (
    AS_OF,
    EXIT_CODE,
    FORMAT,
    OUTPUT,
    QUIET,
    RANDOM_SEED,
    RULES,
    SAMPLES,
    with_options,
)
from advisor.cli.framework.output import emit

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from advisor.report.assessment_diff import Difference, Side


@click.command("compare", epilog=examples("advisor compare monday.toml records/00000003-record.toml"))
@click.argument("first", metavar="A", shell_complete=files)
@click.argument("second", metavar="B", shell_complete=files)
@with_options(FORMAT, OUTPUT, AS_OF, RULES, SAMPLES, RANDOM_SEED, EXIT_CODE, QUIET)
def command(
    first: str,
    second: str,
    form: str,
    output: Path | None,
    as_of: date,
    packs: tuple[Path, ...],
    draws: int,
    seed: int,
    exit_code: bool,
    quiet: bool,
) -> int:
    """Compare two answer files or records: answers, rules, costs, verdict, and which difference caused it.

    A record keeps the day, packs, draws and seed it was made with.

    Exit status: 0; with --exit-code 1 where the routes differ.
    """
    a, b = (read_given(path, as_of, packs, seed=seed, draws=draws, quiet=quiet) for path in (first, second))
    text, differ = comparison(a, b, form)
    emit(text, output, quiet=quiet)
    return 1 if exit_code and differ else 0


def comparison(first: CommandInput, second: CommandInput, form: str = "text") -> tuple[str, bool]:
    """What differs between two inputs, each assessed, as text or JSON; and whether their routes do."""
    from advisor.report.assessment_diff import compare, compare_text

    a, b = _side(first), _side(second)
    found = compare(a, b)
    text = _json(a, b, found) if form == "json" else compare_text(a, b, found)
    return text, a.assessment.verdict.option != b.assessment.verdict.option


def _side(given: CommandInput) -> Side:
    from advisor.report.assessment_diff import Side

    # With flips: without them no verdict is called firm, and a status would seem to differ from the one recorded.
    return Side(given.path, given.answers, given.knowledge, given.assess(further=False))


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

"""`advisor sensitivity`: which inputs move the difference between the two best routes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import SharedOptions, load_answers, with_options
from advisor.cli.framework.options import AS_OF, FORMAT, OUTPUT, QUIET, RANDOM_SEED, RULES, SAMPLES
from advisor.knowledge.labels import label, route_name
from advisor.text import WIDTH, cut, wrap

if TYPE_CHECKING:
    from advisor.analysis.firmness import Influence, Sensitivity


_MOST_DRAWS = 100_000
_MOST_SHOWN = 15
_BAR = 20
_NAME = 44
"""Columns of an input's name."""


@click.command("sensitivity", epilog=examples("advisor sensitivity examples/team-of-20.toml --sobol"))
@click.argument("file", metavar="ANSWERS", shell_complete=files)
@click.option("--sobol", is_flag=True, help="Add total-order Sobol indices: an input's share of the variance.")
@with_options(FORMAT, OUTPUT, AS_OF, RULES, SAMPLES._replace(most=_MOST_DRAWS), RANDOM_SEED, QUIET)
def command(shared: SharedOptions, file: str, sobol: bool) -> None:
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

"""`advisor sensitivity`: which inputs the choice hangs on, and what knowing them would be worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from advisor.cli.examples import examples
from advisor.cli.pack_options import knowledge_with, laid_over
from advisor.cli.sampling_options import drawn
from advisor.cli.shell_words import files

if TYPE_CHECKING:
    from pathlib import Path

    from advisor.analysis.sensitivity import Influence, Sensitivity

_MOST_DRAWS = 100_000
_MOST_SHOWN = 15
_BAR = 20


@click.command(name="sensitivity", epilog=examples("advisor sensitivity examples/team-of-20.toml --sobol"))
@click.argument("file", metavar="ANSWERS", shell_complete=files)
@click.option("--sobol", is_flag=True, help="Add total-order Sobol indices: an input's share of the variance.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@drawn(_MOST_DRAWS)
@laid_over
def command(
    file: str, sobol: bool, form: str, as_of: str | None, draws: int, seed: int, packs: tuple[Path, ...]
) -> None:
    """Say which inputs move the difference between the two best routes, those of the knowledge base included."""
    from advisor.analysis.sensitivity import sensitivity
    from advisor.cli.answer_files import load_answers
    from advisor.cli.assess import parse_day

    knowledge, day = knowledge_with(packs), parse_day(as_of)
    found = sensitivity(load_answers(file, knowledge), knowledge, day, seed, draws, sobol=sobol)
    click.echo(json.dumps(asdict(found), indent=2) if form == "json" else "\n".join(_text(found)))


def _text(found: Sensitivity) -> Iterator[str]:
    if not found.inputs:
        stands = found.routes[0] if found.routes else "no route"
        yield f"{found.workload}: {stands} alone stands, so no input moves the choice"
        return
    best, next_best = found.routes
    yield f"{found.workload}: what moves the difference between {best} and {next_best}, dollars a month"
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
    return f"{each.key:42}{each.swing_usd:>12,.0f}  {bar:<{_BAR}}{index}{worth}".rstrip()

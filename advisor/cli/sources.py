"""`advisor sources`: where every figure comes from, and what became of each system the articles describe."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from advisor.cli.examples import examples

if TYPE_CHECKING:
    from advisor.knowledge.grades import Source
    from advisor.knowledge.pack import Knowledge
    from advisor.knowledge.parameters import Parameters

AGES = {"price-list": "prices", "license-text": "licenses", "documentation": "providers", "measurement": "hardware"}
"""After how long a source of a kind counts as old: the topic of its `evidence.stale_days` parameter."""


@click.command("sources", epilog=examples("advisor sources", "advisor sources --coverage"))
@click.option("--coverage", is_flag=True, help="The published systems instead: what implements and proves each.")
@click.option(
    "--as-of",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which age is told (YYYY-MM-DD).  [default: today]",
)
def command(coverage: bool, as_of: datetime | None) -> int:
    """List the sources: date, kind, how many figures and rules rest on each and how well they are founded.

    Exit status: 0; with --coverage 1 where a system has nothing that implements or proves it.
    """
    from advisor.knowledge.load_pack import load_knowledge

    knowledge = load_knowledge()
    if coverage:
        return _tell_coverage(knowledge)
    today = as_of.date() if as_of else date.today()
    parameters = knowledge.parameters_at(today)
    grades = _grades(knowledge)
    for source in knowledge.sources.values():
        click.echo(f"{source.published}  {source.id}: {source.title} ({source.kind}){_age(source, parameters, today)}")
        counted = grades.get(source.id, Counter[str]())
        click.echo("    " + (", ".join(f"{count} {grade}" for grade, count in counted.most_common()) or "not used"))
    return 0


def _age(source: Source, parameters: Parameters, today: date) -> str:
    if source.kind not in AGES:
        return ""
    days = round(parameters.number(f"evidence.stale_days.{AGES[source.kind]}"))
    return f"; older than {days} days" if source.published + timedelta(days) < today else ""


def _grades(knowledge: Knowledge) -> dict[str, Counter[str]]:
    """How many entries of each grade cite a source."""
    from advisor.knowledge.citations import citations

    grades: dict[str, Counter[str]] = {}
    for one in citations(knowledge):
        grades.setdefault(one.source, Counter())[one.grade] += 1
    return grades


def _tell_coverage(knowledge: Knowledge) -> int:
    from advisor.published.system_coverage import coverage

    found = coverage(knowledge)
    for one in found:
        system = one.system
        click.echo(f"{system.id:<4} {system.source}: {system.title}")
        click.echo(f"     by {', '.join(system.implemented_by) or 'nothing'}")
        click.echo(f"     proven by {', '.join(system.proven_by) or 'nothing'}")
        for name in one.missing:
            click.echo(f"     {name} does not exist")
    complete = sum(one.complete for one in found)
    click.echo(f"{complete}/{len(found)} systems implemented and proven")
    return 0 if complete == len(found) else 1

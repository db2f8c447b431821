"""`advisor sources`: where every figure comes from, and what became of each system the articles describe."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from advisor.cli.examples import examples
from advisor.cli.options import AS_OF, OUTPUT, QUIET, RULES, with_options
from advisor.cli.output import emit

if TYPE_CHECKING:
    from pathlib import Path

    from advisor.knowledge.grades import Source
    from advisor.knowledge.pack import Knowledge
    from advisor.knowledge.parameters import Parameters

AGES = {"price-list": "prices", "license-text": "licenses", "documentation": "providers", "measurement": "hardware"}
"""After how long a source of a kind counts as old: the topic of its `evidence.stale_days` parameter."""


@click.command("sources", epilog=examples("advisor sources", "advisor sources --coverage"))
@click.option("--coverage", is_flag=True, help="The published systems instead: what implements and proves each.")
@with_options(AS_OF, RULES, OUTPUT, QUIET)
def command(coverage: bool, as_of: date, packs: tuple[Path, ...], output: Path | None, quiet: bool) -> int:
    """List the sources: date, kind, how many figures and rules rest on each and how well they are founded.

    Exit status: 0; with --coverage 1 where a system has nothing that implements or proves it.
    """
    from advisor.cli.inputs import knowledge_with

    knowledge = knowledge_with(packs, quiet=quiet)
    lines, status = _coverage(knowledge) if coverage else (_listed(knowledge, as_of), 0)
    emit("\n".join(lines), output, quiet=quiet)
    return status


def _listed(knowledge: Knowledge, day: date) -> list[str]:
    parameters = knowledge.parameters_at(day)
    grades = _grades(knowledge)
    lines: list[str] = []
    for source in knowledge.sources.values():
        lines.append(f"{source.published}  {source.id}: {source.title} ({source.kind}){_age(source, parameters, day)}")
        counted = grades.get(source.id, Counter[str]())
        lines.append("    " + (", ".join(f"{count} {grade}" for grade, count in counted.most_common()) or "not used"))
    return lines


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


def _coverage(knowledge: Knowledge) -> tuple[list[str], int]:
    """Lines about each system, and the exit status: 1 where one is not implemented or not proven."""
    from advisor.published.system_coverage import coverage

    found = coverage(knowledge)
    lines: list[str] = []
    for one in found:
        system = one.system
        lines.append(f"{system.id:<4} {system.source}: {system.title}")
        lines.append(f"     by {', '.join(system.implemented_by) or 'nothing'}")
        lines.append(f"     proven by {', '.join(system.proven_by) or 'nothing'}")
        for name in one.missing:
            lines.append(f"     {name} does not exist")
    complete = sum(one.complete for one in found)
    lines.append(f"{complete}/{len(found)} systems implemented and proven")
    return lines, 0 if complete == len(found) else 1

"""`advisor sources`: where figures come from, and what implements each published system."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import AS_OF, PRINTED, RULES
from advisor.cli.framework.output import as_json
from advisor.text import wrapped_rows

if TYPE_CHECKING:
    from advisor.knowledge.pack import Knowledge
    from advisor.knowledge.parameters import Parameters, Source


AGES = {"price-list": "prices", "license-text": "licenses", "documentation": "providers", "measurement": "hardware"}
"""After how long a source of a kind counts as old: the topic of its `evidence.stale_days` parameter."""


@click.command("sources", epilog=examples("advisor sources", "advisor sources --coverage"))
@click.option("--coverage", is_flag=True, help="The published systems instead: what implements and proves each.")
@with_options(AS_OF, RULES, *PRINTED)
def command(shared: SharedOptions, coverage: bool) -> int:
    """List the sources: date, kind, how many figures and rules rest on each and how well they are founded.

    Exit status: 0; with --coverage 1 where a system has nothing that implements or proves it.
    """
    knowledge = shared.knowledge()
    if coverage:
        rows = _systems(knowledge)
        status = 0 if all(row["complete"] for row in rows) else 1
    else:
        rows, status = _sources(knowledge, shared.as_of), 0
    lines = _coverage(rows) if coverage else _listed(rows)
    shared.emit(as_json(rows) if shared.is_json else wrapped_rows(lines, shared.lines_width))
    return status


def _sources(knowledge: Knowledge, day: date) -> list[dict[str, Any]]:
    """Each source; `older_than_days` is the limit it has passed, None where it has none or has not passed it."""
    parameters = knowledge.parameters_at(day)
    grades = _grades(knowledge)
    return [
        {
            "id": source.id,
            "title": source.title,
            "kind": source.kind,
            "published": source.published,
            "older_than_days": _passed_limit(source, parameters, day),
            "cited": dict(grades.get(source.id, Counter[str]()).most_common()),
        }
        for source in knowledge.sources.values()
    ]


def _listed(rows: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for row in rows:
        age = f"; older than {row['older_than_days']} days" if row["older_than_days"] is not None else ""
        lines.append(f"{row['published']}  {row['id']}: {row['title']} ({row['kind']}){age}")
        lines.append("    " + (", ".join(f"{count} {grade}" for grade, count in row["cited"].items()) or "not used"))
    return lines


def _passed_limit(source: Source, parameters: Parameters, today: date) -> int | None:
    if source.kind not in AGES:
        return None
    days = round(parameters.number(f"evidence.stale_days.{AGES[source.kind]}"))
    return days if source.published + timedelta(days) < today else None


def _grades(knowledge: Knowledge) -> dict[str, Counter[str]]:
    """How many entries of each grade cite a source."""
    from advisor.knowledge.citations import citations

    grades: dict[str, Counter[str]] = {}
    for one in citations(knowledge):
        grades.setdefault(one.source, Counter())[one.grade] += 1
    return grades


def _systems(knowledge: Knowledge) -> list[dict[str, Any]]:
    """Each published system with what implements and proves it, and which of those names do not exist."""
    from advisor.knowledge.citations import coverage

    return [
        {
            "id": one.system.id,
            "source": one.system.source,
            "title": one.system.title,
            "implemented_by": list(one.system.implemented_by),
            "proven_by": list(one.system.proven_by),
            "missing": list(one.missing),
            "complete": one.complete,
        }
        for one in coverage(knowledge)
    ]


def _coverage(rows: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for row in rows:
        lines.append(f"{row['id']:<4} {row['source']}: {row['title']}")
        lines.append(f"     by {', '.join(row['implemented_by']) or 'nothing'}")
        lines.append(f"     proven by {', '.join(row['proven_by']) or 'nothing'}")
        lines += [f"     {name} does not exist" for name in row["missing"]]
    complete = sum(row["complete"] for row in rows)
    return [*lines, f"{complete}/{len(rows)} systems implemented and proven"]

"""`advisor sources` and `advisor claims`: where figures come from, and every published figure recomputed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import AS_OF, PRINTED, RULES
from advisor.cli.framework.output import as_json
from advisor.errors import BadInput, nearest
from advisor.text import wrapped_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.knowledge.pack import Knowledge
    from advisor.knowledge.parameters import Parameters, Source
    from advisor.published.claim_checks import Audited

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


@click.command(
    "claims",
    epilog=examples("advisor claims", "advisor claims coding-tco", "advisor claims --format json > claims.json"),
)
@click.argument("claim", required=False, metavar="[ID]")
@with_options(*PRINTED)
def claims(shared: SharedOptions, claim: str | None) -> int:
    """Recompute the figures that the articles print, and report each status; with ID (or an article's id) only those.

    Exit status: 0 every status is the one the ledger expects, 1 one is not.
    """
    from advisor.knowledge.load_pack import load_knowledge
    from advisor.published.claim_checks import audit

    found = _asked(audit(load_knowledge()), claim)
    shared.emit(
        as_json([_claim_table(one) for one in found])
        if shared.is_json
        else wrapped_rows(_claim_lines(found), shared.lines_width)
    )
    return 0 if all(one.as_expected for one in found) else 1


def _asked(found: Sequence[Audited], claim: str | None) -> Sequence[Audited]:
    if claim is None:
        return found
    kept = [one for one in found if claim in (one.claim.id, one.claim.source, one.claim.system)]
    if not kept:
        raise BadInput("claims", f"no claim {claim!r}", nearest(claim, [one.claim.id for one in found]))
    return kept


def _claim_lines(found: Sequence[Audited]) -> list[str]:
    lines = [line for one in found for line in _entry(one)]
    counts = Counter(one.status for one in found)
    if len(found) > 1:
        lines.append(f"{len(found)} claims: " + ", ".join(f"{count} {name}" for name, count in counts.most_common()))
    odd = [one.claim.id for one in found if not one.as_expected]
    return lines + ([f"not as the ledger expects: {', '.join(odd)}"] if odd else [])


def _entry(one: Audited) -> list[str]:
    claim = one.claim
    found = "not computable" if one.recomputed is None else _span(one.recomputed.low, one.recomputed.high)
    return [
        f"{claim.id} ({claim.system}): {one.status}",
        f"    {claim.title}: {_span(claim.low, claim.high)} {claim.unit}; recomputed {found}",
        f"    {claim.reason}",
    ]


def _span(low: float, high: float) -> str:
    return _figure(low) if low == high else f"{_figure(low)} to {_figure(high)}"


def _figure(value: float) -> str:
    """Four significant digits, grouped, without powers of ten."""
    rounded = float(f"{value:.4g}")
    if abs(rounded) >= 1:
        return f"{rounded:,.2f}".rstrip("0").rstrip(".")
    return f"{rounded:.10f}".rstrip("0").rstrip(".") or "0"


def _claim_table(one: Audited) -> dict[str, Any]:
    claim, found = one.claim, one.recomputed
    return {
        "id": claim.id,
        "source": claim.source,
        "system": claim.system,
        "title": claim.title,
        "unit": claim.unit,
        "claimed": {"low": claim.low, "high": claim.high},
        "recomputed": None if found is None else {"low": found.low, "high": found.high},
        "formula": claim.formula,
        "inputs": claim.inputs,
        "only_if": claim.only_if,
        "status": one.status,
        "expected": claim.status,
        "reason": claim.reason,
    }

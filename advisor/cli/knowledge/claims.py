"""`advisor claims`: the figures that the articles print, recomputed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import PRINTED
from advisor.cli.framework.output import as_json
from advisor.errors import BadInput, nearest
from advisor.text import wrapped_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.published.claim_checks import Audited


@click.command(
    "claims",
    epilog=examples("advisor claims", "advisor claims coding-tco", "advisor claims --format json > claims.json"),
)
@click.argument("claim", required=False, metavar="[ID]")
@with_options(*PRINTED)
def command(shared: SharedOptions, claim: str | None) -> int:
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

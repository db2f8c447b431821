"""A bill worked out from usage, as a table: each line with its positions, and the sum."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.cost.tokens.usage_bill import BilledLine
from advisor.text import table_of


def bill_text(lines: Sequence[BilledLine]) -> str:
    """Every position as tokens times dollars per million, the dollars of each line, and of all."""
    heads = ("line", "model", "provider", "tier", "kind", "tokens", "$ per M", "$")
    rows = [
        (
            str(one.line), one.model, one.price.provider, one.price.tier, charge.kind, f"{charge.tokens:,}",
            f"{charge.usd_per_million:g}", f"{charge.usd:,.2f}",
        )
        for one in lines
        for charge in one.charges
    ]  # fmt: skip
    total = sum(one.usd for one in lines)
    return f"{table_of(heads, rows)}\n\nin all ${total:,.2f} for {len(lines)} lines of usage"

"""A portfolio's terms as a table: what a record of it holds beside its members' answers, and is solved again from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from advisor.interview.answers import Answers
from advisor.portfolio.candidate import DiscountStep
from advisor.portfolio.read_portfolio import PortfolioFile, PortfolioWorkload
from advisor.portfolio.shared_costs import Limits

TERMS = "advisor.portfolio-terms/1"


def terms_table(read: PortfolioFile, as_of: date, seed: int) -> dict[str, Any]:
    """The terms; the workloads in their order, without their answers."""
    return {
        "schema": TERMS,
        "name": read.name,
        "as_of": as_of.isoformat(),
        "seed": seed,
        "limits": {"gpus": read.limits.gpus, "fte": read.limits.fte},
        "time_shared": read.time_shared,
        **({"sliced": True} if read.sliced else {}),
        "discounts": [
            {"seller": each.seller, "from_usd": each.from_usd, "share": each.share, "committed": each.committed}
            for each in read.discounts
        ],
        "workloads": [
            {"name": each.name, "hours": list(each.hours),
             **({"adapter_rank": each.adapter_rank} if each.adapter_rank else {})}
            for each in read.workloads
        ],
    }  # fmt: skip


def portfolio_of(terms: Mapping[str, Any], answers: Sequence[Answers]) -> PortfolioFile:
    """The portfolio that terms and the answers of its members, in their order, describe."""
    limits = terms["limits"]
    return PortfolioFile(
        terms["name"],
        tuple(
            PortfolioWorkload(each["name"], given, tuple(each["hours"]), each.get("adapter_rank", 0))
            for each, given in zip(terms["workloads"], answers, strict=True)
        ),
        Limits(limits["gpus"], limits["fte"]),
        tuple(DiscountStep(**each) for each in terms["discounts"]),
        terms["time_shared"],
        terms.get("sliced", False),
    )

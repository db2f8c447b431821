"""Variants as rows of their list: what each changes, its route and its price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.answer_format import dollars
from advisor.tui.what_if.columns import REAL_NAME
from advisor.tui.widgets.menu import Item

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from advisor.tui.what_if.columns import VariantColumn


def variant_items(weighed: Sequence[VariantColumn], marked: Collection[str]) -> list[Item]:
    """Make a row of each; those that are marked to be compared show it."""
    return [_item(one, "• " if one.name in marked else "") for one in weighed]


def _item(one: VariantColumn, mark: str) -> Item:
    about = "; ".join(one.changes) or ("as they were given" if one.name == REAL_NAME else "as the real answers")
    return Item(one.name, f"{mark}{one.title}", _side(one), about)


def _side(one: VariantColumn) -> str:
    """Its route and price; dots until they are known."""
    if one.assessment is None:
        return "…"
    route = one.assessment.verdict.option
    option = one.assessment.option(route)
    return route if option is None else f"{route} {dollars(option.monthly_usd.p50)}"

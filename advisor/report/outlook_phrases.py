"""What lies beyond the verdict, a sentence each: what would make self-hosting pay, months ahead, hybrid's saving."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.assessment.model import Outlook
from advisor.cost.breakeven import Crossover, PayBack
from advisor.cost.comparison import HybridSplit
from advisor.cost.draws import Ends
from advisor.interview.answer_format import figure
from advisor.knowledge.labels import route_name, source_label

_SPOKEN = {
    "economics.gpu_hour_usd": "a GPU-hour {pays} {at}, {today} today",
    "gpu.purchase_usd": "a GPU bought {pays} {at}, {today} today",
    "hosted-api.output": "an API {pays} {at} a million output tokens, {today} today",
    "economics.utilization": "utilization {pays} {at}, {today} today",
    "workload.developers": "a team {pays} {at} developers, {today} today",
}
_NEVER = "never"


def would_pay(outlook: Outlook) -> Iterator[str]:
    """Values of other inputs at which self-hosting would cost what the API costs, where there are any."""
    for each in outlook.break_evens:
        if each.at.p50 is not None:
            yield _SPOKEN[each.key].format(pays=each.pays, at=_band(each.at, each), today=_figure(each.today, each))


def pay_backs(outlook: Outlook) -> Iterator[str]:
    """From which month a route has cost less in all than another."""
    if outlook.horizon is not None:
        for each in outlook.horizon.pay_backs:
            yield _pay_back(each, outlook.horizon.months)


def hybrid(found: HybridSplit | None) -> str:
    """The best split and its saving, with what articles say; empty where nobody said what needs the frontier."""
    if found is None or found.frontier_share is None or found.saving is None:
        return ""
    low, middle, high = (f"{end or 0:.0%}" for end in (found.saving.p10, found.saving.p50, found.saving.p90))
    published = " and ".join(
        f"{each.low:.0%} to {each.high:.0%} ({source_label(each.source)})" for each in found.published
    )
    split = f"{1 - found.frontier_share:.0%} on {route_name(found.routine)}, the rest on {route_name(found.frontier)}"
    return f"{split}: saves {middle} of the all-frontier bill ({low} to {high}); published: {published}"


def _pay_back(found: PayBack, months: int) -> str:
    pair = f"{route_name(found.route)} against {route_name(found.against)}"
    if found.month.p50 is None:
        some = f", but in {1 - found.never_share:.0%} of draws" if found.never_share < 1 else ""
        return f"{pair}: not within {months} month{'s' if months > 1 else ''}{some}"
    if found.month.p90 == 1:
        return f"{pair}: cheaper from the first month"
    last = _NEVER if found.month.p90 is None else f"{found.month.p90:.0f}"
    return f"{pair}: from month {found.month.p50:.0f} ({found.month.p10:.0f} to {last})"


def _band(ends: Ends, found: Crossover) -> str:
    low, middle, high = (_NEVER if end is None else _figure(end, found) for end in (ends.p10, ends.p50, ends.p90))
    return f"{middle} ({low} to {high})"


def _figure(value: float, found: Crossover) -> str:
    if found.unit == "share":
        return f"{value:.0%}"
    if found.unit == "developers":
        return figure(value)
    return f"${value:,.2f}" if value < 100 else f"${value:,.0f}"

"""A portfolio's answer as text and for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from advisor.portfolio.candidate import Candidate
from advisor.portfolio.maturity_path import next_in_words, path_in_words
from advisor.portfolio.move_order import MoveOrder
from advisor.portfolio.portfolio_answer import MOST_EXPLAINED, PortfolioAnswer, limits_in_words
from advisor.text import cut, table_of, wrap

SCHEMA = "advisor.portfolio/2"
_SHOWN = 12


def as_json(found: PortfolioAnswer) -> dict[str, Any]:
    """The answer for other programs; dollars are a month."""
    cost, drawn = found.joint.cost, found.drawn
    return {
        "schema": SCHEMA,
        "portfolio": found.name,
        "joint_usd": _cents(cost.usd),
        "alone_usd": _cents(found.alone_usd),
        "parts": {"tokens": _cents(cost.tokens), "gpus": _cents(cost.fleet), "labor": _cents(cost.labor),
                  "gateway_and_tools": _cents(cost.tools), "own": _cents(cost.own)},
        "gap": found.joint.gap,
        "gpus": cost.gpus,
        "fte": round(cost.fte, 3),
        "one_team": cost.one_team,
        "limits": {"gpus": found.limits.gpus, "fte": found.limits.fte},
        "one_more_gpu_usd": _cents(found.one_more_gpu_usd),
        "one_more_fte_usd": _cents(found.one_more_fte_usd),
        "drawn": {
            "joint_usd": dict(zip(("p10", "p50", "p90"), map(_cents, drawn.usd), strict=True)),
            "saved_usd": dict(zip(("p10", "p50", "p90"), map(_cents, drawn.saved_usd), strict=True)),
            "share_saving": drawn.share_saving,
        },
        "fleets": [
            {"pool": each.pool, "replicas": each.replicas, "gpus": each.gpus, "workloads": list(each.workloads)}
            for each in found.pools
        ],
        "workloads": [
            {"workload": each.member.name, "alone": _choice(each.alone), "alone_usd": _cents(each.alone_usd),
             "together": _choice(each.together), "together_usd": _cents(each.together_usd), "because": each.because}
            for each in found.members
        ],
        "moves": None if found.order is None else _moves_json(found.order),
    }  # fmt: skip


def _moves_json(order: MoveOrder) -> dict[str, Any]:
    return {
        "start_usd": _cents(order.start_usd),
        "at_once": list(order.at_once),
        "steps": [
            {
                "workloads": list(step.workloads),
                "saves_usd": _cents(step.saves_usd),
                "total_usd": _cents(step.total_usd),
            }
            for step in order.steps
        ],
    }


def _cents(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 2)


def _choice(each: Candidate) -> dict[str, str]:
    return {"route": each.route, "offer": each.offer}


def as_text(found: PortfolioAnswer, *, brief: bool = False, full: bool = False) -> str:
    """The answer for a person; `brief` is one line, the default fits 24 lines at 80 columns."""
    head = headline(found)
    return head if brief else "\n".join([head, *(_full(found) if full else _short(found))])


def headline(found: PortfolioAnswer) -> str:
    """The answer in one line."""
    usd, alone = found.joint.cost.usd, found.alone_usd
    return f"{found.name}: together ${usd:,.0f} a month, alone ${alone:,.0f}, saves ${alone - usd:,.0f}"


def summary(found: PortfolioAnswer) -> Iterator[str]:
    """What there is of people and cards, how sure it is, and what one more of them would save."""
    cost, drawn = found.joint.cost, found.drawn
    team = "one team" if cost.one_team else "people of each fleet's own"
    yield f"{len(found.members)} workloads, {cost.gpus} GPUs, {cost.fte:.2f} FTE ({team}); gap {found.joint.gap:.4%}"
    low, _, high = drawn.saved_usd
    yield f"Saves in {drawn.share_saving:.0%} of draws, ${low:,.0f} to ${high:,.0f} in eight of ten"
    more = []
    if found.one_more_fte_usd is not None:
        more.append(f"one more engineer would save ${found.one_more_fte_usd:,.0f}")
    if found.one_more_gpu_usd is not None:
        more.append(f"one more GPU ${found.one_more_gpu_usd:,.0f}")
    if more:
        limits = limits_in_words(found.limits)
        yield f"Within {limits}: {', '.join(more)} a month before what it costs"


def _short(found: PortfolioAnswer) -> Iterator[str]:
    yield from summary(found)
    differ = [each for each in found.members if each.differs]
    shown = [*differ, *(each for each in found.members if not each.differs)][:_SHOWN]
    rows = [(cut(each.member.name, 16), cut(f"{each.alone.route} {each.alone.model}", 29),
             cut(f"{each.together.route} {each.together.model}", 29)) for each in shown]  # fmt: skip
    yield table_of(("Workload", "Alone", "Together"), rows)
    if len(found.members) > len(shown):
        yield f"and {len(found.members) - len(shown)} more"
    if differ and differ[0].because:
        yield from wrap(f"{differ[0].member.name}: {differ[0].because}")[:4]
    elif differ:
        yield f"{len(differ)} choose otherwise together; reasons are given up to {MOST_EXPLAINED} workloads"
    else:
        yield "Nothing is chosen together that would not be chosen alone: what is saved is what is paid once."
    if found.maturity is not None:
        yield from wrap(next_in_words(found.maturity))[:3]
    yield "--full gives every reason, the fleets and the order of moves"


def _full(found: PortfolioAnswer) -> Iterator[str]:
    cost = found.joint.cost
    yield from summary(found)
    low, middle, high = found.drawn.usd
    yield f"Together over the draws: P10 ${low:,.0f}, P50 ${middle:,.0f}, P90 ${high:,.0f}"
    yield (
        f"Paid: tokens ${cost.tokens:,.0f}, GPUs ${cost.fleet:,.0f}, people ${cost.labor:,.0f}, "
        f"gateway and tools ${cost.tools:,.0f}, all else ${cost.own:,.0f}"
    )
    yield ""
    rows = [
        (each.member.name, f"${each.alone_usd:,.0f}", f"{each.alone.route} {each.alone.offer}",
         "" if each.together_usd is None else f"${each.together_usd:,.0f}",
         f"{each.together.route} {each.together.offer}")
        for each in found.members
    ]  # fmt: skip
    yield table_of(("Workload", "$ alone", "Alone", "$ added", "Together"), rows)
    yield ""
    for pool in found.pools:
        yield from wrap(f"Fleet: {pool.replicas} replicas, {pool.gpus} GPUs, {pool.pool}: {', '.join(pool.workloads)}")
    for each in found.members:
        if each.because:
            yield from wrap(f"{each.member.name}: {each.because}")
    if found.order is None:
        yield f"Parts, reasons and the order of moves are given up to {MOST_EXPLAINED} workloads."
    else:
        yield from _moves(found.order)
    if found.maturity is not None:
        yield ""
        yield from wrap(next_in_words(found.maturity))
        for line in path_in_words(found.maturity):
            yield from wrap(line, hanging="  ")


def _moves(order: MoveOrder) -> Iterator[str]:
    yield ""
    yield f"Order of moves, from ${order.start_usd:,.0f} a month with each at its cheapest offer by the token"
    if order.at_once:
        yield from wrap(f"From the start, having no such offer: {', '.join(order.at_once)}", hanging="  ")
    for place, step in enumerate(order.steps, 1):
        yield from wrap(
            f"{place}. {', '.join(step.workloads)}: saves ${step.saves_usd:,.0f}, then ${step.total_usd:,.0f} a month",
            hanging="   ",
        )
    if not order.steps:
        yield "Nothing has to move."

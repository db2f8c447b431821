"""The choices that cost least together: a mixed-integer linear program, solved by HiGHS in scipy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from advisor.errors import AdvisorError
from advisor.portfolio.candidate import Candidate, Member, joint_usd, pool_rates

GAP = 1e-6
_INFEASIBLE = 2


@dataclass(frozen=True, slots=True)
class JointChoice:
    """One candidate for each member, in their order; dollars a month; `gap` is the solver's proven relative bound."""

    chosen: tuple[Candidate, ...]
    usd: float
    gap: float


@dataclass(frozen=True, slots=True)
class _Row:
    """`low` ≤ sum of coefficient × column ≤ `high`."""

    cells: dict[int, float]
    low: float
    high: float


def joint_optimum(members: Sequence[Member], most_gpus: int | None = None) -> JointChoice | None:
    """What the members choose together, None where no choice stays within `most_gpus`.

    Columns: one binary for each candidate, one integer for each pool's replicas, one amount for each line paid once.
    Raises AdvisorError where scipy is not installed or the solver gives up.
    """
    optimize, sparse = _scipy()
    candidates = [(place, each) for place, member in enumerate(members) for each in member.candidates]
    rates = pool_rates(members)
    sizes = {each.pool: each.gpus for _, each in candidates if each.pool}
    lines = sorted({line for _, each in candidates for line in each.paid_once})
    pool_at = {pool: len(candidates) + place for place, pool in enumerate(rates)}
    line_at = {line: len(candidates) + len(rates) + place for place, line in enumerate(lines)}
    cost = [each.own_usd for _, each in candidates] + list(rates.values()) + [1.0] * len(lines)
    whole = [1] * (len(candidates) + len(rates)) + [0] * len(lines)
    upper = [1.0] * len(candidates) + [float("inf")] * (len(rates) + len(lines))
    rows = _rows(members, candidates, pool_at, line_at)
    if most_gpus is not None and sizes:
        rows.append(_Row({pool_at[pool]: float(size) for pool, size in sizes.items()}, 0.0, float(most_gpus)))
    places = [(at, column) for at, row in enumerate(rows) for column in row.cells]
    matrix = sparse.csr_array(
        ([value for row in rows for value in row.cells.values()], ([at for at, _ in places], [c for _, c in places])),
        shape=(len(rows), len(cost)),
    )
    found = optimize.milp(
        cost,
        integrality=whole,
        bounds=optimize.Bounds(0.0, upper),
        constraints=optimize.LinearConstraint(matrix, [row.low for row in rows], [row.high for row in rows]),
        options={"mip_rel_gap": GAP},
    )
    if found.status == _INFEASIBLE:
        return None
    if found.x is None:
        raise AdvisorError("portfolio", f"the solver found no answer: {found.message}")
    chosen = tuple(each for (_, each), taken in zip(candidates, found.x, strict=False) if taken > 0.5)
    chosen = tuple(_kept(member.alone, each) for member, each in zip(members, chosen, strict=True))
    return JointChoice(chosen, joint_usd(members, chosen), float(found.mip_gap or 0.0))


def _kept(alone: Candidate, each: Candidate) -> Candidate:
    """The separate choice, where the other shares nothing either and costs no less: a tie changes nothing."""
    shares = alone.pool or alone.paid_once or each.pool or each.paid_once
    return each if shares or alone.own_usd > each.own_usd else alone


def _rows(
    members: Sequence[Member],
    candidates: Sequence[tuple[int, Candidate]],
    pool_at: dict[str, int],
    line_at: dict[str, int],
) -> list[_Row]:
    taken: list[dict[int, float]] = [{} for _ in members]
    loads: dict[tuple[str, int], dict[int, float]] = {}
    once: list[_Row] = []
    for column, (place, each) in enumerate(candidates):
        taken[place][column] = 1.0
        for line, usd in each.paid_once.items():
            once.append(_Row({line_at[line]: 1.0, column: -usd}, 0.0, float("inf")))
        if each.pool:
            for hour, share in enumerate(members[place].hours):
                row = loads.setdefault((each.pool, hour), {pool_at[each.pool]: 1.0})
                row[column] = -each.replicas * share
    one_each = [_Row(row, 1.0, 1.0) for row in taken]
    return [*one_each, *once, *(_Row(row, 0.0, float("inf")) for row in loads.values())]


def conflicting(members: Sequence[Member], most_gpus: int) -> tuple[str, ...]:
    """Members that cannot all be served within `most_gpus`, none of which can be left out of the conflict."""
    left = list(members)
    for member in members:
        others = [each for each in left if each is not member]
        if others and joint_optimum(others, most_gpus) is None:
            left = others
    return tuple(member.name for member in left)


def _scipy() -> tuple[Any, Any]:
    try:
        from scipy import optimize, sparse  # an extra: heavy, and of no use to one assessment
    except ImportError:
        raise AdvisorError(
            "portfolio", "solving needs the extra `portfolio`", "install it: pip install 'inference-advisor[portfolio]'"
        ) from None
    return optimize, sparse

"""The choices that cost least together, found by mixed-integer programs whose bound on the team's cost is refined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import ceil, fsum, sqrt

import numpy as np

from advisor.portfolio.candidate import (
    FTE_TOLERANCE,
    NO_LIMITS,
    TEAM_TIERS,
    Candidate,
    JointCost,
    Limits,
    Member,
    Portfolio,
    TeamLoad,
    TeamRates,
    load_of,
)
from advisor.portfolio.linear_program import LinearProgram

# The load on a team cut into cells, in each of which its cost has a bound from below that is a straight line.
#
# A team's cost is neither convex nor concave in its load, so that no linear program holds it. Each cell holds one tier,
# a range of whole GPUs and a range of the rest of the load, with a line below the cost; where a solution falls into a
# cell whose line lies too low, the cell is cut there (spatial branch and bound, the cells being columns of a program).


INFLECTION = 1.0 / sqrt(3.0)
"""Where s² ÷ (1 + s²) turns from convex to concave."""
_EDGE = 0.02
"""A cut this near an edge, in shares of the width, would be no progress: the middle is taken."""
_NEAR = 1.5
_HALVINGS = 60
_POWERS = range(-4, 5)
"""Of two, by which the rest of the load is cut at first, times INFLECTION."""
_STEP = 1.1
"""How much wider each range of GPUs is than the one before it."""


@dataclass(frozen=True, slots=True)
class LoadCell:
    """Loads of one tier with `low_gpus` to `high_gpus` whole GPUs and a rest from `low` to `high`."""

    tier: int
    low_gpus: int
    high_gpus: int
    low: float
    high: float

    def line(self, rates: TeamRates) -> tuple[float, float]:
        """Intercept and slope, over the rest of the load, of a line that is nowhere above the cost in the cell.

        The cost rises with GPUs, so that the lowest number of them bounds it; there, over the rest, the chord does
        where it is concave, the tangent in the middle where it is convex, and the lower corner where it is neither.
        """

        def usd(rest: float) -> float:
            return rates.usd(TeamLoad(self.tier, self.low_gpus, rest))

        width, size = self.high - self.low, self.low_gpus / rates.half_gpus
        floor = usd(self.low)
        if width <= 1e-9 or rates.spare_fte > 0.0:
            return floor, 0.0
        if size + self.low >= INFLECTION:
            slope = (usd(self.high) - floor) / width
        elif size + self.high <= INFLECTION:
            middle, step = (self.low + self.high) / 2.0, width * 1e-6
            slope = (usd(middle) - usd(middle - step)) / step  # a chord on the left: no steeper than the tangent
            return min(usd(middle) - slope * middle, usd(self.high) - slope * self.high), slope
        else:
            return floor, 0.0
        return floor - slope * self.low, slope

    def rise(self, rates: TeamRates) -> float:
        """Dollars for each GPU above the lowest number, in a plane over the line that still is nowhere above the cost.

        Beyond a team's base, people are their curve times a factor that rises with GPUs; the curve alone only rises, so
        that at its lowest corner it bounds what the factor adds.
        """
        if self.low_gpus < rates.base_gpus or rates.spare_fte > 0.0:
            return 0.0
        factor = 1.0 + rates.growth * (self.low_gpus / rates.base_gpus - 1.0)
        curve = rates.fte(TeamLoad(self.tier, self.low_gpus, self.low)) / factor
        return curve * rates.growth / rates.base_gpus * rates.fte_usd

    def beside(self, load: TeamLoad) -> bool:
        """Whether loads a little larger or smaller lie in the cell: where its line is too low there, it is here."""
        least, most = load.gpus / _NEAR - 1.0, load.gpus * _NEAR + 1.0
        return (
            self.tier == load.tier
            and self.high_gpus >= least
            and self.low_gpus <= most
            and self.low <= load.rest <= self.high
        )

    def cut(self, load: TeamLoad, rates: TeamRates) -> Iterator[LoadCell]:
        """The cell in pieces, one of which begins where the load lies."""
        gpus = min(self.high_gpus, max(self.low_gpus, round(load.gpus)))
        if self.low_gpus < gpus:
            yield replace(self, high_gpus=gpus - 1)
        if gpus < self.high_gpus:
            yield replace(self, low_gpus=gpus + 1)
        here = replace(self, low_gpus=gpus, high_gpus=gpus)
        if self.low_gpus < self.high_gpus and here.exact_at(load, rates):
            yield here
            return
        near = self.low + _EDGE * (self.high - self.low) < load.rest < self.high - _EDGE * (self.high - self.low)
        at = load.rest if near else (self.low + self.high) / 2.0
        yield replace(here, high=at)
        yield replace(here, low=at)

    def exact_at(self, load: TeamLoad, rates: TeamRates) -> bool:
        """Whether the line meets the cost at a load, to a cent."""
        intercept, slope = self.line(rates)
        plane = intercept + slope * load.rest + self.rise(rates) * (load.gpus - self.low_gpus)
        return rates.usd(load) - plane < 0.01

    def capped(self, rates: TeamRates, most_fte: float | None) -> LoadCell | None:
        """The cell without loads beyond a team of that size at its lowest number of GPUs; None where none is left."""
        if most_fte is None:
            return self
        limit = most_fte + FTE_TOLERANCE / 2.0

        def fits(rest: float) -> bool:
            return rates.fte(TeamLoad(self.tier, self.low_gpus, rest)) <= limit

        if fits(self.high):
            return self
        if not fits(self.low):
            return None
        low, high = self.low, self.high
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if fits(middle) else (low, middle)
        return replace(self, high=low)


def first_cells(rates: TeamRates, tiers: Iterable[int], most_gpus: int, most_rest: float) -> Iterator[LoadCell]:
    """Cells that hold every load: by tier, by growing numbers of GPUs, and cut where the cost turns."""
    for tier in tiers:
        low = 0
        while low <= most_gpus:
            high = min(most_gpus, max(low, ceil(low * _STEP)))
            turn = INFLECTION - low / rates.half_gpus
            edges = sorted({0.0, turn, *(INFLECTION * 2.0**power for power in _POWERS), most_rest})
            inside = [edge for edge in edges if 0.0 <= edge <= most_rest]
            for least, most in pairwise(inside) if len(inside) > 1 else [(0.0, most_rest)]:
                yield LoadCell(tier, low, high, least, most)
            low = high + 1


# The programs, with more and more cells until bound and cost meet.


GAPS = {20: (1e-6, 1e-5), 300: (1e-4, 9e-4)}
LARGE_GAPS = 4e-4, 9e-4
"""By workloads: the relative gap of each program, and the one at which the refinement ends; which keeps the time of
many workloads in proportion."""
MOST_ROUNDS = 60
_FINER = 10.0
"""How much nearer a round is solved than the one before it left bound and cost."""
MOST_TRIED = 8
"""Members of which every set is tried for the smallest conflict."""


@dataclass(frozen=True, slots=True)
class JointChoice:
    """One candidate for each member, in their order; `gap` is how far above the proven bound its cost may lie."""

    chosen: tuple[Candidate, ...]
    cost: JointCost
    gap: float


@dataclass
class _Assignment:
    """The part of a program that both kinds of team share; where its columns are.

    `taken` has a column for each candidate of a member that may be best.
    """

    program: LinearProgram
    taken: list[list[tuple[Candidate, int]]]
    gpus: dict[int, float]

    def staffed(self) -> Iterator[tuple[TeamLoad, int]]:
        """The loads on the team, and the columns that choose them."""
        return ((each.team, column) for columns in self.taken for each, column in columns if each.team is not None)


def joint_optimum(portfolio: Portfolio, limits: Limits = NO_LIMITS) -> JointChoice | None:
    """What the members choose together, None where no choice keeps the limits."""
    found = [each for each in (_one_team(portfolio, limits), _teams_apart(portfolio, limits)) if each is not None]
    if not found:
        return None
    best = min((each for each, _ in found), key=lambda each: each[1].usd)
    bound = min(each for _, each in found)
    chosen, cost = best
    return JointChoice(chosen, cost, max(0.0, (cost.usd - bound) / cost.usd) if cost.usd else 0.0)


def _gaps(portfolio: Portfolio) -> tuple[float, float]:
    return next((gaps for most, gaps in GAPS.items() if len(portfolio.members) <= most), LARGE_GAPS)


Found = tuple[tuple[tuple[Candidate, ...], JointCost], float]


def _teams_apart(portfolio: Portfolio, limits: Limits) -> Found | None:
    """Each fleet with people of its own: a plain linear program."""
    assigned = _assignment(portfolio, limits)
    program, fte = assigned.program, dict[int, float]()
    for load, column in assigned.staffed():
        program.costs[column] += portfolio.team.usd(load)
        fte[column] = portfolio.team.fte(load)
    if limits.fte is not None and fte:
        program.row(fte, 0.0, limits.fte)
    found = assigned.program.solve(_gaps(portfolio)[0])
    if found is None:
        return None
    chosen = _chosen(assigned, found.values)
    return (chosen, portfolio.cost(chosen)), found.bound + portfolio.tools_usd()


def _one_team(portfolio: Portfolio, limits: Limits) -> Found | None:
    """One team for all fleets: programs with more and more cells of its load, until bound and cost meet."""
    best: tuple[tuple[Candidate, ...], JointCost] | None = None
    cells = _cells(portfolio, limits)
    tight, enough = _gaps(portfolio)
    bound = off = 0.0
    for _ in range(MOST_ROUNDS):
        assigned = _assignment(portfolio, limits)
        picked = _add_team(portfolio, assigned, cells)
        found = assigned.program.solve(max(tight, off / _FINER))
        if found is None:
            break
        bound = found.bound + portfolio.tools_usd()
        chosen = _chosen(assigned, found.values)
        cost = portfolio.cost(chosen)
        if portfolio.within(cost, limits) and (best is None or cost.usd < best[1].usd):
            best = chosen, cost
        load = load_of([each.team for each in chosen if each.team is not None], float(cost.gpus))
        cell = next((each for column, each in picked.items() if found.values[column] > 0.5), None)
        near = best is not None and best[1].usd - bound <= enough * abs(best[1].usd) + 0.01
        if near or cell is None:
            break
        cut = [each for each in cells if each == cell or each.beside(load)]
        pieces = (piece.capped(portfolio.team, limits.fte) for each in cut for piece in each.cut(load, portfolio.team))
        cells = [each for each in cells if each not in cut] + [piece for piece in pieces if piece is not None]
        off = (best[1].usd - bound) / best[1].usd if best is not None and best[1].usd else 0.0
    return None if best is None else (best, bound)


def _cells(portfolio: Portfolio, limits: Limits) -> list[LoadCell]:
    loads = [[each.team for each in member.candidates if each.team is not None] for member in portfolio.members]
    most_gpus = round(fsum(max((load.gpus for load in each), default=0.0) for each in loads))
    most_rest = fsum(max((load.rest for load in each), default=0.0) for each in loads)
    tiers = sorted({load.tier for each in loads for load in each})
    first = first_cells(portfolio.team, tiers, min(most_gpus, limits.gpus or most_gpus), most_rest)
    capped = (cell.capped(portfolio.team, limits.fte) for cell in first)
    return [cell for cell in capped if cell is not None]


def _add_team(portfolio: Portfolio, assigned: _Assignment, cells: Sequence[LoadCell]) -> dict[int, LoadCell]:
    """Exactly one cell, or none where nothing is self-hosted; the load of what is chosen lies in it.

    Returns the cells by the columns that pick them.
    """
    program = assigned.program
    nothing = program.column(whole=True, upper=1.0)
    one, tiers = {nothing: 1.0}, dict[int, float]()
    low: dict[int, float] = {}
    rest: dict[int, float] = {}
    columns_of: dict[int, LoadCell] = {}
    for cell in cells:
        intercept, slope = cell.line(portfolio.team)
        picked, part = program.column(intercept, whole=True, upper=1.0), program.column(slope)
        columns_of[picked] = cell
        one[picked], tiers[picked] = 1.0, float(cell.tier + 1)
        low[picked] = -float(cell.low_gpus)
        above = program.column(cell.rise(portfolio.team))
        low[above] = -1.0
        program.row({above: -1.0, picked: float(cell.high_gpus - cell.low_gpus)})
        rest[part] = 1.0
        program.row({part: 1.0, picked: -cell.low})
        program.row({part: -1.0, picked: cell.high})
    program.row(one, 1.0, 1.0)
    program.row(assigned.gpus | low, 0.0, 0.0)
    columns = list(assigned.staffed())
    program.row(rest | {column: -load.rest for load, column in columns}, 0.0, 0.0)
    for level in range(len(TEAM_TIERS)):
        demanding = [column for load, column in columns if load.tier == level]
        if demanding:
            if all(load.tier >= level and load.gpus > 0.0 for load, _ in columns):
                continue  # their load lies in a cell, and every cell is of their tier or above
            enough = program.column()
            program.row({enough: -1.0} | {picked: 1.0 for picked, tier in tiers.items() if tier > level}, 0.0, 0.0)
            for column in demanding:
                program.row({enough: 1.0, column: -1.0})
    return columns_of


def _assignment(portfolio: Portfolio, limits: Limits) -> _Assignment:
    """One candidate for each member, whole replicas and cards for them, and the bills for tokens."""
    program = LinearProgram()
    taken: list[list[tuple[Candidate, int]]] = []
    telling = _telling_hours(portfolio.members)
    loads: dict[tuple[str, int], dict[int, float]] = {}
    sizes: dict[str, tuple[str, float]] = {}
    spares: dict[str, dict[int, int]] = {}
    bills: dict[str, dict[int, float]] = {}
    gpus: dict[int, float] = {}
    discounted = {step.seller for step in portfolio.discounts}
    for member in portfolio.members:
        columns: list[tuple[Candidate, int]] = []
        simple = {at: portfolio.own_usd(each) + each.tokens_usd for at, each in enumerate(member.candidates)
                  if not each.pool and each.team is None and each.seller not in discounted}  # fmt: skip
        least = min(simple, key=lambda place: simple[place], default=-1)
        for at, each in enumerate(member.candidates):
            if at in simple and at != least:
                continue  # it shares nothing: never best
            cost = portfolio.own_usd(each) + (0.0 if each.seller in discounted else each.tokens_usd)
            column = program.column(cost, whole=True, upper=1.0)
            columns.append((each, column))
            if each.seller in discounted:
                bills.setdefault(each.seller, {})[column] = each.tokens_usd
            if each.pool:
                sizes[each.pool] = (each.cards, each.size)
                spares.setdefault(each.pool, {})[column] = each.spares
                for hour in telling:
                    loads.setdefault((each.pool, hour), {})[column] = each.replicas * member.hours[hour]
            elif each.team is not None:
                gpus[column] = each.team.gpus
        taken.append(columns)
        program.row({column: 1.0 for _, column in columns}, 1.0, 1.0)
    gpus |= _add_fleets(portfolio, program, loads, sizes, spares)
    if limits.gpus is not None and gpus:
        program.row(gpus, 0.0, float(limits.gpus))
    for seller, bill in bills.items():
        _add_bill(portfolio, program, seller, bill)
    return _Assignment(program, taken, gpus)


def _telling_hours(members: Sequence[Member]) -> list[int]:
    """The hours that can decide how many replicas there are: none in which no member needs more than in another."""
    shares = np.array([member.hours for member in members]).T
    first = sorted(np.unique(shares, axis=0, return_index=True)[1].tolist())
    return [
        hour
        for hour in first
        if not any(other != hour and bool((shares[hour] <= shares[other]).all()) for other in first)
    ]


def _add_fleets(
    portfolio: Portfolio,
    program: LinearProgram,
    loads: dict[tuple[str, int], dict[int, float]],
    sizes: dict[str, tuple[str, float]],
    spares: dict[str, dict[int, int]],
) -> dict[int, float]:
    """Whole replicas for every hour; cards for all pools of their kind. Returns the columns that count GPUs."""
    cards = {kind: program.column(rate, whole=True) for kind, rate in portfolio.card_rates.items()}
    spare = {pool: program.column() for pool in sizes}
    for pool, columns in spares.items():
        for column, count in columns.items():
            if count:
                program.row({spare[pool]: 1.0, column: -float(count)})
    replicas: dict[tuple[str, int], int] = {}
    for (pool, hour), load in loads.items():
        slot = hour if portfolio.time_shared else 0
        if (pool, slot) not in replicas:
            replicas[pool, slot] = program.column(whole=True)
        program.row({replicas[pool, slot]: 1.0, spare[pool]: -1.0} | {at: -share for at, share in load.items()}, -1e-6)
    for kind, column in cards.items():
        for slot in sorted({slot for _, slot in replicas}):
            used = {at: -sizes[pool][1] for (pool, when), at in replicas.items()
                    if when == slot and sizes[pool][0] == kind}  # fmt: skip
            program.row({column: 1.0} | used)
    return dict.fromkeys(cards.values(), 1.0)


def _add_bill(portfolio: Portfolio, program: LinearProgram, seller: str, bill: dict[int, float]) -> None:
    """One seller's bill at exactly one step of its discounts; the first step takes nothing off."""
    steps = [(0.0, 0.0, False)]
    steps += [(each.from_usd, each.share, each.committed) for each in portfolio.discounts if each.seller == seller]
    most = fsum(bill.values())
    one, parts = dict[int, float](), dict[int, float]()
    for least, share, committed in steps:
        picked, part = program.column(whole=True, upper=1.0), program.column(0.0 if committed else 1.0 - share)
        one[picked] = parts[part] = 1.0
        program.row({part: -1.0, picked: most})
        if committed:
            paid = program.column(1.0)
            program.row({paid: 1.0, part: share - 1.0})
            program.row({paid: 1.0, picked: least * (share - 1.0)})
        elif least:
            program.row({part: 1.0, picked: -least})
    program.row(one, 1.0, 1.0)
    program.row(parts | {column: -usd for column, usd in bill.items()}, 0.0, 0.0)


def _chosen(assigned: _Assignment, values: Sequence[float]) -> tuple[Candidate, ...]:
    return tuple(max(columns, key=lambda pair: values[pair[1]])[0] for columns in assigned.taken)


def conflicting(portfolio: Portfolio, limits: Limits) -> tuple[str, ...]:
    """Members that cannot all be served within the limits, none of which can be left out of the conflict.

    Of few members the smallest such set. Found by halving (QuickXplain: Junker, AAAI 2004), then, where there are few,
    by trying every smaller set.
    """

    def served(members: Sequence[Member]) -> bool:
        return not members or joint_optimum(replace(portfolio, members=tuple(members)), limits) is not None

    def narrowed(kept: list[Member], members: list[Member], *, added: bool) -> list[Member]:
        if added and not served(kept):
            return []
        if len(members) == 1:
            return members
        first, second = members[: len(members) // 2], members[len(members) // 2 :]
        needed = narrowed(kept + first, second, added=True)
        return narrowed(kept + needed, first, added=bool(needed)) + needed

    found: Sequence[Member] = narrowed([], list(portfolio.members), added=False)
    if len(portfolio.members) <= MOST_TRIED:
        smaller = (each for size in range(1, len(found)) for each in combinations(portfolio.members, size))
        found = next((each for each in smaller if not served(each)), found)
    names = {member.name for member in found}
    return tuple(member.name for member in portfolio.members if member.name in names)

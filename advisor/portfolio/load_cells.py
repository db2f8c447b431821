"""The load on a team cut into cells, in each of which its cost has a bound from below that is a straight line.

A team's cost is neither convex nor concave in its load, so that no linear program holds it. Each cell holds one tier, a
range of whole GPUs and a range of the rest of the load, with a line below the cost; where a solution falls into a cell
whose line lies too low, the cell is cut there (spatial branch and bound, the cells being columns of one program).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, sqrt

from advisor.portfolio.candidate import TeamLoad, TeamRates
from advisor.portfolio.shared_costs import FTE_TOLERANCE

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

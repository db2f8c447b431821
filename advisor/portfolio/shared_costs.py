"""What choices cost together: each one's own part, and fleets, people, tools and discounts shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import fsum

from advisor.portfolio.candidate import HOURS, Candidate, DiscountStep, Member, TeamRates, busiest, load_of, whole

NO_TEAM = TeamRates()
FTE_TOLERANCE = 1e-4
"""Of sustained people, that a limit may be exceeded by: below what anybody can plan."""


@dataclass(frozen=True, slots=True)
class PlatformTools:
    """Gateway and tools that watch requests: dollars a month of a full service, tokens a month that make half of it."""

    full_usd: float = 0.0
    half_tokens: float = 1.0

    def usd(self, start: float, tokens: float) -> float:
        """Dollars a month at a volume, the size of the service as `operations.service_size` has it."""
        return self.full_usd * (start + (1.0 - start) * tokens / (tokens + self.half_tokens))


@dataclass(frozen=True, slots=True)
class Limits:
    """What there is: GPUs and sustained people (FTE); None where no limit was given."""

    gpus: int | None = None
    fte: float | None = None


@dataclass(frozen=True, slots=True)
class JointCost:
    """Dollars a month of choices together, by what is paid; `one_team` tells whether one team runs all fleets."""

    own: float
    tokens: float
    fleet: float
    labor: float
    tools: float
    fte: float
    gpus: int
    one_team: bool

    @property
    def usd(self) -> float:
        """All of it."""
        return self.own + self.tokens + self.fleet + self.labor + self.tools


NO_TOOLS = PlatformTools()
NO_LIMITS = Limits()


@dataclass(frozen=True)
class Portfolio:
    """Members and the terms they share; `time_shared` lets models take turns on the same cards, hour by hour."""

    members: tuple[Member, ...]
    team: TeamRates = NO_TEAM
    tools: PlatformTools = NO_TOOLS
    discounts: tuple[DiscountStep, ...] = ()
    time_shared: bool = False

    @cached_property
    def card_rates(self) -> Mapping[str, float]:
        """Dollars a month of one GPU of each kind of cards: the lowest of the candidates'.

        What a candidate pays above it (its fleet grows faster) stays its own: see `own_usd`.
        """
        rates: dict[str, float] = {}
        for member in self.members:
            for each in member.candidates:
                if each.pool:
                    rates[each.cards] = min(rates.get(each.cards, each.gpu_usd), each.gpu_usd)
        return rates

    def own_usd(self, each: Candidate) -> float:
        """What a candidate costs whoever else takes what."""
        above = each.gpu_usd - self.card_rates[each.cards] if each.pool else 0.0
        return each.own_usd + above * each.gpus_alone

    def replicas_of(self, chosen: Sequence[Candidate]) -> dict[str, list[int]]:
        """Whole replicas of each pool in each hour, its spare ones included; the same in all unless shared."""
        found = {}
        for pool, load in busiest(self.members, chosen).items():
            spare = max(each.spares for each in chosen if each.pool == pool)
            counts = [whole(each) + spare for each in load]
            found[pool] = counts if self.time_shared else [max(counts)] * HOURS
        return found

    def gpus_of(self, chosen: Sequence[Candidate]) -> dict[str, int]:
        """Whole GPUs by kind of cards: those of the hour that takes most."""
        sizes = {each.pool: (each.cards, each.size) for each in chosen if each.pool}
        hours: dict[str, list[float]] = {}
        for pool, counts in self.replicas_of(chosen).items():
            cards, size = sizes[pool]
            row = hours.setdefault(cards, [0.0] * HOURS)
            for hour, count in enumerate(counts):
                row[hour] += count * size
        return {cards: whole(max(row)) for cards, row in hours.items()}

    def tokens_usd(self, chosen: Sequence[Candidate]) -> float:
        """The bills for tokens, each seller's at the step of its discounts that costs least."""
        bills: dict[str, float] = {}
        for each in chosen:
            bills[each.seller] = bills.get(each.seller, 0.0) + each.tokens_usd
        return fsum(self._discounted(seller, bill) for seller, bill in bills.items())

    def _discounted(self, seller: str, bill: float) -> float:
        offered = [bill]
        for step in self.discounts:
            if step.seller == seller and (step.committed or bill >= step.from_usd):
                offered.append(max(bill, step.from_usd if step.committed else 0.0) * (1.0 - step.share))
        return min(offered)

    def people(self, chosen: Sequence[Candidate]) -> tuple[float, float, bool]:
        """Dollars a month, FTE, and whether one team runs all: one team, or each fleet's own where that costs less."""
        loads = [each.team for each in chosen if each.team is not None]
        if not loads:
            return 0.0, 0.0, True
        unpooled = fsum(each.team.gpus for each in chosen if each.team is not None and not each.pool)
        together = load_of(loads, unpooled + sum(self.gpus_of(chosen).values()))
        one, apart = self.team.usd(together), fsum(self.team.usd(load) for load in loads)
        if one <= apart:
            return one, self.team.fte(together), True
        return apart, fsum(self.team.fte(load) for load in loads), False

    def tools_usd(self) -> float:
        """Gateway and tools for all of the traffic, whoever serves it."""
        if not self.members:
            return 0.0
        start = max(member.tier_start for member in self.members)
        return self.tools.usd(start, fsum(member.tokens for member in self.members))

    def cost(self, chosen: Sequence[Candidate]) -> JointCost:
        """What these choices cost together."""
        labor, fte, one_team = self.people(chosen)
        cards = self.gpus_of(chosen)
        rented = fsum(each.team.gpus for each in chosen if each.team is not None and not each.pool)
        return JointCost(
            own=fsum(self.own_usd(each) for each in chosen),
            tokens=self.tokens_usd(chosen),
            fleet=fsum(count * self.card_rates[kind] for kind, count in cards.items()),
            labor=labor,
            tools=self.tools_usd(),
            fte=fte,
            gpus=round(sum(cards.values()) + rented),
            one_team=one_team,
        )

    def alone_usd(self, member: Member, each: Candidate) -> float:
        """Dollars a month where the workload shares nothing."""
        return self.alone_cost(member, each).usd

    def alone_cost(self, member: Member, each: Candidate) -> JointCost:
        """What the workload costs where it shares nothing."""
        return Portfolio((member,), self.team, self.tools, self.discounts).cost([each])

    def alone(self, member: Member) -> Candidate:
        """The candidate that costs least alone."""
        return min(member.candidates, key=lambda each: self.alone_usd(member, each))

    def within(self, cost: JointCost, limits: Limits) -> bool:
        """Whether choices keep the limits."""
        gpus = limits.gpus is None or cost.gpus <= limits.gpus
        return gpus and (limits.fte is None or cost.fte <= limits.fte + FTE_TOLERANCE)

    def every_choice(self) -> Iterator[tuple[Candidate, ...]]:
        """Every combination of choices, for portfolios small enough to try them all."""
        return product(*(member.candidates for member in self.members))

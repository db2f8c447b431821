"""What each workload of a portfolio may choose, and what choices cost together: their own part, and what is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum

import numpy as np

from advisor.assessment.build_verdict import offer_words
from advisor.cost.draws import Figure, Sample
from advisor.cost.offers import Offer
from advisor.cost.operations import FULL_TEAM, SMALLEST_TEAM, Tier
from advisor.knowledge.labels import catalog_label, catalog_words, route_name

# What one team costs that runs the fleets of many workloads: people needed by the load of all of them together.


TEAM_TIERS: tuple[Tier, ...] = ("internal-endpoint", "production", "high-availability")
"""Tiers that take sustained people, the least demanding first."""
MONTHS = "time.months_per_year"


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """What a team runs: its most demanding tier (a place in TEAM_TIERS, -1 for nothing), whole GPUs, and the rest.

    `rest` is tokens over `people.team_tokens` and developers over `people.team_users`, added up.
    """

    tier: int = -1
    gpus: float = 0.0
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class TeamRates:
    """The figures of `people.people_needed` at their means; `start` and `full` in FTE, by the order of TEAM_TIERS."""

    start: tuple[float, ...] = (0.0, 0.0, 0.0)
    full: tuple[float, ...] = (0.0, 0.0, 0.0)
    fte_usd: float = 0.0
    half_gpus: float = 1.0
    base_gpus: float = 1.0
    growth: float = 0.0
    on_call_usd: float = 0.0
    spare_fte: float = 0.0
    spare_share: float = 1.0

    def fte(self, load: TeamLoad) -> float:
        """Sustained people a load needs: the cost core's rule, with the load of all in the place of one workload's."""
        if load.tier < 0:
            return 0.0
        start, full = self.start[load.tier], self.full[load.tier]
        square = (load.gpus / self.half_gpus + load.rest) ** 2
        need = start + max(0.0, full - start) * (square / (1.0 + square))
        return need * (1.0 + self.growth * max(0.0, load.gpus / self.base_gpus - 1.0))

    def usd(self, load: TeamLoad) -> float:
        """Dollars a month for them, a team's spare time at its marginal cost; the on-call rota of two regions once."""
        need = self.fte(load)
        paid = need - min(need, self.spare_fte) * (1.0 - self.spare_share)
        return paid * self.fte_usd + (self.on_call_usd if load.tier == len(TEAM_TIERS) - 1 else 0.0)


def team_rates(sample: Sample) -> TeamRates:
    """The means of the figures that price a team; they are drawn apart, so that the mean of their product is exact."""

    def mean(name: str) -> float:
        return mean_of(sample(name))

    return TeamRates(
        start=tuple(mean(SMALLEST_TEAM[tier]) for tier in TEAM_TIERS),
        full=tuple(mean(FULL_TEAM[tier]) for tier in TEAM_TIERS),
        fte_usd=mean("staffing.loaded_cost_usd") / mean(MONTHS),
        half_gpus=mean("people.team_gpus"),
        base_gpus=mean("people.fleet_base_gpus"),
        growth=mean("people.fleet_growth"),
        on_call_usd=mean("people.on_call_usd_per_month"),
        spare_fte=mean("economics.team_spare_fte"),
        spare_share=mean("people.spare_marginal_share"),
    )


def load_of(loads: Sequence[TeamLoad], gpus: float | None = None) -> TeamLoad:
    """The loads of several workloads together; `gpus` where they share fewer than each would have alone."""
    return TeamLoad(
        max((load.tier for load in loads), default=-1),
        fsum(load.gpus for load in loads) if gpus is None else gpus,
        fsum(load.rest for load in loads),
    )


def mean_of(figure: Figure) -> float:
    """The mean over the draws."""
    return float(np.mean(figure))


HOURS = 24
LEAST_LOAD = 1e-3
"""Replicas that a workload without traffic to speak of keeps busy: rounded up, they are one."""


@dataclass(frozen=True, slots=True)
class DrawnCost:
    """A candidate's dollars a month over the draws: in all, and of them its fleet's, its people's and its tokens'.

    `load` is by what factor more replicas are busy than at the mean: drawn where adapters or slices serve.
    """

    total: Figure = 0.0
    fleet: Figure = 0.0
    labor: Figure = 0.0
    tokens: Figure = 0.0
    load: Figure = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer a workload may take; dollars are a month, at the mean of the draws.

    `own_usd` is paid whoever else takes what. `tokens_usd` goes to `seller`, whose volume discounts may lower it.
    `pool` names what several workloads can share, the same model on the same `cards` ("" where nothing is): of it the
    workload keeps `replicas` busy at its peak, whole or not, of `gpus` GPUs each, with `spares` whole ones beside, at
    `gpu_usd` for each GPU; of a card that is cut into `parts` a replica takes one. `team` is the load on the people who
    run it, its GPUs those of the whole replicas. `offer` and `pool` are ids; `in_words` and `fleet` say them to people.
    """

    route: str
    offer: str
    own_usd: float
    tokens_usd: float = 0.0
    seller: str = ""
    pool: str = ""
    cards: str = ""
    replicas: float = 0.0
    spares: int = 0
    gpus: int = 0
    gpu_usd: float = 0.0
    team: TeamLoad | None = None
    model: str = ""
    parts: int = 1
    profile: str = ""
    fleet: str = field(default="", compare=False)
    drawn: DrawnCost = field(default=DrawnCost(), compare=False, repr=False)
    bought: Offer | None = field(default=None, compare=False, repr=False)

    @property
    def in_words(self) -> str:
        """What is bought, in the names it is sold under."""
        if self.bought is None:
            return catalog_words(self.offer)
        cut = f", a {self.profile} slice of it" if self.profile else ""
        return f"{offer_words(self.bought)}{cut}"

    @property
    def choice_words(self) -> str:
        """The model and the route, for a narrow column."""
        model = catalog_label(self.model)
        return f"{model}, {route_name(self.route)}" if model else route_name(self.route)

    @property
    def size(self) -> float:
        """GPUs that one replica takes; a fraction where cards are cut into parts."""
        return self.gpus / self.parts

    @property
    def gpus_alone(self) -> int:
        """Whole GPUs where nothing is shared."""
        return whole(self.size * (whole(self.replicas) + self.spares))


@dataclass(frozen=True, slots=True)
class Member:
    """One workload: what it may choose, and the share of its own peak it needs in each hour of the day (0–1).

    `tier_start` is what `operations.service_size` starts from in its tier, `tokens` a month its traffic: they say what
    it takes of the gateway and of the tools that watch requests. `stage` is the published stage of maturity it is in.
    """

    name: str
    candidates: tuple[Candidate, ...]
    hours: tuple[float, ...] = (1.0,) * HOURS
    tier_start: float = 0.0
    tokens: float = 0.0
    stage: str = ""


@dataclass(frozen=True, slots=True)
class DiscountStep:
    """From this bill for tokens at one seller on, a month and before the discount, a share is taken off all of it.

    With `committed` the step has to be agreed to: at least `from_usd` less the share is then paid, used or not.
    """

    seller: str
    from_usd: float
    share: float
    committed: bool = False


def whole(load: float) -> int:
    """Replicas rounded up; what arithmetic leaves over a whole number is not one more."""
    return max(0, -int((1e-6 - load) // 1))


def busiest(members: Sequence[Member], chosen: Sequence[Candidate]) -> dict[str, list[float]]:
    """Replicas of each pool that are busy in each hour of the day, not rounded."""
    loads: dict[str, list[float]] = {}
    for member, each in zip(members, chosen, strict=True):
        if each.pool:
            load = loads.setdefault(each.pool, [0.0] * HOURS)
            for hour, share in enumerate(member.hours):
                load[hour] += each.replicas * share
    return loads


# What choices cost together: each one's own part, and fleets, people, tools and discounts shared.


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

"""A portfolio's answer: what each workload chooses alone and together, in which order they move, how sure that is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np

from advisor.cost.draws import Figure, spread
from advisor.errors import AdvisorError
from advisor.portfolio.candidate import Candidate, Limits, Member, Portfolio, whole
from advisor.portfolio.joint_optimum import JointChoice, conflicting, joint_optimum
from advisor.published.apply import MaturityStage

# The order in which to move workloads to what they choose together, each step paying for itself.


_BY_TOKEN = ("hosted-api", "managed-cloud", "managed-open")
_CENT = 0.01


@dataclass(frozen=True, slots=True)
class MoveStep:
    """Workloads that move at once, what that saves a month, and what all then cost a month.

    Several move at once where no single one of them pays for itself: what they share is paid by all of them.
    """

    workloads: tuple[str, ...]
    saves_usd: float
    total_usd: float


@dataclass(frozen=True, slots=True)
class MoveOrder:
    """`start_usd` a month before the first step; `at_once` are workloads that only their final choice can serve."""

    start_usd: float
    at_once: tuple[str, ...]
    steps: tuple[MoveStep, ...]


def move_order(portfolio: Portfolio, target: Sequence[Candidate]) -> MoveOrder:
    """Greedy: the move that saves most comes first; where none saves, those that cost least join until all do.

    Where it starts: each workload at the offer by the token that costs it least alone, or where it has none, already at
    its final choice.
    """
    cheapest = [_cheapest(portfolio, member, _BY_TOKEN) for member in portfolio.members]
    now = [each or wanted for each, wanted in zip(cheapest, target, strict=True)]
    names = [member.name for member in portfolio.members]
    at_once = tuple(name for name, each in zip(names, cheapest, strict=True) if each is None)
    cost = start = portfolio.cost(now).usd
    left = [place for place, wanted in enumerate(target) if now[place] != wanted]
    steps: list[MoveStep] = []
    pending: list[int] = []
    while left:
        tried = [(portfolio.cost([*now[:place], target[place], *now[place + 1 :]]).usd, place) for place in left]
        after, place = min(tried)
        now[place] = target[place]
        left.remove(place)
        pending.append(place)
        if after < cost - _CENT or not left:
            steps.append(MoveStep(tuple(names[each] for each in pending), cost - after, after))
            cost, pending = after, []
    return MoveOrder(start, at_once, tuple(steps))


def _cheapest(portfolio: Portfolio, member: Member, routes: Collection[str]) -> Candidate | None:
    """The candidate of some routes that costs least alone."""
    offered = [each for each in member.candidates if each.route in routes]
    return min(offered, key=lambda each: portfolio.alone_usd(member, each), default=None)


@dataclass(frozen=True, slots=True)
class PathStep:
    """A stage and what all cost a month in it, in dollars; `moves` are the workloads that move to reach it.

    `beyond` are workloads that none of the stage's routes can serve: they have their final choice from the start.
    """

    stage: MaturityStage
    usd: float
    moves: tuple[str, ...]
    beyond: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaturityPath:
    """The stages in their order, the place of the one reached, each workload's own stage, and the end of the path."""

    steps: tuple[PathStep, ...]
    reached: int
    own: tuple[tuple[str, str], ...]
    joint_usd: float

    @property
    def next_step(self) -> PathStep:
        """The step to take now: in the last stage its own, which is a beginning and not yet all moves."""
        return self.steps[min(self.reached + 1, len(self.steps) - 1)]

    @property
    def before(self) -> PathStep:
        """The stage that the next step leaves."""
        return self.steps[max(0, min(self.reached, len(self.steps) - 2))]


def maturity_path(
    portfolio: Portfolio, target: Sequence[Candidate], order: MoveOrder, stages: Sequence[MaturityStage]
) -> MaturityPath | None:
    """Price each stage: the cheapest offers of its routes, in the last one the first move of the order beyond them.

    The portfolio is as far as its furthest workload, since one is enough to begin with. None without two stages.
    """
    if len(stages) < 2:
        return None
    names = [member.name for member in portfolio.members]
    steps: list[PathStep] = []
    now: list[Candidate] = []
    for stage in stages[:-1]:
        found = [_cheapest(portfolio, member, stage.routes) for member in portfolio.members]
        beyond = tuple(name for name, each in zip(names, found, strict=True) if each is None)
        chosen = [each or wanted for each, wanted in zip(found, target, strict=True)]
        steps.append(PathStep(stage, portfolio.cost(chosen).usd, _moved(names, now, chosen), beyond))
        now = chosen
    pilot = _pilot(names, now, target, order)
    last = [wanted if name in pilot else each for name, each, wanted in zip(names, now, target, strict=True)]
    steps.append(PathStep(stages[-1], portfolio.cost(last).usd, _moved(names, now, last), ()))
    places = {stage.name: place for place, stage in enumerate(stages)}
    own = tuple((member.name, member.stage) for member in portfolio.members)
    reached = max((places[name] for _, name in own if name in places), default=0)
    return MaturityPath(tuple(steps), reached, own, portfolio.cost(target).usd)


def _moved(names: Sequence[str], now: Sequence[Candidate], chosen: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(name for name, before, after in zip(names, now, chosen, strict=True) if before != after) if now else ()


def _pilot(
    names: Sequence[str], now: Sequence[Candidate], target: Sequence[Candidate], order: MoveOrder
) -> tuple[str, ...]:
    """One narrow path: whom the first step of the order moves that ends on GPUs or people of one's own."""
    own = {name for name, before, wanted in zip(names, now, target, strict=True)
           if before != wanted and (wanted.pool or wanted.team is not None)}  # fmt: skip
    return next((step.workloads for step in order.steps if own.intersection(step.workloads)), ())


# How sure a portfolio's answer is: its cost and its saving over the draws that all offers share.


@dataclass(frozen=True, slots=True)
class DrawnAnswer:
    """P10, P50 and P90 of dollars a month, together and of what is saved; the share of draws in which it is saved."""

    usd: tuple[float, float, float]
    saved_usd: tuple[float, float, float]
    share_saving: float


def drawn_answer(portfolio: Portfolio, alone: Sequence[Candidate], chosen: Sequence[Candidate]) -> DrawnAnswer:
    """The choices over the draws.

    What is shared is taken off every draw in the proportion it is taken off the means: fleets, people, discounts and
    tools each by a factor of their own. An input of the same name is drawn alike in every workload. Where adapters or
    slices serve, whose cost is itself uncertain, each draw pays for the whole cards that it takes; who runs them is
    counted at the mean.
    """
    cost = portfolio.cost(chosen)
    fleets = fsum(each.gpu_usd * each.gpus_alone for each in chosen)
    above = fsum((each.gpu_usd - portfolio.card_rates[each.cards]) * each.gpus_alone for each in chosen if each.pool)
    people = fsum(portfolio.team.usd(each.team) for each in chosen if each.team is not None)
    tokens = fsum(each.tokens_usd for each in chosen)
    single_tools = fsum(portfolio.tools.usd(member.tier_start, member.tokens) for member in portfolio.members)
    together: Figure = portfolio.tools_usd() - single_tools
    more_cards = _cards_drawn(portfolio, chosen)
    for each in chosen:
        drawn = each.drawn
        part = _part(cost.fleet + above, fleets) * more_cards.get(each.cards, 1.0)
        together = together + drawn.total - drawn.fleet * (1.0 - part)
        if each.team is not None:
            together = together - drawn.labor * (1.0 - _part(cost.labor, people))
        together = together - drawn.tokens * (1.0 - _part(cost.tokens, tokens))
    apart: Figure = 0.0
    for member, each in zip(portfolio.members, alone, strict=True):
        more = _cards_drawn(replace(portfolio, members=(member,)), (each,)).get(each.cards, 1.0)
        apart = apart + each.drawn.total + each.drawn.fleet * (more - 1.0)
    saved = apart - together
    return DrawnAnswer(spread(together), spread(saved), float(np.mean(np.asarray(saved) > 0.0)))


def _cards_drawn(portfolio: Portfolio, chosen: Sequence[Candidate]) -> dict[str, Figure]:
    """By what factor each draw takes more whole cards of a kind than the means do; none where no load is drawn."""
    drawn = {each.cards for each in chosen if isinstance(each.drawn.load, np.ndarray)}
    if not drawn:
        return {}
    chosen_there = [(member, each) for member, each in zip(portfolio.members, chosen, strict=True)
                    if each.cards in drawn]  # fmt: skip
    at_means = portfolio.gpus_of(chosen)
    pools = {each.pool: (each.cards, each.size) for _, each in chosen_there if each.pool}
    taken: dict[str, Figure] = {}
    for pool, (cards, size) in pools.items():
        served = [(member, each) for member, each in chosen_there if each.pool == pool]
        hours = sum(np.outer(member.hours, each.replicas * each.drawn.load * _ONE) for member, each in served)
        counts = np.ceil(hours - _ROUNDING).clip(0.0) + max(each.spares for _, each in served)
        kept = counts if portfolio.time_shared else counts.max(axis=0, keepdims=True)
        taken[cards] = taken.get(cards, 0.0) + kept * size
    return {cards: np.ceil(np.max(found, axis=0) - _ROUNDING) / at_means[cards]
            for cards, found in taken.items() if at_means[cards]}  # fmt: skip


def _part(shared: float, single: float) -> float:
    return shared / single if single > 0.0 else 1.0


_ONE = np.ones(1)
_ROUNDING = 1e-6
"""What arithmetic leaves over a whole number is not one more."""
MOST_EXPLAINED = 200
"""Workloads up to which each one's part, reasons and the order of moves are worked out: quadratic in their number."""


@dataclass(frozen=True, slots=True)
class PoolUse:
    """A fleet that is bought: its pool, in words too; whole replicas in the busiest hour, GPUs, and whom it serves."""

    pool: str
    fleet: str
    replicas: int
    gpus: int
    workloads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberAnswer:
    """What one workload chooses alone and together, dollars a month; `because` says why they differ, "" where not.

    `together_usd` is what it adds to all the others: what would be saved if it were not there. In a portfolio of more
    than MOST_EXPLAINED workloads, where working it out takes too long, it is None, and `because` empty.
    """

    member: Member
    alone: Candidate
    alone_usd: float
    together: Candidate
    together_usd: float | None
    because: str

    @property
    def differs(self) -> bool:
        """Whether it chooses together what it would not choose alone."""
        return self.alone != self.together


@dataclass(frozen=True, slots=True)
class PortfolioAnswer:
    """The joint optimum; `one_more_gpu_usd` and `one_more_fte_usd` are what one above the limit would save a month.

    They are None without a limit, and of more than MOST_EXPLAINED workloads, where the gap is wider than they are.
    """

    name: str
    portfolio: Portfolio
    limits: Limits
    joint: JointChoice
    members: tuple[MemberAnswer, ...]
    pools: tuple[PoolUse, ...]
    order: MoveOrder | None
    drawn: DrawnAnswer
    one_more_gpu_usd: float | None
    one_more_fte_usd: float | None
    maturity: MaturityPath | None

    @property
    def alone_usd(self) -> float:
        """Dollars a month where each workload pays for all of its own."""
        return fsum(each.alone_usd for each in self.members)


def solve(name: str, portfolio: Portfolio, limits: Limits, stages: Sequence[MaturityStage] = ()) -> PortfolioAnswer:
    """Find the joint optimum, and the path of maturity through `stages` where they are given.

    Raises AdvisorError naming the workloads in conflict where no choice keeps the limits.
    """
    unserved = [member.name for member in portfolio.members if not member.candidates]
    if unserved:
        raise AdvisorError(name, f"no route is left for {', '.join(unserved)}", "see `advisor why` on its answers")
    joint = joint_optimum(portfolio, limits)
    if joint is None:
        together = ", ".join(conflicting(portfolio, limits))
        raise AdvisorError(name, f"{limits_in_words(limits)} cannot serve {together}",
                           "raise most_gpus or most_fte, or leave one out")  # fmt: skip
    alone = [portfolio.alone(member) for member in portfolio.members]
    many = len(alone) > MOST_EXPLAINED
    order = None if many else move_order(portfolio, joint.chosen)
    return PortfolioAnswer(
        name, portfolio, limits, joint,
        tuple(_answers(portfolio, joint, alone)),
        tuple(_pools(portfolio, joint)),
        order,
        drawn_answer(portfolio, alone, joint.chosen),
        None if limits.gpus is None or many else _saved(portfolio, joint, replace(limits, gpus=limits.gpus + 1)),
        None if limits.fte is None or many else _saved(portfolio, joint, replace(limits, fte=limits.fte + 1.0)),
        None if order is None else maturity_path(portfolio, joint.chosen, order, stages),
    )  # fmt: skip


def limits_in_words(limits: Limits) -> str:
    """What there is, in a few words."""
    parts = [] if limits.gpus is None else [f"{limits.gpus} GPUs"]
    return " and ".join([*parts, *([] if limits.fte is None else [f"{limits.fte:g} people"])])


def _saved(portfolio: Portfolio, joint: JointChoice, more: Limits) -> float:
    found = joint_optimum(portfolio, more)
    return 0.0 if found is None else max(0.0, joint.cost.usd - found.cost.usd)


def _answers(portfolio: Portfolio, joint: JointChoice, alone: Sequence[Candidate]) -> Iterator[MemberAnswer]:
    for place, (member, single, chosen) in enumerate(zip(portfolio.members, alone, joint.chosen, strict=True)):
        usd = portfolio.alone_usd(member, single)
        if len(portfolio.members) > MOST_EXPLAINED:
            yield MemberAnswer(member, single, usd, chosen, None, "")
            continue
        others = portfolio.members[:place] + portfolio.members[place + 1 :]
        left = replace(portfolio, members=others)
        added = joint.cost.usd - left.cost([*joint.chosen[:place], *joint.chosen[place + 1 :]]).usd
        yield MemberAnswer(member, single, usd, chosen, added, _because(portfolio, joint, place, single, chosen))


def _because(portfolio: Portfolio, joint: JointChoice, place: int, single: Candidate, chosen: Candidate) -> str:
    """Why a workload chooses together what it would not choose alone: both offers, alone and beside all the others."""
    if single == chosen:
        return ""
    member = portfolio.members[place]
    more = portfolio.alone_usd(member, chosen) - portfolio.alone_usd(member, single)
    other = portfolio.cost([*joint.chosen[:place], single, *joint.chosen[place + 1 :]])
    saves = other.usd - joint.cost.usd
    if saves < _CENT:
        return "its own choice exceeds a limit"
    parts = [
        f"{name} ${abs(after - before):,.0f} {'more' if after > before else 'less'}"
        for name, before, after in (
            ("tokens", other.tokens, joint.cost.tokens),
            ("GPUs", other.fleet, joint.cost.fleet),
            ("people", other.labor, joint.cost.labor),
            ("all else", other.own, joint.cost.own),
        )
        if abs(after - before) >= 1.0
    ]
    head = (
        f"alone ${more:,.0f} a month more than {single.in_words}; together with the other workloads ${saves:,.0f} less"
    )
    return f"{head}: {', '.join(parts)}"


def _pools(portfolio: Portfolio, joint: JointChoice) -> Iterator[PoolUse]:
    counts = portfolio.replicas_of(joint.chosen)
    for pool, hours in counts.items():
        served = [(member.name, each) for member, each in zip(portfolio.members, joint.chosen, strict=True)
                  if each.pool == pool]  # fmt: skip
        first, names = served[0][1], tuple(name for name, _ in served)
        yield PoolUse(pool, first.fleet or pool, max(hours), whole(max(hours) * first.size), names)

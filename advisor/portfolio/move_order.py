"""The order in which to move workloads to what they choose together, each step paying for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.portfolio.candidate import Candidate, Member
from advisor.portfolio.shared_costs import Portfolio

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
    now = [_by_token(portfolio, member) or wanted for member, wanted in zip(portfolio.members, target, strict=True)]
    names = [member.name for member in portfolio.members]
    at_once = tuple(name for name, member in zip(names, portfolio.members, strict=True)
                    if _by_token(portfolio, member) is None)  # fmt: skip
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


def _by_token(portfolio: Portfolio, member: Member) -> Candidate | None:
    offered = [each for each in member.candidates if each.route in _BY_TOKEN]
    return min(offered, key=lambda each: portfolio.alone_usd(member, each), default=None)

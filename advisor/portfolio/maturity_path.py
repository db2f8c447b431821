"""The path of a portfolio: in which order workloads move, and what each stage of maturity takes and costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.knowledge.labels import source_label
from advisor.portfolio.candidate import Candidate, Member
from advisor.portfolio.shared_costs import Portfolio
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
        found = [_cheapest(portfolio, place, stage) for place in range(len(names))]
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


def _cheapest(portfolio: Portfolio, place: int, stage: MaturityStage) -> Candidate | None:
    member = portfolio.members[place]
    offered = [each for each in member.candidates if each.route in stage.routes]
    return min(offered, key=lambda each: portfolio.alone_usd(member, each), default=None)


def _moved(names: Sequence[str], now: Sequence[Candidate], chosen: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(name for name, before, after in zip(names, now, chosen, strict=True) if before != after) if now else ()


def _pilot(
    names: Sequence[str], now: Sequence[Candidate], target: Sequence[Candidate], order: MoveOrder
) -> tuple[str, ...]:
    """One narrow path: whom the first step of the order moves that ends on GPUs or people of one's own."""
    own = {name for name, before, wanted in zip(names, now, target, strict=True)
           if before != wanted and (wanted.pool or wanted.team is not None)}  # fmt: skip
    return next((step.workloads for step in order.steps if own.intersection(step.workloads)), ())


def next_in_words(path: MaturityPath) -> str:
    """The stage, the next step and its price in a sentence."""
    step, before = path.next_step, path.before
    here = path.steps[path.reached].stage.name
    last = path.reached == len(path.steps) - 1
    if last and not step.moves:
        return f"Maturity: {here}; no workload has to move to hardware of its own"
    head = f"Maturity: {here}; next {'a pilot' if last else step.stage.name}"
    price = f"${step.usd:,.0f} a month, {_change(step.usd - before.usd)}"
    takes = "" if last else f"; takes {step.stage.takes}"
    return f"{head}{_named(step.moves)}: {price}{takes}"


def path_in_words(path: MaturityPath) -> Iterator[str]:
    """What is published for the stage, then each stage with its price, then what remains to be said of workloads."""
    here = path.steps[path.reached].stage
    yield f"{here.advice} ({source_label(here.source)}, {here.grade})"
    before: PathStep | None = None
    for place, step in enumerate(path.steps):
        change = f", {_change(step.usd - before.usd)}" if before is not None else ""
        reached = " (reached)" if place == path.reached else ""
        takes = f"; takes {step.stage.takes}" if step.stage.takes else ""
        moved = f"; moves {', '.join(step.moves)}" if step.moves else "; no workload moves" if before else ""
        yield f"{step.stage.name}{reached}: ${step.usd:,.0f} a month{change}{takes}{moved}"
        before = step
    yield f"After all moves: ${path.joint_usd:,.0f} a month"
    for names, stages in _beyond(path).items():
        yield f"At their final choice in {' and '.join(stages)}, having no other offer: {', '.join(names)}"
    behind = [f"{name} ({own or 'no stage'})" for name, own in path.own if own != here.name]
    if behind:
        yield f"Not yet in the stage {here.name} themselves: {', '.join(behind)}"


def _beyond(path: MaturityPath) -> dict[tuple[str, ...], list[str]]:
    stages: dict[tuple[str, ...], list[str]] = {}
    for step in path.steps:
        if step.beyond:
            stages.setdefault(step.beyond, []).append(step.stage.name)
    return stages


def path_json(path: MaturityPath | None) -> dict[str, Any] | None:
    """The path for other programs; dollars are a month."""
    if path is None:
        return None
    here, step = path.steps[path.reached].stage, path.next_step
    return {
        "stage": here.name,
        "advice": here.advice,
        "source": here.source,
        "grade": here.grade,
        "next": {**_step_json(step), "saves_usd": round(path.before.usd - step.usd, 2)},
        "stages": [_step_json(each) for each in path.steps],
        "joint_usd": round(path.joint_usd, 2),
        "workloads": dict(path.own),
    }


def _step_json(step: PathStep) -> dict[str, Any]:
    return {
        "stage": step.stage.name,
        "takes": step.stage.takes,
        "usd": round(step.usd, 2),
        "moves": list(step.moves),
        "beyond": list(step.beyond),
    }


def _named(moves: Sequence[str]) -> str:
    if len(moves) > 1:
        return f" ({len(moves)} workloads move)"
    return f" ({moves[0]} moves)" if moves else " (no workload moves)"


def _change(usd: float) -> str:
    if abs(usd) < 1.0:
        return "as much as before"
    return f"${abs(usd):,.0f} {'more' if usd > 0.0 else 'less'}"

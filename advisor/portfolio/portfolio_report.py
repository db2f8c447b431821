"""A portfolio's answer: what each workload chooses alone and together, and why they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.errors import AdvisorError
from advisor.portfolio.candidate import Candidate, Member, fleets_of, gpus_of
from advisor.portfolio.joint_optimum import JointChoice, conflicting, joint_optimum
from advisor.text import cut, table_of, wrap

SCHEMA = "advisor.portfolio/1"
_CENT = 0.01


@dataclass(frozen=True, slots=True)
class PortfolioAnswer:
    """The joint optimum of some members; `one_more_gpu_usd` is what one GPU above the limit would save a month."""

    name: str
    members: tuple[Member, ...]
    joint: JointChoice
    one_more_gpu_usd: float | None

    @property
    def alone_usd(self) -> float:
        """Dollars a month where each workload pays for all of its own."""
        return sum(member.alone.alone_usd for member in self.members)


def solve(name: str, members: Sequence[Member], most_gpus: int | None) -> PortfolioAnswer:
    """Find the joint optimum; raises AdvisorError naming the workloads in conflict where there is none."""
    unserved = [member.name for member in members if not member.candidates]
    if unserved:
        raise AdvisorError(name, f"no route is left for {', '.join(unserved)}", "see `advisor why` on its answers")
    joint = joint_optimum(members, most_gpus)
    if joint is None:
        together = ", ".join(conflicting(members, most_gpus or 0))
        raise AdvisorError(name, f"{most_gpus} GPUs cannot serve {together}", "raise most_gpus, or leave one out")
    more = None if most_gpus is None else joint_optimum(members, most_gpus + 1)
    return PortfolioAnswer(name, tuple(members), joint, None if more is None else max(0.0, joint.usd - more.usd))


def as_json(found: PortfolioAnswer) -> dict[str, Any]:
    """The answer for other programs; dollars are a month."""
    return {
        "schema": SCHEMA,
        "portfolio": found.name,
        "joint_usd": round(found.joint.usd, 2),
        "alone_usd": round(found.alone_usd, 2),
        "gap": found.joint.gap,
        "gpus": gpus_of(found.members, found.joint.chosen),
        "one_more_gpu_usd": None if found.one_more_gpu_usd is None else round(found.one_more_gpu_usd, 2),
        "fleets": [
            {"pool": pool, "replicas": count} for pool, count in fleets_of(found.members, found.joint.chosen).items()
        ],
        "workloads": [
            {"workload": member.name, "alone": _choice(member.alone), "together": _choice(chosen), "because": because}
            for member, chosen, because in _rows(found)
        ],
    }


def _choice(each: Candidate) -> dict[str, Any]:
    return {"route": each.route, "offer": each.offer, "alone_usd": round(each.alone_usd, 2)}


def as_text(found: PortfolioAnswer, *, brief: bool = False, full: bool = False) -> str:
    """The answer for a person; `brief` is one line."""
    saved = found.alone_usd - found.joint.usd
    head = f"{found.name}: together ${found.joint.usd:,.0f} a month, alone ${found.alone_usd:,.0f}, saves ${saved:,.0f}"
    return head if brief else "\n".join([head, *_body(found, full)])


def _body(found: PortfolioAnswer, full: bool) -> Iterator[str]:
    gpus, gap = gpus_of(found.members, found.joint.chosen), found.joint.gap
    yield f"{len(found.members)} workloads, {gpus} GPUs, proven within {gap:.4%} of the least cost"
    if found.one_more_gpu_usd is not None:
        yield f"One more GPU would save ${found.one_more_gpu_usd:,.0f} a month."
    yield ""
    width = 200 if full else 26
    rows = [
        (cut(member.name, 20), cut(f"{member.alone.route} {member.alone.offer}", width),
         cut(f"{chosen.route} {chosen.offer}", width))
        for member, chosen, _ in _rows(found)
    ]  # fmt: skip
    shown = rows if full else rows[:14]
    yield table_of(("Workload", "Alone", "Together"), shown)
    if len(rows) > len(shown):
        yield f"and {len(rows) - len(shown)} more; --full lists them"
    if full:
        for pool, count in fleets_of(found.members, found.joint.chosen).items():
            yield from wrap(f"Fleet of {count} replicas: {pool}")
        for member, _, because in _rows(found):
            if because:
                yield from wrap(f"{member.name}: {because}")


def _rows(found: PortfolioAnswer) -> Iterator[tuple[Member, Candidate, str]]:
    for member, chosen in zip(found.members, found.joint.chosen, strict=True):
        more = chosen.alone_usd - member.alone.alone_usd
        if chosen == member.alone:
            because = ""
        elif more < _CENT:
            because = "costs as much alone"
        else:
            because = f"costs ${more:,.0f} a month more alone, less once team, tools and replicas are shared"
        yield member, chosen, because

"""The published stages of maturity: what reaching each takes, which routes it buys, and which one a workload is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.engine.trace import Circumstances
from advisor.knowledge.conditions import Condition
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.published.phrasing import Words


@dataclass(frozen=True, slots=True)
class MaturityStage:
    """One stage; `takes` and `advice` are texts with the parameters put in, `source` and `grade` the checklist's."""

    name: str
    when: Condition
    takes: str
    advice: str
    routes: tuple[str, ...]
    source: str
    grade: str


def maturity_stages(knowledge: Knowledge, parameters: Parameters) -> tuple[MaturityStage, ...]:
    """The named stages of the checklists, earliest first; empty where packs name none."""
    words = Words({}, knowledge, parameters)
    return tuple(
        MaturityStage(stage.name, stage.when, words.fill(stage.takes), words.fill(stage.next), stage.routes,
                      each.source, each.grade)
        for each in knowledge.checklists.values()
        for stage in each.stages
        if stage.name
    )  # fmt: skip


def stage_reached(stages: Sequence[MaturityStage], seen: Circumstances) -> str:
    """The first stage whose condition holds; "" where none does."""
    return next((stage.name for stage in stages if seen.truth(stage.when) is True), "")

"""The knowledge base of one day with its rules compiled for both evaluators, and the day of an interview."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime

from advisor.cost.operations import TIERS
from advisor.engine.engine import Engine
from advisor.engine.facts import kinds_of
from advisor.errors import BadInput
from advisor.knowledge.catalog import Catalog
from advisor.knowledge.pack import Knowledge, Pins
from advisor.knowledge.pack_files import errors_in_folders
from advisor.knowledge.parameters import Parameters
from advisor.published.method_conditions import Judge, judge_by


@dataclass(frozen=True, slots=True)
class CompiledKnowledge:
    """Licenses are asked first, since they decide which model is priced; tiers and gates afterwards.

    `panel` judges the conditions of published methods and checklists; `catalog` has the rents known by the day.
    """

    knowledge: Knowledge
    parameters: Parameters
    licenses: Engine
    gates: Engine
    panel: Judge
    catalog: Catalog


_KEPT: dict[tuple[Pins, date], CompiledKnowledge] = {}
_MOST_KEPT = 8


def compiled_knowledge(knowledge: Knowledge, as_of: date) -> CompiledKnowledge:
    """Compile the rules of a day, or take them as compiled before in this process; raises BadKnowledge, BadInput."""
    key = (knowledge.pins, as_of)
    if key not in _KEPT:
        while len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))  # never closed: whoever still uses it keeps it, and the last one frees it
        with errors_in_folders(knowledge.folders):
            _KEPT[key] = _compile(knowledge, as_of)
    return _KEPT[key]


def _compile(knowledge: Knowledge, as_of: date) -> CompiledKnowledge:
    _refuse_before_the_tiers(knowledge, as_of)
    parameters, rules, kinds = knowledge.parameters_at(as_of), knowledge.rules_at(as_of), kinds_of(knowledge)
    licenses = Engine.compile([rule for rule in rules if rule.effect == "posture"], parameters, kinds)
    gates = Engine.compile([rule for rule in rules if rule.effect != "posture"], parameters, kinds)
    panel = judge_by(knowledge, parameters)
    return CompiledKnowledge(knowledge, parameters, licenses, gates, panel, knowledge.catalog.rents_known_by(as_of))


def first_day(knowledge: Knowledge, otherwise: date) -> date:
    """The first day on which each service tier has a rule, for every workload has one; `otherwise` without tiers."""
    begun = {tier: [rule.since for rule in knowledge.rules if rule.derives == tier] for tier in TIERS}
    return max((min(days) for days in begun.values() if days), default=otherwise)


def _refuse_before_the_tiers(knowledge: Knowledge, as_of: date) -> None:
    first = first_day(knowledge, as_of)
    if as_of < first:
        raise BadInput("--as-of", f"on {as_of} the rules were not complete yet", f"the first day is {first}")


# The day an interview is assessed for: the one named with --as-of, else today, never before the rules begin.


_VARIABLE = "ADVISOR_AS_OF"
"""Carries the day from the command line to the worker process."""


def set_interview_day(text: str) -> None:
    """Have this program and the processes it starts assess for a day; raises BadInput for what is not one."""
    os.environ.pop(_VARIABLE, None)
    if not text:
        return
    try:
        os.environ[_VARIABLE] = date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput("--as-of", f"{text!r} is not a day", "write YYYY-MM-DD, such as 2026-11-21") from None


def interview_day(knowledge: Knowledge) -> date:
    """The day named, or today; a clock that is set before the first rules gives the first day they are complete on."""
    named = os.environ.get(_VARIABLE, "")
    if named:
        return date.fromisoformat(named)
    today = datetime.now(UTC).date()
    return max(today, first_day(knowledge, today))

"""Rule files to rules: conditions parsed, effects checked, cases attached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.conditions import parse_condition
from advisor.knowledge.grades import Grade
from advisor.knowledge.licenses import POSTURES
from advisor.knowledge.packs.overlays import OverlaidPack
from advisor.knowledge.read_toml import entries, typed
from advisor.knowledge.rules import ROUTES, Case, Effect, Gate, Rule


@dataclass(frozen=True, slots=True)
class _RawRule:
    """A rule as a file spells it, before its condition is parsed."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    gate: Gate
    effect: Effect
    title: str
    when: dict[str, Any]
    because: str
    sources: tuple[str, ...]
    grade: Grade
    since: date
    options: tuple[str, ...] = ()
    kind: str = ""
    derives: str = ""
    license: str = ""
    posture: str = ""
    place: str = ""
    order: int = 0
    until: date | None = None
    case: tuple[Case, ...] = field(default=())


def read_rules(tables: Mapping[str, dict[str, Any]]) -> tuple[Rule, ...]:
    """All rules of the given files, in file order; raises BadKnowledge naming file and rule."""
    rules = OverlaidPack[Rule]()
    for file, table in tables.items():
        for number, raw in enumerate(entries(table, "rule", file), 1):
            where = f"{file}: {raw.get('id', f'rule {number}')}"
            rule = _rule(typed(_RawRule, raw, where), file, where)
            rules.add(rule.id, rule, file, where)
    return tuple(rules.entries.values())


def _rule(raw: _RawRule, file: str, where: str) -> Rule:
    for option in raw.options:
        if option not in ROUTES:
            raise BadKnowledge(where, f"no route {option!r}", nearest(option, ROUTES))
    _check_effect(raw, where)
    return Rule(
        id=raw.id,
        gate=raw.gate,
        effect=raw.effect,
        title=raw.title,
        when=parse_condition(raw.when, where),
        because=raw.because,
        sources=raw.sources,
        grade=raw.grade,
        since=raw.since,
        options=raw.options,
        kind=raw.kind,
        derives=raw.derives,
        license=raw.license,
        posture=raw.posture,
        place=raw.place,
        order=raw.order,
        until=raw.until,
        file=file,
        cases=raw.case,
    )


def _check_effect(raw: _RawRule, where: str) -> None:
    if raw.effect == "posture" and (not raw.license or raw.posture not in POSTURES):
        raise BadKnowledge(where, "effect posture needs a license and a posture", nearest(raw.posture, POSTURES))
    if raw.effect == "derive" and not raw.derives:
        raise BadKnowledge(where, "effect derive needs the name it derives")
    if raw.effect in ("exclude", "choose", "prefer") and not raw.options:
        raise BadKnowledge(where, f"effect {raw.effect} needs the routes it bears on")
    if raw.until is not None and raw.until <= raw.since:
        raise BadKnowledge(where, "until lies before since")

"""Rules, methods, checklists, claims and systems from their files: conditions parsed, effects and names checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.conditions import parse_condition
from advisor.knowledge.packs.overlays import OverlaidPack
from advisor.knowledge.parameters import Grade
from advisor.knowledge.published_articles import (
    VERDICTS,
    ChecklistCase,
    Claim,
    MethodCase,
    MethodRow,
    Otherwise,
    PublishedChecklist,
    PublishedItem,
    PublishedMethod,
    Stage,
    System,
)
from advisor.knowledge.read_toml import entries, typed
from advisor.knowledge.rules import POSTURES, ROUTES, Case, Effect, Gate, Rule


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


Tables = Mapping[str, dict[str, Any]]


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Kept = TypeVar("Kept", bound=_Identified)


@dataclass(frozen=True, slots=True)
class _RawRow:
    __pydantic_config__ = {"extra": "forbid"}

    when: dict[str, Any]
    verdict: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class _RawMethod:
    __pydantic_config__ = {"extra": "forbid"}

    id: str
    source: str
    title: str
    grade: Grade
    since: date
    row: tuple[_RawRow, ...]
    otherwise: Otherwise
    fixed_usd: str = ""
    avoided_usd_per_million: str = ""
    asserted_tokens: str = ""
    differs: str = ""
    case: tuple[MethodCase, ...] = ()


@dataclass(frozen=True, slots=True)
class _RawItem:
    __pydantic_config__ = {"extra": "forbid"}

    id: str
    met: dict[str, Any]
    yes: str
    no: str
    open: str
    next: str


@dataclass(frozen=True, slots=True)
class _RawStage:
    __pydantic_config__ = {"extra": "forbid"}

    when: dict[str, Any]
    next: str
    name: str = ""
    takes: str = ""
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _RawChecklist:
    __pydantic_config__ = {"extra": "forbid"}

    id: str
    source: str
    title: str
    grade: Grade
    threshold: str
    reached: str
    missed: str
    undecided: str
    item: tuple[_RawItem, ...]
    stage: tuple[_RawStage, ...] = field(default=())
    case: tuple[ChecklistCase, ...] = field(default=())


def read_methods(tables: Tables) -> dict[str, PublishedMethod]:
    """All methods under `rules/methods/`, in file order; raises BadKnowledge naming file and method."""
    return _read(tables, "method", _method)


def read_checklists(tables: Tables) -> dict[str, PublishedChecklist]:
    """All checklists under `rules/checklists/`."""
    return _read(tables, "checklist", _checklist)


def read_claims(tables: Tables) -> dict[str, Claim]:
    """All claims under `rules/claims/`."""
    return _read(tables, "claim", _claim)


def read_systems(tables: Tables) -> dict[str, System]:
    """The systems of `rules/systems.toml`."""
    return _read(tables, "system", lambda raw, _, where: typed(System, raw, where))


def _read(tables: Tables, name: str, build: Callable[[dict[str, Any], str, str], Kept]) -> dict[str, Kept]:
    found = OverlaidPack[Kept]()
    for file, table in tables.items():
        for number, raw in enumerate(entries(table, name, file), 1):
            where = f"{file}: {raw.get('id', f'{name} {number}')}"
            entry = build(raw, file, where)
            found.add(entry.id, entry, file, where)
    return found.entries


def _method(table: dict[str, Any], file: str, where: str) -> PublishedMethod:
    raw = typed(_RawMethod, table, where)
    verdicts = [row.verdict for row in raw.row] + [raw.otherwise.verdict] + [case.verdict for case in raw.case]
    for verdict in verdicts:
        _check_verdict(verdict, where)
    return PublishedMethod(
        id=raw.id,
        source=raw.source,
        title=raw.title,
        grade=raw.grade,
        since=raw.since,
        rows=tuple(MethodRow(parse_condition(row.when, where), row.verdict, row.because) for row in raw.row),
        otherwise=raw.otherwise,
        fixed_usd=raw.fixed_usd,
        avoided_usd_per_million=raw.avoided_usd_per_million,
        asserted_tokens=raw.asserted_tokens,
        differs=raw.differs,
        file=file,
        cases=raw.case,
    )


def _check_verdict(verdict: tuple[str, ...], where: str) -> None:
    if not verdict:
        raise BadKnowledge(where, "a verdict is empty", nearest("", VERDICTS))
    for option in verdict:
        if option not in VERDICTS:
            raise BadKnowledge(where, f"no verdict {option!r}", nearest(option, VERDICTS))


def _checklist(table: dict[str, Any], file: str, where: str) -> PublishedChecklist:
    raw = typed(_RawChecklist, table, where)
    return PublishedChecklist(
        id=raw.id,
        source=raw.source,
        title=raw.title,
        grade=raw.grade,
        threshold=raw.threshold,
        reached=raw.reached,
        missed=raw.missed,
        undecided=raw.undecided,
        items=tuple(
            PublishedItem(item.id, parse_condition(item.met, where), item.yes, item.no, item.open, item.next)
            for item in raw.item
        ),
        stages=tuple(_stage(stage, where) for stage in raw.stage),
        file=file,
        cases=raw.case,
    )


def _stage(raw: _RawStage, where: str) -> Stage:
    if raw.routes:
        _check_verdict(raw.routes, where)
    return Stage(parse_condition(raw.when, where), raw.next, raw.name, raw.takes, raw.routes)


def _claim(table: dict[str, Any], _: str, where: str) -> Claim:
    claim = typed(Claim, table, where)
    if claim.low > claim.high:
        raise BadKnowledge(where, "low lies above high")
    if (claim.status == "reproduced-only-if") != (claim.only_if is not None):
        raise BadKnowledge(where, "status reproduced-only-if and the inputs in only_if go together")
    return claim

"""A portfolio file: workloads with their answers, and the staffing and economics they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from advisor.bounded_read import read_file
from advisor.errors import BadInput, nearest, shown
from advisor.interview.answers import Answers, Vocabulary, read_answers, read_toml
from advisor.portfolio.candidate import HOURS

_TOP = ("name", "most_gpus", "shared", "workloads")
_SHARED = ("staffing", "economics")


@dataclass(frozen=True, slots=True)
class PortfolioWorkload:
    """One workload's answers, what is shared put in, and the share of its peak it needs in each hour."""

    name: str
    answers: Answers
    hours: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PortfolioFile:
    """What a portfolio file says; `most_gpus` is None where it sets no limit."""

    name: str
    workloads: tuple[PortfolioWorkload, ...]
    most_gpus: int | None = None


def read_portfolio(path: Path, vocabulary: Vocabulary) -> PortfolioFile:
    """Read a portfolio file and the answers files it names; raises BadInput with file, key and what is allowed."""
    file = str(path)
    table = read_toml(read_file(path, follow=True), file)
    _only(table, _TOP, file)
    shared = _table(table.get("shared", {}), f"{file}: shared")
    _only(shared, _SHARED, f"{file}: shared")
    common = read_answers(tomli_w.dumps(shared).encode(), f"{file}: shared", vocabulary)
    listed = table.get("workloads")
    if not isinstance(listed, list) or not listed:
        raise BadInput(f"{file}: workloads", "no workloads are listed", "write one [[workloads]] table for each")
    read = tuple(
        _workload(_table(each, f"{file}: workloads {place}"), f"{file}: workloads {place}", path.parent, vocabulary)
        for place, each in enumerate(listed, 1)
    )
    names = [each.name for each in read]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"{file}: workloads", f"two workloads are named {twice!r}", "give each its own name")
    put_in = tuple(PortfolioWorkload(each.name, _with(each.answers, common), each.hours) for each in read)
    return PortfolioFile(str(table.get("name", path.stem)), put_in, _gpus(table.get("most_gpus"), file))


def _workload(table: dict[str, Any], where: str, folder: Path, vocabulary: Vocabulary) -> PortfolioWorkload:
    name, hours = table.pop("name", None), _hours(table.pop("hours", None), where)
    if not isinstance(name, str) or not name:
        raise BadInput(f"{where}: name", "has no name", 'write name = "contracts"')
    named = table.pop("answers", None)
    if named is None:
        return PortfolioWorkload(
            name, read_answers(tomli_w.dumps(table).encode(), f"{where} ({name})", vocabulary), hours
        )
    if table:
        raise BadInput(f"{where}: answers", "both a file and answers were given", "give one of them")
    if not isinstance(named, str):
        raise BadInput(f"{where}: answers", f"{shown(named)} is not a path", 'write answers = "contracts.toml"')
    path = folder / named
    return PortfolioWorkload(name, read_answers(read_file(path, follow=True), str(path), vocabulary), hours)


def _with(answers: Answers, common: Answers) -> Answers:
    for key, value in common.values.items():
        answers = answers.put(key, value)
    return answers


def _hours(raw: object, where: str) -> tuple[float, ...]:
    if raw is None:
        return (1.0,) * HOURS
    good = isinstance(raw, list) and len(raw) == HOURS
    if not good or not all(isinstance(each, (int, float)) and 0 <= each <= 1 for each in raw):  # type: ignore[attr-defined]
        raise BadInput(
            f"{where}: hours", "is not a share of the peak for each hour", f"write {HOURS} numbers from 0 to 1"
        )
    return tuple(float(each) for each in raw)  # type: ignore[attr-defined]


def _gpus(raw: object, file: str) -> int | None:
    if raw is None or (isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0):
        return raw
    raise BadInput(f"{file}: most_gpus", f"{shown(raw)} is not a count of GPUs", "write a whole number from 0")


def _only(table: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise BadInput(f"{where}: {key}", "no such key", nearest(key, allowed))


def _table(raw: object, where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise BadInput(where, f"{shown(raw)} is not a table", "see docs/portfolio.md")
    return dict(raw)

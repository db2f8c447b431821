"""A portfolio file: workloads with their answers, what they share, the limits; its edits, and its terms in a record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from math import fsum
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w

from advisor.bounded_read import parse_json, read_file
from advisor.errors import BadInput, nearest, shown
from advisor.interview.answers import Answers, Value, Vocabulary, read_answers, read_toml, write_value
from advisor.knowledge.questions import Question
from advisor.portfolio.candidate import HOURS, NO_LIMITS, DiscountStep, Limits

_TOP = (
    "name", "most_gpus", "most_fte", "time_shared", "sliced", "shared", "defaults", "discounts", "workloads", "rows",
)  # fmt: skip
_SHARED = ("staffing", "economics")
_STEP = ("seller", "from_usd", "share", "committed")
PEOPLE_KEYS = ("staffing.ml_infra_fte", "staffing.platform_fte", "staffing.evaluation_fte")
MOST_WORKLOADS = 20_000
"""Workloads of one portfolio: twice the largest number whose program was measured."""
_MOST_ROWS = 10_000_000
"""Bytes of a file of rows."""
_ALWAYS = (1.0,) * HOURS


@dataclass(frozen=True, slots=True)
class PortfolioWorkload:
    """One workload's answers, what is shared put in, and the share of its peak it needs in each hour.

    `adapter_rank` is that of the LoRA adapter that its tuned model is, on the open model named; 0 where it is none.
    """

    name: str
    answers: Answers
    hours: tuple[float, ...] = _ALWAYS
    adapter_rank: int = 0


@dataclass(frozen=True, slots=True)
class PortfolioFile:
    """What a portfolio file says; where `people_stated`, staffing answers do not change the limit on people."""

    name: str
    workloads: tuple[PortfolioWorkload, ...]
    limits: Limits = NO_LIMITS
    discounts: tuple[DiscountStep, ...] = ()
    time_shared: bool = False
    sliced: bool = False
    people_stated: bool = False


def read_portfolio(path: Path, vocabulary: Vocabulary) -> PortfolioFile:
    """Read a portfolio file and the files it names; raises BadInput with file, key and what is allowed."""
    file = str(path)
    if path.suffix.lower() != ".toml":
        return PortfolioFile(path.stem, _apart(_rows(path, vocabulary), file))
    table = read_toml(read_file(path, follow=True), file)
    _only(table, _TOP, file)
    shared = _table(table.get("shared", {}), f"{file}: shared")
    _only(shared, _SHARED, f"{file}: shared")
    common = _answers(shared, f"{file}: shared", vocabulary)
    usual = _answers(_table(table.get("defaults", {}), f"{file}: defaults"), f"{file}: defaults", vocabulary)
    listed = table.get("workloads", [])
    if not isinstance(listed, list) or not (listed or "rows" in table):
        raise BadInput(f"{file}: workloads", "no workloads are listed", "write one [[workloads]] table for each")
    read = [
        _workload(_table(each, f"{file}: workloads {place}"), f"{file}: workloads {place}", path.parent, vocabulary)
        for place, each in enumerate(listed, 1)
    ]
    if "rows" in table:
        read += _rows(path.parent / _text(table["rows"], f"{file}: rows", "workloads.csv"), vocabulary)
    put_in = tuple(replace(each, answers=_with(each.answers, common, usual)) for each in _apart(read, file))
    limits = Limits(gpu_limit(table.get("most_gpus"), file), people_limit(table.get("most_fte"), common, file))
    steps = tuple(discount_steps(table.get("discounts", []), f"{file}: discounts", vocabulary))
    turns, sliced = (_flag(table, key, file) for key in ("time_shared", "sliced"))
    return PortfolioFile(str(table.get("name", path.stem)), put_in, limits, steps, turns, sliced, "most_fte" in table)


def _rows(path: Path, vocabulary: Vocabulary) -> list[PortfolioWorkload]:
    """Workloads of a CSV, one a row, or of what `measure usage --by … --format json` printed, one a group."""
    data, suffix = read_file(path, _MOST_ROWS, follow=True), path.suffix.lower()
    if suffix == ".csv":
        _refuse_too_many(data.count(b"\n") - 1, path)
        return [_row(row, f"{path}: row {place}", vocabulary) for place, row in enumerate(_csv(data, path), 1)]
    if suffix == ".json":
        listed = parse_json(data, str(path))
        if not isinstance(listed, list) or not listed:
            raise BadInput(
                str(path), "is not a list of measurements", "write it with measure usage --by … --format json"
            )
        _refuse_too_many(len(listed), path)
        return [_group(each, f"{path}: entry {place}", vocabulary) for place, each in enumerate(listed, 1)]
    raise BadInput(str(path), "is not TOML, CSV or JSON by its name", "name it .toml, .csv or .json")


def _refuse_too_many(count: int, file: Path | str) -> None:
    """Refuse before every row is read: reading them takes longer than counting them."""
    if count > MOST_WORKLOADS:
        what = f"{count:,} rows are more than the {MOST_WORKLOADS:,} a portfolio has at most"
        raise BadInput(f"{file}: workloads", what, "divide it, or group its usage by fewer names")


def _csv(data: bytes, path: Path) -> Iterator[dict[str, str]]:
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), strict=True)
        for row in rows:
            if None in row or None in row.values():
                raise BadInput(f"{path}: line {rows.line_num}", "has more or fewer cells than the first line has names")
            yield row
    except UnicodeDecodeError:
        raise BadInput(str(path), "is not UTF-8", "save it as UTF-8") from None
    except csv.Error as error:
        raise BadInput(str(path), f"is not valid CSV: {error}") from None


def _row(row: Mapping[str, str], where: str, vocabulary: Vocabulary) -> PortfolioWorkload:
    """A row: `name`, `hours` (24 shares apart by spaces) where given, and answers by their keys; empty is unknown."""
    cells = {key.strip(): value.strip() for key, value in row.items() if value.strip()}
    name, hours, rank = cells.pop("name", ""), cells.pop("hours", ""), cells.pop("adapter_rank", "")
    if not name:
        raise BadInput(f"{where}: name", "has no name", "give the column `name` a text in every row")
    answers = flat_answers(cells, where, vocabulary)
    return PortfolioWorkload(name, answers, hours_of_cell(hours, where), rank_of_cell(rank, where))


def hours_of_cell(text: str, where: str) -> tuple[float, ...]:
    """Shares of the peak apart by spaces, `9x1` for nine times 1; an empty text is the peak in all hours."""
    shares: list[float] = []
    try:
        for each in text.split():
            times, found, share = each.rpartition("x")
            shares += [float(share)] * (min(int(times), HOURS + 1) if found else 1)
    except ValueError:
        shares = []
    return _hours(shares if text.strip() else None, where)


def rank_of_cell(text: str, where: str) -> int:
    """The rank of an adapter; 0 where the text is empty."""
    return _adapter(int(text) if text.isdecimal() and len(text) < 9 else text or None, where)


def _group(entry: object, where: str, vocabulary: Vocabulary) -> PortfolioWorkload:
    table = _table(entry, where)
    group, answers = table.get("group"), table.get("answers")
    if not isinstance(group, dict) or not group or not isinstance(answers, dict):
        raise BadInput(where, "has no group with answers", "write it with measure usage --by … --format json")
    return PortfolioWorkload(" ".join(str(each) for each in group.values()), flat_answers(answers, where, vocabulary))


def flat_answers(cells: Mapping[str, Any], where: str, vocabulary: Vocabulary) -> Answers:
    """Answers by dotted keys; a cell of a spreadsheet is a text, so true, false and lists (apart by `;`) are read."""
    tables: dict[str, dict[str, Any]] = {}
    for key, value in cells.items():
        if key not in vocabulary.questions:
            raise BadInput(f"{where}: {key}", "no such key", nearest(key, vocabulary.questions))
        section, _, name = key.partition(".")
        kind = vocabulary.questions[key].kind
        tables.setdefault(section, {})[name] = _cell(value, kind)
    return _answers(tables, where, vocabulary)


def _cell(value: Any, kind: str) -> Any:
    if not isinstance(value, str):
        return value
    if kind == "bool" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return [part.strip() for part in value.split(";")] if kind in ("choices", "models") else value


def _answers(tables: Mapping[str, Any], where: str, vocabulary: Vocabulary) -> Answers:
    return read_answers(tomli_w.dumps(tables).encode(), where, vocabulary)


def _workload(table: dict[str, Any], where: str, folder: Path, vocabulary: Vocabulary) -> PortfolioWorkload:
    name, hours = table.pop("name", None), _hours(table.pop("hours", None), where)
    adapter = _adapter(table.pop("adapter_rank", None), where)
    if not isinstance(name, str) or not name:
        raise BadInput(f"{where}: name", "has no name", 'write name = "contracts"')
    named = table.pop("answers", None)
    if named is None:
        return PortfolioWorkload(name, _answers(table, f"{where} ({name})", vocabulary), hours, adapter)
    if table:
        raise BadInput(f"{where}: answers", "both a file and answers were given", "give one of them")
    path = folder / _text(named, f"{where}: answers", "contracts.toml")
    read = read_answers(read_file(path, follow=True), str(path), vocabulary)
    return PortfolioWorkload(name, read, hours, adapter)


def _apart(read: list[PortfolioWorkload], file: str) -> tuple[PortfolioWorkload, ...]:
    if not read:
        raise BadInput(f"{file}: workloads", "no workloads are listed", "write one for each row")
    _refuse_too_many(len(read), file)
    seen = set[str]()
    for each in read:
        if each.name in seen:
            raise BadInput(f"{file}: workloads", f"two workloads are named {each.name!r}", "give each its own name")
        seen.add(each.name)
    return tuple(read)


def _with(answers: Answers, common: Answers, usual: Answers) -> Answers:
    for key, value in usual.values.items():
        if key not in answers.values:
            answers = answers.put(key, value)
    for key, value in common.values.items():
        answers = answers.put(key, value)
    return answers


def _hours(raw: object, where: str) -> tuple[float, ...]:
    if raw is None:
        return _ALWAYS
    good = isinstance(raw, list) and len(raw) == HOURS and all(_is_share(each) for each in raw)
    if not good:
        raise BadInput(
            f"{where}: hours", "is not a share of the peak for each hour", f"write {HOURS} numbers from 0 to 1"
        )
    return tuple(float(each) for each in raw)  # type: ignore[attr-defined]


def _adapter(raw: object, where: str) -> int:
    """The rank of a LoRA adapter; 0 where none is named."""
    if raw is None:
        return 0
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 1:
        return raw
    raise BadInput(f"{where}: adapter_rank", f"{shown(raw)} is not the rank of an adapter",
                   "write a whole number from 1")  # fmt: skip


def _is_share(raw: object) -> bool:
    return isinstance(raw, (int, float)) and not isinstance(raw, bool) and 0 <= raw <= 1


def _is_amount(raw: object) -> bool:
    return isinstance(raw, (int, float)) and not isinstance(raw, bool) and 0 <= raw < float("inf")


def gpu_limit(raw: object, file: str) -> int | None:
    """How many GPUs there are; None for no limit."""
    if raw is None or (isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0):
        return raw
    raise BadInput(f"{file}: most_gpus", f"{shown(raw)} is not a count of GPUs", "write a whole number from 0")


def people_limit(raw: object, common: Answers, file: str) -> float | None:
    """The people there are: as said, or those of [shared.staffing], at the upper end of a range."""
    if raw is None:
        stated = [common.range(key) for key in PEOPLE_KEYS]
        return fsum(each.high for each in stated if each is not None) if any(stated) else None
    if _is_amount(raw):
        return float(raw)  # type: ignore[arg-type]
    raise BadInput(f"{file}: most_fte", f"{shown(raw)} is not a number of people", "write for example most_fte = 2.5")


def discount_steps(raw: object, where: str, vocabulary: Vocabulary) -> Iterator[DiscountStep]:
    """Steps of discounts from their tables."""
    if not isinstance(raw, list):
        raise BadInput(where, f"{shown(raw)} is not a list of tables", "write one [[discounts]] table for each step")
    for place, each in enumerate(raw, 1):
        at = f"{where} {place}"
        table = _table(each, at)
        _only(table, _STEP, at)
        seller, least, share = table.get("seller"), table.get("from_usd", 0), table.get("share")
        if seller not in vocabulary.ids["providers"]:
            raise BadInput(f"{at}: seller", f"unknown provider {shown(seller)}",
                           nearest(str(seller), vocabulary.ids["providers"]))  # fmt: skip
        if not _is_amount(least):
            raise BadInput(f"{at}: from_usd", f"{shown(least)} is not an amount", "write dollars a month, from 0")
        if not _is_share(share):
            raise BadInput(f"{at}: share", f"{shown(share)} is not a share", "write a number from 0 to 1")
        yield DiscountStep(str(seller), float(least), float(share), _flag(table, "committed", at))  # type: ignore[arg-type]


def _flag(table: Mapping[str, Any], key: str, where: str) -> bool:
    raw = table.get(key, False)
    if isinstance(raw, bool):
        return raw
    raise BadInput(f"{where}: {key}", f"{shown(raw)} is not true or false", f"write {key} = true")


def _text(raw: object, where: str, like: str) -> str:
    if isinstance(raw, str) and raw:
        return raw
    raise BadInput(where, f"{shown(raw)} is not a path", f'write for example "{like}"')


def _only(table: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise BadInput(f"{where}: {key}", "no such key", nearest(key, allowed))


def _table(raw: object, where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise BadInput(where, f"{shown(raw)} is not a table", "see docs/portfolio.md")
    return dict(raw)


# A portfolio's terms as a table: what a record of it holds beside its members' answers, and is solved again from.


TERMS = "advisor.portfolio-terms/1"


def terms_table(read: PortfolioFile, as_of: date, seed: int) -> dict[str, Any]:
    """The terms; the workloads in their order, without their answers."""
    return {
        "schema": TERMS,
        "name": read.name,
        "as_of": as_of.isoformat(),
        "seed": seed,
        "limits": {"gpus": read.limits.gpus, "fte": read.limits.fte},
        "time_shared": read.time_shared,
        **({"sliced": True} if read.sliced else {}),
        "discounts": [
            {"seller": each.seller, "from_usd": each.from_usd, "share": each.share, "committed": each.committed}
            for each in read.discounts
        ],
        "workloads": [
            {"name": each.name, "hours": list(each.hours),
             **({"adapter_rank": each.adapter_rank} if each.adapter_rank else {})}
            for each in read.workloads
        ],
    }  # fmt: skip


def portfolio_of(terms: Mapping[str, Any], answers: Sequence[Answers]) -> PortfolioFile:
    """The portfolio that terms and the answers of its members, in their order, describe."""
    limits = terms["limits"]
    return PortfolioFile(
        terms["name"],
        tuple(
            PortfolioWorkload(each["name"], given, tuple(each["hours"]), each.get("adapter_rank", 0))
            for each, given in zip(terms["workloads"], answers, strict=True)
        ),
        Limits(limits["gpus"], limits["fte"]),
        tuple(DiscountStep(**each) for each in terms["discounts"]),
        terms["time_shared"],
        terms.get("sliced", False),
    )


# Changes to a portfolio that was read: answers and hours of a workload, and the terms that all of them share.


HOURS_KEY, RANK_KEY = "hours", "adapter_rank"
WAYS = ("time_shared", "sliced")
DISCOUNTS = "discounts"
SHARED_TOPIC = "staffing"
"""The topic of the questions whose answers hold for all workloads."""
_WORDS = {"yes": True, "true": True, "no": False, "false": False}
_COMMITTED = "committed"


class PortfolioTerm(NamedTuple):
    """One of the terms that all workloads share, as it is typed."""

    key: str
    text: str


def with_edit(read: PortfolioFile, workload: str, key: str, text: str, vocabulary: Vocabulary) -> PortfolioFile:
    """The portfolio with one text put in as a CSV spells it; an empty text takes away what was there.

    With a workload it is one of its answers, its hours, or the rank of its adapter; without one, a term of all. Raises
    BadInput for a workload or a key there is not, and for a text that cannot be taken.
    """
    if not workload:
        return _with_term(read, key, text, vocabulary)
    names = [each.name for each in read.workloads]
    if workload not in names:
        raise BadInput(workload, "is not a workload of this portfolio", nearest(workload, names))
    at = names.index(workload)
    changed = _edited(read.workloads[at], key, text, vocabulary)
    return replace(read, workloads=(*read.workloads[:at], changed, *read.workloads[at + 1 :]))


def _edited(each: PortfolioWorkload, key: str, text: str, vocabulary: Vocabulary) -> PortfolioWorkload:
    where = f"{each.name}: {key}"
    if key == HOURS_KEY:
        return replace(each, hours=hours_of_cell(text, each.name))
    if key == RANK_KEY:
        return replace(each, adapter_rank=rank_of_cell(text, each.name))
    if key not in vocabulary.questions:
        raise BadInput(where, "no such key", nearest(key, vocabulary.questions))
    put = flat_answers({key: text}, each.name, vocabulary).get(key) if text else None
    return replace(each, answers=each.answers.drop(key) if put is None else each.answers.put(key, put))


def _with_term(read: PortfolioFile, key: str, text: str, vocabulary: Vocabulary) -> PortfolioFile:
    if key == "most_gpus":
        return replace(read, limits=replace(read.limits, gpus=gpu_limit(_number(text), read.name)))
    if key == "most_fte":
        people = (
            people_limit(_number(text), read.workloads[0].answers, read.name)
            if text
            else _staffed(read.workloads, read.name)
        )
        return replace(read, limits=replace(read.limits, fte=people), people_stated=bool(text))
    if key == DISCOUNTS:
        tables = [_step(each, read.name) for each in text.split(";") if each.strip()]
        return replace(read, discounts=tuple(discount_steps(tables, f"{read.name}: {DISCOUNTS}", vocabulary)))
    if key in WAYS:
        if text.lower() not in _WORDS:
            raise BadInput(f"{read.name}: {key}", f"{shown(text)} is not yes or no", "write yes or no")
        way = _WORDS[text.lower()]
        return replace(read, time_shared=way) if key == "time_shared" else replace(read, sliced=way)
    workloads = tuple(_edited(each, key, text, vocabulary) for each in read.workloads)
    limits = read.limits
    if key in PEOPLE_KEYS and not read.people_stated:
        limits = replace(limits, fte=_staffed(workloads, read.name))
    return replace(read, workloads=workloads, limits=limits)


def _staffed(workloads: Sequence[PortfolioWorkload], name: str) -> float | None:
    """The people that all workloads state alike; None where they do not."""
    stated = [[each.answers.get(key) for key in PEOPLE_KEYS] for each in workloads]
    return people_limit(None, workloads[0].answers, name) if all(each == stated[0] for each in stated) else None


def _number(text: str) -> object:
    """A number where the text is one; else the text itself, which is then refused by name."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text or None


def _step(text: str, name: str) -> dict[str, Any]:
    """A step as it is typed: seller, dollars a month, share taken off, and `committed` where it is agreed to."""
    words = text.split()
    committed = words[-1] == _COMMITTED
    words = words[:-1] if committed else words
    if len(words) != 3:
        raise BadInput(
            f"{name}: {DISCOUNTS}",
            f"{shown(text.strip())} is not a step",
            "write azure 10000 10% committed",
        )
    seller, least, share = words
    part = _number(share.removesuffix("%"))
    if share.endswith("%") and isinstance(part, (int, float)):
        part = part / 100.0
    return {"seller": seller, "from_usd": _number(least.lstrip("$").replace(",", "")), "share": part,
            "committed": committed}  # fmt: skip


def terms_of(read: PortfolioFile, vocabulary: Vocabulary) -> Iterator[PortfolioTerm]:
    """The terms of a portfolio as they are typed; the staffing that all state alike, empty where they do not."""
    yield PortfolioTerm("most_gpus", "" if read.limits.gpus is None else str(read.limits.gpus))
    yield PortfolioTerm(
        "most_fte", f"{read.limits.fte:g}" if read.people_stated and read.limits.fte is not None else ""
    )
    yield PortfolioTerm(DISCOUNTS, "; ".join(_typed_step(each) for each in read.discounts))
    yield from (PortfolioTerm(key, "yes" if getattr(read, key) else "no") for key in WAYS)
    for key, question in vocabulary.questions.items():
        if question.topic == SHARED_TOPIC:
            given = [each.answers.get(key) for each in read.workloads]
            alike = given[0] if all(value == given[0] for value in given) else None
            yield PortfolioTerm(key, "" if alike is None else cell_of(alike, question))


def _typed_step(step: DiscountStep) -> str:
    return f"{step.seller} {step.from_usd:g} {step.share * 100:g}%{f' {_COMMITTED}' if step.committed else ''}"


def cell_of(value: Value, question: Question) -> str:
    """An answer as a cell of a CSV spells it; it is read back alike."""
    written = write_value(value, question)
    if isinstance(written, bool):
        return "true" if written else "false"
    return "; ".join(written) if isinstance(written, list) else str(written)


def hours_cell(hours: Sequence[float]) -> str:
    """Shares of the peak as a cell spells them, runs of the same share as `9x1`; empty where all are the peak."""
    if all(share == 1.0 for share in hours):
        return ""
    runs = [(len(list(run)), share) for share, run in groupby(hours)]
    return " ".join(f"{count}x{share:g}" if count > 1 else f"{share:g}" for count, share in runs)


def hours_words(hours: Sequence[float]) -> str:
    """The hours of the day that take most, as hours of a clock: "busiest 7-19"."""
    most = max(hours)
    if min(hours) == most:
        return "all day"
    runs, at = [], 0
    for share, run in groupby(hours):
        end = at + len(list(run))
        if share == most:
            runs.append(f"{at}-{end}")
        at = end
    return f"busiest {', '.join(runs)} h"

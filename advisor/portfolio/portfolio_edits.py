"""Changes to a portfolio that was read: answers and hours of a workload, and the terms that all of them share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from advisor.errors import BadInput, nearest, shown
from advisor.interview.answers import Value, Vocabulary, write_value
from advisor.knowledge.questions import Question
from advisor.portfolio.candidate import DiscountStep
from advisor.portfolio.read_portfolio import (
    PEOPLE_KEYS,
    PortfolioFile,
    PortfolioWorkload,
    discount_steps,
    flat_answers,
    gpu_limit,
    hours_of_cell,
    people_limit,
    rank_of_cell,
)

HOURS_KEY, RANK_KEY = "hours", "adapter_rank"
LIMITS = ("most_gpus", "most_fte")
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

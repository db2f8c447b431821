"""Derive a decision again from its own answers and its own pinned knowledge, and compare leaf by leaf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from advisor.assessment import Assessment
from advisor.interview.answers import Answers, Vocabulary, read_value
from advisor.knowledge.pack import Knowledge
from advisor.record.document import RTOL, derived_tables
from advisor.record.form import Table, plain
from advisor.record.parse import NotARecord, text_of

Assess = Callable[[Answers, Knowledge, date, int, int], Assessment]
_APPROXIMATE = "results.approx."
_FOLLOWS_COST = ("verdict.", "options.", "results.", "flips.", "methods.")


@dataclass(frozen=True, slots=True)
class Replay:
    """How a second derivation compares with the record.

    `exact` of `exact_of` fields came out the same; `worst` is the largest relative error among the approximate ones,
    `margin` the relative distance of the two cheapest standing routes (None where cost did not decide).
    """

    exact: int
    exact_of: int
    approximate_of: int
    worst: float
    rtol: float
    differs: tuple[str, ...]
    margin: float | None

    @property
    def is_toss_up(self) -> bool:
        """Whether the costs lie closer than the tolerance: then even the same verdict proves nothing.

        A difference that no cost can explain (an answer, a rule that fired) is a difference all the same.
        """
        by_cost = all(name.startswith(_FOLLOWS_COST) for name in self.differs)
        return by_cost and self.margin is not None and self.margin <= self.rtol

    @property
    def verdict(self) -> str:
        """`same`, `differs` or `toss-up`."""
        if self.is_toss_up:
            return "toss-up"
        return "differs" if self.differs else "same"


def replay(record: Table, file: str, knowledge: Knowledge, assess: Assess) -> Replay:
    """Assess the answers of a record once more, with the knowledge it pins; raises NotARecord where it cannot be."""
    answers = recorded_answers(record, file, knowledge)
    as_of, seed, draws = circumstances(record, file)
    origins = {key: text_of(record, "answers", key, "source") for key in answers.values}
    again = derived_tables(assess(answers, knowledge, as_of, seed, draws), answers, knowledge, origins)
    return compare_derivations(record, plain(again, "record"))


def recorded_answers(record: Table, file: str, knowledge: Knowledge) -> Answers:
    """The answers of a record as typed values, read as an answers file of that day would have been."""
    ids = vocabulary_of(knowledge).ids
    values = {}
    for key, entry in _tables(record.get("answers")):
        if "value" not in entry:
            continue
        if key not in knowledge.questions:
            raise NotARecord(f"{file}: answers.{key}", "is no question of the pinned questionnaire")
        value = read_value(entry["value"], knowledge.questions[key], f"{file}: answers.{key}", ids)
        if value is not None:
            values[key] = value
    return Answers(values, text_of(record, "decision", "questionnaire"))


def vocabulary_of(knowledge: Knowledge) -> Vocabulary:
    """What may be answered under this knowledge."""
    catalog = knowledge.catalog
    ids = {
        "questionnaires": tuple(knowledge.questionnaires),
        "models": tuple(catalog.models),
        "gpus": tuple(catalog.gpus),
        "api": tuple(catalog.api),
    }
    return Vocabulary(knowledge.questions, ids)


def compare_derivations(record: Table, again: Table) -> Replay:
    """Compare the derived tables of a record with those of a second derivation."""
    before = dict(leaves({name: record.get(name) for name in again}))
    after = dict(leaves(again))
    names = [*before, *(name for name in after if name not in before)]
    exact = [name for name in names if not name.startswith(_APPROXIMATE)]
    approximate = [name for name in names if name.startswith(_APPROXIMATE)]
    errors = {name: relative_error(before.get(name), after.get(name)) for name in approximate}
    same = [name for name in exact if before.get(name) == after.get(name)]
    wrong = [name for name in exact if before.get(name) != after.get(name)]
    wrong += [name for name, error in errors.items() if error > RTOL]
    worst = max(errors.values(), default=0.0)
    return Replay(len(same), len(exact), len(approximate), worst, RTOL, tuple(wrong), _margin(again))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of nested tables with its dotted path; an empty table or list is a leaf of its own."""
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from leaves(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value:
        for number, part in enumerate(value):
            yield from leaves(part, f"{path}[{number}]")
    elif value is not None:
        yield path, value


def relative_error(before: object, after: object) -> float:
    """|after − before| / max(|before|, |after|); infinite where only one of them is there, or is a number."""
    if before == after:
        return 0.0
    try:
        old, new = Fraction(str(before)), Fraction(str(after))
    except ValueError:
        return float("inf")
    return float(abs(new - old) / max(abs(old), abs(new))) if old != new else 0.0


def _margin(again: Table) -> float | None:
    """How far the cheapest standing route leads the next, relatively; None unless cost decided between them."""
    if again["verdict"]["decided_by"] != "worth":
        return None
    costs = again["results"]["approx"]["options"]
    ranked = [costs[name]["monthly_usd"]["p50"] for name in again["results"]["exact"]["ranking"]]
    return relative_error(ranked[0], ranked[1]) if len(ranked) > 1 else None


def circumstances(record: Table, file: str) -> tuple[date, int, int]:
    """The as-of date, seed and number of draws of a record; raises NotARecord where it does not say."""
    stream = record.get("random", {})
    try:
        return date.fromisoformat(text_of(record, "decision", "as_of")), int(stream["seed"]), int(stream["draws"])
    except (KeyError, TypeError, ValueError):
        raise NotARecord(file, "does not say its as-of date, seed and number of draws") from None


def _tables(value: object) -> Iterator[tuple[str, Table]]:
    if not isinstance(value, dict):
        return
    for name, entry in value.items():
        if isinstance(entry, dict):
            yield name, entry

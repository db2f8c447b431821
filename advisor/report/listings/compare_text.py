"""Two assessments compared, as text: verdict first, then what differs, then what caused it, in words and tables."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.assessment.model import Spread
from advisor.interview.wording.answer_format import dollar_span, dollars
from advisor.knowledge.labels import ROUTE_NAMES, catalog_label, label, question_of, route_name, rule_label
from advisor.report.listings.assessment_diff import Cause, Change, CostChange, Difference, Side
from advisor.report.phrases import cell, line_name
from advisor.report.why_text import verdict_line
from advisor.text import labeled, side_by_side, wrap

_MOST_FIGURES = 12
_KINDS = ("parameter ", "model ", "gpu ", "api ", "managed ", "provider ")
"""What a figure's name begins with, before its id."""


def compare_text(a: Side, b: Side, found: Difference) -> str:
    """The whole comparison."""
    blocks = (
        [*_side("A", a), *_side("B", b)],
        _table("verdict", found.verdict),
        _table("answers", found.answers),
        _figures(found.figures),
        [line for name in ("rules", "conditions", "tasks") for line in labeled(name, _only(a, b, found, name))],
        _costs(found.costs),
        labeled("cause", _causes(found.causes, a.assessment.verdict.option)),
    )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _side(letter: str, side: Side) -> list[str]:
    return [f"{letter}  {side.name}", *wrap(verdict_line(side.assessment), lead="   ", hanging="   ")]


def _table(name: str, changes: Iterable[Change]) -> list[str]:
    """What differs: what it is, and how it stands on either side; one line where nothing does."""
    rows = [(_named(change.name), _valued(change.name, change.a), _valued(change.name, change.b)) for change in changes]
    return [name, *side_by_side([("", "A", "B"), *rows])] if rows else labeled(name, ["the same"])


def _named(name: str) -> str:
    return label(name) if question_of(name) is not None else name


def _valued(name: str, value: str) -> str:
    """A side's value: a route or a model by its name, anything else as it is."""
    if name == "route":
        return ROUTE_NAMES.get(value, value)
    return ", ".join(catalog_label(part) for part in value.split(", "))


def _figures(changes: tuple[Change, ...]) -> list[str]:
    if not changes:
        return []
    shown = [Change(_figure(change.name), change.a, change.b) for change in changes[:_MOST_FIGURES]]
    rest = len(changes) - _MOST_FIGURES
    return [*_table("figures", shown), *([f"  and {rest} more"] if rest > 0 else [])]


def _figure(name: str) -> str:
    """A parameter by its title, a catalog entry by the name it is sold under."""
    kind = next((kind for kind in _KINDS if name.startswith(kind)), "")
    rest = name.removeprefix(kind)
    return label(rest) if kind == _KINDS[0] else f"{kind}{catalog_label(rest)}"


def _only(a: Side, b: Side, found: Difference, name: str) -> list[str]:
    """What stands on one side alone, each on a line of its own."""
    titles = {rule.rule: rule.title for side in (a, b) for rule in side.assessment.findings if rule.title}
    sides = (("A", found.only_in_a[name]), ("B", found.only_in_b[name]))
    shown = [
        f"only in {side}: {(titles.get(each) or rule_label(each)) if name == 'rules' else each}"
        for side, listed in sides
        for each in listed
    ]
    return shown or ["the same"]


def _costs(changes: tuple[CostChange, ...]) -> list[str]:
    if not changes:
        return labeled("costs", ["the same"])
    rows = [row for change in changes for row in _cost(change)]
    return ["costs a month, median and likely range", *side_by_side([("", "A", "B"), *rows])]


def _cost(change: CostChange) -> list[tuple[str, str, str]]:
    """A route, then the lines of its bill that differ."""
    lines = [(f"· {line_name(name)}", cell(a), cell(b)) for name, (a, b) in change.lines.items()]
    return [(route_name(change.option), _spread(change.a), _spread(change.b)), *lines]


def _spread(side: Spread | None) -> str:
    return f"{dollars(side.p50)}, likely {dollar_span(side.p10, side.p90)}" if side else "no price"


def _causes(causes: tuple[Cause, ...], route: str) -> list[str]:
    """What leads to the other route, what to a third, and how many differences lead nowhere by themselves."""
    if not causes:
        return []
    alone = [_named(cause.changed) for cause in causes if cause.explains]
    third = [cause for cause in causes if not cause.explains and cause.verdict != route]
    none = len(causes) - len(alone) - len(third)
    lead = (
        f"enough by itself: {'; '.join(alone)}" if alone else "no single difference explains it; several act together"
    )
    rest = [f"the other {none} difference{'s change' if none > 1 else ' changes'} nothing alone"] if none else []
    return [lead, *(f"{_named(one.changed)} alone would give {route_name(one.verdict)}" for one in third), *rest]

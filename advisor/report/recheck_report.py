"""Decisions that were assessed again, as text and as a Markdown report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from advisor.assessment.build_verdict import TITLES
from advisor.knowledge.labels import catalog_words, routes_in_words
from advisor.report.markdown import escaped
from advisor.text import visible

if TYPE_CHECKING:

    class Purchase(Protocol):
        """What a decision buys."""

        @property
        def route(self) -> str:
            """Its route."""

        @property
        def offer(self) -> str:
            """The offer in words."""

        @property
        def monthly_usd(self) -> float:
            """Dollars a month at P50."""

        @property
        def margin(self) -> float | None:
            """How much more the next route costs, as a share."""

    class Checked(Protocol):
        """One decision assessed again."""

        @property
        def number(self) -> int:
            """Its record."""

        @property
        def title(self) -> str:
            """Its title."""

        @property
        def outcome(self) -> str:
            """The result."""

        @property
        def then(self) -> Purchase | None:
            """What was decided."""

        @property
        def now(self) -> Purchase | None:
            """What would be."""

        @property
        def because(self) -> tuple[str, ...]:
            """The inputs that matter."""

        @property
        def renegotiate(self) -> tuple[str, ...]:
            """What to ask for."""


def as_text(found: Sequence[Checked], day: date, inputs: Sequence[str]) -> str:
    """One decision after the other, those that would change first, and a count."""
    lines = [f"assessed again on {day} with {', then '.join(inputs)}", ""]
    for one in _graver_first(found):
        lines.append(f"record {one.number}: {one.title}: {one.outcome}")
        lines += [f"  {line}" for line in _details(one)]
    return "\n".join(visible(line) for line in [*lines, "", _counted(found)])


def as_markdown(found: Sequence[Checked], day: date, inputs: Sequence[str]) -> str:
    """A report for a ticket or a repository: a table, then a section for each decision that asks for something."""
    lines = [f"# Decisions assessed again on {day}", "", f"With {', then '.join(map(escaped, inputs))}.", "",
             "| record | decision | outcome | decided | now |", "|---|---|---|---|---|"]  # fmt: skip
    for one in _graver_first(found):
        cells = (str(one.number), one.title, one.outcome, _purchase(one.then), _purchase(one.now))
        lines.append(f"| {' | '.join(escaped(cell) for cell in cells)} |")
    for one in _graver_first(found):
        if one.because or one.renegotiate:
            lines += ["", f"## Record {one.number}: {escaped(one.title)}", ""]
            lines += [f"- {escaped(line)}" for line in _details(one)]
    return "\n".join([*lines, "", _counted(found)])


def _details(one: Checked) -> Iterator[str]:
    if one.then is not None:
        yield f"decided: {_purchase(one.then)}"
    if one.now is not None:
        yield f"now: {_purchase(one.now)}"
    yield from map(_in_words, one.because)
    yield from (f"renegotiate: {_in_words(line)}" for line in one.renegotiate)


def _in_words(text: str) -> str:
    """A sentence without ids of routes, questions, models, GPUs and providers."""
    return catalog_words(routes_in_words(text))


def _purchase(what: Purchase | None) -> str:
    if what is None:
        return "not known"
    title = TITLES.get(what.route, what.route)
    margin = "" if what.margin is None else f", the next route costs {what.margin:.0%} more"
    offer = f": {catalog_words(what.offer)}" if what.offer else ""
    return f"{title}{offer}, ${what.monthly_usd:,.0f} a month{margin}" if what.route != "none" else "no route is left"


def _graver_first(found: Sequence[Checked]) -> list[Checked]:
    order = ("would change", "cannot tell", "holds with less margin", "holds")
    return sorted(found, key=lambda one: (order.index(one.outcome), one.number))


def _counted(found: Sequence[Checked]) -> str:
    counts = Counter(one.outcome for one in found)
    counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    return f"{len(found)} decision{'s' if len(found) != 1 else ''}: {counted or 'none is in effect'}"

"""The views of a verdict, in the order of their keys: adding one is adding a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.tui.views.changes import changes_lines
from advisor.tui.views.costs import costs_lines
from advisor.tui.views.details import checklists_lines, evidence_lines, fleet_lines, licenses_lines, methods_lines
from advisor.tui.views.verdict import verdict_lines
from advisor.tui.views.why import why_lines, why_not_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from advisor.assessment import Assessment
    from advisor.tui.spans import Line


class View(NamedTuple):
    """A view: its short title, and what draws it for an assessment and a width."""

    title: str
    draw: Callable[[Assessment, int], list[Line]]


VIEWS: tuple[View, ...] = (
    View("verdict", verdict_lines),
    View("why", why_lines),
    View("why not", why_not_lines),
    View("flips", changes_lines),
    View("costs", costs_lines),
    View("fleet", fleet_lines),
    View("licenses", licenses_lines),
    View("checks", checklists_lines),
    View("methods", methods_lines),
    View("proof", evidence_lines),
)

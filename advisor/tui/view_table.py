"""The views of a verdict, in the order of their keys: adding one is adding a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.tui.spans import wrapped
from advisor.tui.views.changes import changes_entries, changes_lines
from advisor.tui.views.costs import costs_entries, costs_lines
from advisor.tui.views.details import checklists_entries, fleet_lines, licenses_entries
from advisor.tui.views.entry import whole
from advisor.tui.views.methods import methods_entries
from advisor.tui.views.proof import proof_entries
from advisor.tui.views.verdict import verdict_lines
from advisor.tui.views.why import why_entries
from advisor.tui.views.why_not import why_not_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from advisor.assessment import Assessment
    from advisor.tui.spans import Line
    from advisor.tui.views.entry import Entry


class View(NamedTuple):
    """A view: its short title, what lists its entries, and what draws it whole.

    A view without entries is one page; one without a page of its own is its entries' details, one after the other.
    """

    title: str
    draw: Callable[[Assessment, int], list[Line]] | None = None
    entries: Callable[[Assessment], list[Entry]] | None = None
    nothing: str = "There is nothing to list."

    def listed(self, assessment: Assessment) -> list[Entry]:
        """Its entries; none where it is one page."""
        return self.entries(assessment) if self.entries is not None else []

    def lines(self, assessment: Assessment, columns: int) -> list[Line]:
        """The whole view, as it is exported."""
        if self.draw is not None:
            return self.draw(assessment, columns)
        return whole(self.listed(assessment), columns) or wrapped(self.nothing, columns, "   ", "muted")


VIEWS: tuple[View, ...] = (
    View("verdict", verdict_lines),
    View("why", entries=why_entries),
    View("why not", entries=why_not_entries, nothing="No other route is listed."),
    View("flips", changes_lines, changes_entries),
    View("costs", costs_lines, costs_entries),
    View("fleet", fleet_lines),
    View("licenses", entries=licenses_entries, nothing="No open model is a candidate."),
    View("checks", entries=checklists_entries, nothing="No checklist applies to these answers."),
    View("methods", entries=methods_entries, nothing="No published method was applied."),
    View("proof", entries=proof_entries),
)

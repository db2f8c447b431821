"""The views of a verdict, in the order of their keys, and the line that names them: adding a view is adding a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.report.license_verdict import LICENSE_REVIEW
from advisor.tui.verdict.views.changes import changes_entries, changes_lines
from advisor.tui.verdict.views.costs import costs_entries, costs_lines
from advisor.tui.verdict.views.details import checklists_entries, fleet_lines, licenses_entries, methods_entries
from advisor.tui.verdict.views.entry import whole
from advisor.tui.verdict.views.overview import verdict_lines
from advisor.tui.verdict.views.proof import proof_entries
from advisor.tui.verdict.views.reasons import why_entries, why_not_entries
from advisor.tui.widgets.styled_text import Line, fitted, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from advisor.assessment.model import Assessment
    from advisor.tui.verdict.views.entry import ViewEntry
    from advisor.tui.widgets.styled_text import Line


class View(NamedTuple):
    """A view: its short title, what it shows, what lists its entries, and what draws it whole.

    A view without entries is one page; one without a page of its own is its entries' details, one after the other.
    """

    title: str
    about: str
    draw: Callable[[Assessment, int], list[Line]] | None = None
    entries: Callable[[Assessment], list[ViewEntry]] | None = None
    nothing: str = "There is nothing to list."

    def listed(self, assessment: Assessment) -> list[ViewEntry]:
        """Its entries; none where it is one page."""
        return self.entries(assessment) if self.entries is not None else []

    def lines(self, assessment: Assessment, columns: int) -> list[Line]:
        """The whole view, as it is exported."""
        if self.draw is not None:
            return self.draw(assessment, columns)
        return whole(self.listed(assessment), columns) or wrapped(self.nothing, columns, "   ", "muted")


VIEWS: tuple[View, ...] = (
    View(
        "verdict",
        "The route, which gate decided and how firmly; on which conditions; what each route costs a month: less than "
        "p10 in one draw of ten, than p50 in five, than p90 in nine; and what would change it.",
        verdict_lines,
    ),
    View(
        "why",
        "Every rule that fired, gate by gate. A detail reads from the gate to the rule, to the answer or fact that "
        "matched, to the source and how well it is founded.",
        entries=why_entries,
    ),
    View(
        "why not",
        "Each other route: the rules that exclude it, what it would cost, and the answers that would choose it.",
        entries=why_not_entries,
        nothing="No other route is listed.",
    ),
    View(
        "flips",
        "Single answers that would change the route, what is worth measuring, and which open questions still matter.",
        changes_lines,
        changes_entries,
    ),
    View(
        "costs",
        "What each route costs: its range, its lines, over volume and over months, for a task done right, and what "
        "moves it. Every bar has its figures next to it.",
        costs_lines,
        costs_entries,
    ),
    View("fleet", "The GPUs that self-hosting all of the traffic would take, and how busy they would be.", fleet_lines),
    View(
        "licenses",
        "What the license of each candidate model means for this use, and what is owed.",
        entries=licenses_entries,
        nothing="No open model is a candidate.",
    ),
    View(
        "checks",
        "Published checklists applied to these answers: what is met, what is not, and what to do next.",
        entries=checklists_entries,
        nothing="No checklist applies to these answers.",
    ),
    View(
        "methods",
        "What published methods say of this workload, and why their volumes differ.",
        entries=methods_entries,
        nothing="No published method was applied.",
    ),
    View(
        "proof",
        "How well the verdict is founded, how old its figures are, and what makes it again.",
        entries=proof_entries,
    ),
)


OF_LICENSES = tuple(place for place, view in enumerate(VIEWS) if view.title in ("verdict", "licenses", "proof"))
"""The views that a license review has: the others are about routes and costs."""


def views_of(assessment: Assessment | None) -> Sequence[int]:
    """The views there are of a verdict, by their keys."""
    is_review = assessment is not None and assessment.questionnaire == LICENSE_REVIEW
    return OF_LICENSES if is_review else range(len(VIEWS))


def view_names_line(selected: int, columns: int, places: Sequence[int] = range(len(VIEWS))) -> Line:
    """Name the views by their keys; where room is short without the first, then the last ones by key alone."""
    if len(places) < len(VIEWS):
        parts = ((f"{_titled(key, True)}  ", "accent" if key == selected else "muted") for key in places)
        return fitted(line(*parts), columns)
    spaced = sum(len(view.title) + 4 for view in VIEWS) <= columns
    gap = "  " if spaced else " "
    keys = list(range(0 if spaced else 1, len(VIEWS)))
    named = len(keys)
    while named and sum(len(_titled(key, key in keys[:named]) + gap) for key in keys) > columns:
        named -= 1
    parts = ((_titled(key, key in keys[:named]) + gap, "accent" if key == selected else "muted") for key in keys)
    return fitted(line(*parts), columns)


def _titled(key: int, in_words: bool) -> str:
    return f"{key} {VIEWS[key].title}" if in_words else str(key)

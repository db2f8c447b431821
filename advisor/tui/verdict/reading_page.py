"""The views of a verdict in the order of their keys, and reading them: which view, which entry, list or detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.decision.license_reports import LICENSE_REVIEW
from advisor.tui.verdict.changes import changes_entries, changes_lines
from advisor.tui.verdict.costs import costs_entries, costs_lines
from advisor.tui.verdict.details import (
    checklists_entries,
    fleet_lines,
    licenses_entries,
    methods_entries,
    proof_entries,
)
from advisor.tui.verdict.entry import ViewEntry, list_lines, rows_of, whole
from advisor.tui.verdict.overview import verdict_lines
from advisor.tui.verdict.reasons import why_entries, why_not_entries
from advisor.tui.widgets.master_detail import MasterDetail
from advisor.tui.widgets.page import clicked_row
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from advisor.assessment.model import Assessment
    from advisor.tui.interview.controller import InterviewController


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


PAGE = 10


class ViewPosition:
    """A place in the views of one assessment. Every view keeps its own entry selected while others are looked at."""

    def __init__(self) -> None:
        self.place = 0
        self.is_open = False
        self._cursors = [0] * len(VIEWS)
        self._listed: tuple[Assessment, int, list[ViewEntry]] | None = None

    @property
    def view(self) -> View:
        """The selected view."""
        return VIEWS[self.place]

    def turn(self, place: int) -> None:
        """Turn to a view, at its list."""
        self.place, self.is_open = place, False

    def entries(self, assessment: Assessment) -> list[ViewEntry]:
        """What the selected view lists, worked out once for every key; nothing where it is one page."""
        if self._listed is None or self._listed[0] is not assessment or self._listed[1] != self.place:
            self._listed = assessment, self.place, self.view.listed(assessment)
        return self._listed[2]

    def cursor(self, entries: list[ViewEntry]) -> int:
        """The place of the selected entry; another verdict may list fewer."""
        return min(self._cursors[self.place], max(len(entries) - 1, 0))

    def step(self, by: int, entries: list[ViewEntry]) -> None:
        """Take a neighboring entry selected, no further than the ends."""
        self._cursors[self.place] = min(max(self.cursor(entries) + by, 0), max(len(entries) - 1, 0))

    def rows(self, entries: list[ViewEntry], columns: int) -> tuple[int, int]:
        """Find the lines of the selected entry in its list."""
        return rows_of(entries, self.cursor(entries), columns)

    def list_lines(self, entries: list[ViewEntry], columns: int) -> list[Line]:
        """Draw the list."""
        return list_lines(entries, self.cursor(entries), columns)

    def detail_lines(self, entries: list[ViewEntry], columns: int, rows: int) -> list[Line]:
        """Draw the selected entry on a page of so many rows."""
        return entries[self.cursor(entries)].drawn(columns, rows)

    def where(self, entries: list[ViewEntry]) -> str:
        """Say which view this is, and which of its entries is open."""
        opened = f" · {self.cursor(entries) + 1} of {len(entries)}" if entries else ""
        return f"{self.view.title}{opened}"


def waiting_lines(refused: str, columns: int) -> list[Line]:
    """Draw the page without a verdict: why there is none, or that it is being computed."""
    if refused:
        return wrapped(refused, columns, "   ", "bad")
    return [line("   ", ("Loading rules and prices …", "muted")), BLANK]


class ReadingPage(MasterDetail):
    """Moves about in the views of the controller's assessment: a list, the detail of one entry, or both."""

    LIST_SHARE = (13, 30)

    def __init__(self, controller: InterviewController) -> None:
        super().__init__()
        self.controller = controller
        self.reader = ViewPosition()

    def action_view(self, place: int) -> None:
        """Turn to one view, where the verdict has it."""
        if place not in views_of(self.controller.assessment):
            return
        self.reader.turn(place)
        self.clear_message()
        self.is_helping = False
        self._from_the_top()

    def action_back(self) -> None:
        """Go back to the list, then to the verdict page, and from there to the questions."""
        if self.is_helping:
            self.action_help()
        elif self.reader.is_open and not self.is_wide:
            self.action_close()
        elif self.reader.place:
            self.action_view(0)
        else:
            self.dismiss()

    def action_help(self) -> None:
        """Show or hide what this view is, and its keys."""
        self.is_helping = not self.is_helping
        self._from_the_top()

    def action_open(self) -> None:
        """Open the selected entry; a wide screen shows it already."""
        if self.entries and not self.is_wide:
            self.reader.is_open = True
            self._from_the_top()

    def on_click(self, event: events.Click) -> None:
        """Take the entry that was clicked selected, and open it."""
        entries, clicked = self.entries, clicked_row(event, self.body)
        if clicked is None or not self.shows_list:
            return
        row = clicked + self.body.first
        place = next((n for n in range(len(entries)) if row < rows_of(entries, n, self.list_columns)[1]), None)
        if place is not None:
            self.reader.step(place - self.reader.cursor(entries), entries)
            self.redraw()
            self.action_open()

    def action_close(self) -> None:
        """Go back to the list."""
        if self.reader.is_open:
            self.reader.is_open = False
            self._from_the_top()

    def action_move(self, by: int) -> None:
        """Go to a neighboring entry of the list; elsewhere scroll by a line."""
        if self.shows_list:
            self.action_step(by)
        else:
            self.body.scroll(self.body.first + by)

    def action_step(self, by: int) -> None:
        """Take the next entry selected, or the one before."""
        self.reader.step(by, self.entries)
        if self.shows_list:
            self.side.scroll(0)
            self.redraw()
        else:
            self._from_the_top()

    def action_page(self, by: int) -> None:
        """Go on by a page: in a list alone by so many entries, else by what is in view."""
        if self.shows_list and not self.is_wide:
            self.action_step(by * PAGE)
        else:
            self.scroll_page(by)

    def _from_the_top(self) -> None:
        self.redraw()
        self.body.scroll(0)
        self.side.scroll(0)
        self.reveal()

    def reveal(self) -> None:
        """Keep the selected entry in view."""
        if self.shows_list:
            start, end = self.reader.rows(self.entries, self.list_columns)
            self.body.reveal(start if self.reader.cursor(self.entries) else 0, end)

    @property
    def entries(self) -> list[ViewEntry]:
        """What the selected view lists; nothing while there is no verdict."""
        assessment = self.controller.assessment
        return [] if assessment is None else self.reader.entries(assessment)

    @property
    def shows_both(self) -> bool:
        """Whether the list is shown next to the detail."""
        return self.is_wide and self.shows_list

    @property
    def shows_list(self) -> bool:
        """Whether the list is drawn, alone or with the detail."""
        return bool(self.entries) and not self.is_helping and (self.is_wide or not self.reader.is_open)

"""The verdict and its views, each one key away; Escape goes back to the interview."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.decision.license_reports import LICENSE_REVIEW
from advisor.interview.answers import UNKNOWN
from advisor.interview.reducer import Answer, Clear
from advisor.tui.interview.side_by_side import real_and_tried, side_by_side_lines
from advisor.tui.screen_actions import HELP_KEYS, export_current, help_lines
from advisor.tui.verdict.costs import costs_entries, costs_lines
from advisor.tui.verdict.details import (
    checklists_entries,
    fleet_lines,
    licenses_entries,
    methods_entries,
    proof_entries,
)
from advisor.tui.verdict.overview import verdict_lines
from advisor.tui.verdict.reading_page import ReadingPage, View, ViewPosition, waiting_lines
from advisor.tui.verdict.reasons import changes_entries, changes_lines, why_entries, why_not_entries
from advisor.tui.widgets.page import MOST_ROWS
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, key_line, line, spread, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Assessment
    from advisor.tui.interview.controller import InterviewController


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


def view_names_line(selected: int, columns: int, places: Sequence[int]) -> Line:
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


Keys = tuple[tuple[str, str], ...]

TRYING_KEYS: Keys = (("t", "take these"), ("b", "go back"), ("n", "keep"), ("w", "change more"), ("v", "variants"))
DECIDING_KEYS: Keys = (("s", "save"), ("w", "what if"), ("v", "variants"), ("e", "export"), ("esc", "back"))
"""What one can do with a verdict, while answers are tried out and while not."""


def title_line(controller: InterviewController, where: str, columns: int) -> Line:
    """Draw the workload's name; at the right which view is read, and how it is with the answers."""
    name = controller.state.answers.text("workload.name") or controller.state.questionnaire.title
    dated = f" · as of {controller.assessment.as_of}" if controller.assessment is not None else ""
    mode = ("WHAT IF  ", "bad") if controller.what_if.is_on else ""
    return spread(line(mode, (name, "strong")), line((f"{where}{dated}{_kept(controller)}", "muted")), columns)


def _kept(controller: InterviewController) -> str:
    if controller.what_if.is_on:
        return ""
    if controller.saved is not None:
        return " · record saved"
    return " · saving …" if controller.is_saving else ""


def keys_of(controller: InterviewController, reader: ViewPosition, *, is_listed: bool, tries: bool) -> Keys:
    """Name the keys that matter: those of a list and its detail, where one is opened at a time, and what one does."""
    enter: Keys = (("enter", "try it"),) if tries else (("enter", "open"),) if is_listed else ()
    is_open = is_listed and reader.is_open
    opened: Keys = (*(enter if tries else ()), ("tab", "next"), ("esc", "list")) if is_open else enter
    acts = TRYING_KEYS if controller.what_if.is_on else DECIDING_KEYS
    return (*opened, *acts, ("ctrl+p", "all keys"))


def page_lines(controller: InterviewController, reader: ViewPosition, columns: int, rows: int) -> list[Line]:
    """Draw a view on a page of so many rows; the first of all also tells of the record, and of answers tried out."""
    if reader.place or controller.assessment is None:
        return exported_lines(controller, reader, columns)
    above = [*record_lines(controller, columns), *what_if_lines(controller, columns)]
    return [*above, *verdict_lines(controller.assessment, columns, max(rows - len(above), 1))]


def exported_lines(controller: InterviewController, reader: ViewPosition, columns: int) -> list[Line]:
    """Draw everything the selected view has to say, as it goes into a file."""
    if controller.assessment is None:
        return waiting_lines(controller.refused, columns)
    compared = [] if reader.place else what_if_lines(controller, columns)
    return [*compared, *reader.view.lines(controller.assessment, columns)]


def what_if_lines(controller: InterviewController, columns: int) -> list[Line]:
    """Set the verdict on the what-if answers next to the real one."""
    if not controller.what_if.is_on:
        return []
    return [line("   ", ("WHAT IF", "accent")), *side_by_side_lines(real_and_tried(controller), columns), BLANK]


def record_lines(controller: InterviewController, columns: int) -> list[Line]:
    """Say where the record lies, or why there is none."""
    saved, fault = controller.saved, controller.fault
    if fault:
        return [*wrapped(f"Not saved: {fault}", columns, "   ", "bad"), BLANK]
    if saved is None:
        return []
    role = "warn" if saved.note and not saved.note.startswith("saved") else "good"
    return [*wrapped(saved.sentence, columns, "   ", "good"), *wrapped(saved.note, columns, "   ", role), BLANK]


def as_event(key: str, written: str) -> Answer | Clear:
    """An answer written as in an answers file, as an event of the interview."""
    if written == UNKNOWN:
        return Clear(key)
    try:
        raw = json.loads(written)
    except ValueError:
        raw = written
    return Answer(key, raw if isinstance(raw, bool | list | str) else written)


class VerdictScreen(ReadingPage):
    """Shows one view of the controller's assessment, and offers what is done with a verdict."""

    BELOW = ("views", "keys")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "back", "Back", show=False),
        Binding("f1", "help", "What this view shows, and its keys", show=False),
        Binding("s,ctrl+s", "app.open_save", "Save the record", show=False),
        Binding("r", "app.open_save(True)", "The record, as it will be saved", show=False),
        Binding("w", "what_if", "What if: change an answer and compare", show=False),
        Binding("v", "app.open_variants", "Variants: list, compare, take one", show=False),
        Binding("n", "keep_variant", "Keep the answers tried out as a variant", show=False),
        Binding("t", "take_variant", "Take the answers tried out as the real ones", show=False),
        Binding("b", "give_up", "Back to the real answers; those tried out are kept as a variant", show=False),
        Binding("e", "export", "Export this view as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy this view, and export it to a file", show=False),
        Binding("ctrl+o", "app.open_jump", "Jump to a question", show=False),
        Binding("ctrl+z", "undo", "Undo the last change of answers", show=False),
        Binding("ctrl+y", "redo", "Redo what was undone", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("enter", "try_or_open", "Try the selected answer at once, or open the entry", show=False),
        Binding("right,l", "open", "Open the selected entry", show=False),
        Binding("left,h", "close", "Back to the list", show=False),
        Binding("tab", "step(1)", "The next entry", show=False),
        Binding("shift+tab", "step(-1)", "The entry before", show=False),
        Binding("pagedown,space", "page(1)", "A page down", show=False),
        Binding("pageup", "page(-1)", "A page up", show=False),
        Binding("home", f"move({-MOST_ROWS})", "To the beginning", show=False),
        Binding("end", f"move({MOST_ROWS})", "To the end", show=False),
        Binding("0", "view(0)", "The verdict", show=False),
        *(Binding(str(place), f"view({place})", view.title, show=False) for place, view in enumerate(VIEWS) if place),
    ]

    def __init__(self, controller: InterviewController) -> None:
        super().__init__(controller, VIEWS)
        self._tried_from: int | None = None

    def action_view(self, place: int) -> None:
        """Turn to one view, where the verdict has it."""
        if place in views_of(self.controller.assessment):
            super().action_view(place)

    def action_try_or_open(self) -> None:
        """Try the answer of the selected entry out, where it has one, and show both verdicts; else open the entry."""
        answer = self._answer
        if answer is None:
            self.action_open()
            return
        if not self.controller.what_if.is_on:
            self._tried_from = self.reader.place
            self.controller.what_if.begin()
        self.controller.apply(as_event(*answer))
        self.action_view(0)
        self.say("Tried out: esc goes back, n keeps it as a variant, t takes it.")

    def action_back(self) -> None:
        """Go back one step; from an answer tried out of a list, to that list with the real answers."""
        if self._tried_from is None or self.reader.place or self.is_helping or not self.controller.what_if.is_on:
            super().action_back()
            return
        self.controller.what_if.discard()
        place, self._tried_from = self._tried_from, None
        self.action_view(place)

    def on_screen_resume(self) -> None:
        """Come back from another screen, which may have changed the answers."""
        self.clear_message()
        if self.can_be_drawn:
            self.redraw()

    def action_what_if(self) -> None:
        """Choose an answer to change; the verdict page then shows both verdicts."""
        if self.controller.assessment is None:
            self.say("There is no verdict yet to compare with.")
        else:
            self.action_view(0)
            self.open("what_if")

    def action_keep_variant(self) -> None:
        """Keep the answers tried out, and go on trying."""
        self.say(self.controller.what_if.keep())

    def action_take_variant(self) -> None:
        """Make the answers tried out the real ones."""
        self.say(self.controller.what_if.take())

    def action_give_up(self) -> None:
        """Go back to the real answers."""
        self.say(self.controller.what_if.end())

    def action_undo(self) -> None:
        """Take the last answer back."""
        self.say(self.controller.undo())

    def action_redo(self) -> None:
        """Make again what was undone."""
        self.say(self.controller.redo())

    def action_export(self, is_copied: bool = False) -> None:
        """Write this view to files next to the records, and say so."""
        lines = exported_lines(self.controller, self.reader, self.columns)
        self.say(export_current(self, self.controller, self.reader.view.title, lines, is_copied=is_copied))

    def action_copy(self) -> None:
        """Copy this view to the terminal's clipboard, and to a file, because many terminals ignore the request."""
        self.action_export(is_copied=True)

    def parts(self) -> dict[str, list[Line]]:
        """The title, the selected view, and the keys."""
        where, columns = self.reader.where(self.entries), self.columns
        body, side = self._view()
        return {
            "top": [title_line(self.controller, where, columns), fitted(self.message, columns)],
            "body": body,
            "side": side,
            "views": [
                view_names_line(self.reader.place, columns, views_of(self.controller.assessment))
                if self.controller.assessment is not None
                else BLANK
            ],
            "keys": [key_line(self._keys(), columns)],
        }

    def _keys(self) -> tuple[tuple[str, str], ...]:
        if self.is_helping:
            return HELP_KEYS
        is_listed = bool(self.entries) and not self.is_wide
        return keys_of(self.controller, self.reader, is_listed=is_listed, tries=self._answer is not None)

    @property
    def _answer(self) -> tuple[str, str] | None:
        """The answer that Enter tries: that of the selected or opened entry, where it has one."""
        entries = self.entries
        return entries[self.reader.cursor(entries)].answer if entries and not self.is_helping else None

    def _view(self) -> tuple[list[Line], list[Line]]:
        """Draw the left column, or the only one, and the right column."""
        if self.controller.refused or self.controller.assessment is None:
            return waiting_lines(self.controller.refused, self.columns), []
        if self.is_helping:
            return help_lines(self.reader.view.about, self.BINDINGS, self.columns), []
        entries = self.entries
        if self.shows_list:
            side = self.reader.detail_lines(entries, self.side_columns, self.rows) if self.shows_both else []
            return self.reader.list_lines(entries, self.list_columns), side
        if entries:
            return self.reader.detail_lines(entries, self.columns, self.rows), []
        return page_lines(self.controller, self.reader, self.columns, self.rows), []

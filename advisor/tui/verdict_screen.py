"""The verdict and its views, each one key away; the interview is one key back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.lines import Lines
from advisor.tui.page import Page
from advisor.tui.spans import BLANK, fitted, key_line, line, spread, wrapped
from advisor.tui.view_table import VIEWS

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from advisor.tui.desk import Desk
    from advisor.tui.spans import Line


class VerdictScreen(Page):
    """Shows one view of the desk's assessment at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "back", "Back to the questions", show=False),
        Binding("s,ctrl+s", "save", "Save the record", show=False),
        Binding("ctrl+o", "jump", "Jump to a question", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("pagedown,space", "scroll(12)", "A page down", show=False),
        Binding("pageup", "scroll(-12)", "A page up", show=False),
        Binding("0", "view(0)", "The verdict", show=False),
        *(Binding(str(place), f"view({place})", view.title, show=False) for place, view in enumerate(VIEWS) if place),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._view = 0

    def compose(self) -> ComposeResult:
        """Lay out the title, one view and the keys."""
        yield from super().compose()
        for name, lines in self._parts().items():
            yield Lines(lines, id=name)

    def redraw(self) -> None:
        """Draw the view in hand."""
        for name, lines in self._parts().items():
            self.query_one(f"#{name}", Lines).show(lines)

    def action_view(self, place: int) -> None:
        """Turn to one view."""
        self._view = place
        self.body.scroll(0)
        self.redraw()

    def action_scroll(self, by: int) -> None:
        """Scroll the view."""
        self.body.scroll(self.body.first + by)

    def action_back(self) -> None:
        """Go back to the verdict page, and from there to the questions."""
        if self._view:
            self.action_view(0)
        else:
            self.dismiss()

    def action_save(self) -> None:
        """Save the record."""
        self.desk.save_record()

    def action_jump(self) -> None:
        """Open the list of all questions."""
        self.desk.open_jump()

    def _parts(self) -> dict[str, list[Line]]:
        keys = (("s", "save the record"), ("esc", "back to the questions"), ("ctrl+p", "all keys"))
        names = self._names() if self.desk.assessment is not None else BLANK
        return {
            "top": [self._title(), BLANK],
            "body": self._view_lines(),
            "views": [names],
            "keys": [key_line(keys, self.columns)],
        }

    def _title(self) -> Line:
        assessment, desk = self.desk.assessment, self.desk
        name = desk.state.answers.text("workload.name") or desk.state.questionnaire.title
        side = VIEWS[self._view].title
        if assessment is not None:
            side += f" · as of {assessment.as_of}"
        if desk.saved is not None:
            side += " · record saved"
        elif desk.is_saving:
            side += " · saving …"
        return spread(line((name, "strong")), line((side, "muted")), self.columns)

    def _names(self) -> Line:
        titles = [f"{place} {view.title}  " for place, view in enumerate(VIEWS)]
        parts = ((title, "accent" if place == self._view else "muted") for place, title in enumerate(titles))
        return fitted(line(*parts), self.columns)

    def _view_lines(self) -> list[Line]:
        desk = self.desk
        if desk.refused:
            return wrapped(desk.refused, self.columns, "   ", "bad")
        if desk.assessment is None:
            return [line("   ", ("Loading rules and prices …", "muted"))]
        return [*self._record_lines(), *VIEWS[self._view].draw(desk.assessment, self.columns)]

    def _record_lines(self) -> list[Line]:
        """Say where the record lies, or why there is none."""
        saved, fault = self.desk.saved, self.desk.fault
        if fault:
            return [*wrapped(f"Not saved: {fault}", self.columns, "   ", "bad"), BLANK]
        if saved is None:
            return []
        unsure = "" if saved.durable else " (written; the disk did not confirm that it will last)"
        return [*wrapped(f"Saved as {saved.path}{unsure}", self.columns, "   ", "good"), BLANK]

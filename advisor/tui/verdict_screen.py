"""The verdict and its views, each one key away; the interview is one key back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.export import export_view
from advisor.tui.page import DrawnPage
from advisor.tui.spans import BLANK, fitted, key_line, line, plain_text, spread, wrapped
from advisor.tui.view_table import VIEWS
from advisor.tui.views.what_if import changes_between, what_if_lines

if TYPE_CHECKING:
    from advisor.tui.desk import Desk
    from advisor.tui.spans import Line


class VerdictScreen(DrawnPage):
    """Shows one view of the desk's assessment at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "back", "Back to the questions", show=False),
        Binding("s,ctrl+s", "save", "Save the record", show=False),
        Binding("w", "what_if", "What if: change an answer and compare", show=False),
        Binding("b", "give_up", "Back to the answers compared with", show=False),
        Binding("e", "export", "Export this view as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy this view, with a file beside it", show=False),
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

    def action_view(self, place: int) -> None:
        """Turn to one view."""
        self._view = place
        self.body.scroll(0)
        self.redraw()

    def action_back(self) -> None:
        """Go back to the verdict page, and from there to the questions."""
        if self._view:
            self.action_view(0)
        else:
            self.dismiss()

    def action_save(self) -> None:
        """Save the record."""
        self.desk.save_record()

    def action_what_if(self) -> None:
        """Keep this verdict to compare with, and choose an answer to change."""
        if self.desk.hold():
            self.desk.open_jump()

    def action_give_up(self) -> None:
        """Go back to the answers that were compared with."""
        self.desk.release()
        self.redraw()

    def action_export(self, before: str = "") -> None:
        """Write this view to files beside the records, and say so after what came before."""
        view = VIEWS[self._view].title.replace(" ", "-")
        name = self.desk.state.answers.text("workload.name") or self.desk.state.questionnaire.id
        stem = self.desk.records.parent / "exports" / f"{name}-{view}"
        try:
            paths = export_view(f"{name}: {view}", self._view_lines(), self.app.export_screenshot(), stem)
        except OSError as error:
            self.notify(f"Not exported: {error.strerror}.", markup=False, severity="error")
            return
        self.notify(f"{before}Written: {paths[0]}, and as .md and .svg.", markup=False, timeout=10)

    def action_copy(self) -> None:
        """Offer this view to the terminal's clipboard; a file lies beside it, for many terminals drop the offer."""
        self.app.copy_to_clipboard(plain_text(self._view_lines()))
        self.action_export("Offered to the clipboard. ")

    def action_jump(self) -> None:
        """Open the list of all questions."""
        self.desk.open_jump()

    def parts(self) -> dict[str, list[Line]]:
        """The title, the view in hand, and the keys."""
        trying = (("b", "back to before"),) if self.desk.baseline is not None else (("w", "what if"),)
        keys = (("s", "save"), *trying, ("e", "export"), ("esc", "back"), ("ctrl+p", "all keys"))
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
        """Name the views by their keys; where room is short without the first, then the last ones by key alone."""
        spaced = sum(len(view.title) + 4 for view in VIEWS) <= self.columns
        gap = "  " if spaced else " "
        keys = list(range(0 if spaced else 1, len(VIEWS)))
        named = len(keys)
        while named and sum(len(self._titled(key, key in keys[:named]) + gap) for key in keys) > self.columns:
            named -= 1
        parts = (
            (self._titled(key, key in keys[:named]) + gap, "accent" if key == self._view else "muted") for key in keys
        )
        return fitted(line(*parts), self.columns)

    def _titled(self, key: int, in_words: bool) -> str:
        return f"{key} {VIEWS[key].title}" if in_words else str(key)

    def _view_lines(self) -> list[Line]:
        desk = self.desk
        if desk.refused:
            return wrapped(desk.refused, self.columns, "   ", "bad")
        if desk.assessment is None:
            return [line("   ", ("Loading rules and prices …", "muted"))]
        return [*self._record_lines(), *self._what_if_lines(), *VIEWS[self._view].draw(desk.assessment, self.columns)]

    def _what_if_lines(self) -> list[Line]:
        """Set the verdict beside the one to compare with, on the first page."""
        desk = self.desk
        if desk.baseline is None or desk.assessment is None or self._view:
            return []
        state, before = desk.baseline
        changes = changes_between(state.counted, desk.state.counted, desk.state.vocabulary.questions)
        return what_if_lines(before, desk.assessment, changes, self.columns)

    def _record_lines(self) -> list[Line]:
        """Say where the record lies, or why there is none."""
        saved, fault = self.desk.saved, self.desk.fault
        if fault:
            return [*wrapped(f"Not saved: {fault}", self.columns, "   ", "bad"), BLANK]
        if saved is None:
            return []
        role = "warn" if saved.note and not saved.note.startswith("saved") else "good"
        return [
            *wrapped(saved.sentence, self.columns, "   ", "good"),
            *wrapped(saved.note, self.columns, "   ", role),
            BLANK,
        ]

"""The verdict and its views, each one key away; the interview is one key back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.app.export_view import take_away
from advisor.tui.app.key_help import READING, help_lines
from advisor.tui.verdict.layout import keys_of, page_lines, title_line, whole_lines
from advisor.tui.verdict.navigation_keys import waiting_lines
from advisor.tui.verdict.registry import VIEWS
from advisor.tui.verdict.view_names import names_line
from advisor.tui.widgets.reading_page import ReadingPage
from advisor.tui.widgets.styled_text import BLANK, fitted, key_line

if TYPE_CHECKING:
    from advisor.tui.widgets.styled_text import Line


class VerdictScreen(ReadingPage):
    """Shows one view of the desk's assessment, and offers what is done with a verdict."""

    BELOW = ("views", "keys")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "back", "Back", show=False),
        Binding("f1", "help", "What this view shows, and its keys", show=False),
        Binding("s,ctrl+s", "save", "Save the record", show=False),
        Binding("r", "record", "The record, as it will be saved", show=False),
        Binding("w", "what_if", "What if: change an answer and compare", show=False),
        Binding("v", "variants", "Variants: list, compare, take one", show=False),
        Binding("n", "keep_variant", "Keep the answers tried out as a variant", show=False),
        Binding("t", "take_variant", "Take the answers tried out as the real ones", show=False),
        Binding("b", "give_up", "Back to the real answers; those tried out are kept as a variant", show=False),
        Binding("e", "export", "Export this view as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy this view, with a file beside it", show=False),
        Binding("ctrl+o", "jump", "Jump to a question", show=False),
        Binding("ctrl+z", "undo", "Undo the last change of answers", show=False),
        Binding("ctrl+y", "redo", "Redo what was undone", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("enter,right,l", "open", "Open the entry in hand", show=False),
        Binding("left,h", "close", "Back to the list", show=False),
        Binding("tab", "step(1)", "The next entry", show=False),
        Binding("shift+tab", "step(-1)", "The entry before", show=False),
        Binding("pagedown,space", "page(1)", "A page down", show=False),
        Binding("pageup", "page(-1)", "A page up", show=False),
        Binding("0", "view(0)", "The verdict", show=False),
        *(Binding(str(place), f"view({place})", view.title, show=False) for place, view in enumerate(VIEWS) if place),
    ]

    def on_screen_resume(self) -> None:
        """Come back from another screen, which may have changed the answers."""
        self.unsay()
        if self.can_be_drawn:
            self.redraw()

    def action_save(self) -> None:
        """Save the record."""
        self.desk.save_record()

    def action_record(self) -> None:
        """Show the record as it will be saved."""
        self.desk.save_record(is_reading=True)

    def action_what_if(self) -> None:
        """Choose an answer to change; the verdict page then shows both verdicts."""
        if self.desk.assessment is None:
            self.say("There is no verdict yet to compare with.")
        else:
            self.action_view(0)
            self.desk.open_trial()

    def action_variants(self) -> None:
        """Open the variants."""
        self.desk.open_variants()

    def action_keep_variant(self) -> None:
        """Keep the answers tried out, and go on trying."""
        self.say(self.desk.trials.keep())

    def action_take_variant(self) -> None:
        """Make the answers tried out the real ones."""
        self.say(self.desk.trials.take())

    def action_give_up(self) -> None:
        """Go back to the real answers."""
        self.say(self.desk.trials.end())

    def action_undo(self) -> None:
        """Take the last answer back."""
        self.say(self.desk.undo())

    def action_redo(self) -> None:
        """Make again what was undone."""
        self.say(self.desk.redo())

    def action_export(self) -> None:
        """Write this view to files beside the records, and say so."""
        self._take_away(is_copied=False)

    def action_copy(self) -> None:
        """Offer this view to the terminal's clipboard; a file lies beside it, for many terminals drop the offer."""
        self._take_away(is_copied=True)

    def action_jump(self) -> None:
        """Open the list of all questions."""
        self.desk.open_jump()

    def _take_away(self, *, is_copied: bool) -> None:
        desk, view = self.desk, self.reader.view
        name = desk.state.answers.text("workload.name") or desk.state.questionnaire.id
        lines = whole_lines(desk, self.reader, self.columns)
        self.say(take_away(self, f"{name}: {view.title}", lines, desk.exports, is_copied=is_copied))

    def parts(self) -> dict[str, list[Line]]:
        """The title, the view in hand, and the keys."""
        where, columns = self.reader.where(self.entries), self.columns
        body, side = self._view()
        return {
            "top": [title_line(self.desk, where, columns), fitted(self.said, columns)],
            "body": body,
            "side": side,
            "views": [names_line(self.reader.place, columns) if self.desk.assessment is not None else BLANK],
            "keys": [key_line(self._keys(), columns)],
        }

    def _keys(self) -> tuple[tuple[str, str], ...]:
        is_listed = bool(self.entries) and not self.is_wide
        return READING if self.is_helping else keys_of(self.desk, self.reader, is_listed=is_listed)

    def _view(self) -> tuple[list[Line], list[Line]]:
        """Draw what stands in the left column, or alone, and what stands in the right one."""
        if self.desk.refused or self.desk.assessment is None:
            return waiting_lines(self.desk.refused, self.columns), []
        if self.is_helping:
            return help_lines(self.reader.view.about, self.BINDINGS, self.columns), []
        entries = self.entries
        if self.shows_list:
            side = self.reader.detail_lines(entries, self.side_columns) if self.shows_both else []
            return self.reader.list_lines(entries, self.list_columns), side
        if entries:
            return self.reader.detail_lines(entries, self.columns), []
        return page_lines(self.desk, self.reader, self.columns), []

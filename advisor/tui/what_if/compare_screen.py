"""The variants of an interview: listed, compared with the real answers and each other, taken or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.app.export_view import take_away
from advisor.tui.app.key_help import READING, help_lines
from advisor.tui.verdict.views.side_by_side import compare_lines
from advisor.tui.what_if.columns import REAL_NAME, TRIED, all_weighed
from advisor.tui.what_if.variant_items import variant_items
from advisor.tui.widgets.master_detail import MasterDetail
from advisor.tui.widgets.menu import Menu
from advisor.tui.widgets.styled_text import fitted, key_line, line, spread, wrapped

if TYPE_CHECKING:
    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.what_if.columns import VariantColumn
    from advisor.tui.widgets.styled_text import Line

HOW = (
    "At the verdict, w tries another answer out: the real answers wait, both verdicts stand "
    "side by side, n keeps what was tried as a variant, and t takes it as the real answers."
)
NONE_YET = f"No variant is kept yet. {HOW}"
ABOUT = "A variant is what it changes; all else follows the real answers."


class VariantsScreen(MasterDetail):
    """Lists the real answers and every variant; compares those that are marked, or all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("f1", "help", "What variants are, and the keys", show=False),
        Binding("down,j", "step(1)", "Down", show=False),
        Binding("up,k", "step(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "A page down", show=False),
        Binding("pageup", "page(-1)", "A page up", show=False),
        Binding("space", "mark", "Mark to compare; none marked compares all", show=False),
        Binding("enter,right,l", "compare", "Compare", show=False),
        Binding("left,h", "close", "Back to the list", show=False),
        Binding("t", "take", "Take this one as the real answers", show=False),
        Binding("w", "try_on", "Try this one out, and change more", show=False),
        Binding("d", "drop", "Drop this variant", show=False),
        Binding("u", "bring_back", "Bring back the variant dropped last", show=False),
        Binding("ctrl+z", "undo", "Undo: the real answers as they were before one was taken", show=False),
        Binding("e", "export", "Export the comparison as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy the comparison, with a file beside it", show=False),
    ]

    def __init__(self, desk: InterviewController) -> None:
        super().__init__()
        self.desk = desk
        self._cursor = 0
        self._marked: set[str] = set()
        self._is_open = False
        desk.trials.weigh()

    def action_step(self, by: int) -> None:
        """Take a neighbor in hand; in an open comparison scroll by a line."""
        if self.is_helping or (self._is_open and not self.is_wide):
            self.body.scroll(self.body.first + by)
        else:
            self._cursor = min(max(self._cursor + by, 0), len(self._weighed) - 1)
            self.redraw()

    def action_page(self, by: int) -> None:
        """Scroll the comparison by a page."""
        self.scroll_page(by)

    def action_mark(self) -> None:
        """Mark what is in hand to be compared, or take the mark off."""
        if not self._is_open and not self.is_helping:
            self._marked ^= {self._in_hand.name}
            self.redraw()

    def action_compare(self) -> None:
        """Open the comparison; on a wide screen it stands open already."""
        self._is_open = bool(self.desk.trials.variants or self.desk.trials.is_on)
        self.redraw()
        self.body.scroll(0)

    def action_close(self) -> None:
        """Go back to the list."""
        self._is_open = False
        self.redraw()

    def action_back(self) -> None:
        """Go back to the list, and from there to where one came from."""
        if self.is_helping:
            self.action_help()
        elif self._is_open and not self.is_wide:
            self.action_close()
        else:
            self.dismiss()

    def action_help(self) -> None:
        """Show or hide what variants are, and the keys."""
        self.is_helping = not self.is_helping
        self.body.scroll(0)
        self.redraw()

    def action_take(self) -> None:
        """Make what is in hand the real answers."""
        name, trials = self._in_hand.name, self.desk.trials
        if name == REAL_NAME:
            self.say("These are the real answers already.")
        else:
            self.say(trials.take() if name == TRIED else trials.take_variant(name))
        trials.weigh()

    def action_try_on(self) -> None:
        """Try out what is in hand, and choose what to change more."""
        name = self._in_hand.name
        if name not in (REAL_NAME, TRIED):
            self.desk.trials.try_on(name)
        self.dismiss()
        self.desk.open_trial()

    def action_drop(self) -> None:
        """Drop the variant in hand."""
        name = self._in_hand.name
        if name in (REAL_NAME, TRIED):
            self.say("Only a variant can be dropped.")
            return
        self._marked.discard(name)
        said = self.desk.trials.drop(name)
        self._cursor = min(self._cursor, len(self._weighed) - 1)
        self.say(said)

    def action_bring_back(self) -> None:
        """Bring the variant back that was dropped last."""
        self.say(self.desk.trials.bring_back())

    def action_undo(self) -> None:
        """Take the last change of the real answers back."""
        self.say(self.desk.undo())
        self.desk.trials.weigh()

    def action_export(self, is_copied: bool = False) -> None:
        """Write the comparison to files beside the records, and say so."""
        desk = self.desk
        name = desk.state.answers.text("workload.name") or desk.state.questionnaire.id
        lines = compare_lines(self._compared, self.columns)
        self.say(take_away(self, f"{name}: variants", lines, desk.exports, is_copied=is_copied))

    def action_copy(self) -> None:
        """Offer the comparison to the terminal's clipboard, with a file beside it."""
        self.action_export(is_copied=True)

    def redraw(self) -> None:
        """Draw every part; the list may have become shorter."""
        self._cursor = min(self._cursor, len(self._weighed) - 1)
        super().redraw()

    def reveal(self) -> None:
        """Keep what is in hand in view, where the list is drawn."""
        if not self.is_helping and (self.is_wide or not self._is_open):
            self.body.reveal(*self._menu.rows_in_hand(self.list_columns))

    def parts(self) -> dict[str, list[Line]]:
        """The title, the list and the comparison, and the keys."""
        columns = self.columns
        return {
            "top": [self._title(), fitted(self.said, columns)],
            "body": self._body(),
            "side": compare_lines(self._compared, self.side_columns) if self.is_wide else [],
            "keys": [key_line(self._keys(), columns)],
        }

    def _body(self) -> list[Line]:
        """Draw the list, or what takes its place: the help, or the comparison where it has no place beside the list."""
        if self.is_helping:
            return help_lines(f"{ABOUT} {HOW}", self.BINDINGS, self.columns)
        if self._is_open and not self.is_wide:
            return compare_lines(self._compared, self.columns)
        is_empty = not self.desk.trials.variants and not self.desk.trials.is_on
        about = wrapped(NONE_YET if is_empty else ABOUT, self.list_columns, "  ", "muted")
        return [*self._menu.lines(self.list_columns), *about]

    def _title(self) -> Line:
        count = len(self.desk.trials.variants)
        said = f"{count} variant{'' if count == 1 else 's'}"
        return spread(line(("What if: variants", "strong")), line((said, "muted")), self.columns)

    def _keys(self) -> tuple[tuple[str, str], ...]:
        if self.is_helping:
            return READING
        acts = (("t", "take it"), ("w", "change"), ("d", "drop"), ("esc", "back"), ("e", "export"))
        reads = (("space", "mark"),) if self.is_wide else (("space", "mark"), ("enter", "compare"))
        return (*(reads if not self._is_open or self.is_wide else ()), *acts, ("ctrl+p", "all keys"))

    @property
    def shows_both(self) -> bool:
        """Whether the comparison stands beside the list."""
        return self.is_wide and not self.is_helping

    @property
    def _menu(self) -> Menu:
        return Menu(variant_items(self._weighed, self._marked), self._in_hand.name)

    @property
    def _weighed(self) -> list[VariantColumn]:
        return all_weighed(self.desk)

    @property
    def _compared(self) -> list[VariantColumn]:
        """Those that are marked, where at least two are; else all."""
        weighed = self._weighed
        marked = [one for one in weighed if one.name in self._marked]
        return marked if len(marked) > 1 else weighed

    @property
    def _in_hand(self) -> VariantColumn:
        return self._weighed[self._cursor]

"""The variants of an interview: listed, compared with the real answers and each other, taken or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from advisor.interview.wording import dollars
from advisor.tui.key_help import READING, help_lines
from advisor.tui.lines import MARGIN, Lines
from advisor.tui.menu import Item, menu_lines
from advisor.tui.page import Page
from advisor.tui.spans import BLANK, fitted, key_line, line, spread, wrapped
from advisor.tui.take_away import take_away
from advisor.tui.views.compare import compare_lines
from advisor.tui.weighed import REAL_NAME, TRIED

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from advisor.tui.desk import Desk
    from advisor.tui.spans import Line
    from advisor.tui.weighed import Weighed

WIDE = 120
NONE_YET = (
    "No variant is kept yet. At the verdict, w tries another answer out: the real answers wait, both verdicts stand "
    "side by side, n keeps what was tried as a variant, and t takes it as the real answers."
)
ABOUT = "A variant is what it changes; all else follows the real answers."


class VariantsScreen(Page):
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

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._cursor = 0
        self._marked: set[str] = set()
        self._is_open = False
        self._said: Line = BLANK
        self._is_helping = False
        desk.trials.weigh()

    def compose(self) -> ComposeResult:
        """Lay out the title, the list and the comparison, and the keys."""
        yield from super().compose()
        yield Lines(id="top")
        with Horizontal(id="middle"):
            yield Lines(id="body")
            yield Lines(id="side")
        yield Lines(id="keys")

    def action_step(self, by: int) -> None:
        """Take a neighbor in hand; in an open comparison scroll by a line."""
        if self._is_helping or (self._is_open and not self._is_wide):
            self.body.scroll(self.body.first + by)
        else:
            self._cursor = min(max(self._cursor + by, 0), len(self._weighed) - 1)
            self.redraw()

    def action_page(self, by: int) -> None:
        """Scroll the comparison by a page."""
        read = self.query_one("#side", Lines) if self._is_wide and not self._is_helping else self.body
        read.scroll(read.first + by * max(read.size.height - 2, 1))

    def action_mark(self) -> None:
        """Mark what is in hand to be compared, or take the mark off."""
        if not self._is_open and not self._is_helping:
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
        if self._is_helping:
            self.action_help()
        elif self._is_open and not self._is_wide:
            self.action_close()
        else:
            self.dismiss()

    def action_help(self) -> None:
        """Show or hide what variants are, and the keys."""
        self._is_helping = not self._is_helping
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

    def say(self, words: str) -> None:
        """Say what was done, always in the same line."""
        self._said = line((words, "good"))
        self.redraw()

    def redraw(self) -> None:
        """Draw every part; a wide screen has room for the list and the comparison."""
        self._cursor = min(self._cursor, len(self._weighed) - 1)
        both = self._is_wide and not self._is_helping
        self.set_class(both, "-wide")
        self.body.styles.width = self._list_columns + 2 * MARGIN if both else "1fr"
        for name, lines in self.parts().items():
            self.query_one(f"#{name}", Lines).show(lines)
        if not self._is_helping and (self._is_wide or not self._is_open):
            end = len(self._list(self._weighed[: self._cursor + 1]))
            self.body.reveal(len(self._list(self._weighed[: self._cursor])) if self._cursor else 0, end)

    def parts(self) -> dict[str, list[Line]]:
        """The title, the list and the comparison, and the keys."""
        side = self.columns - self._list_columns - 2 * MARGIN
        if self._is_helping:
            body = help_lines(f"{ABOUT} {NONE_YET.partition('. ')[2]}", self.BINDINGS, self.columns)
        elif self._is_open and not self._is_wide:
            body = compare_lines(self._compared, self.columns)
        else:
            body = self._listed()
        return {
            "top": [self._title(), fitted(self._said, self.columns)],
            "body": body,
            "side": compare_lines(self._compared, side) if self._is_wide else [],
            "keys": [key_line(self._keys(), self.columns)],
        }

    def _title(self) -> Line:
        trials = self.desk.trials
        count = len(trials.variants)
        said = f"{count} variant{'' if count == 1 else 's'}"
        return spread(line(("What if: variants", "strong")), line((said, "muted")), self.columns)

    def _keys(self) -> tuple[tuple[str, str], ...]:
        if self._is_helping:
            return READING
        acts = (("t", "take it"), ("w", "change"), ("d", "drop"), ("esc", "back"), ("e", "export"))
        reads = (("space", "mark"),) if self._is_wide else (("space", "mark"), ("enter", "compare"))
        return (*(reads if not self._is_open or self._is_wide else ()), *acts, ("ctrl+p", "all keys"))

    def _listed(self) -> list[Line]:
        trials, columns = self.desk.trials, self._list_columns
        about = NONE_YET if not trials.variants and not trials.is_on else ABOUT
        return [*self._list(self._weighed), *wrapped(about, columns, "  ", "muted")]

    def _list(self, weighed: list[Weighed]) -> list[Line]:
        return menu_lines([self._item(one) for one in weighed], self._cursor, "", self._list_columns) if weighed else []

    def _item(self, one: Weighed) -> Item:
        mark = "• " if one.name in self._marked else ""
        about = "; ".join(one.changes) or ("as they were given" if one.name == REAL_NAME else "as the real answers")
        return Item(one.name, f"{mark}{one.title}", _side(one), about)

    @property
    def _weighed(self) -> list[Weighed]:
        return self.desk.trials.columns()

    @property
    def _compared(self) -> list[Weighed]:
        """Those that are marked, where at least two are; else all."""
        weighed = self._weighed
        marked = [one for one in weighed if one.name in self._marked]
        return marked if len(marked) > 1 else weighed

    @property
    def _in_hand(self) -> Weighed:
        return self._weighed[self._cursor]

    @property
    def _is_wide(self) -> bool:
        return self.app.size.width >= WIDE

    @property
    def _list_columns(self) -> int:
        return self.app.size.width * 2 // 5 - 2 * MARGIN if self._is_wide else self.columns


def _side(one: Weighed) -> str:
    """Its route and price; dots until they are known."""
    if one.assessment is None:
        return "…"
    route = one.assessment.verdict.option
    option = one.assessment.option(route)
    return route if option is None else f"{route} {dollars(option.monthly_usd.p50)}"

"""The verdict and its views, each one key away; the interview is one key back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from advisor.tui.key_help import READING, help_lines
from advisor.tui.lines import MARGIN, Lines
from advisor.tui.page import Page
from advisor.tui.reader import PAGE, Reader, waiting_lines
from advisor.tui.spans import BLANK, fitted, key_line, line, spread, wrapped
from advisor.tui.take_away import take_away
from advisor.tui.view_names import names_line
from advisor.tui.view_table import VIEWS
from advisor.tui.views.compare import compare_lines
from advisor.tui.views.entry import rows_of
from advisor.tui.weighed import TRIED, Weighed

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from advisor.tui.desk import Desk
    from advisor.tui.spans import Line
    from advisor.tui.views.entry import Entry

WIDE = 120


class VerdictScreen(Page):
    """Shows one view of the desk's assessment: its list, the detail of one entry, or on a wide screen both."""

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

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.reader = Reader()
        self._said: Line = BLANK
        self._is_helping = False

    def compose(self) -> ComposeResult:
        """Lay out the title, the view, the names of all views and the keys."""
        yield from super().compose()
        yield Lines(id="top")
        with Horizontal(id="middle"):
            yield Lines(id="body")
            yield Lines(id="side")
        yield Lines(id="views")
        yield Lines(id="keys")

    def on_screen_resume(self) -> None:
        """Come back from another screen, which may have changed the answers."""
        self._said = BLANK
        if self.can_be_drawn:
            self.redraw()

    # Where one reads

    def action_view(self, place: int) -> None:
        """Turn to one view."""
        self.reader.turn(place)
        self._said, self._is_helping = BLANK, False
        self._from_the_top()

    def action_back(self) -> None:
        """Go back to the list, then to the verdict page, and from there to the questions."""
        if self._is_helping:
            self.action_help()
        elif self.reader.is_open and not self._is_wide:
            self.action_close()
        elif self.reader.place:
            self.action_view(0)
        else:
            self.dismiss()

    def action_help(self) -> None:
        """Show or hide what this view is, and its keys."""
        self._is_helping = not self._is_helping
        self._from_the_top()

    def action_open(self) -> None:
        """Open the entry in hand; on a wide screen it stands open already."""
        if self._entries and not self._is_wide:
            self.reader.is_open = True
            self._from_the_top()

    def on_click(self, event: events.Click) -> None:
        """Take the entry that was clicked in hand, and open it."""
        entries = self._entries
        if event.widget is not self.body or not self._shows_list:
            return
        row = event.y + self.body.first
        place = next((n for n in range(len(entries)) if row < rows_of(entries, n, self._list_columns)[1]), None)
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
        if self._shows_list:
            self.action_step(by)
        else:
            self.body.scroll(self.body.first + by)

    def action_step(self, by: int) -> None:
        """Take the next entry in hand, or the one before."""
        self.reader.step(by, self._entries)
        if self._shows_list:
            self._part("side").scroll(0)
            self.redraw()
        else:
            self._from_the_top()

    def action_page(self, by: int) -> None:
        """Scroll by a page: the detail where one stands beside the list, else whatever is shown."""
        read = self._part("side") if self._shows_both else self.body
        if self._shows_list and not self._is_wide:
            self.action_step(by * PAGE)
        else:
            read.scroll(read.first + by * max(read.size.height - 2, 1))

    def _from_the_top(self) -> None:
        self.redraw()
        self.body.scroll(0)
        self._part("side").scroll(0)
        self._reveal()

    def _reveal(self) -> None:
        """Keep the entry in hand in view."""
        if self._shows_list:
            start, end = self.reader.rows(self._entries, self._list_columns)
            self.body.reveal(start if self.reader.cursor(self._entries) else 0, end)

    # What one does with it

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
        self.say(take_away(self, self._title_of_file(), self._whole(), self.desk.exports))

    def action_copy(self) -> None:
        """Offer this view to the terminal's clipboard; a file lies beside it, for many terminals drop the offer."""
        self.say(take_away(self, self._title_of_file(), self._whole(), self.desk.exports, is_copied=True))

    def action_jump(self) -> None:
        """Open the list of all questions."""
        self.desk.open_jump()

    def say(self, words: str) -> None:
        """Say what was done, always in the same line."""
        self._said = line((words, "good")) if words else BLANK
        self.redraw()

    # What it looks like

    def redraw(self) -> None:
        """Draw every part; a wide screen has room for a list and its detail."""
        self.set_class(self._shows_both, "-wide")
        self.body.styles.width = self._list_columns + 2 * MARGIN if self._shows_both else "1fr"
        for name, lines in self.parts().items():
            self._part(name).show(lines)
        self._reveal()

    def parts(self) -> dict[str, list[Line]]:
        """The title, the view in hand, and the keys."""
        body, side = self._view_parts()
        return {
            "top": [self._title(), fitted(self._said, self.columns)],
            "body": body,
            "side": side,
            "views": [names_line(self.reader.place, self.columns) if self.desk.assessment is not None else BLANK],
            "keys": [key_line(self._keys(), self.columns)],
        }

    def _keys(self) -> tuple[tuple[str, str], ...]:
        if self._is_helping:
            return READING
        opened = (("tab", "next"), ("esc", "list")) if self.reader.is_open else (("enter", "open"),)
        read = opened if self._entries and not self._is_wide else ()
        if self.desk.trials.is_on:
            acts = (("t", "take these"), ("b", "go back"), ("n", "keep"), ("w", "change more"), ("v", "variants"))
            return (*read, *acts, ("ctrl+p", "all keys"))
        acts = (("s", "save"), ("w", "what if"), ("v", "variants"), ("e", "export"), ("esc", "back"))
        return (*read, *acts, ("ctrl+p", "all keys"))

    def _title(self) -> Line:
        assessment, desk = self.desk.assessment, self.desk
        name = desk.state.answers.text("workload.name") or desk.state.questionnaire.title
        side = self.reader.where(self._entries)
        if assessment is not None:
            side += f" · as of {assessment.as_of}"
        if desk.trials.is_on:
            side += " · what if"
        elif desk.saved is not None:
            side += " · record saved"
        elif desk.is_saving:
            side += " · saving …"
        return spread(line((name, "strong")), line((side, "muted")), self.columns)

    def _view_parts(self) -> tuple[list[Line], list[Line]]:
        assessment = self.desk.assessment
        if self.desk.refused or assessment is None:
            return waiting_lines(self.desk.refused, self.columns), []
        if self._is_helping:
            return help_lines(self.reader.view.about, self.BINDINGS, self.columns), []
        entries = self._entries
        if self._shows_both:
            return self.reader.list_lines(entries, self._list_columns), self.reader.detail_lines(
                entries, self.columns - self._list_columns - 2 * MARGIN
            )
        if self._shows_list:
            return self.reader.list_lines(entries, self.columns), []
        if entries:
            return self.reader.detail_lines(entries, self.columns), []
        return self._page(), []

    def _page(self) -> list[Line]:
        """A view of one page; the first of all also tells of the record, and of the answers tried out."""
        assessment = self.desk.assessment
        assert assessment is not None  # seen to by the caller
        page = self.reader.view.lines(assessment, self.columns)
        return page if self.reader.place else [*self._record_lines(), *self._what_if_lines(), *page]

    def _whole(self) -> list[Line]:
        """Everything the view in hand has to say, as it goes into a file."""
        assessment, view = self.desk.assessment, self.reader.view
        if assessment is None:
            return waiting_lines(self.desk.refused, self.columns)
        compared = [] if self.reader.place else self._what_if_lines()
        return [*compared, *view.lines(assessment, self.columns)]

    def _what_if_lines(self) -> list[Line]:
        """Set the verdict beside the real answers' one."""
        trials = self.desk.trials
        if not trials.is_on:
            return []
        now = self.desk.assessment if self.desk.is_current else None
        tried = Weighed(TRIED, tuple(trials.changes()), now)
        return [line("   ", ("WHAT IF", "accent")), *compare_lines([trials.columns()[0], tried], self.columns), BLANK]

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

    def _title_of_file(self) -> str:
        name = self.desk.state.answers.text("workload.name") or self.desk.state.questionnaire.id
        return f"{name}: {self.reader.view.title}"

    @property
    def _entries(self) -> list[Entry]:
        assessment = self.desk.assessment
        return [] if assessment is None else self.reader.entries(assessment)

    @property
    def _is_wide(self) -> bool:
        return self.app.size.width >= WIDE

    @property
    def _shows_both(self) -> bool:
        return self._is_wide and self._shows_list

    @property
    def _shows_list(self) -> bool:
        return bool(self._entries) and not self._is_helping and (self._is_wide or not self.reader.is_open)

    @property
    def _list_columns(self) -> int:
        return self.app.size.width * 13 // 30 - 2 * MARGIN if self._is_wide else self.columns

    def _part(self, name: str) -> Lines:
        return self.query_one(f"#{name}", Lines)

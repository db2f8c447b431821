"""A portfolio as a table: sorted, narrowed, opened and changed cell by cell, its joint answer found again each time."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.coordinate import Coordinate
from textual.widgets import DataTable, Input

from advisor.interview.quantities import example
from advisor.knowledge.labels import label, question_of
from advisor.tui.screen_actions import exported
from advisor.tui.widgets.line_view import Lines
from advisor.tui.widgets.page import Page
from advisor.tui.widgets.styled_text import BLANK, Line, count_of, fitted, key_line, line, spread, wrapped
from advisor.tui.workers.messages import Finished, PortfolioEdit, PortfolioTable, Progress, SolvePortfolio

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.geometry import Offset, Region

    from advisor.knowledge.questions import Question
    from advisor.tui.workers.messages import AnswerCell, LedgerAnswer, PortfolioRow
    from advisor.tui.workers.worker_clients import LedgerClient

NAME, ALONE, ALONE_USD, TOGETHER, ADDED_USD = range(5)
HEADS = ("workload", "alone", "$ alone", "together", "$ added")
LEAST_WIDTHS = (13, 20, 8, 20, 8)
"""At 80 columns; a wider window gives the names and the two offers more, as far as they need it."""
CELL_PADDING = 2
"""Cells between two columns."""
NOTED = 11
"""Columns of the label before an offer below the table."""
MOST_ANSWER = 22
TALL = 30
"""Rows from which all notes on the portfolio have room above the table."""
MOVES = {
    "down": "cursor_down", "j": "cursor_down", "up": "cursor_up", "k": "cursor_up", "left": "cursor_left",
    "h": "cursor_left", "right": "cursor_right", "l": "cursor_right", "pagedown": "page_down", "pageup": "page_up",
    "home": "scroll_home", "end": "scroll_end", "ctrl+home": "scroll_top", "ctrl+end": "scroll_bottom",
}  # fmt: skip
"""What keys do in the table, by its own actions: it needs no focus, for it is hidden until there is an answer."""
DIFFERS = "→ "
ONE_CHANGE = "One change after the other: esc ends the one that is computed."
LEAVING = ("escape", "ctrl+q", "f10")
"""Keys that leave; any other one takes back that leaving was asked for."""
OWN_CELLS = {
    "hours": (
        "How busy is it in each hour of the day?",
        "Type its share of its own peak in each of 24 hours, 8x0.1 for eight alike; empty: its peak all day.",
    ),
    "adapter_rank": (
        "Which rank has the LoRA adapter that its tuned model is?",
        "Type a whole number; empty: no adapter.",
    ),
}
"""What a workload has beside its answers: what is asked, and how it is typed."""
HELP = (
    "Each row is a workload: the offer that costs least for it alone, the one it has in the joint answer (→ where "
    "the two differ), and what it adds to the bill of the others. Right of them are its answers. "
    "enter opens a workload: its verdict, and why the offers differ. c changes the answer the cursor is on, and the "
    "joint answer is found again; esc ends that and takes the change back. o sorts by the column the cursor is on, "
    "again in reverse; / shows only rows with all words typed. t changes what all share: limits, discounts, how cards "
    "are shared, and staffing. s saves a decision on each workload and one record that pins them; the file itself is "
    "never changed. e exports the table."
)


class WholeColumns(DataTable[str]):
    """Textual's table, scrolled sideways to the beginning of a column: the end of a figure alone would mislead."""

    def scroll_to_region(self, region: Region, **options: Any) -> Offset:
        """Bring a cell into view, then go on to where the first column that is partly hidden ends."""
        moved = super().scroll_to_region(region, **{**options, "immediate": True})
        widths = [column.get_render_width(self) for column in self.ordered_columns[1:]]
        at = next((start for start in accumulate(widths, initial=0) if start >= self.scroll_x), self.scroll_x)
        self.scroll_to(x=at, animate=False, force=True, immediate=True)
        return moved


class EntryLine(Input):
    """Textual's input, which leaves every key to the page, so that keys are taken in their order."""

    def on_key(self, event: events.Key) -> None:
        """Insert nothing by itself: the page does."""
        event.prevent_default()


class PortfolioScreen(Page):
    """The table of one portfolio file; `edits` are the answers changed here, in the place of the file's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "End what is computed, or go back", show=False),
        Binding("enter", "open_workload", "Open this workload: its verdict, and why the offers differ", show=False),
        Binding("c", "change", "Change this answer", show=False, id="change"),
        Binding("t", "terms", "Change limits, discounts and staffing", show=False, id="terms"),
        Binding("o", "sort", "Order by this column; again: in reverse", show=False, id="sort"),
        Binding("slash", "find", "Show only workloads with these words", show=False, id="find"),
        Binding("s,ctrl+s", "save", "Save the portfolio as one record", show=False),
        Binding("e", "export", "Export this table as text, Markdown and picture", show=False),
        Binding("f1,question_mark", "help", "What can be done here", show=False, id="help"),
    ]

    def __init__(self, path: Path, records: Path, client: LedgerClient) -> None:
        super().__init__()
        self.path, self.records, self.client = path, records, client
        self.edits: tuple[PortfolioEdit, ...] = ()
        self.typed: dict[str, str] = {}
        self._found: PortfolioTable | None = None
        self._shown: list[PortfolioRow] = []
        self._pending: tuple[PortfolioEdit, ...] = ()
        self._working = ""
        self._said: tuple[str, str] = ("", "plain")
        self._entry = ""
        self._words = ""
        self._order: tuple[int, bool] | None = None
        self._is_helping = self._is_leaving = self._unsaved = False

    def compose(self) -> ComposeResult:
        """Lay out the title, the table, what the cursor is on, the line for typing, and the keys."""
        yield from super().compose()
        yield Lines(id="top")
        yield WholeColumns(
            id="table", fixed_columns=1, cursor_foreground_priority="css", cursor_background_priority="css"
        )
        yield Lines(id="body")
        yield Lines(id="detail")
        with Horizontal(id="entry"):
            yield Lines(id="prompt")
            yield EntryLine(id="typed", compact=True, select_on_focus=False)
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Have the joint answer found."""
        self._table.cursor_type = "cell"
        self.query_one(EntryLine).cursor_blink = False
        self._solve("Reading the file …")

    def on_screen_resume(self) -> None:
        """Come back from a workload or from saving, which may have said something."""
        if self.can_be_drawn:
            self.redraw()

    # --- what is computed ---

    def _solve(self, words: str) -> None:
        self._working = words
        self.client.ask(SolvePortfolio(str(self.path), (*self.edits, *self._pending)), self._on_answer)
        if self.can_be_drawn:
            self.redraw()

    def _on_answer(self, answer: LedgerAnswer) -> None:
        if isinstance(answer, Progress):
            self._working = f"Pricing: {answer.done:,} of {count_of(answer.of, 'workload')} …"
            if answer.done == answer.of:
                self._working = "Looking for the joint answer …"
        elif isinstance(answer, PortfolioTable):
            self._take(answer)
        elif isinstance(answer, Finished):
            back = " The change was taken back." if self._pending else ""
            self._pending, self._working = (), ""
            self._said = (f"{' '.join(answer.lines).rstrip('.')}.{back}", "bad")
        if self.can_be_drawn:
            self.redraw()

    def _take(self, found: PortfolioTable) -> None:
        """Show a joint answer; an answer that was changed becomes part of it only now."""
        before, self._found, self._working = self._found, found, ""
        if self._pending:
            self.edits, self._unsaved = (*self.edits, *self._pending), True
            moved = _moved(before, found)
            self._said = (f"Changed. {moved}", "good")
            self._pending = ()
        if self.can_be_drawn:
            self._fill()

    # --- the table ---

    @property
    def _table(self) -> DataTable[str]:
        return self.query_one("#table", DataTable)

    def _widths(self, found: PortfolioTable) -> list[int]:
        """The widths of all columns; the last fills the window once all those before it are scrolled out of sight."""
        spare = max(self.app.size.width - 80, 0)
        add = (min(spare // 5, 12), spare * 2 // 5, 0, spare * 2 // 5, 0)
        rows = [_texts(each) for each in found.rows]
        needed = [max((len(row[at]) for row in rows), default=0) for at in range(len(HEADS) + len(found.keys))]
        widths = [
            max(least, min(least + more, need)) for least, more, need in zip(LEAST_WIDTHS, add, needed, strict=False)
        ]
        widths += [
            max(len(_title(key)) + 2, min(need, MOST_ANSWER))
            for key, need in zip(found.keys, needed[len(HEADS) :], strict=True)
        ]
        room = self.app.size.width
        shown = [sum(widths[: at + 1]) + CELL_PADDING * (at + 1) for at in range(len(widths))]
        if shown[-1] > room:
            whole = max((at for at, end in enumerate(shown) if end <= room), default=0)
            widths[whole] += max(room - shown[whole], 0)  # or part of a figure would stand at the right
            left, *others = (width + CELL_PADDING for width in widths)
            ends = (left + sum(others[at:]) for at in range(len(others)))
            widths[-1] += next((room - end for end in ends if end <= room), 0)
        return widths

    def _fill(self) -> None:
        """Put the rows that contain the words typed into the table, in their order; the cursor stays on its cell."""
        found, table = self._found, self._table
        if found is None:
            return
        row, column = self._selected, table.cursor_column
        widths = self._widths(found)
        table.clear(columns=True)
        for at, (head, width) in enumerate(zip((*HEADS, *map(_title, found.keys)), widths, strict=True)):
            table.add_column(self._head(at, head, width), width=width)
        self._shown = self._ordered([each for each in found.rows if _contains(each, self._words.lower().split())])
        for each in self._shown:
            table.add_row(*(fitted_text(text, width) for text, width in zip(_texts(each), widths, strict=True)))
        names = [each.name for each in self._shown]
        if self._shown:
            place = names.index(row.name) if row is not None and row.name in names else 0
            table.cursor_coordinate = Coordinate(place, min(column, len(widths) - 1))

    def _head(self, at: int, text: str, width: int) -> str:
        mark = "" if self._order is None or self._order[0] != at else " ▼" if self._order[1] else " ▲"
        text = f"{text}{mark}"
        return f"{text:>{width}}" if at in (ALONE_USD, ADDED_USD) else text

    def _ordered(self, rows: list[PortfolioRow]) -> list[PortfolioRow]:
        if self._order is None:
            return rows
        column, reverse = self._order
        by: Callable[[PortfolioRow], tuple[float, str]] = lambda each: _order_of(each, column)  # noqa: E731
        return sorted(rows, key=by, reverse=reverse)

    @property
    def _selected(self) -> PortfolioRow | None:
        at = self._table.cursor_row
        return self._shown[at] if 0 <= at < len(self._shown) else None

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """Say what the cursor is on."""
        event.stop()
        if self.can_be_drawn:
            self.redraw()

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """Sort by the heading that was clicked."""
        self._sort_by(event.column_index)

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        """Open the workload that was clicked while the cursor was on it."""
        event.stop()
        self.action_open_workload()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the columns out for the new width."""
        if self.can_be_drawn:
            self._fill()
        super().on_resize(event)

    # --- keys ---

    async def press(self, event: events.Key) -> bool:
        """Type into the line, where it is open; else move, or what the bindings say."""
        if not self._entry:
            self._said, self._is_leaving = ("", "plain"), self._is_leaving and event.key in LEAVING
            move = MOVES.get(event.key)
            if move is not None:
                await self.app.run_action(move, self._table)
            if event.key == "enter":
                self.action_open_workload()
            return move is not None or event.key == "enter"
        typed = self.query_one(EntryLine)
        if event.key in ("enter", "escape"):
            self._end_entry(typed.value.strip(), is_taken=event.key == "enter")
        elif event.character is not None and event.is_printable:
            typed.insert_text_at_cursor(event.character)
            self._typed(typed.value)
        else:
            bound = self.active_bindings.get(event.key)
            if bound is not None and bound.node is typed:
                await self.app.run_action(bound.binding.action, typed)
                self._typed(typed.value)
        return True

    def _typed(self, text: str) -> None:
        if self._entry == "find":
            self._words = text
            self._fill()
            self.redraw()

    def _begin_entry(self, kind: str, text: str) -> None:
        typed = self.query_one(EntryLine)
        self._entry, typed.value = kind, text
        typed.cursor_position = len(text)
        self.add_class("-typing")
        typed.focus()
        self.redraw()

    def _end_entry(self, text: str, *, is_taken: bool) -> None:
        kind, self._entry = self._entry, ""
        self.remove_class("-typing")
        self.set_focus(None)
        if kind == "find" and not is_taken:
            self._words = ""
            self._fill()
        row, cell = self._selected, self._cell
        if kind == "change" and is_taken and row is not None and cell is not None and text != cell[1].typed:
            self._said = ("", "plain")
            self.change((PortfolioEdit(row.name, cell[0], text),))
        self.redraw()

    def change(self, edits: tuple[PortfolioEdit, ...]) -> None:
        """Have the joint answer found with these changes too; until it is there they can be ended."""
        self._pending = edits
        self._solve("Looking for the joint answer …")

    @property
    def _cell(self) -> tuple[str, AnswerCell] | None:
        """The key and the answer that the cursor is on; None where it is on what was computed."""
        at, row, found = self._table.cursor_column - len(HEADS), self._selected, self._found
        return (found.keys[at], row.answers[at]) if found is not None and row is not None and at >= 0 else None

    def action_find(self) -> None:
        """Type words that the rows shown must have."""
        if self._found is not None:
            self._begin_entry("find", self._words)

    def action_change(self) -> None:
        """Type another answer over the one the cursor is on."""
        if self._working:
            self._say(ONE_CHANGE)
        elif self._cell is None:
            self._say("This is computed. Answers to change are further right.")
        else:
            self._begin_entry("change", self._cell[1].typed)

    def action_sort(self) -> None:
        """Sort by the column the cursor is on."""
        self._sort_by(self._table.cursor_column)

    def _sort_by(self, column: int) -> None:
        self._order = (column, self._order == (column, False))
        self._fill()
        self.redraw()

    def action_open_workload(self) -> None:
        """Show one workload's verdict, its two offers, and why they differ."""
        if self._selected is not None:
            self.open("portfolio_workload", self._selected, self)

    def action_save(self) -> None:
        """Ask who decides, and why; then save."""
        if self._found is None or self._working:
            self._say("There is no joint answer to save yet.")
        else:
            self.open("portfolio_save", self, self._found)

    def action_help(self) -> None:
        """Show or hide what can be done here."""
        self._is_helping = not self._is_helping
        self.redraw()

    def action_back(self) -> None:
        """Close the help, end what is computed, show all rows again, or go back: the first of these there is."""
        if self._is_helping:
            self.action_help()
        elif self._working and self._found is not None:
            self.client.cancel()
            self._pending, self._working = (), ""
            self._say("Ended; the change was taken back.")
        elif self._words:
            self._words = ""
            self._fill()
            self.redraw()
        elif not self.may_leave("esc"):
            self.redraw()
        else:
            self.client.cancel()
            if len(self.app.screen_stack) > 1:
                self.dismiss()
            else:
                self.call_later(self.app.run_action, "home")

    def may_leave(self, key: str) -> bool:
        """Whether nothing would be lost, or this was asked already; else ask, and let the same key leave next time."""
        if not self._unsaved or self._is_leaving:
            return True
        self._is_leaving = True
        changes = count_of(len(self.edits), "change")
        self._said = (f"{changes} not saved. s saves a record; {key} again leaves without saving.", "warn")
        return False

    def action_terms(self) -> None:
        """Show what all workloads share, to be changed."""
        if self._found is None or self._working:
            self._say(ONE_CHANGE)
        else:
            self.open("portfolio_terms", self, self._found)

    def action_export(self) -> None:
        """Write the rows shown to files next to the ledger."""
        if self._found is None:
            return
        lines = self._exported(self._found)
        self._say(*exported(self, f"portfolio-{self._found.name}", lines, self.records.parent))

    def _exported(self, found: PortfolioTable) -> list[Line]:
        table = [(*HEADS, *map(_title, found.keys)), *map(_texts, self._shown)]
        widths = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
        rows = [line("  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True))) for row in table]
        return [*(line(note) for note in found.notes), BLANK, *rows]

    def note_saved(self, text: str) -> None:
        """Say that the portfolio was saved, its changes with it."""
        self._said, self._unsaved = (text, "good"), False

    def _say(self, text: str, role: str = "plain") -> None:
        self._said = (text, role)
        self.redraw()

    # --- what is drawn ---

    def redraw(self) -> None:
        """Draw all but the table, which draws itself."""
        self.set_class(self._found is None or self._is_helping, "-reading")
        parts = self._parts()
        self.query_one("#top", Lines).styles.height = len(parts["top"])
        for name, lines in parts.items():
            self.query_one(f"#{name}", Lines).show(lines)
        self.query_one("#prompt", Lines).styles.width = len(self._prompt) + 2

    def _notes(self) -> list[Line]:
        """The notes on the whole portfolio; a window without room has their first two rows."""
        notes = self._found.notes if self._found is not None else ()
        drawn = [part for note in notes for part in wrapped(note, self.columns, role="muted")]
        for first in drawn[:1]:
            drawn[0] = line((first[0].text, "muted" if self._working else "accent"))
        return drawn if self.app.size.height >= TALL else drawn[:2]

    @property
    def _prompt(self) -> str:
        return {"find": "rows with", "change": "change to"}.get(self._entry, "")

    def _parts(self) -> dict[str, list[Line]]:
        columns, found = self.columns, self._found
        changed = f" · {len(self.edits)} changed" if self.edits else ""
        count = ""
        if found is not None:
            count = count_of(len(found.rows), "workload")
            count = count if len(self._shown) == len(found.rows) else f"{len(self._shown):,} of {count}"
        name = found.name if found is not None else self.path.name
        title = spread(line((f"portfolio {name}", "strong")), line((f"{count}{changed}", "muted")), columns)
        reading = wrapped(HELP, columns, "  ") if self._is_helping else self._status() if found is None else []
        return {
            "top": [title, *self._notes(), BLANK],
            "body": reading,
            "detail": [] if found is None else [*self._status(), *self._about()],
            "prompt": [line((self._prompt, "accent"))],
            "keys": [key_line(self._keys(), columns)],
        }

    def _status(self) -> list[Line]:
        if self._working:
            return [line("  ", (self._working, "warn"), ("  esc ends it", "muted"))]
        text, role = self._said
        return wrapped(text, self.columns, "  ", role) if text else []

    def _about(self) -> list[Line]:
        """What the cursor is on, whole: the two offers and why they differ, or the question and what is allowed."""
        row, cell, columns = self._selected, self._cell, self.columns
        if row is None:
            return wrapped("No row has these words; esc shows all.", columns, "  ", "muted")
        if cell is not None:
            question = question_of(cell[0])
            asked, how = OWN_CELLS.get(cell[0], (label(cell[0]), "" if question is None else how_typed(question)))
            how = how if self._entry == "change" else ""
            return [
                fitted(line("  ", (f"{row.name}: ", "muted"), cell[1].words or "unknown"), columns),
                *wrapped(f"{asked} {how}", columns, "  ", "muted"),
            ]
        offers = [("alone", row.alone_offer, row.alone_usd), ("together", row.together_offer, row.together_usd)]
        drawn = [
            line("  ", (f"{'' if row_at else name:<9}", "muted"), *part)
            for name, offer, usd in offers
            for row_at, part in enumerate(wrapped(f"{_usd(usd)}{offer}", columns - NOTED))
        ]
        return [*drawn, *wrapped(row.because or "The same offer alone and together.", columns, "  ", "muted")]

    def _keys(self) -> tuple[tuple[str, str], ...]:
        if self._entry:
            return (("enter", "take it"), ("esc", "leave it"))
        first = (("enter", "open"), ("c", "change"), ("t", "terms"), ("o", "order"), ("/", "find"), ("s", "save"))
        return (*first, ("f1", "help"), ("esc", "back"), ("ctrl+p", "all keys"))


def _title(key: str) -> str:
    return key.rpartition(".")[2].replace("_", " ")


def how_typed(question: Question) -> str:
    """How an answer is typed."""
    if question.kind == "bool":
        return "Type true or false."
    if question.choices:
        several = "; with ; between several" if question.kind == "choices" else ""
        return f"Type {', '.join(choice.id for choice in question.choices)}{several}."
    typed = example(question)
    return f"Type {typed}; empty: unknown." if typed else "Empty: unknown."


def _usd(usd: float | None) -> str:
    return "" if usd is None else f"${usd:,.0f} a month: "


def _texts(row: PortfolioRow) -> tuple[str, ...]:
    """The cells of a row, whole; dollars in a column are aligned by their last digit."""
    mark = DIFFERS if row.differs else ""
    added = "" if row.together_usd is None else f"{row.together_usd:,.0f}"
    computed = (row.name, row.alone, f"{row.alone_usd:,.0f}", f"{mark}{row.together}", added)
    return (*computed, *(each.words for each in row.answers))


def fitted_text(text: str, width: int) -> str:
    """Cut a cell to its width; figures go to the right of it."""
    if text.replace(",", "").removeprefix("-").isdecimal():
        return f"{text:>{width}}"
    return "".join(piece.text for piece in fitted(line(text), width))


def _contains(row: PortfolioRow, words: list[str]) -> bool:
    said = " ".join((*_texts(row), row.alone_offer, row.together_offer)).lower()
    return all(word in said for word in words)


def _order_of(row: PortfolioRow, column: int) -> tuple[float, str]:
    """What a column is sorted by: a number, then the text."""
    if column in (ALONE_USD, ADDED_USD):
        return (row.alone_usd if column == ALONE_USD else row.together_usd or 0.0), row.name
    if column < len(HEADS):
        return 0.0, (row.name, row.alone, "", row.together)[column]
    cell = row.answers[column - len(HEADS)]
    return cell.order, cell.words


def _moved(before: PortfolioTable | None, after: PortfolioTable) -> str:
    """Which workloads choose otherwise together than before a change."""
    was = {row.name: row.together_offer for row in before.rows} if before is not None else {}
    moved = [row.name for row in after.rows if was.get(row.name) != row.together_offer]
    return f"Together otherwise now: {', '.join(moved)}." if moved else "Every workload keeps its offer."

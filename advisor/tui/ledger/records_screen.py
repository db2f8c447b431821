"""The records of a ledger: listed, found by typing, and one opened: its verdict, what people stated, and the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.knowledge.labels import route_name
from advisor.tui.ledger.ledger_page import LedgerContext, LedgerPage
from advisor.tui.verdict.overview import verdict_lines
from advisor.tui.widgets.line_view import MARGIN
from advisor.tui.widgets.menu import Menu, MenuItem
from advisor.tui.widgets.page import SCROLLING, clicked_row
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, key_line, labeled, line, spread, wrapped
from advisor.tui.workers.messages import Answered, Entries, Finished, LedgerAnswer, ListAll, Opened, OpenRecord, Reopen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events

    from advisor.assessment.model import Assessment
    from advisor.record.listed_record import ListedRecord


# A record as a page: what people stated, the verdict as it reads, and then all the rest.


ROLES = {"superseded": "warn", "withdrawn": "warn", "accepted": "good"}


def record_lines(opened: Opened, columns: int) -> list[Line]:
    """Draw a record that was opened: of a decision its verdict first, of another what it says."""
    lines = stated_rows(opened.rows, columns)
    if opened.assessment is None:
        return lines
    verdict = verdict_lines(opened.assessment, columns)
    stated = [*_headed("what people stated"), *lines]
    return [*_parted(verdict), *stated, BLANK, *as_recorded(opened.lines, columns)]


def _parted(verdict: list[Line]) -> list[Line]:
    """A verdict with a blank line after it; one in a single column has it."""
    return [*verdict, BLANK] if verdict and verdict[-1] else verdict


def draft_lines(rows: Sequence[tuple[str, str]], assessment: Assessment, text: str, columns: int) -> list[Line]:
    """Draw a record that is not saved yet: the verdict, what is stated, and the file as it would be."""
    verdict = verdict_lines(assessment, columns)
    stated = [*_headed("what people state"), *stated_rows(rows, columns), BLANK]
    file = [part for row in text.splitlines() for part in (wrapped(row, columns, "   ", "muted") or [BLANK])]
    return [*_parted(verdict), *stated, *_headed("the file"), *file]


def stated_rows(rows: Iterable[tuple[str, str]], columns: int) -> list[Line]:
    """Draw rows with their labels; the status of a record has a color as well as a word."""
    lines: list[Line] = []
    for label, text in rows:
        role = ROLES.get(text.split(" ")[0], "plain") if label == "status" else "plain"
        role = "warn" if label == "status" and "disapproved by" in text else role
        if label == "sha256":  # 64 digits, which stay whole where the label takes no column
            lines += wrapped(f"{label} {text}", columns, "   ", "muted")
        else:
            lines += labeled(label, [text], columns, role)
    return lines


def as_recorded(lines: Iterable[str], columns: int) -> list[Line]:
    """Draw the answers, the questions left open and the reasons, each part under its name; rows are indented."""
    drawn: list[Line] = []
    for text in lines:
        if text.startswith(" "):
            drawn += wrapped(text.strip(), columns, "   ")
        else:
            drawn += [*([BLANK] if drawn else []), *_headed(text.lower())]
    return drawn


def _headed(text: str) -> list[Line]:
    return [line("   ", (text, "accent"))]


RECORD_HELP = (
    "v verifies this record: its bytes, its place in the chain, what it pins, and the verdict derived again; ctrl+g "
    "verifies the whole ledger, f3 against a digest or signers kept elsewhere. "
    "s signs it with your SSH key, o disapproves of it, a accepts it, u says that a newer decision supersedes it, "
    "w withdraws it, r redacts names and text, t proves when it existed; "
    "m marks it, and d on another compares the two. c begins an interview with its answers, to change them. "
    "A record is never rewritten: each of these adds a new one. "
    "ctrl+e writes the ledger with its verifier into an archive, ctrl+l takes the records of another branch over. "
    "e writes this page to files; y offers it to the clipboard too."
)


class RecordDetailScreen(LedgerPage):
    """Shows what one record says, and offers what can be done with it by single letters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back to the list", show=False),
        Binding("v", "verify", "Verify this record", show=False),
        Binding("m", "mark", "Mark this record for comparing", show=False),
        Binding("d", "diff", "Compare this record with the marked one", show=False),
        Binding("s", "act('sign')", "Sign this record", show=False),
        Binding("o", "act('disapprove')", "Disapprove of this record", show=False),
        Binding("r", "act('redact')", "Redact: delete names and text of this record", show=False),
        Binding("t", "act('timestamp')", "Prove when this record existed", show=False),
        Binding("a", "act('accept')", "Accept this record", show=False),
        Binding("u", "act('supersede')", "Supersede this record by a newer one", show=False),
        Binding("w", "act('withdraw')", "Withdraw this record", show=False),
        Binding("c", "change", "Begin an interview with its answers, to change them", show=False, id="change"),
        Binding("e", "export", "Export this record as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy this record, and export it to a file", show=False),
        *SCROLLING,
    ]

    def __init__(self, ledger: LedgerContext, number: int) -> None:
        super().__init__(ledger)
        self._number = number
        self._opened: Opened | None = None
        self._fault = ""

    @property
    def number(self) -> int:
        """The record that is shown."""
        return self._number

    def on_screen_resume(self) -> None:
        """Read the record, and again when something was added that speaks of it."""
        self.ledger.ledger_client.ask(OpenRecord(self.ledger.directory, self._number), self._on_answer)

    def _on_answer(self, answer: LedgerAnswer) -> None:
        if isinstance(answer, Opened):
            self._opened, self._fault = answer, ""
        elif isinstance(answer, Answered):
            if self.can_be_drawn:
                self.ledger.reopen(answer)
            return
        elif isinstance(answer, Finished):
            self._fault = " ".join(answer.lines)
        if self.can_be_drawn:
            self.redraw()

    def action_change(self) -> None:
        """Ask for the answers, to begin an interview with them."""
        if self._opened is None or self._opened.assessment is None:
            self.say("Only a decision has answers to change.")
        else:
            self.ledger.ledger_client.ask(Reopen(self.ledger.directory, self._number), self._on_answer)

    def action_back(self) -> None:
        """Go back to the list."""
        self.ledger.message = ("", "plain")
        self.dismiss()

    def shown(self) -> tuple[str, list[Line]]:
        """The record, and the name of its files."""
        return f"record-{self._number}", self._record()

    def help(self) -> str:
        """Say what can be done here."""
        return RECORD_HELP

    def parts(self) -> dict[str, list[Line]]:
        """The title with the status of the record, the record, and the keys."""
        columns, opened = self.columns, self._opened
        side = opened.standing or opened.kind if opened is not None else ""
        mark = " · marked" if self.ledger.marked == self._number else ""
        title = spread(line((f"record {self._number}{mark}", "strong")), line((side, "muted")), columns)
        keys = (("v", "verify"), ("s", "sign"), ("c", "change"), ("f1", "help"), ("esc", "back"), ("a", "accept"))
        more = (("u", "supersede"), ("w", "withdraw"), ("o", "disapprove"), ("m", "mark"), ("d", "compare"))
        last = (("r", "redact"), ("t", "time stamp"), ("ctrl+p", "all keys"))
        return {
            "top": [title, BLANK],
            "body": [*self.message_lines(), *self._record()],
            "keys": [key_line((*keys, *more, *last), columns)],
        }

    def _record(self) -> list[Line]:
        if self._fault:
            return wrapped(self._fault, self.columns, "   ", "bad")
        if self._opened is None:
            return [line("   ", ("Reading …", "muted"))]
        return record_lines(self._opened, self.columns)


ROOM_FOR_REST = 11
"""Columns that the cursor, the number, the mark and a gap take."""
PLAIN_TITLE = "Where to run "
"""How a decision is titled that nobody gave another title."""


def record_items(entries: Sequence[ListedRecord], marked: int, columns: int) -> list[MenuItem]:
    """Make a row of each record, all in few words where one of them would not fit else."""
    ledger = columns - ROOM_FOR_REST
    is_brief = any(len(_title(one)) + len(_stands(one)) > ledger for one in entries if one.status)
    return [_item(one, marked, is_brief=is_brief) for one in entries]


def _item(one: ListedRecord, marked: int, *, is_brief: bool) -> MenuItem:
    mark = "* " if one.number == marked else "  "
    if one.broken:
        return MenuItem(str(one.number), f"{one.number:>4} {mark}cannot be read: {one.broken}")
    people = " ".join((*one.deciders, *one.people, *one.objecting))
    also = f"{one.route} {one.title} {one.workload} {one.kind} {one.status} {people}"
    objected = ", disapproved" if one.objecting else ""
    brief = f"{route_name(one.route)} · {re.split(r' by| [(]|,', one.status)[0]}{objected}"
    side = brief if is_brief and one.status else _stands(one)
    return MenuItem(
        str(one.number), f"{one.number:>4} {mark}{_title(one)}", side, also=f"{also} {one.created_utc[:10]}"
    )


def _title(one: ListedRecord) -> str:
    if one.status:
        return one.title.removeprefix(PLAIN_TITLE)
    return f"  {one.kind} {one.title or f'of {one.about}'} by {''.join(one.people)}: {one.because}"


def _stands(one: ListedRecord) -> str:
    day = one.created_utc[:10]
    return f"{route_name(one.route)} · {one.status} · {day}" if one.status else day


def summary_lines(one: ListedRecord, columns: int) -> list[Line]:
    """Draw what the list knows of a record, whole."""
    head = [line("   ", (f"record {one.number}", "accent"), (f"  {one.kind}", "muted")), BLANK]
    if one.broken:
        return [*head, *wrapped(f"It cannot be read: {one.broken}.", columns, "   ", "bad")]
    rows = _decision(one) if one.status else _event(one)
    return [*head, *stated_rows([(label, text) for label, text in rows if text], columns)]


def _decision(one: ListedRecord) -> list[tuple[str, str]]:
    signed = [("signed by", person) for person in one.people] + [("disapproved by", who) for who in one.objecting]
    route = route_name(one.route) if one.route else ""
    stated = [("title", one.title), ("workload", one.workload), ("route", route), ("stands", one.status)]
    return [*stated, ("decided by", ", ".join(one.deciders)), *signed, ("claimed time", one.created_utc)]


def _event(one: ListedRecord) -> list[tuple[str, str]]:
    about = f"record {one.about}" if one.about and not one.title else ""
    return [
        ("name", one.title),
        ("of", about),
        ("by", ", ".join(one.people)),
        ("because", one.because),
        ("claimed time", one.created_utc),
    ]


LIST_HELP = (
    "Type any words of a title, workload, route, status, name or day to narrow the list. "
    "Enter opens a record; f4 marks one, and f5 on another compares the two. f6 signs, ctrl+d disapproves, f7 accepts, "
    "f8 supersedes, f9 withdraws, ctrl+x redacts, ctrl+t proves when it existed, ctrl+v verifies the selected record, "
    "ctrl+g the whole ledger, f3 against a digest or signers kept elsewhere; ctrl+e archives the ledger, ctrl+l merges "
    "another branch. A record is never rewritten: each of these adds one that speaks of it."
)


class RecordListScreen(LedgerPage):
    """Lists the records of one folder."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("enter", "open", "Open this record", show=False),
    ]

    def __init__(self, ledger: LedgerContext) -> None:
        super().__init__(ledger)
        self._menu: Menu | None = None
        self._entries: tuple[ListedRecord, ...] = ()
        self._fault = ""

    @property
    def _list_columns(self) -> int:
        """The width of the list, which shares a wide window with the selected record."""
        return self.app.size.width * 3 // 5 - 2 * MARGIN if self.is_wide else self.columns

    @property
    def number(self) -> int:
        """The selected record; 0 where there is none."""
        return int(self._menu.selected.id) if self._menu is not None and self._menu.selected is not None else 0

    def note_added(self, text: str) -> None:
        """Say so, and list it too."""
        super().note_added(text)
        self.read_again()

    def read_again(self) -> None:
        """Ask for the list."""
        self.ledger.ledger_client.ask(ListAll(self.ledger.directory), self._on_answer)

    def _on_answer(self, answer: LedgerAnswer) -> None:
        if isinstance(answer, Entries):
            self._entries, self._fault = answer.entries, ""
        elif isinstance(answer, Finished):
            self._fault = " ".join(answer.lines)
        self._list_again()
        if self.can_be_drawn:
            self.redraw()

    def _list_again(self) -> None:
        """Put the records into rows for the present width; the selected one stays, at first it is the newest."""
        typed = self._menu.typed if self._menu is not None else ""
        selected = self.number or (self._entries[-1].number if self._entries else 0)
        items = record_items(self._entries, self.ledger.marked, self._list_columns)
        self._menu = Menu(items, str(selected), typing=True, typed=typed)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the rows out for the new width."""
        if self._menu is not None:
            self._list_again()
        super().on_resize(event)

    def on_screen_resume(self) -> None:
        """Come back from a record, which may have had others added after it."""
        self.read_again()

    def redraw(self) -> None:
        """Draw everything, the selected record in view."""
        self.set_class(self.is_wide, "-wide")
        self.body.styles.width = self._list_columns + 2 * MARGIN if self.is_wide else "1fr"
        super().redraw()
        if self._menu is not None:
            above = len(self.message_lines())
            start, end = self._menu.selected_rows(self._list_columns)
            self.body.reveal(start + above if start else 0, end + above)

    async def press(self, event: events.Key) -> bool:
        """Move in the list, or narrow it."""
        if self._menu is None or event.key in ("enter", "escape"):
            return False
        taken = self._menu.press(event.key, event.character)
        if taken:
            self.redraw()
        return taken

    def on_click(self, event: events.Click) -> None:
        """Take the record that was clicked selected; one that is selected already is opened."""
        row, before = clicked_row(event, self.body), self.number
        if row is None or self._menu is None:
            return
        if self._menu.select_at(row + self.body.first - len(self.message_lines()), self._list_columns):
            self.redraw()
            if self.number == before:
                self.action_open()

    def action_open(self) -> None:
        """Open the selected record."""
        if self.number:
            self.app.push_screen(RecordDetailScreen(self.ledger, self.number))

    def marked_changed(self) -> None:
        """Show which record is marked."""
        self._list_again()

    def action_back(self) -> None:
        """Show the whole list again, and from there go back to where one came from."""
        if self._menu is not None and self._menu.typed:
            self._menu.narrow("")
            self.redraw()
        else:
            self.dismiss()

    def parts(self) -> dict[str, list[Line]]:
        """The title, the list, and the keys."""
        columns = self.columns
        where = spread(line(("records", "strong")), line((self.ledger.directory, "muted")), columns)
        on_record = (("f4", "mark"), ("f5", "compare"), ("ctrl+v", "verify"))
        choosing, acting = ((("type", "to find"), ("enter", "open")), on_record) if self._entries else ((), ())
        keys = (*choosing, ("f1", "help"), ("esc", "back"), *acting, ("ctrl+p", "all keys"))
        return {
            "top": [fitted(where, columns), BLANK],
            "body": [*self.message_lines(), *self._list()],
            "side": self._side(),
            "keys": [key_line(keys, columns)],
        }

    @property
    def message_columns(self) -> int:
        """The width of the list below it."""
        return self._list_columns

    def _side(self) -> list[Line]:
        one = next((one for one in self._entries if one.number == self.number), None) if self.is_wide else None
        return summary_lines(one, self.columns - self._list_columns - 2 * MARGIN) if one is not None else []

    def help(self) -> str:
        """Say what can be done here."""
        return LIST_HELP

    def _list(self) -> list[Line]:
        if self._fault:
            return wrapped(self._fault, self._list_columns, "  ", "bad")
        if self._menu is None:
            return [line("  ", ("Reading …", "muted"))]
        if not self._entries:
            return [line("  ", ("No record was saved here yet.", "muted"))]
        return self._menu.lines(self._list_columns)

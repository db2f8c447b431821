"""A page that asks for a few lines before something is written, and says in one sentence what that will be."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.widgets.page import DrawnPage
from advisor.tui.widgets.styled_text import BLANK, fitted, key_line, line, wrapped

if TYPE_CHECKING:
    from textual import events

    from advisor.tui.widgets.form import Form
    from advisor.tui.widgets.styled_text import Line


class FormScreen(DrawnPage):
    """Shows a form; `submit` is called once everything that must be there is. What was typed is never thrown away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back; what was typed is kept", show=False),
        Binding("ctrl+s", "submit", "Do what this page is for", show=False),
        Binding("f1", "help", "What this writes", show=False, id="help"),
        Binding("pagedown", "scroll(12)", "A page down", show=False),
        Binding("pageup", "scroll(-12)", "A page up", show=False),
    ]

    def __init__(self, title: str, form: Form) -> None:
        super().__init__()
        self._title, self.form = title, form
        self.fault = ""
        self.is_working = ""
        self.is_helping = False

    async def press(self, event: events.Key) -> bool:
        """Let the form take the key; Enter on what it does, does it."""
        if event.key == "enter" and self.form.is_at_end:
            self.action_submit()
            return True
        before = self.form.at
        taken = self.form.press(event.key, event.character)
        if taken:
            self.fault = ""
            if self.form.at != before:
                self.moved()
            self.redraw()
            self.reveal()
        return taken

    def on_paste(self, event: events.Paste) -> None:
        """Let the form take pasted text."""
        self.form.paste(event.text)
        self.redraw()
        self.reveal()

    def moved(self) -> None:
        """Another line was taken in hand."""

    def action_submit(self) -> None:
        """Do it, unless something is missing."""
        if self.is_working:
            return
        missing = self.form.missing
        if missing:
            self.form.go_to(missing)
            self.refuse(f"“{missing}” must be filled in.")
        else:
            self.submit()

    def submit(self) -> None:
        """Do what the form is for."""

    def refuse(self, sentence: str) -> None:
        """Say in place what is wrong."""
        self.fault, self.is_working = sentence, ""
        self.redraw()
        self.reveal()

    def action_help(self) -> None:
        """Show or hide what this writes, at length."""
        self.is_helping = not self.is_helping
        self.redraw()
        self.body.scroll(0)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

    def reveal(self) -> None:
        """Bring what is in hand into view, and under the form what is wrong with it."""
        start, end = self.form.rows_in_hand(self.columns)
        above = len(self._above())
        if self.fault:
            end = len(self.form.lines(self.columns)) + len(self._below())
        self.body.reveal(start + above if self.form.at else 0, end + above)

    def _above(self) -> list[Line]:
        """What stands over the form: the help, where it is asked for, and what will be written."""
        helped = [*wrapped(self.help(), self.columns, "  "), BLANK] if self.is_helping else []
        return [*helped, *self.head()]

    def _below(self) -> list[Line]:
        """What stands right under the form: a fault, or work under way."""
        fault = wrapped(self.fault, self.columns, "  ", "bad")
        return [*fault, *([line("  ", (self.is_working, "muted"))] if self.is_working else [])]

    def head(self) -> list[Line]:
        """Say what will be written, above the fields."""
        return []

    def tail(self) -> list[Line]:
        """Show more below the fields."""
        return []

    def help(self) -> str:
        """Say at length what this writes."""
        return ""

    def parts(self) -> dict[str, list[Line]]:
        """The title, the form, and the keys."""
        columns = self.columns
        verb = self.form.does.split(" ")[0].lower()
        keys = (("tab", "next line"), ("ctrl+s", verb), ("esc", "back"), *self.more_keys(), ("f1", "help"))
        body = [*self._above(), *self.form.lines(columns), *self._below(), BLANK, *self.tail()]
        return {
            "top": [fitted(line((self._title, "strong")), columns), BLANK],
            "body": body,
            "keys": [key_line((*keys, ("ctrl+p", "all keys")), columns)],
        }

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """Keys of this form alone."""
        return ()

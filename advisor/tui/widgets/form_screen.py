"""A form: a few fields, the one action below them, and the page that shows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from advisor.errors import AdvisorError, sentence_of
from advisor.tui.widgets.page import PAGING, Page, clicked_row
from advisor.tui.widgets.styled_text import BLANK, Line, TypedLine, key_line, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from textual import events


LABEL = 15
LONGEST = 2_000
STEPS = {"down": 1, "tab": 1, "enter": 1, "up": -1, "shift+tab": -1}


class Field(NamedTuple):
    """One line: its name, its label, the help shown while it is selected, and whether it must be filled in.

    `choices` are what space goes round; then nothing is typed.
    """

    name: str
    label: str
    hint: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()


class Form:
    """Holds what is typed; the last stop after the fields is `does`, what Enter does there."""

    def __init__(self, fields: Sequence[Field], given: Mapping[str, str], does: str) -> None:
        self.fields, self.does = tuple(fields), does
        self._typed = {field.name: _begun(field, given.get(field.name, "")) for field in fields}
        self.at = next((place for place, one in enumerate(self.fields) if not self.values[one.name]), len(self.fields))

    @property
    def values(self) -> dict[str, str]:
        """What each field holds, without spaces around it."""
        return {name: typed.text.strip() for name, typed in self._typed.items()}

    @property
    def missing(self) -> str:
        """The label of the first field that must still be filled in, or an empty text."""
        return next((one.label for one in self.fields if one.required and not self.values[one.name]), "")

    @property
    def is_at_end(self) -> bool:
        """Whether what the form does is selected."""
        return self.at == len(self.fields)

    def fill(self, given: Mapping[str, str]) -> None:
        """Fill in what became known meanwhile, where nothing was typed."""
        for one in self.fields:
            if given.get(one.name) and not self.values[one.name]:
                self._typed[one.name] = _begun(one, given[one.name])

    def go_to(self, label: str) -> None:
        """Take the field with a label selected."""
        self.at = next((place for place, one in enumerate(self.fields) if one.label == label), self.at)

    def press(self, key: str, character: str | None) -> bool:
        """Move or type; False when the key means neither."""
        if key in STEPS:
            self.at = min(max(self.at + STEPS[key], 0), len(self.fields))
            return True
        return not self.is_at_end and self._edited(self.fields[self.at], key, character)

    def paste(self, text: str) -> None:
        """Take pasted text into the selected field, as one line."""
        if not self.is_at_end and not self.fields[self.at].choices:
            name = self.fields[self.at].name
            self._typed[name] = self._typed[name].typed(" ".join(text.split()))

    def _edited(self, field: Field, key: str, character: str | None) -> bool:
        typed = self._typed[field.name]
        if field.choices:
            step = {"space": 1, "right": 1, "left": -1}.get(key)
            if step is None:
                return False
            place = (field.choices.index(typed.text) + step) % len(field.choices)
            self._typed[field.name] = TypedLine(field.choices[place])
            return True
        pressed = typed.pressed(key)
        if pressed is None and character is not None and character.isprintable():
            pressed = typed.typed(character)
        self._typed[field.name] = pressed or typed
        return pressed is not None

    def lines(self, columns: int) -> list[Line]:
        """Draw the fields, and under them what the form does."""
        drawn = [part for place, one in enumerate(self.fields) for part in self._field(place, one, columns)]
        does = f"[ {self.does} ]"
        button = line(("▌ ", "accent"), (does, "cursor")) if self.is_at_end else line("  ", does)
        return [*drawn, BLANK, button]

    def selected_rows(self, columns: int) -> tuple[int, int]:
        """Find the lines of what is selected."""
        counts = [len(self._field(place, one, columns)) for place, one in enumerate(self.fields)]
        start = sum(counts[: self.at])
        return (start, start + counts[self.at]) if not self.is_at_end else (start, start + 2)

    def select_at(self, row: int, columns: int) -> bool:
        """Go to the line drawn in a row, or to what the form does; False where neither is."""
        end = 0
        for place, field in enumerate(self.fields):
            end += len(self._field(place, field, columns))
            if 0 <= row < end:
                self.at = place
                return True
        if row == end + 1:
            self.at = len(self.fields)
        return row == end + 1

    def _field(self, place: int, field: Field, columns: int) -> list[Line]:
        selected, typed = place == self.at, self._typed[field.name]
        mark = ("▌ ", "accent") if selected else "  "
        label = (f"{field.label:<{LABEL}}", "plain" if selected else "muted")
        room = max(columns - LABEL - 4, 8)
        if field.choices:
            rows = [_choice(field, typed.text, selected)]
        else:
            rows = _rows(typed, room) if selected else _shown(field, typed.text, room)
        below = wrapped(field.hint, columns, " " * (LABEL + 4), "muted") if selected and field.hint else []
        heads = [line(mark, label, (">", "accent" if selected else "muted"), " "), line("  ", " " * (LABEL + 2))]
        return [*((*heads[min(row, 1)], *piece) for row, piece in enumerate(rows)), *below]


def _begun(field: Field, text: str) -> TypedLine:
    text = text or (field.choices[0] if field.choices else "")
    return TypedLine(text, len(text), LONGEST)


def _choice(field: Field, chosen: str, selected: bool) -> Line:
    """Draw the choices side by side, the one that holds marked by more than color."""
    role = "cursor" if selected else "accent"
    parts = [
        (f"(•) {one}" if one == chosen else f"( ) {one}", role if one == chosen else "plain") for one in field.choices
    ]
    return line(*(piece for part in parts for piece in (part, "   ")))


def _shown(field: Field, text: str, room: int) -> list[Line]:
    """Draw a field that is not selected; an empty one says whether it may stay so."""
    if text:
        return wrapped(text, room)
    return [line(("must be filled in" if field.required else "–", "muted"))]


def _rows(typed: TypedLine, room: int) -> list[Line]:
    """Draw what is typed over as many rows as it needs, with the cursor in it."""
    text, place = f"{typed.text} ", typed.cursor
    rows = []
    for start, end in _broken(text, room):
        part, at = text[start:end], place - start
        if 0 <= at < len(part):
            rows.append(line((part[:at], "plain"), (part[at], "cursor"), (part[at + 1 :], "plain")))
        else:
            rows.append(line(part))
    return rows


def _broken(text: str, room: int) -> Iterator[tuple[int, int]]:
    """Break a text after spaces, or within a word longer than a row; every character stays, for the cursor's sake."""
    start = 0
    while start < len(text):
        end = min(start + room, len(text))
        space = text.rfind(" ", start, end) + 1
        if end < len(text) and space > start:
            end = space
        yield start, end
        start = end


class FormScreen(Page):
    """Shows a form; `submit` is called once everything that must be there is. What was typed is never thrown away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back; what was typed is kept", show=False),
        Binding("ctrl+s", "submit", "Do what this page is for", show=False),
        Binding("f1", "help", "What this writes", show=False, id="help"),
        *PAGING,
    ]

    def __init__(self, title: str, form: Form) -> None:
        super().__init__()
        self._title, self.form = title, form
        self.fault = ""
        self.is_working = ""
        self.is_helping = self._is_finished = False

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

    def on_click(self, event: events.Click) -> None:
        """Go to the line that was clicked; do what the form is for where that was clicked."""
        row = clicked_row(event, self.body)
        if row is not None and self.form.select_at(row + self.body.first - len(self._above()), self.columns):
            self.moved()
            self.redraw()
            if self.form.is_at_end:
                self.action_submit()

    def on_paste(self, event: events.Paste) -> None:
        """Let the form take pasted text."""
        self.form.paste(event.text)
        self.redraw()
        self.reveal()

    def moved(self) -> None:
        """Another line was taken selected."""

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

    def finish(self) -> None:
        """Close, what the form is for being done: now, or when a page that was opened over it is left."""
        if self.app.screen is self:
            self.dismiss()
        else:
            self._is_finished = True

    def on_screen_resume(self) -> None:
        """Close, where all was done behind another page; a page may be resumed twice."""
        if self._is_finished and self.app.screen is self:
            self._is_finished = False
            self.dismiss()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

    def reveal(self) -> None:
        """Bring what is selected into view, and under the form what is wrong with it."""
        start, end = self.form.selected_rows(self.columns)
        above = len(self._above())
        if self.fault:
            end = len(self.form.lines(self.columns)) + len(self._below())
        self.body.reveal(start + above if self.form.at else 0, end + above)

    def _above(self) -> list[Line]:
        """Lines above the form: the help, where it is asked for, and what will be written."""
        helped = [*wrapped(self.help(), self.columns, "  "), BLANK] if self.is_helping else []
        return [*helped, *self.head()]

    def _below(self) -> list[Line]:
        """Lines right under the form: an error, or work in progress."""
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
            "top": [self.titled(self._title), BLANK],
            "body": body,
            "keys": [key_line((*keys, ("ctrl+p", "all keys")), columns)],
        }

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """Keys of this form alone."""
        return ()


class OneFieldScreen(FormScreen):
    """A form of one field: Enter in it is done."""

    async def press(self, event: events.Key) -> bool:
        """Take Enter for done."""
        if event.key == "enter":
            self.action_submit()
            return True
        return await super().press(event)


class NameScreen(OneFieldScreen):
    """Asks for a name; `keep` takes it, or raises what is said in place."""

    def __init__(self, title: str, field: Field, known: str, keep: Callable[[str], None]) -> None:
        form = Form((field,), {field.name: known}, "Keep the name")
        form.at = 0
        super().__init__(title, form)
        self._name_of, self._keep_name = field.name, keep

    def help(self) -> str:
        """Say where the name is shown."""
        return "It is called so wherever it is listed."

    def submit(self) -> None:
        """Keep the name, or say why not."""
        try:
            self._keep_name(self.form.values[self._name_of])
        except (AdvisorError, OSError) as error:
            self.refuse(sentence_of(error))
        else:
            self.dismiss()

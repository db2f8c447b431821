"""What-if on screen: one question with another answer tried out, and the variants that were kept, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.errors import BadInput
from advisor.interview.answer_format import dollars
from advisor.interview.answers import allowed_choices
from advisor.interview.reducer import Answer, Clear, Visit, reduce
from advisor.knowledge.labels import route_name
from advisor.tui.interview.question_widget import Pressed, QuestionWidget, question_lines
from advisor.tui.interview.side_by_side import (
    REAL_NAME,
    TRIED,
    VariantColumn,
    all_columns,
    real_and_tried,
    side_by_side_lines,
)
from advisor.tui.screen_actions import HELP_KEYS, export_current, help_lines
from advisor.tui.widgets.form_screen import Field, NameScreen
from advisor.tui.widgets.menu import Menu, MenuItem
from advisor.tui.widgets.page import MOST_ROWS, PAGING, MasterDetail, Page, clicked_row
from advisor.tui.widgets.styled_text import BLANK, Line, count_of, fitted, key_line, line, spread, wrapped

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from textual import events

    from advisor.tui.interview.controller import InterviewController


class WhatIfScreen(Page):
    """Asks one question of the answers being tried out; the real ones wait with the controller's what_if."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "done", "Done: the verdict on what is tried", show=False),
        Binding("f1", "help", "Why we ask, and how to answer", show=False),
        Binding("ctrl+o", "another", "Change another answer too", show=False),
        Binding("ctrl+z", "undo", "Undo the last answer tried", show=False),
        *PAGING,
    ]

    def __init__(self, controller: InterviewController, key: str) -> None:
        super().__init__()
        self.controller = controller
        question = controller.state.question(key)
        controller.what_if.begin()
        ids = controller.state.vocabulary.ids
        self._question = QuestionWidget(question, allowed_choices(question, ids) if question.catalog else ())
        controller.apply(Visit(key))
        self._follow(retype=True)

    async def press(self, event: events.Key) -> bool:
        """Let the question take the key; Enter takes the answer and is done, where it can be read."""
        pressed = self._question.press(event.key, event.character, self.columns)
        if pressed is None:
            return False
        self._carry_out(pressed)
        if event.key == "enter" and self._question.question.key not in self.controller.state.drafts:
            self.action_done()
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Let the question take pasted text."""
        pressed = self._question.paste(event.text)
        if pressed is not None:
            self._carry_out(pressed)

    def action_done(self) -> None:
        """Go back to the verdict, which is now shown next to the one on the real answers."""
        self._settle()
        trial = self.controller.what_if.trial
        if trial is not None and not trial.differs:
            self.controller.what_if.end()
        self.dismiss()

    def action_another(self) -> None:
        """Choose another question to change as well."""
        self._settle()
        self.dismiss()
        self.open("what_if")

    def action_help(self) -> None:
        """Show or hide why this is asked."""
        self._question.toggle_help()
        self.redraw()

    def action_undo(self) -> None:
        """Take the last answer tried back."""
        self.controller.undo()
        self._follow(retype=True)
        self.redraw()

    def redraw(self) -> None:
        """Draw the question."""
        self._follow(retype=False)
        super().redraw()

    def parts(self) -> dict[str, list[Line]]:
        """The title, the question with both verdicts, and the keys."""
        title = spread(line(("WHAT IF", "bad")), line(("the real answers are saved", "muted")), self.columns)
        keys = (
            ("enter", "done"),
            ("?", "unknown"),
            ("f1", "why"),
            ("ctrl+o", "change another"),
            ("ctrl+p", "all keys"),
        )
        body = [*question_lines(self._question.view, self.columns), BLANK, *self._verdicts()]
        return {"top": [title, BLANK], "body": body, "keys": [key_line(keys, self.columns)]}

    def _verdicts(self) -> list[Line]:
        real, tried = real_and_tried(self.controller)
        return side_by_side_lines([real, tried], self.columns, names_changes=len(tried.changes) > 1)

    def _carry_out(self, pressed: Pressed) -> None:
        event = pressed.event
        half_typed = isinstance(event, Answer) and event.key in reduce(self.controller.state, event).drafts
        if event is not None and not (pressed.is_typing and half_typed):
            self.controller.apply(event)
        self._follow(retype=isinstance(event, Clear))
        self.redraw()
        self._reveal()

    def _reveal(self) -> None:
        """Keep the selected choice in view; a small window shows a long list in part."""
        rows = question_lines(self._question.view, self.columns)
        place = next((n for n, row in enumerate(rows) if any("›" in piece.text for piece in row)), 0)
        self.body.reveal(max(place - 1, 0), place + 1)

    def _settle(self) -> None:
        """Take what was typed last as the answer, readable or not."""
        answer = self._question.settle()
        if answer is not None:
            self.controller.apply(answer)

    def _follow(self, retype: bool) -> None:
        controller, question = self.controller, self._question
        (notes,) = controller.notes([question.question])
        question.follow(controller.state, notes, controller.assumptions.titles, retype)


HOW = (
    "On the verdict page, w tries another answer: the saved answers are kept, both verdicts are shown "
    "side by side, n keeps what was tried as a variant, and t takes it as the real answers."
)
NONE_YET = f"No variant is kept yet. {HOW}"
ABOUT = "A variant is what it changes; all else follows the real answers."


LONGEST_NAME = 24
VARIANT = Field("name", "name", f"What it tries, in at most {LONGEST_NAME} characters.", required=True)


class VariantsScreen(MasterDetail):
    """Lists the real answers and every variant; compares those that are marked, or all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("f1", "help", "What variants are, and the keys", show=False),
        Binding("down,j", "step(1)", "Down", show=False),
        Binding("up,k", "step(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "A page down", show=False),
        Binding("pageup", "page(-1)", "A page up", show=False),
        Binding("home", f"step({-MOST_ROWS})", "To the beginning", show=False),
        Binding("end", f"step({MOST_ROWS})", "To the end", show=False),
        Binding("space", "mark", "Mark to compare; none marked compares all", show=False),
        Binding("enter,right,l", "compare", "Compare", show=False),
        Binding("left,h", "close", "Back to the list", show=False),
        Binding("t", "take", "Take this one as the real answers", show=False),
        Binding("w", "try_on", "Try this one out, and change more", show=False),
        Binding("n", "name", "Name this variant", show=False),
        Binding("d", "drop", "Drop this variant", show=False),
        Binding("u", "bring_back", "Bring back the variant dropped last", show=False),
        Binding("ctrl+z", "undo", "Undo: the real answers as they were before one was taken", show=False),
        Binding("e", "export", "Export the comparison as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy the comparison, and export it to a file", show=False),
    ]

    def __init__(self, controller: InterviewController) -> None:
        super().__init__()
        self.controller = controller
        self._cursor = 0
        self._marked: set[str] = set()
        self._is_open = False
        controller.what_if.verdicts.compute()

    def action_step(self, by: int) -> None:
        """Take a neighbor selected; in an open comparison scroll by a line."""
        if self.is_helping or (self._is_open and not self.is_wide):
            self.body.scroll(self.body.first + by)
        else:
            self._cursor = min(max(self._cursor + by, 0), len(self._columns) - 1)
            self.redraw()

    def on_click(self, event: events.Click) -> None:
        """Take the one that was clicked selected."""
        menu, row = self._menu, clicked_row(event, self.body)
        is_list = not self.is_helping and (self.is_wide or not self._is_open)
        if row is not None and is_list and menu.select_at(row + self.body.first, self.list_columns):
            selected = menu.selected
            self._cursor = next(n for n, one in enumerate(self._columns) if selected and one.name == selected.id)
            self.redraw()

    def action_page(self, by: int) -> None:
        """Scroll the comparison by a page."""
        self.scroll_page(by)

    def action_mark(self) -> None:
        """Mark what is selected to be compared, or take the mark off."""
        if not self._is_open and not self.is_helping:
            self._marked ^= {self._selected.name}
            self.redraw()

    def action_compare(self) -> None:
        """Open the comparison; a wide screen shows it already."""
        self._is_open = bool(self.controller.what_if.variants or self.controller.what_if.is_on)
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
        """Make what is selected the real answers."""
        name, what_if = self._selected.name, self.controller.what_if
        if name == REAL_NAME:
            self.say("These are the real answers already.")
        else:
            self.say(what_if.take() if name == TRIED else what_if.take_variant(name))
        what_if.verdicts.compute()

    def action_try_on(self) -> None:
        """Try out what is selected, and choose what to change more."""
        name = self._selected.name
        if name not in (REAL_NAME, TRIED):
            self.controller.what_if.try_on(name)
        self.dismiss()
        self.open("what_if")

    def action_name(self) -> None:
        """Ask what to call the selected variant."""
        name, marked = self._selected.name, self._marked
        if name in (REAL_NAME, TRIED):
            self.say("Only a variant can be named.")
            return

        def keep(wanted: str) -> None:
            if len(wanted) > LONGEST_NAME or wanted in (REAL_NAME, TRIED):
                raise BadInput(wanted, "cannot be the name of a variant", f"write at most {LONGEST_NAME} characters")
            message = self.controller.what_if.rename(name, wanted)
            self._marked = {wanted if one == name else one for one in marked}
            self.say(message)

        self.app.push_screen(NameScreen(f"Name variant {name}", VARIANT, "", keep))

    def action_drop(self) -> None:
        """Drop the selected variant."""
        name = self._selected.name
        if name in (REAL_NAME, TRIED):
            self.say("Only a variant can be dropped.")
            return
        self._marked.discard(name)
        message = self.controller.what_if.drop(name)
        self._cursor = min(self._cursor, len(self._columns) - 1)
        self.say(message)

    def action_bring_back(self) -> None:
        """Bring the variant back that was dropped last."""
        self.say(self.controller.what_if.bring_back())

    def action_undo(self) -> None:
        """Take the last change of the real answers back."""
        self.say(self.controller.undo())
        self.controller.what_if.verdicts.compute()

    def action_export(self, is_copied: bool = False) -> None:
        """Write the comparison to files next to the records, and say so."""
        lines = side_by_side_lines(self._compared, self.columns)
        self.say(export_current(self, self.controller, "variants", lines, is_copied=is_copied))

    def action_copy(self) -> None:
        """Copy the comparison to the terminal's clipboard, and export it to a file."""
        self.action_export(is_copied=True)

    def redraw(self) -> None:
        """Draw every part; the list may have become shorter."""
        self._cursor = min(self._cursor, len(self._columns) - 1)
        super().redraw()

    def reveal(self) -> None:
        """Keep what is selected in view, where the list is drawn."""
        if not self.is_helping and (self.is_wide or not self._is_open):
            self.body.reveal(*self._menu.selected_rows(self.list_columns))

    def parts(self) -> dict[str, list[Line]]:
        """The title, the list and the comparison, and the keys."""
        columns = self.columns
        return {
            "top": [self._title(), fitted(self.message, columns)],
            "body": self._body(),
            "side": side_by_side_lines(self._compared, self.side_columns) if self.is_wide else [],
            "keys": [key_line(self._keys(), columns)],
        }

    def _body(self) -> list[Line]:
        """Draw the list, or what takes its place: the help, or the comparison where it has no place beside the list."""
        if self.is_helping:
            return help_lines(f"{ABOUT} {HOW}", self.BINDINGS, self.columns)
        if self._is_open and not self.is_wide:
            return side_by_side_lines(self._compared, self.columns)
        is_empty = not self.controller.what_if.variants and not self.controller.what_if.is_on
        about = wrapped(NONE_YET if is_empty else ABOUT, self.list_columns, "  ", "muted")
        return [*self._menu.lines(self.list_columns), *about]

    def _title(self) -> Line:
        counted = count_of(len(self.controller.what_if.variants), "variant")
        return spread(line(("What if: variants", "strong")), line((counted, "muted")), self.columns)

    def _keys(self) -> tuple[tuple[str, str], ...]:
        if self.is_helping:
            return HELP_KEYS
        acts = (("t", "take it"), ("w", "change"), ("d", "drop"), ("n", "name"), ("esc", "back"), ("e", "export"))
        reads = (("space", "mark"),) if self.is_wide else (("space", "mark"), ("enter", "compare"))
        return (*(reads if not self._is_open or self.is_wide else ()), *acts, ("ctrl+p", "all keys"))

    @property
    def shows_both(self) -> bool:
        """Whether the comparison is shown next to the list."""
        return self.is_wide and not self.is_helping

    @property
    def _menu(self) -> Menu:
        return Menu(variant_items(self._columns, self._marked), self._selected.name)

    @property
    def _columns(self) -> list[VariantColumn]:
        return all_columns(self.controller)

    @property
    def _compared(self) -> list[VariantColumn]:
        """Those that are marked, where at least two are; else all."""
        compared = self._columns
        marked = [one for one in compared if one.name in self._marked]
        return marked if len(marked) > 1 else compared

    @property
    def _selected(self) -> VariantColumn:
        return self._columns[self._cursor]


def variant_items(compared: Sequence[VariantColumn], marked: Collection[str]) -> list[MenuItem]:
    """Make a row of each; those that are marked to be compared show it."""
    return [_item(one, "• " if one.name in marked else "") for one in compared]


def _item(one: VariantColumn, mark: str) -> MenuItem:
    about = "; ".join(one.changes) or ("as they were given" if one.name == REAL_NAME else "as the real answers")
    return MenuItem(one.name, f"{mark}{one.title}", _side(one), about)


def _side(one: VariantColumn) -> str:
    """Its route and price; dots until they are known."""
    if one.assessment is None:
        return "…"
    route = one.assessment.verdict.option
    option = one.assessment.option(route)
    return route_name(route) if option is None else f"{route_name(route)} {dollars(option.monthly_usd.p50)}"

"""The interview on screen: one section of questions with the verdict below or aside, and keys as events sent to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from advisor.analysis.analysis_results import (
    ALONE,
    BEGUN,
    ENDED,
    FINDING,
    alone_matters,
    next_of_the_rest,
    next_that_matters,
    standing,
)
from advisor.interview.reducer import Adopt, Answer, Arrange, Clear, Event, Redo, Turn, Undo, UndoStep, Visit, reduce
from advisor.tui.interview.interview_lines import changed_line, intro_lines, key_lines, top_lines, verdict_bar_lines
from advisor.tui.interview.question_widget import Pressed, QuestionList, QuestionWidget, choice_at
from advisor.tui.widgets.line_view import MARGIN, Lines
from advisor.tui.widgets.page import Page, clicked_row
from advisor.tui.widgets.styled_text import LastDrawn, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.timer import Timer

    from advisor.assessment.model import Assessment
    from advisor.interview.reducer import State
    from advisor.tui.interview.controller import InterviewController


AROUND = 6
"""Rows of the title, of the verdict below the questions, and of the keys."""


class Placed(NamedTuple):
    """A question on the page, with its first line in the body and the line after its last."""

    widget: QuestionWidget
    start: int
    end: int


PATIENCE_S = 1.0
"""How long the next question waits for the order of what matters; then the order known last is good enough."""
PAUSE_S = 0.6
"""How long one must stop typing before what cannot be read is explained."""


class InterviewScreen(Page):
    """Shows the state of a controller's interview, and sends it what was pressed; it decides nothing itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,ctrl+n", "turn(1)", "Next page", show=False),
        Binding("pageup", "turn(-1)", "Page before", show=False),
        Binding("f1", "help", "Why we ask, and how to answer", show=False, id="help"),
        Binding("f2", "verdict", "The verdict", show=False, id="verdict"),
        Binding("f3", "next_that_matters", "Next question that could change the verdict", show=False, id="matters"),
        Binding("ctrl+o", "jump", "Jump to a question", show=False, id="jump"),
        Binding("ctrl+s", "save", "Save the record", show=False, id="save"),
        Binding("f4", "arrange", "Ask what matters first, or page by page", show=False, id="order"),
        Binding("ctrl+z", "undo", "Undo the last answer", show=False, id="undo"),
        Binding("ctrl+y", "redo", "Redo what was undone", show=False, id="redo"),
        Binding("escape", "quiet", "Close the help", show=False),
    ]

    def __init__(self, controller: InterviewController, message: str = "") -> None:
        super().__init__()
        self.controller = controller
        self.questions = QuestionList(controller)
        self.placed: list[Placed] = []
        """The questions that are shown, as they were drawn last."""
        self._message = message
        self._top, self._keys = LastDrawn(top_lines), LastDrawn(key_lines)
        self._verdict_bar, self._verdict_aside = LastDrawn(verdict_bar_lines), LastDrawn(_verdict_lines)
        self._pause: Timer | None = None
        self._next = NextQuestion(self)

    @property
    def state(self) -> State:
        """The current interview."""
        return self.controller.state

    def on_mount(self) -> None:
        """Bring the selected question into view."""
        self.call_after_refresh(self._bring_into_view)

    def redraw(self) -> None:
        """Go on to the question that was waited for, once known, and draw; a wide window has the verdict aside."""
        self._next.catch_up()
        self.set_class(self.is_wide, "-wide")
        self.show_state()

    def show_state(self) -> None:
        """Draw everything that follows from the state; what did not change is not sent."""
        self.questions.follow()
        for name, lines in self.parts().items():
            self.query_one(f"#{name}", Lines).show(lines)
        self._bring_into_view()

    def say(self, text: str) -> None:
        """Say something under the title, until the next key."""
        self._message = text
        self.show_state()

    def parts(self) -> dict[str, list[Line]]:
        """Draw everything, by widget."""
        controller, state, columns, room = self.controller, self.state, self.columns, self.body_columns
        verdict = (controller.assessment, controller.refused, columns, controller.is_saving, controller.is_complete)
        aside = room < columns and controller.assessment is not None
        return {
            "top": self._top.lines(state, controller.note, columns, self._matters, self._message, controller.mode),
            "body": self._body(state, room),
            "side": self._verdict_aside.lines(controller.assessment, room, self._rows) if aside else [],
            "strip": self._verdict_bar.lines(*verdict),
            "keys": self._keys.lines(state, columns, self.questions.is_touched),
        }

    @property
    def _matters(self) -> str:
        """How many questions still matter, where these are asked first."""
        state, controller = self.state, self.controller
        return standing(state, controller.order, controller.is_ordered) if state.by_what_matters else ""

    @property
    def _rows(self) -> int:
        """The rows between the title and the verdict below the questions."""
        return self.app.size.height - AROUND

    @property
    def body_columns(self) -> int:
        """The width of the questions, which share a wide window with the verdict."""
        return self.app.size.width // 2 - 2 * MARGIN if self.is_wide else self.columns

    def _body(self, state: State, columns: int) -> list[Line]:
        """Draw what the section is about, what the last answer changed, and the questions; note where each is."""
        sections = state.open_sections
        intro = intro_lines(sections[state.section][0], columns) if sections else []
        lines = [*intro[:-1], changed_line(state)]
        self.placed = []
        for widget, drawn in self.questions.drawn(columns):
            self.placed.append(Placed(widget, len(lines), len(lines) + len(drawn)))
            lines += drawn
        return lines

    def _bring_into_view(self) -> None:
        at = self.state.at
        for place, (widget, start, end) in enumerate(self.placed):
            if widget.question.key == at:
                self.body.turn_to(start if place else 0, end)

    def on_screen_resume(self) -> None:
        """Come back from another screen, which may have changed the answers."""
        if self.stack_updates and self.can_be_drawn:  # the first time, everything was drawn just now
            self.settle()
            self.questions.load_section(retype=True)
            self.show_state()

    # What was pressed, as events of the interview

    async def press(self, event: events.Key) -> bool:
        """Let the selected question take the key."""
        widget = self.questions.selected
        pressed = widget.press(event.key, event.character, self.body_columns) if widget is not None else None
        if pressed is None:
            return False
        self._message = ""
        if pressed.move <= 0:
            self._next.stop_waiting()  # a key that comes before the next question is for the selected one
        self._carry_out(pressed)
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Let the selected question take pasted text."""
        widget = self.questions.selected
        pressed = widget.paste(event.text) if widget is not None else None
        if pressed is not None:
            self._carry_out(pressed)

    def on_click(self, event: events.Click) -> None:
        """Take the question that was clicked selected, and choose what was hit."""
        clicked = clicked_row(event, self.body)
        if clicked is None:
            return
        row = clicked + self.body.first
        for widget, start, end in self.placed:
            if start <= row < end:
                self.apply(Visit(widget.question.key))
                choice = choice_at(widget.view, int(event.screen_x) - MARGIN, row - start, self.body_columns)
                self._carry_out(Pressed(widget.choose(choice) if choice is not None else None))

    def _carry_out(self, pressed: Pressed) -> None:
        if pressed.is_typing and isinstance(pressed.event, Answer):
            self._explain_later()
            if pressed.event.key in reduce(self.state, pressed.event).drafts:
                self.show_state()  # a half-typed number is not an error yet
                return
        if pressed.event is not None:
            self._take(pressed.event)
        if pressed.move:
            self._go(pressed.move)
        self.show_state()  # once, also where only another choice is selected

    def _explain_later(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_S, self.settle)

    def _go(self, by: int) -> None:
        """Go to the neighboring question, over the page's edge where need be, and from the last to the verdict."""
        if self.state.by_what_matters:
            self._next.go(by)
            return
        keys = self.state.open_keys
        place = keys.index(self.state.at) + by if self.state.at in keys else 0
        if 0 <= place < len(keys):
            self._take(Visit(keys[place]))
        elif place >= len(keys):
            self.action_verdict()

    # What the keys of the screen do

    def action_arrange(self) -> None:
        """Ask what matters most first, or page by page."""
        self.settle()
        self.apply(Arrange(not self.state.by_what_matters))
        self.say(BEGUN if self.state.by_what_matters else ENDED)

    def action_turn(self, by: int) -> None:
        """Turn the page."""
        self.settle()
        self.apply(Turn(by))

    def action_undo(self) -> None:
        """Take the last change of answers back; what is half typed counts as one."""
        self.settle()
        self._step(Undo(), self.state.past, "Taken back", "Nothing to undo.")

    def action_redo(self) -> None:
        """Make the change again that was undone last."""
        self.settle()
        self._step(Redo(), self.state.future, "Made again", "Nothing to redo.")

    def _step(self, event: Undo | Redo, steps: Sequence[UndoStep], done: str, nothing: str) -> None:
        """Go one step and say which question it changed, for that may be on another page."""
        key = steps[-1].key if steps else ""
        self.apply(event)
        what = self.state.question(key).text if key else "the answers that were taken as a whole"
        self.say(f"{done}: {what}" if steps else nothing)

    def action_next_that_matters(self) -> None:
        """Go to the open question that matters most for the verdict; again, to the next."""
        self.settle()
        key = next_that_matters(self.state, self.controller.order)
        if key:
            self.apply(Visit(key))
        else:
            self.say("No open question is known to change the route.")

    def action_help(self) -> None:
        """Show or hide why the selected question is asked."""
        if self.questions.selected is not None:
            self.questions.selected.toggle_help()
            self.show_state()

    def action_quiet(self) -> None:
        """Close the help; Escape does nothing else, for slow lines send it unasked."""
        if self.questions.selected is not None and self.questions.selected.view.is_helping:
            self.action_help()

    def action_verdict(self) -> None:
        """Open the verdict."""
        self.settle()
        self.open("verdict")

    def action_jump(self) -> None:
        """Open the list of all questions."""
        self.settle()
        self.open("jump")

    def action_save(self) -> None:
        """Save the record."""
        self.settle()
        self.open("save")

    def settle(self) -> None:
        """Take what was typed last as the answer, readable or not."""
        answers = self.questions.settle()
        for answer in answers:
            self.controller.apply(answer)
        if answers:
            self.show_state()

    def apply(self, event: Event) -> None:
        """Send one event and show what became of it."""
        if self._take(event):
            self.show_state()

    def _take(self, event: Event) -> bool:
        """Send one event; gives whether it changed anything that must be drawn."""
        before = self.state
        self.controller.apply(event)
        if self.state is before:
            return False
        self.questions.load_section(retype=isinstance(event, Adopt | Clear | Redo | Undo))
        return True


class NextQuestion:
    """Remembers the way back, whether an order is waited for, and whether the rest is asked for the costs."""

    def __init__(self, screen: InterviewScreen) -> None:
        self._screen = screen
        self._wait: Timer | None = None
        self._trail: list[str] = []
        self._asks_the_rest = False

    def go(self, by: int) -> None:
        """Go to what matters most as soon as that is known, or back to the question before."""
        screen = self._screen
        if by < 0:
            if self._trail:
                screen.apply(Visit(self._trail.pop()))
        elif screen.controller.is_ordered or self._wait is not None:
            self.ask()
        else:
            self._wait = screen.set_timer(PATIENCE_S, self.ask)
            screen.say(FINDING)

    def catch_up(self) -> None:
        """Go on where the order that was waited for has come."""
        if self._wait is not None and self._screen.controller.is_ordered:
            self.ask()

    def stop_waiting(self) -> None:
        """Stay with the selected question."""
        if self._wait is not None:
            self._wait.stop()
            self._wait = None
            self._screen.say("")

    def ask(self) -> None:
        """Take the selected question that matters most, or say that none does any more."""
        self.stop_waiting()
        screen, controller, state = self._screen, self._screen.controller, self._screen.state
        if screen.app.screen is not screen:
            return
        key = next_that_matters(state, controller.order)
        if key:
            self._asks_the_rest = False
        elif alone_matters(state, controller.order):
            screen.say(ALONE)
            return
        elif controller.is_ordered and not self._asks_the_rest:
            screen.open("enough", self.ask_the_rest)
            return
        self._go_to(key or next_of_the_rest(state, self._moving))

    def ask_the_rest(self) -> None:
        """Go on with the questions that move only the costs."""
        self._asks_the_rest = True
        self.ask()

    def _go_to(self, key: str) -> None:
        screen = self._screen
        if key:
            self._trail.append(screen.state.at)
            screen.apply(Visit(key))
        else:
            screen.action_verdict()

    @property
    def _moving(self) -> list[str]:
        """What moves the costs, the furthest first, once the route is beyond doubt."""
        found = self._screen.controller.assessment
        return [one.key for one in found.measure_next] if found is not None and self._asks_the_rest else []


def _verdict_lines(assessment: Assessment, columns: int, rows: int) -> list[Line]:
    """Draw the verdict beside the questions."""
    from advisor.tui.verdict.overview import verdict_lines  # not needed for the first paint

    return verdict_lines(assessment, columns, rows)

"""The interview: one section at a time, the verdict under it, and every answer kept as it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from advisor.interview.answers import allowed_choices
from advisor.interview.reducer import Adopt, Answer, Arrange, Clear, Redo, Turn, Undo, Visit, reduce
from advisor.tui.card import choice_at
from advisor.tui.interview_lines import changed_line, intro_lines, key_line_for, top_lines
from advisor.tui.lines import MARGIN, Lines
from advisor.tui.next_question import NextQuestion
from advisor.tui.page import Page
from advisor.tui.question_card import Pressed, QuestionCard
from advisor.tui.strip import strip_lines
from advisor.tui.what_matters import BEGUN, ENDED, next_that_matters, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

    from advisor.interview.reducer import Event, State, Step
    from advisor.tui.desk import Desk
    from advisor.tui.spans import Line


WIDE = 120
PAUSE_S = 0.6
"""How long one must stop typing before what cannot be read is explained."""


class InterviewScreen(Page):
    """Shows the state of a desk's interview and sends it events; it decides nothing itself."""

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

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._section = ""
        self._cards: list[QuestionCard] = []
        self._take_page(retype=True)
        self._pause: Timer | None = None
        self._said = ""
        self._next = NextQuestion(self)

    @property
    def state(self) -> State:
        """The interview as it stands."""
        return self.desk.state

    def compose(self) -> ComposeResult:
        """Lay out the top line, the questions of one section, the verdict and the keys."""
        yield from super().compose()
        parts = self._parts()
        yield Lines(parts["top"], id="top")
        with Horizontal(id="middle"):
            yield Lines(parts["body"], id="body")
            yield Lines(parts["side"], id="side")
        yield Lines(parts["strip"], id="strip")
        yield Lines(parts["keys"], id="keys")

    def on_mount(self) -> None:
        """Bring the question in hand into view."""
        self.call_after_refresh(self._bring_into_view)

    def redraw(self) -> None:
        """Draw the interview as it stands; a wide window shows the verdict beside it."""
        self.set_class(self._is_wide, "-wide")
        self._next.catch_up()
        self.show_state()

    def on_screen_resume(self) -> None:
        """Come back from another screen, which may have changed the answers."""
        if self.stack_updates and self.can_be_drawn:  # the first time, everything was drawn just now
            self.settle()
            self._take_page(retype=True)
            self.show_state()

    # What was pressed, as events of the interview

    async def press(self, event: events.Key) -> bool:
        """Let the question in hand take the key."""
        card = self.card_in_hand
        pressed = card.press(event.key, event.character, self._body_columns) if card is not None else None
        if pressed is None:
            return False
        self._said = ""
        if pressed.move <= 0:
            self._next.stop_waiting()  # a key that comes before the next question is for the one in hand
        self._carry_out(pressed)
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Let the question in hand take pasted text."""
        card = self.card_in_hand
        pressed = card.paste(event.text) if card is not None else None
        if pressed is not None:
            self._carry_out(pressed)

    def on_click(self, event: events.Click) -> None:
        """Take the question that was clicked in hand, and choose what was hit."""
        if event.widget is not self.body:
            return
        row = event.y + self.body.first
        for card, start, end in self._placed():
            if start <= row < end:
                self.apply(Visit(card.question.key))
                choice = choice_at(card.card, event.x - MARGIN, row - start, self._body_columns)
                self._carry_out(Pressed(card.choose(choice) if choice is not None else None))

    def _carry_out(self, pressed: Pressed) -> None:
        if pressed.is_typing and isinstance(pressed.event, Answer):
            self._explain_later()
            if pressed.event.key in reduce(self.state, pressed.event).drafts:
                self.show_state()  # half a number is no mistake yet
                return
        before = self.state
        if pressed.event is not None:
            self.apply(pressed.event)
        if pressed.move:
            self._go(pressed.move)
        if self.state is before:  # no answer, but perhaps another choice in hand
            self.show_state()

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
            self.apply(Visit(keys[place]))
        elif place >= len(keys):
            self.action_verdict()

    def say(self, text: str) -> None:
        """Say something under the title, until the next key."""
        self._said = text
        self.show_state()

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

    def _step(self, event: Undo | Redo, steps: Sequence[Step], done: str, nothing: str) -> None:
        """Go one step and say which question it changed, for that may be on another page."""
        key = steps[-1].key if steps else ""
        self.apply(event)
        what = self.state.question(key).text if key else "the answers that were taken as a whole"
        self.say(f"{done}: {what}" if steps else nothing)

    def action_next_that_matters(self) -> None:
        """Go to the open question that matters most for the verdict; again, to the next."""
        self.settle()
        key = next_that_matters(self.state, self.desk.order)
        if key:
            self.apply(Visit(key))
        else:
            self.say("No open question is known to change the route.")

    def action_help(self) -> None:
        """Show or hide why the question in hand is asked."""
        if self.card_in_hand is not None:
            self.card_in_hand.toggle_help()
            self.show_state()

    def action_quiet(self) -> None:
        """Close the help; Escape does nothing else, for slow lines send it unasked."""
        if self.card_in_hand is not None and self.card_in_hand.card.is_helping:
            self.action_help()

    def action_verdict(self) -> None:
        """Open the verdict."""
        self.settle()
        self.desk.open_verdict()

    def action_jump(self) -> None:
        """Open the list of all questions."""
        self.settle()
        self.desk.open_jump()

    def action_save(self) -> None:
        """Save the record."""
        self.settle()
        self.desk.save_record()

    def settle(self) -> None:
        """Take what was typed last as the answer, readable or not."""
        answers = [answer for answer in (card.settle() for card in self._cards) if answer is not None]
        for answer in answers:
            self.desk.apply(answer)
        if answers:
            self.show_state()

    # What the interview says, on the screen

    def apply(self, event: Event) -> None:
        """Send one event and show what became of it."""
        before = self.state
        self.desk.apply(event)
        if self.state is not before:
            self._take_page(retype=isinstance(event, Adopt | Clear | Redo | Undo))
            self.show_state()

    def show_state(self) -> None:
        """Draw everything that follows from the state; what did not change is not sent."""
        for card in self._cards:
            self._follow(card, retype=False)
        for name, lines in self._parts().items():
            self.query_one(f"#{name}", Lines).show(lines)
        self._bring_into_view()

    def _follow(self, card: QuestionCard, retype: bool) -> None:
        key = card.question.key
        card.follow(self.state, self.desk.assumed(key), self.desk.moot(key), retype)

    def _parts(self) -> dict[str, list[Line]]:
        """Draw everything, by widget."""
        desk, columns = self.desk, self.columns
        verdict = (desk.assessment, desk.refused, columns)
        room = self._body_columns
        body = [*self._intro(), *(part for card in self._open_cards for part in card.lines(room))]
        return {
            "top": top_lines(self.state, desk.note, columns, self._matters, self._said),
            "body": body,
            "side": self._side(),
            "strip": strip_lines(*verdict, saving=desk.is_saving, complete=desk.is_complete),
            "keys": [key_line_for(self.state, columns)],
        }

    @property
    def _matters(self) -> str:
        """How many questions still matter, where these are asked first."""
        return standing(self.state, self.desk.order, self.desk.is_ordered) if self.state.by_what_matters else ""

    @property
    def _is_wide(self) -> bool:
        return self.app.size.width >= WIDE

    @property
    def _body_columns(self) -> int:
        """The width of the questions, which share a wide window with the verdict."""
        return self.app.size.width // 2 - 2 * MARGIN if self._is_wide else self.columns

    def _side(self) -> list[Line]:
        if not self._is_wide or self.desk.assessment is None:
            return []
        from advisor.tui.views.verdict import verdict_lines  # not needed for the first paint

        return verdict_lines(self.desk.assessment, self._body_columns)

    def _intro(self) -> list[Line]:
        sections = self.state.open_sections
        lines = intro_lines(sections[self.state.section][0], self._body_columns) if sections else []
        changed = changed_line(self.state)
        return [*lines[:-1], changed] if lines else [changed]

    @property
    def _open_cards(self) -> list[QuestionCard]:
        open_keys = self.state.open_keys
        return [card for card in self._cards if card.question.key in open_keys]

    @property
    def card_in_hand(self) -> QuestionCard | None:
        """The card of the question in hand; None where no question is open."""
        return next((card for card in self._cards if card.question.key == self.state.at), None)

    def _placed(self) -> Iterator[tuple[QuestionCard, int, int]]:
        """Give each card with its first line in the body and the line after its last."""
        start = len(self._intro())
        for card in self._open_cards:
            end = start + len(card.lines(self._body_columns))
            yield card, start, end
            start = end

    def _bring_into_view(self) -> None:
        for place, (card, start, end) in enumerate(self._placed()):
            if card is self.card_in_hand:
                self.body.turn_to(start if place else 0, end)

    def _take_page(self, retype: bool) -> None:
        """Have a card for every question of the section in hand, the closed ones too: an answer may open them."""
        sections = self.state.open_sections
        section = sections[self.state.section][0] if sections else None
        if section is not None and section.id != self._section:
            ids = self.state.vocabulary.ids
            questions = [self.state.question(key) for key in section.keys]
            self._cards = [QuestionCard(one, allowed_choices(one, ids) if one.catalog else ()) for one in questions]
            self._section, retype = section.id, True
        for card in self._cards:
            self._follow(card, retype)

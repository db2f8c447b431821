"""The interview: one section at a time, the verdict under it, and every answer kept as it is given."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.css.query import NoMatches

from advisor.interview.answers import allowed_choices
from advisor.interview.reducer import Answer, Clear, Turn, Undo, Visit, reduce
from advisor.tui.interview_lines import changed_line, intro_lines, key_line_for, top_lines
from advisor.tui.lines import Lines
from advisor.tui.page import Body, Page
from advisor.tui.question_card import Pressed, QuestionCard, widget_id
from advisor.tui.strip import strip_lines

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

    from advisor.interview.reducer import Event, State
    from advisor.tui.desk import Desk
    from advisor.tui.spans import Line


PAUSE_S = 0.6
"""How long one must stop typing before what cannot be read is explained."""


class InterviewScreen(Page):
    """Shows the state of a desk's interview and sends it events; it decides nothing itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,ctrl+n", "turn(1)", "Next page", show=False),
        Binding("pageup", "turn(-1)", "Page before", show=False),
        Binding("f1", "help", "Why we ask, and how to answer", show=False),
        Binding("f2", "verdict", "The verdict", show=False),
        Binding("ctrl+o", "jump", "Jump to a question", show=False),
        Binding("ctrl+s", "save", "Save the record", show=False),
        Binding("ctrl+z", "undo", "Undo the last answer", show=False),
        Binding("escape", "quiet", "Close the help", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._section = ""
        self._pause: Timer | None = None

    @property
    def state(self) -> State:
        """The interview as it stands."""
        return self.desk.state

    def compose(self) -> ComposeResult:
        """Lay out the top line, the questions of one section, the verdict and the keys."""
        yield from super().compose()
        yield Lines(id="top")
        with Body(id="body"):
            yield Lines(id="intro")
            yield from self._cards()
        yield Lines(id="strip")
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Show the interview."""
        self.show_state(retype=True)
        self.call_after_refresh(self._bring_into_view)

    def redraw(self) -> None:
        """Draw the interview as it stands."""
        self.show_state()

    def on_screen_resume(self) -> None:
        """Come back from another screen, which may have changed the answers."""
        self.call_later(self._come_back)

    async def _come_back(self) -> None:
        await self._turn_to_section()
        self.show_state(retype=True)
        self.call_after_refresh(self._bring_into_view)

    # What was pressed, as events of the interview

    async def press(self, event: events.Key) -> bool:
        """Let the question in hand take the key."""
        card = self.card_in_hand
        pressed = card.press(event.key, event.character) if card is not None else None
        if pressed is None:
            return False
        await self._carry_out(pressed)
        return True

    async def on_paste(self, event: events.Paste) -> None:
        """Let the question in hand take pasted text."""
        card = self.card_in_hand
        pressed = card.paste(event.text) if card is not None else None
        if pressed is not None:
            await self._carry_out(pressed)

    async def on_question_card_clicked(self, message: QuestionCard.Clicked) -> None:
        """Take the question that was clicked in hand, and choose what was hit."""
        await self.apply(Visit(message.key))
        card = self.card_in_hand
        if card is not None and message.choice is not None:
            await self._carry_out(Pressed(card.choose(message.choice)))

    async def _carry_out(self, pressed: Pressed) -> None:
        if pressed.is_typing and isinstance(pressed.event, Answer):
            self._explain_later()
            if pressed.event.key in reduce(self.state, pressed.event).drafts:
                return  # half a number is no mistake yet
        if pressed.event is not None:
            await self.apply(pressed.event)
        if pressed.move:
            await self._go(pressed.move)

    def _explain_later(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_S, self.settle)

    async def _go(self, by: int) -> None:
        """Go to the neighboring question, over the page's edge where need be, and from the last to the verdict."""
        keys = self.state.open_keys
        place = keys.index(self.state.at) + by if self.state.at in keys else 0
        if 0 <= place < len(keys):
            await self.apply(Visit(keys[place]))
        elif place >= len(keys):
            self.action_verdict()

    async def action_turn(self, by: int) -> None:
        """Turn the page."""
        self.settle()
        await self.apply(Turn(by))

    async def action_undo(self) -> None:
        """Take the last answer back."""
        await self.apply(Undo())

    def action_help(self) -> None:
        """Show or hide why the question in hand is asked."""
        if self.card_in_hand is not None:
            self.card_in_hand.toggle_help()
            self.call_after_refresh(self._bring_into_view)

    def action_quiet(self) -> None:
        """Close the help; Escape does nothing else, for slow lines send it unasked."""
        if self.card_in_hand is not None and self.card_in_hand.card.is_helping:
            self.card_in_hand.toggle_help()

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
        card = self.card_in_hand
        answer = card.settle() if card is not None else None
        if answer is not None:
            self.desk.apply(answer)
            self.show_state()

    # What the interview says, on the screen

    async def apply(self, event: Event) -> None:
        """Send one event and show what became of it."""
        before = self.state
        self.desk.apply(event)
        if self.state is not before:
            await self._turn_to_section()
            self.show_state(retype=isinstance(event, Undo | Clear))
            if self.state.at != before.at:
                self.call_after_refresh(self._bring_into_view)

    def show_state(self, retype: bool = False) -> None:
        """Draw everything that follows from the state; what did not change is not sent."""
        columns = self.columns
        with suppress(NoMatches):
            self.query_one("#top", Lines).show(top_lines(self.state, self.desk.kept, columns))
            self.query_one("#intro", Lines).show(self._intro())
            self.query_one("#keys", Lines).show([key_line_for(self.state, columns)])
            self.show_verdict()
            for card in self.query(QuestionCard):
                key = card.question.key
                card.display = key in self.state.open_keys
                card.follow(self.state, self.desk.assumed(key), self.desk.moot(key), retype)

    def show_verdict(self) -> None:
        """Draw the verdict strip alone."""
        desk = self.desk
        lines = strip_lines(
            desk.assessment, desk.refused, self.columns, working=desk.is_working, complete=desk.is_complete
        )
        self.query_one("#strip", Lines).show(lines)

    @property
    def card_in_hand(self) -> QuestionCard | None:
        """The card of the question in hand; None while its page is not painted."""
        with suppress(NoMatches):
            return self.query_one(f"#{widget_id(self.state.at)}", QuestionCard) if self.state.at else None
        return None

    def _bring_into_view(self) -> None:
        card = self.card_in_hand
        if card is not None and card.is_mounted and not self.can_view_entire(card):
            card.scroll_visible(animate=False)

    def _intro(self) -> list[Line]:
        sections = self.state.open_sections
        lines = intro_lines(sections[self.state.section][0], self.columns) if sections else []
        changed = changed_line(self.state)
        return [*lines[:-1], changed] if lines else [changed]

    def _cards(self) -> list[QuestionCard]:
        """Make a card for every question of the section in hand, the closed ones too: an answer may open them."""
        sections = self.state.open_sections
        if not sections:
            return []
        section = sections[self.state.section][0]
        self._section = section.id
        questions = [self.state.question(key) for key in section.keys]
        ids = self.state.vocabulary.ids
        return [QuestionCard(asked, allowed_choices(asked, ids) if asked.catalog else ()) for asked in questions]

    async def _turn_to_section(self) -> None:
        sections = self.state.open_sections
        if not sections or sections[self.state.section][0].id == self._section:
            return
        body = self.query_one("#body", Body)
        with self.app.batch_update():
            await self.query(QuestionCard).remove()
            await body.mount_all(self._cards())
            body.scroll_home(animate=False)
            self.show_state(retype=True)

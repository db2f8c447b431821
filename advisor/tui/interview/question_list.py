"""The cards of the section in hand: which are open, which is in hand, and on which lines each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.answers import allowed_choices
from advisor.tui.interview.question_widget import QuestionWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from advisor.interview.reducer import Answer
    from advisor.tui.interview.controller import InterviewController


class QuestionList:
    """Has a card for every question of the section in hand, the closed ones too: an answer may open them."""

    def __init__(self, desk: InterviewController) -> None:
        self._desk = desk
        self._section = ""
        self._cards: list[QuestionWidget] = []
        self.take_page(retype=True)

    def take_page(self, retype: bool) -> None:
        """Take the section in hand, with new cards where it is another; `retype` has every card show its answer."""
        state = self._desk.state
        sections = state.open_sections
        section = sections[state.section][0] if sections else None
        if section is not None and section.id != self._section:
            ids = state.vocabulary.ids
            questions = [state.question(key) for key in section.keys]
            self._cards = [QuestionWidget(one, allowed_choices(one, ids) if one.catalog else ()) for one in questions]
            self._section, retype = section.id, True
        self.follow(retype)

    def follow(self, retype: bool = False) -> None:
        """Have every card show the state of its question."""
        desk = self._desk
        for card in self._cards:
            key = card.question.key
            card.follow(desk.state, desk.assumed(key), desk.moot(key), retype)

    def settle(self) -> list[Answer]:
        """Give what was typed last as answers, readable or not."""
        return [answer for answer in (card.settle() for card in self._cards) if answer is not None]

    @property
    def open(self) -> list[QuestionWidget]:
        """The cards that are shown."""
        open_keys = self._desk.state.open_keys
        return [card for card in self._cards if card.question.key in open_keys]

    @property
    def in_hand(self) -> QuestionWidget | None:
        """The card of the question in hand; None where no question is open."""
        return next((card for card in self._cards if card.question.key == self._desk.state.at), None)

    def placed(self, start: int, columns: int) -> Iterator[tuple[QuestionWidget, int, int]]:
        """Give each open card with its first line and the line after its last; `start` is the first line of all."""
        for card in self.open:
            end = start + len(card.lines(columns))
            yield card, start, end
            start = end

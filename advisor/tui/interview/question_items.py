"""The questions of an interview as entries of a menu, each with what it has for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.answer_format import said
from advisor.tui.widgets.menu import Item

if TYPE_CHECKING:
    from advisor.interview.reducer import State

LONGEST_STANDING = 30


def asked_items(state: State) -> list[Item]:
    """List every question that is asked, with its answer."""
    return [
        Item(key, state.question(key).text, _standing(state, key), group=section.title)
        for section, keys in state.open_sections
        for key in keys
    ]


def _standing(state: State, key: str) -> str:
    """Say what a question has for an answer, in a few words."""
    value = state.answers.get(key)
    if value is None:
        return "unknown" if key in state.unknown else "open"
    words = said(value, state.question(key))
    return words if len(words) <= LONGEST_STANDING else words[: LONGEST_STANDING - 1] + "…"

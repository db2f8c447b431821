"""What an interview at its desk asks of the program around it: to show screens, and to tell what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from advisor.tui.workers.messages import Saved


class Navigation(Protocol):
    """What a desk asks of the program around it."""

    def verdict_changed(self) -> None:
        """The verdict, or what is said instead of one, changed."""

    def keeping_changed(self) -> None:
        """The answers can no longer be kept, or can again; called in another thread."""

    def say_enough(self, ask_the_rest: Callable[[], None]) -> None:
        """Say that no open question can change the route, and offer what to do then."""

    def open_save(self, *, is_reading: bool = False) -> None:
        """Ask what people add to the record, and show it; at once where one is reading."""

    def record_saved(self, saved: Saved) -> None:
        """A record was written."""

    def record_refused(self, sentence: str) -> None:
        """No record was written."""

    def open_verdict(self) -> None:
        """Show the verdict."""

    def open_jump(self) -> None:
        """Show the list of all questions."""

    def open_trial(self) -> None:
        """Choose a question, and try another answer to it out."""

    def open_variants(self) -> None:
        """Show the variants side by side."""

"""Which screen comes when: what an interview at its desk asks to be shown."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from advisor.interview.reducer import Visit
from advisor.tui.app.minimal_repaint import MinimalRepaintApp
from advisor.tui.interview.question_items import asked_items
from advisor.tui.interview.relevant_questions import TITLE as ENOUGH
from advisor.tui.interview.relevant_questions import enough_items, enough_lines
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.widgets.menu_screen import MenuScreen
from advisor.tui.widgets.page import Page

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.ledger.base import LedgerScreen
    from advisor.tui.workers.messages import Saved


class Stage(MinimalRepaintApp):
    """Shows one interview at a time; screens that the first paint does not need are imported when they are shown."""

    desk: InterviewController | None = None
    _loop_of_keys: AbstractEventLoop | None = None

    @property
    @abstractmethod
    def room(self) -> LedgerScreen:
        """What the pages of the records room share."""

    def verdict_changed(self) -> None:
        """Show a new verdict on whatever screen shows one."""
        if isinstance(self.screen, Page) and self.screen.can_be_drawn:
            self.screen.redraw()

    def say_enough(self, ask_the_rest: Callable[[], None]) -> None:
        """Say that no open question can change the route, and offer what to do then."""
        desk = self.desk
        if desk is None or desk.order.found is None:
            return
        head = enough_lines(desk.state, desk.order.found, self.size.width - 2)
        acts = {"verdict": self.open_verdict, "save": desk.save_record, "rest": ask_the_rest}

        def act(chosen: str) -> None:
            acts.get(chosen, lambda: None)()

        self.push_screen(MenuScreen(ENOUGH, enough_items(desk.state), act, head=head))

    def open_save(self, *, is_reading: bool = False) -> None:
        """Ask what people add to a record, and show what it will be; that first where one is reading."""
        from advisor.tui.ledger.save_screen import SaveScreen  # not needed for the first paint

        if self.desk is not None and not isinstance(self.screen, SaveScreen):
            self.push_screen(SaveScreen(self.desk, self.room.clerk, is_reading=is_reading))

    def keeping_changed(self) -> None:
        """Say on the screen that answers can no longer be kept, or can again."""
        if self._loop_of_keys is not None and not self._loop_of_keys.is_closed():
            self._loop_of_keys.call_soon_threadsafe(self.verdict_changed)

    def record_saved(self, saved: Saved) -> None:
        """Say where a record was saved."""
        from advisor.tui.ledger.save_screen import SaveScreen

        if isinstance(self.screen, SaveScreen):
            self.screen.note_saved(saved.path)
            self.pop_screen()
        self.open_verdict()

    def record_refused(self, sentence: str) -> None:
        """Say in place why no record was saved."""
        from advisor.tui.ledger.save_screen import SaveScreen

        if isinstance(self.screen, SaveScreen):
            self.screen.refuse(f"Not saved: {sentence}")
        else:
            self.notify(f"Not saved: {sentence}", markup=False, severity="error", timeout=20)

    def open_verdict(self) -> None:
        """Show the verdict."""
        from advisor.tui.verdict.screen import VerdictScreen  # its views are not needed for the first paint

        if self.desk is not None and not isinstance(self.screen, VerdictScreen):
            self.push_screen(VerdictScreen(self.desk))

    def open_jump(self) -> None:
        """Show the list of all questions."""
        if self.desk is not None:
            self.push_screen(
                MenuScreen("Jump to a question", asked_items(self.desk.state), self._jump, cursor=self.desk.state.at)
            )

    def open_trial(self) -> None:
        """Choose a question, and try another answer to it out."""
        if self.desk is not None:
            self.push_screen(MenuScreen("What if: change which answer?", asked_items(self.desk.state), self._try))

    def _try(self, key: str) -> None:
        from advisor.tui.what_if.screen import WhatIfScreen  # as the verdict, not needed for the first paint

        if self.desk is not None:
            self.push_screen(WhatIfScreen(self.desk, key))

    def open_variants(self) -> None:
        """Show the variants side by side."""
        from advisor.tui.what_if.compare_screen import VariantsScreen  # as the verdict, not needed for the first paint

        if self.desk is not None:
            self.push_screen(VariantsScreen(self.desk))

    def _jump(self, key: str) -> None:
        if self.desk is not None:
            self.desk.apply(Visit(key))
            while not isinstance(self.screen, InterviewScreen):
                self.pop_screen()

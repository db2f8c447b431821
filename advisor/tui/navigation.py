"""Navigation between screens: each is opened by an action, so that screens know each other by name only."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from advisor.interview.reducer import Visit
from advisor.tui.interview.interview_lines import ENOUGH, enough_items, enough_lines, question_items
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.textual_internals import MinimalRepaintApp
from advisor.tui.theme import THEMES, theme_about
from advisor.tui.widgets.menu import MenuItem, MenuScreen
from advisor.tui.widgets.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from advisor.tui.interview.controller import InterviewController, RecordNotSaved, RecordSaved, VerdictChanged
    from advisor.tui.ledger.ledger_page import LedgerContext
    from advisor.tui.portfolio_table import PortfolioScreen
    from advisor.tui.workers.messages import LedgerRequest, PortfolioRow, PortfolioTable


class PaletteScreen(MenuScreen):
    """The command palette: drawn as every other list, its highlight shows in every theme and costs few bytes."""


class ScreenRouter(MinimalRepaintApp):
    """Shows one interview at a time; screens that the first paint does not need are imported when they are shown."""

    controller: InterviewController | None = None

    @property
    @abstractmethod
    def ledger(self) -> LedgerContext:
        """What the pages of the records screens share."""

    @abstractmethod
    def action_open_portfolio(self) -> None:
        """Ask for the file of a portfolio, and show it as a table."""

    @abstractmethod
    def action_open_examples(self) -> None:
        """Offer a file of one's own and the examples, to begin an interview with."""

    def on_verdict_changed(self, _: VerdictChanged) -> None:
        """Show a new verdict on whatever screen shows one."""
        self.redraw_page()

    def redraw_page(self) -> None:
        """Draw the current page, where it can be drawn."""
        if self.screen_stack and isinstance(self.screen, Page) and self.screen.can_be_drawn:
            self.screen.redraw()

    def on_record_saved(self, message: RecordSaved) -> None:
        """Say where a record was saved."""
        from advisor.tui.ledger.save_screen import SaveScreen

        if isinstance(self.screen, SaveScreen):
            self.screen.note_saved(message.saved.path)
            self.pop_screen()
        self.action_open_verdict()

    def on_record_not_saved(self, message: RecordNotSaved) -> None:
        """Say in place why no record was saved."""
        from advisor.tui.ledger.save_screen import SaveScreen

        if isinstance(self.screen, SaveScreen):
            self.screen.refuse(f"Not saved: {message.sentence}")
        else:
            self.notify(f"Not saved: {message.sentence}", markup=False, severity="error", timeout=20)

    def action_open_enough(self, ask_the_rest: Callable[[], None]) -> None:
        """Say that no open question can change the route, and offer what to do then."""
        controller = self.controller
        if controller is None or controller.order.found is None:
            return
        head = enough_lines(controller.state, controller.order.found, self.size.width - 2)
        acts = {"verdict": self.action_open_verdict, "save": self.action_open_save, "rest": ask_the_rest}

        def act(chosen: str) -> None:
            acts.get(chosen, lambda: None)()

        self.push_screen(MenuScreen(ENOUGH, enough_items(controller.state), act, head=head))

    def action_open_save(self, is_reading: bool = False) -> None:
        """Ask what people add to a record, and show what it will be; that first where one is reading."""
        from advisor.tui.ledger.save_screen import SaveScreen  # not needed for the first paint

        if self.controller is None or isinstance(self.screen, SaveScreen):
            return
        if self.controller.may_save:
            self.push_screen(SaveScreen(self.controller, self.ledger.ledger_client, is_reading=is_reading))
        else:
            self.action_open_verdict()
            self.redraw_page()

    def action_open_palette(self) -> None:
        """List every action of the current screen and of the program, found by typing."""
        from advisor.tui.screen_actions import palette_items  # not needed for the first paint

        items, actions = palette_items(self.screen)
        items.append(MenuItem("open", "Begin an interview from a file or an example", group="Program"))
        items.append(MenuItem("portfolio", "Portfolio: open a file of workloads", group="Program"))
        items.append(MenuItem("theme", "Theme: change the colors", group="Program"))

        def act(chosen: str) -> None:
            if chosen == "theme":
                self.action_open_themes()
            elif chosen == "open":
                self.action_open_examples()
            elif chosen == "portfolio":
                self.action_open_portfolio()
            else:
                action, node = actions[chosen]
                self.call_later(self.run_action, action, node)

        if not isinstance(self.screen, PaletteScreen):
            self.push_screen(PaletteScreen("Every action", items, act))

    def action_open_themes(self) -> None:
        """Choose the colors."""

        def choose(name: str) -> None:
            self.theme = name

        items = [MenuItem(theme.name, theme.name, theme_about(theme.name)) for theme in THEMES]
        self.push_screen(MenuScreen("Theme", items, choose, cursor=self.theme))

    def action_open_verdict(self) -> None:
        """Show the verdict."""
        from advisor.tui.verdict.screen import VerdictScreen  # its views are not needed for the first paint

        if self.controller is not None and not isinstance(self.screen, VerdictScreen):
            self.push_screen(VerdictScreen(self.controller))

    def action_open_jump(self) -> None:
        """Show the list of all questions."""
        if self.controller is not None:
            self.push_screen(
                MenuScreen(
                    "Jump to a question",
                    question_items(self.controller.state),
                    self._jump,
                    cursor=self.controller.state.at,
                )
            )

    def action_open_what_if(self) -> None:
        """Choose a question, and try another answer to it out."""
        if self.controller is not None:
            self.push_screen(
                MenuScreen("What if: change which answer?", question_items(self.controller.state), self._try)
            )

    def _try(self, key: str) -> None:
        from advisor.tui.interview.variants_screen import WhatIfScreen  # as the verdict, not needed for the first paint

        if self.controller is not None:
            self.push_screen(WhatIfScreen(self.controller, key))

    def action_open_variants(self) -> None:
        """Show the variants side by side."""
        from advisor.tui.interview.variants_screen import (
            VariantsScreen,  # as the verdict, not needed for the first paint
        )

        if self.controller is not None:
            self.push_screen(VariantsScreen(self.controller))

    def _jump(self, key: str) -> None:
        if self.controller is not None:
            self.controller.apply(Visit(key))
            while not isinstance(self.screen, InterviewScreen):
                self.pop_screen()

    def action_open_record_action(self, kind: str, number: int) -> None:
        """Fill in what an act on a record, or a task on the ledger, takes."""
        from advisor.tui.ledger.action_screen import LedgerActionScreen

        self.push_screen(LedgerActionScreen(self.ledger, kind, number))

    def action_open_ledger_work(self, title: str, request: LedgerRequest, name: str) -> None:
        """Have work done on the ledger and show its progress."""
        from advisor.tui.ledger.ledger_page import ProgressScreen

        self.push_screen(ProgressScreen(self.ledger, title, request, name))

    def action_open_portfolio_workload(self, row: PortfolioRow, table: PortfolioScreen) -> None:
        """Show one workload of a portfolio."""
        from advisor.tui.portfolio_screens import PortfolioWorkloadScreen

        self.push_screen(PortfolioWorkloadScreen(row, table))

    def action_open_portfolio_save(self, table: PortfolioScreen, found: PortfolioTable) -> None:
        """Ask what people add to a portfolio's record."""
        from advisor.tui.portfolio_screens import SavePortfolioScreen

        self.push_screen(SavePortfolioScreen(table, found))

    def action_open_portfolio_terms(self, table: PortfolioScreen, found: PortfolioTable) -> None:
        """Ask for limits, discounts, how cards are shared, and staffing."""
        from advisor.tui.portfolio_screens import PortfolioTermsScreen

        self.push_screen(PortfolioTermsScreen(table, found))

    def action_open_verify_against(self) -> None:
        """Verify the ledger against files that are kept elsewhere."""
        from advisor.tui.ledger.ledger_page import VerifyScreen

        self.push_screen(VerifyScreen(self.ledger))

"""Navigation between screens: each is opened by an action, so that screens know each other by name only."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from advisor.interview.reducer import Visit
from advisor.tui.interview.interview_lines import ENOUGH, enough_items, enough_lines, question_items
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.textual_internals import MinimalRepaintApp
from advisor.tui.theme import THEME_ABOUT, THEMES
from advisor.tui.widgets.menu import MenuItem, MenuScreen
from advisor.tui.widgets.page import Page
from advisor.tui.workers.worker_clients import LedgerClient, LedgerProcessClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from advisor.tui.interview.controller import InterviewController, RecordNotSaved, RecordSaved, VerdictChanged
    from advisor.tui.ledger.ledger_page import LedgerContext, RecordsAdded
    from advisor.tui.portfolio_table import PortfolioScreen
    from advisor.tui.settings import LaunchOptions
    from advisor.tui.workers.messages import Answered, PortfolioRow, PortfolioTable


class PaletteScreen(MenuScreen):
    """The command palette: drawn as every other list, its highlight shows in every theme and costs few bytes."""


class ScreenRouter(MinimalRepaintApp):
    """Shows one interview at a time; screens that the first paint does not need are imported when they are shown."""

    controller: InterviewController | None = None

    def __init__(self, options: LaunchOptions, ledger_client: LedgerClient | None, is_ansi: bool) -> None:
        super().__init__(ansi_color=is_ansi)
        self.options = options
        self._ledger_client = self._portfolio_client = ledger_client
        self._ledger: LedgerContext | None = None

    @abstractmethod
    def reopen(self, found: Answered) -> None:
        """Begin an interview with the answers of a record."""

    @abstractmethod
    def action_open_examples(self) -> None:
        """Offer a file of one's own and the examples, to begin an interview with."""

    def action_records(self) -> None:
        """Open the ledger."""
        from advisor.tui.ledger.records_screen import RecordListScreen  # not needed for the first paint

        if not isinstance(self.screen, RecordListScreen):
            self.push_screen(RecordListScreen(self.ledger))

    @property
    def ledger(self) -> LedgerContext:
        """What the pages of the records screens share; made when it is first entered."""
        if self._ledger is None:
            from advisor.tui.ledger.ledger_page import LedgerContext

            self._ledger_client = self._ledger_client or LedgerProcessClient(self.options.packs)
            self._ledger = LedgerContext(self.options.records, self._ledger_client, self.reopen)
        return self._ledger

    @property
    def portfolio_client(self) -> LedgerClient:
        """A worker of its own, so that ending what it computes ends nothing else; made when it is first asked for."""
        if self._portfolio_client is None:
            self._portfolio_client = LedgerProcessClient(self.options.packs)
        return self._portfolio_client

    def action_open_portfolio(self) -> None:
        """Ask for the file of a portfolio, and show it as a table."""
        from advisor.tui.portfolio_screens import OpenPortfolioScreen

        if not isinstance(self.screen, OpenPortfolioScreen):
            self.push_screen(OpenPortfolioScreen(self.options.records, self.portfolio_client))

    @property
    def ledger_clients(self) -> list[LedgerClient]:
        """The workers on a ledger or a portfolio that were asked for."""
        return [client for client in (self._ledger_client, self._portfolio_client) if client is not None]

    def on_verdict_changed(self, _: VerdictChanged) -> None:
        """Show a new verdict on whatever screen shows one."""
        self.redraw_page()

    def redraw_page(self) -> None:
        """Draw the current page, where it can be drawn."""
        if self.screen_stack and isinstance(self.screen, Page) and self.screen.can_be_drawn:
            self.screen.redraw()

    def on_record_saved(self, message: RecordSaved) -> None:
        """Say where a record was saved: on the page of the ledger that is open, else with the verdict."""
        from advisor.tui.ledger.ledger_page import LedgerPage
        from advisor.tui.ledger.save_screen import SaveScreen

        for form in [screen for screen in self.screen_stack if isinstance(screen, SaveScreen)]:
            form.note_saved(message.saved.path)
            form.finish()
        if isinstance(self.screen, LedgerPage):
            self.screen.note_added(message.saved.sentence)
        else:
            self.action_open_verdict()

    def on_records_added(self, message: RecordsAdded) -> None:
        """Say on the page of the ledger that is open what was added behind it."""
        from advisor.tui.ledger.ledger_page import LedgerPage

        if isinstance(self.screen, LedgerPage):
            self.screen.note_added(message.sentence)

    def on_record_not_saved(self, message: RecordNotSaved) -> None:
        """Say in place why no record was saved."""
        from advisor.tui.ledger.save_screen import SaveScreen

        if isinstance(self.screen, SaveScreen):
            self.screen.refuse(f"Not saved: {message.sentence}")
        else:
            self.notify(f"Not saved: {message.sentence}", severity="error", timeout=20)

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

        items = [MenuItem(theme.name, theme.name, THEME_ABOUT[theme.name]) for theme in THEMES]
        self.push_screen(MenuScreen("Theme", items, choose, cursor=self.theme))

    def action_open_verdict(self) -> None:
        """Show the verdict."""
        from advisor.tui.verdict.screen import VerdictScreen  # its views are not needed for the first paint

        if not isinstance(self.screen, VerdictScreen):
            self._push(VerdictScreen)

    def _push(self, screen: Callable[[InterviewController], Page]) -> None:
        """Show a screen of the interview, where there is one."""
        if self.controller is not None:
            self.push_screen(screen(self.controller))

    def action_open_jump(self) -> None:
        """Show the list of all questions."""
        self._push(
            lambda of: MenuScreen("Jump to a question", question_items(of.state), self._jump, cursor=of.state.at)
        )

    def action_open_what_if(self) -> None:
        """Choose a question, and try another answer to it out."""
        self._push(lambda of: MenuScreen("What if: change which answer?", question_items(of.state), self._try))

    def _try(self, key: str) -> None:
        from advisor.tui.interview.variants_screen import WhatIfScreen  # as the verdict, not needed for the first paint

        self._push(lambda of: WhatIfScreen(of, key))

    def action_open_variants(self) -> None:
        """Show the variants side by side."""
        from advisor.tui.interview.variants_screen import VariantsScreen

        self._push(VariantsScreen)

    def _jump(self, key: str) -> None:
        if self.controller is not None:
            self.controller.apply(Visit(key))
            while not isinstance(self.screen, InterviewScreen):
                self.pop_screen()

    def action_open_record_action(self, kind: str, number: int) -> None:
        """Fill in what an act on a record, or a task on the ledger, takes."""
        from advisor.tui.ledger.action_screen import LedgerActionScreen

        self.push_screen(LedgerActionScreen(self.ledger, kind, number))

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

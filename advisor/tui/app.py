"""The interface as a whole: what it is opened with, which screens there are, and what passes between them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from advisor.atomic_write import write_atomically
from advisor.bounded_read import read_file
from advisor.errors import AdvisorError
from advisor.interview.answers import read_answers, write_value
from advisor.interview.reducer import Arrange, begin, reduce
from advisor.interview.session import SessionLock, new_session_path, read_session, session_of, unfinished
from advisor.knowledge.labels import adopt_titles
from advisor.paths import data_directory
from advisor.text import visible_lines
from advisor.tui import theme
from advisor.tui.interview.controller import InterviewController
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.navigation import ScreenRouter
from advisor.tui.settings import LaunchOptions, second_keys_of
from advisor.tui.signals import end_on_hangup, stop_from_the_loop
from advisor.tui.start_screen import OPEN_FILE, InterviewMenu, OpenFileScreen, file_items
from advisor.tui.widgets.line_view import Lines
from advisor.tui.widgets.menu import MenuScreen
from advisor.tui.widgets.page import Page
from advisor.tui.widgets.styled_text import count_of
from advisor.tui.workers.messages import Answered, Finished, LedgerAnswer, Reopen, Reply, Titles
from advisor.tui.workers.worker_clients import AssessClient, AssessProcessClient, LedgerClient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.notifications import SeverityLevel


RECORD = re.compile(r"([0-9]{8})-record\.toml")
"""How the file of a record is named; any other is an answers file."""
LATEST_START_S = 0.5
"""How long the worker waits for the first paint at most."""


class AdvisorApp(ScreenRouter):
    """Opens on the choice of a questionnaire, or at once on the interview that was asked for."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit; every answer is saved", show=False, id="quit"),
        Binding("ctrl+r", "records", "Records: list, open, verify", show=False, id="records"),
        Binding("ctrl+p", "open_palette", "Every action", show=False, id="actions"),
        Binding("f10", "home", "Back to the start; every answer is saved", show=False, id="home"),
        Binding("ctrl+c", "ctrl_c", "What quits", show=False),
    ]

    def __init__(
        self,
        options: LaunchOptions,
        assess_client: AssessClient | None = None,
        ledger_client: LedgerClient | None = None,
    ) -> None:
        wanted = theme.chosen(options.settings.theme, options.terminal.colors)
        super().__init__(options, ledger_client, wanted.ansi)
        self.assess_client = assess_client or AssessProcessClient(packs=options.packs)
        self.assess_client.on_reply = self._receive
        self._first_reply: Reply | None = None
        self._is_worker_started = False
        self.animation_level = "none"
        for known in theme.THEMES:
            self.register_theme(known)
        # Set as if they had always been: a theme that is set later has every stylesheet parsed a second time.
        self.set_reactive(App.ansi_color, None)
        self.set_reactive(App.theme, wanted.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.second_keys = second_keys_of(options.settings)
        if options.terminal.ascii:
            self.spell_in_ascii()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the themes that are not ours the one color they lack."""
        return {"quiet": "ansi_default" if self.native_ansi_color else "#868f9b"}

    def on_mount(self) -> None:
        """Paint the first screen, and only then start the worker."""
        end_on_hangup(self._on_hangup)
        stop_from_the_loop()
        self.app_resume_signal.subscribe(self, self._repaint)
        self.theme_changed_signal.subscribe(self, lambda _: self.call_later(self._recolor))
        self.call_after_refresh(self._start_worker)
        # a screen that a fast key replaces before it is painted drops what waits for its refresh
        self.set_timer(LATEST_START_S, self._start_worker)

    def _repaint(self, _: object) -> None:
        """Paint everything after a sleep: the terminal's own screen has been there meanwhile."""
        self.forget_frame()
        self.refresh()

    def _recolor(self) -> None:
        """Look up the roles' colors again: Textual keeps them where the page's own colors stay the same."""
        for screen in self.screen_stack:
            screen.notify_style_update()
            for part in screen.query(Lines):
                part.refresh()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a toast; its text may quote a file, so markup is never read and invisible characters are spelled."""
        super().notify(visible_lines(message), title=title, severity=severity, timeout=timeout, markup=False)

    def on_unmount(self) -> None:
        """Leave no interview half written or locked."""
        self.close_interview()

    async def _start_worker(self) -> None:
        if self._is_worker_started:
            return
        self._is_worker_started = True
        try:
            await self.assess_client.start()
        except OSError as error:
            self.notify(f"No verdict: the worker does not start ({error.strerror}).", severity="error")

    def get_default_screen(self) -> Page:
        """Begin with the screen that was asked for: an empty one below it would be laid out and painted as well."""
        options = self.options
        if options.portfolio is not None:
            from advisor.tui.portfolio_table import PortfolioScreen

            return PortfolioScreen(options.portfolio, options.records, self.portfolio_client)
        waiting = unfinished(options.sessions) if options.resume else []
        if waiting:
            return self._resumed(waiting[0].path)
        return self._begun(options.questionnaire, options.by_what_matters) if options.questionnaire else self._start()

    def _start(self, *, is_root: bool = True) -> Page:
        options = self.options
        return InterviewMenu(
            options.sessions, options.questionnaires, options.vocabulary, self._started, is_root=is_root
        )

    def _started(self, chosen: str) -> None:
        kind, _, name = chosen.partition(":")
        if kind == "records":
            self.action_records()
        elif kind == "portfolio":
            self.action_open_portfolio()
        elif kind == "interviews":
            self.push_screen(self._start(is_root=False))
        elif kind == "open":
            self.action_open_examples()
        elif kind in ("new", "matters"):
            self.interview(name, by_what_matters=kind == "matters")
        else:
            self.resume(self.options.sessions / name)

    def interview(self, questionnaire: str, by_what_matters: bool = False) -> None:
        """Begin a new interview."""
        self.push_screen(self._begun(questionnaire, by_what_matters))

    def _begun(self, questionnaire: str, by_what_matters: bool) -> Page:
        options = self.options
        state = begin(options.questionnaires[questionnaire], options.vocabulary, by_what_matters)
        path = new_session_path(options.sessions, datetime.now(UTC))
        controller = InterviewController(state, path, options.records, self.assess_client, self.post_message)
        controller.lock.take()
        return self._show_interview(controller)

    def resume(self, path: Path) -> None:
        """Go on with an interview that was cut off, at the very question."""
        self.push_screen(self._resumed(path))

    def _resumed(self, path: Path) -> Page:
        options = self.options
        lock = SessionLock(path)
        try:
            lock.take()
            resumed = read_session(read_file(path), path.name, options.questionnaires, options.vocabulary)
            state = reduce(resumed.state, Arrange(True)) if options.by_what_matters else resumed.state
        except (AdvisorError, OSError) as error:
            lock.release()
            sentence = error.sentence if isinstance(error, AdvisorError) else f"{path.name}: {error.strerror}"
            self.notify(sentence, severity="error", timeout=20)
            return self._start()
        controller = InterviewController(state, path, options.records, self.assess_client, self.post_message, lock)
        controller.what_if.resume(resumed.variants, resumed.trial)
        for note in resumed.notes:
            self.notify(note, severity="warning", timeout=20)
        answers = count_of(len(controller.state.answers.values), "answer")
        message = "" if controller.mode else f"Opened with {answers}."
        return self._show_interview(controller, message)

    def _show_interview(self, controller: InterviewController, message: str = "") -> Page:
        self.close_interview()
        self.controller = controller
        if self._first_reply is not None:
            controller.receive(self._first_reply)
        return InterviewScreen(controller, message)

    def _receive(self, reply: Reply) -> None:
        """Hand a reply of the worker to the interview; its first word is kept for an interview that begins later."""
        if isinstance(reply, Titles):
            adopt_titles(reply.tables)
            return
        if self._first_reply is None:
            self._first_reply = reply
        if self.controller is not None:
            self.controller.receive(reply)

    def close_interview(self) -> None:
        """Have all answers on disk, and let another program go on with them."""
        if self.controller is not None:
            self.controller.close()

    def action_home(self) -> None:
        """Go back to the start; every answer of the interview is saved, and it can be resumed there."""
        if not self._may_leave("f10"):
            return
        self._settle_typed()
        self.close_interview()
        self.controller = None
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(self._start())

    def action_ctrl_c(self) -> None:
        """Say what to press: ctrl+c neither quits nor copies here."""
        self.notify("ctrl+q quits; every answer is saved. f10 goes back to the start.")

    def action_open_examples(self) -> None:
        """Offer a file of one's own and the examples, to begin an interview with."""

        def act(chosen: str) -> None:
            if chosen == OPEN_FILE:
                self.push_screen(OpenFileScreen(self._begin_from))
            else:
                self._begin_from(Path(chosen))

        self.push_screen(MenuScreen("Begin from a file or an example", file_items(data_directory("examples")), act))

    def _begin_from(self, path: Path) -> None:
        """Begin an interview with the answers of a file, or of a decision's record; the file is kept.

        Raises BadInput where it holds neither.
        """
        if record := RECORD.fullmatch(path.name):
            self.ledger.ledger_client.ask(Reopen(str(path.parent), int(record[1])), self._on_reopened)
            return
        vocabulary = self.options.vocabulary
        answers = read_answers(read_file(path, follow=True), path.name, vocabulary)
        values = {key: write_value(value, vocabulary.questions[key]) for key, value in answers.values.items()}
        measured = [each.table() for each in answers.measurements]
        self._begin_with(answers.questionnaire, values, sorted(answers.passed), measured, {})

    def _on_reopened(self, answer: LedgerAnswer) -> None:
        if isinstance(answer, Answered):
            self.reopen(answer)
        elif isinstance(answer, Finished):
            self.notify(" ".join(answer.lines), severity="error", timeout=20)

    def reopen(self, found: Answered) -> None:
        """Begin an interview with the answers of a record."""
        from advisor.tui.ledger.save_screen import BEGAN_FROM

        self._begin_with(*found[1:4], found.measurements, {**found.stated, BEGAN_FROM: found.file})

    def _begin_with(
        self,
        questionnaire: str,
        values: Mapping[str, object],
        unknown: Sequence[str],
        measured: Sequence[Mapping[str, object]],
        notes: Mapping[str, str],
    ) -> None:
        from advisor.tui.ledger.save_screen import write_notes

        path = new_session_path(self.options.sessions, datetime.now(UTC))
        try:
            write_atomically(path, session_of(questionnaire, values, unknown, measured))
        except OSError as error:
            self.notify(f"{path}: {error.strerror}", severity="error", timeout=20)
            return
        if notes:
            write_notes(path, notes)
        self.resume(path)

    async def action_quit(self) -> None:
        """Leave; what was typed last is kept too. A portfolio with changes that are not saved asks first."""
        if not self._may_leave("ctrl+q"):
            return
        self._settle_typed()
        for client in self.ledger_clients:
            await client.stop()
        await self.assess_client.stop()
        self.exit(0)

    def _may_leave(self, key: str) -> bool:
        """Whether no table of a portfolio has changes that would be lost; else it is shown, and asks."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Page) and not screen.may_leave(key):
                while self.screen is not screen:
                    self.pop_screen()
                self.redraw_page()
                return False
        return True

    def _on_hangup(self) -> None:
        """End at once when the line is cut: a program without a terminal spins."""
        self._settle_typed()
        for client in self.ledger_clients:
            client.cancel()
        self.exit(0)

    def _settle_typed(self) -> None:
        if isinstance(self.screen, InterviewScreen):
            with suppress(AdvisorError):
                self.screen.settle()

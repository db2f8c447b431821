"""The interface as a whole: which screens there are, and what passes between them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType

from advisor.errors import AdvisorError
from advisor.interview.reducer import Arrange, begin, reduce
from advisor.interview.session import read_session
from advisor.tui.app import theme
from advisor.tui.app.ascii_fallback import AsciiFilter
from advisor.tui.app.hangup import end_when_cut
from advisor.tui.app.navigation import Stage
from advisor.tui.app.settings import usual_keys
from advisor.tui.app.start_items import TITLE, start_items, unfinished
from advisor.tui.app.user_folders import new_session_path
from advisor.tui.interview.controller import InterviewController
from advisor.tui.interview.lock import SessionLock
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.widgets.menu_screen import MenuScreen
from advisor.tui.widgets.styled_text import BLANK, line
from advisor.tui.workers.assess_client import AssessProcessClient

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from textual.screen import Screen

    from advisor.tui.app.launch import Opening
    from advisor.tui.ledger.base import LedgerScreen
    from advisor.tui.widgets.page import Page
    from advisor.tui.workers.assess_client import AssessClient
    from advisor.tui.workers.ledger_client import LedgerClient
    from advisor.tui.workers.ledger_messages import Answered
    from advisor.tui.workers.messages import Reply


class AdvisorApp(Stage):
    """Opens on the choice of a questionnaire, or at once on the interview that was asked for."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit; every answer is kept", show=False, id="quit"),
        Binding("ctrl+r", "records", "Records: list, open, verify", show=False, id="records"),
        Binding("ctrl+p", "command_palette", "Every action", show=False, id="actions"),
    ]

    def __init__(
        self, opening: Opening, assessor: AssessClient | None = None, clerk: LedgerClient | None = None
    ) -> None:
        wanted = theme.chosen(opening.settings.theme, opening.terminal.colors)
        super().__init__(ansi_color=wanted.ansi)
        self.opening = opening
        self.assessor = assessor or AssessProcessClient(packs=opening.packs)
        self.assessor.on_reply = self._receive
        self.clerk = clerk
        self._room: LedgerScreen | None = None
        self._first_reply: Reply | None = None
        self.animation_level = "none"
        for known in theme.THEMES:
            self.register_theme(known)
        # Set as if they had always been: a theme that is set later has every stylesheet parsed a second time.
        self.set_reactive(App.ansi_color, None)
        self.set_reactive(App.theme, wanted.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.second_keys = usual_keys(opening.settings)
        if opening.terminal.ascii:
            self._filters.append(AsciiFilter())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the themes that are not ours the one color they lack."""
        return {"quiet": "ansi_default" if self.native_ansi_color else "#868f9b"}

    def on_mount(self) -> None:
        """Paint the first screen, and only then start the worker."""
        self._loop_of_keys = asyncio.get_running_loop()
        end_when_cut(self._hang_up)
        self.app_resume_signal.subscribe(self, self._paint_anew)
        self.call_after_refresh(self._start_worker)

    def _paint_anew(self, _: object) -> None:
        """Paint everything after a sleep: the terminal's own screen has been there meanwhile."""
        self.forget_what_stands()
        self.refresh()

    def on_unmount(self) -> None:
        """Leave no interview half written or locked."""
        self.close_interview()

    async def _start_worker(self) -> None:
        try:
            await self.assessor.start()
        except OSError as error:
            self.notify(f"No verdict: the worker does not start ({error.strerror}).", markup=False, severity="error")

    def get_default_screen(self) -> Page:
        """Begin with the screen that was asked for: an empty one below it would be laid out and painted as well."""
        opening = self.opening
        waiting = unfinished(opening.sessions) if opening.resume else []
        if waiting:
            return self._resumed(waiting[0].path)
        return self._begun(opening.questionnaire, opening.by_what_matters) if opening.questionnaire else self._start()

    def _start(self) -> Page:
        items = start_items(self.opening.questionnaires, unfinished(self.opening.sessions), datetime.now(UTC))
        head = [line("  ", TITLE), BLANK]
        return MenuScreen("inference advisor", items, self._started, head=head, is_root=True)

    def _started(self, chosen: str) -> None:
        kind, _, name = chosen.partition(":")
        if kind == "records":
            self.action_records()
        elif kind in ("new", "matters"):
            self.interview(name, by_what_matters=kind == "matters")
        else:
            self.resume(self.opening.sessions / name)

    def interview(self, questionnaire: str, by_what_matters: bool = False) -> None:
        """Begin a new interview."""
        self.push_screen(self._begun(questionnaire, by_what_matters))

    def _begun(self, questionnaire: str, by_what_matters: bool) -> Page:
        opening = self.opening
        state = begin(opening.questionnaires[questionnaire], opening.vocabulary, by_what_matters)
        path = new_session_path(opening.sessions, datetime.now(UTC))
        desk = InterviewController(state, path, opening.records, self.assessor, self)
        desk.lock.take()
        return self._sit_down(desk)

    def resume(self, path: Path) -> None:
        """Go on with an interview that was cut off, at the very question."""
        self.push_screen(self._resumed(path))

    def _resumed(self, path: Path) -> Page:
        opening = self.opening
        lock = SessionLock(path)
        try:
            lock.take()
            data = path.read_bytes()
            resumed = read_session(data, path.name, opening.questionnaires, opening.vocabulary)
            state = reduce(resumed.state, Arrange(True)) if opening.by_what_matters else resumed.state
        except (AdvisorError, OSError) as error:
            lock.release()
            said = error.sentence if isinstance(error, AdvisorError) else f"{path.name}: {error.strerror}"
            self.notify(said, markup=False, severity="error", timeout=20)
            return self._start()
        desk = InterviewController(state, path, opening.records, self.assessor, self, lock)
        desk.trials.resume(resumed.variants, resumed.trial)
        for note in resumed.notes:
            self.notify(note, markup=False, severity="warning", timeout=20)
        return self._sit_down(desk)

    def _sit_down(self, desk: InterviewController) -> Page:
        self.close_interview()
        self.desk = desk
        if self._first_reply is not None:
            desk.receive(self._first_reply)
        return InterviewScreen(desk)

    def _receive(self, reply: Reply) -> None:
        """Hand a reply of the worker to the interview; its first word is kept for an interview that begins later."""
        if self._first_reply is None:
            self._first_reply = reply
        if self.desk is not None:
            self.desk.receive(reply)

    def close_interview(self) -> None:
        """Have all answers on disk, and let another program go on with them."""
        if self.desk is not None:
            self.desk.close()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """List every action of the screen, and those of the program, for the palette."""
        from advisor.tui.app.keymap import actions_of  # not needed for the first paint

        yield from actions_of(screen)
        yield SystemCommand("Theme", "Change the colors", self.action_change_theme)

    def action_records(self) -> None:
        """Open the ledger."""
        from advisor.tui.ledger.list_screen import RecordListScreen  # not needed for the first paint

        if not isinstance(self.screen, RecordListScreen):
            self.push_screen(RecordListScreen(self.room))

    @property
    def room(self) -> LedgerScreen:
        """What the pages of the records room share; made when it is first entered."""
        if self._room is None:
            from advisor.tui.ledger.base import LedgerScreen
            from advisor.tui.workers.ledger_client import LedgerProcessClient

            self.clerk = self.clerk or LedgerProcessClient(self.opening.packs)
            self._room = LedgerScreen(self.opening.records, self.clerk, self._reopen)
        return self._room

    def _reopen(self, found: Answered) -> None:
        """Begin an interview with the answers of a record."""
        from advisor.interview.session_text import session_of
        from advisor.tui.app.user_folders import write_atomically
        from advisor.tui.ledger.draft_statement import BEGAN_FROM, write_notes

        path = new_session_path(self.opening.sessions, datetime.now(UTC))
        try:
            write_atomically(path, session_of(found.questionnaire, found.answers, found.unknown))
        except OSError as error:
            self.notify(f"{path}: {error.strerror}", markup=False, severity="error", timeout=20)
            return
        write_notes(path, {**found.stated, BEGAN_FROM: found.file})
        self.resume(path)

    async def action_quit(self) -> None:
        """Leave; what was typed last is kept too."""
        self._take_last()
        if self.clerk is not None:
            await self.clerk.stop()
        await self.assessor.stop()
        self.exit(0)

    def _hang_up(self) -> None:
        """End at once when the line is cut: a program without a terminal spins."""
        self._take_last()
        if self.clerk is not None:
            self.clerk.cancel()
        self.exit(0)

    def _take_last(self) -> None:
        if isinstance(self.screen, InterviewScreen):
            with suppress(AdvisorError):
                self.screen.settle()

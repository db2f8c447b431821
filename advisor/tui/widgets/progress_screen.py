"""Work on a ledger that may take long: how far it is, a way to end it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.ledger.base import LedgerPage
from advisor.tui.verdict.views.bars import share_bar
from advisor.tui.widgets.styled_text import BLANK, key_line, line, spread
from advisor.tui.workers.ledger_messages import Finished, Progress

if TYPE_CHECKING:
    from advisor.tui.ledger.base import LedgerScreen
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.ledger_messages import Answer, Request

BAR = 24
BAD = ("TAMPERED", "CANNOT BE VERIFIED", "DIFFERS")


class ProgressScreen(LedgerPage):
    """Asks the clerk for one thing, and shows it when it comes; nothing here writes, so that ending it is safe."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "End the work, or go back", show=False),
        Binding("e", "export", "Export this as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy this, with a file beside it", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("space", "scroll(12)", "A page down", show=False),
    ]

    def __init__(self, room: LedgerScreen, title: str, request: Request, name: str) -> None:
        super().__init__(room)
        self._title, self._file = title, name
        self._progress: Progress | None = None
        self._finished: Finished | None = None
        room.clerk.ask(request, self._hear)

    def _hear(self, answer: Answer) -> None:
        if isinstance(answer, Progress):
            self._progress = answer
        elif isinstance(answer, Finished):
            self._finished = answer
        if self.can_be_drawn:
            self.redraw()

    def action_back(self) -> None:
        """End the work where it goes on, and go back."""
        if self._finished is None:
            self.room.clerk.cancel()
            self.room.said = ("Ended before it was done; nothing was written.", "plain")
        else:
            self.room.said = ("", "plain")
        self.dismiss()

    def action_export(self) -> None:
        """Write what came of it to files."""
        self.export(self._file, self._result())

    def action_copy(self) -> None:
        """Offer what came of it to the clipboard."""
        self.copy(self._file, self._result())

    def help(self) -> str:
        """Say what can be done here."""
        return "esc ends the work while it goes on, and goes back; e and y take the result away in files."

    def parts(self) -> dict[str, list[Line]]:
        """The title, the progress or the result, and the keys."""
        columns, done = self.columns, self._finished
        state = "working …" if done is None else "done" if done.ok else "look below"
        keys = (("esc", "end it"),) if done is None else (("e", "export"), ("y", "copy"), ("esc", "back"))
        top = spread(
            line((self._title, "strong")), line((state, "muted" if done is None or done.ok else "bad")), columns
        )
        return {
            "top": [top, BLANK],
            "body": [*self.said_lines(), *self._result()],
            "keys": [key_line((*keys, ("ctrl+p", "all keys")), columns)],
        }

    def _result(self) -> list[Line]:
        if self._finished is None:
            return self._under_way()
        return [part for text in self._finished.lines for part in result_lines(text, self.columns)]

    def _under_way(self) -> list[Line]:
        if self._progress is None:
            return [line("  ", ("Working …  ", "muted"), "esc ends it")]
        done, of = self._progress
        drawn = f"{share_bar(done / of, BAR):░<{BAR}}"
        return [line("  ", (drawn, "accent"), f" {done:,} of {of:,} records  ", ("esc ends it", "muted"))]


def result_lines(text: str, columns: int) -> list[Line]:
    """Draw one line of a result: what is indented stays so, and a line too long goes on under its text."""
    if not text.strip():
        return [BLANK]
    role = "bad" if any(word in text for word in BAD) else "plain"
    lead = len(text) - len(text.lstrip())
    label, gap, rest = text[lead:].partition("  ")
    hang = lead + len(label) + len(gap) + len(rest) - len(rest.lstrip()) if gap and len(label) < BAR else lead
    first, *more = _folded(text, columns - 2, hang)
    return [line("  ", (first[:hang], "muted"), (first[hang:], role)), *(line("  ", (part, role)) for part in more)]


def _folded(text: str, room: int, hang: int) -> list[str]:
    """Fold a text at spaces, those inside it being kept, for they align columns."""
    rows = []
    while len(text) > room:
        cut = text.rfind(" ", hang + 1, room + 1)
        cut = cut if cut > hang else room
        rows.append(text[:cut].rstrip())
        text = " " * hang + text[cut:].lstrip()
    return [*rows, text]

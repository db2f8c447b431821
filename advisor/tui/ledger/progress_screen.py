"""Work on a ledger that may take long: its progress, its result, and verification against files kept elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.ledger.base import LedgerPage
from advisor.tui.verdict.chart import share_bar
from advisor.tui.widgets.form_screen import Field, Form, FormScreen
from advisor.tui.widgets.styled_text import BLANK, key_line, line, spread, wrapped
from advisor.tui.workers.messages import Finished, Progress, Verify

if TYPE_CHECKING:
    from advisor.tui.ledger.base import LedgerContext
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.messages import LedgerAnswer, LedgerRequest


BAR = 24
BAD = ("TAMPERED", "CANNOT BE VERIFIED", "DIFFERS")


class ProgressScreen(LedgerPage):
    """Asks the ledger worker for one thing and shows the result; nothing here writes, so that ending it is safe."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "End the work, or go back", show=False),
        Binding("e", "export", "Export this as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy this, and export it to a file", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("space", "scroll(12)", "A page down", show=False),
    ]

    def __init__(self, ledger: LedgerContext, title: str, request: LedgerRequest, name: str) -> None:
        super().__init__(ledger)
        self._title, self._file = title, name
        self._progress: Progress | None = None
        self._finished: Finished | None = None
        ledger.ledger_client.ask(request, self._on_answer)

    def _on_answer(self, answer: LedgerAnswer) -> None:
        if isinstance(answer, Progress):
            self._progress = answer
        elif isinstance(answer, Finished):
            self._finished = answer
        if self.can_be_drawn:
            self.redraw()

    def action_back(self) -> None:
        """End the work where it goes on, and go back."""
        if self._finished is None:
            self.ledger.ledger_client.cancel()
            self.ledger.message = ("Ended before it was done; nothing was written.", "plain")
        else:
            self.ledger.message = ("", "plain")
        self.dismiss()

    def action_export(self) -> None:
        """Write the result to files."""
        self.export(self._file, self._result())

    def action_copy(self) -> None:
        """Copy the result to the clipboard."""
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
            "body": [*self.message_lines(), *self._result()],
            "keys": [key_line((*keys, ("ctrl+p", "all keys")), columns)],
        }

    def _result(self) -> list[Line]:
        if self._finished is None:
            return self._under_way()
        return [part for text in self._finished.lines for part in result_lines(text, self.columns)]

    def _under_way(self) -> list[Line]:
        if self._progress is None:
            return [line("  ", ("Working …  ", "muted"), "esc ends it")]
        done, of, noun = self._progress
        drawn = f"{share_bar(done / of, BAR):░<{BAR}}"
        return [line("  ", (drawn, "accent"), f" {done:,} of {of:,} {noun}  ", ("esc ends it", "muted"))]


def result_lines(text: str, columns: int) -> list[Line]:
    """Draw one line of a result: what is indented stays so, and a line too long goes on under its text."""
    if not text.strip():
        return [BLANK]
    role = "bad" if any(word in text for word in BAD) else "plain"
    lead = len(text) - len(text.lstrip())
    label, gap, rest = text[lead:].partition("  ")
    is_labeled = gap and len(label) < BAR and not lead  # what stands in a column further right is no label
    hang = lead + len(label) + len(gap) + len(rest) - len(rest.lstrip()) if is_labeled else lead
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


KEPT = ("verify", 0)
FIELDS = (
    Field("head", "digest", "The SHA-256 of the last record, as written down elsewhere."),
    Field("allowed", "signers file", "Whose signatures count: an allowed-signers file; left open, the ledger's own."),
    Field("revoked", "revoked keys", "Keys that no longer count: a file as for ssh-keygen -r."),
)


class VerifyScreen(FormScreen):
    """Asks for what is kept elsewhere, and verifies every record against it."""

    def __init__(self, ledger: LedgerContext) -> None:
        does = "Verify the ledger"
        super().__init__(does, Form(FIELDS, ledger.typed.get(KEPT, {}), does))
        self.ledger = ledger

    def head(self) -> list[Line]:
        """Say what this is good for."""
        why = "Writes nothing. Anyone who can write to a ledger can rewrite all of it; a copy elsewhere shows it."
        return [*wrapped(why, self.columns, "  "), BLANK]

    def help(self) -> str:
        """Name the command that does the same."""
        return (
            f"The same in a shell: advisor records verify --records {self.ledger.directory}; --help tells its options."
        )

    def submit(self) -> None:
        """Verify."""
        self.ledger.typed[KEPT] = values = self.form.values
        request = Verify(self.ledger.directory, 0, values["head"], values["allowed"], values["revoked"])
        self.app.switch_screen(ProgressScreen(self.ledger, self.form.does, request, "verify"))

    def action_back(self) -> None:
        """Go back; what was typed is there when one comes again."""
        self.ledger.typed[KEPT] = self.form.values
        self.dismiss()

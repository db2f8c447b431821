"""What the pages of the records ledger share, and work on it that may take long: its progress, its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from advisor.tui.screen_actions import exported
from advisor.tui.verdict.chart import share_bar
from advisor.tui.widgets.form_screen import Field, Form, FormScreen
from advisor.tui.widgets.page import PAGING, SCROLLING, Page
from advisor.tui.widgets.styled_text import BLANK, Line, key_line, line, plain_text, spread, wrapped
from advisor.tui.workers.messages import Diff, Finished, GitIdentity, Progress, Verify, Whoami

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from advisor.tui.workers.messages import Answered, LedgerAnswer, LedgerRequest
    from advisor.tui.workers.worker_clients import LedgerClient

    Reopened = Callable[[Answered], None]


class RecordsAdded(Message):
    """Records were added by another page than those of the ledger; `sentence` says which."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class LedgerContext:
    """One ledger being worked on: the record marked for comparing, and what forms were last filled in with."""

    def __init__(self, directory: Path, ledger_client: LedgerClient, reopen: Reopened) -> None:
        self.folder, self.ledger_client, self.reopen = directory, ledger_client, reopen
        self.marked = 0
        self.message: tuple[str, str] = ("", "plain")
        self.typed: dict[tuple[str, int], dict[str, str]] = {}
        self.usual: dict[str, str] = {}

    @property
    def directory(self) -> str:
        """The folder as text."""
        return str(self.folder)

    def learn_who(self) -> None:
        """Ask once what git knows of who signs."""
        if "key" not in self.usual:
            self.usual["key"] = ""
            self.ledger_client.ask(Whoami(), self._on_signer)

    def _on_signer(self, answer: LedgerAnswer) -> None:
        if isinstance(answer, GitIdentity):
            known = {"by": answer.principal, "key": answer.key}
            self.usual = {**known, **{name: text for name, text in self.usual.items() if text}}


class LedgerPage(Page):
    """A page with a record selected, and all that can be done with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+v", "verify", "Verify this record", show=False, id="verify"),
        Binding("ctrl+g", "verify_all", "Verify the whole ledger", show=False, id="verify-all"),
        Binding("f3", "verify_against", "Verify against what is kept elsewhere", show=False, id="verify-against"),
        Binding("f4", "mark", "Mark this record for comparing", show=False, id="mark"),
        Binding("f5", "diff", "Compare this record with the marked one", show=False, id="diff"),
        Binding("f6", "act('sign')", "Sign this record", show=False, id="sign"),
        Binding("f7", "act('accept')", "Accept this record", show=False, id="accept"),
        Binding("f8", "act('supersede')", "Supersede this record by a newer one", show=False, id="supersede"),
        Binding("f9", "act('withdraw')", "Withdraw this record", show=False, id="withdraw"),
        Binding("ctrl+d", "act('disapprove')", "Disapprove of this record", show=False, id="disapprove"),
        Binding("ctrl+x", "act('redact')", "Redact: delete names and text of this record", show=False, id="redact"),
        Binding("ctrl+t", "act('timestamp')", "Prove when this record existed", show=False, id="timestamp"),
        Binding("ctrl+e", "act('archive')", "Archive the whole ledger in one file", show=False, id="archive"),
        Binding("ctrl+l", "act('merge')", "Merge the records of another branch", show=False, id="merge"),
        Binding("f1", "help", "What can be done here", show=False, id="help"),
        *PAGING,
    ]

    def __init__(self, ledger: LedgerContext) -> None:
        super().__init__()
        self.ledger = ledger
        self.is_helping = False

    @property
    def number(self) -> int:
        """The selected record; 0 where there is none."""
        return 0

    def on_mount(self) -> None:
        """Learn who signs, before it is asked."""
        self.ledger.learn_who()

    def say(self, text: str, role: str = "plain") -> None:
        """Say one thing above all else, until the next is said."""
        self.ledger.message = (text, role)
        self.redraw()

    def note_added(self, text: str) -> None:
        """Say that a record was added behind this page."""
        self.say(text, "good")

    def message_lines(self) -> list[Line]:
        """What was said last, and the help where it is asked for."""
        (text, role), columns = self.ledger.message, self.message_columns
        message_lines = [*wrapped(text, columns, "  ", role), BLANK] if text else []
        return [*message_lines, *([*wrapped(self.help(), columns, "  "), BLANK] if self.is_helping else [])]

    @property
    def message_columns(self) -> int:
        """The width of what is said."""
        return self.columns

    def help(self) -> str:
        """Say what can be done here."""
        return ""

    def action_help(self) -> None:
        """Show or hide what can be done here."""
        self.is_helping = not self.is_helping
        self.body.scroll(0)
        self.redraw()

    def action_mark(self) -> None:
        """Mark the selected record, or unmark it."""
        if not self.number:
            return
        self.ledger.marked = 0 if self.ledger.marked == self.number else self.number
        self.marked_changed()
        if self.ledger.marked:
            self.say(f"Record {self.number} is marked: choose another decision, and f5 compares the two.")
        else:
            self.say("No record is marked.")

    def marked_changed(self) -> None:
        """Another record was marked."""

    def action_diff(self) -> None:
        """Compare the selected record with the marked one."""
        one, other = self.ledger.marked, self.number
        if not other:
            return
        if not one or one == other:
            self.say("Mark one decision with f4 first, then choose another." if not one else "Choose another decision.")
            return
        self._work(f"Compare records {one} and {other}", Diff(self.ledger.directory, one, other), f"diff-{one}-{other}")

    def action_verify(self) -> None:
        """Check the selected record: bytes, chain, pins, replay, signatures."""
        if self.number:
            request = Verify(self.ledger.directory, self.number)
            self._work(f"Verify record {self.number}", request, f"verify-{self.number}")

    def action_verify_all(self) -> None:
        """Check every record of the ledger."""
        self._work("Verify the ledger", Verify(self.ledger.directory), "verify")

    def action_verify_against(self) -> None:
        """Check all records against a digest, allowed signers and revoked keys that are kept elsewhere."""
        self.app.push_screen(VerifyScreen(self.ledger))

    def _work(self, title: str, request: Diff | Verify, name: str) -> None:
        self.ledger.message = ("", "plain")
        self.app.push_screen(ProgressScreen(self.ledger, title, request, name))

    def action_act(self, kind: str) -> None:
        """Fill in what an act on the record, or a task on the ledger, takes."""
        if self.number:
            self.ledger.message = ("", "plain")
            self.open("record_action", kind, self.number)

    def shown(self) -> tuple[str, list[Line]]:
        """What is exported, and the name of its files."""
        return "", []

    def action_export(self, before: str = "") -> None:
        """Write what is shown to files next to the ledger, and say where."""
        said, role = exported(self, *self.shown(), self.ledger.folder.parent)
        self.say(said if role == "bad" else f"{before}{said}", role)

    def action_copy(self) -> None:
        """Copy what is shown to the terminal's clipboard, and to a file, because many terminals ignore the request."""
        self.app.copy_to_clipboard(plain_text(self.shown()[1]))
        self.action_export("Offered to the clipboard. ")


BAR = 24
BAD = ("TAMPERED", "CANNOT BE VERIFIED", "DIFFERS")


class ProgressScreen(LedgerPage):
    """Asks the ledger worker for one thing and shows the result; nothing here writes, so that ending it is safe."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "End the work, or go back", show=False),
        Binding("e", "export", "Export this as text, Markdown and picture", show=False),
        Binding("y", "copy", "Copy this, and export it to a file", show=False),
        *SCROLLING,
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

    def shown(self) -> tuple[str, list[Line]]:
        """The result, and the name of its files."""
        return self._file, self._result()

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
            return [line("  ", ("Working …", "muted"))]
        done, of, noun = self._progress
        drawn = f"{share_bar(done / of, BAR):░<{BAR}}"
        return [line("  ", (drawn, "accent"), f" {done:,} of {of:,} {noun}")]


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


AGAINST = ("verify", 0)
FIELDS = (
    Field("head", "digest", "The SHA-256 of the last record, as written down elsewhere."),
    Field("allowed", "signers file", "Whose signatures count: an allowed-signers file; left open, the ledger's own."),
    Field("revoked", "revoked keys", "Keys that no longer count: a file as for ssh-keygen -r."),
)


class VerifyScreen(FormScreen):
    """Asks for what is kept elsewhere, and verifies every record against it."""

    def __init__(self, ledger: LedgerContext) -> None:
        does = "Verify the ledger"
        super().__init__(does, Form(FIELDS, ledger.typed.get(AGAINST, {}), does))
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
        self.ledger.typed[AGAINST] = values = self.form.values
        request = Verify(self.ledger.directory, 0, values["head"], values["allowed"], values["revoked"])
        self.app.switch_screen(ProgressScreen(self.ledger, self.form.does, request, "verify"))

    def action_back(self) -> None:
        """Go back; what was typed is there when one comes again."""
        self.ledger.typed[AGAINST] = self.form.values
        self.dismiss()

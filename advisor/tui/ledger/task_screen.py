"""Redact, time-stamp, archive and merge: a form, what it will do, and then the doing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.tui.ledger.action_screen import BECAUSE, BY, run_at_terminal, task_arguments
from advisor.tui.widgets.form_screen import Field, Form, FormScreen
from advisor.tui.widgets.styled_text import BLANK, line, wrapped
from advisor.tui.workers.messages import Finished, LedgerTask

if TYPE_CHECKING:
    from textual import events

    from advisor.tui.ledger.base import LedgerContext
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.messages import LedgerAnswer


KEY = Field("key", "SSH key", "Signs it, where a policy asks for that; empty: nobody vouches for it.")
REASON = BECAUSE._replace(required=False, hint="Why, in a sentence; empty: where they came from.")


class TaskForm(NamedTuple):
    """A task: its title, what it does, what it takes, and what is pressed once one has read what it will do."""

    title: str
    does: str
    fields: tuple[Field, ...]
    confirm: str


TASK_FORMS = {
    "redact": TaskForm(
        "Redact record {}",
        "Deletes names and free text of record {}, and adds a record that tells of it. Its bytes stay as they are.",
        (
            Field("only", "fields", "Such as deciders, by or because, with spaces between; empty: all of them."),
            BY,
            BECAUSE,
            KEY,
        ),
        "Delete them for good",
    ),
    "timestamp": TaskForm(
        "Prove when record {} existed",
        "An authority signs the digest of record {} with the time (RFC 3161). Write the question, send it to one "
        "yourself, and keep its answer here: nothing is sent from this program.",
        (
            Field("query", "question to", "A file to write the question into; empty where you have the answer."),
            Field("reply", "answer in", "The file that the authority sent back."),
            Field("authority", "certificate", "The authority's certificates (PEM), by which the answer is judged."),
            BY._replace(required=False),
            REASON._replace(hint="Why, in a sentence; with the answer only."),
        ),
        "Write it",
    ),
    "archive": TaskForm(
        "Archive the ledger",
        "Writes all records with what they pin, the verifier and the page on the format into one tar. Redacted names "
        "and text are left out.",
        (
            Field("archive", "archive", "The file to write, such as decisions.tar.", required=True),
            Field("bundle", "bundle", "The program's own bundle, to be kept with it; may stay empty."),
        ),
        "Write it",
    ),
    "merge": TaskForm(
        "Merge another branch",
        "Takes the records of another branch over as new ones that hold their bytes, digests and signatures.",
        (
            Field("source", "branch", "The folder of its ledger, or a revision of git.", required=True),
            BY,
            REASON,
            KEY,
        ),
        "Take them over",
    ),
}
SHOW = "Show what it will do"


class LedgerTaskScreen(FormScreen):
    """Asks for what a task takes, shows what it will do, and does it when that is confirmed."""

    def __init__(self, ledger: LedgerContext, kind: str, number: int) -> None:
        form = TASK_FORMS[kind]
        usual = {name: text for name, text in ledger.usual.items() if name != "key"}
        given = {**usual, **ledger.typed.get((kind, number), {})}
        super().__init__(form.title.format(number), Form(form.fields, given, SHOW))
        self.ledger, self._kind, self._number = ledger, kind, number
        self._planned: tuple[str, ...] = ()
        self.form.at = 0

    async def press(self, event: events.Key) -> bool:
        """Let the form take the key; what changed has to be shown again."""
        before = self.form.values
        taken = await super().press(event)
        if self._planned and self.form.values != before:
            self._plan(())
            self.redraw()
        return taken

    def on_paste(self, event: events.Paste) -> None:
        """Let the form take pasted text, which has to be shown again."""
        self._plan(())
        super().on_paste(event)

    def _plan(self, lines: tuple[str, ...]) -> None:
        self._planned, self.form.does = lines, TASK_FORMS[self._kind].confirm if lines else SHOW

    def head(self) -> list[Line]:
        """Say what this is for; once that is known, what will happen."""
        if not self._planned:
            return [*wrapped(TASK_FORMS[self._kind].does.format(self._number), self.columns, "  "), BLANK]
        told = [part for text in self._planned for part in wrapped(text, self.columns, "   ", "strong")]
        return [line("  ", ("This will happen:", "accent")), *told, BLANK]

    def help(self) -> str:
        """Name the command that does the same."""
        words = {"timestamp": f"timestamp {self._number}", "redact": f"redact {self._number}", "archive": "export"}
        command = f"advisor records {words.get(self._kind, self._kind)} --records {self.ledger.directory}"
        return f"The same in a shell: {command}; with --help it tells its options."

    def submit(self) -> None:
        """Find out what it will do, or do it."""
        self._keep()
        task = LedgerTask(self._kind, self.ledger.directory, self._number, self.form.values, bool(self._planned))
        self.is_working = "Writing …" if self._planned else "Looking …"
        self.ledger.ledger_client.ask(task, lambda answer: self._on_answer(task, answer))
        self.redraw()

    def _on_answer(self, task: LedgerTask, answer: LedgerAnswer) -> None:
        if not isinstance(answer, Finished) or not self.can_be_drawn:
            return
        if answer.at_terminal:
            answer = run_at_terminal(self.app, task_arguments(task), f"record {task.number}", task.values["key"])
        if not answer.ok:
            self._plan(())
            self.refuse(f"Nothing was written: {' '.join(answer.lines)}")
        elif task.confirmed:
            self.ledger.typed.pop((self._kind, self._number), None)
            self.ledger.message = (" ".join(answer.lines), "good")
            self.dismiss()
        else:
            self.is_working = ""
            self._plan(answer.lines)
            self.form.at = len(self.form.fields)
            self.redraw()
            self.reveal()

    def action_back(self) -> None:
        """Go back, from what will happen to the form; what was typed is there when one comes again."""
        self._keep()
        if self._planned:
            self._plan(())
            self.redraw()
        else:
            self.dismiss()

    def _keep(self) -> None:
        self.ledger.typed[self._kind, self._number] = self.form.values

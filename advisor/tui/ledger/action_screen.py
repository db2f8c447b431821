"""Acts on a record, and tasks on a whole ledger: what each takes and writes; some first show what they will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.tui.signals import run_at_terminal
from advisor.tui.widgets.form_screen import Field, Form, FormScreen
from advisor.tui.widgets.styled_text import BLANK, Line, line, wrapped
from advisor.tui.workers.messages import SIGNED, Finished, LedgerAnswer, LedgerTask

if TYPE_CHECKING:
    from textual import events

    from advisor.tui.ledger.ledger_page import LedgerContext


def command_arguments(task: LedgerTask) -> list[str]:
    """The arguments of the command that does the same."""
    values, who = task.values, "--as" if task.kind in SIGNED else "--by"
    about = [values["source"]] if task.kind == "merge" else [str(task.number), *filter(None, [values.get("newer")])]
    given = [("--records", task.directory), ("--key", values["key"]), (who, values["by"])]
    given += [("--because", values["because"]), ("--signers", values.get("signers", ""))]
    given += [("--only", name) for name in values.get("only", "").replace(",", " ").split()]
    return ["records", task.kind, *about, *(f"{name}={text}" for name, text in given if text)]


BY = Field("by", "by", "Who does it, by name or e-mail address.", required=True)
BECAUSE = Field("because", "because", "Why, in a sentence.", required=True)
KEY = Field("key", "SSH key", "Signs it; empty: nobody vouches for these words. `by` is then who the key belongs to.")
SIGNATURE = (
    Field("by", "you are", "The name by which an allowed-signers file knows you.", required=True),
    Field("key", "SSH key", "A private key's file, or a public one your agent holds.", required=True),
    BECAUSE,
)
"""What an act takes that is nothing without a signature."""
TASK_KEY = Field("key", "SSH key", "Signs it, where a policy asks for that; empty: nobody vouches for it.")
REASON = BECAUSE._replace(required=False, hint="Why, in a sentence; empty: where they came from.")


class ActionForm(NamedTuple):
    """An act: its title, what it writes, what it takes, and what is pressed once one has read what it will do.

    An act without the last is done at once.
    """

    title: str
    writes: str
    fields: tuple[Field, ...]
    confirm: str = ""


ACTION_FORMS = {
    "sign": ActionForm(
        "Sign record {}",
        "Adds a sign-off to the ledger, with your signature over the bytes of record {}, after verifying it.",
        SIGNATURE,
    ),
    "disapprove": ActionForm(
        "Disapprove of record {}",
        "Adds your signed objection to record {}, after verifying it; until you sign it, nobody can accept it.",
        SIGNATURE,
    ),
    "accept": ActionForm(
        "Accept record {}",
        "Adds a record that says that record {} is accepted, if enough people have signed it and nobody disapproves.",
        (Field("signers", "signers asked", "How many must have signed, each with a key of their own.", required=True),
         BY, BECAUSE, KEY),
    ),
    "supersede": ActionForm(
        "Supersede record {}",
        "Adds a record that says that a newer decision takes the place of record {}.",
        (Field("newer", "newer record", "The number of the newer decision.", required=True), BY, BECAUSE, KEY),
    ),
    "withdraw": ActionForm(
        "Withdraw record {}",
        "Adds a record that says that record {} no longer holds, with nothing in its place.",
        (BY, BECAUSE, KEY),
    ),
    "redact": ActionForm(
        "Redact record {}",
        "Deletes names and free text of record {}, and adds a record that tells of it. Its bytes stay as they are.",
        (
            Field("only", "fields", "Such as deciders, by or because, with spaces between; empty: all of them."),
            BY,
            BECAUSE,
            TASK_KEY,
        ),
        "Delete them for good",
    ),
    "timestamp": ActionForm(
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
    "archive": ActionForm(
        "Archive the ledger",
        "Writes all records with what they pin, the verifier and the page on the format into one tar. Redacted names "
        "and text are left out.",
        (
            Field("archive", "archive", "The file to write, such as decisions.tar.", required=True),
            Field("bundle", "bundle", "The program's own bundle, to be kept with it; may stay empty."),
        ),
        "Write it",
    ),
    "merge": ActionForm(
        "Merge another branch",
        "Takes the records of another branch over as new ones that hold their bytes, digests and signatures.",
        (
            Field("source", "branch", "The folder of its ledger, or a revision of git.", required=True),
            BY,
            REASON,
            TASK_KEY,
        ),
        "Take them over",
    ),
}  # fmt: skip
SHOW = "Show what it will do"


class LedgerActionScreen(FormScreen):
    """Asks for what an act takes, shows what it will do where that is to be confirmed, and does it."""

    def __init__(self, ledger: LedgerContext, kind: str, number: int) -> None:
        about = ACTION_FORMS[kind]
        title = about.title.format(number)
        newer = str(ledger.marked) if ledger.marked > number else ""
        usual = {name: text for name, text in ledger.usual.items() if kind in SIGNED or name != "key"}
        given = {"signers": "1", "newer": newer, **usual, **ledger.typed.get((kind, number), {})}
        self._first = SHOW if about.confirm else title
        super().__init__(title, Form(about.fields, given, self._first))
        self.ledger, self._kind, self._number, self._about = ledger, kind, number, about
        self._planned: tuple[str, ...] = ()
        if about.confirm:
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
        self._planned, self.form.does = lines, self._about.confirm if lines else self._first

    def head(self) -> list[Line]:
        """Say what will be written; once that is known, what will happen."""
        if self._planned:
            told = [part for text in self._planned for part in wrapped(text, self.columns, "   ", "strong")]
            return [line("  ", ("This will happen:", "accent")), *told, BLANK]
        writes = self._about.writes.format(self._number)
        if not self._about.confirm:
            writes += f" Records are never rewritten: record {self._number} stays as it is, byte for byte."
        return [*wrapped(writes, self.columns, "  "), BLANK]

    def help(self) -> str:
        """Name the command that does the same."""
        of_all = {"archive": "export", "merge": "merge"}
        command = of_all.get(self._kind, f"{self._kind} {self._number}")
        return (
            f"The same in a shell: advisor records {command} --records {self.ledger.directory}; "
            "with --help it tells its options."
        )

    def submit(self) -> None:
        """Have it done, or find out what it will do."""
        self._keep()
        confirmed = bool(self._planned) or not self._about.confirm
        task = LedgerTask(self._kind, self.ledger.directory, self._number, self.form.values, confirmed)
        self.is_working = "Writing …" if confirmed else "Looking …"
        if self._kind in SIGNED:
            self.is_working = "Verifying the record, then signing it …"
        self.ledger.ledger_client.ask(task, lambda answer: self._on_answer(task, answer))
        self.redraw()

    def _on_answer(self, task: LedgerTask, answer: LedgerAnswer) -> None:
        if not isinstance(answer, Finished) or not self.can_be_drawn:
            return
        if answer.at_terminal:
            is_record = self._about.confirm or self._kind == "sign"
            what = f"{'' if is_record else 'the statement about '}record {task.number}"
            answer = run_at_terminal(self.app, command_arguments(task), what, task.values["key"])
        if not answer.ok:
            self._plan(())
            self.refuse(f"Nothing was written: {' '.join(answer.lines)}")
        elif task.confirmed:
            if not self._about.confirm:
                self.ledger.usual |= {name: task.values[name] for name in ("by", "key") if task.values[name]}
            self.ledger.typed.pop((self._kind, self._number), None)
            self.ledger.message = (" ".join(answer.lines), "good")
            self.finish()
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

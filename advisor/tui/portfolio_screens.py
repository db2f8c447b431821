"""The pages around a portfolio's table: the form that opens one, a workload at length, the terms, and saving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.knowledge.labels import label, question_of
from advisor.tui.ledger.ledger_page import RecordsAdded
from advisor.tui.portfolio_table import PortfolioScreen, how_typed
from advisor.tui.screen_actions import exported
from advisor.tui.verdict.overview import verdict_lines
from advisor.tui.widgets.form_screen import Field, Form, FormScreen
from advisor.tui.widgets.page import PAGING, SCROLLING, Page
from advisor.tui.widgets.styled_text import BLANK, Line, count_of, key_line, labeled, line, spread, wrapped
from advisor.tui.workers.messages import AssessMember, Finished, MemberAssessed, PortfolioEdit, Progress, SavePortfolio

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.tui.workers.messages import LedgerAnswer, PortfolioRow, PortfolioTable
    from advisor.tui.workers.worker_clients import LedgerClient


SAME = "The offer it has alone is the one it has in the joint answer."


class PortfolioWorkloadScreen(Page):
    """Shows a row of the table at length, and below it what the workload's own assessment says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back to the table", show=False),
        Binding("e", "export", "Export this as text, Markdown and picture", show=False),
        *SCROLLING,
        *PAGING,
    ]

    def __init__(self, row: PortfolioRow, table: PortfolioScreen) -> None:
        super().__init__()
        self._row, self._from = row, table
        self._assessment: Assessment | None = None
        self._said: tuple[str, str] = ("", "plain")

    def on_mount(self) -> None:
        """Ask for the verdict on this workload by itself."""
        request = AssessMember(str(self._from.path), self._from.edits, self._row.name)
        self._from.client.ask(request, self._on_answer)

    def _on_answer(self, answer: LedgerAnswer) -> None:
        if isinstance(answer, MemberAssessed):
            self._assessment = answer.assessment
        elif isinstance(answer, Finished):
            self._said = (" ".join(answer.lines), "bad")
        if self.can_be_drawn:
            self.redraw()

    def action_back(self) -> None:
        """Go back to the table; a verdict that is not there yet is not waited for."""
        if self._assessment is None and not self._said[0]:
            self._from.client.cancel()
        self.dismiss()

    def action_export(self) -> None:
        """Write this page to files next to the ledger."""
        self._said = exported(self, f"portfolio-{self._row.name}", self._page(), self._from.records.parent)
        self.redraw()

    def parts(self) -> dict[str, list[Line]]:
        """The title, the page, and the keys."""
        text, role = self._said
        said = [*wrapped(text, self.columns, "  ", role), BLANK] if text else []
        title = spread(
            line((self._row.name, "strong")), line(("in the portfolio and by itself", "muted")), self.columns
        )
        keys = (("↑↓", "scroll"), ("e", "export"), ("esc", "back to the table"), ("ctrl+p", "all keys"))
        return {"top": [title, BLANK], "body": [*said, *self._page()], "keys": [key_line(keys, self.columns)]}

    def _page(self) -> list[Line]:
        row, columns = self._row, self.columns
        added = "" if row.together_usd is None else f"; adds ${row.together_usd:,.0f} a month to the others"
        lines = [
            *labeled("alone", [f"{row.alone_offer}; ${row.alone_usd:,.0f} a month"], columns),
            *labeled("together", [f"{row.together_offer}{added}"], columns),
            *labeled("because", [row.because or SAME], columns, "strong" if row.differs else "plain"),
            BLANK,
        ]
        if self._assessment is not None:
            heading = line("   ", ("its verdict by itself, by medians and with its ties", "accent"))
            return [*lines, heading, BLANK, *verdict_lines(self._assessment, columns)]
        return lines if self._said[0] else [*lines, line("   ", ("Assessing this workload by itself …", "muted"))]


KINDS = (".toml", ".csv", ".json")
FILE = Field(
    "file", "file", "Workloads as TOML or CSV, or what measure usage --by … --format json wrote.", required=True
)
WHO = (
    Field("deciders", "decided by", "Names, with commas between them.", required=True),
    Field("reason", "reason", "Reason for the decision, in your words.", required=True),
)


class OpenPortfolioScreen(FormScreen):
    """Asks for the file of a portfolio."""

    def __init__(self, records: Path, client: LedgerClient) -> None:
        super().__init__("Open a portfolio", Form((FILE,), {}, "Open the portfolio"))
        self.records, self.client = records, client

    def head(self) -> list[Line]:
        """Say what this is."""
        what = "Many workloads with one team and one fleet: which offer each takes so that all together cost least."
        return [*wrapped(what, self.columns, "  "), BLANK]

    def help(self) -> str:
        """Name the command that does the same."""
        return "The same in a shell: advisor portfolio FILE --interactive; without the option it prints the answer."

    def submit(self) -> None:
        """Open the table, where there is such a file."""
        path = Path(self.form.values["file"]).expanduser()
        if path.suffix.lower() not in KINDS:
            self.refuse(f"{path}: a portfolio is a file named .toml, .csv or .json.")
        elif not path.is_file():
            self.refuse(f"{path}: there is no such file.")
        else:
            self.app.switch_screen(PortfolioScreen(path, self.records, self.client))


TERMS = (
    Field("most_gpus", "GPUs at most", "Own GPUs there are, a whole number; empty: no limit."),
    Field("most_fte", "people at most", "Sustained people (FTE) there are; empty: the sum of the people stated below."),
    Field(
        "discounts", "discounts",
        "Steps with ; between them: seller, dollars a month from which it holds, share taken off all of the bill, and "
        "committed where at least that bill is paid. For example azure 10000 10% committed; oci 5000 5%",
    ),
    Field("time_shared", "take turns", "May models take turns on the same cards, hour by hour? space changes.",
          choices=("no", "yes")),
    Field("sliced", "slices", "May cards be cut into slices, each with a model of its own? space changes.",
          choices=("no", "yes")),
)  # fmt: skip
STAFFING = {
    "staffing.ml_infra_fte": "model staff",
    "staffing.platform_fte": "platform staff",
    "staffing.evaluation_fte": "evaluators",
    "staffing.gpu_experience": "has run GPUs",
    "staffing.on_call": "on-call rota",
    "staffing.loaded_cost_usd": "cost a person",
}
"""Labels of the questions on staffing that have room in a form."""
SHARED = " It holds for all workloads."


class PortfolioTermsScreen(FormScreen):
    """Changes what all workloads share: limits, discounts and commitments, how cards are shared, and staffing."""

    def __init__(self, table: PortfolioScreen, found: PortfolioTable) -> None:
        self._table, self._given = table, dict(found.terms)
        known = {field.name: field for field in TERMS}
        fields = tuple(known.get(key) or _shared_field(key) for key in self._given)
        super().__init__("What all workloads share", Form(fields, self._given, "Find the joint answer"))
        self.form.at = 0

    def help(self) -> str:
        """Say what happens with it."""
        return (
            "Changes here are taken together; the joint answer is found again, and esc ends that and takes them back. "
            "They are kept by saving a record; the file is never changed. In the file they are most_gpus, most_fte, "
            "[[discounts]], time_shared, sliced and [shared.staffing]."
        )

    def submit(self) -> None:
        """Hand what was changed to the table."""
        values = self.form.values
        edits = tuple(PortfolioEdit("", key, values[key]) for key, was in self._given.items() if values[key] != was)
        self.dismiss()
        if edits:
            self._table.change(edits)


def _shared_field(key: str) -> Field:
    """A question about staffing, answered for all workloads at once."""
    question = question_of(key)
    how = "" if question is None else f" {how_typed(question)}"
    short = STAFFING.get(key) or key.rpartition(".")[2].replace("_", " ")
    return Field(key, short, f"{label(key)}{SHARED}{how}")


class SavePortfolioScreen(FormScreen):
    """Asks who decides, and why, and saves the portfolio with the answers changed in the table."""

    def __init__(self, table: PortfolioScreen, found: PortfolioTable) -> None:
        super().__init__("Save the portfolio", Form(WHO, table.typed, "Save the portfolio"))
        self._table, self._found = table, found

    def head(self) -> list[Line]:
        """Say what will be written, and where."""
        count = len(self._found.rows)
        changed = f", {count_of(len(self._table.edits), 'change')} made here included" if self._table.edits else ""
        writes = (
            f"Adds {count} decisions to {self._table.records}, one a workload, with their answers{changed}; then one "
            f"record that pins them with the joint answer: {self._found.notes[0]}."
        )
        return [*wrapped(writes, self.columns, "  "), BLANK]

    def help(self) -> str:
        """Name the command that does the same."""
        return f"The same in a shell, without changes: advisor portfolio {self._table.path} --save; see its --help."

    def submit(self) -> None:
        """Have it saved; the key that goes back ends it only while nothing is written."""
        self._keep()
        self.is_working = "Assessing each workload …"
        values, table = self.form.values, self._table
        request = SavePortfolio(str(table.path), table.edits, str(table.records), values["deciders"], values["reason"])
        table.client.ask(request, self._on_answer)
        self.redraw()

    def _on_answer(self, answer: LedgerAnswer) -> None:
        if not self.can_be_drawn:
            return
        if isinstance(answer, Progress):
            self.is_working = f"Assessed {answer.done} of {answer.of} {answer.noun} …"
            self.redraw()
        elif isinstance(answer, Finished) and not answer.ok:
            self.refuse(f"Not saved: {' '.join(answer.lines)}")
        elif isinstance(answer, Finished):
            said = " ".join(answer.lines)
            self._table.note_saved(said)
            self.post_message(RecordsAdded(said))
            self.finish()

    def action_back(self) -> None:
        """Go back; what was typed is there when one comes again, and a save under way is ended."""
        self._keep()
        if self.is_working:
            self._table.client.cancel()
        self.dismiss()

    def _keep(self) -> None:
        self._table.typed = self.form.values

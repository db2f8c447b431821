"""Open a portfolio file, and save its joint answer: what each takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from advisor.tui.portfolio.table_screen import PortfolioScreen
from advisor.tui.widgets.form_screen import Field, Form, FormScreen
from advisor.tui.widgets.styled_text import BLANK, wrapped
from advisor.tui.workers.messages import Finished, Progress, SavePortfolio

if TYPE_CHECKING:
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.messages import LedgerAnswer, PortfolioTable
    from advisor.tui.workers.worker_clients import LedgerClient

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


class SavePortfolioScreen(FormScreen):
    """Asks who decides, and why, and saves the portfolio with the answers changed in the table."""

    def __init__(self, table: PortfolioScreen, found: PortfolioTable) -> None:
        super().__init__("Save the portfolio", Form(WHO, table.typed, "Save the portfolio"))
        self._table, self._found = table, found

    def head(self) -> list[Line]:
        """Say what will be written, and where."""
        count = len(self._found.rows)
        changed = f", with {len(self._table.edits)} changed here" if self._table.edits else ""
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
            self._table.note_saved(" ".join(answer.lines))
            self.dismiss()

    def action_back(self) -> None:
        """Go back; what was typed is there when one comes again, and a save under way is ended."""
        self._keep()
        if self.is_working:
            self._table.client.cancel()
        self.dismiss()

    def _keep(self) -> None:
        self._table.typed = self.form.values

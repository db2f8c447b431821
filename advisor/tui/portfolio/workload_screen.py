"""One workload of a portfolio: its offer alone and together, why they differ, and its verdict by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.app.screen_actions import exported
from advisor.tui.verdict.overview import labeled, verdict_lines
from advisor.tui.widgets.page import DrawnPage
from advisor.tui.widgets.styled_text import BLANK, key_line, line, spread, wrapped
from advisor.tui.workers.messages import AssessMember, Finished, MemberAssessed

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.tui.portfolio.table_screen import PortfolioScreen
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.messages import LedgerAnswer, PortfolioRow

SAME = "The offer it has alone is the one it has in the joint answer."


class PortfolioWorkloadScreen(DrawnPage):
    """Shows a row of the table at length, and below it what the workload's own assessment says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back to the table", show=False),
        Binding("e", "export", "Export this as text, Markdown and picture", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("space,pagedown", "scroll(12)", "A page down", show=False),
        Binding("pageup", "scroll(-12)", "A page up", show=False),
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

"""What Textual's own lists and forms send for one key, beside the interface's: why its lists and forms are painted.

`python -m benchmarks.interface.interface_stock` prints the table in a minute; `… list`, `… table` and `… form` show
the widgets.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Footer, Input, OptionList

from benchmarks.interface.interface_keys import JUMP, REPLY_S, TAB
from benchmarks.interface.interface_wire import Program
from benchmarks.interface.table import OURS, Table

DOWN = "\x1b[B"
KEYS = 8
ITEMS = 18
"""As many as fit on a screen of 24 rows: nothing scrolls."""
MOST_OPEN, MOST_KEY = 4_000, 500
SHAPES = {"list": ("OptionList", DOWN), "table": ("DataTable", DOWN), "form": ("Input", TAB)}


class Stock(App[None]):
    """One stock widget, or six fields, over the stock footer; without borders and colors of its own."""

    CSS = """
    Screen, OptionList, DataTable, Input, Footer { background: ansi_default; border: none; padding: 0; }
    OptionList:focus, Input:focus { border: none; background-tint: ansi_default 0%; }
    OptionList, DataTable { height: 1fr; scrollbar-size: 0 0; }
    Input { height: 1; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding("ctrl+s", "quit", "Save"), Binding("escape", "quit", "Back")]

    def __init__(self, shape: str) -> None:
        super().__init__(ansi_color=True)
        self._shape = shape

    def compose(self) -> ComposeResult:
        """Lay out the widgets of the shape."""
        if self._shape == "list":
            yield OptionList(*(f"Question {place}: how far may the data travel" for place in range(ITEMS)))
        elif self._shape == "table":
            yield DataTable(cursor_type="row")
        else:
            yield from (Input(f"text {place}", select_on_focus=False) for place in range(6))
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table."""
        for table in self.query(DataTable):
            table.add_columns("route", "offer", "dollars a month")
            table.add_rows((f"route {place}", "an offer", f"${place},000") for place in range(ITEMS))


def measure(table: Table, name: str, program: Program, keys: Iterable[str], opened: int) -> None:
    """Press the keys; the bytes of each, and those of the first paint."""
    sizes = []
    for key in keys:
        program.send(key)
        sizes.append(len(program.read_for(REPLY_S).data))
    table.put("bytes to open", name, opened, MOST_OPEN)
    table.put("bytes of a move, median", name, median(sizes), MOST_KEY)
    program.stop()


def main() -> None:
    """Measure every stock shape, then the interface's list of questions."""
    ours = f"{OURS}, list of questions"
    table = Table([ours, *(name for name, _ in SHAPES.values())])
    with TemporaryDirectory() as home:
        for shape, (name, key) in SHAPES.items():
            program = Program([sys.executable, "-m", "benchmarks.interface.interface_stock", shape], Path(home) / shape)
            measure(table, name, program, [key] * KEYS, len(program.open().data))
        command = [str(Path(sys.executable).with_name("advisor")), "ask", "--questionnaire", "quick"]
        program = Program(command, Path(home) / "ours")
        program.open()
        program.read_for(4.0)
        program.send(JUMP)
        measure(table, ours, program, [DOWN] * KEYS, len(program.read(REPLY_S).data))
    print(table.text)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Stock(sys.argv[1]).run(mouse=False)
    else:
        main()

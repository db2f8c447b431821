"""The least a Textual program can be: one line of text, or one line to type in. What the interface is measured against.

Run `python -m benchmarks.interface.interface_floor static` or `… input`.
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widget import Widget


class Floor(App[None]):
    """Shows one widget and nothing else."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self._widget = widget

    def compose(self) -> ComposeResult:
        yield self._widget


def main() -> None:
    if sys.argv[1] == "input":
        from textual.widgets import Input

        Floor(Input()).run()
    else:
        from textual.widgets import Static

        Floor(Static("inference advisor")).run()


if __name__ == "__main__":
    main()

"""A table of measurements: a row each, a column for every program, and a target that the interface must meet."""

from __future__ import annotations

from collections.abc import Sequence

OURS = "advisor"
"""Columns that begin so are held to the targets; the others are there to compare with."""


class Table:
    """Rows are made as they are first written to, in that order."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = list(columns)
        self._rows: dict[str, dict[str, str]] = {}
        self._targets: dict[str, str] = {}
        self.missed: list[str] = []

    def put(self, row: str, column: str, value: float, most: float | None = None) -> None:
        """Write a value, which may be `most` at the most."""
        self._write(row, column, _figure(value), value, most)

    def put_ratio(
        self, row: str, column: str, value: float, floor: float, most: float | None = None, unit: str = "ms"
    ) -> None:
        """Write a value with its ratio to the floor, which may be `most` at the most. Seconds are shown in ms."""
        shown = value * 1e3 if unit == "ms" else value
        self._write(row, column, f"{value / floor:.2f} ({_figure(shown)} {unit})", value / floor, most)

    def _write(self, row: str, column: str, text: str, value: float, most: float | None) -> None:
        self._rows.setdefault(row, {})[column] = text
        if most is None:
            return
        self._targets[row] = f"at most {most:g}"
        if column.startswith(OURS) and value > most:
            self._rows[row][column] = f"{text} MISSED"
            self.missed.append(f"{row}, {column}")

    @property
    def text(self) -> str:
        """The table as Markdown."""
        head = ["", *self._columns, "target"]
        lines = [head, ["---"] * len(head)]
        for row, cells in self._rows.items():
            lines.append([row, *(cells.get(column, "–") for column in self._columns), self._targets.get(row, "–")])
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"

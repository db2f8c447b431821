"""The validation printed on the page about sizing is what the shipped figures give."""

from __future__ import annotations

from benchmarks.sizing.fit_throughput import BEGIN, END, PAGE, page_tables, shipped


def test_the_tables_on_the_page_are_those_of_the_shipped_figures() -> None:
    calibration, _, rows = shipped()
    text = PAGE.read_text(encoding="utf-8")
    assert text.split(BEGIN)[1].split(END)[0].strip() == page_tables(rows, calibration).strip()

"""Charts of text: golden at two widths and in both charsets, true to their numbers, never wider than asked."""

from __future__ import annotations

from math import isclose
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.report.charts import ASCII, UNICODE, Charset, RangeRow, range_bars, tornado
from advisor.report.curve_chart import Grid, Mark, Series, cost_curves, decade, read

GOLDEN = Path(__file__).parent / "golden"
CHARSETS = {"unicode": UNICODE, "ascii": ASCII}
VOLUMES = tuple(10.0 ** (6 + step / 4) for step in range(21))
API = tuple(20e-6 * at for at in VOLUMES)
FLEET = tuple(12_000 + 4e-6 * at for at in VOLUMES)
CURVES = (
    Series("self-host", VOLUMES, tuple(0.8 * cost for cost in FLEET), FLEET, tuple(1.3 * cost for cost in FLEET)),
    Series("hosted-api", VOLUMES, API, API, API),
)
MARKS = (Mark("you", 2e8), Mark("crossing", 7.5e8, 5.5e8, 1.2e9), Mark("far", 9e10))
RANGES = (
    RangeRow("hosted-api", 101_000, 153_000, 220_000),
    RangeRow("managed-open", 618, 1_151, 1_965),
    RangeRow("self-host", 208_000, 284_000, 382_000),
)
SWINGS = (("volume.output_tokens", 1900.0), ("economics.discount", 13.1), ("volume.cached_share", 410.0))


def drawn(width: int, charset: Charset) -> str:
    parts = (range_bars(RANGES, width, charset), cost_curves(CURVES, MARKS, width, 12, charset))
    return "\n\n".join("\n".join(part) for part in (*parts, tornado(SWINGS, width, charset))) + "\n"


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", CHARSETS)
def test_the_charts_are_as_they_were_looked_at(width: int, name: str) -> None:
    text = drawn(width, CHARSETS[name])
    assert text == (GOLDEN / f"charts-{name}-{width}.txt").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= width
    assert name == "unicode" or text.isascii()


@given(
    st.lists(st.tuples(*[st.floats(0.01, 1e7)] * 3), min_size=1, max_size=5), st.integers(60, 140)
)  # fmt: skip
def test_a_wider_range_never_has_a_shorter_bar(triples: list[tuple[float, float, float]], width: int) -> None:
    rows = [RangeRow("route", *sorted(each)) for each in triples]
    lines = range_bars(rows, width)[1:]
    assert all(len(line) <= width for line in range_bars(rows, width))
    marks = [line.count("━") + line.count("●") for line in lines]
    widths = [row.p90 - row.p10 for row in rows]
    widest = widths.index(max(widths))
    assert all(marks[widest] >= count - 1 for count in marks)
    assert all(line.count("●") == 1 for line in lines)


@given(st.floats(1e6, 1e11))
def test_a_curve_read_between_its_points_follows_the_power_law_it_was_drawn_from(volume: float) -> None:
    assert isclose(read(VOLUMES, API, volume), 20e-6 * volume, rel_tol=1e-9)


@given(st.floats(1e6, 1e11), st.floats(1e6, 1e11))
def test_a_larger_volume_is_never_further_left_and_a_larger_cost_never_lower(one: float, other: float) -> None:
    grid = Grid.around(CURVES, 80, 12)
    assert grid is not None
    low, high = sorted((one, other))
    assert grid.column(low) <= grid.column(high)
    assert grid.row(low) >= grid.row(high)


def test_the_curves_cross_in_the_column_that_the_mark_points_at() -> None:
    grid = Grid.around(CURVES, 80, 12)
    assert grid is not None
    crossing = 12_000 / (20e-6 - 4e-6)
    below, above = grid.volume(grid.column(crossing) - 1), grid.volume(grid.column(crossing) + 1)
    assert read(VOLUMES, FLEET, below) > read(VOLUMES, API, below)
    assert read(VOLUMES, FLEET, above) < read(VOLUMES, API, above)


def test_nothing_to_draw_gives_no_lines() -> None:
    assert range_bars((), 80) == []
    assert tornado((("volume.output_tokens", 0.0),), 80) == []
    assert cost_curves((), (), 80) == []
    flat = Series("self-host", (1e6,), (1.0,), (1.0,), (1.0,))
    assert cost_curves((flat,), (), 80) == []


def test_a_crossing_that_never_comes_has_no_pointer_and_an_open_end_says_never() -> None:
    lines = cost_curves(CURVES, (Mark("crossing", float("inf")),), 80)
    assert not any("crossing" in line for line in lines)
    lines = cost_curves(CURVES, (Mark("crossing", 1e9, 5e8, float("inf")),), 80)
    assert lines[-1].strip() == "▲ crossing 1B, 500M–never"


@pytest.mark.parametrize(("power", "text"), [(-2, "0.01"), (0, "1"), (2, "100"), (3, "1k"), (8, "100M"), (12, "1T")])
def test_a_decade_is_written_in_few_letters(power: int, text: str) -> None:
    assert decade(power) == text


def write() -> None:
    """Draw the golden files anew, to be looked at before they are kept."""
    for name, charset in CHARSETS.items():
        for width in (80, 120):
            (GOLDEN / f"charts-{name}-{width}.txt").write_text(drawn(width, charset), encoding="utf-8")


if __name__ == "__main__":
    write()

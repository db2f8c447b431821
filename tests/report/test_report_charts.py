"""What a chart of cost against volume spans, and how its scale is labeled."""

from __future__ import annotations

import pytest

from advisor.report.log_chart import crossing_sentences, crossings, sizing_chart
from advisor.report.svg import Series, cost_chart, decade, rate_chart, scales_around, volume_text
from advisor.sizing.sizing_report import RatePoint
from advisor.text import ascii_text

VOLUMES = (1e6, 1e8, 1e11)
FLEET = Series("self-host", VOLUMES, (9e3, 9e3, 3e5), (1.2e4, 1.3e4, 4e5), (1.6e4, 1.7e4, 6e5))
API = Series("hosted-api", VOLUMES, (20, 2e3, 2e6), (20, 2e3, 2e6), (20, 2e3, 2e6))


def test_the_decades_hold_every_curve() -> None:
    scales = scales_around((FLEET, API))
    assert scales is not None
    across, up = scales
    assert (across.low, across.high, up.low) == pytest.approx((6, 11, 1))
    assert up.high == pytest.approx(7)  # the decade above the largest cost, 2e6


def test_nothing_to_draw_has_no_decades() -> None:
    flat = Series("one", (1e6,), (1.0,), (1.0,), (1.0,))
    assert scales_around(()) is None
    assert scales_around((flat,)) is None


CURVE = tuple(
    RatePoint(2**power, rate, time, layout)
    for power, (rate, time, layout) in enumerate(((22.0, 11.4, "tp4"), (161.0, 12.3, "tp4"), (1427.0, 77.0, "dp4·ep4")))
)


def test_the_curve_of_a_sizing_is_drawn_within_its_axes_with_each_layout_marked() -> None:
    lines = sizing_chart(CURVE, 60, 30.0)
    text = "\n".join(lines)
    assert all(len(line) <= 60 for line in lines)
    assert "• tensor 4  × data 4, expert 4" in lines[0]
    assert (text.count("•"), text.count("×")) == (3, 2)  # the legend's own mark included
    assert "▲ planned at 30.0 ms" in text or "planned at 30.0 ms ▲" in text
    assert ascii_text(text).isascii()
    assert sizing_chart((), 60) == sizing_chart(CURVE[:1], 60) == sizing_chart(CURVE, 20) == []


def test_the_page_s_curve_has_a_dot_for_each_load_and_says_its_figures() -> None:
    drawn = rate_chart(CURVE, 30.0, "a")
    assert drawn.count("<circle") == len(CURVE)
    assert "77.0 ms: 1,427 tokens/s, data 4, expert 4" in drawn
    assert "planned at 30.0 ms" in drawn
    assert "planned" not in rate_chart(CURVE, 0.0, "a")
    assert rate_chart(CURVE[:1], 30.0, "a") == ""


def test_where_curves_meet_stands_a_number_that_a_sentence_explains() -> None:
    volumes = (1e6, 1e7, 1e8, 1e9)
    fleet, api = (2000.0,) * 4, tuple(at * 20e-6 for at in volumes)
    found = crossings(
        {"self-host": list(zip(volumes, fleet, strict=True)), "hosted-api": list(zip(volumes, api, strict=True))}
    )
    assert [one.volume for one in found] == pytest.approx([1e8])
    assert [one.dollars for one in found] == pytest.approx([2000.0])
    assert crossing_sentences(found) == ["1 from 100M self-hosted costs less than vendor API"]
    series = [Series("own", volumes, fleet, fleet, fleet), Series("api", volumes, api, api, api)]
    drawn = cost_chart(series, (), "a", [(one.volume, one.dollars) for one in found])
    assert drawn.count("<circle") == 1
    assert 'text-anchor="middle">1</text>' in drawn
    assert "<circle" not in cost_chart(series, (), "a")


def test_a_volume_that_is_never_reached_says_so() -> None:
    assert (volume_text(815e6), volume_text(float("inf"))) == ("815M", "never")


@pytest.mark.parametrize(("power", "text"), [(-2, "0.01"), (0, "1"), (2, "100"), (3, "1k"), (8, "100M"), (12, "1T")])
def test_a_decade_is_written_in_few_letters(power: int, text: str) -> None:
    assert decade(power) == text

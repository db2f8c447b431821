"""What a chart of cost against volume spans, and how its scale is labeled."""

from __future__ import annotations

import pytest

from advisor.report.html_page.curve_chart import Grid, Series, decade, volume_text

VOLUMES = (1e6, 1e8, 1e11)
FLEET = Series("self-host", VOLUMES, (9e3, 9e3, 3e5), (1.2e4, 1.3e4, 4e5), (1.6e4, 1.7e4, 6e5))
API = Series("hosted-api", VOLUMES, (20, 2e3, 2e6), (20, 2e3, 2e6), (20, 2e3, 2e6))


def test_the_decades_hold_every_curve() -> None:
    grid = Grid.around((FLEET, API))
    assert grid is not None
    assert (grid.left, grid.right, grid.bottom) == pytest.approx((6, 11, 1))
    assert grid.top == pytest.approx(7)  # the decade above the largest cost, 2e6


def test_nothing_to_draw_has_no_decades() -> None:
    flat = Series("one", (1e6,), (1.0,), (1.0,), (1.0,))
    assert Grid.around(()) is None
    assert Grid.around((flat,)) is None


def test_a_volume_that_is_never_reached_says_so() -> None:
    assert (volume_text(815e6), volume_text(float("inf"))) == ("815M", "never")


@pytest.mark.parametrize(("power", "text"), [(-2, "0.01"), (0, "1"), (2, "100"), (3, "1k"), (8, "100M"), (12, "1T")])
def test_a_decade_is_written_in_few_letters(power: int, text: str) -> None:
    assert decade(power) == text

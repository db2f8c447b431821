"""What is drawn when: a closed page never, a question out of sight by turning the page, a first screen alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.geometry import Size

from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.verdict.screen import VerdictScreen
from advisor.tui.widgets.line_view import Lines
from advisor.tui.widgets.styled_text import line
from tests.terminal.canned import app_in

HEIGHT, COLUMNS = 10, 20


class Window(Lines):
    """Twenty lines seen through ten, without a screen around them."""

    def __init__(self) -> None:
        super().__init__([line(str(number)) for number in range(20)])

    @property
    def size(self) -> Size:
        """A size that no layout gave."""
        return Size(COLUMNS, HEIGHT)


@pytest.mark.parametrize(
    ("at", "start", "end", "shown"),
    [
        (0, 3, 6, 0),  # in sight: nothing moves
        (0, 8, 12, 8),  # below: it comes to the top, and what follows is in sight with it
        (0, 17, 20, 10),  # the last page is a full one
        (10, 6, 9, 0),  # above: it comes to the bottom, and what precedes is in sight with it
        (10, 9, 12, 2),
        (0, 5, 18, 5),  # taller than the window: its beginning matters most
        (10, 0, 13, 0),
    ],
)
def test_a_question_out_of_sight_turns_the_page(at: int, start: int, end: int, shown: int) -> None:
    window = Window()
    window.scroll(at)
    window.turn_to(start, end)
    assert window.first == shown
    window.turn_to(start, end)
    assert window.first == shown


async def test_a_page_that_was_closed_is_not_drawn(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f2")
        await pilot.pause()
        closed = app.screen
        assert isinstance(closed, VerdictScreen)
        app.pop_screen()
        await pilot.pause()
        closed.on_screen_resume()
        closed.on_resize(events.Resize(Size(80, 24), Size(80, 24)))
        assert isinstance(app.screen, InterviewScreen)


async def test_the_first_screen_has_no_other_below_it(tmp_path: Path) -> None:
    for questionnaire in ("", "quick"):
        app = app_in(tmp_path, questionnaire)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert len(app.screen_stack) == 1

"""A form takes what is typed and pasted, line by line, and never loses what was typed before."""

from __future__ import annotations

from advisor.tui.widgets.form_screen import Field, Form
from advisor.tui.widgets.styled_text import plain_text

FIELDS = (
    Field("who", "who", "Your name.", required=True),
    Field("why", "why"),
    Field("keep", "keep", choices=("yes", "no")),
)


def typed(form: Form, text: str) -> None:
    for character in text:
        assert form.press(character, character)


def test_lines_are_filled_in_one_after_the_other_and_the_last_stop_does_it() -> None:
    form = Form(FIELDS, {}, "Do it")
    assert form.missing == "who"
    typed(form, "ada")
    assert form.press("enter", None)
    typed(form, "it is time")
    assert form.press("tab", None)
    assert form.press("space", " ")
    assert form.press("down", None)
    assert form.is_at_end
    assert not form.press("x", "x"), "nothing is typed there"
    assert form.values == {"who": "ada", "why": "it is time", "keep": "no"}
    assert form.missing == ""


def test_it_begins_at_the_first_line_that_is_empty() -> None:
    assert Form(FIELDS, {"who": "ada"}, "Do it").at == 1


def test_what_becomes_known_later_fills_only_what_is_empty() -> None:
    form = Form(FIELDS, {}, "Do it")
    typed(form, "ben")
    form.fill({"who": "ada", "why": "because"})
    assert form.values == {"who": "ben", "why": "because", "keep": "yes"}


def test_pasted_text_becomes_one_line() -> None:
    form = Form(FIELDS, {}, "Do it")
    form.paste("two\nlines\tof it ")
    assert form.values["who"] == "two lines of it"
    form.go_to("keep")
    form.paste("maybe")
    assert form.values["keep"] == "yes"


def test_a_long_text_is_seen_whole_while_it_is_typed() -> None:
    form = Form(FIELDS, {}, "Do it")
    typed(form, "word " * 60)
    shown = plain_text(form.lines(58))
    assert shown.count("word") == 60
    assert max(map(len, shown.splitlines())) <= 58
    start, end = form.selected_rows(58)
    assert (start, end) == (0, len(form.lines(58)) - 4)


def test_an_empty_line_says_whether_it_may_stay_so() -> None:
    form = Form(FIELDS, {}, "Do it")
    form.go_to("keep")
    shown = plain_text(form.lines(58))
    assert "who            > must be filled in" in shown
    assert "why            > –" in shown
    assert "(•) yes   ( ) no" in shown

"""Lines of the prompts are broken between words, and lose nothing by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advisor.plain.plain_interview import NARROWEST, broken

WORDS = st.lists(st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=12), min_size=1, max_size=30)


@given(words=WORDS, indent=st.integers(0, 6), columns=st.integers(NARROWEST, 100))
def test_every_row_fits_and_every_word_stays_whole(words: list[str], indent: int, columns: int) -> None:
    text = broken(" " * indent + " ".join(words), columns)
    assert all(len(row) <= columns for row in text.split("\n"))
    assert text.split() == words


def test_a_pipe_gets_the_line_as_it_is() -> None:
    line = "  1  " + "a long line " * 20
    assert broken(line, 0) == line


def test_what_goes_on_is_indented_under_what_began() -> None:
    assert broken("  2  Every question there is", 20) == "  2  Every question\n    there is"

"""The program speaks plain technical English: `banned-wording.toml` says which wording it does not use."""

from __future__ import annotations

import pytest

from tests.house.wording import all_found, banned, find


def test_no_text_uses_banned_wording() -> None:
    found = [str(one) for one in all_found()]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["the range is turned round", "the record in hand", "is no TOML", "a dearer model", "told beside it", "ANEW"],
)
def test_a_banned_wording_is_found(text: str) -> None:
    assert [one.line for one in find("advisor/x.py", f"\n{text}", banned())] == [2]


def test_words_that_only_look_like_it_are_not() -> None:
    assert not list(find("advisor/x.py", "a handsome endearment in handling; is not a record; renewed", banned()))

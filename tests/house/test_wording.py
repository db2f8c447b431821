"""The program speaks plain technical English: `banned-wording.toml` says which wording it does not use."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.house.wording import all_found, banned, find

KNOWN = tomllib.loads(Path(__file__).with_name("known.toml").read_text("utf-8"))["wording"]


def test_no_text_uses_banned_wording() -> None:
    found = all_found()
    counts = Counter(one.area for one in found)
    over = [str(one) for one in found if counts[one.area] > KNOWN.get(one.area, 0)]
    assert not over, "\n".join(over)


@pytest.mark.parametrize(
    "text",
    ["the range is turned round", "the record in hand", "is no TOML", "a dearer model", "told beside it", "ANEW"],
)
def test_a_banned_wording_is_found(text: str) -> None:
    assert [one.line for one in find("advisor/x.py", f"\n{text}", banned())] == [2]


def test_words_that_only_look_like_it_are_not() -> None:
    assert not list(find("advisor/x.py", "a handsome endearment in handling; is not a record; renewed", banned()))

"""The page of the hospital's interview has all its pictures, and its recording plays to the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from xml.etree import ElementTree

import pytest

from tests.terminal.cast import bytes_of
from tests.terminal.hospital_page import CAST, IN_SHORT, PAGE, PICTURES, moments, page, picture_path
from tests.terminal.tmux import Tmux

LARGEST_CAST = 300_000


def test_the_page_shows_every_picture_and_no_other_is_kept() -> None:
    assert page() == PAGE.read_text("utf-8")
    assert set(PICTURES.glob("hospital-*.svg")) == set(map(picture_path, (*moments(), *IN_SHORT)))
    for moment in (*moments(), *IN_SHORT):
        assert ElementTree.parse(picture_path(moment)).getroot().tag.endswith("svg")


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Tmux]:
    played = tmp_path / "bytes"
    played.write_text(bytes_of(CAST.read_text("utf-8")), "utf-8")
    program = f"sh -c {quote(f'stty -echo raw; cat {quote(str(played))}')}"
    with Tmux(tmp_path, "", {"LANG": "C.UTF-8"}, (80, 24), program=program) as tmux:
        yield tmux


def test_the_recording_ends_in_the_record(player: Tmux) -> None:
    header = json.loads(CAST.read_text("utf-8").splitlines()[0])
    assert CAST.stat().st_size <= LARGEST_CAST
    assert (header["version"], header["width"], header["height"]) == (2, 80, 24)
    player.wait(lambda screen: "replay     same" in screen)

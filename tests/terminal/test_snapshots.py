"""Every screen and view looks as it did when someone last looked at it."""

from __future__ import annotations

import html
import re

import pytest

from tests.terminal.scenes import FOLDER, LOOKS, SIZES, TOURS, path_of, pictures

INKS = 3
"""Plain, dim, and what stands in reverse."""
REDRAW = "look at it; if it is meant, draw them again: python -m tests.terminal.take_snapshots"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("look", LOOKS)
async def test_screens_look_as_they_did(look: str, size: tuple[int, int]) -> None:
    drawn = await pictures(look, size)
    changed = [path.name for path, svg in drawn.items() if not path.exists() or path.read_text("utf-8") != svg]
    assert not changed, REDRAW


def test_no_snapshot_is_of_a_scene_that_is_gone() -> None:
    scenes = [scene for tour in TOURS for scene in tour.stops]
    known = {path_of(scene, look, size) for scene in scenes for look in LOOKS for size in SIZES}
    assert set(FOLDER.glob("*.svg")) == known


def test_in_ascii_no_picture_has_another_character() -> None:
    for path in FOLDER.glob("*-ascii-*.svg"):
        texts = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text("utf-8")))
        assert html.unescape(texts).replace("\u00a0", " ").isascii(), path.name


def test_without_color_no_picture_has_a_color() -> None:
    """Text is plain or dim; the title bar of the picture itself has colors of its own."""
    for path in FOLDER.glob("*-no-color-*.svg"):
        inks = set(re.findall(r"-r[0-9]+ \{ fill: (#[0-9a-f]+)", path.read_text("utf-8")))
        assert len(inks) <= INKS, (path.name, inks)

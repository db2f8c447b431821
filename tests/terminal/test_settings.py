"""What is set once holds in every interview, and a mistake in the file is named by file and key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from advisor.errors import BadInput
from advisor.tui import theme
from advisor.tui.settings import ACTIONS, THEMES, Settings, read_settings, settings_path
from advisor.tui.verdict_screen import VerdictScreen
from tests.terminal.canned import SHEETS, app_in
from tests.terminal.wire import Wire

GOOD = """\
questionnaire = "quick"
records = "/srv/decisions"
theme = "advisor-dark"
mouse = false
[keys]
verdict = "f5"
"""
MOUSE_ON, MOUSE_OFF, LEAVE = b"\x1b[?1000h", b"\x1b[?1000l", b"\x1b[?1049l"


def test_the_file_lies_under_the_xdg_folder() -> None:
    assert settings_path({"HOME": "/h"}) == Path("/h/.config/advisor/config.toml")
    assert settings_path({"HOME": "/h", "XDG_CONFIG_HOME": "/c"}) == Path("/c/advisor/config.toml")
    assert settings_path({"HOME": "/h", "XDG_CONFIG_HOME": "relative"}) == Path("/h/.config/advisor/config.toml")


def test_without_a_file_everything_is_as_usual(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "config.toml", SHEETS) == Settings()


def test_every_setting_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(GOOD, "utf-8")
    expected = Settings("quick", "/srv/decisions", "advisor-dark", False, {"verdict": "f5"})
    assert read_settings(path, SHEETS) == expected


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ('teme = "advisor-dark"', "teme", "'theme'"),
        ('theme = "advisor-drak"', "theme", "'advisor-dark'"),
        ('questionnaire = "quik"', "questionnaire", "'quick'"),
        ("records = 3", "records", "a text in quotes"),
        ('mouse = "no"', "mouse", "true or false"),
        ("keys = 3", "keys", "is no table"),
        ('[keys]\nverdit = "f5"', "keys.verdit", "'verdict'"),
        ('[keys]\nverdict = "x"', "keys.verdict", "f1 to f24"),
        ('[keys]\nverdict = "ctrl+m"', "keys.verdict", "f1 to f24"),
        ('[keys]\nverdict = "f3"', "keys.verdict", "the key of matters"),
        ('[keys]\nverdict = "f5"\nsave = "f5"', "keys.save", "the key of verdict"),
        ("theme = ", "", "is no TOML"),
    ],
)
def test_a_mistake_is_named_by_file_and_key(tmp_path: Path, text: str, key: str, says: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput) as raised:
        read_settings(path, SHEETS)
    assert raised.value.where == (f"{path}: {key}" if key else str(path))
    assert says in raised.value.sentence


def test_the_themes_that_may_be_set_are_those_there_are() -> None:
    assert {known.name for known in (theme.TERMINAL, theme.MONOCHROME, theme.DARK, theme.LIGHT)} == set(THEMES)


async def test_every_action_takes_a_second_key_and_keeps_its_own(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    keys = dict(zip(ACTIONS, ("f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "ctrl+g"), strict=True))
    settings = Settings(theme="advisor-light", keys=keys)
    app = type(app)(replace(app.opening, settings=settings), app.assessor)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.theme == "advisor-light"
        bound = {key: active.binding.id for key, active in app.screen.active_bindings.items()}
        assert {bound[key] for key in keys.values()} == set(ACTIONS)
        assert {bound[key] for key in ACTIONS.values()} == set(ACTIONS)
        await pilot.press("ctrl+g")
        assert isinstance(app.screen, VerdictScreen)


@pytest.mark.parametrize("arguments", [(), ("--no-mouse",)])
def test_the_terminal_is_given_back_as_it_was(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    wire = Wire(tmp_path, "ask", "--questionnaire", "quick", *arguments)
    try:
        sent = wire.read("What does the model")
        wire.send("\x11")
        ended = wire.read(LEAVE.decode())
        assert (MOUSE_ON in sent) == (not arguments)
        assert (MOUSE_OFF in ended) == (not arguments)
        assert b"\x1b[?25h" in ended
    finally:
        wire.stop()


def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    path = settings_path({"HOME": str(tmp_path)})
    path.parent.mkdir(parents=True)
    path.write_text('theme = "drak"', "utf-8")
    wire = Wire(tmp_path, "ask")
    try:
        said = wire.read("advisor:")
        assert b"config.toml: theme: no theme" in said.replace(b"\r\n", b"")
        assert b"Traceback" not in said
    finally:
        wire.stop()

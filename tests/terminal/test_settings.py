"""What is set once holds in every interview, and a mistake in the file is named by file and key."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from textual.binding import Binding

from advisor import tui
from advisor.errors import BadInput
from advisor.paths import settings_path
from advisor.tui import theme
from advisor.tui.app import AdvisorApp
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.settings import ACTIONS, THEMES, Settings, read_settings
from advisor.tui.verdict.screen import VerdictScreen
from advisor.tui.widgets.menu import MenuScreen
from advisor.tui.widgets.page import Page
from tests.terminal.canned import SHEETS, app_in
from tests.terminal.test_screens import painted
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
        ("keys = 3", "keys", "is not a table"),
        ('[keys]\nverdit = "f5"', "keys.verdit", "'verdict'"),
        ('[keys]\nverdict = "x"', "keys.verdict", "f1 to f24"),
        ('[keys]\nverdict = "ctrl+m"', "keys.verdict", "f1 to f24"),
        ('[keys]\nverdict = "f3"', "keys.verdict", "the key of matters"),
        ('[keys]\nverdict = "f5"\nsave = "f5"', "keys.save", "the key of verdict"),
        ("theme = ", "", "is not valid TOML"),
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


def on(app: AdvisorApp, screen: type[Page]) -> bool:
    """Whether a screen of this type is shown."""
    return type(app.screen) is screen


async def test_every_action_takes_a_second_key_and_keeps_its_own(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    settings = Settings(theme="advisor-light", keys={"verdict": "ctrl+g", "what-if": "f13", "view-4": "f11"})
    app = type(app)(app.options._replace(settings=settings), app.assess_client)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.theme == "advisor-light"
        await pilot.press("f13")
        assert on(app, InterviewScreen)  # nothing is typed, and nothing opens where w means nothing
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert on(app, VerdictScreen)
        await pilot.press("f11")
        by_second = painted(app)
        await pilot.press("0", "4")
        assert painted(app) == by_second
        await pilot.press("0", "ctrl+g")  # what f2 does here: back
        await pilot.pause()
        assert on(app, InterviewScreen)
        await pilot.press("f2", "f13")
        await pilot.pause()
        assert on(app, MenuScreen)


async def test_a_second_key_can_say_unknown_in_a_text_field(tmp_path: Path) -> None:
    app = app_in(tmp_path, "full")
    app = type(app)(app.options._replace(settings=Settings(keys={"unknown": "f12"})), app.assess_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f12")
        assert app.controller is not None
        assert app.controller.state.unknown == {"workload.name"}


def screens() -> list[type[Page]]:
    """Every screen of the interface, by importing every module of it."""
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        if ".workers" not in module.name:
            importlib.import_module(module.name)
    found, waiting = [], [Page]
    while waiting:
        screen = waiting.pop()
        found.append(screen)
        waiting += screen.__subclasses__()
    return found


MOVES = {"escape", "enter", "tab", "shift+tab", "up", "down", "left", "right", "space", "ctrl+c"}
MOVES |= {"pageup", "pagedown", "home", "end"}
ACTS = ("accept", "disapprove", "redact", "sign", "supersede", "timestamp", "withdraw")
ALSO_BY_LETTER = {"close", "diff", "mark", "verify", *(f"act('{act}')" for act in ACTS)}


def test_every_key_of_every_screen_can_be_given_a_second_one() -> None:
    listed = [*AdvisorApp.BINDINGS, *(one for screen in screens() for one in vars(screen).get("BINDINGS", ()))]
    bindings = [one for one in listed if isinstance(one, Binding)]
    assert len(bindings) > 60
    named = set(ACTIONS.values()) | MOVES
    unnamed = {
        f"{one.key}: {one.action}"
        for one in bindings
        if not set(one.key.split(",")) & named and one.action not in ALSO_BY_LETTER
    }
    assert unnamed == set()


@pytest.mark.parametrize("arguments", [(), ("--no-mouse",)])
def test_the_terminal_is_given_back_as_it_was(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with Wire(tmp_path, "ask", "--questionnaire", "quick", *arguments) as wire:
        sent = wire.read("What does the model")
        wire.send("\x11")
        ended = wire.read(LEAVE.decode())
        assert (MOUSE_ON in sent) == (not arguments)
        assert (MOUSE_OFF in ended) == (not arguments)
        assert b"\x1b[?25h" in ended


def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    path = settings_path({"HOME": str(tmp_path)})
    path.parent.mkdir(parents=True)
    path.write_text('theme = "drak"', "utf-8")
    with Wire(tmp_path, "ask") as wire:
        said = wire.read("advisor:")
        assert b"config.toml: theme: no theme" in said.replace(b"\r\n", b"")
        assert b"Traceback" not in said


def test_the_page_of_keys_names_every_action() -> None:
    text = (Path(__file__).parents[2] / "docs" / "keys.md").read_text("utf-8")
    named = set(re.findall(r"[a-z]+(?:-[a-z0-9]+)*", text))
    assert {action for action in ACTIONS if not action.startswith("view-")} <= named

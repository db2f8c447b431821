"""Colors: the terminal's own, with one accent; or two themes with a ground of their own, for those who choose one."""

from __future__ import annotations

from textual.theme import Theme

OWN = "ansi_default"
_OWN = (
    "quiet", "ansi-background", "ansi-foreground", "border-blurred", "block-cursor-foreground",
    "block-cursor-background", "input-cursor-background", "input-cursor-foreground", "input-selection-background",
    "input-selection-foreground", "screen-selection-background", "screen-selection-foreground",
)  # fmt: skip
"""Textual's variables that are whatever the terminal has."""


def _of_the_terminal(name: str, accent: str, success: str, warning: str, error: str) -> Theme:
    """Build a theme whose ground and text are whatever the terminal has."""
    cursors = {"block-cursor-text-style": "reverse", "input-cursor-text-style": "reverse"}
    return Theme(
        name=name, ansi=True, primary=accent, accent=accent, secondary=OWN, foreground=OWN, background=OWN, surface=OWN,
        panel=OWN, boost=OWN, success=success, warning=warning, error=error,
        variables={**dict.fromkeys(_OWN, OWN), "border": accent, **cursors},
    )  # fmt: skip


TERMINAL = _of_the_terminal("terminal", "ansi_cyan", "ansi_green", "ansi_yellow", "ansi_red")
MONOCHROME = _of_the_terminal("monochrome", *[OWN] * 4)
"""Sends no color code at all; NO_COLOR alone does not do that."""

DARK = Theme(
    name="advisor-dark",
    primary="#7cc0b5",
    accent="#7cc0b5",
    secondary="#9aa7b5",
    foreground="#d9dde3",
    background="#14171b",
    surface="#14171b",
    panel="#1d2127",
    success="#8fc07c",
    warning="#dcb567",
    error="#e58a82",
    dark=True,
    variables={"quiet": "#868f9b"},
)
LIGHT = Theme(
    name="advisor-light",
    primary="#0f6f64",
    accent="#0f6f64",
    secondary="#4b5663",
    foreground="#20252b",
    background="#fbfbf9",
    surface="#fbfbf9",
    panel="#eeeeea",
    success="#3c7426",
    warning="#8a5a00",
    error="#b3302a",
    dark=False,
    variables={"quiet": "#69727d"},
)

THEMES = (TERMINAL, MONOCHROME, DARK, LIGHT)


def chosen(name: str, colors: int) -> Theme:
    """Find the theme of a name, the terminal's own where none is named; without colors there is but one."""
    wanted = next((known for known in THEMES if known.name == name), TERMINAL)
    return wanted if colors else MONOCHROME


THEME_ABOUT = {
    "terminal": "the terminal's own colors, one accent",
    "monochrome": "no color at all",
    "advisor-dark": "dark, colors of its own",
    "advisor-light": "light, colors of its own",
}

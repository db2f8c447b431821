"""Colors: one accent on a quiet ground, and the terminal's own where colors are few or unwanted."""

from __future__ import annotations

from textual.theme import Theme

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
ENOUGH_COLORS = 256
PLAIN = "ansi-dark"
"""The terminal's own sixteen colors; what NO_COLOR implies, for it alone sends no color code at all."""

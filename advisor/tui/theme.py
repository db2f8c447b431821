"""Colors: the terminal's own, with one accent; or two themes with a ground of their own, for those who choose one."""

from __future__ import annotations

from textual.theme import Theme

TERMINAL = Theme(
    name="terminal",
    ansi=True,
    primary="ansi_cyan",
    accent="ansi_cyan",
    secondary="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    dark=True,
    variables={
        "quiet": "ansi_default",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border": "ansi_cyan",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_cyan",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
    },
)
"""What the user chose for every other program; NO_COLOR needs it too, for that alone sends no color code at all."""

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

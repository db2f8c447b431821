"""Terminal capabilities, read from the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SLOW_ESCAPE_MS, FAST_ESCAPE_MS = 500, 25
"""How long an Escape waits for the rest of a key's sequence: only over a network does it arrive split."""


class Terminal(NamedTuple):
    """`dumb`: prompts only; `ascii`: no character beyond ASCII; `colors`: 0 (NO_COLOR), 16 or more."""

    dumb: bool
    ascii: bool
    colors: int


def describe_terminal(environment: Mapping[str, str]) -> Terminal:
    """Read TERM, COLORTERM, NO_COLOR and the locale."""
    term = environment.get("TERM", "")
    return Terminal(term in ("", "dumb", "unknown"), _is_ascii(environment), _colors(environment, term))


def escape_delay_ms(environment: Mapping[str, str]) -> int:
    """How long to wait after an Escape: under tmux or screen keys arrive whole, whatever line is behind them."""
    is_remote = any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))
    is_multiplexed = any(environment.get(name) for name in ("TMUX", "STY"))
    return SLOW_ESCAPE_MS if is_remote and not is_multiplexed else FAST_ESCAPE_MS


def _is_ascii(environment: Mapping[str, str]) -> bool:
    """Follow the locale's own order; with none set, today's terminals speak UTF-8."""
    named = (environment.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((value for value in named if value), "UTF-8")
    return "utf8" not in locale.lower().replace("-", "")


def _colors(environment: Mapping[str, str], term: str) -> int:
    if environment.get("NO_COLOR") or term.endswith(("-m", "mono")) or term in ("vt100", "vt102", "vt220"):
        return 0
    if environment.get("COLORTERM", "") in ("truecolor", "24bit"):
        return 1 << 24
    return 256 if "256" in term else 16

"""What the interface adapts to: what a user set once in `advisor/config.toml`, and what the terminal can show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from advisor.errors import BadInput, nearest

if TYPE_CHECKING:
    from advisor.interview.answers import Vocabulary
    from advisor.knowledge.questions import Questionnaire

THEMES = ("terminal", "monochrome", "advisor-dark", "advisor-light")
EVERYWHERE = {
    "actions": "ctrl+p", "help": "f1", "home": "f10", "jump": "ctrl+o", "matters": "f3", "order": "f4",
    "page-before": "pageup", "page-next": "pagedown", "quit": "ctrl+q", "records": "ctrl+r", "redo": "ctrl+y",
    "save": "ctrl+s", "undo": "ctrl+z", "unknown": "question_mark", "verdict": "f2",
}  # fmt: skip
"""The actions of the interview and of all screens, and the key that each always has."""
ON_ONE_SCREEN = {
    "accept": "f7", "archive": "ctrl+e", "back-to-real": "b", "bring-back": "u", "change": "c", "copy": "y",
    "diff": "f5", "disapprove": "ctrl+d", "drop": "d", "export": "e", "find": "slash", "keep-variant": "n",
    "mark": "f4", "merge": "ctrl+l", "record": "r", "redact": "ctrl+x", "sign": "f6", "sort": "o",
    "supersede": "f8", "take-variant": "t", "timestamp": "ctrl+t", "variants": "v", "verify": "ctrl+v",
    "verify-all": "ctrl+g", "what-if": "w", "withdraw": "f9",
    **{f"view-{place}": str(place) for place in range(10)},
}  # fmt: skip
"""Those of the verdict, the variants, the records and a portfolio; elsewhere their keys may mean something else."""
ACTIONS = {**EVERYWHERE, **ON_ONE_SCREEN}
"""All actions that may be given a second key."""

_KEY = re.compile(r"f([1-9]|1[0-9]|2[0-4])|ctrl\+[a-z]")
_RESERVED = frozenset({"ctrl+c", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+n", "ctrl+u"})
"""Keys of the interview itself, and those that terminals send for Enter, Tab and Backspace."""


class Settings(NamedTuple):
    """`records` and `questionnaire` are empty where nothing is set; `keys` are second keys, by action."""

    questionnaire: str = ""
    records: str = ""
    theme: str = ""
    mouse: bool = True
    keys: Mapping[str, str] = MappingProxyType({})


DEFAULT_SETTINGS = Settings()


def read_settings(path: Path, questionnaires: Mapping[str, object]) -> Settings:
    """Read the file; all defaults where there is none. Raises BadInput that names file and key."""
    from advisor.bounded_read import parse_toml, read_file  # every command imports this module, and few read settings

    try:
        if not path.exists():
            return DEFAULT_SETTINGS
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
    table = parse_toml(read_file(path, follow=True), str(path))
    for key in table:
        if key not in Settings._fields:
            raise BadInput(f"{path}: {key}", "there is no such setting", nearest(key, Settings._fields))
    records = _text(path, table, "records")
    return Settings(
        _one_of(path, table, "questionnaire", tuple(questionnaires)),
        str(Path(records).expanduser()) if records else "",
        _one_of(path, table, "theme", THEMES),
        _flag(path, table, "mouse"),
        _keys(path, table.get("keys", {})),
    )


def _text(path: Path, table: Mapping[str, object], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise BadInput(f"{path}: {key}", f"is {value!r}", "write a text in quotes")
    return value


def _one_of(path: Path, table: Mapping[str, object], key: str, allowed: tuple[str, ...]) -> str:
    value = _text(path, table, key)
    if value and value not in allowed:
        raise BadInput(f"{path}: {key}", f"no {key} {value!r}", nearest(value, allowed))
    return value


def _flag(path: Path, table: Mapping[str, object], key: str) -> bool:
    value = table.get(key, True)
    if not isinstance(value, bool):
        raise BadInput(f"{path}: {key}", f"is {value!r}", "write true or false")
    return value


def _keys(path: Path, table: object) -> dict[str, str]:
    """Read second keys: none that has a meaning everywhere, and none that could be typed as text."""
    if not isinstance(table, dict):
        raise BadInput(f"{path}: keys", "is not a table", 'write [keys] and under it, say, verdict = "f5"')
    taken = {key: action for action, key in EVERYWHERE.items()}
    for action, key in table.items():
        where = f"{path}: keys.{action}"
        if action not in ACTIONS:
            raise BadInput(where, "there is no such action", nearest(action, ACTIONS))
        if not isinstance(key, str) or not _KEY.fullmatch(key) or key in _RESERVED:
            raise BadInput(where, f"{key!r} cannot be set", "name a key from f1 to f24, or a free one as ctrl+g")
        if taken.setdefault(key, action) != action:
            raise BadInput(where, f"{key} is the key of {taken[key]}", "choose another")
    return dict(table)


def second_keys_of(settings: Settings) -> dict[str, str]:
    """The usual key that each second key stands for."""
    return {key: ACTIONS[action] for action, key in settings.keys.items()}


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


class LaunchOptions(NamedTuple):
    """What the interface is opened with: the questions, the folders, and what this terminal can show."""

    vocabulary: Vocabulary
    questionnaires: Mapping[str, Questionnaire]
    sessions: Path
    records: Path
    terminal: Terminal
    questionnaire: str = ""
    resume: bool = False
    packs: tuple[Path, ...] = ()
    settings: Settings = DEFAULT_SETTINGS
    by_what_matters: bool = False
    portfolio: Path | None = None

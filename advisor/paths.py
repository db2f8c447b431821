"""Folders: the knowledge base, inside the wheel or at the top of a checkout, and the user's own by the XDG rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from advisor.errors import BadKnowledge

PACKAGE = Path(__file__).resolve().parent


def data_directory(name: str) -> Path:
    """Find `rules`, `questionnaires`, `examples` or `docs`; raises BadKnowledge where it is missing."""
    for home in _homes():
        if (home / name).is_dir():
            return home / name
    raise BadKnowledge(str(PACKAGE), f"the folder {name!r} is missing", "install advisor again")


def _homes() -> list[Path]:
    """The folders to look in, the wheel's own copy first.

    The package's parent counts only where it is a checkout: in site-packages another
    project may own a folder of the same name.
    """
    checkout = PACKAGE.parent
    return [PACKAGE / "data"] + ([checkout] if (checkout / "pyproject.toml").is_file() else [])


def packs_directory(environment: Mapping[str, str]) -> Path:
    """The folder of packs that a user lays over ours, under the XDG data folder."""
    return _xdg(environment, "XDG_DATA_HOME", ".local/share") / "packs"


def records_directory(environment: Mapping[str, str]) -> Path:
    """The folder decisions are saved in unless another is named, under the XDG data folder."""
    return _xdg(environment, "XDG_DATA_HOME", ".local/share") / "records"


def sessions_directory(environment: Mapping[str, str]) -> Path:
    """The folder of unfinished interviews, under the XDG state folder."""
    return _xdg(environment, "XDG_STATE_HOME", ".local/state") / "sessions"


def settings_path(environment: Mapping[str, str]) -> Path:
    """The file of the user's settings, under the XDG configuration folder."""
    return _xdg(environment, "XDG_CONFIG_HOME", ".config") / "config.toml"


def error_log(environment: Mapping[str, str]) -> Path:
    """The file that collects tracebacks, under the XDG state folder."""
    return _xdg(environment, "XDG_STATE_HOME", ".local/state") / "errors.log"


def _xdg(environment: Mapping[str, str], variable: str, usual: str) -> Path:
    """Our folder under a base folder of the XDG specification; a relative one is ignored, as it says."""
    named = environment.get(variable, "")
    base = Path(named) if named.startswith("/") else Path(environment.get("HOME", "/")) / usual
    return base / "advisor"


def own_packs(environment: Mapping[str, str]) -> list[Path]:
    """The user's own packs by name: each folder of theirs that holds `rules/pack.toml`."""
    return sorted(path.parent.parent for path in packs_directory(environment).glob("*/rules/pack.toml"))

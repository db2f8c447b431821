"""Where the knowledge base lies on this machine: inside the wheel, or at the top of a checkout."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from advisor.errors import BadKnowledge

PACKAGE = Path(__file__).resolve().parent


def data_directory(name: str) -> Path:
    """Find the folder `name`: `rules`, `questionnaires` or `examples`; raises BadKnowledge where it is missing."""
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
    data = environment.get("XDG_DATA_HOME", "")
    base = Path(data) if data.startswith("/") else Path(environment.get("HOME", "/")) / ".local" / "share"
    return base / "advisor" / "packs"


def own_packs(environment: Mapping[str, str]) -> list[Path]:
    """The user's own packs by name: each folder of theirs that holds `rules/pack.toml`."""
    return sorted(path.parent.parent for path in packs_directory(environment).glob("*/rules/pack.toml"))

"""Where the knowledge base lies on this machine: inside the wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from advisor.errors import BadKnowledge

PACKAGE = Path(__file__).resolve().parent.parent


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

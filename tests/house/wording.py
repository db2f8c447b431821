"""Find banned wording in all that is read: program, tests, benchmarks, scripts, help, pages, rules, questions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("banned-wording.toml")


class Found(NamedTuple):
    """One use of a banned wording."""

    place: str
    line: int
    text: str
    instead: str

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.text!r}; write: {self.instead}"


def texts() -> Iterator[tuple[str, str]]:
    """Every file that is searched, by its path from the top of the repository."""
    folders = (
        (ROOT / "advisor", "*.py"),
        (ROOT / "benchmarks", "*.py"),
        (ROOT / "maintenance", "*.py"),
        (ROOT / "tests", "*.py"),
        (ROOT / "docs", "*.py"),
        (ROOT / "docs", "*.md"),
        (ROOT / "rules", "*.toml"),
        (ROOT / "rules", "*.md"),
        (ROOT / "questionnaires", "*.toml"),
    )
    paths = [path for folder, pattern in folders for path in sorted(folder.rglob(pattern)) if "data" not in path.parts]
    paths = [path for path in paths if path.parent != LIST.parent]  # what is banned is written there
    for path in (*paths, *sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("*.py")), ROOT / "Makefile"):
        yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def banned() -> list[tuple[re.Pattern[str], str]]:
    """The patterns, each with what to write instead."""
    table = tomllib.loads(LIST.read_text("utf-8"))
    return [(re.compile(one["pattern"], re.I), one["instead"]) for one in table["wording"]]


def find(place: str, text: str, patterns: list[tuple[re.Pattern[str], str]]) -> Iterator[Found]:
    """Every use in one text."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, instead in patterns:
            for match in pattern.finditer(line):
                yield Found(place, number, match[0], instead)


def all_found() -> list[Found]:
    """Every use in every text."""
    patterns = banned()
    return [found for place, text in texts() for found in find(place, text, patterns)]

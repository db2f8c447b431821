"""Every file that a page names exists: under the root, under advisor/, or in the pack that a page goes through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("docs/**/*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"))]
BASES = (ROOT, ROOT / "advisor", ROOT / "examples" / "packs" / "acme")
NAMED = re.compile(r"`((?:[\w.]+/)+[\w.]*\w\.(?:py|toml))`")


def missing(text: str) -> list[str]:
    """The files that a text names and that do not exist."""
    return [name for name in NAMED.findall(text) if not any((base / name).exists() for base in BASES)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_that_a_page_names_exist(page: Path) -> None:
    assert not missing(page.read_text(encoding="utf-8"))


def test_a_file_that_does_not_exist_is_found() -> None:
    assert missing("see `cost/no_such_file.py`, `rules/pack.toml` and `text.py`") == ["cost/no_such_file.py"]

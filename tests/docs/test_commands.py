"""Every command in the README and docs works, and prints what the page says it prints."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.docs.console import ELLIPSIS, ROOT, blocks, pages, run, shown

PAGES = [page for page in pages() if blocks(page)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_the_page_says(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for block in blocks(page):
        for command in block:
            if not command.line.startswith("make "):
                printed, status = run(command.line, tmp_path)
                assert shown(command, printed) == list(command.output), command.line
                if command.output[:1] == (ELLIPSIS,):
                    assert status == 0, printed


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_make_targets_that_a_page_names_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^\$ |`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.M):
        assert re.search(rf"^{target}:", makefile, re.M), f"{page.name}: make {target}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_and_pictures_of_a_page_exist(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"

"""Every command in the README and docs works, and prints what the page says it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.console import ELLIPSIS, ROOT, Command, blocks, pages, run_far_ahead, run_today, shown

PAGES = [page for page in pages() if blocks(page)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_the_page_says(page: Path) -> None:
    check([command for block in blocks(page) for command in block if not command.line.startswith("make ")])


def check(commands: list[Command]) -> None:
    """Run commands far ahead; where one prints something else than its page, say whether the day is the reason."""
    for command, (printed, status) in run_far_ahead(commands):
        if shown(command, printed) != list(command.output):
            today, _ = run_today(commands, command)
            assert today == printed, f"the output depends on today, give --as-of: {command.line}"
            assert shown(command, printed) == list(command.output), command.line
        if command.output[:1] == (ELLIPSIS,):
            assert status == 0, printed


def test_a_command_whose_output_depends_on_today_is_refused() -> None:
    dated = "advisor assess examples/team-of-20.toml --brief --no-flips --as-of 2026-11-21"
    check([Command(dated, (ELLIPSIS,)), Command("echo one > file", ()), Command("cat file", ("one",))])
    for line in ("advisor why examples/team-of-20.toml can.gpu-experience", "date +%F"):
        with pytest.raises(AssertionError, match="the output depends on today"):
            check([Command(line, ("what it printed when the page was written",))])
    with pytest.raises(AssertionError, match="cat file"):
        check([Command("echo one > file", ()), Command("cat file", ("two",))])


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_make_targets_that_a_page_names_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^\$ |`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.M):
        assert re.search(rf"^{target}:", makefile, re.M), f"{page.name}: make {target}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_and_pictures_of_a_page_exist(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_page_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target).resolve() for target in _links(index)}
    assert {*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "adr").glob("*.md")} - linked == {index}
    assert index in {(ROOT / target).resolve() for target in _links(ROOT / "README.md")}


def _links(page: Path) -> list[str]:
    return re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))

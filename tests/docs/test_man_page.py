"""`man advisor` tells of every command and option there is, as they are."""

from __future__ import annotations

import runpy
from pathlib import Path

from advisor.cli.framework.options import COMMANDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "advisor.1"
MACROS = {".TH", ".SH", ".SS", ".TP", ".B", ".PP", ".nf", ".fi"}


def test_the_manual_page_is_current() -> None:
    written: str = runpy.run_path(str(PAGE.with_name("make_man_page.py")))["man_page"]()
    assert PAGE.read_text("utf-8") == written, "make man"


def test_every_command_has_a_heading() -> None:
    page = PAGE.read_text("utf-8")
    assert all(f'.SS "advisor {name} ' in page for name in COMMANDS)


def test_no_text_is_taken_for_a_request() -> None:
    requests = {line.split()[0] for line in PAGE.read_text("utf-8").splitlines() if line.startswith((".", "'"))}
    assert requests <= MACROS


def test_the_page_reads_the_same_on_a_terminal_that_shows_only_ascii() -> None:
    assert PAGE.read_text("utf-8").isascii()

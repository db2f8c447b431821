"""What a command prints on a terminal that shows only ASCII is ASCII; what goes into a file keeps every character."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.text import ascii_text
from tests.terminal.wire import Wire

TOLD = ("size", "llama-3.3-70b", "--gpu", "h100-sxm", "--gpus", "2", "--precision", "fp8")


@pytest.mark.parametrize(
    ("locale", "spelled"), [("C", "(80% band 1,899-5,494)"), ("C.UTF-8", "(80% band 1,899–5,494)")]
)
def test_a_terminal_gets_what_it_can_show(locale: str, spelled: str, tmp_path: Path) -> None:
    with Wire(tmp_path, *TOLD, environment={"LC_ALL": locale}) as wire:
        shown = wire.read("of 2", quiet=1.0).decode("utf-8")
    assert spelled in shown
    assert shown.isascii() == spelled.isascii()


def test_prompts_on_a_terminal_without_powers_are_in_ascii(tmp_path: Path) -> None:
    dumb = {"LC_ALL": "C", "TERM": "dumb"}
    with Wire(tmp_path, "ask", "--questionnaire", "full", environment=dumb) as wire:
        wire.read("What shall we call")
        for typed in ("", "", "", ""):
            wire.send(f"{typed}\n")
        shown = wire.read("What does the data contain?").decode("utf-8")
    assert "5-200, likely 20" in shown
    assert shown.isascii()


def test_every_sign_that_screens_and_reports_draw_has_an_ascii_form() -> None:
    package = Path(ascii_text.__code__.co_filename).parent
    sources = [path for part in ("tui", "report", "plain") for path in (package / part).rglob("*.py")]
    drawn = {sign for path in sources for sign in path.read_text("utf-8")} - {"?"}
    assert not {sign for sign in drawn if "?" in ascii_text(sign)}


def test_a_file_keeps_every_character() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "advisor", *TOLD], env={**os.environ, "LC_ALL": "C"}, capture_output=True, check=True
    )
    assert "1,899–5,494" in done.stdout.decode("utf-8")

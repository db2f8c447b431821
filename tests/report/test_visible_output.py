"""Whatever holds a text, nothing that steers a terminal leaves the program: streams, toasts, front matter."""

from __future__ import annotations

import io
import json
import os

import pytest
from textual.app import App

from advisor.cli.framework import output
from advisor.report.markdown import front_matter_value
from advisor.text import AsciiStream, VisibleStream, narrowed, visible_output
from advisor.tui.app import AdvisorApp

HOSTILE = "a\x1b[2Kb\x9bc\u202ed\u2066e\u3164f\u115fg\u1680h\x07"


@pytest.mark.parametrize("kind", [VisibleStream, AsciiStream])
def test_a_stream_spells_what_it_is_given(kind: type[VisibleStream]) -> None:
    raw = io.BytesIO()
    stream = kind(raw, encoding="utf-8")
    print(HOSTILE, file=stream, flush=True)
    text = raw.getvalue().decode()
    assert text.rstrip("\n").isprintable()
    assert text.count("<U+") == 8


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_a_narrow_terminal_and_no_word_is_lost(width: int) -> None:
    lines = [
        "costs          $523 a month ($355–$751) · $6,273 a year and more",
        "\x1b[1mhead\x1b[0m",
        "",
        "x " * 60,
    ]
    found = list(narrowed(lines, width))
    assert all(len(line) <= width for line in found)
    assert " ".join(found).split() == " ".join(lines).split()
    assert found[1].startswith(" " * 15) == (width < 71)


@pytest.mark.parametrize(("lines", "paged"), [(10, False), (30, True)])
def test_what_does_not_fit_on_a_terminal_goes_through_the_pager(
    lines: int, paged: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("LESS", "-R")
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((80, 24)))
    monkeypatch.setattr("click.echo_via_pager", lambda text, color: seen.append(text))
    text = "\n".join(f"line {number}" for number in range(lines))
    output.emit(text)
    assert (seen, capsys.readouterr().out) == (([text], "") if paged else ([], f"{text}\n"))


def test_the_programs_own_bold_and_line_ends_stay() -> None:
    assert visible_output("\x1b[1mhead\x1b[0m\n\tbody") == "\x1b[1mhead\x1b[0m\n\tbody"
    assert visible_output("x\x1b[31m") == "x<U+001B>[31m"


def test_a_toast_is_spelled_and_never_read_as_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, bool]] = []
    monkeypatch.setattr(App, "notify", lambda _, message, **given: seen.append((message, given["markup"])))
    AdvisorApp.notify(object.__new__(AdvisorApp), "[bold]" + HOSTILE, markup=True)
    assert seen == [("[bold]" + visible_output(HOSTILE), False)]


def test_front_matter_holds_no_markup_and_reads_back() -> None:
    names = ["<script>alert(1)</script>", "# --- `x` **y** | ![z](w)"]
    written = front_matter_value(names)
    assert not set(written) & set("<>`*#!()|&~")
    assert json.loads(written) == names

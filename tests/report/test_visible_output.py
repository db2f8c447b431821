"""Whatever holds a text, nothing that steers a terminal leaves the program: streams, toasts, front matter."""

from __future__ import annotations

import io
import json

import pytest
from textual.app import App

from advisor.report.markdown import front_matter_value
from advisor.text import AsciiStream, VisibleStream, visible_output
from advisor.tui.app.app import AdvisorApp

HOSTILE = "a\x1b[2Kb\x9bc\u202ed\u2066e\u3164f\u115fg\u1680h\x07"


@pytest.mark.parametrize("kind", [VisibleStream, AsciiStream])
def test_a_stream_spells_what_it_is_given(kind: type[VisibleStream]) -> None:
    raw = io.BytesIO()
    stream = kind(raw, encoding="utf-8")
    print(HOSTILE, file=stream, flush=True)
    text = raw.getvalue().decode()
    assert text.rstrip("\n").isprintable()
    assert text.count("<U+") == 8


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

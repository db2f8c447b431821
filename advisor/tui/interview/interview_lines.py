"""The lines around the questions: where one is, and which keys matter for the question in hand. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.interview.choices import is_typed
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, key_line, line, spread, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from advisor.interview.reducer import State
    from advisor.knowledge.questions import Section

LONGEST_BAR = 9
LEAST_NAME = 14
"""The cells that are left for the workload's name, the space before it included."""


def top_lines(state: State, kept: str, columns: int, matters: str = "", said: str = "") -> list[Line]:
    """Draw the name of the workload, the section, and how many of its questions are settled or, where told, matter.

    `said` stands below, until the next key.
    """
    sections = state.open_sections
    if not sections:
        return [line(state.questionnaire.title), BLANK]
    name = line((state.answers.text("workload.name") or state.questionnaire.title, "strong"))
    tail = line((f" · {kept}" if kept else "", "bad" if kept.startswith("NOT") else "muted"))
    forms = [(*_whereabouts(state, form, matters), *tail) for form in (_whole, _short, _shortest)]
    right = next((form for form in forms if width(form) + LEAST_NAME <= columns), forms[-1])
    top = spread(name, right, columns) if width(right) + 2 < columns else fitted(right, columns)
    return [top, fitted(line((said, "warn")), columns) if said else BLANK]


def _whereabouts(state: State, form: Callable[[State], str], matters: str) -> Line:
    """Name the questionnaire where there is room, the section, how many of its questions are settled, and the page."""
    section, keys = state.open_sections[state.section]
    settled = sum(map(state.is_settled, keys))
    before = f"{state.questionnaire.id} · " if form is _whole else ""
    said = f"· {matters}" if matters else f"{settled} of {len(keys)} · {form(state)}"
    return line((before, "muted"), f"{section.title} ", (said, "muted"))


def _whole(state: State) -> str:
    return " ".join(filter(None, (_short(state), _bar(state))))


def _short(state: State) -> str:
    return f"page {state.section + 1} of {len(state.open_sections)}"


def _shortest(state: State) -> str:
    return f"{state.section + 1}/{len(state.open_sections)}"


def intro_lines(section: Section, columns: int) -> list[Line]:
    """Draw what a section is about."""
    return [*wrapped(section.intro, columns - 2, "  ", "muted"), BLANK] if section.intro else []


def changed_line(state: State) -> Line:
    """Say which questions the last answer closed or opened; empty when it changed none."""
    parts = []
    if state.hid:
        kept = sum(key in state.answers.values for key in state.hid)
        answers = f", {kept} with an answer that is kept but not counted" if kept else ""
        parts.append(f"{_count(len(state.hid))} no longer asked{answers}")
    if state.brought:
        parts.append(f"{_count(len(state.brought))} more to ask")
    return line((" · ".join(parts), "warn")) if parts else BLANK


def key_line_for(state: State, columns: int) -> Line:
    """Draw the footer: the keys that matter for the question in hand."""
    typed = bool(state.at) and is_typed(state.question(state.at))
    how = ("enter", "next  ") if typed else ("space", "choose")  # as wide, so that the rest is not sent again
    other = ("f4", "page by page") if state.by_what_matters else ("pgdn", "next page")
    keys = (how, ("?", "unknown"), ("f1", "why"), other, ("f2", "verdict"), ("ctrl+p", "all keys"))
    return key_line(keys, columns)


def _bar(state: State) -> str:
    """One mark a section, filled where every question is settled; none where that would be a long row."""
    sections = state.open_sections
    if len(sections) > LONGEST_BAR:
        return ""
    return "".join("▪" if all(map(state.is_settled, keys)) else "▫" for _, keys in sections)


def _count(number: int) -> str:
    return "1 question" if number == 1 else f"{number} questions"

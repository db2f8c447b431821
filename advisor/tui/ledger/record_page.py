"""A record as a page: what people stated, the verdict as it reads, and then all the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.verdict.views.overview import labeled, verdict_lines
from advisor.tui.widgets.styled_text import BLANK, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from advisor.assessment.model import Assessment
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.messages import Opened

ROLES = {"superseded": "warn", "withdrawn": "warn", "accepted": "good"}


def record_lines(opened: Opened, columns: int) -> list[Line]:
    """Draw a record that was opened: of a decision its verdict first, of another what it says."""
    lines = labeled_rows(opened.rows, columns)
    if opened.assessment is None:
        return lines
    verdict = verdict_lines(opened.assessment, columns)
    return [*verdict, *_headed("what people stated"), *lines, BLANK, *as_recorded(opened.lines, columns)]


def draft_lines(rows: Sequence[tuple[str, str]], assessment: Assessment, text: str, columns: int) -> list[Line]:
    """Draw a record that is not saved yet: the verdict, what is stated, and the file as it would be."""
    verdict = verdict_lines(assessment, columns)
    stated = [*_headed("what people state"), *labeled_rows(rows, columns), BLANK]
    file = [part for row in text.splitlines() for part in (wrapped(row, columns, "   ", "muted") or [BLANK])]
    return [*verdict, *stated, *_headed("the file"), *file]


def labeled_rows(rows: Iterable[tuple[str, str]], columns: int) -> list[Line]:
    """Draw rows with their labels; the status of a record has a color as well as a word."""
    lines: list[Line] = []
    for label, text in rows:
        role = ROLES.get(text.split(" ")[0], "plain") if label == "status" else "plain"
        if label == "sha256":  # 64 digits, which stay whole where the label takes no column
            lines += wrapped(f"{label} {text}", columns, "   ", "muted")
        else:
            lines += labeled(label, [text], columns, role)
    return lines


def as_recorded(lines: Iterable[str], columns: int) -> list[Line]:
    """Draw the answers, the questions left open and the reasons, each part under its name; rows are indented."""
    drawn: list[Line] = []
    for text in lines:
        if text.startswith(" "):
            drawn += wrapped(text.strip(), columns, "   ")
        else:
            drawn += [*([BLANK] if drawn else []), *_headed(text.lower())]
    return drawn


def _headed(text: str) -> list[Line]:
    return [line("   ", (text, "accent"))]

"""What stands around a view of a verdict: the title, the record it is saved in, the answers tried out, the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.verdict.navigation_keys import waiting_lines
from advisor.tui.verdict.views.side_by_side import compare_lines
from advisor.tui.what_if.columns import real_and_tried
from advisor.tui.widgets.styled_text import BLANK, line, spread, wrapped

if TYPE_CHECKING:
    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.verdict.navigation_keys import Reader
    from advisor.tui.widgets.styled_text import Line

Keys = tuple[tuple[str, str], ...]

TRYING_KEYS: Keys = (("t", "take these"), ("b", "go back"), ("n", "keep"), ("w", "change more"), ("v", "variants"))
DECIDING_KEYS: Keys = (("s", "save"), ("w", "what if"), ("v", "variants"), ("e", "export"), ("esc", "back"))
"""What one can do with a verdict, while answers are tried out and while not."""


def title_line(desk: InterviewController, where: str, columns: int) -> Line:
    """Draw the workload's name; at the right which view is read, and how it is with the answers."""
    name = desk.state.answers.text("workload.name") or desk.state.questionnaire.title
    dated = f" · as of {desk.assessment.as_of}" if desk.assessment is not None else ""
    return spread(line((name, "strong")), line((f"{where}{dated}{_kept(desk)}", "muted")), columns)


def _kept(desk: InterviewController) -> str:
    if desk.trials.is_on:
        return " · what if"
    if desk.saved is not None:
        return " · record saved"
    return " · saving …" if desk.is_saving else ""


def keys_of(desk: InterviewController, reader: Reader, *, is_listed: bool) -> Keys:
    """Name the keys that matter: those of a list and its detail, where one is opened at a time, and what one does."""
    opened: Keys = (("tab", "next"), ("esc", "list")) if reader.is_open else (("enter", "open"),)
    acts = TRYING_KEYS if desk.trials.is_on else DECIDING_KEYS
    return (*(opened if is_listed else ()), *acts, ("ctrl+p", "all keys"))


def page_lines(desk: InterviewController, reader: Reader, columns: int) -> list[Line]:
    """Draw a view of one page; the first of all also tells of the record, and of the answers tried out."""
    if reader.place:
        return whole_lines(desk, reader, columns)
    return [*record_lines(desk, columns), *whole_lines(desk, reader, columns)]


def whole_lines(desk: InterviewController, reader: Reader, columns: int) -> list[Line]:
    """Draw everything the view in hand has to say, as it goes into a file."""
    if desk.assessment is None:
        return waiting_lines(desk.refused, columns)
    compared = [] if reader.place else what_if_lines(desk, columns)
    return [*compared, *reader.view.lines(desk.assessment, columns)]


def what_if_lines(desk: InterviewController, columns: int) -> list[Line]:
    """Set the verdict on the answers tried out beside the real answers' one."""
    if not desk.trials.is_on:
        return []
    return [line("   ", ("WHAT IF", "accent")), *compare_lines(real_and_tried(desk), columns), BLANK]


def record_lines(desk: InterviewController, columns: int) -> list[Line]:
    """Say where the record lies, or why there is none."""
    saved, fault = desk.saved, desk.fault
    if fault:
        return [*wrapped(f"Not saved: {fault}", columns, "   ", "bad"), BLANK]
    if saved is None:
        return []
    role = "warn" if saved.note and not saved.note.startswith("saved") else "good"
    return [*wrapped(saved.sentence, columns, "   ", "good"), *wrapped(saved.note, columns, "   ", role), BLANK]

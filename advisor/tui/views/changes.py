"""What would change the verdict: answers that flip it, open questions that could, and what measuring is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.spans import BLANK, Line, line, spread, wrapped
from advisor.tui.views.verdict import gain

if TYPE_CHECKING:
    from advisor.assessment import Assessment, Unknown


def changes_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw flips, then what to measure, then the open questions that matter and those that do not."""
    lines = [line("   ", ("One answer that would change the route", "accent")), BLANK]
    for flip in assessment.flips:
        lines.append(spread(line("     ", (flip.key, "strong")), line((f"→ {flip.verdict}", "accent")), columns))
        lines += wrapped(" → ".join(flip.spoken), columns, "       ", "muted")
    if not assessment.flips:
        lines.append(line("     ", ("No single answer was found that would.", "muted")))
    return [*lines, BLANK, *_measures(assessment, columns), *_unknowns(assessment, columns)]


def _measures(assessment: Assessment, columns: int) -> list[Line]:
    if not assessment.measure_next:
        return []
    head = line("   ", ("What to measure next", "accent"))
    rows = [spread(line("     ", item.key), line((gain(item), "muted")), columns) for item in assessment.measure_next]
    return [head, BLANK, *rows, BLANK]


def _unknowns(assessment: Assessment, columns: int) -> list[Line]:
    matter = [unknown for unknown in assessment.unknowns if unknown.could_change_verdict]
    rest = [unknown for unknown in assessment.unknowns if not unknown.could_change_verdict]
    lines: list[Line] = []
    for title, group in (("Open questions that could change it", matter), ("Open questions that cannot", rest)):
        if group:
            lines += [line("   ", (title, "accent"), (f"  {len(group)}, with what is assumed", "muted")), BLANK]
            lines += [_unknown(unknown, columns) for unknown in group] + [BLANK]
    return lines


def _unknown(unknown: Unknown, columns: int) -> Line:
    grade = f" · {unknown.grade}" if unknown.grade else ""
    return spread(line("     ", unknown.key), line((f"{unknown.assumed or 'nothing'}{grade}", "muted")), columns)

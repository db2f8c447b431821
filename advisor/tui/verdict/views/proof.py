"""The evidence beneath a verdict: how old, how well founded, and how to compute it again."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from advisor.knowledge.grades import GRADES, WEAK_GRADES
from advisor.knowledge.labels import figure_label, routes_in_words, source_label
from advisor.tui.verdict.views.entry import ViewEntry, headed
from advisor.tui.verdict.views.overview import labeled
from advisor.tui.widgets.styled_text import BLANK, Line, count_of, line, spread, wrapped

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment, Evidence


def proof_entries(assessment: Assessment) -> list[ViewEntry]:
    """Grades, weak figures, old figures, notes, and what to replay it with."""
    found = assessment.evidence
    rules = len({rule.rule for rule in assessment.findings})
    notes = len(assessment.notes)
    return [
        ViewEntry("Evidence grades", count_of(rules, "rule"), partial(_grades, assessment)),
        ViewEntry("Figures with weak evidence", f"{len(found.weak)} of {found.figures}", partial(_weak, found)),
        ViewEntry("Old figures", str(len(found.stale)) if found.stale else "none", partial(_stale, found)),
        ViewEntry("Notes", str(notes) if notes else "nothing", partial(_notes, assessment)),
        ViewEntry("Reproduce", str(assessment.as_of), partial(_pins, assessment)),
    ]


def _grades(assessment: Assessment, columns: int) -> list[Line]:
    """Count rules and assumptions by grade, the weak ones marked by a word."""
    rules = Counter(rule.grade for rule in {rule.rule: rule for rule in assessment.findings}.values())
    assumed = Counter(unknown.grade for unknown in assessment.unknowns if unknown.grade)
    lines = headed("Evidence grades", "by grade of evidence, the best first", columns)
    lines.append(line("   ", (f"{'grade':<16}{'rules fired':>12}{'assumptions':>14}", "muted")))
    for grade in GRADES:
        is_weak = grade in WEAK_GRADES and bool(rules[grade] or assumed[grade])
        counts = "".join(f"{count or '–':>{room}}" for count, room in ((rules[grade], 12), (assumed[grade], 14)))
        lines.append(line("   ", (f"{grade:<16}{counts}{'  weak' * is_weak}", "warn" if is_weak else "plain")))
    return lines


def _weak(found: Evidence, columns: int) -> list[Line]:
    share = f"{len(found.weak)} of {found.figures} figures behind the costs, {found.weak_share:.0%}"
    lines = headed("Figures with weak evidence", "", columns)
    return [*lines, *wrapped(f"{share}.", columns, "   "), *_named(found.weak, columns)]


def _named(names: tuple[str, ...], columns: int) -> list[Line]:
    return wrapped("; ".join(map(figure_label, names)), columns, "     ", "muted") if names else []


def _stale(found: Evidence, columns: int) -> list[Line]:
    """Name each figure that is older than its kind may be, with its age and the limit."""
    lines = headed("Old figures", "days since it was looked up, and from when it is old", columns)
    for one in found.stale:
        age = line((f"{one.days} days, old after {one.limit_days}", "warn"))
        lines.append(spread(line("     ", figure_label(one.name)), age, columns))
        lines += wrapped(
            f"{one.kind} of {one.since} · {one.grade}: {source_label(one.source)}", columns, "       ", "muted"
        )
    return lines if found.stale else [*lines, *wrapped("None is too old for its kind.", columns, "   ")]


def _notes(assessment: Assessment, columns: int) -> list[Line]:
    lines = headed("Notes", "contradictions, and what one verdict cannot see", columns)
    notes = [part for text in assessment.notes for part in (*wrapped(routes_in_words(text), columns, "   "), BLANK)]
    return [*lines, *(notes[:-1] or wrapped("Nothing.", columns, "   "))]


def _pins(assessment: Assessment, columns: int) -> list[Line]:
    pins, draws = assessment.pins, assessment.random
    rows = (
        ("as of", str(assessment.as_of)),
        ("rules", pins.rules),
        ("catalog", pins.catalog),
        ("questions", pins.questionnaire),
        ("draws", f"{draws.draws:,} by {draws.bit_generator}, seed {draws.seed}"),
        ("stream", draws.digest),
    )
    lines = headed("Reproduce", "the same pins give the same bytes", columns)
    return [*lines, *(part for label, text in rows for part in labeled(label, [text], columns, "muted"))]

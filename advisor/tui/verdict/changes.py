"""What would change the verdict: answers that flip it, open questions that could, and what measuring is worth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from advisor.interview.answer_format import dollars
from advisor.interview.answer_words import answer_words
from advisor.knowledge.labels import label, route_name, source_label
from advisor.report.phrases import NOTHING, assumed, routes_first
from advisor.report.verdict_card import CENT_USD, gain
from advisor.tui.verdict.entry import ViewEntry
from advisor.tui.verdict.overview import labeled
from advisor.tui.widgets.styled_text import BLANK, Line, line, spread, width, wrapped

if TYPE_CHECKING:
    from advisor.analysis.analysis_results import Flip
    from advisor.assessment.model import Assessment, Measure, Unknown

ACTS = {
    "measure": "measure it", "negotiate": "negotiate it", "staff": "staff it", "decide": "decide it",
    "fact": "nothing, unless it is wrong",
}  # fmt: skip
FLIPS = "One answer that would change the route"
MEASURES = "What to measure next"
NOTHING_ASSUMED = "nothing assumed"
OPEN = "Open questions"
MATTER, REST = "Open questions that could change it", "Open questions that cannot"


def changes_entries(assessment: Assessment) -> list[ViewEntry]:
    """Flips, then what to measure, then the open questions that matter and those that do not."""
    flips = [_flip_entry(flip) for flip in routes_first(assessment.flips)]
    if not is_searched(assessment):
        looking = ViewEntry("What would change it is not known yet", "", _not_searched, FLIPS)
        return [looking, *(_open(one, is_known=False) for one in assessment.unknowns)]
    none = ViewEntry("No single answer was found that would", "", _no_flip, FLIPS)
    measures = [
        ViewEntry(label(one.key), gain(one), partial(_measure, one), MEASURES) for one in assessment.measure_next
    ]
    matter = [_open(one) for one in assessment.unknowns if one.could_change_verdict]
    rest = [_open(one) for one in assessment.unknowns if not one.could_change_verdict]
    return [*(flips or [none]), *measures, *matter, *rest]


def is_searched(assessment: Assessment) -> bool:
    """Whether it was looked for what would change the route; the first verdict on an answer comes before that."""
    telling = any(one.could_change_verdict for one in assessment.unknowns)
    return bool(assessment.flips or telling or assessment.never_asked.why or not assessment.unknowns)


def changes_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the whole view: the rows of its list say all, and none is cut here."""
    lines: list[Line] = []
    group = ""
    for entry in changes_entries(assessment):
        if entry.group != group:
            lines += [*([BLANK] if lines else []), line("   ", (entry.group, "accent")), BLANK]
            group = entry.group
        *above, last = wrapped(entry.title, columns, "     ")
        fits = width(last) + len(entry.side) + 2 <= columns
        side = line((entry.side, "muted"))
        lines += [*above, spread(last, side, columns)] if fits else [*above, last, spread(BLANK, side, columns)]
    return lines


def _flip_entry(flip: Flip) -> ViewEntry:
    was, to = (answer_words(flip.key, raw) for raw in (flip.was, flip.to))
    title = f"{label(flip.key)} {to} (not {was})"
    return ViewEntry(title, f"→ {route_name(flip.verdict)}", partial(_flip, flip), FLIPS, (flip.key, flip.to))


def _flip(flip: Flip, columns: int) -> list[Line]:
    was, to = (answer_words(flip.key, raw) for raw in (flip.was, flip.to))
    rows = (
        ("your answer", was),
        ("if it were", to),
        ("the route", route_name(flip.verdict)),
        ("what to do", ACTS[flip.act]),
    )
    lines = [*wrapped(label(flip.key), columns, "   ", "strong"), BLANK]
    lines += [part for label, text in rows for part in labeled(label, [text], columns)]
    return [*lines, BLANK, *_try_it(columns)]


def _not_searched(columns: int) -> list[Line]:
    return wrapped("Other answers are tried as soon as the verdict stands; this page then lists them.", columns, "   ")


def _no_flip(columns: int) -> list[Line]:
    sentence = "No single other answer that was tried would change the route."
    return [
        *wrapped(sentence, columns, "   "),
        *wrapped("Press w to try another answer and see both verdicts.", columns, "   ", "muted"),
    ]


def _try_it(columns: int) -> list[Line]:
    sentence = "Enter tries this answer at once and shows both verdicts; esc comes back here. w tries any other."
    return wrapped(sentence, columns, "   ", "muted")


def _measure(found: Measure, columns: int) -> list[Line]:
    rows = [("moves", f"the {found.moves} by {dollars(found.swing_usd)} a month, from its low to its high end")]
    if found.worth_usd >= CENT_USD:
        rows.append(("worth", f"up to {dollars(found.worth_usd)} a month to know exactly"))
    else:
        rows.append(("worth", "nothing: the same route is cheapest wherever in its range it lies"))
    lines = [*wrapped(label(found.key), columns, "   ", "strong"), BLANK]
    return [*lines, *(part for label, text in rows for part in labeled(label, [text], columns))]


def _open(unknown: Unknown, *, is_known: bool = True) -> ViewEntry:
    side = assumed(unknown)
    side = NOTHING_ASSUMED if side == NOTHING else side
    group, could = OPEN, "may change the route: not known yet"
    if is_known:
        group, could = (MATTER, "could change") if unknown.could_change_verdict else (REST, "cannot change")
        could = f"{could} the route"
    return ViewEntry(label(unknown.key), side, partial(_unknown, unknown, could), group)


def _unknown(unknown: Unknown, could: str, columns: int) -> list[Line]:
    rows = [("assumed", assumed(unknown)), ("its answer", could)]
    rows += [("grade", unknown.grade)] if unknown.grade else []
    rows += [("source", source_label(unknown.source))] if unknown.source else []
    lines = [*wrapped(label(unknown.key), columns, "   ", "strong"), BLANK]
    return [*lines, *(part for label, text in rows for part in labeled(label, [text], columns))]

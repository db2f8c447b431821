"""What an interview shows around its questions: title, progress, keys, the verdict in two lines, menus. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from advisor.analysis.analysis_results import NeverAsked, counted, enough
from advisor.decision.license_reports import LICENSE_REVIEW, license_verdict
from advisor.interview.answer_format import dollar_span, dollars, said
from advisor.interview.choices import is_typed
from advisor.knowledge.labels import catalog_label, gate_name, route_name, routes_in_words, with_route_names
from advisor.text import capitalized
from advisor.tui.widgets.menu import MenuItem
from advisor.tui.widgets.styled_text import BLANK, Line, count_of, fitted, key_line, line, spread, width, wrapped

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment, Verdict
    from advisor.interview.reducer import State
    from advisor.knowledge.questions import Section


LONGEST_BAR = 9
LEAST_NAME, MOST_NAME = 14, 32
"""The cells that are left for the workload's name, the space after it included, before the rest is shortened."""


def top_lines(
    state: State, kept: str, columns: int, matters: str = "", message: str = "", mode: str = ""
) -> list[Line]:
    """Draw the name of the workload, the section, and how many of its questions are settled or, where known, matter.

    A `message` is shown below until the next key; else the `mode`, where the answers are not the real ones: then the
    name too is marked. The questionnaire is named at the right where there is room, and the workload at the left.
    """
    if not state.open_sections:
        return [line(state.questionnaire.title), BLANK]
    named = state.answers.text("workload.name")
    title = state.questionnaire.title
    name = line(("WHAT IF  " if mode else "", "bad"), (named or title, "strong"))
    tail = (f" · {kept}" if kept else "", "bad" if kept.startswith("NOT") else "muted")
    section = state.open_sections[state.section][0].title
    whole, short, shortest = _progress(state, matters)
    rights = ((f"{title} · " if named else "", whole), ("", short), ("", shortest))
    forms = [line((before, "muted"), f"{section} ", (progress, "muted"), tail) for before, progress in rights]
    room = max(LEAST_NAME, min(width(name) + 2, MOST_NAME))
    right = next((form for form in forms if width(form) + room <= columns), forms[-1])
    top = spread(name, right, columns) if width(right) + 2 < columns else fitted(right, columns)
    below = line((message, "warn")) if message else line((mode, "bad")) if mode else BLANK
    return [top, fitted(below, columns)]


def _progress(state: State, matters: str) -> tuple[str, str, str]:
    """How far the interview is, in three lengths: the questions settled in the section, the page, a mark a section.

    A mark is filled where every question of its section is settled; there are none where that would be a long row.
    """
    if matters:
        return (f"· {matters}",) * 3
    sections, place = state.open_sections, state.section
    keys = sections[place][1]
    settled = f"{len(state.settled.intersection(keys))} of {len(keys)} · "
    page = f"page {place + 1} of {len(sections)}"
    marks = ("▪" if state.settled.issuperset(keys) else "▫" for _, keys in sections)
    bar = f" {''.join(marks)}" if len(sections) <= LONGEST_BAR else ""
    return f"{settled}{page}{bar}", f"{settled}{page}", f"{settled}{place + 1}/{len(sections)}"


def intro_lines(section: Section, columns: int) -> list[Line]:
    """Draw what a section is about."""
    return [*wrapped(section.intro, columns - 2, "  ", "muted"), BLANK] if section.intro else []


def changed_line(state: State) -> Line:
    """Say which questions the last answer closed or opened; empty when it changed none."""
    parts = []
    if state.closed:
        kept = sum(key in state.answers.values for key in state.closed)
        answers = f", {kept} with an answer that is kept but not counted" if kept else ""
        parts.append(f"{count_of(len(state.closed), 'question')} no longer asked{answers}")
    if state.opened:
        parts.append(f"{count_of(len(state.opened), 'question')} more to ask")
    return line((" · ".join(parts), "warn")) if parts else BLANK


def key_lines(state: State, columns: int, is_touched: bool) -> list[Line]:
    """Draw the footer: the keys that matter for the selected question."""
    typed = bool(state.at) and is_typed(state.question(state.at))
    # All of these are as wide, so that the rest of the row is not sent again.
    how = ("enter", "next  ") if typed else ("enter" if is_touched else "space", "choose")
    other = ("f4", "page by page") if state.by_what_matters else ("pgdn", "next page")
    most = (how, ("?", "unknown"), ("ctrl+p", "all keys"), ("f2", "verdict"), ("f1", "why"))
    keys = (*most, other, ("ctrl+q", "quit"))  # from the last but one on, what gives way first
    return [key_line(keys, columns)]


LONGEST_STANDING = 30


def question_items(state: State) -> list[MenuItem]:
    """List every question that is asked, with its answer."""
    return [
        MenuItem(
            key, state.question(key).text, _standing(state, key), group=section.title, also=state.question(key).also
        )
        for section, keys in state.open_sections
        for key in keys
    ]


def _standing(state: State, key: str) -> str:
    """Say what a question has for an answer, in a few words."""
    value = state.answers.get(key)
    if value is None:
        return "unknown" if key in state.unknown else "open"
    words = said(value, state.question(key))
    return words if len(words) <= LONGEST_STANDING else words[: LONGEST_STANDING - 1] + "…"


# What is said and offered when no open question can change the route.


ENOUGH = "Enough is known"


def enough_lines(state: State, found: NeverAsked, columns: int) -> list[Line]:
    """Say why the interview stops here."""
    why = with_route_names(found.why)
    lines = [*wrapped(enough(state), columns, "  ", "strong"), *wrapped(f"{capitalized(why)}.", columns, "  ", "muted")]
    passed = len(state.unknown & set(state.open_keys))
    if passed:
        sentence = (
            f"{counted(passed)} left unknown: an answer to {'it' if passed == 1 else 'these'} may still change it."
        )
        lines += wrapped(sentence, columns, "  ", "muted")
    return [*lines, BLANK]


def enough_items(state: State) -> list[MenuItem]:
    """Offer what can be done then."""
    rest = "They move the cost and its range, not the route; those that move it most come first."
    asks = [MenuItem("rest", "Ask the rest", f"{len(state.unsettled)} open", rest)] if state.unsettled else []
    return [
        MenuItem(
            "verdict", "See the verdict", "f2", "The route, why, what it costs, and what would change it.", key="f2"
        ),
        MenuItem(
            "save", "Save the record", "ctrl+s", "It lists what was never asked, and why that is safe.", key="ctrl+s"
        ),
        *asks,
        MenuItem("back", "Back to the questions", "esc", "Change an answer, or page through what is open."),
    ]


GAP = 2
"""The cells between the reason and the status."""
POSTURE_ROLES = {"clear": "good", "duties": "warn", "review": "warn", "blocked": "bad"}
STATUS_ROLES = {"firm": "good", "provisional": "warn", "near-tie": "warn", "conditional": "warn", "none": "bad"}


def status_role(assessment: Assessment) -> str:
    """How the status is painted; never as good while an open question can change the route."""
    role = STATUS_ROLES.get(assessment.verdict.status, "plain")
    return "plain" if role == "good" and any(one.could_change_verdict for one in assessment.unknowns) else role


def verdict_bar_lines(
    assessment: Assessment | None, refused: str, columns: int, saving: bool, complete: bool
) -> list[Line]:
    """Draw a rule and two lines: the route and why, then its price and what is still open."""
    rule = line(("─" * columns, "muted"))
    if refused:
        return [rule, line((refused, "bad")), line(("Your answers are kept.", "muted"))]
    if assessment is None:
        return [rule, line(("Loading rules and prices …", "muted")), BLANK]
    if assessment.questionnaire == LICENSE_REVIEW:
        posture, words = license_verdict(assessment.licenses)
        others = ", ".join(f"{catalog_label(report.model)}: {report.posture}" for report in assessment.licenses)
        head = line(("licenses", "accent"), "  ", (words, POSTURE_ROLES.get(posture, "muted")))
        return [rule, fitted(head, columns), fitted(line((others, "muted")), columns)]
    below = line(("Saving the record …", "warn")) if saving else _price(assessment, complete, columns)
    return [rule, _route(assessment, columns), fitted(below, columns)]


def _route(assessment: Assessment, columns: int) -> Line:
    verdict = assessment.verdict
    status, route = line((verdict.status, status_role(assessment))), route_name(verdict.option)
    room = columns - cell_len(f"{route}{verdict.status}") - GAP
    return spread(line((route, "accent"), _because(verdict, room)), status, columns)


def _because(verdict: Verdict, room: int) -> str:
    """Say what decided and why, in the longest form there is room for; the shortest ends between words."""
    summary = routes_in_words(verdict.summary)
    first, *more = summary.split("; ")
    point = first.rpartition(": ")[2]
    also = f", and {count_of(len(more), 'reason')} more" if more else ""
    gate = gate_name(verdict.decided_by)
    forms = (
        f" · decided by {gate}{': ' if summary else ''}{summary}",
        f" · {gate}: {summary}",
        f" · {first}{also}",
        f" · {point}{also}",
        f" · {point}",
        f" · {point.replace(' a month', '')}",  # the line below says it too
    )
    return next((form for form in forms if cell_len(form) <= room), _cut(forms[-1], room))


def _cut(text: str, room: int) -> str:
    while " " in text and cell_len(text) + 2 > room:
        text = text.rpartition(" ")[0]
    return f"{text} …"


def _price(assessment: Assessment, complete: bool, columns: int) -> Line:
    chosen = assessment.option(assessment.verdict.option)
    cost = chosen.monthly_usd if chosen is not None else None
    price = f"{dollars(cost.p50)} a month, {dollar_span(cost.p10, cost.p90)}" if cost is not None else ""
    matter = sum(unknown.could_change_verdict for unknown in assessment.unknowns) if complete else None
    count = len(assessment.unknowns)
    open_text = _open_questions(count, matter) if count else ""
    if cell_len(f"{price} · {open_text}") > columns:
        most = f"at most {matter} matter" if matter else "none can change it"
        open_text = f"{count} open" if matter is None else f"{count} open, {most}"
    return line((" · ".join(filter(None, (price, open_text))), "muted"))


def _open_questions(count: int, matter: int | None) -> str:
    """Say how many questions are open, and how many of them matter once that is known."""
    questions = count_of(count, "open question")
    if matter is None:
        return questions
    if matter == 0:
        return f"{questions}, none can change the route"
    return f"{questions}, at most {matter} can change the route"

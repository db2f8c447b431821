"""Why this route and why no other, down to the source of each rule; and what would change it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from advisor.interview.answer_format import dollar_span, dollars
from advisor.interview.answers import answer_words
from advisor.knowledge.labels import (
    GATE_NAMES,
    answer_label,
    catalog_words,
    gate_name,
    label,
    route_name,
    routes_in_words,
    source_label,
)
from advisor.report.phrases import NOTHING, assumed, routes_first
from advisor.report.verdict_card import CENT_USD, flip_sentence, gain
from advisor.tui.verdict.reading_page import ViewEntry
from advisor.tui.widgets.styled_text import BLANK, Line, labeled_rows, line, spread, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from advisor.analysis.analysis_results import Flip
    from advisor.assessment.model import Agreement, Assessment, FiredRule, Measure, Option, Unknown


EFFECTS = {
    "exclude": "excludes",
    "choose": "chooses",
    "prefer": "favors",
    "require": "required of",
    "task": "a task for",
    "inform": "about",
}
"""What rules do, those that decide first."""
BESIDE = {"require": "required", "task": "task", "inform": "note"}
"""Label of a rule that decides nothing, short because the title needs the space."""


def why_entries(assessment: Assessment) -> list[ViewEntry]:
    """One entry a rule that fired, under its gate; last, that both rule engines found the same."""
    found = [
        ViewEntry(same[0].title or same[0].rule, _effect(same), partial(_chain, same), about.capitalize())
        for gate, about in GATE_NAMES.items()
        for same in _by_rule(rule for rule in assessment.findings if rule.gate == gate)
    ]
    engines = assessment.engines
    agree = "they agree" if engines.agree else "they do NOT agree"
    return [*found, ViewEntry("Two rule engines", agree, partial(_engines, engines), "Every rule, checked twice")]


def matched_words(matched: Mapping[str, object]) -> list[str]:
    """Say what a rule saw: answers and facts by their titles, other findings by whether they hold."""
    return [_matched(key, value) for key, value in matched.items()]


def _effect(same: list[FiredRule]) -> str:
    """What a rule does, short: to one route by its name, to more by their number."""
    if same[0].effect in BESIDE:
        return BESIDE[same[0].effect]
    routes = _routes(same)
    verb = EFFECTS.get(same[0].effect, same[0].effect)
    return f"{verb} {routes[0] if len(routes) == 1 else f'{len(routes)} routes' if routes else ''}".strip()


def _chain(same: list[FiredRule], columns: int) -> list[Line]:
    """Draw gate → rule → what matched → whose word, each a step further in."""
    rule = same[0]
    effect = f"{EFFECTS.get(rule.effect, rule.effect)} {', '.join(_routes(same))}".strip()
    lines = [line("   ", (gate_name(rule.gate).capitalize(), "accent"))]
    lines += _step(rule.title or rule.rule, 3, columns, "strong")
    lines += [*wrapped(effect, columns, " " * 7, "accent"), *wrapped(routes_in_words(rule.because), columns, " " * 7)]
    for words in matched_words(rule.matched) or ["it holds for every workload"]:
        lines += _step(words, 7, columns, "plain")
    lines += _step(f"{rule.grade}: {', '.join(map(source_label, rule.sources))}", 11, columns, "muted")
    return [*lines, *wrapped(f"{rule.rule} in {rule.file}", columns, " " * 13, "muted")]


def _step(text: str, indent: int, columns: int, role: str) -> list[Line]:
    """Draw one step of a chain; what does not fit goes on under itself."""
    first, *rest = wrapped(text, columns, " " * (indent + 2), role)
    return [line(" " * indent, ("└ ", "muted"), first[-1]), *rest]


def _engines(engines: Agreement, columns: int) -> list[Line]:
    agree = "agree" if engines.agree else "do NOT agree"
    fired = f"{engines.durable_rules} rules fired in the rule engine, {engines.reference} in the reference"
    sentence = f"{fired}: they {agree}."
    return wrapped(sentence, columns, "   ")


def _routes(same: list[FiredRule]) -> list[str]:
    return list(dict.fromkeys(route_name(one.option) for one in same if one.option))


def _by_rule(rules: Iterable[FiredRule]) -> list[list[FiredRule]]:
    """Put the firings of one rule, on several routes, together; rules that decide come first."""
    found: dict[str, list[FiredRule]] = {}
    for rule in rules:
        found.setdefault(rule.rule, []).append(rule)
    order = list(EFFECTS)
    return sorted(found.values(), key=lambda same: order.index(same[0].effect) if same[0].effect in order else 0)


def _matched(key: str, value: object) -> str:
    kind, _, name = key.partition(":")
    if name and kind == "finding":
        return f"{label(name)}: {'holds' if value else 'does not hold'}"
    return f"{label(key)} {_shown(key, value)}" if label(key).endswith("?") else f"{label(key)}: {_shown(key, value)}"


def _shown(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    if value is None:
        return "unknown"
    parts = value if isinstance(value, (list, tuple)) else [value]
    return ", ".join(route_name(answer_label(key, str(part))) for part in parts) or "none of them"


def why_not_entries(assessment: Assessment) -> list[ViewEntry]:
    """One entry a route that was not chosen."""
    others = [option for option in assessment.options if option.state != "chosen"]
    return [
        ViewEntry(route_name(option.option), _side(option), partial(_against, assessment, option)) for option in others
    ]


def _side(option: Option) -> str:
    price = f"{dollars(option.monthly_usd.p50)} a month" if option.priced else "no price"
    return f"{price} · excluded" if option.state == "excluded" else price


def _against(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    head = spread(line("   ", (route_name(option.option), "strong")), line((option.state, "muted")), columns)
    blocks = (
        _rules(assessment, option, columns),
        _price(assessment, option, columns),
        _turns(assessment, option, columns),
    )
    lines = [head]
    for block in blocks:
        lines += [BLANK, *block] if block else []
    return lines


def _rules(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    """Each rule that excludes the route: its reason, the facts that matched, and its sources."""
    lines: list[Line] = []
    for rule in _excluding(assessment, option):
        lines += wrapped(routes_in_words(rule.because), columns, "     ")
        lines += wrapped("; ".join(matched_words(rule.matched)), columns, "       ", "muted")
        lines += wrapped(f"{rule.grade}: {', '.join(map(source_label, rule.sources))}", columns, "       ", "muted")
        lines += wrapped(f"{rule.rule} in {rule.file}", columns, "       ", "muted")
    if option.state == "excluded" and not lines:
        lines += wrapped(f"excluded by {', '.join(option.excluded_by) or 'no rule on record'}", columns, "     ")
    return lines


def _excluding(assessment: Assessment, option: Option) -> Iterator[FiredRule]:
    for rule in assessment.findings:
        if rule.rule in option.excluded_by and rule.option in ("", option.option):
            yield rule


def _price(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    """What the route would cost, compared with the chosen one."""
    cost, chosen = option.monthly_usd, assessment.option(assessment.verdict.option)
    if not option.priced:
        return wrapped("No provider that may be used has a price for it.", columns, "     ")
    own = f"{dollars(cost.p50)} a month at the median, {dollar_span(cost.p10, cost.p90)} from p10 to p90"
    lines = wrapped(own, columns, "     ")
    if chosen is not None and chosen.priced:
        more = cost.p50 - chosen.monthly_usd.p50
        lines += wrapped(
            f"{dollars(abs(more))} {'more' if more >= 0 else 'less'} than {route_name(chosen.option)}", columns, "     "
        )
    if option.state == "viable":
        share = f"the cheapest in {option.probability_cheapest:.0%} of the draws"
        lines += wrapped(share, columns, "     ")
    return [*lines, *wrapped(catalog_words(option.priced), columns, "     ", "muted")]


def _turns(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    """The answers any one of which would choose this route."""
    flips = [flip for flip in assessment.flips if flip.verdict == option.option]
    lines = [line("     ", ("One of these answers would choose it:", "muted"))] if flips else []
    sentences = (flip_sentence(flip) for flip in flips)
    return [*lines, *(part for words in sentences for part in wrapped(words, columns, "       "))]


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
    asked = label(flip.key)
    route, tried = f"→ {route_name(flip.verdict)}", (flip.key, flip.to)
    return ViewEntry(f"{asked} {to} (not {was})", route, partial(_flip, flip), FLIPS, tried, brief=(asked, to))


def _flip(flip: Flip, columns: int) -> list[Line]:
    was, to = (answer_words(flip.key, raw) for raw in (flip.was, flip.to))
    rows = (
        ("your answer", was),
        ("if it were", to),
        ("the route", route_name(flip.verdict)),
        ("what to do", ACTS[flip.act]),
    )
    return [*_question(flip.key, rows, columns), BLANK, *_try_it(columns)]


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
    return _question(found.key, rows, columns)


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
    return _question(unknown.key, rows, columns)


def _question(key: str, rows: Sequence[tuple[str, str]], columns: int) -> list[Line]:
    """Draw a question, and what is known of it, in labeled rows."""
    return [*wrapped(label(key), columns, "   ", "strong"), BLANK, *labeled_rows(rows, columns)]

"""An assessment as an architecture decision record in Markdown, in the sections of MADR; documents in either form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from advisor.assessment.model import Assessment, Option
from advisor.knowledge.labels import questionnaire_title, route_name, with_route_names
from advisor.report import phrases
from advisor.report.html import as_html
from advisor.report.verdict_card import page_rows
from advisor.text import capitalized, visible

_MARKUP = re.compile(r"[`*_<>|#~&!()]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")


def as_markdown(assessment: Assessment, *, front_matter: bool = True) -> str:
    """One decision record; `front_matter` puts status and date where MADR's tools look for them."""
    head = _front_matter(assessment) if front_matter else []
    sections = (
        [f"# Where to run {escaped(assessment.workload)}"],
        _context(assessment),
        _drivers(assessment),
        _considered(assessment),
        _outcome(assessment),
        _options(assessment),
        _more(assessment),
    )
    return "\n\n".join("\n".join(section) for section in ([*head], *sections) if section) + "\n"


def escaped(text: str) -> str:
    """A text that Markdown shows as it is: no markup, no HTML, no invisible characters."""
    return _SPECIAL.sub(r"\\\1", visible(text))


def front_matter_value(value: object) -> str:
    """A value as JSON, which is YAML too, with whatever Markdown or HTML would interpret spelled as a JSON escape."""
    text = json.dumps(value)
    return _MARKUP.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _front_matter(assessment: Assessment) -> list[str]:
    return ["---", "status: proposed", f"date: {assessment.as_of}", "---"]


def _bullets(rows: Iterable[str]) -> list[str]:
    return [f"* {escaped(row)}" for row in rows]


def _context(assessment: Assessment) -> list[str]:
    asked = f"Where should the inference of the workload {assessment.workload} run?"
    basis = (
        f"Assessed as of {assessment.as_of} with the questionnaire “{questionnaire_title(assessment.questionnaire)}”"
    )
    return [
        "## Context and Problem Statement",
        "",
        escaped(f"{asked} {basis}; {phrases.open_questions(assessment)}."),
        *(f"\n{escaped(f'Never asked: {said}')}" for said in (phrases.never_asked(assessment),) if said),
        *(f"\n{escaped(note)}." for note in phrases.notes(assessment)),
    ]


def _drivers(assessment: Assessment) -> list[str]:
    """The rules that excluded a route or broke a tie, each with the answers it saw."""
    numbers = phrases.references(assessment)
    rows = [
        f"{reason.rule.title}: {phrases.consequence(reason)} ({reason.evidence(numbers)})"
        for reason in phrases.reasons(assessment)
    ]
    rows.append(f"Cost: {phrases.break_even(assessment.break_even)}")
    return ["## Decision Drivers", "", *_bullets(rows)]


def _considered(assessment: Assessment) -> list[str]:
    return ["## Considered Options", "", *_bullets(map(phrases.option_title, assessment.options))]


def _outcome(assessment: Assessment) -> list[str]:
    """What was chosen, as the verdict card says it: route, offer, price, how sure, what comes first."""
    verdict = assessment.verdict
    name = route_name(verdict.option)
    chosen = f"Chosen option: **{escaped(name)}**" if verdict.option != "none" else "**No option is left**"
    card = [f"{label.capitalize()}: {text}" for label, text in page_rows(assessment)]
    return [
        "## Decision Outcome",
        "",
        f"{chosen}, because: {escaped(with_route_names(verdict.summary))}.",
        "",
        *_bullets(card),
        "",
        "### Consequences",
        "",
        *_consequences(assessment),
        "",
        "### Confirmation",
        "",
        *_bullets(_confirmation(assessment)),
    ]


def _consequences(assessment: Assessment) -> list[str]:
    chosen = assessment.option(assessment.verdict.option)
    rows = [f"Good, because {_advantage(assessment)}" if chosen is not None else "Bad, because no route is left"]
    rows += [f"Bad, because this must come true first: {condition}" for condition in phrases.conditions(assessment)]
    rows += [f"Neutral, because this remains to be done: {task}" for task in phrases.tasks(assessment)]
    return _bullets(rows)


def _advantage(assessment: Assessment) -> str:
    if all(option.state != "viable" for option in assessment.options):
        return "it is the only route that the rules leave"
    return f"it is the cheapest of those that the rules leave in {assessment.verdict.confidence:.0%} of draws"


def _confirmation(assessment: Assessment) -> Iterator[str]:
    """What to look at again: what is worth measuring, and which answers would change the route."""
    yield from (f"To measure: {phrases.measure(each)}" for each in assessment.measure_next)
    yield from (f"Decide again when it changes: {flip}" for flip in phrases.flips(assessment.flips))
    yield f"Reproduce it: {phrases.stream(assessment)}, {phrases.engines(assessment)}"


def _options(assessment: Assessment) -> list[str]:
    return [
        "## Pros and Cons of the Options",
        "",
        "| route | low a month | median a month | high a month | standing |",
        "|---|---:|---:|---:|---|",
        *(_row(option, assessment) for option in assessment.options),
        "",
        escaped(f"{capitalized(phrases.draws_note(assessment))}."),
    ]


def _row(option: Option, assessment: Assessment) -> str:
    cells = [route_name(option.option), *phrases.price_row(option), phrases.standing(option, assessment)]
    return f"| {' | '.join(escaped(cell) for cell in cells)} |"


def _more(assessment: Assessment) -> list[str]:
    """What stands behind it, a short list each; nothing is listed where there is nothing to say."""
    pinned = ", ".join(f"{name} {digest}" for name, digest in phrases.pins(assessment).items())
    parts = {
        "Fleet": [phrases.fleet_title(assessment)],
        "Licenses": list(map(phrases.license_report, assessment.licenses)),
        "Published methods": list(map(phrases.method, assessment.methods)),
        "Checklists": list(map(phrases.checklist, assessment.checklists)),
        "Open questions that could change the route": [
            f"{question} Assumed: {assumed}" for question, assumed in phrases.telling(assessment)
        ],
        "Evidence": [*filter(None, [phrases.weak_evidence(assessment)]), f"Pinned: {pinned}"],
        "Sources": phrases.source_list(assessment),
    }
    lines = ["## More Information"]
    for title, rows in parts.items():
        if rows:
            lines += ["", f"### {title}", "", *_bullets(rows)]
    return lines


# Assessments in the forms that are read outside a terminal: Markdown and HTML.


def render(assessments: Sequence[Assessment], form: str) -> str:
    """One document of all assessments, as `markdown` or `html`."""
    if form == "markdown":
        alone = len(assessments) == 1
        return "\n".join(as_markdown(assessment, front_matter=alone) for assessment in assessments)
    return as_html(assessments)

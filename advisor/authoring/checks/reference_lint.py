"""Every name that one part of the pack uses for another exists: sources, licenses, models, providers, defaults."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.authoring.checks.lint_fault import Fault
from advisor.errors import nearest
from advisor.interview.answers import allowed_choices, vocabulary
from advisor.knowledge.articles.citations import citations, token_prices
from advisor.knowledge.grades import WEAK_GRADES, Grade
from advisor.knowledge.licenses import UNKNOWN_PLACE
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import DatedValue
from advisor.knowledge.questions import Question

QUESTIONS = "questionnaires/questions"
LICENSES = "rules/licenses/licenses.toml"


def dangling(knowledge: Knowledge) -> Iterator[Fault]:
    """All references to something that is not there."""
    yield from _sources(knowledge)
    yield from _licenses(knowledge)
    yield from _places(knowledge)
    yield from _prices(knowledge)
    yield from _defaults(knowledge)


def _sources(knowledge: Knowledge) -> Iterator[Fault]:
    named = [(one.file, one.entry, one.source) for one in citations(knowledge)]
    named += [("rules/claims", claim.id, claim.source) for claim in knowledge.claims.values()]
    for file, entry, source in named:
        if source not in knowledge.sources:
            what = f"no source {source!r}; {nearest(source, knowledge.sources)}" if source else "has no source"
            yield Fault(file, entry, what)


def _licenses(knowledge: Knowledge) -> Iterator[Fault]:
    for model in knowledge.catalog.models.values():
        if model.license not in knowledge.licenses:
            what = f"no license {model.license!r}; {nearest(model.license, knowledge.licenses)}"
            yield Fault("rules/catalog/models.toml", model.id, what)
    held = {model.license for model in knowledge.catalog.models.values()}
    for name in knowledge.licenses:
        if name not in held:
            yield Fault(LICENSES, name, "belongs to no model of the catalog")
    for rule in knowledge.rules:
        if rule.license and rule.license not in knowledge.licenses:
            yield Fault(rule.file, rule.id, f"no license {rule.license!r}; {nearest(rule.license, knowledge.licenses)}")
    for license_ in knowledge.licenses.values():
        if license_.posture == "clear" and (not license_.verified or license_.grade in WEAK_GRADES):
            what = f"is clear, but its terms are {license_.grade if license_.verified else 'not verified'}"
            yield Fault(LICENSES, license_.id, what)


def _places(knowledge: Knowledge) -> Iterator[Fault]:
    """Conditions taken from a license's text say where it says them, or are graded as not read there."""
    for file, entry, place, grade in license_places(knowledge):
        if not place:
            yield Fault(file, entry, f"has no place in the license's text; write a section, or {UNKNOWN_PLACE!r}")
        elif place == UNKNOWN_PLACE and grade not in WEAK_GRADES:
            yield Fault(file, entry, f"its place in the license's text is unknown, so {grade!r} is not its grade")


def license_places(knowledge: Knowledge) -> Iterator[tuple[str, str, str, Grade]]:
    """File, id, place and grade of every license and license condition that rests on a license's text."""
    texts = {source.id for source in knowledge.sources.values() if source.kind == "license-text"}
    for terms in knowledge.licenses.values():
        if terms.place or terms.source in texts:
            yield LICENSES, terms.id, terms.place, terms.grade
    for rule in knowledge.rules:
        if rule.effect == "posture" and (rule.place or texts.intersection(rule.sources)):
            yield rule.file, rule.id, rule.place, rule.grade


def _prices(knowledge: Knowledge) -> Iterator[Fault]:
    catalog = knowledge.catalog
    for file, entry, price in token_prices(catalog):
        if price.provider not in catalog.providers:
            yield Fault(file, entry, f"no provider {price.provider!r}; {nearest(price.provider, catalog.providers)}")
    for managed in catalog.managed:
        if managed not in catalog.models:
            yield Fault("rules/catalog/managed.toml", managed, f"no open model; {nearest(managed, catalog.models)}")
    for api in catalog.api.values():
        if not api.context:
            yield Fault("rules/catalog/api.toml", api.id, "has no context length")
    for model in catalog.models.values():
        if not model.context:
            yield Fault("rules/catalog/open.toml", model.id, "has no context length")


def _defaults(knowledge: Knowledge) -> Iterator[Fault]:
    for question in knowledge.questions.values():
        if question.default and question.default not in knowledge.parameters:
            yield Fault(QUESTIONS, question.key, f"no parameter {question.default!r} for its default")
        for name in default_names(question, knowledge):
            for value in knowledge.parameters[name].values:
                fault = _default_fault(value, question, knowledge)
                if fault:
                    yield Fault("rules/parameters", name, fault)


def default_names(question: Question, knowledge: Knowledge) -> list[str]:
    """The parameters that hold a question's default: the general one, and a task's own."""
    tasks = knowledge.questions["workload.task"].choices if "workload.task" in knowledge.questions else ()
    names = [question.default, *(f"{question.default}.{task.id}" for task in tasks)]
    return [name for name in names if question.default and name in knowledge.parameters]


def _default_fault(value: DatedValue, question: Question, knowledge: Knowledge) -> str:
    if question.is_numeric:
        return f"is a text, but {question.key} is a number" if value.text is not None else ""
    allowed = allowed_choices(question, vocabulary(knowledge).ids)
    if value.text is None:
        return f"is a number, but {question.key} is not"
    return "" if value.text in allowed else f"no choice {value.text!r}; {nearest(value.text, allowed)}"

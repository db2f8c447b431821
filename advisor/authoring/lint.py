"""Everything that can be found wrong with a pack without running a workload: names, conditions, what nothing uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from advisor.authoring.logic_lint import logical_faults, table_faults
from advisor.authoring.rule_cases import Fault, unreached
from advisor.bounded_read import read_file
from advisor.engine.facts import check_rules, findings_of, kinds_of, tests_of
from advisor.errors import BadKnowledge, nearest
from advisor.interview.answers import allowed_choices, vocabulary
from advisor.knowledge.citations import citations, token_prices
from advisor.knowledge.conditions import NUMBER_OPS, parse_condition
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import WEAK_GRADES, DatedValue, Grade
from advisor.knowledge.questions import Question
from advisor.knowledge.rules import TOUCHERS, UNKNOWN_PLACE, DataFacts, Obligation, Rule, facts_of, owed
from advisor.paths import PACKAGE
from advisor.published.claim_checks import audited
from advisor.published.method_conditions import names_in, panel_rules

# Which names the program's own code reads: its string literals, and the names its formatted strings can build.


@dataclass(frozen=True, slots=True)
class Reads:
    """Names found in source code: dotted ones, single words, and patterns of names that are put together."""

    names: frozenset[str]
    words: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    def __contains__(self, name: object) -> bool:
        return name in self.names or any(pattern.fullmatch(str(name)) for pattern in self.patterns)


def program_reads() -> Reads:
    """What the installed program reads; `authoring` only talks about rules, so it does not count."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "authoring"]
    return reads_in(read_file(path).decode("utf-8") for path in paths)


def reads_in(sources: Iterable[str]) -> Reads:
    """Collect from Python source texts. A module that joins a prefix with its class's field names reads those too."""
    names: set[str] = set()
    words: set[str] = set()
    patterns: set[str] = set()
    for source in sources:
        tree = ast.parse(source)
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        names |= {text for text in texts if "." in text and " " not in text}
        words |= {text for text in texts if "." not in text and " " not in text}
        patterns |= set(_patterns(tree))
        names |= {prefix + field for prefix in _prefixes(tree) for field in _fields(tree)}
    return Reads(frozenset(names), frozenset(words), tuple(re.compile(pattern) for pattern in sorted(patterns)))


def _patterns(tree: ast.AST) -> Iterator[str]:
    """Formatted strings that begin with a literal topic; `default.…` is judged by the questions instead."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr) or not isinstance(node.values[0], ast.Constant):
            continue
        first = str(node.values[0].value)
        if re.match(r"[a-z_]+\.", first) and " " not in first and first != "default.":
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9._-]+"
                for part in node.values
            )


def _prefixes(tree: ast.Module) -> list[str]:
    values = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return [text for text in texts if text.endswith(".")]


def _fields(tree: ast.Module) -> list[str]:
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return [
        field.target.id
        for cls in classes
        for field in cls.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    ]


# Conditions fit the facts they test, and nothing is asked, computed or stated that nothing reads.


_BLANK: dict[str, Any] = {"gate": "derive", "effect": "inform", "title": "", "because": "", "sources": ()}


def conditions(knowledge: Knowledge) -> tuple[Rule, ...]:
    """Everything that has a condition, as rules: rules, rows of methods, items of checklists, questions shown."""
    return (*knowledge.rules, *panel_rules(knowledge), *_shown_when(knowledge))


def _shown_when(knowledge: Knowledge) -> Iterator[Rule]:
    for question in knowledge.questions.values():
        if question.show_when is not None:
            when = parse_condition(question.show_when, question.key)
            yield Rule(id=question.key, when=when, grade="reported", since=date.min, file=QUESTIONS, **_BLANK)


def misfits(knowledge: Knowledge) -> Iterator[Fault]:
    """Conditions on a key, choice or parameter that does not exist, or by a comparison that does not suit it."""
    kinds, parameters = kinds_of(knowledge), knowledge.parameters_at(date.max)
    for rule in conditions(knowledge):
        try:
            check_rules([replace(rule, derives="", effect="inform")], parameters, kinds)
        except BadKnowledge as error:
            yield Fault.at(rule.file, rule.id, error)


def findings(knowledge: Knowledge, reads: Reads) -> Iterator[Fault]:
    """Findings that are asked for and never derived, or derived and never asked for."""
    derived = {rule.derives for rule in knowledge.rules if rule.derives}
    asked = {finding.name for rule in conditions(knowledge) for finding in findings_of(rule)}
    for rule in conditions(knowledge):
        for name in dict.fromkeys(finding.name for finding in findings_of(rule)):
            if name not in derived:
                yield Fault(rule.file, rule.id, f"no rule derives {name!r}; {nearest(name, derived)}")
        if rule.derives and rule.derives not in asked and rule.derives not in reads.words:
            yield Fault(rule.file, rule.id, f"nothing asks for the finding {rule.derives!r}")


def idle(knowledge: Knowledge, reads: Reads) -> Iterator[Fault]:
    """Questions, facts and parameters that no rule, no table and no code reads."""
    tests = [test for rule in conditions(knowledge) for test in tests_of(rule)]
    tested = {test.key for test in tests} | {name for _, _, text in texts(knowledge) for name in names_in(text)}
    for key in knowledge.questions:
        if key not in tested and key not in reads:
            yield Fault(QUESTIONS, key, "nothing reads the answer")
    for key in knowledge.facts:
        if key not in tested:
            yield Fault("rules/facts.toml", key, "no rule tests it and no text prints it")
    used = {str(test.value) for test in tests if test.op in NUMBER_OPS} | _named(knowledge)
    used |= {name for question in knowledge.questions.values() for name in default_names(question, knowledge)}
    for name in knowledge.parameters:
        if name not in used and name not in reads and not _is_tasks_own(name, knowledge, reads):
            yield Fault("rules/parameters", name, "nothing uses it")


def _named(knowledge: Knowledge) -> set[str]:
    """Parameters that methods, checklists and claims name."""
    names = {checklist.threshold for checklist in knowledge.checklists.values()}
    for method in knowledge.methods.values():
        names |= {method.fixed_usd, method.avoided_usd_per_million, method.asserted_tokens}
    for claim in knowledge.claims.values():
        names |= {text for text in (claim.inputs | (claim.only_if or {})).values() if isinstance(text, str)}
    return names | {name for _, _, text in texts(knowledge) for name in names_in(text)}


def _is_tasks_own(name: str, knowledge: Knowledge, reads: Reads) -> bool:
    """Whether the code reads the general parameter, of which this is one task's or questionnaire's own."""
    general, _, last = name.rpartition(".")
    tasks = {choice.id for choice in knowledge.questions["workload.task"].choices}
    return last in tasks | set(knowledge.questionnaires) and general in reads


def without_cases(knowledge: Knowledge) -> Iterator[Fault]:
    """Rules that no case shows firing, or not firing."""
    for rule in knowledge.rules:
        for wanted, words in ((True, "fires"), (False, "does not fire")):
            if all(case.fires != wanted for case in rule.cases):
                yield Fault(rule.file, rule.id, f"has no case in which it {words}")


def lint(knowledge: Knowledge, reads: Reads) -> tuple[Fault, ...]:
    """All faults of a loaded pack, by file; `reads` tells which names the program's code reads."""
    found = {
        *dangling(knowledge),
        *misfits(knowledge),
        *misnamed(knowledge),
        *findings(knowledge, reads),
        *idle(knowledge, reads),
        *without_cases(knowledge),
        *unreached(knowledge),
        *logical_faults(knowledge),
        *table_faults(knowledge),
        *claim_faults(knowledge),
        *obligation_faults(knowledge),
    }
    return tuple(sorted(found))


# Every name that one part of the pack uses for another exists, in tables, texts, duties and claims.


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
    """The parameters that hold a question's default: the general one, a task's own, and a questionnaire's."""
    tasks = knowledge.questions["workload.task"].choices if "workload.task" in knowledge.questions else ()
    own = (*(task.id for task in tasks), *knowledge.questionnaires)
    names = [question.default, *(f"{question.default}.{one}" for one in own)]
    return [name for name in names if question.default and name in knowledge.parameters]


def _default_fault(value: DatedValue, question: Question, knowledge: Knowledge) -> str:
    if question.is_numeric:
        return f"is a text, but {question.key} is a number" if value.text is not None else ""
    allowed = allowed_choices(question, vocabulary(knowledge).ids)
    if value.text is None:
        return f"is a number, but {question.key} is not"
    return "" if value.text in allowed else f"no choice {value.text!r}; {nearest(value.text, allowed)}"


# Texts of methods and checklists name only what exists, and so do their thresholds.


def texts(knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Every text that may name facts and parameters in braces, with its file and entry."""
    for method in knowledge.methods.values():
        reasons = [row.because for row in method.rows]
        for text in (*reasons, method.otherwise.because):
            yield method.file, method.id, text
    for checklist in knowledge.checklists.values():
        said = [text for item in checklist.items for text in (item.yes, item.no, item.open, item.next)]
        said += [checklist.reached, checklist.missed, checklist.undecided]
        for text in (*said, *(each for stage in checklist.stages for each in (stage.next, stage.takes))):
            yield checklist.file, checklist.id, text


def misnamed(knowledge: Knowledge) -> Iterator[Fault]:
    """Names in braces, thresholds and break-even figures that do not exist."""
    known = {*knowledge.questions, *knowledge.facts, *knowledge.parameters}
    for file, entry, text in texts(knowledge):
        for name in names_in(text):
            if name not in known:
                yield Fault(file, entry, f"no fact or parameter {{{name}}}; {nearest(name, known)}")
    for checklist in knowledge.checklists.values():
        if checklist.threshold not in knowledge.parameters:
            yield Fault(checklist.file, checklist.id, f"no parameter {checklist.threshold!r} for its threshold")
    for method in knowledge.methods.values():
        for name in (method.fixed_usd, method.avoided_usd_per_million, method.asserted_tokens):
            if name and name not in knowledge.parameters:
                yield Fault(method.file, method.id, f"no parameter {name!r} for its break-even")


# The table of duties: it names choices that exist, leaves no regime without duties, and keeps to its cases.


_FILE = "rules/obligations"
_KEYS = {"regimes": "data.regimes", "classes": "data.classes", "boundaries": "data.boundary"}


def obligation_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Unknown choices, duties nobody could owe, regimes that somebody may touch for nothing, and broken cases."""
    for each in knowledge.obligations.values():
        yield from _of_entry(each, knowledge)
    yield from _uncovered(knowledge)


def _of_entry(each: Obligation, knowledge: Knowledge) -> Iterator[Fault]:
    for name, key in _KEYS.items():
        choices = [choice.id for choice in knowledge.questions[key].choices]
        for value in getattr(each, name):
            if value not in choices:
                yield Fault(_FILE, each.id, f"{key} has no choice {value!r}; {nearest(value, choices)}")
    if not (each.regimes or each.classes or each.boundaries):
        yield Fault(_FILE, each.id, "names no regime, class or boundary, so that nobody owes it")
    if not each.touched_by:
        yield Fault(_FILE, each.id, "names nobody who touches the data")
    for expected in (True, False):
        if not any(case.owed is expected for case in each.cases):
            yield Fault(_FILE, each.id, f"has no case in which it is {'owed' if expected else 'not owed'}")
    for case in each.cases:
        if bool(owed([each], facts_of(case.given), (case.touched_by,))) is not case.owed:
            yield Fault(_FILE, each.id, f"the case {case.name!r} says the opposite of the table")


def _uncovered(knowledge: Knowledge) -> Iterator[Fault]:
    """Every regime that can be answered has a duty for whoever may touch the data."""
    for choice in knowledge.questions["data.regimes"].choices:
        for party in TOUCHERS:
            if not owed(knowledge.obligations.values(), DataFacts(regimes=(choice.id,)), (party,)):
                yield Fault(_FILE, choice.id, f"has no duty where {party} touches the data")


# Claims that cannot be recomputed, or that belong to no system.


def claim_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Recompute every claim once; a status other than expected is a matter of the ledger's own command."""
    parameters = knowledge.parameters_at(date.max)
    for claim in knowledge.claims.values():
        file = f"rules/claims/{claim.source}.toml"
        if claim.system not in knowledge.systems:
            yield Fault(file, claim.id, f"no system {claim.system!r}; {nearest(claim.system, knowledge.systems)}")
        try:
            audited(claim, knowledge, parameters)
        except BadKnowledge as error:
            yield Fault.at(file, claim.id, error)

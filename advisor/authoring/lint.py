"""Everything that can be found wrong with a pack without running a workload; what nothing asks, tests or reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from advisor.authoring.logic_lint import logical_faults, table_faults
from advisor.authoring.reference_lint import (
    QUESTIONS,
    claim_faults,
    dangling,
    default_names,
    misnamed,
    obligation_faults,
    texts,
)
from advisor.authoring.rule_cases import Fault, unreached
from advisor.bounded_read import read_file
from advisor.engine.facts import check_rules, findings_of, kinds_of, tests_of
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.conditions import NUMBER_OPS, parse_condition
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.rules import Rule
from advisor.paths import PACKAGE
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

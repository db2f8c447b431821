"""The cases of rules, methods and checklists, run in both evaluators, the faults they show, and what they cover."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from advisor.engine.engine import Engine
from advisor.engine.facts import FactValue, Reading, Readings, check_rules, fact_kind, kinds_of, read_facts, where
from advisor.engine.normalize import Disjunct, Literal, normalize
from advisor.engine.reference import compile_reference
from advisor.errors import BadInput, BadKnowledge, EnginesDisagree, nearest
from advisor.interview.quantities import parse
from advisor.knowledge.load_pack import knowledge_from_files
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.pack_files import errors_in_folders, layer_of
from advisor.knowledge.published_articles import PublishedChecklist, PublishedMethod
from advisor.knowledge.rules import Case, Rule
from advisor.published.apply import checklists, first_row
from advisor.published.method_conditions import Judge, judge_by

# One thing that is wrong with a rule pack.


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A finding of lint, of the cases or of coverage: the file, the entry of it, what is wrong there."""

    file: str
    entry: str
    what: str

    @classmethod
    def of(cls, error: BadKnowledge) -> Fault:
        """The fault that a refusal describes; its `where` starts with the file."""
        file, _, entry = error.where.partition(": ")
        return cls.at(file, entry, error)

    @classmethod
    def at(cls, file: str, entry: str, error: BadKnowledge) -> Fault:
        """The fault that a refusal describes, at an entry that is known better than the refusal knew it."""
        return cls(file, entry, f"{error.what}; {error.todo}" if error.todo else error.what)

    @property
    def line(self) -> str:
        """The one line shown: file, entry, what."""
        return ": ".join(part for part in (self.file, self.entry, self.what) if part)


# Which rules run together: license postures first, on license facts alone; everything else in one engine.


def phase_of(rule: Rule) -> str:
    """`license` for a posture, `gates` for everything else."""
    return "license" if rule.effect == "posture" else "gates"


def last_day(rule: Rule) -> date:
    """The last day a rule is in force; the end of time for one that is not replaced."""
    return date.max if rule.until is None else rule.until - timedelta(days=1)


def ensembles(knowledge: Knowledge) -> Iterator[tuple[date, tuple[Rule, ...]]]:
    """Every set of rules that runs together on the last day of one of its members."""
    for day in sorted({last_day(rule) for rule in knowledge.rules}):
        in_force = knowledge.rules_at(day)
        for phase in dict.fromkeys(phase_of(rule) for rule in in_force):
            yield day, tuple(rule for rule in in_force if phase_of(rule) == phase)


# Whose figures a case is tried with: a pack's threshold is tested by the pack's own cases, and breaks none of ours.


Layer = tuple[Knowledge, Callable[[str], bool]]


def layers(knowledge: Knowledge) -> tuple[Layer, ...]:
    """Our own entries with our own figures, then the packs' entries with everything; each tells its files."""
    if not knowledge.packs:
        return ((knowledge, lambda _: True),)
    ours = knowledge_from_files({path: data for path, data in knowledge.files.items() if not layer_of(path)})
    return (ours, lambda _: True), (knowledge, lambda file: bool(layer_of(file)))


@dataclass(frozen=True, slots=True)
class CaseReport:
    """How many cases were tried, and what went wrong in them."""

    tried: int
    faults: tuple[Fault, ...]


def try_cases(knowledge: Knowledge) -> CaseReport:
    """Run every case in durable_rules and in the reference evaluator; a case fails when its rule does otherwise.

    Each rule is tried among all rules it runs with, as of the last day it is in force.
    """
    results = list(_results(knowledge))
    return CaseReport(len(results), tuple(fault for fault in results if fault is not None))


def _results(knowledge: Knowledge) -> Iterator[Fault | None]:
    for known, belongs in layers(knowledge):
        kinds = kinds_of(known)
        for day, rules in ensembles(known):
            if not any(belongs(rule.file) for rule in rules):
                continue
            with errors_in_folders(knowledge.folders):
                compiled = Engine.compile(rules, known.parameters_at(day), kinds)
            with compiled as engine:
                for rule in (rule for rule in rules if last_day(rule) == day and belongs(rule.file)):
                    for case in rule.cases:
                        yield _try(engine, rule, case, known)


def _try(engine: Engine, rule: Rule, case: Case, knowledge: Knowledge) -> Fault | None:
    try:
        outcome = engine.run(facts_of(case, knowledge, where(rule)))
    except (BadInput, BadKnowledge, EnginesDisagree) as error:
        return Fault(rule.file, rule.id, f"case {case.name!r}: {error.sentence}")
    fired = any(firing.rule.id == rule.id for firing in outcome.firings)
    if fired == case.fires:
        return None
    done = "fires" if fired else "does not fire"
    return Fault(rule.file, rule.id, f"case {case.name!r} {done}, unlike what it declares")


def facts_of(case: Case, knowledge: Knowledge, place: str) -> dict[str, FactValue]:
    """What a case gives, typed as answers and derived facts are; raises BadInput or BadKnowledge naming the key."""
    return typed_facts(case.given, knowledge, f"{place} case {case.name!r}")


def typed_facts(given: Mapping[str, object], knowledge: Knowledge, place: str) -> dict[str, FactValue]:
    """Raw TOML values as facts; "unknown" leaves one out."""
    return {key: _typed(key, raw, knowledge, f"{place}: {key}") for key, raw in given.items() if raw != "unknown"}


def _typed(key: str, raw: object, knowledge: Knowledge, place: str) -> FactValue:
    declared = knowledge.questions.get(key) or knowledge.facts.get(key)
    if declared is None:
        raise BadKnowledge(place, "no such question or fact", nearest(key, (*knowledge.questions, *knowledge.facts)))
    kind = fact_kind(declared.kind).kind
    if kind == "number":
        return parse(raw, declared.kind, place)
    if kind == "choices" and isinstance(raw, (list, tuple)):
        return tuple(str(each) for each in raw)
    if isinstance(raw, (bool, str)):
        return raw
    raise BadKnowledge(place, f"{raw!r} is not a {kind}")


# The cases of published methods and checklists, and the rows and items that no case reaches.


def panel_cases(knowledge: Knowledge) -> Iterator[Fault | None]:
    """Try every case of every method and checklist: None for one that holds."""
    for known, belongs in layers(knowledge):
        judge = _judge(known)
        for method in (one for one in known.methods.values() if belongs(one.file)):
            for case in method.cases:
                said = first_row(method, judge(typed_facts(case.given, known, method.id))).verdict
                wrong = f"case {case.name!r} says {', '.join(said)}, not {', '.join(case.verdict)}"
                yield None if said == case.verdict else Fault(method.file, method.id, wrong)
        for checklist in (one for one in known.checklists.values() if belongs(one.file)):
            yield from _checklist_cases(checklist, known, judge)


def _checklist_cases(checklist: PublishedChecklist, knowledge: Knowledge, judge: Judge) -> Iterator[Fault | None]:
    for case in checklist.cases:
        facts = typed_facts(case.given, knowledge, checklist.id)
        applied = checklists(facts, knowledge, knowledge.parameters_at(date.max), judge)
        found = next(one for one in applied if one.id == checklist.id)
        wrong = f"case {case.name!r}: {found.met} met and {found.unknown} open, not {case.met} and {case.unknown}"
        right = (found.met, found.unknown) == (case.met, case.unknown)
        yield None if right else Fault(checklist.file, checklist.id, wrong)


def unreached(knowledge: Knowledge) -> Iterator[Fault]:
    """Rows that speak in no case, and items that no case shows met or not met."""
    try:
        for known, belongs in layers(knowledge):
            judge = _judge(known)
            for method in (one for one in known.methods.values() if belongs(one.file)):
                yield from _unreached_rows(method, judge, known)
            for checklist in (one for one in known.checklists.values() if belongs(one.file)):
                yield from _unreached_items(checklist, judge, known)
    except (BadInput, BadKnowledge):
        return  # reported where conditions and cases are read


def _unreached_rows(method: PublishedMethod, judge: Judge, knowledge: Knowledge) -> Iterator[Fault]:
    spoken = [first_row(method, judge(typed_facts(case.given, knowledge, method.id))) for case in method.cases]
    for number, row in enumerate(method.rows, 1):
        if not any(row is each for each in spoken):
            yield Fault(method.file, method.id, f"row {number} applies in none of its cases")


def _unreached_items(checklist: PublishedChecklist, judge: Judge, knowledge: Knowledge) -> Iterator[Fault]:
    seen = [judge(typed_facts(case.given, knowledge, checklist.id)) for case in checklist.cases]
    for item in checklist.items:
        truths = {case.truth(item.met) is True for case in seen}
        for wanted, words in ((True, "met"), (False, "not met")):
            if wanted not in truths:
                yield Fault(checklist.file, checklist.id, f"item {item.id!r} is {words} in none of its cases")


def _judge(knowledge: Knowledge) -> Judge:
    return judge_by(knowledge, knowledge.parameters_at(date.max))


# How much of the rules their cases exercise: every rule and every alternative, both ways.


@dataclass(frozen=True, slots=True)
class Coverage:
    """Rules and alternatives, each counted once for firing and once for not firing in some case."""

    rules: int
    alternatives: int
    covered: int
    faults: tuple[Fault, ...]

    @property
    def outcomes(self) -> int:
        """What there is to cover: two outcomes for every rule and every alternative."""
        return 2 * (self.rules + self.alternatives)

    @property
    def share(self) -> float:
        """Covered outcomes among all, 0–1."""
        return self.covered / self.outcomes if self.outcomes else 1.0


def cover(knowledge: Knowledge) -> Coverage:
    """Evaluate every alternative of each rule, in normal form, on the rule's own cases."""
    rules = alternatives = 0
    faults: list[Fault] = []
    for layer in layers(knowledge):
        for rule, disjuncts, seen in _observed(*layer):
            rules, alternatives = rules + 1, alternatives + len(disjuncts)
            faults += [Fault(rule.file, rule.id, what) for what in _missing(disjuncts, seen)]
    return Coverage(rules, alternatives, 2 * (rules + alternatives) - len(faults), tuple(faults))


@dataclass(frozen=True, slots=True)
class _Seen:
    """Over the cases of one rule: whether the rule fired, whether each alternative held."""

    fired: tuple[bool, ...]
    held: tuple[tuple[bool, ...], ...]


def _observed(
    knowledge: Knowledge, belongs: Callable[[str], bool]
) -> Iterator[tuple[Rule, tuple[Disjunct, ...], _Seen]]:
    kinds = kinds_of(knowledge)
    for day, rules in ensembles(knowledge):
        thresholds = check_rules(rules, knowledge.parameters_at(day), kinds)
        fires = compile_reference(rules, kinds, thresholds)
        for number, rule in enumerate(rules):
            if last_day(rule) != day or not belongs(rule.file):
                continue
            disjuncts = normalize(rule, kinds, thresholds)
            fired, held = [], []
            for case in rule.cases:
                readings = read_facts(facts_of(case, knowledge, where(rule)), kinds)
                firing = fires(readings)
                derived = {other.derives for other, yes in zip(rules, firing, strict=True) if yes and other.derives}
                fired.append(firing[number])
                held.append(tuple(holds(disjunct, readings, derived) for disjunct in disjuncts))
            yield rule, disjuncts, _Seen(tuple(fired), tuple(held))


def holds(disjunct: Disjunct, readings: Readings, derived: Collection[str]) -> bool:
    """Whether every literal holds for these facts and findings."""
    return all(_holds(literal, readings, derived) for literal in disjunct)


def _holds(literal: Literal, readings: Readings, derived: Collection[str]) -> bool:
    if literal.key.startswith("finding:"):
        return (literal.key.removeprefix("finding:") in derived) == bool(literal.value)
    reading = readings.get(literal.key)
    if literal.property == f"{literal.key}?":
        return (reading is not None) == bool(literal.value)
    return reading is not None and _compares(literal, reading)


def _compares(literal: Literal, reading: Reading) -> bool:
    value: int | str
    if isinstance(reading, tuple):
        value = reading[literal.property.endswith(".high")]
    elif isinstance(reading, frozenset):
        value = int(literal.property.removeprefix(f"{literal.key}=") in reading)
    else:
        value = int(reading) if isinstance(reading, bool) else reading
    if literal.op in ("$eq", "$neq"):
        return (value == literal.value) == (literal.op == "$eq")
    compares = {"$lt": operator.lt, "$lte": operator.le, "$gt": operator.gt, "$gte": operator.ge}[literal.op]
    return bool(compares(int(value), int(literal.value)))


def _missing(disjuncts: tuple[Disjunct, ...], seen: _Seen) -> Iterator[str]:
    for wanted, words in ((True, "fires"), (False, "does not fire")):
        if wanted not in seen.fired:
            yield f"no case in which it {words}"
    for number, disjunct in enumerate(disjuncts):
        held = {case[number] for case in seen.held}
        for wanted, words in ((True, "holds"), (False, "does not hold")):
            if wanted not in held:
                yield f"no case in which {in_words(disjunct)} {words}"


def in_words(disjunct: Disjunct) -> str:
    """An alternative as an author can read it."""
    return " and ".join(_in_words(literal) for literal in disjunct)


def _in_words(literal: Literal) -> str:
    sign = {"$eq": "=", "$neq": "≠", "$lt": "<", "$lte": "≤", "$gt": ">", "$gte": "≥"}[literal.op]
    if literal.op == "$eq" and literal.value in (0, 1):
        return literal.property if literal.value else f"not {literal.property}"
    return f"{literal.property} {sign} {literal.value}"

"""Whatever the open answers turn out to be: which laws, tiers and exclusions may hold, and what may be left."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, product
from math import fsum

from advisor.analysis.reevaluate import FACTS, LICENSED, MODEL_TAKES, OF_OPEN_MODEL, STAFF, deciding_rules
from advisor.cost.offers import REQUIREMENTS
from advisor.cost.operations import TIERS, WORK, Tier, work_around
from advisor.cost.scenario_builder import Preparation, choose_open_model, hybrid_listed, prepare
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.derived_facts import FEASIBLE, OFFER_FACTS, SELLERS, UNCONFIRMED, derived_facts, gate_inputs
from advisor.decision.gates import FRONTIER_ROUTES, GateInputs, GateState, RemainingRoutes, after_law, in_can_order
from advisor.decision.license_reports import blocked_models
from advisor.engine.engine import Circumstances, Engine
from advisor.engine.facts import FactValue, read_facts, tests_of
from advisor.interview.answers import Answers
from advisor.interview.defaults import CompletedAnswers
from advisor.interview.quantities import limits
from advisor.knowledge.conditions import NUMBER_OPS, Condition, Leaf, Test, fold
from advisor.knowledge.questions import Question
from advisor.knowledge.rules import Rule

# Which rules fire whatever the open answers turn out to be, and which may: three-valued logic over sets of truths.
#
# Each test of an open key has the set of outcomes it may have; conditions combine sets part by part, as if parts were
# independent. That can only make a rule look possible that is not, never the other way round.


Truth = bool | None
Truths = frozenset[Truth]
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "below": operator.lt,
    "at_most": operator.le,
    "above": operator.gt,
    "at_least": operator.ge,
}


@dataclass(frozen=True, slots=True)
class OpenFact:
    """What a fact may turn out to be; `values` None is anything, `bounds` hold every number it may contain.

    `may_lack` tells that it may stay unknown.
    """

    values: frozenset[FactValue] | None = None
    bounds: tuple[float, float] | None = None
    may_lack: bool = True


@dataclass(frozen=True, slots=True)
class RulesByCertainty:
    """Rules by what is certain of them; `uncertain` ones fire for some answers and not for others."""

    certain: tuple[Rule, ...]
    uncertain: tuple[Rule, ...]

    @property
    def possible(self) -> tuple[Rule, ...]:
        """Rules that fire for some answers."""
        return (*self.certain, *self.uncertain)


def rules_by_certainty(
    rules: Sequence[Rule], engine: Engine, facts: Mapping[str, FactValue], open_facts: Mapping[str, OpenFact]
) -> RulesByCertainty:
    """Sort rules by whether they fire; `facts` are what is settled, `open_facts` what is not."""
    logic = _Logic(engine, facts, open_facts)
    truths = [(rule, logic.truths(rule.when)) for rule in rules]
    certain = tuple(rule for rule, each in truths if each == {True})
    return RulesByCertainty(certain, tuple(rule for rule, each in truths if True in each and each != {True}))


@dataclass(slots=True)
class _Logic:
    engine: Engine
    facts: Mapping[str, FactValue]
    open_facts: Mapping[str, OpenFact]
    seen: Circumstances = field(init=False)
    found: dict[str, Truths] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seen = self._circumstances(self.facts)

    def _circumstances(self, facts: Mapping[str, FactValue]) -> Circumstances:
        readings = read_facts(facts, self.engine.kinds)
        return Circumstances(facts, readings, self.engine.thresholds, frozenset())

    def truths(self, condition: Condition) -> Truths:
        return fold(condition, self._leaf, _all, _any)

    def _leaf(self, leaf: Leaf, wanted: bool) -> Truths:
        truths = self._test(leaf) if isinstance(leaf, Test) else self._finding(leaf.name)
        return truths if wanted else _negated(truths)

    def _finding(self, name: str) -> Truths:
        if name not in self.found:
            each = [self.truths(rule.when) for rule in self.engine.rules if rule.derives == name]
            if any(truths == {True} for truths in each):
                self.found[name] = frozenset((True,))
            else:
                may = any(True in truths for truths in each)
                self.found[name] = frozenset((True, False)) if may else frozenset((False,))
        return self.found[name]

    def _test(self, test: Test) -> Truths:
        unsettled = self.open_facts.get(test.key)
        if unsettled is None:
            return frozenset((self.seen.truth(test),))
        if test.op == "known":
            return (
                frozenset((bool(test.value), not test.value)) if unsettled.may_lack else frozenset((bool(test.value),))
            )
        lacking: Truths = frozenset((None,)) if unsettled.may_lack else frozenset()
        if test.op in NUMBER_OPS:
            return lacking | (self._compared(test, unsettled.bounds) if unsettled.bounds else {True, False})
        if unsettled.values is None:
            return lacking | {True, False}
        return lacking | {self._circumstances({test.key: value}).truth(test) for value in unsettled.values}

    def _compared(self, test: Test, bounds: tuple[float, float]) -> Truths:
        """The outcomes at both ends: every comparison turns once, on its way from one to the other."""
        scale, threshold = self.engine.kinds[test.key].scale, self.engine.thresholds[test.key, str(test.value)]
        compare = _COMPARE[test.op.removeprefix("may_be_")]
        return frozenset(compare(round(end * scale), threshold) for end in bounds)


def _all(parts: Sequence[Truths]) -> Truths:
    result: set[Truth] = set()
    if any(False in part for part in parts):
        result.add(False)
    if all(True in part for part in parts):
        result.add(True)
    if any(None in part for part in parts) and all(part - {False} for part in parts):
        result.add(None)
    return frozenset(result)


def _any(parts: Sequence[Truths]) -> Truths:
    return _negated(_all([_negated(part) for part in parts]))


def _negated(truths: Truths) -> Truths:
    return frozenset(None if truth is None else not truth for truth in truths)


# All ways in which the open questions may yet be answered, and the routes that each may leave.


_MOST_FTE = 2e6
"""Beyond what may be answered for people, and for an open end of their sum."""
_COUNTS = ("derived.fte_for_fleet", "derived.fleet_gpus")
_GATES = ("must", "can")
_STATES = frozenset({FEASIBLE, UNCONFIRMED, *REQUIREMENTS})
_OF_THE_MODEL = frozenset({"context", "modality", "license"})
"""Requirements that no hardware changes: an offer that meets them comes further than one that does not."""
_OFFERED = frozenset(OFFER_FACTS[route] for route in SELLERS)


@dataclass(frozen=True)
class Completions:
    """All ways in which the `open_keys` may yet be answered, or left open; every other answer stays as it is."""

    answers: Answers
    at: CompiledKnowledge
    open_keys: frozenset[str]
    _states: dict[GateInputs, set[GateState]] = field(default_factory=dict, repr=False)
    _steps: dict[tuple[str, GateInputs], dict[GateState, GateState]] = field(default_factory=dict, repr=False)

    @cached_property
    def known(self) -> CompletedAnswers:
        """The answers so far, completed by defaults."""
        return CompletedAnswers(self.answers, self.at.parameters, self.at.knowledge.questions)

    @cached_property
    def licenses(self) -> RulesByCertainty:
        """License conditions that hold, or may."""
        return rules_by_certainty(self.at.licenses.rules, self.at.licenses, self.answers.values, self._open_questions)

    @cached_property
    def blocked(self) -> tuple[frozenset[str], frozenset[str]]:
        """Open models whose license is certainly, and possibly, blocked."""
        knowledge = self.at.knowledge
        return blocked_models(self.licenses.certain, knowledge), blocked_models(self.licenses.possible, knowledge)

    @cached_property
    def open_model_settled(self) -> bool:
        """Whether the open model is the same whatever is answered."""
        catalog, (certain, possible) = self.at.knowledge.catalog, self.blocked
        if self.open_keys & (LICENSED | {"workload.task"}):
            return False
        return len({choose_open_model(self.known, catalog, each) for each in (certain, possible)}) == 1

    @cached_property
    def prepared(self) -> Preparation:
        """Models, prices and fleet by the answers so far."""
        return prepare(self.known, self.at.catalog, self.at.parameters.as_of, self.blocked[0])

    @cached_property
    def gates(self) -> RulesByCertainty:
        """Rules that can change the route: those that fire, and those that may."""
        facts: dict[str, FactValue] = {**self.answers.values, **derived_facts(self.prepared, self.blocked[0])}
        unsettled = self._open_questions | dict(self._open_facts())
        settled = {key: value for key, value in facts.items() if key not in unsettled}
        return rules_by_certainty(deciding_rules(self.at.gates), self.at.gates, settled, unsettled)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """Service tiers that may be derived."""
        derived = {rule.derives for rule in self.gates.possible}
        return tuple(tier for tier in TIERS if tier in derived)

    @property
    def works(self) -> tuple[Tier, ...]:
        """Tiers by what the service is for that may be derived."""
        names = [name for name, _ in WORK]
        certain, possible = (
            {rule.derives for rule in rules if rule.derives in names}
            for rules in (self.gates.certain, self.gates.possible)
        )
        some = {work_around({*certain, *found}) for found in _combined(sorted(possible - certain))}
        return tuple(tier for tier in TIERS if tier in some)

    @property
    def regulated(self) -> tuple[bool, ...]:
        """Whether the data carries duties: one answer, or both."""
        certain = any(rule.derives == "regulated" for rule in self.gates.certain)
        possible = any(rule.derives == "regulated" for rule in self.gates.possible)
        return (certain,) if certain == possible else (False, True)

    def standings(self) -> Iterator[RemainingRoutes]:
        """Every outcome of the gates that the uncertain rules may lead to, each once."""
        for inputs, begun in self._after_law().items():
            states = begun
            for rule, certain in self._can_rules():
                after = self._stepped(rule, inputs, states)
                stepped = {after[state] for state in states}
                states = stepped if certain else states | stepped
            yield from (state.remaining(inputs) for state in states)

    def with_and_without(self, rule: Rule) -> Iterator[tuple[RemainingRoutes, RemainingRoutes]]:
        """The outcomes that one uncertain rule tells apart, whatever the other uncertain ones do."""
        for inputs, begun in self._law_pairs(rule).items():
            pairs = begun
            for other, certain in self._can_rules():
                if _signature(other) == _signature(rule) and not certain:
                    after = self._stepped(rule, inputs, {two for _, two in pairs})
                    pairs = {(one, after[two]) for one, two in pairs}
                    continue
                after = self._stepped(other, inputs, {state for pair in pairs for state in pair})
                stepped = {(after[one], after[two]) for one, two in pairs}
                pairs = stepped if certain else pairs | stepped
            yield from ((one.remaining(inputs), two.remaining(inputs)) for one, two in pairs if one != two)

    def _stepped(self, rule: Rule, inputs: GateInputs, states: Collection[GateState]) -> dict[GateState, GateState]:
        """Each state with the one that a rule of the can gate makes of it; worked out once."""
        known = self._steps.setdefault((rule.id, inputs), {})
        for state in states:
            if state not in known:
                known[state] = state.after(rule, inputs)
        return known

    def _can_rules(self) -> list[tuple[Rule, bool]]:
        """The can gate's exclusions in the order they are applied, and whether each certainly fires."""
        certain = {rule.id for rule in self._base}
        rules = [*self._base, *self._signatures("can")]
        ordered = in_can_order(sorted(rules, key=lambda rule: self._places[rule.id]))
        return [(rule, rule.id in certain) for rule in ordered]

    def _law_pairs(self, rule: Rule) -> dict[GateInputs, set[tuple[GateState, GateState]]]:
        """States after the law without and with a rule: the same where the rule is not of the law."""
        if rule.gate != "must":
            return {inputs: {(state, state) for state in states} for inputs, states in self._after_law().items()}
        others = [one for one in self._signatures("must") if _signature(one) != _signature(rule)]
        found: dict[GateInputs, set[tuple[GateState, GateState]]] = {}
        for inputs, starts in self._starts().items():
            laws = [[*self._base, *some] for some in _subsets(others)]
            pairs = {(self._law(each, inputs), self._law([*each, rule], inputs)) for each in laws}
            found[inputs] = {
                (one.within(start, inputs), two.within(start, inputs)) for one, two in pairs for start in starts
            }
        return found

    def _after_law(self) -> dict[GateInputs, set[GateState]]:
        """States that the law may leave, by the inputs that the can gate still reads."""
        if not self._states:
            for inputs, starts in self._starts().items():
                laws = {self._law([*self._base, *some], inputs) for some in _subsets(self._signatures("must"))}
                self._states[inputs] = {law.within(start, inputs) for law in laws for start in starts}
        return self._states

    def _starts(self) -> dict[GateInputs, list[GateInputs]]:
        """The inputs the rules read, each with the routes that nothing may be sold on."""
        found: dict[GateInputs, list[GateInputs]] = {}
        for inputs in self._workloads():
            found.setdefault(replace(inputs, unsold=(), unsold_frontier=()), []).append(inputs)
        return found

    def _law(self, rules: Sequence[Rule], inputs: GateInputs) -> GateState:
        return after_law(sorted(rules, key=lambda rule: self._places[rule.id]), inputs)

    @cached_property
    def _base(self) -> list[Rule]:
        return [rule for rule in self.gates.certain if rule.gate in _GATES]

    def _signatures(self, gate: str) -> list[Rule]:
        """Uncertain rules of a gate, one of each that excludes alike."""
        rules = [
            rule
            for rule in self.gates.uncertain
            if rule.gate == gate and rule.effect in ("exclude", "choose") and not _is_of_sellers(rule)
        ]
        return list({_signature(rule): rule for rule in rules}.values())

    @cached_property
    def _places(self) -> dict[str, int]:
        """The pack's order, which settles what is set aside first among exclusions of one kind."""
        return {rule.id: place for place, rule in enumerate(self.at.gates.rules)}

    def _workloads(self) -> list[GateInputs]:
        listed = (True, False) if "quality.frontier_share" in self.open_keys else (hybrid_listed(self.known),)
        rate = "quality.routine_success_rate"
        given = (True, False) if rate in self.open_keys else (self.known.given(rate),)
        known = gate_inputs(self.prepared)
        vendors = (True, False) if self._may_sell("managed-cloud") else (known.cloud_sells_vendor_model,)
        in_doubt = [route for route in SELLERS if self._may_sell(route)]
        settled = tuple(route for route in known.unsold if route not in in_doubt)
        unsold = [(*settled, *some) for some in _combined(in_doubt)]
        frontier = _combined([route for route in FRONTIER_ROUTES if route in in_doubt]) if True in listed else [()]
        if not in_doubt:
            frontier = [known.unsold_frontier]
        return [
            GateInputs(*each)
            for each in product(listed, given if True in listed else given[:1], vendors, unsold, frontier)
        ]

    def _may_sell(self, route: str) -> bool:
        """Whether it is open that anything can be bought on a route for this work."""
        fact = OFFER_FACTS[route]
        return bool(self.open_keys & FACTS[fact]) or (fact in OF_OPEN_MODEL and not self.open_model_settled)

    @cached_property
    def _open_questions(self) -> dict[str, OpenFact]:
        questions = self.at.knowledge.questions
        return {key: _open(questions[key]) for key in self.open_keys}

    def _open_facts(self) -> Iterator[tuple[str, OpenFact]]:
        for fact, keys in FACTS.items():
            unsettled = self.open_keys & keys or (fact in OF_OPEN_MODEL and not self.open_model_settled)
            if fact == "derived.sustained_fte" and unsettled:
                yield fact, OpenFact(bounds=(self._least_staff(), _MOST_FTE))
            elif fact in _COUNTS and unsettled:
                yield fact, OpenFact(bounds=(0.0, _MOST_FTE))
            elif fact == "derived.candidates_blocked":
                may_be = self._candidates_blocked()
                if unsettled or len(may_be) > 1:
                    yield fact, OpenFact(frozenset(may_be))
            elif fact == OFFER_FACTS["self-host"] and unsettled and self._model_taken:
                yield fact, OpenFact(frozenset(_STATES - _OF_THE_MODEL))
            elif unsettled:
                yield fact, OpenFact(bounds=(0.0, 1.0)) if fact.startswith("derived.accuracy") else OpenFact()

    @property
    def _model_taken(self) -> bool:
        """Whether an open model certainly takes the request: hardware alone can then keep it from being hosted."""
        if self.open_keys & MODEL_TAKES or not self.open_model_settled:
            return False
        return derived_facts(self.prepared, self.blocked[0])[OFFER_FACTS["self-host"]] not in _OF_THE_MODEL

    def _least_staff(self) -> float:
        given = [part for part in (self.answers.range(key) for key in STAFF) if part is not None]
        return fsum(part.low for part in given)

    def _candidates_blocked(self) -> set[FactValue]:
        """Whether every candidate is blocked: what it may turn out to be; unknown is told apart by `Open`."""
        certain, possible = self.blocked
        named = self.answers.text("economics.open_model")
        models = self.answers.several("license.models") or ((named,) if named else ())
        may_change = "license.models" in self.open_keys
        may_change = may_change or ("economics.open_model" in self.open_keys and not models)
        if may_change:
            return {True, False} if possible else {False}
        if not models:
            return set()
        return {all(model in each for model in models) for each in (certain, possible)}


def _open(question: Question) -> OpenFact:
    if question.is_numeric:
        return OpenFact(bounds=bounds_of(question))
    return OpenFact()


def bounds_of(question: Question) -> tuple[float, float]:
    """The least and the largest number that may be answered."""
    return limits(question)


def _is_of_sellers(rule: Rule) -> bool:
    """Whether a rule says that nobody sells anything on a route: unsold routes are tracked apart from the rules."""
    return any(test.key in _OFFERED for test in tests_of(rule))


def _combined(names: Sequence[str]) -> list[tuple[str, ...]]:
    return [some for size in range(len(names) + 1) for some in combinations(names, size)]


def _subsets(rules: Sequence[Rule]) -> Iterator[tuple[Rule, ...]]:
    """The extremes first: none, all, then every other number of them."""
    sizes = sorted(range(len(rules) + 1), key=lambda size: min(size, len(rules) - size))
    for size in sizes:
        yield from combinations(rules, size)


def _signature(rule: Rule) -> tuple[str, str, tuple[str, ...]]:
    return rule.effect, rule.kind, rule.options


def _barred(rules: Collection[Rule]) -> frozenset[str]:
    """The routes that laws rule out; one that chooses a route rules out the rest while that route stands."""
    law = {option for rule in rules if rule.gate == "must" and rule.effect == "exclude" for option in rule.options}
    for rule in rules:
        if rule.effect == "choose" and not law & set(rule.options):
            return frozenset({"hosted-api", "managed-open", "self-host", "managed-cloud", "hybrid"} - set(rule.options))
    return frozenset(law)

"""Whatever the open answers turn out to be: which laws, tiers and exclusions may hold, and what may be left."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product

from advisor.analysis.dependencies import FACTS, LICENSED, OF_OPEN_MODEL, STAFF
from advisor.analysis.reevaluate import deciding_rules
from advisor.analysis.three_valued import Open, Outlook, outlook
from advisor.cost.people import TIERS, Tier
from advisor.cost.scenario_builder import Preparation, choose_open_model, hybrid_listed, prepare
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.derived_facts import derived_facts
from advisor.decision.gates import GateInputs, RemainingRoutes, apply_gates
from advisor.decision.license_reports import blocked_models
from advisor.engine.facts import FactValue
from advisor.interview.answers import Answers
from advisor.interview.defaults import CompletedAnswers
from advisor.interview.quantities import limits
from advisor.knowledge.questions import Question
from advisor.knowledge.rules import Rule

_MOST_FTE = 2e6
"""Beyond what may be answered for people, and for an open end of their sum."""
_GATES = ("must", "can")


LawState = tuple[tuple[str, ...], bool, frozenset[str]]
"""What the laws leave: the routes that stand, whether the cloud may run an open model, the routes ruled out."""


@dataclass(frozen=True)
class Completions:
    """All ways in which the `open_keys` may yet be answered, or left open; every other answer stays as it is."""

    answers: Answers
    at: CompiledKnowledge
    open_keys: frozenset[str]
    _standings: dict[tuple[str, ...], RemainingRoutes] = field(default_factory=dict, repr=False)

    @cached_property
    def known(self) -> CompletedAnswers:
        """The answers so far, completed by defaults."""
        return CompletedAnswers(self.answers, self.at.parameters, self.at.knowledge.questions)

    @cached_property
    def licenses(self) -> Outlook:
        """License conditions that hold, or may."""
        return outlook(self.at.licenses.rules, self.at.licenses, self.answers.values, self._open_questions)

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
        return prepare(self.known, self.at.knowledge.catalog, self.at.parameters.as_of, self.blocked[0])

    @cached_property
    def gates(self) -> Outlook:
        """Rules that can change the route: those that fire, and those that may."""
        facts: dict[str, FactValue] = {**self.answers.values, **derived_facts(self.prepared, self.blocked[0])}
        unsettled = self._open_questions | dict(self._open_facts())
        settled = {key: value for key, value in facts.items() if key not in unsettled}
        return outlook(deciding_rules(self.at.gates), self.at.gates, settled, unsettled)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """Service tiers that may be derived."""
        derived = {rule.derives for rule in self.gates.possible}
        return tuple(tier for tier in TIERS if tier in derived)

    @property
    def regulated(self) -> tuple[bool, ...]:
        """Whether the data carries duties: one answer, or both."""
        certain = any(rule.derives == "regulated" for rule in self.gates.certain)
        possible = any(rule.derives == "regulated" for rule in self.gates.possible)
        return (certain,) if certain == possible else (False, True)

    def standings(self) -> Iterator[RemainingRoutes]:
        """Every standing that the uncertain rules may lead to; states of the law that leave the same are taken once."""
        can = self._signatures("can")
        for workload in self._workloads():
            seen: set[LawState] = set()
            for some in _subsets(self._signatures("must")):
                state = self._law_state(some, workload)
                if state not in seen:
                    seen.add(state)
                    yield from (self._stand([*some, *others], workload) for others in _subsets(can))

    def with_and_without(self, rule: Rule) -> Iterator[tuple[RemainingRoutes, RemainingRoutes]]:
        """The standings that one uncertain rule tells apart, whatever the other uncertain ones do."""
        law, can = ([one for one in self._signatures(gate) if _signature(one) != _signature(rule)] for gate in _GATES)
        on_law = [rule] if rule.gate == "must" else []
        for workload in self._workloads():
            seen: set[tuple[LawState, LawState]] = set()
            for some in _subsets(law):
                states = self._law_state(some, workload), self._law_state([*some, *on_law], workload)
                if states not in seen:
                    seen.add(states)
                    for others in _subsets(can):
                        both = [*some, *others]
                        yield self._stand(both, workload), self._stand([*both, rule], workload)

    def _law_state(self, some: Sequence[Rule], workload: GateInputs) -> LawState:
        standing = self._stand(some, workload)
        return standing.after_must, standing.cloud_open_eligible, _barred([*self._base, *some])

    @cached_property
    def _base(self) -> list[Rule]:
        return [rule for rule in self.gates.certain if rule.gate in _GATES]

    def _signatures(self, gate: str) -> list[Rule]:
        """Uncertain rules of a gate, one of each that excludes alike."""
        rules = [rule for rule in self.gates.uncertain if rule.gate == gate and rule.effect in ("exclude", "choose")]
        return list({_signature(rule): rule for rule in rules}.values())

    def _stand(self, uncertain: Sequence[Rule], workload: GateInputs) -> RemainingRoutes:
        ordered = sorted([*self._base, *uncertain], key=lambda rule: self._places[rule.id])
        key = (*(rule.id for rule in ordered), str(workload))
        if key not in self._standings:
            self._standings[key] = apply_gates(ordered, workload)
        return self._standings[key]

    @cached_property
    def _places(self) -> dict[str, int]:
        """The pack's order, which settles what is set aside first among exclusions of one kind."""
        return {rule.id: place for place, rule in enumerate(self.at.gates.rules)}

    def _workloads(self) -> list[GateInputs]:
        listed = (True, False) if "quality.frontier_share" in self.open_keys else (hybrid_listed(self.known),)
        rate = "quality.routine_success_rate"
        given = (True, False) if rate in self.open_keys else (self.known.given(rate),)
        return [GateInputs(one, other) for one, other in product(listed, given if True in listed else given[:1])]

    @cached_property
    def _open_questions(self) -> dict[str, Open]:
        questions = self.at.knowledge.questions
        return {key: _open(questions[key]) for key in self.open_keys}

    def _open_facts(self) -> Iterator[tuple[str, Open]]:
        for fact, keys in FACTS.items():
            unsettled = self.open_keys & keys or (fact in OF_OPEN_MODEL and not self.open_model_settled)
            if fact == "derived.sustained_fte" and unsettled:
                yield fact, Open(bounds=(self._least_staff(), _MOST_FTE))
            elif fact == "derived.candidates_blocked":
                may_be = self._candidates_blocked()
                if unsettled or len(may_be) > 1:
                    yield fact, Open(frozenset(may_be))
            elif unsettled:
                yield fact, Open(bounds=(0.0, 1.0)) if fact.startswith("derived.accuracy") else Open()

    def _least_staff(self) -> float:
        given = [part for part in (self.answers.range(key) for key in STAFF) if part is not None]
        return sum(part.low for part in given)

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


def _open(question: Question) -> Open:
    if question.is_numeric:
        return Open(bounds=bounds_of(question))
    return Open()


def bounds_of(question: Question) -> tuple[float, float]:
    """The least and the largest number that may be answered."""
    return limits(question)


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

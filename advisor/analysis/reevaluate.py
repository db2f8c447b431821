"""The route that other answers would lead to, asked hundreds of times: a step is repeated only where it must be."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from advisor.analysis.without_fleet import DECIDING, Found, WithoutFleet, found_by
from advisor.cost import draws, fleet_search, quotes
from advisor.cost.comparison import price
from advisor.cost.draws import Figure
from advisor.cost.scenario import Scenario, Shortlist
from advisor.cost.scenario_builder import FleetMarket, Preparation, TokenOffers, find_fleets, token_offers, with_fleets
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.derived_facts import (
    derived_facts,
    gate_inputs,
    sustained_fte,
    token_facts,
    token_gate_inputs,
    volume_given,
)
from advisor.decision.gates import RemainingRoutes, choose, priced_alone
from advisor.decision.license_reports import blocked_models
from advisor.engine.engine import Engine
from advisor.engine.facts import FactValue, tests_of
from advisor.interview.answers import Answers, Value
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.parameters import Range
from advisor.knowledge.rules import Rule
from advisor.sizing import throughput
from advisor.workload.identities import STATABLE
from advisor.workload.resolve import MEDIA, Workload, resolve_workload

# Results kept by what was read to reach them: whatever else changes, the same reads give the same result.


K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R")


class Watched(Mapping[K, V]):
    """A mapping that notes what is asked of it, keys it does not have included."""

    def __init__(self, values: Mapping[K, V]) -> None:
        self._values = values
        self.read: dict[K, V | None] = {}

    def __getitem__(self, key: K) -> V:
        self.read[key] = self._values.get(key)
        return self._values[key]

    def __iter__(self) -> Iterator[K]:
        for key in self._values:
            self.read[key] = self._values[key]
            yield key

    def __len__(self) -> int:
        return len(self._values)


class Memo(Generic[K, R]):
    """Results of one deterministic function of a mapping.

    A function that reads the same values in the same order takes the same way, so a result holds for every mapping
    that agrees on the keys that were read. They are few sets, so each lookup tries them all.
    """

    def __init__(self) -> None:
        self._tables: dict[Hashable, dict[tuple[K, ...], dict[tuple[Any, ...], R]]] = {}

    @property
    def keys(self) -> frozenset[K]:
        """Everything that was read so far."""
        return frozenset(key for tables in self._tables.values() for keys in tables for key in keys)

    def find(self, values: Mapping[K, Any], context: Hashable = ()) -> R | None:
        """The result kept for a mapping; `context` is whatever else the function depends on."""
        for keys, table in self._tables.get(context, {}).items():
            found = table.get(tuple(map(values.get, keys)))
            if found is not None:
                return found
        return None

    def keep(self, watched: Watched[K, Any], result: R, context: Hashable = ()) -> R:
        """Keep a result under what was read for it."""
        table = self._tables.setdefault(context, {}).setdefault(tuple(watched.read), {})
        table[tuple(watched.read.values())] = result
        return result


# Which answers each computed fact and each route's price is worked out from; a test changes every other answer.


_SHAPE = frozenset({"workload.task", *STATABLE, *MEDIA})
"""Volumes, requests and lengths follow from each other, so that each of them may set the shape of a request."""
_TRAFFIC = _SHAPE
_VENDOR_MODEL = frozenset({
    "workload.task", "economics.api_model", "quality.frontier_required", "quality.frontier_share",
})  # fmt: skip
_OPEN_MODEL = frozenset({"workload.task", "economics.open_model", "license.models"})
_NEEDS = frozenset({
    "data.region", "data.classes", "data.regimes", "data.retention_days", "data.no_training_on_data",
})  # fmt: skip
_CHOSEN = frozenset({
    "workload.task", "economics.api_model", "economics.open_model", "license.models", "economics.provider",
    "quality.capability", "quality.frontier_required", "quality.frontier_share", "quality.multimodal_required",
    "quality.fine_tuning_required", "economics.api_input_usd", "economics.api_cached_usd", "economics.api_output_usd",
    "economics.open_input_usd", "economics.open_cached_usd", "economics.open_output_usd", "economics.discount",
    "volume.cached_share", "volume.batch_share", "volume.annual_growth", "economics.horizon_months",
    "economics.token_multiplier",
})  # fmt: skip
"""What tells which of all offers is the cheapest that will do."""
_OFFERS = _NEEDS | _TRAFFIC | _CHOSEN | {"economics.pricing"}
_FLEET = (
    _TRAFFIC
    | _OPEN_MODEL
    | _NEEDS
    | _CHOSEN
    | {
        "data.boundary",
        "latency.p95_ms", "economics.gpu_hour_usd", "economics.acquisition", "economics.electricity_usd_kwh",
        "economics.owned_gpus_spare", "economics.second_region", "economics.pricing", "workload.audience",
        "economics.service_tier", "latency.interactive",
        "economics.gpu", "economics.gpus", "economics.precision", "economics.utilization", "latency.p50_ms",
        "latency.inter_token_ms", "volume.peak_concurrency", "volume.batch_share", "volume.peak_to_average",
        "volume.cached_share",
    }
)  # fmt: skip
_EVIDENCE = frozenset({
    "quality.failure_cost_usd", "quality.api_success_rate", "quality.open_success_rate",
    "quality.open_model_accuracy",
})  # fmt: skip
_OF_EVERY_ROUTE = _TRAFFIC | _EVIDENCE | {"economics.horizon_months", "economics.pricing"}

STAFF = frozenset({"staffing.ml_infra_fte", "staffing.platform_fte", "staffing.evaluation_fte"})
LICENSED = frozenset({"economics.open_model", "license.models"})

FACTS = {
    "derived.sustained_fte": STAFF,
    "derived.fte_for_fleet": STAFF | _FLEET,
    "derived.fleet_gpus": _FLEET,
    "derived.accuracy_lower": frozenset({"quality.open_model_accuracy", "quality.eval_prompts"}),
    "derived.accuracy_upper": frozenset({"quality.open_model_accuracy", "quality.eval_prompts"}),
    "derived.first_token": _FLEET,
    "derived.fits": _FLEET,
    "derived.fits_workstation": _FLEET,
    "derived.candidates_blocked": LICENSED,
    "derived.hosted_api_offer": _OFFERS,
    "derived.managed_open_offer": _OFFERS | _FLEET,
    "derived.managed_cloud_offer": _OFFERS,
    "derived.self_host_offer": _FLEET,
}
"""Computed facts by the answers they read; those of an open model follow its license too."""

MODEL_TAKES = _SHAPE | LICENSED | {"workload.task", "quality.multimodal_required"}
"""What tells whether an open model takes the request and its license stands, whatever hardware it runs on."""

OF_OPEN_MODEL = frozenset({
    "derived.first_token", "derived.fits", "derived.fits_workstation", "derived.managed_open_offer",
    "derived.managed_cloud_offer", "derived.self_host_offer", "derived.fleet_gpus", "derived.fte_for_fleet",
})  # fmt: skip

_DEDICATED = _FLEET | {"volume.annual_growth", "economics.token_multiplier", "economics.gpu_hour_usd"}
_OWN = _DEDICATED | {
    "economics.acquisition", "economics.second_region", "economics.owned_gpus_spare", "economics.electricity_usd_kwh",
}  # fmt: skip

FIXED = {
    "hosted-api": _OF_EVERY_ROUTE | _VENDOR_MODEL | _OFFERS,
    "managed-cloud": _OF_EVERY_ROUTE | _VENDOR_MODEL | _OPEN_MODEL | _OFFERS,
    "managed-open": _OF_EVERY_ROUTE | _OPEN_MODEL | _OFFERS,
    "managed-open dedicated": _OF_EVERY_ROUTE | _OPEN_MODEL | _OFFERS | _DEDICATED,
    "self-host": _OF_EVERY_ROUTE | _OWN,
    "hybrid": _OF_EVERY_ROUTE | _VENDOR_MODEL | _OFFERS | _OWN | {"quality.routine_success_rate"},
}
"""Answers that must be settled before a route's price has bounds: they choose what is priced, not only how much."""

_BILL = frozenset({"volume.cached_share", "volume.batch_share", "volume.annual_growth", "economics.discount"})
_FAILURES = frozenset({"quality.tokens_per_task", "quality.routine_success_rate"})
_RUN = frozenset({"staffing.loaded_cost_usd", "economics.team_spare_fte", "economics.migration_cost_usd"})
_OPEN_TOKENS = frozenset({"economics.token_multiplier"})

PRICED = {
    "hosted-api": FIXED["hosted-api"] | _BILL | _FAILURES,
    "managed-cloud": FIXED["managed-cloud"] | _BILL | _FAILURES | _OPEN_TOKENS,
    "managed-open": FIXED["managed-open dedicated"] | _BILL | _FAILURES,
    "self-host": FIXED["self-host"] | _FAILURES | _RUN,
    "hybrid": FIXED["hybrid"] | _BILL | _FAILURES | _RUN,
}
"""All answers that a route's price is worked out from."""


# A step's result is kept by what the step read. A key that no rule tests and no cost reads therefore costs nothing;
# one that only moves a cost leaves models, fleet and rules alone; one that only a rule tests leaves the costs alone.


def forget() -> None:
    """Let go of draws, quotes, fleets and speeds that are kept across what-ifs: another workload asks for others."""
    for keeper in (draws, quotes, fleet_search, throughput):
        keeper.forget()


class WhatIf:
    """The reference evaluator's verdicts under the knowledge of one day and one seed; it keeps what it worked out."""

    def __init__(self, at: CompiledKnowledge, seed: int) -> None:
        self.at, self.seed = at, seed
        self._postures, self._tested = _deciding_keys(at.licenses), _deciding_keys(at.gates)
        self._blocked: dict[tuple[FactValue | None, ...], frozenset[str]] = {}
        self._offers: Memo[str, TokenOffers] = Memo()
        self._workloads: Memo[str, Workload] = Memo()
        self._fleets: Memo[str, FleetMarket] = Memo()
        self._without_fleet = WithoutFleet(at.gates)
        self._found: dict[tuple[object, ...], Found | None] = {}
        self._totals: Memo[str, Mapping[str, Figure]] = Memo()
        self._options: dict[tuple[object, ...], str] = {}

    @property
    def keys(self) -> frozenset[str]:
        """Every answer, fact and figure that a verdict asked for so far has read."""
        read = self._offers.keys | self._fleets.keys | self._totals.keys
        return frozenset({*self._postures, *self._tested}) | read

    def option(self, answers: Answers, draws: int) -> str:
        """The route that `sweep` would choose on as many draws, or `none`."""
        blocked = self._blocked_models(answers)
        offers = self._token_offers(answers, blocked)
        option = None if offers.dedicated else self._option_without_fleet(answers, offers, blocked, draws)
        return option or self._option_with_fleet(answers, offers, blocked, draws)

    def _option_without_fleet(
        self, answers: Answers, offers: TokenOffers, blocked: frozenset[str], draws: int
    ) -> str | None:
        """The route where self-hosting is excluded whatever fleet would be found; None where it may not be."""
        found = self._found_without_fleet(answers, offers, blocked)
        if found is None:
            return None
        left = found.standing.after_can
        if len(left) == 1:
            return left[0]
        eligible = found.standing.cloud_open_eligible
        scenario = offers.scenario(found.work, regulated=found.regulated, cloud_open_eligible=eligible)
        totals = self._priced(scenario, found.standing, draws, left)
        return self._chosen(found, totals) if any(route in totals for route in left) else None

    def _found_without_fleet(self, answers: Answers, offers: TokenOffers, blocked: frozenset[str]) -> Found | None:
        facts, workload = dict(answers.values) | token_facts(offers, blocked), token_gate_inputs(offers)
        people, volume = sustained_fte(answers), volume_given(answers)
        key = (None, workload, people, volume, *map(facts.get, self._tested))
        if key not in self._found:
            self._found[key] = self._without_fleet.found(facts, workload, people, volume=volume)
        return self._found[key]

    def _option_with_fleet(self, answers: Answers, offers: TokenOffers, blocked: frozenset[str], draws: int) -> str:
        prepared = self._preparation(answers, offers, blocked)
        found = self._findings(answers, prepared, blocked)
        left = found.standing.after_can
        if len(left) < 2:
            if not found.standing.after_must:
                return "none"
            sold = left[0] in ("self-host", "hybrid") or prepared.failure(left[0]) is None
            return left[0] if sold else "self-host"
        scenario = prepared.scenario(
            found.tier,
            work=found.work,
            regulated=found.regulated,
            cloud_open_eligible=found.standing.cloud_open_eligible,
        )
        totals = self._priced(scenario, found.standing, draws, found.standing.after_can)
        return self._chosen(found, totals)

    def _blocked_models(self, answers: Answers) -> frozenset[str]:
        values = answers.values
        key = tuple(map(values.get, self._postures))
        if key not in self._blocked:
            fired = self.at.licenses.fired(dict(values))
            self._blocked[key] = blocked_models(fired, self.at.knowledge)
        return self._blocked[key]

    def _token_offers(self, answers: Answers, blocked: frozenset[str]) -> TokenOffers:
        kept = self._offers.find(answers.values, blocked)
        if kept is None:
            watched, known = self._watched(answers)
            catalog, as_of = self.at.catalog, self.at.parameters.as_of
            kept = token_offers(known, catalog, as_of, blocked, self._workload(answers, watched))
            self._offers.keep(watched, kept, blocked)
        return replace(kept, known=self._completed(answers))

    def _workload(self, answers: Answers, reader: Watched[str, Value]) -> Workload:
        """The volumes of a workload; what they are resolved from counts as read by `reader` too."""
        kept = self._workloads.find(reader)
        if kept is None:
            watched, known = self._watched(answers)
            kept = self._workloads.keep(watched, resolve_workload(known))
            reader.read.update(watched.read)
        return kept

    def _preparation(self, answers: Answers, offers: TokenOffers, blocked: frozenset[str]) -> Preparation:
        context = (offers.shape, *map(id, offers.hosted.models))  # of the catalog, which is kept as long as this is
        kept = self._fleets.find(answers.values, context)
        if kept is None:
            watched, known = self._watched(answers)
            kept = self._fleets.keep(watched, find_fleets(replace(offers, known=known)), context)
        return with_fleets(offers, kept, blocked)

    def _watched(self, answers: Answers) -> tuple[Watched[str, Value], CompletedAnswers]:
        watched = Watched(answers.values)
        return watched, self._completed(replace(answers, values=watched))

    def _completed(self, answers: Answers) -> CompletedAnswers:
        return CompletedAnswers(answers, self.at.parameters, self.at.knowledge.questions)

    def _findings(self, answers: Answers, prepared: Preparation, blocked: frozenset[str]) -> Found:
        facts = dict(answers.values) | derived_facts(prepared, blocked)
        workload = gate_inputs(prepared)
        key = (workload, *map(facts.get, self._tested))
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = found_by(self.at.gates, facts, workload)
        return found

    def _priced(
        self, scenario: Scenario, standing: RemainingRoutes, draws: int, routes: Sequence[str]
    ) -> Mapping[str, Figure]:
        halves = (standing.routine_halves, standing.frontier_halves) if scenario.frontier_share else ((), ())
        bought = _bought(scenario.shortlist)  # quotes and fleets are kept as long as the offers that hold them
        context = (draws, routes, *halves, *bought, *_structure(scenario))
        kept = self._totals.find(scenario.ranges, context)
        if kept is not None:
            return kept
        watched: Watched[str, Range] = Watched(scenario.ranges)
        totals = price(replace(scenario, ranges=watched), self.seed, draws, *halves, routes)
        return self._totals.keep(watched, totals, context)

    def _chosen(self, found: Found, totals: Mapping[str, Figure]) -> str:
        key = (id(found), id(totals))  # both are kept as long as this is
        if key not in self._options:
            number = self.at.parameters.number
            choice = choose(
                priced_alone(found.standing, totals),
                totals,
                found.fired,
                tie_share=number("gate.tie_share"),
                hybrid_margin=number("gate.hybrid_margin"),
                conditional=frozenset(),
            )
            self._options[key] = choice.option
        return self._options[key]


def deciding_rules(engine: Engine) -> tuple[Rule, ...]:
    """The rules of an engine that can change the route."""
    return tuple(rule for rule in engine.rules if rule.effect in DECIDING)


def _deciding_keys(engine: Engine) -> tuple[str, ...]:
    return tuple(dict.fromkeys(test.key for rule in deciding_rules(engine) for test in tests_of(rule)))


def _bought(shortlist: Shortlist) -> tuple[object, ...]:
    """What can be bought, by identity."""
    quotes = (tuple(map(id, each)) for each in shortlist.quotes.values())
    return (*shortlist.quotes, *quotes, tuple(map(id, shortlist.fleets)), tuple(map(id, shortlist.endpoints)))


def _structure(scenario: Scenario) -> tuple[object, ...]:
    """All of a scenario but its ranges and what is bought."""
    return (
        scenario.basis,
        scenario.months,
        scenario.tier,
        scenario.work,
        scenario.pricing,
        scenario.discounted,
        scenario.users_known,
        scenario.move_known,
        scenario.second_region,
        scenario.regulated,
        scenario.frontier_share,
        scenario.evidence,
        scenario.open_success_given,
        scenario.routine_success_given,
        scenario.cloud_open_eligible,
    )

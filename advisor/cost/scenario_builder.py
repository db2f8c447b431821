"""From completed answers and the catalog to a scenario: which models, prices, fleet and ranges are compared."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from advisor.cost.fleet import FleetPlan, FleetRequest, plan_fleet, rate_provided
from advisor.cost.inputs import ranges_of, traffic_range
from advisor.cost.people import Tier
from advisor.cost.prices import DataNeeds, PriceList, price_list
from advisor.cost.scenario import Offers, Scenario
from advisor.cost.traffic import Basis, traffic
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.catalog import Acquisition, Catalog, Gpu, OpenModel, TokenPrice
from advisor.knowledge.ranges import Range
from advisor.sizing.calibration import Calibration
from advisor.sizing.placement import Precision, RequestShape
from advisor.workload.resolve import resolve_workload, volume_steps

_STATED_TARGETS = ("latency.p50_ms", "latency.inter_token_ms")


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is priced, before the rules have said which tier it is and whether the cloud may use an open model."""

    known: CompletedAnswers
    catalog: Catalog
    as_of: date
    api_model: str
    open_model: str
    basis: Basis
    fleet: FleetPlan
    workstation: FleetPlan | None
    offers: Offers
    needs: DataNeeds

    def scenario(self, tier: Tier, *, regulated: bool, cloud_open_eligible: bool) -> Scenario:
        """The scenario for a service tier; a workstation is owned unless the user named other hardware."""
        known = self.known
        on_desk = tier == "workstation" and self.workstation is not None and not known.given("economics.gpu")
        fleet = self.workstation if on_desk and self.workstation is not None else self.fleet
        acquisition = known.text("economics.acquisition")
        if fleet.request.gpu.workstation and not known.given("economics.acquisition"):
            acquisition = "owned"
        return Scenario(
            ranges=ranges_of(known, fleet.request.gpu, acquisition, self.as_of),
            basis=self.basis,
            months=max(1, round(known.range("economics.horizon_months").point)),
            tier=tier,
            acquisition=cast("Acquisition", acquisition),
            pricing=known.text("economics.pricing"),
            second_region=known.flag("economics.second_region"),
            regulated=regulated,
            fleet=fleet,
            offers=self.offers,
            frontier_share=hybrid_listed(known),
            evidence=has_evidence(known),
            open_success_given=known.given("quality.open_success_rate"),
            routine_success_given=known.given("quality.routine_success_rate"),
            cloud_open_eligible=cloud_open_eligible,
        )


def prepare(known: CompletedAnswers, catalog: Catalog, as_of: date, blocked: Collection[str]) -> Preparation:
    """Choose models, prices and hardware; `blocked` are the open models whose license rules them out."""
    open_model, api_model = choose_open_model(known, catalog, blocked), choose_api_model(known, catalog)
    needs = data_needs(known)
    calibration = Calibration.from_parameters(known.parameters)
    gpu = catalog.gpus[known.text("economics.gpu")]
    request = fleet_request(known, catalog.models[open_model], gpu)
    demand = _demand(known)
    return Preparation(
        known=known,
        catalog=catalog,
        as_of=as_of,
        api_model=api_model,
        open_model=open_model,
        basis=volume_basis(known),
        fleet=plan_fleet(request, calibration, demand),
        workstation=_workstation(known, catalog, request, calibration, demand),
        offers=_offers(api_model, open_model, catalog, needs, as_of, prompt_lengths(known, request.shape)),
        needs=needs,
    )


def hybrid_listed(known: CompletedAnswers) -> bool:
    """Whether a frontier share strictly between 0 and 1 was given."""
    share = known.answers.range("quality.frontier_share")
    return share is not None and share.low > 0.0 and share.high < 1.0


def has_evidence(known: CompletedAnswers) -> bool:
    """Whether failures may enter the comparison: success rates (or the accuracy) and a failure cost were given."""
    rates = known.given("quality.api_success_rate") and known.given("quality.open_success_rate")
    return known.given("quality.failure_cost_usd") and (rates or known.given("quality.open_model_accuracy"))


def volume_basis(known: CompletedAnswers) -> Basis:
    """The steps from what was answered, and defaults for what is free, to the volumes."""
    return volume_steps(known)


def choose_open_model(known: CompletedAnswers, catalog: Catalog, blocked: Collection[str]) -> str:
    """The model named, else the first candidate that is not blocked, else the task's default or one that is clear."""
    named = known.answers.text("economics.open_model")
    candidates = [*([named] if named else []), *known.answers.several("license.models")]
    usual = [known.text("economics.open_model"), *catalog.models]
    free = [model for model in candidates or usual if model not in blocked]
    return (free or candidates or usual)[0]


def choose_api_model(known: CompletedAnswers, catalog: Catalog) -> str:
    """The model named, else the task's default; a frontier model where the frontier is needed."""
    named = known.text("economics.api_model")
    needs_frontier = known.flag("quality.frontier_required") or hybrid_listed(known)
    if known.given("economics.api_model") or catalog.api[named].frontier or not needs_frontier:
        return named
    return known.parameters.text("default.economics.api_model")


def data_needs(known: CompletedAnswers) -> DataNeeds:
    """What a provider must offer before its price counts for this data."""
    answers = known.answers
    retention = answers.range("data.retention_days")
    usual = known.parameters.number("data.standard_retention_days")
    return DataNeeds(
        region=answers.text("data.region") or "",
        baa="phi" in answers.several("data.classes") or "hipaa" in answers.several("data.regimes"),
        zero_retention=retention is not None and retention.high < usual,
        no_training=known.flag("data.no_training_on_data"),
    )


def fleet_request(known: CompletedAnswers, model: OpenModel, gpu: Gpu) -> FleetRequest:
    """The fleet as asked for: shape, precision, count and latency targets; targets that were not given do not bind."""
    first, inter = (known.answers.range(key) for key in _STATED_TARGETS)
    return FleetRequest(
        model=model,
        gpu=gpu,
        precision=cast("Precision", known.text("economics.precision")),
        shape=request_shape(known),
        gpus=_count(known.answers.range("economics.gpus")),
        concurrency=_stated(known, "volume.peak_concurrency"),
        first_token_ms=None if first is None else first.point,
        inter_token_ms=None if inter is None else inter.point,
    )


def request_shape(known: CompletedAnswers) -> RequestShape:
    """Mean tokens of a request, as the workload resolves them.

    Of what a vendor's cache would serve, a cache of one's own serves a part: evictions and other replicas lose some.
    """
    made, given = _request_tokens(known)
    cached = known.range("volume.cached_share").point * known.parameters.number("fleet.prefix_hit_share")
    return RequestShape(max(1.0, given), max(1.0, made), max(1.0, given) * cached)


def prompt_lengths(known: CompletedAnswers, shape: RequestShape) -> Range:
    """The prompts' lengths in tokens: spread over the range that was answered, else all as long as the mean."""
    answered = known.answers.range("volume.input_per_request")
    return answered if answered is not None else Range.exactly(shape.input_tokens)


def _request_tokens(known: CompletedAnswers) -> tuple[float, float]:
    """Output and input tokens of a mean request."""
    workload = resolve_workload(known)
    return workload.output_per_request.value.point, workload.input_per_request.value.point


def _workstation(
    known: CompletedAnswers, catalog: Catalog, request: FleetRequest, calibration: Calibration, demand: float
) -> FleetPlan | None:
    """The first workstation of the catalog that holds the model and carries the peak; None where none does."""
    named = known.answers.text("economics.gpu")
    precision = request.precision if known.given("economics.precision") else "int4"
    for gpu in catalog.gpus.values():
        if gpu.workstation and named in (None, gpu.id):
            plan = plan_fleet(replace(request, gpu=gpu, precision=precision), calibration, demand)
            if plan.fits and plan.speed.tokens_per_second >= demand:
                return plan
    return None


def _demand(known: CompletedAnswers) -> float:
    """Output tokens per second to provide, at the point estimate."""

    def sample(name: str) -> float:
        return traffic_range(known, name).point

    return float(rate_provided(traffic(sample, volume_basis(known)), sample))


def _offers(api_model: str, open_model: str, catalog: Catalog, needs: DataNeeds, as_of: date, prompt: Range) -> Offers:
    def prices(model: str, rows: tuple[TokenPrice, ...], route: str) -> PriceList | None:
        serving = {name: provider for name, provider in catalog.providers.items() if route in provider.routes}
        return price_list(model, [row for row in rows if row.provider in serving], serving, needs, as_of, prompt)

    hosted = catalog.api[api_model].prices
    vendor = price_list(api_model, [row for row in hosted if not row.region], {}, DataNeeds(), as_of, prompt)
    clouds = [one for one in catalog.providers.values() if "managed-cloud" in one.routes]
    served = any(needs.met_by(provider, row) for provider in clouds for row in hosted[:1])
    managed = catalog.managed[open_model].prices if open_model in catalog.managed else ()
    return Offers(
        hosted=prices(api_model, hosted, "hosted-api"),
        managed=prices(open_model, managed, "managed-open"),
        cloud_frontier=prices(api_model, hosted, "managed-cloud") or (vendor if served else None),
        cloud_open=prices(open_model, managed, "managed-cloud"),
    )


def _stated(known: CompletedAnswers, key: str) -> float:
    answer = known.answers.range(key)
    return 0.0 if answer is None else answer.point


def _count(gpus: Range | None) -> int:
    return 0 if gpus is None else round(gpus.point)

"""From completed answers and the catalog to a scenario: which offers, fleets and ranges are compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import fsum
from typing import cast

from advisor.cost.draws import Sample, middle
from advisor.cost.fleet import NO_TARGETS, FleetPlan, gpus_for, power_per_gpu, rate_provided
from advisor.cost.fleet_search import FleetList, FleetSearch, Rent
from advisor.cost.offers import SHOWN, ModelTerms, Offer, OfferNeeds, RejectedOffer, model_doubts, model_fault
from advisor.cost.operations import Tier
from advisor.cost.prices import DataNeeds
from advisor.cost.quotes import (
    STANDARD,
    TIERS,
    OwnPrice,
    PriceTerms,
    Quote,
    QuoteList,
    SoldModel,
    first_failure,
    quote_list,
)
from advisor.cost.scenario import (
    FleetChoice,
    Offers,
    Scenario,
    Shortlist,
    Slot,
    endpoint_ranges,
    fleet_ranges,
    hour_range,
    listing,
    ranges_of,
    traffic_range,
)
from advisor.cost.traffic import Basis, Traffic, traffic
from advisor.interview.answers import Answers
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.catalog import CAPABILITIES, Acquisition, ApiModel, Capability, Catalog, Gpu, OpenModel
from advisor.knowledge.labels import in_sentence
from advisor.knowledge.parameters import Parameters, Range
from advisor.sizing.calibration import Calibration
from advisor.sizing.placement import Precision, RequestShape
from advisor.sizing.throughput import ServiceTargets
from advisor.workload.resolve import AUDIO, IMAGES, Workload, holds_media, resolve_workload, volume_steps

_TARGETS = ("latency.p50_ms", "latency.p95_ms", "latency.inter_token_ms")
_AUTHORIZED = ("fedramp-high", "il5", "itar")
_FRONTIER: Capability = "frontier"
_WITH_SPARE = ("production", "high-availability")
"""Tiers that keep one group more than the peak needs."""
_OWN_HALL = ("on-premises", "air-gap")
"""Boundaries inside which hardware is bought: nobody rents it there by the hour."""


_MOST_CALIBRATIONS = 8
_CALIBRATIONS: dict[int, tuple[Parameters, Calibration]] = {}


_Choices = tuple[tuple[FleetChoice, ...], tuple[FleetChoice, ...]]


@dataclass(frozen=True, slots=True)
class FleetMarket:
    """The searches through fleets, the cheapest fleet, and the workstation that would do.

    `endpoints` are those of providers, None where one does not pay by them. `choices` keeps the fleets of one's own and
    those behind endpoints with their ranges, by the spare groups and whether a workstation will do.
    """

    fleets: FleetSearch
    workstations: FleetSearch
    endpoints: FleetSearch | None
    plan: FleetPlan
    workstation: FleetPlan | None
    choices: dict[tuple[int, bool], _Choices]


@dataclass(frozen=True)
class Market:
    """Everything that could be bought: token offers by route, and fleets.

    `slots` are the few cheapest in each place; `frontier` the routes' offers for hybrid's frontier share.
    """

    quotes: Mapping[str, QuoteList]
    frontier: Mapping[str, QuoteList]
    slots: Mapping[Slot, tuple[Quote, ...]]
    hardware: FleetMarket
    self_host_rejected: tuple[RejectedOffer, ...]
    self_host_doubts: Mapping[str, tuple[str, ...]]
    shortlists: dict[tuple[int, bool], Shortlist]


@dataclass(frozen=True, slots=True)
class TokenOffers:
    """What sellers offer by the token, and the open models that may be hosted: all that follows without a fleet."""

    known: CompletedAnswers
    catalog: Catalog
    as_of: date
    needs: OfferNeeds
    shape: RequestShape
    quotes: Mapping[str, QuoteList]
    frontier: Mapping[str, QuoteList]
    slots: Mapping[Slot, tuple[Quote, ...]]
    hosted: Hostable

    @property
    def dedicated(self) -> bool:
        """Whether a provider's endpoints are paid by the hour, so that a fleet stands behind them too."""
        return self.known.text("economics.pricing") == "dedicated-endpoint"

    def scenario(self, work: Tier, *, regulated: bool, cloud_open_eligible: bool) -> Scenario:
        """The scenario of the routes that no fleet stands behind; `work` is the tier by what the service is for."""
        known = self.known
        return _scenario(
            known, self.catalog, Shortlist(self.slots, (), ()), volume_steps(known), work, work,
            regulated=regulated, cloud_open_eligible=cloud_open_eligible,
        )  # fmt: skip


def _scenario(  # noqa: PLR0913 the parts of a scenario that its two builders differ in
    known: CompletedAnswers, catalog: Catalog, shortlist: Shortlist, basis: Basis, tier: Tier, work: Tier,
    *, regulated: bool, cloud_open_eligible: bool,
) -> Scenario:  # fmt: skip
    """The first of every shortlist bought, and the ranges that all of them are priced from."""
    first = {slot: quotes[0] for slot, quotes in shortlist.quotes.items() if quotes}
    spreads = {f"price.{slot}.spread": quote.spread for slot, quote in first.items()}
    fleet, endpoint = (next(iter(each), None) for each in (shortlist.fleets, shortlist.endpoints))
    hardware = {name: each for choice in (fleet, endpoint) if choice for name, each in choice.ranges.items()}
    return Scenario(
        ranges=ranges_of(known, work) | hardware | spreads,
        basis=basis,
        months=_months(known),
        tier=tier,
        work=work,
        pricing=known.text("economics.pricing"),
        discounted=_discounted(known, catalog),
        second_region=known.flag("economics.second_region"),
        regulated=regulated,
        users_known=known.given("workload.developers"),
        move_known=known.given("economics.migration_cost_usd"),
        own_fleet=fleet.plan if fleet else None,
        endpoint=endpoint.plan if endpoint else None,
        offers=Offers(**first),
        shortlist=shortlist,
        frontier_share=hybrid_listed(known),
        evidence=has_evidence(known),
        open_success_given=known.given("quality.open_success_rate"),
        routine_success_given=known.given("quality.routine_success_rate"),
        cloud_open_eligible=cloud_open_eligible,
    )


@dataclass(frozen=True, slots=True)
class Preparation:
    """What can be bought, before the rules have said which tier it is and whether the cloud may use an open model.

    `fleet` is the cheapest at the point estimate without spare groups, or the one that was named and does not fit;
    `gpus` are its GPUs there.
    """

    known: CompletedAnswers
    catalog: Catalog
    as_of: date
    api_model: str
    open_model: str
    basis: Basis
    needs: OfferNeeds
    market: Market
    fleet: FleetPlan
    workstation: FleetPlan | None
    gpus: int

    def scenario(self, tier: Tier, *, regulated: bool, cloud_open_eligible: bool, work: Tier | None = None) -> Scenario:
        """The scenario for a service tier; a workstation is owned unless the user named other hardware.

        `work` is the tier by what the service is for, where its fleet makes it another.
        """
        known = self.known
        on_workstation = tier == "workstation" and self.workstation is not None and not known.given("economics.gpu")
        shortlist = self._shortlist(tier, on_workstation=on_workstation)
        return _scenario(
            known, self.catalog, shortlist, self.basis, tier, work or tier,
            regulated=regulated, cloud_open_eligible=cloud_open_eligible,
        )  # fmt: skip

    def failure(self, route: str) -> RejectedOffer | None:
        """Why a route has nothing to buy: the rejection that came furthest; None where an offer remains."""
        if route == "self-host":
            found = self.market.hardware.fleets.fleets(0)
            rejected = (*self.market.self_host_rejected, *found.rejected)
            return _replaced(found) or (None if found.feasible else first_failure(rejected))
        listed = self.market.quotes[route]
        behind = self.market.hardware.endpoints if route == "managed-open" else None
        endpoints = behind.fleets(0) if behind else None
        if listed.standing or (endpoints is not None and _plans(endpoints)):
            return None
        rejected = (*listed.rejected, *(endpoints.rejected if endpoints else ()))
        return first_failure(rejected) or self._without_a_price(route)

    def _without_a_price(self, route: str) -> RejectedOffer:
        """Nothing is listed and nothing was rejected: the catalog has no price in force of the model."""
        model = self.open_model if route == "managed-open" else self.known.answers.text("economics.api_model") or ""
        return RejectedOffer(Offer(route, model), "ended", f"no price in force is listed for {model or 'any model'}")

    def nearest(self, route: str, requirement: str) -> str:
        """The nearest model that would pass where a model itself fails; empty where something else does."""
        if requirement not in ("context", "modality", "capability", "tuning"):
            return ""
        models = self.catalog.api.values() if route == "hosted-api" else self.catalog.models.values()
        passing = [terms for terms in map(_terms, models) if model_fault(terms, self.needs) is None]
        if not passing:
            return "no model of the catalog does"
        best = min(passing, key=lambda terms: (CAPABILITIES.index(terms.capability), terms.context))
        return f"{best.title} would do, with a context of {best.context:,}"

    def doubts(self, route: str) -> tuple[str, ...]:
        """What is to be confirmed of every offer that a route has; empty where one is beyond doubt."""
        if route == "self-host":
            return (
                *self.market.self_host_doubts.get(self.open_model, ()),
                *_unlisted(self.fleet, self.catalog, self.known),
            )
        found = self.market.quotes[route].standing
        return min((quote.doubts for quote in found), key=len, default=())

    def _shortlist(self, tier: Tier, *, on_workstation: bool) -> Shortlist:
        is_serverless = self.known.answers.text("economics.acquisition") == "serverless"  # the seller keeps the spare
        spares = 1 if tier in _WITH_SPARE and not is_serverless else 0
        key = (spares, on_workstation)
        if key not in self.market.shortlists:
            self.market.shortlists[key] = self._made(spares, on_workstation=on_workstation)
        return self.market.shortlists[key]

    def _made(self, spares: int, *, on_workstation: bool) -> Shortlist:
        market, found = self.market, self.market.hardware.fleets.fleets(spares)
        fleets, endpoints = self._choices(found, spares, on_workstation=on_workstation)
        rejected = {route: each.rejected for route, each in market.quotes.items()}
        return Shortlist(
            quotes=market.slots,
            fleets=fleets,
            endpoints=endpoints,
            feasible=bool(found.feasible) or on_workstation,
            rejected=rejected | {"self-host": (*market.self_host_rejected, *found.rejected)},
            replaced=None if on_workstation else _replaced(found),
            doubts=market.self_host_doubts,
            demand=market.hardware.fleets.demand,
        )

    def _choices(self, found: FleetList, spares: int, *, on_workstation: bool) -> _Choices:
        known, as_of, hardware, key = self.known, self.as_of, self.market.hardware, (spares, on_workstation)
        if key not in hardware.choices:
            own = hardware.workstations.fleets(0).feasible if on_workstation else _plans(found)
            behind = _plans(hardware.endpoints.fleets(0)) if hardware.endpoints else ()
            hardware.choices[key] = (
                tuple(
                    FleetChoice(plan, fleet_ranges(known, plan, as_of), _price_source(known, plan, as_of))
                    for plan in own or (self.fleet,)
                ),
                tuple(FleetChoice(plan, endpoint_ranges(known, plan, as_of)) for plan in behind),
            )
        return hardware.choices[key]


def prepare(known: CompletedAnswers, catalog: Catalog, as_of: date, blocked: Collection[str]) -> Preparation:
    """Find what can be bought; `blocked` are the open models whose license rules them out."""
    offers = token_offers(known, catalog, as_of, blocked)
    return with_fleets(offers, find_fleets(offers), blocked)


def token_offers(
    known: CompletedAnswers, catalog: Catalog, as_of: date, blocked: Collection[str], workload: Workload | None = None
) -> TokenOffers:
    """Find what can be bought by the token, and which open models may be hosted; `blocked` as for `prepare`."""
    workload = workload or resolve_workload(known)
    needs = offer_needs(known, workload)
    shape = request_shape(known, workload)
    terms = price_terms(known, as_of, shape, workload)
    opened, closed = _open_models(known, catalog, blocked), _vendor_models(known, catalog)
    open_class = replace(needs, capability=_least_class(known, frontier=False))
    named = known.answers.text("economics.provider") or ""
    small = too_small(known, catalog)
    trusted = known.given("economics.api_model") and small is None
    vendor_class = replace(needs, capability=_least_class(known, frontier=not trusted))
    if small is not None:  # the one that was named comes first among those that fail
        closed = sorted(_vendor_models(known, catalog, any_named=False), key=lambda model: model.id != small[0].id)

    def listed(route: str, models: Sequence[SoldModel], of: OfferNeeds) -> QuoteList:
        own = _own_price(known, route, named, catalog)
        return quote_list(route, models, catalog.providers, of, terms, provider=named, own=own)

    cloud = listed("managed-cloud", closed, vendor_class), listed("managed-cloud", opened, open_class)
    quotes = {
        "hosted-api": listed("hosted-api", closed, vendor_class),
        "managed-cloud": QuoteList(
            "managed-cloud", cloud[0].standing + cloud[1].standing, cloud[0].rejected + cloud[1].rejected
        ),
        "managed-open": listed("managed-open", opened, open_class),
    }
    frontier: dict[str, QuoteList] = {}
    if hybrid_listed(known):
        top = replace(vendor_class, tuning=False)  # the routine half is what is tuned
        frontier = {route: listed(route, closed, top) for route in ("hosted-api", "managed-cloud")}
    slots = _slots(quotes, frontier, known)
    hosted = _hostable(known, catalog, opened, open_class)
    return TokenOffers(known, catalog, as_of, needs, shape, quotes, frontier, slots, hosted)


def find_fleets(offers: TokenOffers) -> FleetMarket:
    """Search the fleets that could serve the open models that may be hosted.

    What is sold by the token has no part in it: of `offers` it reads the answers, the request and those models.
    """
    known, catalog, as_of, models = offers.known, offers.catalog, offers.as_of, offers.hosted.models
    known.answers.range("economics.gpu_hour_usd")  # every fleet is priced by it, whichever way it is acquired
    fleets = _fleet_search(known, catalog, as_of, offers.shape, models, workstation=False)
    workstations = _fleet_search(known, catalog, as_of, offers.shape, models, workstation=True)
    endpoints = _endpoint_search(fleets, known, catalog, as_of) if offers.dedicated else None
    plan = _first_plan(fleets, catalog, known, as_of)
    return FleetMarket(fleets, workstations, endpoints, plan, next(iter(workstations.fleets(0).feasible), None), {})


def with_fleets(offers: TokenOffers, found: FleetMarket, blocked: Collection[str]) -> Preparation:
    """Put together what is sold by the token and the fleets that could serve; `blocked` as for `prepare`."""
    known, catalog, slots, hosted = offers.known, offers.catalog, offers.slots, offers.hosted
    market = Market(offers.quotes, offers.frontier, slots, found, hosted.rejected, hosted.doubts, {})
    return Preparation(
        known=known,
        catalog=catalog,
        as_of=offers.as_of,
        api_model=slots["hosted"][0].model.id if slots["hosted"] else choose_api_model(known, catalog),
        open_model=_open_model(known, catalog, blocked, slots["managed"], found.plan),
        basis=volume_steps(known),
        needs=offers.needs,
        market=market,
        fleet=found.plan,
        workstation=found.workstation,
        gpus=gpus_for(found.plan, found.fleets.demand),
    )


def hybrid_listed(known: CompletedAnswers) -> bool:
    """Whether a frontier share strictly between 0 and 1 was given."""
    share = known.answers.range("quality.frontier_share")
    return share is not None and share.low > 0.0 and share.high < 1.0


def has_evidence(known: CompletedAnswers) -> bool:
    """Whether failures may enter the comparison: success rates (or the accuracy) and a failure cost were given."""
    rates = known.given("quality.api_success_rate") and known.given("quality.open_success_rate")
    return known.given("quality.failure_cost_usd") and (rates or known.given("quality.open_model_accuracy"))


def named_open_models(known: CompletedAnswers, blocked: Collection[str] = ()) -> tuple[str, ...]:
    """The open model the user named; where none is, or its license rules it out, the candidates they listed."""
    named = known.answers.text("economics.open_model")
    if named and named not in blocked:
        return (named,)
    return tuple(dict.fromkeys([*([named] if named else []), *known.answers.several("license.models")]))


def choose_open_model(known: CompletedAnswers, catalog: Catalog, blocked: Collection[str]) -> str:
    """The model named, else the first candidate that is not blocked, else the task's default or one that is clear."""
    candidates = named_open_models(known, blocked)
    usual = [known.text("economics.open_model"), *catalog.models]
    free = [model for model in candidates or usual if model not in blocked]
    return (free or candidates or usual)[0]


def choose_api_model(known: CompletedAnswers, catalog: Catalog) -> str:
    """The model named, else the task's default; a frontier model where the frontier is needed."""
    named = known.text("economics.api_model")
    share = known.answers.range("quality.frontier_share")
    needs_frontier = known.flag("quality.frontier_required") or (share is not None and share.low > 0.0)
    if known.given("economics.api_model") or catalog.api[named].frontier or not needs_frontier:
        return named
    return known.parameters.text("default.economics.api_model")


def offer_needs(known: CompletedAnswers, workload: Workload | None = None) -> OfferNeeds:
    """What the work and its data ask of every offer; the class is the task's, before any frontier share."""
    answers = known.answers
    workload = workload or resolve_workload(known)
    lengths = (workload.input_per_request, workload.output_per_request)
    longest = fsum(each.value.high if each.origin == "answer" else each.value.point for each in lengths)
    certain = fsum(each.value.low for each in lengths)
    answer = lengths[1]
    heard = holds_media(known, AUDIO)
    asked = known.flag("quality.multimodal_required") or answers.text("workload.task") == "multimodal-analysis"
    return OfferNeeds(
        tokens=longest,
        tokens_certain=certain,
        answer=answer.value.high if answer.origin == "answer" else answer.value.point,
        answer_certain=answer.value.low,
        answer_usual=known.parameters.number("offers.usual_answer_tokens"),
        images=holds_media(known, IMAGES) or (asked and not heard),
        audio=heard,
        tuning=known.flag("quality.fine_tuning_required"),
        capability=_least_class(known, frontier=False),
        capability_answered=known.given("quality.capability") or all_needs_frontier(known),
        data=data_needs(known),
        region_words=_region_words(known),
        authorizations=_authorizations(answers),
    )


def _region_words(known: CompletedAnswers) -> str:
    """The region of the data as its question words it, a pack's own region too."""
    asked, region = known.questions.get("data.region"), known.answers.text("data.region") or ""
    choices = asked.choices if asked is not None else ()
    return in_sentence(next((choice.text for choice in choices if choice.id == region), region))


def _authorizations(answers: Answers) -> tuple[str, ...]:
    """What a cloud must hold for the data; export-controlled data asks for what ITAR does, said or not."""
    asked = set(answers.several("data.regimes"))
    if "export-controlled" in answers.several("data.classes"):
        asked.add("itar")
    return tuple(each for each in _AUTHORIZED if each in asked)


def data_needs(known: CompletedAnswers) -> DataNeeds:
    """What a provider must offer for this data."""
    answers = known.answers
    retention = answers.range("data.retention_days")
    usual = known.parameters.number("data.standard_retention_days")
    return DataNeeds(
        region=answers.text("data.region") or "",
        baa="phi" in answers.several("data.classes") or "hipaa" in answers.several("data.regimes"),
        zero_retention=retention is not None and retention.high < usual,
        no_training=known.flag("data.no_training_on_data"),
    )


def price_terms(
    known: CompletedAnswers, as_of: date, shape: RequestShape, workload: Workload | None = None
) -> PriceTerms:
    """How price rows are read for this work."""
    number = known.parameters.number
    return PriceTerms(
        as_of=as_of,
        prompt_lengths=prompt_lengths(known, shape),
        old_after=number("prices.old_after_days"),
        drift=known.parameters.range("market.api_price_decline_per_year").high,
        elsewhere=known.parameters.range("prices.elsewhere_factor"),
        days_per_year=number("time.days_per_year"),
        outlier=number("imports.outlier_factor"),
        mix=(workload or resolve_workload(known)).mix,
        tier=pricing if (pricing := known.text("economics.pricing")) in TIERS else STANDARD,
        days_ahead=_months(known) * number("time.days_per_month"),
    )


def _months(known: CompletedAnswers) -> int:
    """Months of the horizon, at least one."""
    return max(1, round(known.range("economics.horizon_months").point))


def prompt_lengths(known: CompletedAnswers, shape: RequestShape) -> Range:
    """The prompts' lengths in tokens: spread over the range that was answered, else all as long as the mean."""
    answered = known.answers.range("volume.input_per_request")
    return answered if answered is not None else Range.exactly(shape.input_tokens)


def request_shape(known: CompletedAnswers, workload: Workload | None = None) -> RequestShape:
    """Mean tokens of a request, as the workload resolves them.

    Of what a vendor's cache would serve, a cache of one's own serves a part: evictions and other replicas lose some.
    """
    workload = workload or resolve_workload(known)
    made, given = (max(1.0, each.value.point) for each in (workload.output_per_request, workload.input_per_request))
    cached = known.range("volume.cached_share").point * known.parameters.number("fleet.prefix_hit_share")
    return RequestShape(given, made, given * cached)


def service_targets(known: CompletedAnswers) -> ServiceTargets:
    """The latency targets that were given, in ms; one that was not given does not bind."""
    first, tail, inter = (known.answers.range(key) for key in _TARGETS)
    return ServiceTargets(*(None if each is None else each.point for each in (first, tail, inter)))


def all_needs_frontier(known: CompletedAnswers) -> bool:
    """Whether all of the work needs a frontier model: stated so, or as a share of 1."""
    share = known.answers.range("quality.frontier_share")
    return known.flag("quality.frontier_required") or (share is not None and share.low >= 1.0)


def _least_class(known: CompletedAnswers, *, frontier: bool) -> Capability:
    """The class the work takes: as answered, else the task's; `frontier` for a route that must do all of it."""
    share = known.answers.range("quality.frontier_share")
    if all_needs_frontier(known) or (frontier and share is not None and share.low > 0.0):
        return _FRONTIER
    answered = known.answers.text("quality.capability")
    return cast("Capability", answered or known.text("quality.capability"))


def _open_models(known: CompletedAnswers, catalog: Catalog, blocked: Collection[str]) -> list[SoldModel]:
    """The open models the user named, else all of the catalog."""
    named = named_open_models(known, blocked)
    return [
        SoldModel(
            model.id, replace(_terms(model), named=model.id in named, blocked=model.id in blocked), open_weights=True,
            prices=catalog.managed[model.id].prices if model.id in catalog.managed else (),
        )
        for model in catalog.models.values() if not named or model.id in named
    ]  # fmt: skip


def _vendor_models(known: CompletedAnswers, catalog: Catalog, *, any_named: bool = True) -> list[SoldModel]:
    """The vendor's model the user named, else all of the catalog."""
    named = known.answers.text("economics.api_model") if any_named else None
    return [
        SoldModel(model.id, replace(_terms(model), named=model.id == named), open_weights=False, prices=model.prices)
        for model in catalog.api.values()
        if named in (None, model.id)
    ]


def _terms(model: OpenModel | ApiModel) -> ModelTerms:
    """What the catalog says of a model, whoever asks for it."""
    terms = ModelTerms(model.title, model.context, model.modalities, model.capability, model.fine_tuning)
    if isinstance(model, OpenModel):
        return terms
    return replace(terms, max_output=model.max_output, closed=True, tuned_factor=model.tuned_factor)


def too_small(known: CompletedAnswers, catalog: Catalog) -> tuple[ApiModel, Capability] | None:
    """The vendor's model that was named and the class of work it does not reach, where that class was answered too."""
    named = known.answers.text("economics.api_model")
    if not named or not (known.given("quality.capability") or all_needs_frontier(known)):
        return None
    least = _least_class(known, frontier=False)
    model = catalog.api[named]
    return (model, least) if CAPABILITIES.index(model.capability) < CAPABILITIES.index(least) else None


def _own_price(known: CompletedAnswers, route: str, provider: str, catalog: Catalog) -> OwnPrice | None:
    """The user's own prices count on the one route they were negotiated for."""
    side = {"hosted-api": "api", "managed-open": "open"}.get(route, "")
    bought = catalog.providers.get(provider)
    if bought is not None and bought.kind == "cloud":
        side = "" if route != "managed-cloud" else "api" if known.given("economics.api_input_usd") else "open"
    if not side:
        return None
    figures = (known.answers.range(f"economics.{side}_{kind}_usd") for kind in ("input", "cached", "output"))
    return OwnPrice(route, provider, *(None if each is None else each.point for each in figures))


def _discounted(known: CompletedAnswers, catalog: Catalog) -> str:
    """The route a discount was negotiated on: that of the provider named, else the vendor's.

    Empty where a spend is committed and nothing was negotiated yet: the usual discount is to be had on any.
    """
    if known.text("economics.pricing") == "committed" and not known.given("economics.discount"):
        return ""
    provider = catalog.providers.get(known.answers.text("economics.provider") or "")
    if provider is None or provider.kind == "vendor":
        return "hosted-api"
    return "managed-cloud" if provider.kind == "cloud" else "managed-open"


@dataclass(frozen=True, slots=True)
class Hostable:
    """The open models that may be hosted, those that may not, and what is to be confirmed of each, by id."""

    models: tuple[OpenModel, ...]
    rejected: tuple[RejectedOffer, ...]
    doubts: Mapping[str, tuple[str, ...]]


def _hostable(known: CompletedAnswers, catalog: Catalog, sold: Sequence[SoldModel], needs: OfferNeeds) -> Hostable:
    """The open models that may be hosted; where none may, those named are priced all the same, and excluded."""
    needs = replace(needs, tuning=False)  # weights of one's own can be tuned
    kept, rejected, doubts = [], [], {}
    for model in sold:
        fault = model_fault(model.terms, needs)
        if fault is not None:
            rejected.append(RejectedOffer(Offer("self-host", model.id), fault.requirement, fault.because))
        elif catalog.models[model.id].has_shape:
            kept.append(catalog.models[model.id])
            doubts[model.id] = (*model_doubts(model.terms, needs), *_serverless_doubts(known, catalog))
    return Hostable(tuple(kept), tuple(rejected), doubts)


def _fleet_search(
    known: CompletedAnswers,
    catalog: Catalog,
    as_of: date,
    shape: RequestShape,
    models: tuple[OpenModel, ...],
    *,
    workstation: bool,
) -> FleetSearch:
    """What fleets to look through: the hardware that was named, else every card of its kind."""
    named = known.answers.text("economics.gpu")
    gpus = [
        gpu if named is None else priced_gpu(gpu, catalog, as_of) for gpu in catalog.gpus.values()
        if gpu.id == named or (named is None and gpu.workstation == workstation)
        if gpu.workstation or not workstation
    ]  # fmt: skip
    given, peak = known.answers.range("economics.gpus"), known.answers.range("volume.peak_concurrency")
    return FleetSearch(
        models=models,
        gpus=tuple(gpus),
        rents=tuple(rent for gpu in gpus for rent in _rents(known, gpu, as_of)),
        precision=cast("Precision | None", known.answers.text("economics.precision")),
        usual_precision=cast("Precision", known.parameters.text("default.economics.precision")),
        shape=shape,
        targets=service_targets(known),
        calibration=calibration_of(known.parameters),
        demand=_demand(known),
        concurrency=0.0 if peak is None else peak.point,
        given=0 if given is None else round(given.point),
        one_group=workstation,
    )


def _listed(catalog: Catalog) -> list[Gpu]:
    return [gpu for gpu in catalog.gpus.values() if _is_rented(gpu) and not gpu.workstation]


def _endpoint_search(fleets: FleetSearch, known: CompletedAnswers, catalog: Catalog, as_of: date) -> FleetSearch:
    """The same search for a provider's endpoints: rented by the hour, as many as it takes."""
    cards = [gpu for gpu in fleets.gpus if not gpu.workstation] or _listed(catalog)
    rents = [Rent(gpu.id, "on-demand", _monthly(known, gpu, "on-demand", as_of)) for gpu in cards]
    rents = [rent for rent in rents if rent.monthly_usd > 0.0]
    return replace(fleets, gpus=tuple(cards), rents=tuple(rents), given=0, _found={})


def calibration_of(parameters: Parameters) -> Calibration:
    """The throughput model's figures of one day, read once."""
    kept = _CALIBRATIONS.get(id(parameters))
    if kept is None or kept[0] is not parameters:
        if len(_CALIBRATIONS) >= _MOST_CALIBRATIONS:
            _CALIBRATIONS.clear()
        kept = _CALIBRATIONS[id(parameters)] = parameters, Calibration.from_parameters(parameters)
    return kept[1]


def _rents(known: CompletedAnswers, gpu: Gpu, as_of: date) -> list[Rent]:
    """What a GPU costs a month by every way of acquisition that is open to this work."""
    found = (Rent(gpu.id, way, _monthly(known, gpu, way, as_of)) for way in _ways(known, gpu))
    return [rent for rent in found if rent.monthly_usd > 0.0 and (rent.acquisition != "owned" or gpu.purchase_high_usd)]


def priced_gpu(gpu: Gpu, catalog: Catalog, as_of: date) -> Gpu:
    """The card that was named; where no price of it is known by the day, at those of the nearest by bandwidth."""
    if _is_rented(gpu) and gpu.purchase_high_usd:
        return gpu
    listed = [each for each in catalog.gpus.values() if _is_rented(each) and each.purchase_high_usd]
    near = min(listed, key=lambda each: abs(each.bandwidth_gbs - gpu.bandwidth_gbs))
    own = bool(gpu.purchase_high_usd)
    return replace(
        gpu,
        prices=gpu.prices if _is_rented(gpu) else (*gpu.prices, *(one for one in near.prices if one.is_rent)),
        purchase_low_usd=gpu.purchase_low_usd if own else near.purchase_low_usd,
        purchase_high_usd=gpu.purchase_high_usd if own else near.purchase_high_usd,
        purchase_source=gpu.purchase_source if own else near.purchase_source,
        note=f"as {near.title}: no price of this card is known by {as_of}",
    )


def _is_rented(gpu: Gpu) -> bool:
    return any(price.is_rent for price in gpu.prices)


def _ways(known: CompletedAnswers, gpu: Gpu) -> tuple[Acquisition, ...]:
    """As answered; a workstation and what stands in one's own hall is bought; else by the hour or reserved.

    A reservation runs for a year, so it is open where the comparison does. Spot is taken only where it was answered.
    """
    answered = known.answers.text("economics.acquisition")
    if _lacks_serverless(known, gpu):
        return ("on-demand",) if known.answers.text("economics.gpu") == gpu.id else ()
    if answered is not None:
        return (cast("Acquisition", answered),)
    if gpu.workstation or known.answers.text("data.boundary") in _OWN_HALL:
        return ("owned",)
    sold = {price.acquisition for price in gpu.prices}
    months, year = known.range("economics.horizon_months").point, known.parameters.number("time.months_per_year")
    open_ways: list[Acquisition] = ["on-demand"]
    if "reserved" in sold and months >= year:
        open_ways.append("reserved")
    return tuple(open_ways)


def _lacks_serverless(known: CompletedAnswers, gpu: Gpu) -> bool:
    """Whether a card was to be paid by the second of use, and neither the answers nor the catalog have such a price."""
    asked = known.answers.text("economics.acquisition") == "serverless"
    sold = any(price.acquisition == "serverless" for price in gpu.prices)
    return asked and not sold and not known.given("economics.gpu_hour_usd")


def _serverless_doubts(known: CompletedAnswers, catalog: Catalog) -> Iterator[str]:
    """What is to be confirmed of GPUs paid by the second of use: an unlisted price, a start within a target."""
    if known.answers.text("economics.acquisition") != "serverless":
        return
    gpu = catalog.gpus.get(known.answers.text("economics.gpu") or "")
    if gpu is not None and _lacks_serverless(known, gpu):
        yield f"{gpu.title} is sold by the second of use; no price of that is known by the day, so the hour is priced"
    elif known.flag("latency.interactive") or service_targets(known) != NO_TARGETS:
        start = known.parameters.range("operations.serverless_start_seconds")
        yield (
            f"the first request after a pause can wait {start.low:g} to {start.high:g} s for a GPU to start; "
            "one that is kept running is billed"
        )


def _monthly(known: CompletedAnswers, gpu: Gpu, way: Acquisition, as_of: date) -> float:
    number = known.parameters.number
    if way == "owned":
        price = (gpu.purchase_low_usd + gpu.purchase_high_usd) / 2.0
        months = number("operations.owned_life_years") * number("time.months_per_year")
        depreciation = price * (1.0 - number("operations.residual_share")) / months
        return depreciation + float(power_per_gpu(gpu, number))
    hour = middle(hour_range(known, gpu, way, as_of))
    overhead = number("operations.spot_interruption_overhead") if way == "spot" else 0.0
    return hour * (1.0 + overhead) * number("time.hours_per_month")


def _first_plan(fleets: FleetSearch, catalog: Catalog, known: CompletedAnswers, as_of: date) -> FleetPlan:
    """The cheapest fleet, else what comes closest; the usual model's where none may be hosted."""
    found = fleets.fleets(0).plan
    if found is not None:
        return found
    model = catalog.models[choose_open_model(known, catalog, ())]
    usual = model if model.has_shape else catalog.models[known.parameters.text("default.economics.open_model")]
    cards, rents = fleets.gpus, fleets.rents
    if not rents:
        cards = tuple(_listed(catalog))
        rents = tuple(Rent(gpu.id, "on-demand", _monthly(known, gpu, "on-demand", as_of)) for gpu in cards)
    other = replace(fleets, models=(usual,), gpus=cards, rents=rents, given=0, _found={}).fleets(0).plan
    assert other is not None  # every model with a shape has a plan on every card, if only one that does not fit
    return other


def _open_model(
    known: CompletedAnswers, catalog: Catalog, blocked: Collection[str], cheapest: Sequence[Quote], plan: FleetPlan
) -> str:
    if named_open_models(known):
        return choose_open_model(known, catalog, blocked)
    return cheapest[0].model.id if cheapest else plan.request.model.id


def _price_source(known: CompletedAnswers, plan: FleetPlan, as_of: date) -> str:
    """Where the price of a fleet's GPUs is from."""
    gpu = plan.request.gpu
    if plan.acquisition == "owned":
        return gpu.purchase_source
    if known.given("economics.gpu_hour_usd"):
        return "answers"
    row = listing(gpu, plan.acquisition, as_of)
    return "" if row is None else row.source


def _unlisted(plan: FleetPlan, catalog: Catalog, known: CompletedAnswers) -> tuple[str, ...]:
    """What is to be confirmed of a card whose price is another's: the one that is paid, to buy it or for its hours."""
    gpu, listed = plan.request.gpu, catalog.gpus[plan.request.gpu.id]
    if plan.acquisition == "owned":
        priced = bool(listed.purchase_high_usd)
    else:
        priced = _is_rented(listed) or known.given("economics.gpu_hour_usd")
    return () if gpu == listed or priced else (f"{gpu.title} costs about as much {gpu.note}",)


def _replaced(found: FleetList) -> RejectedOffer | None:
    """The stated fleet that cannot carry the load; None where its cards can in another layout."""
    return None if any(plan.given for plan in found.feasible) else found.replaced


def _plans(found: FleetList) -> tuple[FleetPlan, ...]:
    return found.feasible or ((found.fallback,) if found.fallback else ())


def _slots(
    quotes: Mapping[str, QuoteList], frontier: Mapping[str, QuoteList], known: CompletedAnswers
) -> dict[Slot, tuple[Quote, ...]]:
    """The few cheapest offers in each place; `frontier` are those for hybrid's frontier share."""
    moved, _ = _at_point(known)
    writes = known.parameters.number("traffic.cache_write_share")
    clouds = quotes["managed-cloud"]

    def best(found: QuoteList) -> tuple[Quote, ...]:
        return found.cheapest(moved, writes, SHOWN)

    found: dict[Slot, tuple[Quote, ...]] = {
        "hosted": best(quotes["hosted-api"]),
        "managed": best(quotes["managed-open"]),
        "cloud_frontier": best(clouds.of(open_weights=False)),
        "cloud_open": best(clouds.of(open_weights=True)),
    }
    if frontier:
        found["frontier_hosted"] = best(frontier["hosted-api"])
        found["frontier_cloud"] = best(frontier["managed-cloud"])
    return found


def _at_point(known: CompletedAnswers) -> tuple[Traffic, Sample]:
    """Today's traffic at the point estimate, and the sample it was computed from."""

    def sample(name: str) -> float:
        return traffic_range(known, name).point

    return traffic(sample, volume_steps(known)), sample


def _demand(known: CompletedAnswers) -> float:
    """Output tokens per second to provide for the open model, at the point estimate."""
    moved, sample = _at_point(known)
    return float(rate_provided(moved.scaled(sample("economics.token_multiplier")), sample))

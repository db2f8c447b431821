"""What a route would buy, what an offer must meet, and how a model or a provider fails it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from advisor.cost.draws import Figure
from advisor.cost.prices import OWN, DataNeeds
from advisor.knowledge.catalog import CAPABILITIES, Capability, Provider, TokenPrice

# What a route would buy: named offers with their price, those that were rejected and why, what is to be confirmed.


Lines = dict[str, Figure]
SHOWN = 4
"""Offers named of each route: the one that is bought and up to three runners-up."""
Requirement = Literal[
    "context", "modality", "capability", "license", "region", "agreement", "ended", "memory", "capacity", "latency",
    "tuning", "layout",
]  # fmt: skip
WAYS_OF_PAYING = {
    "per-token": "per token",
    "flex": "flex tier",
    "priority": "priority tier",
    "committed": "committed spend",
    "provisioned": "provisioned throughput",
    "dedicated-endpoint": "dedicated endpoint",
}
"""How tokens are paid for, in words."""
REQUIREMENTS: tuple[Requirement, ...] = get_args(Requirement)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is bought; an empty text or 0 where it does not apply. `gpus` is the whole fleet, in all of its replicas.

    Hybrid's offer is that of its routine half; `frontier` is what the rest of the traffic buys.
    """

    route: str
    model: str
    provider: str = ""
    region: str = ""
    pricing: str = "per-token"
    gpu: str = ""
    gpus: int = 0
    replicas: int = 0
    precision: str = ""
    acquisition: str = ""
    layout: str = ""
    frontier: Offer | None = None


@dataclass(frozen=True, slots=True)
class RejectedOffer:
    """An offer that fails a requirement, with the numbers that say so."""

    offer: Offer
    requirement: Requirement
    because: str


@dataclass(frozen=True, slots=True)
class LineItem:
    """One position of the bill: a quantity a month times a unit price in dollars, and where the price is from."""

    line: str
    quantity: float
    unit: str
    unit_usd: float
    usd: float
    source: str


@dataclass(frozen=True)
class PricedOffer:
    """An offer with its dollars a month by line and in all, over the draws; `items` explain the median."""

    offer: Offer
    lines: Mapping[str, Figure]
    total: Figure
    p50: float
    items: tuple[LineItem, ...] = ()


@dataclass(frozen=True)
class RouteOffers:
    """One route's offers, cheapest P50 first.

    `to_confirm` are conditions: what the catalog does not know of the offer that is bought. `replaced` is a choice that
    was named and cannot do the work, where a feasible offer is priced in its place. `nearest` is what is priced where
    nothing is feasible: an offer that fails a requirement which may be set aside, such as a latency target.
    """

    route: str
    feasible: tuple[PricedOffer, ...] = ()
    rejected: tuple[RejectedOffer, ...] = ()
    to_confirm: tuple[str, ...] = ()
    replaced: RejectedOffer | None = None
    nearest: PricedOffer | None = None

    @property
    def bought(self) -> PricedOffer | None:
        """The offer that the route's figures are of."""
        return self.feasible[0] if self.feasible else self.nearest


NO_NEEDS = DataNeeds()
_AGREEMENTS = (
    ("baa", "a business associate agreement"),
    ("zero_retention", "zero retention"),
    ("no_training", "no training on the data"),
)


@dataclass(frozen=True, slots=True)
class UnmetNeed:
    """One requirement that is not met, and why."""

    requirement: Requirement
    because: str


@dataclass(frozen=True, slots=True)
class OfferNeeds:
    """What the work and its data ask of an offer.

    `tokens` are those of the longest request, prompt and answer together, `tokens_certain` those that every request
    surely has; `answer` and `answer_certain` are the same of the answer alone. A limit that the catalog does not hold
    is asked about beyond `answer_usual` tokens. `capability` is the least class; models the user named are held to it
    only where `capability_answered`. `region_words` names the region of `data` in a sentence.
    """

    tokens: float = 1.0
    tokens_certain: float = 1.0
    answer: float = 1.0
    answer_certain: float = 1.0
    answer_usual: float = 1.0
    images: bool = False
    audio: bool = False
    tuning: bool = False
    capability: Capability = "small"
    capability_answered: bool = False
    data: DataNeeds = NO_NEEDS
    region_words: str = ""
    authorizations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelTerms:
    """What a catalog says of a model, open or a vendor's: 0 tokens of context or of output is not known.

    `closed` is a vendor's own model, which nobody else can tune. `tuned_factor` is what its vendor asks for a token of
    the tuned model over one of the model as it is; 0 where no list says.
    """

    title: str
    context: int
    modalities: tuple[str, ...]
    capability: Capability
    fine_tuning: bool | None
    named: bool = False
    blocked: bool = False
    max_output: int = 0
    closed: bool = False
    tuned_factor: float = 0.0


def model_fault(model: ModelTerms, needs: OfferNeeds) -> UnmetNeed | None:
    """The first requirement that a model itself fails, whoever sells it."""
    if model.context and needs.tokens_certain > model.context:
        return UnmetNeed("context", f"a request has {needs.tokens_certain:,.0f} tokens; {_holds(model)}")
    if model.max_output and needs.answer_certain > model.max_output:
        return _too_long(model.title, "returns", model.max_output, needs)
    if needs.images and "image" not in model.modalities:
        return UnmetNeed("modality", f"the work has images; {model.title} takes {', '.join(model.modalities)}")
    if needs.audio and "audio" not in model.modalities:
        return UnmetNeed("modality", f"the work has audio; {model.title} takes {', '.join(model.modalities)}")
    if needs.tuning and model.fine_tuning is False:
        return UnmetNeed("tuning", f"{model.title} cannot be tuned")
    binding = needs.capability_answered or not model.named
    if binding and CAPABILITIES.index(model.capability) < CAPABILITIES.index(needs.capability):
        return UnmetNeed("capability", f"the work needs class {needs.capability}; {model.title} is {model.capability}")
    if model.blocked:
        return UnmetNeed("license", f"the license of {model.title} does not allow this use")
    return None


def model_doubts(model: ModelTerms, needs: OfferNeeds) -> tuple[str, ...]:
    """What is to be confirmed of a model: the longest requests and answers beyond its limits, and its tuning."""
    found = []
    if model.context and needs.tokens > model.context:
        found.append(f"Requests of up to {needs.tokens:,.0f} tokens fit {model.title}, which holds {model.context:,}")
    elif not model.context:
        found.append(f"{model.title} holds requests of {needs.tokens:,.0f} tokens")
    if model.max_output and needs.answer > model.max_output:
        found.append(f"Answers of up to {needs.answer:,.0f} tokens fit {model.title}: it returns {model.max_output:,}")
    if needs.tuning and model.closed and model.fine_tuning is None:
        found.append(f"{model.title} can be tuned")
    return tuple(found)


def provider_fault(provider: Provider, row: TokenPrice, needs: OfferNeeds) -> UnmetNeed | None:
    """The first requirement that a provider is known not to meet with a row of its price list."""
    region = needs.data.region
    if region and row.region and not _in_region(provider, row, region):
        return UnmetNeed("region", f"the data needs {region}; this price of {provider.title} is for {row.region}")
    for field, words in _AGREEMENTS:
        if getattr(needs.data, field) and getattr(provider, field) is False:
            return UnmetNeed("agreement", f"{provider.title} does not offer {words}")
    if needs.tuning and provider.fine_tuning is False:
        return UnmetNeed("tuning", f"{provider.title} does not serve tuned models")
    if needs.images and row.images is False:
        return UnmetNeed("modality", f"the work has images; {provider.title} serves this model for text alone")
    if row.context and needs.tokens_certain > row.context:
        return UnmetNeed(
            "context",
            f"a request has {needs.tokens_certain:,.0f} tokens; {provider.title} serves {row.context:,} of context",
        )
    if row.max_output and needs.answer_certain > row.max_output:
        return _too_long(provider.title, "returns at most", row.max_output, needs)
    return None


def _too_long(title: str, verb: str, most: int, needs: OfferNeeds) -> UnmetNeed:
    return UnmetNeed("context", f"an answer has {needs.answer_certain:,.0f} tokens; {title} {verb} {most:,}")


def provider_doubts(
    provider: Provider, row: TokenPrice, needs: OfferNeeds, model: ModelTerms | None = None
) -> tuple[str, ...]:
    """What the catalog does not know of a provider and the work needs; a region it does not list is not known."""
    found = []
    serves = f"{provider.title} serves this model in {needs.region_words}"
    if priced_elsewhere(provider, row, needs):
        found.append(f"{serves}, where no price is listed")
    elif needs.data.region and not row.region and len(provider.regions) > 1 and row.source != OWN:
        found.append(f"{serves}: its price names no region")
    found += [
        f"{provider.title} offers {words}"
        for field, words in _AGREEMENTS
        if getattr(needs.data, field) and getattr(provider, field) is None
    ]
    if row.context and needs.tokens > row.context:
        found.append(f"Requests of up to {needs.tokens:,.0f} tokens fit what {provider.title} serves: {row.context:,}")
    if needs.tuning and provider.fine_tuning is None:
        found.append(f"{provider.title} serves tuned models")
    most = row.max_output or (model.max_output if model is not None else 0)
    if row.max_output and needs.answer > row.max_output:
        found.append(
            f"Answers of up to {needs.answer:,.0f} tokens fit what {provider.title} returns: {row.max_output:,}"
        )
    elif not most and needs.answer > needs.answer_usual and row.source != OWN:
        found.append(f"{provider.title} returns answers of {needs.answer:,.0f} tokens: no list has its limit")
    is_listed = model is not None and model.tuned_factor > 0.0 and provider.kind == "vendor"
    if needs.tuning and row.source != OWN and not is_listed:
        found.append(f"{provider.title} serves this model tuned and asks no more for it than as it is: no list says so")
    lacking = [each for each in needs.authorizations if each not in provider.authorizations]
    if lacking:
        found.append(f"{provider.title} holds {' and '.join(lacking)} for this model")
    elif needs.authorizations and row.region not in authorized_regions(provider):
        found.append(f"{provider.title} sells this model in a government region: no price of one is listed")
    return tuple(found)


def priced_elsewhere(provider: Provider, row: TokenPrice, needs: OfferNeeds) -> bool:
    """Whether a row stands in for a region that the catalog has no price of."""
    return bool(needs.data.region) and not _in_region(provider, row, needs.data.region)


def authorized_regions(provider: Provider) -> tuple[str, ...]:
    """The regions in which a provider's authorizations hold; its government regions where the catalog names none."""
    return provider.authorized_regions or tuple(region for region in provider.regions if region.endswith("-gov"))


def _in_region(provider: Provider, row: TokenPrice, region: str) -> bool:
    """Whether a row is known to be of a region; a government region lies within its country."""
    if row.region:
        return row.region == region or row.region.startswith(f"{region}-")
    return region in provider.regions


def _holds(model: ModelTerms) -> str:
    return f"{model.title} holds {model.context:,}"

"""What each route can buy for this work: an offer that meets every need, one to confirm, or the need that none meets.

A region or a term that the catalog does not hold leaves the route standing, with a condition to confirm it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from advisor.cost.prices import DataNeeds, PriceList
from advisor.cost.scenario_builder import Preparation

FEASIBLE = "feasible"
UNCONFIRMED = "unconfirmed"
_IMAGE = "image"


@dataclass(frozen=True, slots=True)
class OfferState:
    """`state` is `feasible`, `unconfirmed`, or the requirement that failed; the reason names models and numbers."""

    state: str
    because: str = ""


_STANDS = OfferState(FEASIBLE)


def offer_states(prepared: Preparation) -> Mapping[str, OfferState]:
    """The state of each route that buys one thing; hybrid buys what its halves do."""
    offers, vendor, opened = prepared.offers, _vendor_model(prepared), _open_model(prepared)
    clouds = [
        vendor if vendor.state != FEASIBLE else _priced(offers.cloud_frontier, prepared, "managed-cloud"),
        opened if opened.state != FEASIBLE else _priced(offers.cloud_open, prepared, "managed-cloud"),
    ]
    return {
        "hosted-api": vendor if vendor.state != FEASIBLE else _priced(offers.hosted, prepared, "hosted-api"),
        "managed-cloud": min(clouds, key=lambda each: (each.state != FEASIBLE, each.state != UNCONFIRMED)),
        "managed-open": opened if opened.state != FEASIBLE else _priced(offers.managed, prepared, "managed-open"),
        "self-host": opened,
    }


def _vendor_model(prepared: Preparation) -> OfferState:
    """Whether the vendor's model that was named takes the request; one that was not named is chosen to fit."""
    if not prepared.known.given("economics.api_model"):
        return _STANDS
    models = prepared.catalog.api
    return _takes(prepared, prepared.api_model, {name: model.context for name, model in models.items()})


def _open_model(prepared: Preparation) -> OfferState:
    """Whether the open model that was named takes the request and the kind of input."""
    if not prepared.known.given("economics.open_model"):
        return _STANDS
    models = prepared.catalog.models
    name = prepared.open_model
    found = _takes(prepared, name, {each: model.context for each, model in models.items()})
    if found.state == FEASIBLE and _sees(prepared) and _IMAGE not in models[name].modalities:
        able = [each for each, model in models.items() if _IMAGE in model.modalities]
        nearest = min(able, key=lambda each: abs(models[each].total_b - models[name].total_b), default="")
        return OfferState("modality", f"{name} takes text alone" + (f"; {nearest} takes images" if nearest else ""))
    return found


def _sees(prepared: Preparation) -> bool:
    return prepared.known.answers.text("workload.task") == "multimodal-analysis" or prepared.known.flag(
        "quality.multimodal_required"
    )


def _takes(prepared: Preparation, name: str, contexts: Mapping[str, int]) -> OfferState:
    """Whether prompt and answer fit a model's context, in tokens; 0 is a context that the catalog does not hold."""
    shape, context = prepared.fleet.request.shape, contexts[name]
    need = shape.input_tokens + shape.output_tokens
    if not context or need <= context:
        return _STANDS
    wider = {each: size for each, size in contexts.items() if size >= need}
    nearest = min(wider, key=lambda each: wider[each], default="")
    hint = f"; {nearest} holds {wider[nearest]:,}" if nearest else "; no model of the catalog holds as many"
    return OfferState("context", f"a request has {need:,.0f} tokens and {name} holds {context:,}{hint}")


def _priced(prices: PriceList | None, prepared: Preparation, route: str) -> OfferState:
    needs, providers = prepared.needs, prepared.catalog.providers
    if prices is None:
        return OfferState("agreement", f"no provider is known to offer {_terms(replace(needs, region=''))}")
    serving = [provider for provider in providers.values() if route in provider.routes]
    known = any(needs.region in provider.regions for provider in serving) if route == "managed-cloud" else False
    sold = known or any(_in_region(needs, row.region, row.provider, prepared) for row in prices.rows)
    if sold or not needs.region:
        return _STANDS
    return OfferState(UNCONFIRMED, f"the catalog lists no price in the region {needs.region}; priced elsewhere")


def _in_region(needs: DataNeeds, region: str, provider: str, prepared: Preparation) -> bool:
    listed = prepared.catalog.providers.get(provider)
    return needs.region == region or (listed is not None and needs.region in listed.regions)


def _terms(needs: DataNeeds) -> str:
    said = {
        "a business associate agreement": needs.baa,
        "zero retention": needs.zero_retention,
        "no training on the data": needs.no_training,
    }
    return ", ".join(words for words, asked in said.items() if asked) or "a price"

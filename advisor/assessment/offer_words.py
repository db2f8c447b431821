"""What a route would buy, in the names it is sold under, for the record, reports and lists."""

from __future__ import annotations

import re

from advisor.cost.offers import WAYS_OF_PAYING, Offer
from advisor.interview.answer_words import answer_words
from advisor.knowledge.labels import catalog_label

ROUTE_NAMES = {
    "hosted-api": "vendor API",
    "managed-cloud": "cloud platform",
    "managed-open": "open-model API",
    "self-host": "self-hosted",
    "hybrid": "hybrid",
    "none": "no route",
}
"""Routes in few words, for a table or the first line of a verdict."""
_SPOKEN = {
    "hosted-api": "the vendor's API",
    "managed-cloud": "a cloud platform",
    "managed-open": "an open-model API",
    "self-host": "self-hosting",
}
"""Routes as a sentence says them."""
_ROUTE_ID = re.compile(rf"(?<![\w-])(?:{'|'.join(_SPOKEN)})(?![\w-])")
_BOTH = " + "


def route_name(route: str) -> str:
    """A route in few words; one that a newer program knows keeps its id."""
    return ROUTE_NAMES.get(route, route)


def spoken(text: str) -> str:
    """A sentence in which every route's id gives way to its name."""
    return _ROUTE_ID.sub(lambda found: _SPOKEN[found[0]], text)


def offer_words(offer: Offer) -> str:
    """The model and who sells it, or the model and the GPUs it runs on, with the terms."""
    models, sellers = offer.model.split(_BOTH), offer.provider.split(_BOTH)
    if len(models) == len(sellers) > 1:
        pairs = zip(models, sellers, strict=True)
        return " and ".join(f"{catalog_label(model)} at {catalog_label(seller)}" for model, seller in pairs)
    model = _names(offer.model)
    if offer.gpus and not offer.provider:
        copies = f" in {offer.replicas} replicas" if offer.replicas > 1 else ""
        acquired = answer_words("economics.acquisition", offer.acquisition).lower() if offer.acquisition else ""
        terms = ", ".join(filter(None, (offer.precision, acquired)))
        return f"{model} on {offer.gpus} × {catalog_label(offer.gpu)}{copies}{f', {terms}' if terms else ''}"
    seller = f" at {_names(offer.provider)}" if offer.provider else ""
    region = f" in {answer_words('data.region', offer.region)}" if offer.region else ""
    return f"{model}{seller}{region}, {WAYS_OF_PAYING.get(offer.pricing, 'per token')}"


def _names(ids: str) -> str:
    return _BOTH.join(catalog_label(name) for name in ids.split(_BOTH))

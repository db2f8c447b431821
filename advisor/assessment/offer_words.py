"""What a route would buy, in the names it is sold under, for the record, reports and lists."""

from __future__ import annotations

from advisor.cost.offers import WAYS_OF_PAYING, Offer
from advisor.interview.answer_words import answer_words
from advisor.knowledge import labels
from advisor.knowledge.labels import catalog_label

ROUTE_NAMES = labels.ROUTE_NAMES
route_name = labels.route_name
spoken = labels.spoken
_BOTH = " + "


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

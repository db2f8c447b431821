"""What a route would buy, in the names it is sold under, for the record, reports and lists."""

from __future__ import annotations

from dataclasses import replace

from advisor.cost.offers import WAYS_OF_PAYING, Offer
from advisor.interview.wording.answer_words import answer_words
from advisor.knowledge.labels import catalog_label


def offer_words(offer: Offer) -> str:
    """The model and who sells it, or the model and the GPUs it runs on, with the terms."""
    if offer.frontier is not None:
        return f"{offer_words(replace(offer, frontier=None))} and {offer_words(offer.frontier)}"
    model = catalog_label(offer.model)
    if offer.gpus and not offer.provider:
        copies = f" in {offer.replicas} replicas" if offer.replicas > 1 else ""
        acquired = answer_words("economics.acquisition", offer.acquisition).lower() if offer.acquisition else ""
        terms = ", ".join(filter(None, (offer.precision, acquired)))
        return f"{model} on {offer.gpus} × {catalog_label(offer.gpu)}{copies}{f', {terms}' if terms else ''}"
    seller = f" at {catalog_label(offer.provider)}" if offer.provider else ""
    region = f" in {answer_words('data.region', offer.region)}" if offer.region else ""
    return f"{model}{seller}{region}, {WAYS_OF_PAYING.get(offer.pricing, 'per token')}"

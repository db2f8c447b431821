"""Claims about token prices and bills, recomputed with the catalog's prices and the cost core's bill."""

from __future__ import annotations

from datetime import date

from advisor.cost.tokens.prices import MILLION, DataNeeds, PriceList, price_list
from advisor.cost.tokens.token_bill import Rates, token_bill
from advisor.cost.traffic import Traffic, traffic
from advisor.errors import BadKnowledge
from advisor.knowledge.catalog import ApiModel, Catalog, TokenPrice
from advisor.knowledge.price_lists.price_changes import is_own
from advisor.published.claim_inputs import Given
from advisor.workload.volumes import DEVELOPERS_BASIS

NEWEST = date(2026, 11, 28)


def listed_price(given: Given) -> float:
    """Dollars per million tokens that the newest list asks for one `kind` of token."""
    rates = offer(given).rates(given.number("position", 0.5))
    figures = {"input": rates.input, "output": rates.output, "cache-read": rates.cache_read}
    return float(figures[given.text("kind")]) * MILLION


def bill(given: Given) -> float:
    """Dollars a month for stated tokens."""
    return _billed(given, _stated(given))


def team_bill(given: Given) -> float:
    """Dollars a month for developers, tokens each, of which a share is output."""
    needed = {"volume.cached_share": 0.0, "volume.batch_share": 0.0, "volume.peak_to_average": 1.0}
    moved = traffic(lambda name: given.number(name, needed.get(name)), DEVELOPERS_BASIS)
    return _billed(given, moved)


def saved_by_discount(given: Given) -> float:
    """Share of the bill that caching or batch takes off."""
    plain = _stated(given)
    full = Traffic(plain.input, plain.output, 0.0, 0.0, 1.0)
    return 1.0 - _billed(given, plain) / _billed(given, full)


def saved_by_moving(given: Given) -> float:
    """Share of the bill that goes when a share of the traffic goes elsewhere."""
    plain = _stated(given)
    return 1.0 - _billed(given, plain.scaled(1.0 - given.number("moved_share"))) / _billed(given, plain)


def saved_over_clouds(given: Given) -> float:
    """Share that the middle price of an open model lies below what the large clouds ask for it."""
    rows = _rows(given)
    clouds = given.text("clouds").split(",")
    large = [row.input + row.output for row in rows if row.provider in clouds]
    if not large:
        raise BadKnowledge("rules/claims", f"none of {given.text('clouds')} serves {given.text('managed')}")
    typical = offer(given).typical
    return 1.0 - float(typical.input + typical.output) * MILLION / (sum(large) / len(large))


def usd_per_million(given: Given) -> float:
    """Dollars per million tokens of a mix: `input_ratio` input tokens to one of output, per token of all."""
    ratio = given.number("input_ratio")
    mix = Traffic(ratio, 1.0, given.number("cached_share", 0.0), given.number("batch_share", 0.0), 1.0)
    return _billed(given, mix) * MILLION / (ratio + 1.0)


def usd_per_million_output(given: Given) -> float:
    """Dollars per million output tokens, their input included."""
    return usd_per_million(given) * (given.number("input_ratio") + 1.0)


def offer(given: Given) -> PriceList:
    """The price list of the API or managed model that is named."""
    model = given.text("api") if "api" in given.values else given.text("managed")
    found = price_list(model, _rows(given), given.knowledge.catalog.providers, DataNeeds(), NEWEST)
    if found is None:
        raise BadKnowledge("rules/claims", f"no price of {model} is known")
    return found


def _rows(given: Given) -> tuple[TokenPrice, ...]:
    catalog = given.knowledge.catalog
    if "api" in given.values:
        model = given.chosen(catalog.api, "api")
        rows = tuple(row for row in model.prices if "provider" in given.values or _sells(model, row.provider, catalog))
    else:
        rows = given.chosen(catalog.managed, "managed").prices
    provider = given.values.get("provider")
    return tuple(row for row in rows if provider in (None, row.provider))


def _sells(model: ApiModel, provider: str, catalog: Catalog) -> bool:
    """Whether a provider counts for what a model asks: its vendor, and those that serve open weights."""
    seller = catalog.providers.get(provider)
    serves = bool(model.open_weights) and seller is not None and seller.kind == "inference"
    return serves or is_own(model.id, provider, catalog)


def _stated(given: Given) -> Traffic:
    return Traffic(
        input=given.number("input_tokens", 0.0),
        output=given.number("output_tokens", 0.0),
        cached_share=given.number("cached_share", 0.0),
        batch_share=given.number("batch_share", 0.0),
        peak=1.0,
    )


def _billed(given: Given, moved: Traffic) -> float:
    return float(token_bill(moved, _rates(given), 0.0, 0.0))


def _rates(given: Given) -> Rates:
    """The catalog's rates, or the price that the claim itself states for every token."""
    if "usd_per_million" in given.values:
        price = given.number("usd_per_million") / MILLION
        return Rates.over((price, price, price, price), (price, price, price, price))
    return offer(given).rates(given.number("position", 0.5))

"""What any price list offers for the catalog, and what of it was not taken: the result both readers give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from advisor.knowledge.catalog import Catalog, TokenPrice
from advisor.knowledge.price_lists.list_names import region_of

_NOISE = ((2, 5e-4), (3, 1e-4), (4, 2e-5))
"""How near a price must lie to one of so many figures to be taken for it: the rounder, the farther."""
HALF_A_CENT = 0.005 + 1e-9


class RefusedEntry(Exception):
    """An entry of a list that is not taken, with the reason."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One listed price: the entry's key, the catalog's model, and the row it makes, dollars per million tokens."""

    key: str
    model: str
    row: TokenPrice

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Model, provider, region and tier."""
        return self.model, *self.row.key


@dataclass(frozen=True, slots=True)
class PriceListRead:
    """A list as of a day: what it offers for this catalog, and everything else by reason.

    `beside` are further entries for a row that another entry was taken for. `unknown` are priced entries whose model or
    seller the catalog does not hold; `left_out` counts those of sellers it leaves out on purpose; `others` are entries
    that are not chat models; `columns` counts charges the catalog has no place for.
    """

    kind: str
    day: date
    entries: int
    listings: tuple[Listing, ...]
    further: tuple[Listing, ...]
    refused: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, str], ...]
    ended: tuple[tuple[str, date], ...]
    left_out: Mapping[str, int]
    others: int
    columns: Mapping[str, int]


def most_suitable(listings: Iterable[Listing], catalog: Catalog, day: date) -> tuple[list[Listing], list[Listing]]:
    """Of each model, provider, region and tier one listing, and the others.

    The entry that the catalog's row was read from goes first, then one of the row's own region, then what has not
    ended, then the cheapest.
    """
    recorded = {(model, *row.key): row.list_key for model, row in _by_day(catalog) if row.list_key}
    chosen: dict[tuple[str, str, str, str], Listing] = {}
    further: list[Listing] = []

    def rank(one: Listing) -> tuple[bool, bool, bool, float, str]:
        row = one.row
        is_recorded = recorded.get(one.place) == one.key
        is_implied = bool(row.region) and not region_of(one.key)
        has_ended = row.until is not None and row.until <= day
        return not is_recorded, is_implied, has_ended, row.input + row.output, one.key

    for one in listings:
        known = chosen.get(one.place)
        if known is None or rank(one) < rank(known):
            chosen[one.place] = one
            further += [known] if known else []
        else:
            further.append(one)
    return list(chosen.values()), further


def without_rounded(charges: Mapping[str, float]) -> dict[str, float]:
    """Charges without a batch price of cached tokens that is the usual one, rounded to the cent as pages print it.

    Left out, it keeps its proportion to the others: 0.13 where half of 0.25 is meant.
    """
    names = ("input", "batch_input", "cache_read", "batch_cache_read")
    given, lowered, cached, listed = (charges.get(name, 0.0) for name in names)
    is_usual = bool(given and lowered and cached) and abs(listed - cached * lowered / given) <= HALF_A_CENT
    return {name: price for name, price in charges.items() if name != "batch_cache_read" or not is_usual}


def _by_day(catalog: Catalog) -> list[tuple[str, TokenPrice]]:
    return sorted(catalog.token_prices(), key=lambda pair: pair[1].since)


def clean_price(price: float) -> float:
    """A price without the noise of binary fractions and of conversions: 5.00003 is 5, 0.6000000000000001 is 0.6."""
    if price == 0.0:
        return 0.0
    for figures, noise in _NOISE:
        near = round(price, figures - 1 - math.floor(math.log10(abs(price))))
        if abs(near - price) <= noise * price:
            return near
    return float(f"{price:.10g}")

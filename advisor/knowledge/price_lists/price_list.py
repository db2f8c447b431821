"""What a price list offers for the catalog: which model, seller and region an entry is about, what is not taken."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from advisor.knowledge.catalog import Catalog, PriceStep, TokenPrice

_SEPARATORS = re.compile(r"[._:@ ]+")
_DATE = re.compile(r"-20[0-9]{6}$|-20[0-9]{2}-[0-9]{2}-[0-9]{2}$")
_VERSION = re.compile(r"-v[0-9](?:-[0-9])?$")
_ENDINGS = ("-instruct", "-it", "-chat", "-versatile", "-maas", "-default", "-fp8", "-bf16")
_MAKERS = frozenset({
    "ai21", "amazon", "anthropic", "cohere", "databricks", "deepseek", "fw", "google", "meta", "minimax", "mistral",
    "mistralai", "moonshot", "moonshotai", "nvidia", "openai", "qwen", "writer", "xai", "zai",
})  # fmt: skip
_MAKER_LEADS = (
    "databricks-", "fw-", "meta-llama-", "meta-", "mistralai-", "nvidia-", "openai-", "anthropic-", "google-",
)  # fmt: skip
_REGIONS = (
    ("us-gov", re.compile(r"us-?gov(?:-(?:west|east)-[0-9])?")),
    ("uk", re.compile(r"eu-west-2|europe-west2|uk(?:-?[a-z]+)?")),
    ("us", re.compile(r"us(?:-(?:west|east|central)-?[0-9])?")),
    ("eu", re.compile(r"eu(?:-(?:west|north|south|central)-?[0-9])?|europe-[a-z]+[0-9]+")),
    ("asia-pacific", re.compile(r"(?:ap|apac|jp|au|in)(?:-[a-z]+-?[0-9])?|asia-[a-z]+[0-9]+")),
    ("canada", re.compile(r"ca(?:-[a-z]+-?[0-9])?")),
    ("other", re.compile(r"(?:sa|me|af|il)(?:-[a-z]+-?[0-9])?")),
)
_WORLDWIDE = ("global", "global-standard")


@dataclass(frozen=True, slots=True)
class Place:
    """Model, provider and region of the catalog; the region is empty where the price holds everywhere."""

    model: str
    provider: str
    region: str


class ListNames:
    """The catalog's names for the entries of one list: by the key a row was read from, else by seller and model."""

    def __init__(self, catalog: Catalog) -> None:
        self._sellers = {name: one.id for one in catalog.providers.values() for name in (one.id, *one.list_names)}
        self._models: dict[str, str] = {}
        for table in (catalog.models, catalog.api):  # a vendor's own model goes before its weights
            for model in table.values():
                for name in (model.id, *model.list_names):
                    self._models[_plain(name)] = model.id
        self._recorded: dict[str, Place] = {}
        for model_id, row in catalog.prices_by_start():
            is_implied = row.region and not region_of(row.list_key)  # by an uplift that the plain row's entry states
            if row.list_key and not is_implied:
                self._recorded[row.list_key] = Place(model_id, row.provider, row.region)

    def recorded(self, key: str) -> Place | None:
        """Where the catalog's newest row that was read from this key stands."""
        return self._recorded.get(key)

    def seller(self, name: str) -> str:
        """The provider a list knows under a name; empty where it is unknown."""
        return self._sellers.get(name) or self._sellers.get(name.lower().replace("_", "-"), "")

    def model(self, key: str) -> str:
        """The model of which a key is one more spelling; another size, date or speed is another model."""
        name = _plain(key.rpartition("/")[2])
        for lead in _MAKER_LEADS:
            if name.startswith(lead):
                return self._spelled(name) or self._spelled(name.removeprefix(lead))
        return self._spelled(name)

    def _spelled(self, name: str) -> str:
        known = self._models
        while name not in known:
            shorter = _shorter(name)
            if shorter == name:
                return ""
            name = shorter
        return known[name]


def bare_name(key: str) -> str:
    """The name of a key without seller, region, maker and endings: what two spellings of one listing share."""
    name = _plain(key.rpartition("/")[2])
    name = next((name.removeprefix(lead) for lead in _MAKER_LEADS if name.startswith(lead)), name)
    while (shorter := _shorter(name)) != name:
        name = shorter
    return name


def _shorter(name: str) -> str:
    """A name without its last ending that does not change the model: `-instruct`, a version of the API, a day."""
    for ending in _ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return _VERSION.sub("", _DATE.sub("", name))


def _plain(name: str) -> str:
    """A name in lower case with hyphens alone, without region and maker before a dot."""
    name = name.lower()
    head, dot, tail = name.partition(".")
    while dot and (head in _MAKERS or head in _WORLDWIDE or region_named(head)):
        name = tail
        head, dot, tail = name.partition(".")
    return _SEPARATORS.sub("-", name)


def region_named(part: str) -> str:
    """The catalog's region for a list's name of one; empty where it is none."""
    return next((region for region, spelled in _REGIONS if spelled.fullmatch(part)), "")


def region_of(key: str) -> str:
    """The region a key is for, in its path (`azure/eu/…`) or before its first dot (`us.anthropic.…`)."""
    *path, name = key.split("/")
    for part in (*path, name.partition(".")[0]):
        if part in {"us", "eu"} or "-" in part or "." in name:
            region = region_named(part)
            if region:
                return region
    return ""


_NOISE = ((2, 5e-4), (3, 1e-4), (4, 2e-5))
"""How near a price must lie to one of so many figures to be taken for it: the rounder, the farther."""
HALF_A_CENT = 0.005 + 1e-9


ROW_FIELDS = frozenset(TokenPrice.__dataclass_fields__)
_STEP_FIELDS = frozenset(PriceStep.__dataclass_fields__)
BATCHED = {kind: f"batch_{kind}" for kind in ("input", "output", "cache_read", "cache_write")}
"""Kinds of tokens that have a price in batches, and what it is called."""


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


@dataclass(slots=True)
class PriceListRead:
    """A list as of a day: what it offers for this catalog, and everything else by reason.

    `beside` are further entries for a row that another entry was taken for. `unknown` are priced entries whose model or
    seller the catalog does not hold; `left_out` counts those of sellers it leaves out on purpose; `others` are entries
    that are not chat models; `columns` counts charges the catalog has no place for.
    """

    kind: str
    day: date
    entries: int = 0
    listings: list[Listing] = field(default_factory=list)
    further: list[Listing] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    ended: list[tuple[str, date]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    others: int = 0
    columns: Counter[str] = field(default_factory=Counter)


Charges = dict[tuple[str, int], float]
"""Dollars per million tokens by kind of token and prompt length."""


def token_price(stated: Charges, common: Mapping[str, Any], column: str) -> TokenPrice:
    """The row of what an entry states; `column` is what follows `input` and `output` in the list's names for these."""
    plain = {kind: price for (kind, above), price in stated.items() if not above and kind in ROW_FIELDS}
    for kind in ("input", "output"):
        if kind not in plain:
            raise RefusedEntry(f"{kind}{column} is missing or 0")
    steps = []
    for above in sorted({above for _, above in stated if above}):
        own = {kind: price for (kind, limit), price in stated.items() if limit == above and kind in _STEP_FIELDS}
        charges = {"input": plain["input"], "output": plain["output"], **own}
        steps.append(PriceStep(above=above, **without_rounded(charges)))
    row: dict[str, Any] = {**without_rounded(plain), **common, "steps": tuple(steps)}
    return TokenPrice(**row)


def most_suitable(listings: Iterable[Listing], catalog: Catalog, day: date) -> tuple[list[Listing], list[Listing]]:
    """Of each model, provider, region and tier one listing, and the others.

    The entry that the catalog's row was read from goes first, then one of the row's own region, then what has not
    ended, then the cheapest.
    """
    recorded = {(model, *row.key): row.list_key for model, row in catalog.prices_by_start() if row.list_key}
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


def clean_price(price: float) -> float:
    """A price without the noise of binary fractions and of conversions: 5.00003 is 5, 0.6000000000000001 is 0.6."""
    if price == 0.0:
        return 0.0
    for figures, noise in _NOISE:
        near = round(price, figures - 1 - math.floor(math.log10(abs(price))))
        if abs(near - price) <= noise * price:
            return near
    return float(f"{price:.10g}")

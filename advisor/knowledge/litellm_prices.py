"""The public price list of LiteLLM, read with distrust: catalog models, known providers and stated prices only."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from advisor.errors import BadInput
from advisor.knowledge.catalog import Catalog, TokenPrice

MOST_BYTES = 64_000_000
_MILLION = 10**6
_CHAT = ("chat", "responses", "completion")
_FIELDS = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "batch_input": "input_cost_per_token_batches",
    "batch_output": "output_cost_per_token_batches",
}
_REGION = re.compile(r"(us|eu|uk|ap|apac|au|jp|ca|sa|me|us-gov)([-.][a-z0-9.-]+)?")
_LEADS = ("anthropic-", "openai-", "meta-", "databricks-", "global-", "mistralai-", "google-")
_SAME_MODEL = frozenset({"instruct", "it", "chat", "turbo", "versatile", "maas", "latest", "default", "v1", "0", "fp8"})


@dataclass(frozen=True, slots=True)
class Offer:
    """One listed price of a catalog model at a known provider, dollars per million tokens by field of TokenPrice."""

    key: str
    model: str
    provider: str
    prices: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PriceList:
    """What the list offers for this catalog, what was refused and why, and how much of it concerns others."""

    entries: int
    offers: tuple[Offer, ...]
    refused: tuple[tuple[str, str], ...]
    regional: int


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price that differs from the newest one of the catalog; `before` is None for a provider that is new there."""

    table: str
    offer: Offer
    before: TokenPrice | None
    after: TokenPrice


def read_price_list(data: bytes, file: str, catalog: Catalog) -> PriceList:
    """Parse LiteLLM's price file; raises BadInput for anything that is not one."""
    table = _parsed(data, file)
    offers: dict[tuple[str, str], Offer] = {}
    refused: list[tuple[str, str]] = []
    regional = 0
    for key, entry in table.items():
        place = _place(key, entry, catalog)
        if place is None:
            continue
        if _is_regional(key):
            regional += 1
            continue
        offer = _offer(key, entry, *place)
        if isinstance(offer, str):
            refused.append((key, offer))
        elif place not in offers or _total(offer) < _total(offers[place]):
            offers[place] = offer
    return PriceList(len(table), tuple(offers.values()), tuple(refused), regional)


def price_changes(offers: Iterable[Offer], catalog: Catalog, day: date) -> list[PriceChange]:
    """Where the list states another price than the catalog's newest, or one at a provider that is new there."""
    found = []
    for offer in offers:
        table = "api" if offer.model in catalog.api else "managed"
        before = _newest(offer, catalog)
        if before is None or any(getattr(before, name) != price for name, price in offer.prices.items()):
            found.append(PriceChange(table, offer, before, _imported(offer, day)))
    return found


def _imported(offer: Offer, day: date) -> TokenPrice:
    note = f"listed as {offer.key}"
    prices: dict[str, Any] = dict(offer.prices)
    return TokenPrice(offer.provider, day, source=source_id(day), grade="reported", note=note, **prices)


def source_id(day: date) -> str:
    """The id under which an import is cited as a source."""
    return f"litellm-import-{day}"


def _parsed(data: bytes, file: str) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise BadInput(file, f"the file has {len(data):,} bytes", f"at most {MOST_BYTES:,} are read")
    try:
        table = json.loads(data)
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadInput(file, f"not JSON: {' '.join(str(error).split())[:120]}") from None
    entries = table.values() if isinstance(table, dict) else ()
    if not any(isinstance(one, dict) and "litellm_provider" in one for one in entries):
        raise BadInput(file, "is not a price list of LiteLLM", "its entries name a litellm_provider")
    return dict(table)


def _place(key: str, entry: Any, catalog: Catalog) -> tuple[str, str] | None:
    """The catalog's model and provider that an entry is about, or None."""
    if not isinstance(entry, dict) or entry.get("mode") not in _CHAT:
        return None
    provider = _provider(str(entry.get("litellm_provider", "")), catalog)
    model = _model(key, (*catalog.api, *catalog.managed))
    return (model, provider) if model and provider else None


def _provider(name: str, catalog: Catalog) -> str:
    plain = name.lower().replace("_", "-")
    return next((known for known in catalog.providers if plain == known or plain.startswith(f"{known}-")), "")


def _model(key: str, models: Iterable[str]) -> str:
    """The catalog model of which a key is one more spelling; another size, date or speed is another model."""
    head, _, tail = (name := key.rpartition("/")[2].lower()).partition(".")
    name = re.sub(r"[._@:]", "-", tail if _REGION.fullmatch(head) else name)
    for lead in _LEADS:
        name = name.removeprefix(lead)
    for model in models:
        plain = model.replace(".", "-")
        rest = name.removeprefix(plain)
        if rest != name and set(rest.split("-")) - {""} <= _SAME_MODEL and (not rest or rest.startswith("-")):
            return model
    return ""


def _is_regional(key: str) -> bool:
    *path, name = key.split("/")
    return any(_REGION.fullmatch(part) for part in path) or _REGION.fullmatch(name.partition(".")[0]) is not None


def _offer(key: str, entry: Mapping[str, Any], model: str, provider: str) -> Offer | str:
    """The offer, or why it is refused: an unknown price is never taken for a free one."""
    prices = {}
    for name, column in _FIELDS.items():
        raw = entry.get(column)
        if name not in ("input", "output") and not raw:
            continue
        if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not math.isfinite(raw) or raw <= 0:
            return f"{column} is {'missing' if raw is None else repr(raw)[:40]}"
        prices[name] = float(Decimal(repr(raw)) * _MILLION)
    return Offer(key, model, provider, prices)


def _total(offer: Offer) -> float:
    return offer.prices["input"] + offer.prices["output"]


def _newest(offer: Offer, catalog: Catalog) -> TokenPrice | None:
    entry = catalog.api.get(offer.model) or catalog.managed[offer.model]
    rows = [row for row in entry.prices if (row.provider, row.tier, row.region) == (offer.provider, "standard", "")]
    return max(rows, key=lambda row: row.since, default=None)

"""How old every dated figure of the catalog is, against the number of days after which its kind counts as old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from advisor.knowledge.catalog import GpuPrice, TokenPrice
from advisor.knowledge.packs.pack import Knowledge

_LIMIT = "evidence.stale_days."


@dataclass(frozen=True, slots=True)
class Age:
    """One figure: its kind (as in `evidence.stale_days.<kind>`), its name, its day, and how old that is."""

    kind: str
    name: str
    since: date
    days: int
    limit_days: int
    source: str
    grade: str

    @property
    def is_stale(self) -> bool:
        """Whether it is older than its kind may be."""
        return self.days > self.limit_days


def ages(knowledge: Knowledge, day: date) -> list[Age]:
    """The newest figure of each name, the oldest first."""
    parameters = knowledge.parameters_at(day)
    found = [
        Age(kind, name, since, (day - since).days, round(parameters.number(_LIMIT + kind)), source, grade)
        for kind, name, since, source, grade in _dated(knowledge, day)
    ]
    return sorted(found, key=lambda age: (-age.days, age.kind, age.name))


def _dated(knowledge: Knowledge, day: date) -> Iterator[tuple[str, str, date, str, str]]:
    catalog = knowledge.catalog
    for table in (catalog.api, catalog.managed):
        for model in table.values():
            yield from _prices(model.id, model.prices, day)
    for gpu in catalog.gpus.values():
        yield from _prices(gpu.id, gpu.prices, day)
        yield "hardware", gpu.id, gpu.checked, gpu.source, gpu.grade
    for one in catalog.models.values():
        yield "models", one.id, one.checked, one.source, one.grade
    for provider in catalog.providers.values():
        yield "providers", provider.id, provider.checked, provider.source, provider.grade
    for terms in knowledge.licenses.values():
        yield "licenses", terms.id, terms.checked, terms.source, terms.grade


def _prices(
    owner: str, prices: tuple[TokenPrice, ...] | tuple[GpuPrice, ...], day: date
) -> Iterator[tuple[str, str, date, str, str]]:
    """Of each provider, tier and region (or way of acquisition) the price in force on the day."""
    newest: dict[str, TokenPrice | GpuPrice] = {}
    for price in prices:
        known = newest.get(_terms(price))
        if price.since <= day and (known is None or known.since <= price.since):
            newest[_terms(price)] = price
    for terms, price in newest.items():
        if isinstance(price, GpuPrice):
            yield "prices", f"{owner} {terms}", price.since, price.source, price.grade
        elif price.in_force(day):
            yield "prices", f"{owner} {terms}", _read(price, day), price.source, price.grade


def _read(price: TokenPrice, day: date) -> date:
    """The last day, up to the one looked from, on which a list stated the price."""
    return price.checked if price.checked is not None and price.since < price.checked <= day else price.since


def _terms(price: TokenPrice | GpuPrice) -> str:
    if isinstance(price, GpuPrice):
        return price.acquisition
    parts = (price.provider, "" if price.tier == "standard" else price.tier, price.region)
    return " ".join(part for part in parts if part)

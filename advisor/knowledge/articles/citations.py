"""Everything in the pack that cites a source: which entry cites which, and how well it is founded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.knowledge.catalog import Catalog, TokenPrice
from advisor.knowledge.grades import Grade
from advisor.knowledge.packs.pack import Knowledge


@dataclass(frozen=True, slots=True)
class Citation:
    """One figure, rule or table, and the source it names; an empty source is a missing one."""

    file: str
    entry: str
    source: str
    grade: Grade


def citations(knowledge: Knowledge) -> Iterator[Citation]:
    """All of them, in the order of the pack's parts."""
    for rule in knowledge.rules:
        yield from (Citation(rule.file, rule.id, source, rule.grade) for source in rule.sources or ("",))
    for parameter in knowledge.parameters.values():
        for value in parameter.values:
            yield Citation("rules/parameters", parameter.id, value.source, value.grade)
            for quote in value.quotes:
                yield Citation("rules/parameters", parameter.id, quote.source, quote.grade)
    for terms in knowledge.licenses.values():
        yield Citation("rules/licenses/licenses.toml", terms.id, terms.source, terms.grade)
    for duty in knowledge.obligations.values():
        yield Citation("rules/obligations", duty.id, duty.source, duty.grade)
    for method in knowledge.methods.values():
        yield Citation(method.file, method.id, method.source, method.grade)
    for checklist in knowledge.checklists.values():
        yield Citation(checklist.file, checklist.id, checklist.source, checklist.grade)
    yield from _of_catalog(knowledge.catalog)


def _of_catalog(catalog: Catalog) -> Iterator[Citation]:
    for model in catalog.models.values():
        yield Citation("rules/catalog/models.toml", model.id, model.source, model.grade)
        yield Citation("rules/catalog/open.toml", model.id, model.capability_source, model.capability_grade)
    for api in catalog.api.values():
        yield Citation("rules/catalog/api.toml", api.id, api.capability_source, api.capability_grade)
    for provider in catalog.providers.values():
        yield Citation("rules/catalog/providers.toml", provider.id, provider.source, provider.grade)
    for gpu in catalog.gpus.values():
        yield Citation("rules/catalog/gpus.toml", gpu.id, gpu.source, gpu.grade)
        if gpu.purchase_high_usd:
            yield Citation("rules/catalog/gpus.toml", gpu.id, gpu.purchase_source, gpu.purchase_grade)
        for listed in gpu.prices:
            yield Citation("rules/catalog/gpus.toml", gpu.id, listed.source, listed.grade)
    for file, entry, price in token_prices(catalog):
        yield Citation(file, entry, price.source, price.grade)


def token_prices(catalog: Catalog) -> Iterator[tuple[str, str, TokenPrice]]:
    """Every token price with its file and the model it is for."""
    for model, row in catalog.token_prices():
        yield f"rules/catalog/{'api' if model in catalog.api else 'managed'}.toml", model, row

"""What cites a source and how well it is founded; what implements and proves each system of the articles."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from advisor.knowledge.catalog import Catalog, TokenPrice
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Grade
from advisor.knowledge.published_articles import System

# Everything in the pack that cites a source: which entry cites which, and how well it is founded.


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
        if api.fine_tuning_source:
            yield Citation("rules/catalog/api.toml", api.id, api.fine_tuning_source, api.fine_tuning_grade)
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


# The systems the articles describe: what implements each, what proves it, and which of these names lead nowhere.


@dataclass(frozen=True, slots=True)
class Covered:
    """One system, and the references of it that do not exist."""

    system: System
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether something implements it, all of that exists, and a test proves it."""
        return bool(self.system.implemented_by and self.system.proven_by) and not self.missing


def coverage(knowledge: Knowledge) -> tuple[Covered, ...]:
    """Every system with the references that lead nowhere; tests do not travel with the program and are not sought."""
    tables = _tables(knowledge)
    return tuple(
        Covered(system, tuple(name for name in system.implemented_by if not _exists(name, tables)))
        for system in knowledge.systems.values()
    )


def _tables(knowledge: Knowledge) -> dict[str, Container[str]]:
    catalog = knowledge.catalog
    return {
        "rule": {rule.id for rule in knowledge.rules},
        "parameter": knowledge.parameters,
        "fact": knowledge.facts,
        "method": knowledge.methods,
        "checklist": knowledge.checklists,
        "claim": knowledge.claims,
        "license": knowledge.licenses,
        "model": catalog.models,
        "gpu": catalog.gpus,
        "api": catalog.api,
        "provider": catalog.providers,
    }


def _exists(reference: str, tables: dict[str, Container[str]]) -> bool:
    kind, _, name = reference.partition(":")
    if kind == "module":
        return name.startswith("advisor.") and find_spec(name) is not None
    return kind in tables and name in tables[kind]

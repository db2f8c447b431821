"""The systems the articles describe: what implements each, what proves it, and which of these names lead nowhere."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from importlib.util import find_spec

from advisor.knowledge.articles.systems import System
from advisor.knowledge.packs.pack import Knowledge


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

"""Every system the articles describe has something that implements it and a test that proves it; both exist."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from advisor.knowledge.citations import citations, coverage
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import GRADES

KNOWLEDGE = load_knowledge()
ROOT = Path(__file__).resolve().parents[2]
SIZES = {
    "beats-api": ("B", 17),
    "coding-agents": ("C", 9),
    "coding-tco": ("T", 7),
    "cost-guide": ("G", 12),
    "when-it-pays": ("W", 9),
}


def test_all_54_systems_are_listed_under_their_article() -> None:
    expected = {
        (f"{letter}{number}", source) for source, (letter, last) in SIZES.items() for number in range(1, last + 1)
    }
    assert {(system.id, system.source) for system in KNOWLEDGE.systems.values()} == expected
    assert len(expected) == 54


def test_whatever_implements_a_system_exists() -> None:
    assert [(one.system.id, one.missing) for one in coverage(KNOWLEDGE) if not one.complete] == []


@cache
def _tests_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("system", sorted(KNOWLEDGE.systems))
def test_the_test_that_proves_a_system_exists(system: str) -> None:
    for node in KNOWLEDGE.systems[system].proven_by:
        path, _, name = node.partition("::")
        assert name.startswith("test_")
        assert name in _tests_in(path), node


@pytest.mark.parametrize(
    "reference", ["rule:must.nothing", "module:advisor.nothing", "module:json", "poem:a", "claim:", "nothing"]
)
def test_a_reference_that_leads_nowhere_is_named(reference: str) -> None:
    broken = replace(KNOWLEDGE.systems["B1"], implemented_by=(reference,))
    found = coverage(replace(KNOWLEDGE, systems={"B1": broken}))
    assert [one.missing for one in found] == [(reference,)]
    assert not found[0].complete


def test_a_system_without_a_test_is_not_complete() -> None:
    unproven = replace(KNOWLEDGE.systems["B1"], proven_by=())
    assert not coverage(replace(KNOWLEDGE, systems={"B1": unproven}))[0].complete


def test_everything_that_stands_on_a_source_carries_a_grade() -> None:
    found = list(citations(KNOWLEDGE))
    assert {one.source for one in found} <= set(KNOWLEDGE.sources)
    assert {one.grade for one in found} <= set(GRADES)
    article = [one.grade for one in found if one.source == "when-it-pays"]
    assert {"reported", "unverified", "speculation"} <= set(article)

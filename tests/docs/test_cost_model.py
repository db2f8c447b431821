"""The page on costs names parameters that exist, all that costs are computed from, and every line."""

from __future__ import annotations

import re

import pytest

from advisor.cost.routes import LINES
from advisor.cost.scenario import ANSWER_KEYS, PARAMETERS
from tests.contract.asking import DAY, knowledge
from tests.docs.console import ROOT

TEXT = (ROOT / "docs" / "cost-model.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([a-z_-]+(?:\.[a-z_-]+)+)`", TEXT))


@pytest.mark.parametrize("name", sorted(NAMED))
def test_what_the_page_names_exists(name: str) -> None:
    rules = {rule.id for rule in knowledge().rules_at(DAY)}
    known = set(knowledge().questions) | set(knowledge().parameters_at(DAY).values) | rules
    assert name in known, name


@pytest.mark.parametrize("name", [*PARAMETERS, *ANSWER_KEYS])
def test_what_costs_are_computed_from_is_on_the_page(name: str) -> None:
    assert name in NAMED


@pytest.mark.parametrize("line", LINES)
def test_every_line_has_its_formula(line: str) -> None:
    assert re.search(rf"(^\| `{line}` \||\(`{line}`)", TEXT, re.M), line

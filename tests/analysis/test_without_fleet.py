"""Verdicts of what-ifs without a search for fleets: the same as with one, and only where the rules allow it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from advisor.analysis.reevaluate import WhatIf
from advisor.analysis.without_fleet import WithoutFleet
from advisor.decision.compiled import compiled_knowledge
from advisor.engine.engine import Engine
from advisor.interview.answers import read_answers, vocabulary
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.rules import Rule
from benchmarks.cost.random_answers import asked, draw_file
from tests.contract.asking import DAY, knowledge

DRAWS = 50


def with_rule(**changes: object) -> Engine:
    """The current rules, and one more: many GPUs exclude self-hosting, but for what `changes` say."""
    gates = compiled_knowledge(knowledge(), DAY).gates
    usual = next(rule for rule in gates.rules if rule.effect == "exclude" and rule.options == ("self-host",))
    many = KeyTest("derived.fleet_gpus", "at_least", "tier.production.fte_low")
    rule: Rule = replace(usual, id="can.many-gpus", when=many, **changes)  # type: ignore[arg-type]
    return Engine.compile((*gates.rules, rule), compiled_knowledge(knowledge(), DAY).parameters, gates.kinds)


def test_our_rules_allow_it() -> None:
    assert WithoutFleet(compiled_knowledge(knowledge(), DAY).gates).applies


def test_a_rule_on_fleets_that_excludes_self_hosting_alone_allows_it() -> None:
    with with_rule() as engine:
        assert WithoutFleet(engine).applies


@pytest.mark.parametrize(
    "changes",
    [{"options": ("hosted-api",)}, {"effect": "choose"}, {"effect": "derive", "options": (), "derives": "regulated"}],
)
def test_a_rule_on_fleets_that_does_more_forbids_it(changes: dict[str, object]) -> None:
    with with_rule(**changes) as engine:
        assert not WithoutFleet(engine).applies


@pytest.mark.parametrize("seed", range(40, 48))
def test_random_answers_get_the_verdict_of_a_full_search(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    at, known = compiled_knowledge(knowledge(), DAY), vocabulary(knowledge())
    questions = asked(knowledge(), at.parameters)
    files = [draw_file(Random(100 * seed + place), questions, 0.15 * (1 + seed % 6)) for place in range(12)]
    drawn = [read_answers(file, "random.toml", known) for file in files]
    quick = WhatIf(at, seed)
    found = [quick.option(answers, DRAWS) for answers in drawn]
    monkeypatch.setattr(WithoutFleet, "found", lambda *asked, **named: None)
    whole = WhatIf(at, seed)
    assert found == [whole.option(answers, DRAWS) for answers in drawn]

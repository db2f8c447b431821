"""Where no route is left, the smallest sets of laws that leave none are named, and lifting one of each helps."""

from __future__ import annotations

from itertools import combinations

from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.decision.gates import GateInputs, apply_gates, conflicts
from advisor.report.json_report import assessment_table
from tests.contract.asking import DAY, answers, ask, knowledge

BLOCKED = {
    "license.models": ["llama-4-scout"],
    "license.eu_domiciled": True,
    "license.uses_multimodal": True,
}
CASES = (
    {"data.boundary": "vpc", **BLOCKED},
    {"data.boundary": "air-gap", "data.regimes": ["il5", "itar"], "data.classes": ["defense"], **BLOCKED},
    {"data.boundary": "on-premises", "data.regimes": ["fedramp-high"], **BLOCKED},
)
PLAIN = GateInputs(hybrid_listed=False, routine_rate_given=False)


def test_each_set_leaves_no_route_and_no_part_of_it_does() -> None:
    for given in CASES:
        fired = evaluate(answers(given), compiled_knowledge(knowledge(), DAY), 1, 50).findings.fired
        found = conflicts(fired, PLAIN)
        assert found
        for rules in found:
            assert not apply_gates(rules, PLAIN).after_must
            assert all(apply_gates(some, PLAIN).after_must for some in combinations(rules, len(rules) - 1))


def test_a_set_of_every_size_is_found_that_brute_force_finds() -> None:
    for given in CASES:
        fired = evaluate(answers(given), compiled_knowledge(knowledge(), DAY), 1, 50).findings.fired
        laws = [rule for rule in fired if rule.gate == "must" and rule.effect in ("exclude", "choose")]
        empty = [
            frozenset(rule.id for rule in some)
            for size in range(len(laws) + 1)
            for some in combinations(laws, size)
            if not apply_gates(some, PLAIN).after_must
        ]
        minimal = {one for one in empty if not any(other < one for other in empty)}
        assert {frozenset(rule.id for rule in rules) for rules in conflicts(fired, PLAIN)} == minimal


def test_the_assessment_its_summary_and_its_json_name_them() -> None:
    assessment = ask(CASES[0])
    expected = ("must.boundary-own-infrastructure", "must.license-blocks-candidates")
    nothing_to_host = ("must.boundary-own-infrastructure", "must.no-offer-self-host")
    assert assessment.conflicts == (expected, nothing_to_host)
    assert assessment_table(assessment)["conflicts"] == [list(expected), list(nothing_to_host)]
    titles = {rule.id: rule.title for rule in knowledge().rules}
    first = "; ".join(titles[rule] for rule in expected)
    assert assessment.verdict.summary == f"No route is left: {first} (and 1 other set of rules)"


def test_there_is_no_conflict_while_a_route_is_left() -> None:
    """A region the catalog does not hold is to be confirmed, not a law: the cloud stands."""
    assert ask({"data.boundary": "vpc"}).conflicts == ()
    assert ask({"data.boundary": "tenancy", "data.region": "other", **BLOCKED}).conflicts == ()

"""Every license condition says where its license says so, or that nobody could look."""

from dataclasses import replace

import pytest

from advisor.authoring.lint import dangling, license_places
from advisor.decision.license_reports import license_reports
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import WEAK_GRADES
from advisor.knowledge.rules import UNKNOWN_PLACE

KNOWLEDGE = load_knowledge()


def test_every_condition_has_a_place_and_an_unknown_one_a_secondary_grade() -> None:
    places = [*license_places(KNOWLEDGE)]
    named = {rule.id for rule in KNOWLEDGE.rules if rule.effect == "posture"}
    assert named <= {entry for _, entry, _, _ in places}
    assert all(place for _, _, place, _ in places)
    assert all(grade in WEAK_GRADES for _, _, place, grade in places if place == UNKNOWN_PLACE)


@pytest.mark.parametrize(("place", "fault"), [("", "has no place"), (UNKNOWN_PLACE, "is unknown, so 'reported'")])
def test_lint_finds_a_condition_without_a_place(place: str, fault: str) -> None:
    rules = tuple(replace(one, place=place) if one.id == "license.qwen-2024.users" else one for one in KNOWLEDGE.rules)
    found = [one for one in dangling(replace(KNOWLEDGE, rules=rules)) if one.entry == "license.qwen-2024.users"]
    assert [fault in one.what for one in found] == [True]


def test_a_reason_names_the_section() -> None:
    rule = next(one for one in KNOWLEDGE.rules if one.id == "license.llama-3.1.distillation")
    model = next(one.id for one in KNOWLEDGE.catalog.models.values() if one.license == "llama-3.1")
    (report,) = license_reports([model], [rule], KNOWLEDGE)
    assert report.because[-1].endswith("(section 1.b.i, last sentence).")

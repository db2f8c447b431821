"""`advisor why`: every step from answer to verdict can be followed, and what did not fire says what it lacked."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from advisor.analysis.analysis_results import Flip
from advisor.analysis.flips import FlipPair
from advisor.api import assess
from advisor.cli.framework.group import invoke
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.errors import AdvisorError, BadInput
from advisor.interview.answers import read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.paths import data_directory
from advisor.record.save_decision import save_decision
from advisor.report.explanation import explain, grouped, pairs_text
from advisor.text import WIDTH

DAY = date(2026, 11, 21)
EXAMPLES = data_directory("examples")
HOSPITAL = str(EXAMPLES / "hospital-air-gap.toml")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert invoke(["why", *arguments]) == 0
    return capsys.readouterr().out


def table(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(capsys, *arguments, "--format", "json"))
    return found


def test_the_chain_leads_from_a_staffing_gate_back_to_the_answer_that_made_the_tier(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = table(capsys, HOSPITAL, "can.staffing-production", "--as-of", "2026-11-21")
    (link,) = found["fired"]
    assert link["set_aside"]
    assert link["thresholds"][0]["parameter"] == "tier.production.fte_low"
    assert link["thresholds"][0]["source"] == "beats-api"
    (tier,) = link["builds_on"]
    assert tier["rule"] == "tier.production"
    seen = {one["key"]: (one["value"], one["words"], one["origin"]) for one in tier["seen"]}
    assert seen["data.regimes"] == ("hipaa, gdpr", "HIPAA, GDPR", "your answer")
    assert seen["economics.service_tier"] == ("unknown", "unknown", "left open")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_rule_in_force_is_either_fired_or_missed_and_a_miss_says_what_it_lacks(path: Path) -> None:
    knowledge = load_knowledge()
    answers = read_answers(path.read_bytes(), path.name, vocabulary(knowledge))
    at = compiled_knowledge(knowledge, DAY)
    evaluation = evaluate(answers, at, 1, 200)
    found = explain(evaluation, at)
    gates = {rule.id for rule in knowledge.rules_at(DAY) if rule.effect != "posture"}
    fired, missed = {link.rule for link in found.fired}, {near.rule for near in found.near}
    assert gates <= fired | missed
    assert not fired & missed
    assert all(near.needs for near in found.near)
    assert [len(near.needs) for near in found.near] == sorted(len(near.needs) for near in found.near)
    excluded = {rule for rules in evaluation.findings.standing.excluded_by.values() for rule in rules}
    assert excluded <= fired


def test_the_text_fits_eighty_columns_and_goes_through_the_gates_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, HOSPITAL, "--no-flips")
    assert max(map(len, text.splitlines())) <= WIDTH
    law, people = text.index("LAW, CONTRACT AND PHYSICS"), text.index("PEOPLE, QUALITY AND LATENCY")
    assert law < people < text.index("PREFERENCE IN A TIE") < text.index("Rules that nearly fired")
    assert "Here it was decided" in text


def test_a_rule_that_did_not_fire_says_which_answer_stood_in_its_way(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, HOSPITAL, "can.frontier-needed")
    assert "“The work needs a frontier model” did not fire" in text
    assert "needs “Does all of it need a frontier model?” to be yes (it is no)" in text


def test_a_route_says_how_it_stands_and_which_rules_bear_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, HOSPITAL, "managed-open")
    assert "open-model API: excluded: The data stays on infrastructure you control" in text
    assert "Too few people to run a production service" not in text


def test_a_misspelled_rule_is_named_with_the_nearest_one() -> None:
    with pytest.raises(BadInput, match=r"can\.frontier-needed"):
        invoke(["why", HOSPITAL, "can.fronter-needed"])


def test_flips_are_sorted_by_what_one_would_do_about_them() -> None:
    keys = ("volume.output_tokens", "economics.discount", "staffing.platform_fte", "economics.utilization")
    questions = load_knowledge().questions
    groups = grouped([Flip(key, "1", "2", "hybrid", questions[key].flip) for key in keys])
    assert [flip.key for flip in groups["measure"]] == ["volume.output_tokens", "economics.utilization"]
    assert [flip.key for flip in groups["negotiate"]] == ["economics.discount"]
    assert [flip.key for flip in groups["staff"]] == ["staffing.platform_fte"]


def saved(directory: Path) -> Path:
    knowledge, name = load_knowledge(), "team-of-20.toml"
    answers = read_answers((EXAMPLES / name).read_bytes(), name, vocabulary(knowledge))
    assessment = assess(answers, knowledge, DAY, draws=200, flips=False)
    return Path(save_decision(assessment, answers, knowledge, directory, datetime.now(UTC)).path)


def test_a_record_is_explained_by_the_knowledge_it_pins_on_its_own_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = table(capsys, str(saved(tmp_path)), "--no-flips", "--as-of", "2020-01-01")
    assert found["as_of"] == "2026-11-21"
    assert "can.gpu-experience" in {link["rule"] for link in found["fired"]}


def test_a_record_that_was_changed_is_not_explained(tmp_path: Path) -> None:
    path = saved(tmp_path)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"team-of-20", b"team-of-21"))
    with pytest.raises(AdvisorError, match="was changed"):
        invoke(["why", str(path)])


def test_pairs_of_answers_are_told_with_what_they_lead_to() -> None:
    pair = FlipPair(("data.boundary", "staffing.gpu_experience"), ('"vpc"', "false"), "self-host")
    told = pairs_text((pair,))
    both = "How far may the data travel? Our private network only and Has this team run GPUs in production before? no"
    assert f"{both}: self-hosted" in " ".join(told.split())
    assert "No two answers" in pairs_text(())


def test_the_steps_that_costs_decide_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(EXAMPLES / "contract-extraction.toml")
    text = told(capsys, path, "--no-flips", "--draws", "200", "--as-of", "2026-11-28")
    worth = text.split("\nTHE LOWEST COST")[1].split("\nPREFERENCE")[0]
    assert "The lowest median a month" in worth
    assert worth.lower().count("tied with the cheapest") == 3  # one for each rival
    assert "tie" in text.split("\nPREFERENCE")[1]

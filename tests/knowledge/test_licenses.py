"""A license says what it lets this user do: over forty combinations of license and facts, and each rule's own cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from advisor.engine.engine import Engine
from advisor.engine.facts import FactValue, kinds_of
from advisor.interview.quantities import parse
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.rules import POSTURES, Case, Rule

KNOWLEDGE = load_knowledge()
TODAY = date(2026, 11, 21)
RULES = tuple(rule for rule in KNOWLEDGE.rules_at(TODAY) if rule.effect == "posture")
CASES = [(rule, case) for rule in RULES for case in rule.cases]
MILLION = 1_000_000
CLEAN: dict[str, object] = {
    "monthly_active_users": MILLION, "monthly_active_users_at_release": MILLION, "company_revenue_usd": MILLION,
    "eu_domiciled": False, "redistributes": False, "serves_third_parties": False, "trains_on_outputs": False,
    "uses_multimodal": False, "regulated_uses": [],
}  # fmt: skip
TABLE: list[tuple[str, dict[str, object], str]] = [
    ("not-read", {}, "review"),
    ("kimi-k3", {}, "clear"),
    ("kimi-k3", {"serves_third_parties": True, "company_revenue_usd": 5 * MILLION}, "blocked"),
    ("kimi-k3", {"serves_third_parties": False, "monthly_active_users": 900 * MILLION}, "clear"),
    ("glm-5.3", {}, "duties"),
    ("glm-5.3", {"serves_third_parties": True, "company_revenue_usd": 2000 * MILLION}, "review"),
    ("minimax-m3", {}, "review"),
    ("minimax-m3", {"company_revenue_usd": 5 * MILLION}, "review"),
    ("minimax-m2-mit", {}, "clear"),
    ("minimax-m2-mit", {"monthly_active_users": 200 * MILLION}, "duties"),
    ("minimax-m2.5", {}, "duties"),
    ("minimax-m2.5", {"regulated_uses": ["military"]}, "blocked"),
    ("tencent-hunyuan", {}, "review"),
    ("tencent-hunyuan", {"places_of_use": ["elsewhere"]}, "duties"),
    ("tencent-hunyuan", {"places_of_use": ["south-korea"]}, "blocked"),
    ("tencent-hunyuan", {"eu_domiciled": True}, "blocked"),
    ("tencent-hunyuan", {"monthly_active_users": 200 * MILLION}, "blocked"),
    ("nvidia-nemotron-open-model", {}, "clear"),
    ("nvidia-nemotron-open-model", {"redistributes": True}, "duties"),
    ("exaone-1.2-nc", {}, "blocked"),
    ("gemma", {"regulated_uses": ["automated-legal-decision"]}, "blocked"),
    ("apache-2.0", {}, "clear"),
    ("apache-2.0", {"redistributes": True}, "duties"),
    ("apache-2.0", {"monthly_active_users": 900 * MILLION, "trains_on_outputs": True}, "clear"),
    ("mit", {}, "clear"),
    ("mit", {"redistributes": True}, "duties"),
    ("mit", {"regulated_uses": ["military"]}, "clear"),
    ("deepseek-model-1.0", {}, "review"),
    ("deepseek-model-1.0", {"regulated_uses": ["military"]}, "blocked"),
    ("deepseek-model-1.0", {"regulated_uses": ["automated-legal-decision"]}, "blocked"),
    ("deepseek-model-1.0", {"trains_on_outputs": True}, "review"),
    ("llama-2", {}, "duties"),
    ("llama-2", {"trains_on_outputs": True}, "blocked"),
    ("llama-3", {"trains_on_outputs": True}, "blocked"),
    ("llama-3.1", {"trains_on_outputs": True}, "duties"),
    ("llama-3.2", {"eu_domiciled": True}, "duties"),
    ("llama-3.2", {"eu_domiciled": True, "uses_multimodal": True}, "blocked"),
    ("llama-3.2", {"eu_domiciled": None, "uses_multimodal": True}, "review"),
    ("llama-3.2", {"eu_domiciled": None}, "duties"),
    ("llama-3.3", {}, "duties"),
    ("llama-3.3", {"monthly_active_users_at_release": 701 * MILLION}, "blocked"),
    ("llama-3.3", {"monthly_active_users_at_release": 700 * MILLION}, "duties"),
    ("llama-3.3", {"monthly_active_users_at_release": "600000000..800000000"}, "review"),
    ("llama-3.3", {"monthly_active_users": 900 * MILLION}, "duties"),
    ("llama-3.3", {"eu_domiciled": True, "uses_multimodal": True}, "duties"),
    ("llama-3.3", {"regulated_uses": ["military"]}, "review"),
    ("llama-4", {}, "duties"),
    ("llama-4", {"eu_domiciled": True}, "blocked"),
    ("llama-4", {"eu_domiciled": True, "uses_multimodal": True}, "blocked"),
    ("llama-4", {"eu_domiciled": None}, "review"),
    ("llama-4", {"monthly_active_users_at_release": 1000 * MILLION}, "blocked"),
    ("gemma", {}, "review"),
    ("gemma", {"serves_third_parties": True}, "review"),
    ("gemma-4", {}, "duties"),
    ("gemma-4", {"serves_third_parties": True}, "review"),
    ("qwen-2024", {}, "duties"),
    ("qwen-2024", {"monthly_active_users": 101 * MILLION}, "blocked"),
    ("qwen-2024", {"monthly_active_users": "90000000..110000000"}, "review"),
    ("qwen-research", {}, "blocked"),
    ("kimi-k2-mit", {}, "clear"),
    ("kimi-k2-mit", {"monthly_active_users": 101 * MILLION}, "duties"),
    ("kimi-k2-mit", {"company_revenue_usd": 21 * MILLION}, "duties"),
    ("kimi-k2-mit", {"company_revenue_usd": None}, "duties"),
    ("devstral-2-mit", {}, "duties"),
    ("devstral-2-mit", {"company_revenue_usd": 21 * MILLION}, "blocked"),
    ("devstral-2-mit", {"company_revenue_usd": "15000000..25000000"}, "review"),
    ("devstral-2-mit", {"company_revenue_usd": None}, "review"),
    ("mrl", {}, "blocked"),
    ("mnpl", {}, "blocked"),
    ("cc-by-nc-4.0-cohere", {}, "blocked"),
    ("openrail-m", {}, "review"),
    ("nvidia-open-model", {}, "duties"),
    ("falcon-2", {}, "review"),
    ("grok-2", {}, "review"),
    ("grok-2", {"trains_on_outputs": True}, "blocked"),
    ("yi", {}, "review"),
    ("jamba", {}, "review"),
    ("jamba", {"company_revenue_usd": 10 * MILLION}, "blocked"),
]
# license type of beats-api's table, licenses it covers, the worst posture it allows for an ordinary company
ARTICLE_FAMILIES = [
    ("Apache 2.0", ["apache-2.0"], "clear"),
    ("MIT or permissive custom", ["mit", "deepseek-model-1.0"], "review"),
    ("Llama Community License", ["llama-2", "llama-3", "llama-3.1", "llama-3.2", "llama-3.3", "llama-4"], "duties"),
    ("Gemma terms", ["gemma", "gemma-4"], "review"),
    ("CC-BY-NC", ["cc-by-nc-4.0-cohere"], "blocked"),
    ("OpenRAIL-style", ["openrail-m"], "review"),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine.compile(RULES, KNOWLEDGE.parameters_at(TODAY), kinds_of(KNOWLEDGE)) as compiled:
        yield compiled


def _facts(given: dict[str, object]) -> dict[str, FactValue]:
    return {key: _fact(key, raw) for key, raw in given.items() if raw is not None}


def _fact(key: str, raw: object) -> FactValue:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, list):
        return tuple(raw)
    if isinstance(raw, str) and KNOWLEDGE.questions[key].kind == "choice":
        return raw
    return parse(raw, KNOWLEDGE.questions[key].kind, key)


def _posture(engine: Engine, license_id: str, changed: dict[str, object]) -> str:
    facts = _facts({f"license.{key}": raw for key, raw in {**CLEAN, **changed}.items()})
    fired = [rule.posture for rule in engine.fired(facts) if rule.license == license_id]
    return max([KNOWLEDGE.licenses[license_id].posture, *fired], key=POSTURES.index)


def test_the_table_is_wide_enough() -> None:
    assert len(TABLE) >= 40
    assert {license_id for license_id, _, _ in TABLE} == set(KNOWLEDGE.licenses)


@pytest.mark.parametrize(("license_id", "changed", "posture"), TABLE)
def test_a_license_meets_a_user(engine: Engine, license_id: str, changed: dict[str, object], posture: str) -> None:
    assert _posture(engine, license_id, changed) == posture


@pytest.mark.parametrize(("family", "licenses", "worst"), ARTICLE_FAMILIES, ids=[row[0] for row in ARTICLE_FAMILIES])
def test_the_article_families_keep_their_posture(engine: Engine, family: str, licenses: list[str], worst: str) -> None:
    postures = [_posture(engine, license_id, {}) for license_id in licenses]
    assert max(postures, key=POSTURES.index) == worst


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule.id}-{case.name}" for rule, case in CASES])
def test_a_rule_fires_as_its_case_says(engine: Engine, rule: Rule, case: Case) -> None:
    assert (rule in engine.fired(_facts(case.given))) == case.fires


def test_every_rule_has_a_case_for_and_against() -> None:
    for rule in RULES:
        assert {case.fires for case in rule.cases} == {True, False}, rule.id
        assert rule.license in KNOWLEDGE.licenses
        assert set(rule.sources) <= set(KNOWLEDGE.sources)


def test_both_evaluators_agree_on_every_row(engine: Engine) -> None:
    for _, changed, _ in TABLE:
        assert engine.run(_facts({f"license.{key}": raw for key, raw in {**CLEAN, **changed}.items()})).agree


def test_terms_that_were_not_read_are_never_clear() -> None:
    unread = [terms for terms in KNOWLEDGE.licenses.values() if not terms.verified]
    assert unread
    assert all(terms.posture != "clear" for terms in unread)


def test_nothing_said_blocks_nothing_that_is_not_blocked_anyway(engine: Engine) -> None:
    for rule in engine.fired({}):
        assert rule.posture != "blocked"


def test_a_license_has_a_name_tools_understand() -> None:
    listed = {"Apache-2.0", "MIT", "CC-BY-NC-4.0"}
    assert all(terms.spdx in listed or terms.spdx.startswith("LicenseRef-") for terms in KNOWLEDGE.licenses.values())


def test_both_readings_of_gemma_4_are_shown() -> None:
    terms = KNOWLEDGE.licenses["gemma-4"]
    assert "beats-api" in terms.note
    assert "clear" in terms.note
    assert "review" in terms.note

"""Beyond a limit of the engine below, a pack is refused with rule, file and number; up to it, both evaluators agree."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.engine import compile as compiling
from advisor.engine.compile import fnv1a
from advisor.engine.engine import Engine
from advisor.engine.facts import LARGEST_INTEGER, FactKind, FactValue
from advisor.errors import BadInput, BadKnowledge
from advisor.knowledge.conditions import All, AnyOf, Condition, Finding, Not
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.parameters import DatedValue, Parameters, Range
from advisor.knowledge.rules import Rule

DAY = date(2026, 11, 21)
MODELS = tuple(f"model-{number}" for number in range(600))
KINDS = {
    "volume.requests": FactKind("number"),
    "economics.model": FactKind("choice", MODELS),
    "data.country": FactKind("choice"),
    **{f"security.flag_{number}": FactKind("bool") for number in range(150)},
}
VALUES = {f"p{number}": DatedValue(DAY, "made-up", "recalled", value=float(number)) for number in range(100)}
PARAMETERS = Parameters(DAY, VALUES, dict.fromkeys(VALUES, ""))
ON_CALL = KeyTest("security.flag_0", "is", True)


def a_rule(id: str, when: Condition, derives: str = "") -> Rule:
    if derives:
        return Rule(id, "derive", "derive", id, when, "", (), "recalled", DAY, derives=derives, file="gates/can.toml")
    return Rule(id, "can", "inform", id, when, "", (), "recalled", DAY, file="gates/can.toml")


def refused(rules: list[Rule], message: str, where: str) -> None:
    with pytest.raises(BadKnowledge, match=message) as caught:
        Engine.compile(rules, PARAMETERS, KINDS)
    assert caught.value.where == where


def thresholds(count: int) -> list[Rule]:
    return [a_rule(f"r{n}", KeyTest("volume.requests", "above", f"p{n}")) for n in range(count)]


def test_sixty_conditions_may_match_one_answer_at_once_and_no_more() -> None:
    with Engine.compile(thresholds(60), PARAMETERS, KINDS) as engine:
        assert len(engine.run({"volume.requests": Range.exactly(99)}).firings) == 60
        assert len(engine.run({"volume.requests": Range.exactly(30)}).firings) == 30
    refused(
        thresholds(61), r"tests of volume\.requests.* 61 conditions could match one fact at once \(at most 60\)", at(60)
    )


def at(number: int) -> str:
    return f"gates/can.toml: rule 'r{number}'"


def test_conditions_that_exclude_each_other_count_once() -> None:
    rules = [a_rule(f"r{n}", KeyTest("economics.model", "is", MODELS[n])) for n in range(500)]
    with Engine.compile(rules, PARAMETERS, KINDS) as engine:
        assert [firing.rule.id for firing in engine.run({"economics.model": "model-499"}).firings] == ["r499"]


def test_five_hundred_conditions_may_branch_from_one_and_no_more() -> None:
    rules = [a_rule(f"r{n}", KeyTest("economics.model", "is", MODELS[n])) for n in range(501)]
    refused(rules, r"501 conditions branch from one \(at most 500\)", at(500))


def test_two_hundred_fifty_alternatives_may_end_on_one_condition_and_no_more() -> None:
    with Engine.compile([a_rule(f"r{n}", ON_CALL) for n in range(250)], PARAMETERS, KINDS) as engine:
        assert len(engine.run({"security.flag_0": True}).firings) == 250
    refused([a_rule(f"r{n}", ON_CALL) for n in range(251)], r"251 alternatives end on one .*at most 250", at(250))


def test_a_topic_too_wide_for_one_fact_is_split_and_still_agrees() -> None:
    rules = [a_rule(f"r{n}", KeyTest(f"security.flag_{n}", "is", True)) for n in range(150)]
    rules.append(a_rule("all", All(tuple(KeyTest(f"security.flag_{n}", "is", True) for n in range(0, 150, 10)))))
    with Engine.compile(rules, PARAMETERS, KINDS) as engine:
        every: dict[str, FactValue] = {f"security.flag_{n}": True for n in range(150)}
        assert len(engine.run(every).firings) == 151
        assert len(engine.run({**every, "security.flag_140": False}).firings) == 149
    assert len(compiling.compile_rules(rules, KINDS, {}).facts) == 3


def test_a_topic_that_fits_one_fact_stays_whole_and_a_small_one_joins_the_first_with_room() -> None:
    """Three topics of 40 conditions exceed 60 in pairs; 15 conditions of a fourth fit beside the first."""
    sizes = {"alpha": 40, "beta": 40, "gamma": 40, "small": 15}
    keys = [f"{topic}.flag_{number:02}" for topic, size in sizes.items() for number in range(size)]
    kinds = {key: FactKind("bool") for key in keys}
    rules = [a_rule(f"r{n}", KeyTest(key, "is", True)) for n, key in enumerate(keys)]
    facts = compiling.compile_rules(rules, kinds, {}).facts
    assert [{key.partition(".")[0] for key in fact.properties} for fact in facts] == [
        {"alpha", "small"},
        {"beta"},
        {"gamma"},
    ]
    assert [len(fact.properties) for fact in facts] == [55, 40, 40]


def test_an_alternative_may_join_only_so_many_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "MOST_FACTS", 1)
    rules = [a_rule("r0", ON_CALL, "ready"), a_rule("r1", All((ON_CALL, Finding("ready"))))]
    refused(rules, r"one alternative joins 2 facts; at most 1", at(1))


def test_a_condition_may_unfold_into_sixty_four_alternatives_and_no_more() -> None:
    flags = [KeyTest(f"security.flag_{n}", "is", True) for n in range(17)]
    pairs = [AnyOf((flags[2 * n], flags[2 * n + 1])) for n in range(6)]
    every: dict[str, FactValue] = {f"security.flag_{n}": True for n in range(12)}
    with Engine.compile([a_rule("r0", All(tuple(pairs)))], PARAMETERS, KINDS) as engine:  # 2 ** 6 = 64
        assert engine.run(every).agree
    refused([a_rule("r0", AnyOf((All(tuple(pairs)), flags[16])))], "unfolds into 65 alternatives; at most 64", at(0))
    huge = All(tuple(AnyOf(tuple(flags[:10])) for _ in range(20)))
    with Engine.compile([a_rule("r0", huge)], PARAMETERS, KINDS) as engine:  # repeats add nothing
        assert engine.run(every).agree


def test_the_pack_may_unfold_into_four_thousand_durable_rules_and_no_more() -> None:
    rules = [
        a_rule(f"r{n}", KeyTest("economics.model", "in", tuple(MODELS[(n + k) % 600] for k in range(64))))
        for n in range(63)
    ]
    refused(rules, r"unfold into 4032; at most 4000", at(62))


def test_conditions_may_nest_thirty_two_deep_and_no_more() -> None:
    deep: Condition = ON_CALL
    for _ in range(31):
        deep = Not(deep)
    with Engine.compile([a_rule("r0", deep)], PARAMETERS, KINDS) as engine:
        assert len(engine.run({"security.flag_0": False}).firings) == 1
    refused([a_rule("r0", Not(deep))], "nested more than 32 deep", at(0))


def test_two_keys_with_one_hash_are_refused() -> None:
    one, other = "topic.key_28458", "topic.key_1185862"
    assert fnv1a(one) == fnv1a(other)
    kinds = {one: FactKind("bool"), other: FactKind("bool")}
    rules = [a_rule("r0", KeyTest(one, "is", True)), a_rule("r1", KeyTest(other, "is", True))]
    with pytest.raises(BadKnowledge, match="have the same 32-bit FNV-1a hash; rename one") as caught:
        Engine.compile(rules, PARAMETERS, kinds)
    assert caught.value.where == at(1)


def test_a_key_named_like_the_engines_own_properties_is_refused() -> None:
    for name in ("id", "sid", "fact"):
        with pytest.raises(BadKnowledge, match="same 32-bit FNV-1a hash"):
            Engine.compile([a_rule("r0", KeyTest(name, "is", True))], PARAMETERS, {name: FactKind("bool")})


@pytest.mark.parametrize(("text", "value"), [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)])
def test_the_hash_is_the_published_fnv_1a(text: str, value: int) -> None:
    assert fnv1a(text) == value


def test_texts_of_four_thousand_ninety_six_bytes_are_compared_and_longer_ones_refused() -> None:
    longest = "é" * 2048
    with Engine.compile([a_rule("r0", KeyTest("data.country", "is", longest))], PARAMETERS, KINDS) as engine:
        assert engine.run({"data.country": longest}).firings
        assert not engine.run({"data.country": longest[:-1]}).firings
    refused([a_rule("r0", KeyTest("data.country", "is", longest + "x"))], "4097 bytes is too long", at(0))


def test_integers_reach_two_to_the_fifty_third_and_no_further() -> None:
    largest = float(LARGEST_INTEGER)
    values = {"most": DatedValue(DAY, "made-up", "recalled", value=largest)}
    parameters = Parameters(DAY, values, {"most": ""})
    with Engine.compile([a_rule("r0", KeyTest("volume.requests", "at_least", "most"))], parameters, KINDS) as engine:
        assert engine.run({"volume.requests": Range.exactly(largest)}).firings
        assert not engine.run({"volume.requests": Range.exactly(largest - 1)}).firings
        with pytest.raises(BadInput, match="too large"):
            engine.run({"volume.requests": Range.exactly(largest * 2)})
    finer = {"volume.requests": FactKind("number", scale=10)}
    with pytest.raises(BadKnowledge, match=r"parameter most: .*too large"):
        Engine.compile([a_rule("r0", KeyTest("volume.requests", "at_least", "most"))], parameters, finer)


def test_ids_are_unique_and_need_no_escape() -> None:
    refused([a_rule("r0", ON_CALL), a_rule("r0", ON_CALL)], "used by another rule too", at(0))
    refused([a_rule('r"0', ON_CALL)], "a character that JSON must escape", "gates/can.toml: rule 'r\"0'")


def test_a_rule_that_derives_names_its_finding() -> None:
    nameless = Rule("r0", "derive", "derive", "", ON_CALL, "", (), "recalled", DAY, file="gates/can.toml")
    refused([nameless], "effect derive and a name in derives go together", at(0))


def test_findings_may_rest_on_each_other_thirty_two_deep_and_no_more() -> None:
    def chain(length: int) -> list[Rule]:
        links = [a_rule(f"c{n}", Finding(f"f{n - 1}"), f"f{n}") for n in range(1, length + 1)]
        return [a_rule("c0", ON_CALL, "f0"), *links]

    with Engine.compile(chain(32), PARAMETERS, KINDS) as engine:
        assert len(engine.run({"security.flag_0": True}).firings) == 33
    with pytest.raises(BadKnowledge, match="findings rest on each other more than 32 deep") as caught:
        Engine.compile(chain(520), PARAMETERS, KINDS)
    assert "'c33'" in caught.value.where


def test_a_condition_has_at_most_256_parts() -> None:
    flag = KeyTest("security.flag_0", "is", True)
    refused([a_rule("r0", AnyOf((flag,) * 256))], "more than 256 parts", at(0))

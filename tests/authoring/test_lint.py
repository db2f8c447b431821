"""Lint finds nothing in the shipped pack, and each kind of slip where one is made."""

from __future__ import annotations

from functools import cache

import pytest

from advisor.authoring.lint import Reads, lint, program_reads, reads_in
from advisor.knowledge.load_pack import knowledge_from_files, load_knowledge, read_files

FILES = read_files()
MUST, TIERS, CAN, PREFER = (
    "rules/gates/must.toml",
    "rules/tiers.toml",
    "rules/gates/can.toml",
    "rules/gates/prefer.toml",
)

_CASES = """
[[rule.case]]
name = "yes"
fires = true
given = {{ "data.boundary" = "{yes}" }}

[[rule.case]]
name = "no"
fires = false
given = {{ "data.boundary" = "anywhere" }}
"""
_RULE = """

[[rule]]
id = "must.added"
gate = "must"
effect = "{effect}"
kind = "law"
options = ["{option}"]
title = "Added"
when = {when}
because = "Added."
sources = ["contract"]
grade = "modelled"
since = 2026-06-22
"""


@cache
def reads() -> Reads:
    return program_reads()


def _found(file: str, old: str, new: str) -> list[str]:
    """The lines of lint after one replacement in one file."""
    text = FILES[file].decode()
    assert old in text
    changed = text.replace(old, new, 1).encode()
    return [fault.line for fault in lint(knowledge_from_files({**FILES, file: changed}), reads())]


def _added(when: str, effect: str = "exclude", option: str = "hosted-api", yes: str = "vpc") -> list[str]:
    """The lines of lint after one more rule in the must gate."""
    rule = _RULE.format(when=when, effect=effect, option=option) + _CASES.format(yes=yes)
    changed = FILES[MUST] + rule.encode()
    return [fault.line for fault in lint(knowledge_from_files({**FILES, MUST: changed}), reads())]


def test_the_shipped_pack_is_clean() -> None:
    assert [fault.line for fault in lint(load_knowledge(), reads())] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (MUST, 'sources = ["contract"]', 'sources = ["contrakt"]', "no source 'contrakt'; did you mean 'contract'?"),
        (MUST, 'sources = ["contract"]', "sources = []", "has no source"),
        (MUST, 'key = "data.boundary"', 'key = "data.boundery"', "no question or fact 'data.boundery'"),
        (MUST, '"on-premises"', '"on-premise"', "data.boundary has no choice 'on-premise'"),
        (CAN, '"gate.accuracy_required"', '"gate.acuracy_required"', "no parameter 'gate.acuracy_required'"),
        (CAN, "fires = false", "fires = true", "has no case in which it does not fire"),
        (CAN, 'finding = "production"', 'finding = "prodution"', "no rule derives 'prodution'"),
        (TIERS, 'derives = "regulated"', 'derives = "unheard-of"', "nothing asks for the finding 'unheard-of'"),
        ("rules/catalog/models.toml", 'license = "llama-4"', 'license = "llama-44"', "no license 'llama-44'"),
        ("rules/catalog/api.toml", 'provider = "openai"', 'provider = "openay"', "no provider 'openay'"),
        (
            "rules/methods/cost-guide.toml",
            "{panel.tokens_per_month}",
            "{panel.tokens}",
            "no fact or parameter {panel.tokens}",
        ),
        ("rules/methods/cost-guide.toml", '"59M"', '"61M"', "row 1 applies in none of its cases"),
        (
            "rules/claims/beats-api.toml",
            'formula = "rent"',
            'formula = "rentt"',
            "no formula 'rentt'; did you mean",
        ),
        ("rules/claims/beats-api.toml", 'gpu = "h100-sxm"', 'gpu = "h100-sx"', "gpu 'h100-sx' is not in the catalog"),
        ("rules/claims/beats-api.toml", 'system = "B5"', 'system = "B55"', "no system 'B55'"),
        ("rules/checklists/beats-api.toml", '"checklist.security_items"', '"checklist.none"', "for its threshold"),
    ],
)
def test_a_slip_is_named_with_file_and_entry(file: str, old: str, new: str, expected: str) -> None:
    lines = _found(file, old, new)
    assert any(line.startswith(f"{file}: ") and expected in line for line in lines)


def test_what_nothing_reads_is_named() -> None:
    extra = b"""
[[parameter]]
id = "gate.forgotten"
title = "Forgotten"
unit = "share"

[[parameter.value]]
since = 2026-06-22
value = 1
source = "contract"
grade = "reported"
"""
    gates = "rules/parameters/gates.toml"
    knowledge = knowledge_from_files({**FILES, gates: FILES[gates] + extra})
    assert "rules/parameters: gate.forgotten: nothing uses it" in [fault.line for fault in lint(knowledge, reads())]


def test_a_question_that_nobody_reads_is_named() -> None:
    question = b"""
[[question]]
key = "data.forgotten"
kind = "bool"
text = "Forgotten?"
why = "Forgotten."
"""
    data = "questionnaires/questions/data.toml"
    knowledge = knowledge_from_files({**FILES, data: FILES[data] + question})
    lines = [fault.line for fault in lint(knowledge, reads())]
    assert "questionnaires/questions: data.forgotten: nothing reads the answer" in lines


def test_a_rule_that_contradicts_itself_is_named() -> None:
    both = '{ all = [{ key = "data.boundary", is = "vpc" }, { key = "data.boundary", known = false }] }'
    assert "rules/gates/must.toml: must.added: can never fire: its condition contradicts itself" in _added(both)


def test_bounds_that_exclude_each_other_are_a_contradiction() -> None:
    both = """{ all = [
      { key = "latency.p50_ms", above = "gate.network_floor_ms" },
      { key = "latency.p50_ms", at_most = "gate.network_floor_ms" },
    ] }"""
    assert any("can never fire" in line for line in _added(both))


def test_a_range_may_lie_on_both_sides_of_a_bound() -> None:
    straddling = """{ all = [
      { key = "latency.p50_ms", may_be_above = "gate.network_floor_ms" },
      { key = "latency.p50_ms", may_be_at_most = "gate.network_floor_ms" },
    ] }"""
    assert not any("can never fire" in line for line in _added(straddling))


def test_a_rule_that_adds_nothing_to_another_is_named() -> None:
    lines = _added('{ key = "data.boundary", is = "vpc" }')
    assert any(
        "must.added: is subsumed: 'must.boundary-own-infrastructure' fires whenever it does" in line for line in lines
    )


def test_an_alternative_that_adds_nothing_is_named() -> None:
    wide = """{ any = [
      { key = "data.regimes", known = true },
      { key = "data.regimes", has = "hipaa" },
    ] }"""
    assert any("must.added: alternative 2 of 2 adds nothing to the others" in line for line in _added(wide))


def test_a_choice_of_what_is_always_excluded_is_named() -> None:
    lines = _added('{ key = "data.boundary", is = "vpc" }', effect="choose", option="managed-cloud")
    assert any("must.added: chooses what 'must.boundary-own-infrastructure' always excludes" in line for line in lines)


def test_two_choices_that_may_meet_are_a_contradiction() -> None:
    lines = _added('{ key = "data.regimes", has = "il5" }', effect="choose", option="self-host")
    assert any("must.added: contradicts 'must.packaging-chooses-cloud'" in line for line in lines)


def test_a_decision_table_with_a_gap_is_named() -> None:
    old = """  { not = { finding = "production" } },
] }"""
    new = """  { not = { finding = "production" } },
  { key = "workload.audience", is = "internal" },
] }"""
    lines = _found(TIERS, old, new)
    assert any("leaves a gap" in line for line in lines)


def test_a_decision_table_with_an_overlap_is_named() -> None:
    old = """    { not = { finding = "high-availability" } },
    { not = { finding = "workstation" } },
  ] },
] }"""
    new = """    { not = { finding = "high-availability" } },
  ] },
] }"""
    lines = _found(TIERS, old, new)
    assert any("overlaps with tier.production" in line for line in lines)


def test_code_reads_names_and_what_it_puts_together() -> None:
    reads = reads_in(['key = f"volume.{kind}_tokens"; sample("time.hours_per_month"); """See gate.other."""'])
    assert "volume.output_tokens" in reads
    assert "time.hours_per_month" in reads
    assert "gate.other" not in reads

"""What a script reads: every published key, lines that add up, flips that give what they promise."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tomli

from advisor.api import assess
from advisor.cli.main import run
from advisor.interview.answers import read_answers, vocabulary
from advisor.paths import data_directory
from advisor.report.json_report import assessment_table
from tests.contract.asking import DAY, DRAWS, Given, ask, ask_json, knowledge
from tests.soak import SOAK

LINES = {
    "tokens", "gpu", "hardware", "power", "labor", "observability",
    "failover", "upgrades", "egress", "compliance", "incidents", "failures", "integration", "evaluation", "gateway",
    "storage",
}  # fmt: skip
SHAPE: dict[str, set[str]] = {
    "": {
        "schema", "as_of", "workload", "verdict", "workload_resolved", "contradictions", "options", "fleet",
        "break_even", "findings", "licenses", "checklists", "methods", "flips", "unknowns", "premises", "engines",
        "pins",
    },
    "verdict": {
        "option", "decided_by", "status", "confidence", "confidence_with_quality", "summary", "conditions", "tasks",
        "find_out_first", "against_today",
    },
    "workload_resolved": {
        "requests", "input_tokens", "output_tokens", "input_per_request", "output_per_request", "peak_concurrency",
        "from",
    },
    "options": {
        "option", "state", "excluded_by", "probability_cheapest", "offer", "runners_up", "monthly_usd",
        "usd_per_success", "lines", "line_items",
    },
    "fleet": {
        "model", "gpu", "gpus", "replicas", "fits", "tokens_per_second", "utilization", "first_token_ms",
        "inter_token_ms", "reason",
    },
    "break_even": {"against", "output_tokens_per_month"},
    "findings": {"rule", "gate", "effect", "option", "because", "matched", "sources", "grade"},
    "licenses": {"model", "license", "posture", "because"},
    "checklists": {"id", "met", "unknown", "of", "threshold", "verdict", "items"},
    "methods": {"id", "source", "verdict", "because"},
    "flips": {"key", "from", "to", "verdict", "act"},
    "premises": {"parameter", "value", "since", "source", "grade"},
    "unknowns": {"key", "assumed", "could_change_verdict"},
    "engines": {"durable_rules", "reference", "agree"},
    "pins": {"rules", "catalog", "questionnaire", "program"},
}  # fmt: skip
ROUTES = {"hosted-api", "managed-cloud", "managed-open", "self-host", "hybrid"}
LONG = ("team-of-20.toml", "unknown-start-up.toml") if SOAK else ()
"""Examples of which the flips take longest to find, and to paste one by one."""
EXAMPLES = sorted(path.name for path in data_directory("examples").glob("*.toml"))


@cache
def example(name: str) -> dict[str, Any]:
    return _assessed(_bytes(name), flips=False)


def _bytes(name: str) -> bytes:
    return (data_directory("examples") / name).read_bytes()


def _assessed(data: bytes, *, flips: bool) -> dict[str, Any]:
    given = read_answers(data, "answers.toml", vocabulary(knowledge()))
    table: dict[str, Any] = json.loads(
        json.dumps(assessment_table(assess(given, knowledge(), DAY, draws=DRAWS, flips=flips)), allow_nan=False)
    )
    return table


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_published_key_is_there(name: str) -> None:
    table = example(name)
    assert table.keys() >= SHAPE[""]
    for part, keys in SHAPE.items():
        inside = table[part] if part else []
        for each in inside if isinstance(inside, list) else [inside]:
            assert each.keys() >= keys, part


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_choice_is_a_published_one(name: str) -> None:
    table = example(name)
    verdict = table["verdict"]
    assert table["schema"] == "advisor.assessment/2"
    assert table["as_of"] == "2026-11-21"
    assert table["workload"] == name.removesuffix(".toml")
    assert verdict["option"] in ROUTES | {"none"}
    assert verdict["decided_by"] in {"must", "can", "worth", "prefer"}
    assert verdict["status"] in {"firm", "provisional", "conditional", "near-tie", "none"}
    assert 0 <= verdict["confidence"] <= 1
    assert {option["state"] for option in table["options"]} <= {"chosen", "viable", "excluded"}
    assert {each["gate"] for each in table["findings"]} <= {"must", "can", "worth", "prefer"}
    assert {each["effect"] for each in table["findings"]} <= {"exclude", "require", "task", "prefer", "inform"}
    assert {each["posture"] for each in table["licenses"]} <= {"clear", "duties", "review", "blocked"}
    assert table["engines"]["agree"] is True
    assert table["engines"]["durable_rules"] == table["engines"]["reference"]
    assert all(pin.startswith("sha256:") for pin in table["pins"].values())


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_lines_sum_to_the_point(name: str) -> None:
    for option in example(name)["options"]:
        assert option["lines"].keys() == LINES
        assert all(line >= 0 and math.isfinite(line) for line in option["lines"].values())
        assert math.fsum(option["lines"].values()) == pytest.approx(option["monthly_usd"]["point"], abs=1e-6)


@pytest.mark.parametrize("name", EXAMPLES)
def test_bands_are_in_order(name: str) -> None:
    for option in example(name)["options"]:
        band = option["monthly_usd"]
        assert band["p10"] <= band["p50"] <= band["p90"]
    speed = example(name)["fleet"]["tokens_per_second"]
    assert speed["p10"] <= speed["p50"] <= speed["p90"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_exactly_one_route_is_chosen_and_every_fallen_one_has_its_rule(name: str) -> None:
    table = example(name)
    chosen = [option["option"] for option in table["options"] if option["state"] == "chosen"]
    assert chosen == [table["verdict"]["option"]]
    fired = {finding["rule"] for finding in table["findings"]}
    for option in table["options"]:
        assert bool(option["excluded_by"]) == (option["state"] == "excluded")
        assert set(option["excluded_by"]) <= fired


@pytest.mark.parametrize("name", EXAMPLES)
def test_confidence_is_the_chosen_routes_share(name: str) -> None:
    table = example(name)
    standing = [option for option in table["options"] if option["state"] != "excluded"]
    assert sum(option["probability_cheapest"] for option in standing) == pytest.approx(1)
    chosen = next(option for option in standing if option["state"] == "chosen")
    assert table["verdict"]["confidence"] == pytest.approx(chosen["probability_cheapest"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_open_question_is_listed_with_what_was_assumed(name: str) -> None:
    given = tomli.loads(_bytes(name).decode())
    answered = {
        f"{topic}.{key}"
        for topic, body in given.items()
        if isinstance(body, dict)
        for key, value in body.items()
        if value != "unknown"
    }
    unknowns = example(name)["unknowns"]
    assert {each["key"] for each in unknowns} == set(knowledge().questions) - answered
    assert all(each["assumed"] for each in unknowns)


@pytest.mark.parametrize("name", ["clinical-notes.toml", "contract-extraction.toml", *LONG])
def test_a_flip_pasted_into_the_answers_file_gives_its_verdict(name: str) -> None:
    table = _assessed(_bytes(name), flips=True)
    assert table["flips"]
    flipping = {flip["key"] for flip in table["flips"]}
    for flip in table["flips"]:
        pasted = _assessed(_pasted(_bytes(name), flip["key"], flip["to"]), flips=False)
        assert pasted["verdict"]["option"] == flip["verdict"] != table["verdict"]["option"], flip
    telling = {each["key"] for each in table["unknowns"] if each["could_change_verdict"]}
    left_open = {each["key"] for each in table["unknowns"]}
    assert telling >= flipping & left_open
    assert telling <= flipping | set(table["open_questions"]["keys"])


def test_two_volumes_that_differ_are_both_shown_and_the_stated_one_is_used() -> None:
    both: Given = {
        "volume.output_tokens": "10M",
        "volume.input_tokens": "40M",
        "workload.developers": 100,
        "volume.tokens_per_developer": "2M",
    }
    stated = {key: value for key, value in both.items() if key.startswith("volume.") and "developer" not in key}
    table, alone = ask_json(both), ask_json(stated)
    (found,) = table["contradictions"]
    assert set(found["keys"]) == set(both)
    assert "200M" in found["because"]
    assert "50M" in found["because"]
    assert table["verdict"]["status"] == "conditional"
    assert found["because"] in table["verdict"]["conditions"][0]
    assert _tokens(table) == _tokens(alone)


@pytest.mark.parametrize(("spend", "noted"), [("1000", False), ("501", False), ("499", True), ("2001", True)])
def test_a_spend_that_contradicts_the_bill_by_more_than_twice_is_shown_beside_it(spend: str, noted: bool) -> None:
    given: Given = {
        "economics.api_model": "gpt-5.4",
        "volume.output_tokens": "40M",
        "volume.input_tokens": "160M",
        "volume.cached_share": 0,
        "volume.batch_share": 0,
        "volume.annual_growth": 0,
        "economics.discount": 0,
        "economics.horizon_months": 1,
    }
    plain = ask_json(given)
    told = ask_json({**given, "economics.monthly_api_spend_usd": float(spend) * _tokens(plain) / 1000})
    assert any("economics.monthly_api_spend_usd" in each["keys"] for each in told["contradictions"]) is noted
    assert (told["verdict"]["status"] == "conditional") is noted or plain["verdict"]["status"] == "conditional"
    assert _tokens(told) == _tokens(plain)
    against, p50 = told["verdict"]["against_today"], _p50(told)
    (hosted,) = (option for option in told["options"] if option["option"] == "hosted-api")
    work = sum(usd for line, usd in hosted["lines"].items() if line not in ("tokens", "integration"))
    assert against["monthly_usd"] == pytest.approx(p50 - float(spend) * _tokens(plain) / 1000 - work)
    assert against["yearly_usd"] == pytest.approx(12 * against["monthly_usd"])
    assert plain["verdict"]["against_today"] is None


def _p50(table: dict[str, Any]) -> float:
    (chosen,) = (option for option in table["options"] if option["state"] == "chosen")
    p50: float = chosen["monthly_usd"]["p50"]
    return p50


def test_one_file_is_an_object_and_several_are_an_array(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / "one.toml", tmp_path / "two.toml"]
    for file, boundary in zip(files, ("vpc", "anywhere"), strict=True):
        file.write_text(f'[data]\nboundary = "{boundary}"\n', encoding="utf-8")
    quick = ["--format", "json", "--draws", "100", "--no-flips"]
    assert run(["assess", str(files[0]), *quick]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"]["option"] == "self-host"
    assert run(["assess", *map(str, files), *quick]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_the_same_arguments_give_the_same_bytes() -> None:
    one, other = (json.dumps(_assessed(_bytes("team-of-20.toml"), flips=False)) for _ in range(2))
    assert one == other


def test_a_verdict_names_its_tasks_without_changing_its_status() -> None:
    bare = ask({"data.boundary": "vpc"})
    assert bare.verdict.tasks
    assert bare.verdict.status == "provisional"


def _tokens(table: dict[str, Any]) -> float:
    return float(next(option for option in table["options"] if option["option"] == "hosted-api")["lines"]["tokens"])


def _pasted(data: bytes, key: str, to: str) -> bytes:
    """The file with the line of one answer replaced by the text of a flip, or with that line added to its table."""
    topic, _, name = key.partition(".")
    table, kept = "", list[str]()
    for line in data.decode().splitlines():
        table = line.strip("[]") if line.startswith("[") else table
        if not (table == topic and line.split("=")[0].strip() == name):
            kept.append(line)
    head = f"[{topic}]"
    lines = kept if head in kept else [*kept, head]
    lines.insert(lines.index(head) + 1, f"{name} = {to}")
    return "\n".join(lines).encode()

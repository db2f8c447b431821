"""The gateway's configuration: groups, fallbacks that may do the work, budgets, and YAML that reads back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from advisor.cli.gateway import command as gateway
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.interview.answers import read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.rollout.gateway_config import GatewayConfig, as_yaml, gateway_config, gateway_yaml, litellm_model

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = load_knowledge()
AT = compiled_knowledge(KNOWLEDGE, date(2026, 11, 29))


def decided(name: str) -> tuple[Evaluation, GatewayConfig]:
    path = ROOT / f"examples/{name}.toml"
    answers = read_answers(path.read_bytes(), str(path), vocabulary(KNOWLEDGE))
    evaluation = evaluate(answers, AT, 1, 500)
    return evaluation, gateway_config(evaluation, AT.parameters, name, 1)


def test_hybrid_has_a_group_for_each_share_and_a_failing_routine_model_gives_way_to_the_frontier() -> None:
    evaluation, config = decided("team-of-20")
    assert evaluation.choice.option == "hybrid"
    groups = [each.group for each in config.deployments]
    assert {"team-of-20-routine", "team-of-20-frontier"} <= set(groups)
    assert len(groups) == len(set(groups))
    assert config.fallbacks["team-of-20-routine"][-1] == "team-of-20-frontier"
    assert not any("routine" in each for each in config.fallbacks["team-of-20-frontier"])
    sellers = [
        each.title.split(" at ")[1] for each in config.deployments if each.group.startswith("team-of-20-frontier")
    ]
    assert len(set(sellers[:2])) == 2  # the first fallback is another seller's


def test_what_may_not_leave_the_network_has_no_fallback_outside_and_its_prompts_are_not_logged() -> None:
    _, config = decided("hospital-air-gap")
    assert str(config.deployments[0].params["model"]).startswith("hosted_vllm/")
    assert (len(config.deployments), config.fallbacks) == (1, {})
    assert config.settings["turn_off_message_logging"] is True


def test_a_budget_is_the_bill_of_a_bad_month() -> None:
    evaluation, config = decided("contract-extraction")
    bill = evaluation.costs.point_lines["hosted-api"]["tokens"]
    assert bill <= float(str(config.deployments[0].params["max_budget"])) <= 2 * bill


def test_the_same_answers_give_the_same_bytes() -> None:
    texts = [gateway_yaml(decided("team-of-20")[1], ["x"]) for _ in range(2)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("provider", "key", "name"),
    [
        ("bedrock", "us.meta.llama3-3-70b-instruct-v1:0", "bedrock/us.meta.llama3-3-70b-instruct-v1:0"),
        ("azure", "azure_ai/Llama-3.3-70B-Instruct", "azure_ai/Llama-3.3-70B-Instruct"),
        ("openai", "gpt-5.4", "openai/gpt-5.4"),
        ("google", "google/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
        ("anthropic", "", "anthropic/the-model"),
    ],
)
def test_models_are_named_as_litellm_names_them(provider: str, key: str, name: str) -> None:
    assert litellm_model(provider, key, "the-model") == name


def test_yaml_keeps_texts_texts() -> None:
    table: dict[str, Any] = {
        "a": "no", "on": "2026-01-01", "b c": [1, "x: y", {"k": True, "l": ["z"]}], "e": {},
        "f": "line\nline", "g": None,
    }  # fmt: skip
    assert as_yaml(table) == (
        'a: "no"\n"on": "2026-01-01"\n"b c":\n  - 1\n  - "x: y"\n  - k: true\n    l:\n      - "z"\n'
        'e: {}\nf: "line\\nline"\ng: null\n'
    )
    assert json.loads('"line\\nline"') == "line\nline"


def test_a_record_older_than_the_gateway_parameters_gives_a_configuration() -> None:
    record = ROOT / "examples/ledger/00000001-record.toml"
    done = CliRunner().invoke(gateway, [str(record), "--format", "json"], catch_exceptions=False)
    assert done.exit_code == 0
    config = json.loads(done.stdout)
    assert config["model_list"][0]["litellm_params"]["api_base"] == "os.environ/SELF_HOST_API_BASE"
    assert config["router_settings"]["num_retries"] == 2

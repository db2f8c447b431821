"""`advisor size`: the contract's object, a quiet table, and one clear line for what it cannot read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from advisor.cli.size import command
from advisor.errors import BadInput

H100 = ["llama-3.3-70b", "--gpu", "h100-sxm", "--gpus", "2", "--precision", "fp8"]
A100 = ["llama-3.3-70b", "--gpu", "a100-80gb", "--gpus", "1", "--precision", "bf16"]


def told(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def sized(*arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(told(*arguments, "--format", "json"))
    return answer


def test_json_holds_what_the_contract_names() -> None:
    answer = sized(*H100)
    assert {"fits", "tokens_per_second", "bound", "batch", "memory_gb", "reason"} <= set(answer)
    assert list(answer["tokens_per_second"]) == ["p10", "p50", "p90"]
    assert list(answer["memory_gb"]) == ["weights", "kv", "overhead", "available"]
    assert answer["bound"] in ("memory-bandwidth", "compute", "capacity")
    rates = answer["tokens_per_second"]
    assert rates["p10"] < rates["p50"] < rates["p90"]
    memory = answer["memory_gb"]
    assert memory["weights"] + memory["kv"] + memory["overhead"] <= memory["available"]


def test_the_price_is_the_rent_of_an_hour_over_its_tokens() -> None:
    answer = sized(*H100)
    expected = 2 * 2.95 / (answer["tokens_per_second"]["p50"] * 3600) * 1e6
    assert answer["usd_per_million_output"] == pytest.approx(expected, rel=1e-3)


def test_an_impossible_set_up_is_an_answer_with_its_arithmetic_and_zeros() -> None:
    answer = sized(*A100)
    assert answer["fits"] is False
    assert set(answer["tokens_per_second"].values()) == {0.0}
    assert (answer["batch"], answer["usd_per_million_output"]) == (0, None)
    assert "141.2 GB" in answer["reason"]


def test_a_longer_prompt_and_a_smaller_load_are_heard() -> None:
    usual = sized(*H100)
    assert sized(*H100, "--input", "8000")["tokens_per_second"]["p50"] < usual["tokens_per_second"]["p50"]
    alone = sized(*H100, "--concurrency", "1")
    assert alone["batch"] == 1
    assert alone["tokens_per_second"]["p50"] < alone["single_stream_ceiling"]


def test_the_table_is_aligned_and_ends_with_the_arithmetic() -> None:
    lines = told(*H100).splitlines()
    figures = lines[1:-1]
    assert all(len(line) <= 120 for line in figures)
    width = len("  one request alone  ")
    assert all(line[width - 2 : width] == "  " and line[width] != " " for line in figures)
    assert lines[-1].startswith("  llama-3.3-70b: 70.6 GB of fp8 weights")
    assert told(*A100).splitlines()[1].split() == ["fits", "no"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lama-3.3-70b", *H100[1:]], "did you mean 'llama-3.3-70b'?"),
        ([*H100[:2], "h100", *H100[3:]], "did you mean 'h100-"),
        (["llama-3.3-70b", "--gpu", "m4-max", "--gpus", "2", "--precision", "int4"], "groups of at most 1"),
    ],
)
def test_an_unknown_id_is_answered_with_what_is_allowed(arguments: list[str], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert said in refused.value.sentence
    assert refused.value.status == 2

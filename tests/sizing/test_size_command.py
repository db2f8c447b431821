"""`advisor size`: the contract's object, the curve, a quiet table, and one clear line for what it cannot read."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from advisor.cli.size import command
from advisor.errors import BadInput
from advisor.knowledge.load_catalog import shipped_figures
from advisor.knowledge.load_pack import load_knowledge
from advisor.report.log_chart import MARKS, SHADE
from advisor.sizing.placement import Layout, layout_words
from advisor.text import ascii_text
from tests.sizing.test_hf_config import CONFIGS

H100 = ["llama-3.3-70b", "--gpu", "h100-sxm", "--gpus", "2", "--precision", "fp8"]
A100 = ["llama-3.3-70b", "--gpu", "a100-80gb", "--gpus", "1", "--precision", "bf16"]
BOUNDS = ("memory-bandwidth", "compute", "launch", "links", "capacity")


def told(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def sized(*arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(told(*arguments, "--format", "json"))
    return answer


def test_json_holds_what_the_contract_names() -> None:
    answer = sized(*H100)
    named = {"fits", "tokens_per_second", "first_token_ms", "inter_token_ms", "waiting", "bound", "batch", "layout"}
    assert named | {"memory_gb", "curve", "reason"} <= set(answer)
    assert list(answer["tokens_per_second"]) == ["p10", "p50", "p90"]
    assert list(answer["inter_token_ms"]) == ["p10", "p50", "p90"]
    assert list(answer["first_token_ms"]) == ["p50", "p95"]
    assert list(answer["memory_gb"]) == ["weights", "kv", "overhead", "available"]
    assert answer["bound"] in BOUNDS
    memory = answer["memory_gb"]
    assert memory["weights"] + memory["kv"] + memory["overhead"] == pytest.approx(memory["available"], abs=0.01)


def test_without_a_load_the_curve_is_given_and_rises_while_each_token_takes_longer() -> None:
    curve = sized(*H100)["curve"]
    assert {"concurrency", "tokens_per_second", "inter_token_ms", "first_token_ms"} <= set(curve[0])
    for name in ("concurrency", "tokens_per_second", "inter_token_ms"):
        values = [point[name] for point in curve]
        assert values == sorted(values)
    assert sized(*H100, "--concurrency", "8")["curve"] == []


def test_no_layout_is_on_the_curve_that_gives_less_at_a_heavier_load() -> None:
    """Four data ranks have room for 1,920 requests, and write fewer tokens a second than two stages write for 1,024."""
    place = ["qwen3-30b-a3b", "--gpu", "rtx-pro-6000", "--gpus", "4", "--precision", "bf16"]
    curve = sized(*place)["curve"]
    rates = [point["tokens_per_second"] for point in curve]
    assert rates == sorted(set(rates))
    assert [point["tokens_per_second_per_gpu"] * 4 for point in curve] == pytest.approx(rates, rel=0.01)
    prices = [point["usd_per_million_output"] for point in curve]
    assert prices == sorted(prices, reverse=True)
    assert len({point["layout"] for point in curve}) > 1


def test_the_curve_is_drawn_with_the_cheapest_layout_marked_at_each_point() -> None:
    place = ["deepseek-r1", "--gpu", "h200", "--gpus", "8", "--precision", "fp8"]
    curve = sized(*place)["curve"]
    text = told(*place)
    assert all(len(row) <= 80 for row in text.splitlines())
    lines = text.splitlines()
    head = next(at for at, row in enumerate(lines) if "cheapest layout" in row)
    table = lines[head + 1 : head + 1 + len(curve)]
    assert all(row.endswith(f"  {layout_words(point['layout'])}") for row, point in zip(table, curve, strict=True))
    start = next(at for at, row in enumerate(lines) if "of one accelerator" in row)
    drawn = lines[start + 1 : next(at for at, row in enumerate(lines) if "└" in row)]
    layouts = list(dict.fromkeys(point["layout"] for point in curve))
    for mark, layout in zip(MARKS, layouts, strict=False):
        assert f"{mark} {layout_words(layout)}" in lines[start]
        points = sum(point["layout"] == layout for point in curve)
        assert 0 < sum(row.count(mark) for row in drawn) <= points
    assert {row.split("┤")[0].strip() for row in drawn if "┤" in row} >= {"100", "1,000"}
    assert "of one accelerator" not in told(*place, "--concurrency", "8")


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (Layout(), "one GPU"),
        (Layout(tensor=8, pipeline=2), "tensor 8, pipeline 2"),
        (Layout(tensor=8, data=2, expert=True), "data 2, tensor 8, expert 16"),
    ],
)
def test_a_layout_has_one_form_in_words(layout: Layout, words: str) -> None:
    assert layout_words(str(layout)) == words


@pytest.mark.parametrize("load", [(), ("--concurrency", "8"), ("--inter-token-ms", "30")])
def test_no_text_holds_a_layout_s_id_and_json_holds_it(load: tuple[str, ...]) -> None:
    place = ["deepseek-r1", "--gpu", "h100-sxm", "--gpus", "16", "--precision", "fp8", *load]
    ids = re.compile(r"\b[tdpe]p[0-9]")
    assert not ids.search(told(*place))
    answer = sized(*place)
    assert ids.search(answer["layout"])
    assert not ids.search(answer["reason"])


def test_sizing_reads_the_figures_that_the_whole_knowledge_holds() -> None:
    day = date(2026, 11, 28)
    knowledge = load_knowledge()
    catalog, parameters = shipped_figures(day)
    assert (catalog.models, catalog.gpus) == (knowledge.catalog.models, knowledge.catalog.gpus)
    assert parameters == knowledge.parameters_at(day)


def test_marks_of_curves_stay_unlike_each_other_in_ascii() -> None:
    assert len({ascii_text(mark) for mark in (*MARKS, SHADE, "·", " ")}) == len(MARKS) + 3


def test_a_point_of_the_curve_is_what_its_concurrency_alone_gives() -> None:
    point = next(each for each in sized(*H100)["curve"] if each["concurrency"] == 16)
    alone = sized(*H100, "--concurrency", "16")
    assert alone["tokens_per_second"]["p50"] == point["tokens_per_second"]
    assert alone["inter_token_ms"]["p50"] == point["inter_token_ms"]


def test_the_price_is_the_rent_of_an_hour_over_its_tokens() -> None:
    answer = sized(*H100)
    expected = 2 * 2.95 / (answer["tokens_per_second"]["p50"] * 3600) * 1e6
    assert answer["usd_per_million_output"] == pytest.approx(expected, rel=1e-3)


def test_an_impossible_set_up_is_an_answer_with_its_arithmetic_and_zeros() -> None:
    answer = sized(*A100)
    assert answer["fits"] is False
    assert set(answer["tokens_per_second"].values()) == {0.0}
    assert (answer["batch"], answer["usd_per_million_output"]) == (0, None)
    assert "141.1 GB" in answer["reason"]
    assert "2 of these cards hold it" in answer["reason"]


@pytest.mark.parametrize(
    ("model", "gpu", "cards"),
    [
        ("llama-3.1-405b", "h200", 4),  # some 408 GB in 8 bits: two of 151 GB are too few, four have 604
        ("llama-3.1-405b", "h100-sxm", 8),  # four of 86 GB are too few, eight have 687
        ("deepseek-r1", "h100-sxm", 16),  # some 672 GB and what a card keeps free: two nodes
    ],
)
def test_what_does_not_fit_names_the_smallest_group_that_holds_it(model: str, gpu: str, cards: int) -> None:
    reason = sized(model, "--gpu", gpu, "--gpus", "1", "--precision", "fp8")["reason"]
    assert reason.endswith(f"; {cards} of these cards hold it")


def test_requests_that_do_not_fit_wait_and_are_counted() -> None:
    busy = sized(*H100, "--input", "5000", "--output", "500", "--concurrency", "250", "--engine", "tensorrt-llm")
    assert busy["waiting"] == 250 - busy["batch"] > 100
    assert 88_600 / 1.5 < busy["first_token_ms"]["p50"] < 88_600 * 1.5


def test_a_rate_of_arrival_is_served_at_that_rate_or_said_to_be_too_much() -> None:
    one = sized(*H100, "--rate", "1")
    assert one["tokens_per_second"]["p50"] == pytest.approx(1000, rel=0.01)
    flood = sized(*H100, "--rate", "1000")
    assert "exceeds what the group serves" in flood["reason"]


def test_a_stricter_latency_target_never_serves_more_and_what_is_shown_keeps_it() -> None:
    four = [*H100[:4], "4", *H100[5:]]
    served = [sized(*four, "--inter-token-ms", str(target)) for target in (5, 12, 15, 20, 40)]
    rates = [each["tokens_per_second"]["p50"] for each in served]
    assert rates == sorted(rates)
    assert [each["meets_targets"] for each in served] == [False, True, True, True, True]
    assert all(each["inter_token_ms"]["p50"] <= limit for each, limit in zip(served[1:], (12, 15, 20, 40), strict=True))
    assert "not even a lone request keeps the latency targets" in served[0]["reason"]
    loose, tight = (sized(*four, "--p95-ms", str(target)) for target in (400, 140))
    assert tight["first_token_ms"]["p95"] <= 140
    assert tight["tokens_per_second"]["p50"] < loose["tokens_per_second"]["p50"]
    assert sized(*four, "--concurrency", "8")["meets_targets"] is None
    assert "requests/s" in told(*four, "--p50-ms", "300")


def test_an_engine_is_refused_on_cards_it_does_not_run_on() -> None:
    place = ["llama-3.3-70b", "--gpus", "1", "--precision", "fp8", "--engine", "tensorrt-llm"]
    assert sized(*place, "--gpu", "b200")["fits"] is True
    for card in ("mi300x", "tpu-v7", "gaudi-3", "m5-ultra"):
        answer = sized(*place, "--gpu", card)
        assert answer["fits"] is False
        assert "runs on NVIDIA accelerators, not on " in answer["reason"]


def test_the_knobs_are_heard() -> None:
    usual = sized(*H100, "--concurrency", "32")

    def rate(*more: str) -> float:
        return float(sized(*H100, "--concurrency", "32", *more)["tokens_per_second"]["p50"])

    assert rate("--input", "8000") < usual["tokens_per_second"]["p50"]
    assert rate("--prefix-hit", "0.9") > usual["tokens_per_second"]["p50"]
    assert sized(*H100, "--kv-precision", "fp8")["batch"] > 1.9 * sized(*H100)["batch"]
    assert sized(*H100, "--memory-fraction", "0.6")["batch"] < sized(*H100)["batch"]
    assert sized(*H100, "--layout", "pp")["layout"] == "pp2"
    assert rate("--speculation", "3") > 1.5 * usual["tokens_per_second"]["p50"]
    assert rate("--lora", "4") < 0.8 * usual["tokens_per_second"]["p50"]
    assert rate("--offload", "20") < 0.2 * usual["tokens_per_second"]["p50"]
    assert sized(*H100, "--engine", "tensorrt-llm")["tokens_per_second"] != sized(*H100)["tokens_per_second"]


def test_two_nodes_are_sized_and_twelve_cards_are_not_whole_nodes() -> None:
    place = ["deepseek-r1", "--gpu", "h100-sxm", "--precision", "fp8"]
    assert sized(*place, "--gpus", "16")["fits"] is True
    twelve = sized(*place, "--gpus", "12")
    assert twelve["fits"] is False
    assert "8 or 16 are" in twelve["reason"]
    four = sized(*place, "--gpus", "4", "--nodes", "2")
    assert "8 or 16 are" in four["reason"]


def test_a_context_that_is_too_short_is_an_answer_with_both_numbers() -> None:
    answer = sized("qwen3-32b", "--gpu", "h200", "--gpus", "8", "--precision", "fp8", "--input", "300000")
    assert answer["fits"] is False
    assert "301,000" in answer["reason"]
    assert "40,960" in answer["reason"]


def test_a_model_is_sized_from_its_own_configuration() -> None:
    place = ["--gpu", "h100-sxm", "--gpus", "1", "--precision", "fp8", "--concurrency", "4"]
    answer = sized("--config", str(CONFIGS / "qwen3.5-35b-a3b.json"), *place)
    assert answer["fits"] is True
    assert answer["memory_gb"]["weights"] == pytest.approx(35.7, rel=0.01)


def test_a_checkpoint_s_own_bytes_are_what_counts(tmp_path: Path) -> None:
    index = tmp_path / "model.safetensors.index.json"
    index.write_text('{"metadata": {"total_size": 80000000000}, "weight_map": {}}')
    assert sized(*H100, "--safetensors-index", str(index))["memory_gb"]["weights"] == 80.0
    assert sized(*H100, "--weights", "80000000000")["memory_gb"]["weights"] == 80.0
    index.write_text("{}")
    with pytest.raises(BadInput, match="total_size"):
        CliRunner().invoke(command, [*H100, "--safetensors-index", str(index)], catch_exceptions=False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["llama-3.3-70", *H100[1:]], "did you mean"),
        ([*H100[:2], "h100", *H100[3:]], "did you mean"),
        (H100[1:], "no model was given"),
        ([*H100, "--config", "config.json"], "give one of them"),
        ([*H100, "--rate", "1", "--concurrency", "2"], "give one of them"),
        ([*H100, "--rate", "1", "--p50-ms", "200"], "give one of them"),
    ],
)
def test_bad_input_gets_one_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_the_text_answers_first_and_ends_with_the_arithmetic() -> None:
    lines = told(*H100, "--concurrency", "16").splitlines()
    assert lines[0].startswith("Llama 3.3 70B in fp8 on 2× NVIDIA H100")
    assert "80% band" in "".join(lines)
    assert "leave room for" in " ".join(" ".join(lines[-4:]).split())

"""A load test gives the loads that stand in it, whatever tool wrote it, and corrects what is sized from then on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from math import log
from pathlib import Path
from typing import Any

import pytest

from advisor.api import assess, read_answers
from advisor.cli.main import run
from advisor.errors import BadInput
from advisor.evidence.benchmark import Deployment, neighbors, pack_with
from advisor.evidence.benchmark_files import read_benchmark
from advisor.evidence.measure import measure_benchmark
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.sizing.group_model import served_open
from advisor.sizing.placement import Placement, RequestShape
from advisor.sizing.sizing_report import LoadAsked, Sizing, size

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "measure"
KNOWLEDGE = load_knowledge()
DAY = date(2026, 11, 28)
PARAMETERS = KNOWLEDGE.parameters_at(DAY)
FULL = PARAMETERS.number("measurement.full_share")
MEASUREMENT = f"""
[[measurement]]
file = "vllm-serve-16.json"
sha256 = "{"0" * 64}"
tool = "vllm"
from = "2026-11-20"
to = "2026-11-20"
answers = []
"""
MOST_LOADS = 3_000
"""A third of what a search without a bound by speed works out here, 9,968."""
H100 = Deployment("h100-sxm", gpus=1, precision="bf16", engine="vllm")


@pytest.mark.parametrize(
    ("name", "tool", "loads"),
    [
        ("vllm-serve-16.json", "vllm", [(16, 1820.5, 61.2, 8.55)]),
        ("sglang-bench.jsonl", "sglang", [(32, 3105.0, 88.0, 9.7), (41.7, 3979.4, 52.4, 10.4)]),
        ("sglang-serving-run.jsonl", "sglang", [(4, 76.24, 266.2, 30.75)]),
        ("guidellm.json", "guidellm", [(1, 195.4, 44.4, 4.4), (4, 722.6, 45.7, 4.66)]),
        ("aiperf.json", "aiperf", [(4, 801.5, 80.9, 3.67)]),
        ("genai-perf.json", "genai-perf", [(16, 1695.1, 71.3, 9.32)]),
        ("trtllm-bench.json", "trtllm", [(255.1, 4418.0, 2650.0, 55.1)]),
        ("llama-bench.json", "llama-bench", [(1, 45.94, None, 21.77)]),
    ],
)
def test_every_tool_s_file_gives_its_loads(
    name: str, tool: str, loads: list[tuple[float, float, float | None, float]]
) -> None:
    found = read_benchmark(EXAMPLES / name, FULL)
    assert found.tool == tool
    assert len(found.runs) == len(loads)
    for each, (flight, rate, first, between) in zip(found.runs, loads, strict=True):
        assert each.concurrency == pytest.approx(flight, rel=0.01)
        assert each.tokens_per_second == pytest.approx(rate, rel=0.01)
        assert each.first_token_ms == (None if first is None else pytest.approx(first, rel=0.01))
        assert each.inter_token_ms == pytest.approx(between, rel=0.01)


@pytest.mark.parametrize(("clients", "paced"), [(2, False), (200, True)])
def test_of_a_rate_and_a_limit_of_clients_the_one_that_binds_sets_the_pace(
    clients: int, paced: bool, tmp_path: Path
) -> None:
    """About sixteen requests were in flight: a limit of two was reached, one of two hundred never was."""
    stated = json.loads((EXAMPLES / "vllm-serve-16.json").read_text(encoding="utf-8"))
    path = tmp_path / "results.json"
    path.write_text(json.dumps({**stated, "request_rate": 2.0, "max_concurrency": clients}), encoding="utf-8")
    (one,) = read_benchmark(path, FULL).runs
    assert one.paced is paced


def test_tokens_count_as_the_server_counted_them() -> None:
    """This client split the answers of 64 tokens into 152: the rate it states is 1,904 a second."""
    stated = json.loads((EXAMPLES / "aiperf.json").read_text(encoding="utf-8"))
    (one,) = read_benchmark(EXAMPLES / "aiperf.json", FULL).runs
    assert stated["output_token_throughput"]["avg"] == pytest.approx(1903.6, abs=0.1)
    assert one.output_tokens == 64
    assert one.tokens_per_second == pytest.approx(64 * 40 / stated["benchmark_duration"]["avg"], rel=0.01)


def test_a_measured_configuration_is_sized_as_it_was_measured(tmp_path: Path) -> None:
    """What was measured at 16 at once comes out; its neighbor moves half as far under a wider band; others stay."""
    after = measured(tmp_path, "vllm-serve-16.json")
    sized, before = at(after, "llama-3.1-8b", 1, 16), at(KNOWLEDGE, "llama-3.1-8b", 1, 16)
    assert sized.rates["p50"] == pytest.approx(1820.5, rel=0.01)
    assert sized.rates["p10"] < 1820.5 < sized.rates["p90"]
    assert sized.served is not None
    assert before.served is not None
    assert sized.served.inter_token < before.served.inter_token
    assert "measured by you on 2026-11-20" in sized.reason
    moved = log(sized.rates["p50"] / before.rates["p50"])
    near, plain = at(after, "llama-3.1-8b", 2, 16), at(KNOWLEDGE, "llama-3.1-8b", 2, 16)
    assert log(near.rates["p50"] / plain.rates["p50"]) == pytest.approx(moved / 2, abs=0.002)
    assert width(sized) < width(near)
    assert "you measured on 2026-11-20 of another group size or precision" in near.reason
    assert at(after, "qwen3-32b", 2, 16) == at(KNOWLEDGE, "qwen3-32b", 2, 16)


def test_a_measurement_is_not_known_before_its_day(tmp_path: Path) -> None:
    after = measured(tmp_path, "vllm-serve-16.json")
    early = at(after, "llama-3.1-8b", 1, 16, date(2026, 11, 19))
    assert early.rates == at(KNOWLEDGE, "llama-3.1-8b", 1, 16, date(2026, 11, 19)).rates


def test_a_second_measurement_stands_beside_the_first(tmp_path: Path) -> None:
    """Another group size leaves the first as it was; the same configuration on a later day takes its place."""
    first = pack(tmp_path / "one", ["vllm-serve-16.json"], H100)
    both = pack(tmp_path / "one", ["vllm-serve-16.json"], replace(H100, gpus=2), date(2026, 11, 25), first)
    names = [name for name in loaded(tmp_path / "one", both).parameters if name.startswith("throughput.measured.")]
    stem = "throughput.measured.llama-3.1-8b.h100-sxm"
    assert names == [f"{stem}.1.bf16.vllm", f"{stem}.2.bf16.vllm", f"{stem}.neighbors.vllm"]
    again = pack(tmp_path / "one", ["vllm-serve-128.json"], H100, date(2026, 11, 27), both)
    values = loaded(tmp_path / "one", again).parameters[names[0]].values
    assert [value.since for value in values] == [date(2026, 11, 20), date(2026, 11, 27)]


def test_a_verdict_says_that_the_speed_was_measured(tmp_path: Path) -> None:
    text = """
questionnaire = "full"
[workload]
task = "extraction"
[data]
boundary = "vpc"
[volume]
output_tokens = "400M"
input_tokens = "2B"
[economics]
open_model = "llama-3.1-8b"
gpu = "h100-sxm"
precision = "bf16"
"""
    after = measured(tmp_path, "vllm-serve-16.json")
    answers = read_answers(text.encode(), "answers.toml", after)
    found = assess(answers, after, DAY, draws=500, flips=False, further=False)
    assert any("its speed was measured by you on 2026-11-20" in note for note in found.notes)
    assert "throughput.measured.llama-3.1-8b.h100-sxm.1.bf16.vllm" in {one.parameter for one in found.premises}
    plain = assess(answers, KNOWLEDGE, DAY, draws=500, flips=False, further=False)
    assert found.fleet.tokens_per_second.p50 / found.fleet.replicas > plain.fleet.tokens_per_second.p50 / plain.fleet.replicas  # fmt: skip # noqa: E501


def test_a_measurement_leaves_an_assessment_of_a_large_volume_as_quick_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in loads that are worked out, which take nearly all of the time; no fleet is named."""
    text = """
[workload]
task = "extraction"
[volume]
output_tokens = "40B"
"""
    worked = {"loads": 0}

    def counted(*said: Any, **named: Any) -> Any:
        worked["loads"] += 1
        return served_open(*said, **named)

    monkeypatch.setattr("advisor.sizing.group_model.served_open", counted)
    counts = []
    for knowledge, tail in ((KNOWLEDGE, ""), (measured(tmp_path, "vllm-serve-16.json"), MEASUREMENT)):
        worked["loads"] = 0
        assess(read_answers((text + tail).encode(), "answers.toml", knowledge), knowledge, DAY, draws=500, flips=False)
        counts.append(worked["loads"])
    assert 0 < counts[1] <= 2 * counts[0]
    assert counts[0] < MOST_LOADS


def test_neighbors_know_less_than_the_configuration_and_no_less_than_the_published_band() -> None:
    low, middle, high = neighbors([1.21], (0.627, 1.89), PARAMETERS)
    assert middle == pytest.approx(1.1)
    assert 1.2 < high / middle < 1.89
    assert low < 1.0 < high


@pytest.mark.parametrize(
    ("said", "where"),
    [
        (Deployment("h100"), "--gpu"),
        (Deployment("h100-sxm", gpus=1), "--precision"),
        (Deployment("h100-sxm", precision="bf16"), "--gpus"),
        (Deployment("h100-sxm", gpus=1, precision="bf16", model="llama"), "--model"),
        (Deployment("l4", gpus=1, precision="fp8"), "vllm at 16 at once"),
    ],
)
def test_what_the_files_leave_open_or_what_cannot_be_is_asked_back(said: Deployment, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        measure_benchmark([str(EXAMPLES / "vllm-serve-16.json")], said, KNOWLEDGE.catalog, PARAMETERS)
    assert caught.value.where == where


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", "[1, 2]", '{"benchmarks": [3, null, {}]}', '{"duration": 0, "total_output_tokens": 5}',
     '{"duration": 1, "completed": 2, "total_output_tokens": -5, "mean_ttft_ms": 1, "mean_tpot_ms": 1}',
     '[{"avg_ts": "x", "n_gen": 128}]', '{"performance": 1, "request_info": []}', "{" * 100_000,
     '{"duration": 1e400, "completed": 1e400, "total_output_tokens": 1e400}'],
)  # fmt: skip
def test_a_file_that_is_no_load_test_gets_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        read_benchmark(path, FULL)


def test_the_command_writes_a_pack_that_size_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "pack")
    where = [str(EXAMPLES / "trtllm-bench.json"), "--gpu", "h100-sxm", "--on", "2026-11-20", "--pack", folder]
    assert run(["measure", "benchmark", *where, "--format", "json", "--quiet"]) == 0
    table: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert table["configuration"] == {
        "model": "llama-3.3-70b", "gpu": "h100-sxm", "gpus": 2, "precision": "fp8", "engine": "tensorrt-llm",
        "on": "2026-11-20",
    }  # fmt: skip
    assert table["measurements"][0]["tool"] == "trtllm"
    placed = ["llama-3.3-70b", "--gpu", "h100-sxm", "--gpus", "2", "--precision", "fp8", "--concurrency", "255"]
    assert run(["size", *placed, "--input", "1000", "--output", "1000", "--rules", folder]) == 0
    told = capsys.readouterr().out
    assert "measured by you on 2026-11-20" in told
    assert "4,4" in next(line for line in told.splitlines() if "output tokens/s" in line)


def measured(folder: Path, name: str) -> Knowledge:
    return loaded(folder, pack(folder, [name], H100))


def pack(
    folder: Path, names: list[str], said: Deployment, day: date | None = None, known: dict[str, bytes] | None = None
) -> dict[str, bytes]:
    places = [str(EXAMPLES / name) for name in names]
    found, result = measure_benchmark(places, said, KNOWLEDGE.catalog, PARAMETERS, day)
    return pack_with(known or {}, result, found.sources, PARAMETERS)


def loaded(folder: Path, files: dict[str, bytes]) -> Knowledge:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return load_knowledge([folder])


def at(knowledge: Knowledge, model: str, gpus: int, clients: int, day: date = DAY) -> Sizing:
    catalog = knowledge.catalog
    place = Placement(catalog.models[model], catalog.gpus["h100-sxm"], gpus, "bf16")
    return size(place, RequestShape(1000, 500), knowledge.parameters_at(day), LoadAsked(concurrency=clients))


def width(sizing: Sizing) -> float:
    return sizing.band[1] / sizing.band[0]

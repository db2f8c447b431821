"""Metrics of a server give what happened between two scrapes, and are refused where they give no span of time."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import BadInput
from advisor.evidence.measure import Measurement, measure_usage
from advisor.knowledge.load_pack import load_knowledge

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "measure"
PARAMETERS = load_knowledge().parameters_at(date(2026, 11, 28))
DAY = 86_400


def measure(*paths: Path) -> Measurement:
    (found,) = measure_usage([str(path) for path in paths], PARAMETERS).values()
    return found


def scrape(path: Path, at: int, **counts: int) -> Path:
    path.write_text(
        "".join(f'sglang:{name}{{is_streaming="true"}} {value}.0 {at * 1000}\n' for name, value in counts.items())
    )
    return path


def test_two_scrapes_give_what_happened_between_them() -> None:
    """960 requests in 24 hours, with the names and buckets of vLLM 0.33.0, written by Prometheus' own client."""
    found = measure(EXAMPLES / "vllm-metrics-1.prom", EXAMPLES / "vllm-metrics-2.prom")
    assert found.totals == {
        "requests": 960, "input_tokens": 927_832, "cached_input_tokens": 231_590, "output_tokens": 217_991,
    }  # fmt: skip
    assert found.answers["volume.requests"] == "20160..28800..37440"
    assert found.answers["volume.cached_share"] == pytest.approx(231_590 / 927_832, rel=1e-3)
    assert 1000 < found.detail["latency"]["latency_ms"]["p50"] < 5000
    assert "volume.stability" not in found.answers


def test_a_counter_that_fell_was_restarted(tmp_path: Path) -> None:
    """100 tokens before, 40 after the restart, 30 more: 70 were counted by the second start."""
    names = ("prompt_tokens_total", "generation_tokens_total", "num_requests_total")
    paths = [scrape(tmp_path / f"{place}.prom", 1_795_521_600 + place * DAY, **dict.fromkeys(names, value))
             for place, value in enumerate((100, 40, 70))]  # fmt: skip
    found = measure(*paths)
    assert found.totals["input_tokens"] == 70
    assert found.sources[0].tool == "sglang"


def test_the_answer_to_a_range_query_is_the_same(tmp_path: Path) -> None:
    def series(name: str, *values: int) -> dict[str, Any]:
        points = [[1_795_521_600 + place * 3600, str(value)] for place, value in enumerate(values)]
        return {"metric": {"__name__": name, "instance": "a"}, "values": points}

    rows = [series("vllm:prompt_tokens_total", 500, 900, 1500), series("vllm:generation_tokens_total", 50, 90, 150),
            series("vllm:request_success_total", 5, 9, 15)]  # fmt: skip
    path = tmp_path / "range.json"
    path.write_text(json.dumps({"status": "success", "data": {"resultType": "matrix", "result": rows}}))
    found = measure(path)
    assert (found.totals["requests"], found.totals["input_tokens"]) == (10, 1000)
    assert found.answers["volume.input_tokens"] == "252000..360000..468000"


def test_one_scrape_needs_the_start_of_its_server(tmp_path: Path) -> None:
    text = (EXAMPLES / "vllm-metrics-1.prom").read_text(encoding="utf-8")
    assert measure(EXAMPLES / "vllm-metrics-1.prom").totals["requests"] == 37
    alone = tmp_path / "alone.prom"
    alone.write_text("\n".join(line for line in text.splitlines() if "process_start" not in line), encoding="utf-8")
    with pytest.raises(BadInput, match="one scrape, which names no span of time"):
        measure(alone)
    with pytest.raises(BadInput, match="measured alone"):
        measure(alone, EXAMPLES / "plain-table.csv")

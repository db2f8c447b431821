"""Results of load tests, whatever tool wrote them, as one list: at which load, how many tokens, how long they took.

Read: `vllm bench serve`, SGLang's bench_serving, guidellm, aiperf and genai-perf, llama-bench, trtllm-bench. Prompts
and answers that such a file may hold are not kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.bounded_read import csv_rows, dig, json_lines, read_file
from advisor.errors import BadInput

if TYPE_CHECKING:
    from advisor.sizing.calibration import EngineName

_LARGEST = 256 * 1024 * 1024
_MILLI = 1000.0
TOOLS = "vllm bench serve, SGLang bench_serving, guidellm, aiperf, genai-perf, llama-bench, trtllm-bench"


@dataclass(frozen=True, slots=True)
class BenchmarkRun:
    """One load of one test; tokens are means of a request, times milliseconds, rates of the whole deployment a second.

    `paced` says that requests arrived at a rate somebody set, so that the rate of tokens says nothing about the
    hardware and the time between tokens does. `decode_only` leaves the reading of prompts out of the rate.
    """

    tool: str
    model: str
    concurrency: float
    input_tokens: float
    output_tokens: float
    tokens_per_second: float
    first_token_ms: float | None = None
    inter_token_ms: float | None = None
    on: date | None = None
    engine: EngineName | None = None
    gpus: int | None = None
    paced: bool = False
    decode_only: bool = False


@dataclass(frozen=True, slots=True)
class BenchmarkFile:
    """The loads of one file, its tool, and what could not be used by reason."""

    tool: str
    runs: tuple[BenchmarkRun, ...]
    skipped: Mapping[str, int]


def read_benchmark(path: Path, full_share: float) -> BenchmarkFile:
    """Read one file of results; raises BadInput in one sentence where it is none that is understood.

    Where a test limited its clients and set a rate too, the clients set the pace if at least `full_share` of them
    were in flight, else the rate did.
    """
    text = read_file(path, _LARGEST, follow=True).decode("utf-8", "replace")
    runs: list[BenchmarkRun] = []
    skipped = Counter[str]()
    for each in _read(_documents(text, path), path, full_share):
        fault = each if isinstance(each, str) else _fault(each)
        if isinstance(each, BenchmarkRun) and not fault:
            runs.append(each)
        else:
            skipped[fault] += 1
    if not runs:
        reasons = ", ".join(f"{reason} ({count:,})" for reason, count in sorted(skipped.items()))
        raise BadInput(str(path), f"holds no load that can be used: {reasons or 'it is empty'}", f"read are: {TOOLS}")
    return BenchmarkFile(runs[-1].tool, tuple(runs), skipped)


def _documents(text: str, path: Path) -> list[Any]:
    """The JSON values of a file: one, one a line, or the rows of llama-bench's CSV."""
    if path.suffix == ".csv":
        return [[row for _, row in csv_rows(text, str(path))[1]]]
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        return json_lines(text)


def _read(documents: list[Any], path: Path, full_share: float) -> Iterator[BenchmarkRun | str]:
    rows = documents[0] if len(documents) == 1 and isinstance(documents[0], list) else documents
    if any(isinstance(row, dict) and "avg_ts" in row for row in rows):
        yield from _llama_bench(rows)
        return
    for document in rows:
        if not isinstance(document, dict):
            yield "not JSON"
        elif isinstance(document.get("benchmarks"), list):
            yield from _guidellm(document["benchmarks"])
        elif "performance" in document and "request_info" in document:
            yield _trtllm(document)
        elif isinstance(document.get("output_token_throughput"), dict):
            yield _aiperf(document)
        elif "total_output_tokens" in document and "duration" in document:
            yield _serving(document, full_share)
        else:
            raise BadInput(str(path), "is not the result of a load test that is understood", f"read are: {TOOLS}")


def _serving(row: Mapping[str, Any], full_share: float) -> BenchmarkRun | str:
    """`vllm bench serve` and SGLang's bench_serving, whose results are alike: SGLang's names its server."""
    done, seconds = _number(row.get("completed")), _number(row.get("duration"))
    written, read = _number(row.get("total_output_tokens")), _number(row.get("total_input_tokens"))
    if not done or not seconds or not written:
        return "no request completed"
    server = row.get("server_info")
    sglang = "server_info" in row or "sglang" in str(row.get("backend", ""))
    # vLLM writes "inf", SGLang a float that JSON writes as Infinity
    rate = _number(row.get("request_rate"))
    latency = _number(row.get("mean_e2e_latency_ms")) or _number(row.get("mean_e2el_ms"))
    between = _number(row.get("mean_tpot_ms")) or _number(row.get("mean_itl_ms"))
    first = _number(row.get("mean_ttft_ms"))
    if latency is None and first is not None and between is not None:
        latency = first + between * max(0.0, written / done - 1)
    limit = _number(row.get("max_concurrency"))
    if rate is None and limit:
        flight: float | None = min(limit, done)
    elif rate is None:
        flight = done
    else:
        flight = _in_flight(done / seconds, latency)
    if flight is None:
        return "no latency and no number of clients"
    return BenchmarkRun(
        "sglang" if sglang else "vllm", str(row.get("model_id") or dig(server, "model_path") or ""), flight,
        (read or 0.0) / done, written / done, written / seconds, first, between, _day(row.get("date")),
        "sglang" if sglang else "vllm" if _is_vllm(row) else None, _count(dig(server, "tp_size")),
        paced=rate is not None and not (limit and flight >= full_share * limit),
    )  # fmt: skip


def _is_vllm(row: Mapping[str, Any]) -> bool:
    """The client of vLLM tests any server of OpenAI's protocol too: it then says so, and the engine is not known."""
    return "vllm" in (row.get("backend"), row.get("endpoint_type"))


def _guidellm(benchmarks: list[Any]) -> Iterator[BenchmarkRun | str]:
    for each in benchmarks:
        metrics = dig(each, "metrics")
        if not isinstance(metrics, dict):
            yield "no metrics"
            continue
        strategy = str(dig(each, "config", "strategy", "type_") or dig(each, "args", "strategy", "type_") or "")
        model = dig(each, "config", "backend", "model") or dig(each, "worker", "backend_model")

        def mean(name: str, metrics: Mapping[str, Any] = metrics) -> float | None:
            return _number(dig(metrics, name, "successful", "mean"))

        written, rate = mean("output_token_count"), mean("output_tokens_per_second")
        streams = _number(dig(each, "config", "strategy", "streams"))
        flight = streams or mean("request_concurrency")
        if not written or not rate or not flight:
            yield "no request completed"
            continue
        yield BenchmarkRun(
            "guidellm", str(model or ""), flight, mean("prompt_token_count") or 0.0, written, rate,
            mean("time_to_first_token_ms"), mean("inter_token_latency_ms"), _day(each.get("start_time")),
            paced=strategy not in ("concurrent", "throughput", "synchronous"),
        )  # fmt: skip


def _aiperf(row: Mapping[str, Any]) -> BenchmarkRun | str:
    """aiperf, and genai-perf before it. Tokens as the server counted them count, where it said so."""

    def mean(name: str) -> float | None:
        return _number(dig(row, name, "avg"))

    rate, written = mean("output_token_throughput"), mean("output_sequence_length")
    latency, first = mean("request_latency"), mean("time_to_first_token")
    if not rate or not written:
        return "no request completed"
    served = mean("usage_completion_tokens")
    rate, written = (rate * served / written, served) if served else (rate, written)
    read = mean("usage_prompt_tokens") or mean("input_sequence_length") or 0.0
    models = dig(row, "input_config", "models", "items")
    alone = dig(row, "input_config", "model_names") or dig(row, "input_config", "model")
    named = models[0] if isinstance(models, list) and models else alone
    name = named.get("name") if isinstance(named, dict) else named[0] if isinstance(named, list) and named else named
    phases = dig(row, "input_config", "phases")
    listed = [one for one in phases if isinstance(one, dict)] if isinstance(phases, list) else []
    asked = (
        _number(dig(row, "input_config", "perf_analyzer", "stimulus", "concurrency"))
        or _number(dig(row, "input_config", "loadgen", "concurrency"))
        or next((_number(one.get("concurrency")) for one in listed if one.get("concurrency")), None)
    )
    flight = asked or mean("effective_concurrency") or _in_flight(mean("request_throughput") or 0.0, latency)
    if flight is None:
        return "no latency and no number of clients"
    between = mean("inter_token_latency")
    if served and latency is not None and first is not None and written > 1:
        between = (latency - first) / (written - 1)
    tool = "aiperf" if "aiperf_version" in row else "genai-perf"
    return BenchmarkRun(
        tool, str(name or ""), flight, read, written, rate, first, between, _day(row.get("start_time")),
        paced=asked is None,
    )  # fmt: skip


def _trtllm(row: Mapping[str, Any]) -> BenchmarkRun | str:
    asked, speed, stream = row["request_info"], row["performance"], row.get("streaming_metrics")
    rate = _number(dig(speed, "system_output_throughput_tok_s"))
    flight = _number(dig(asked, "avg_num_concurrent_requests"))
    written = _number(dig(asked, "avg_output_length"))
    if not rate or not flight or not written:
        return "no request completed"
    return BenchmarkRun(
        "trtllm", str(dig(row, "engine", "model") or ""), flight, _number(dig(asked, "avg_input_length")) or 0.0,
        written, rate, _number(dig(stream, "avg_ttft_ms")), _number(dig(stream, "avg_tpot_ms")),
        engine="tensorrt-llm", gpus=_count(dig(row, "world_info", "world_size")),
    )  # fmt: skip


def _llama_bench(rows: list[Any]) -> Iterator[BenchmarkRun | str]:
    """Tests that write tokens (`tg`), one request at a time; those that read a prompt alone (`pp`) are left out."""
    for row in rows:
        if not isinstance(row, dict):
            yield "not JSON"
            continue
        written, rate = _count(row.get("n_gen")) or 0, _number(row.get("avg_ts")) or 0.0
        if not written or _count(row.get("n_prompt")):
            yield "reads a prompt" if rate else "no rate"
        elif not rate:
            yield "no rate"
        else:
            yield BenchmarkRun(
                "llama-bench", str(row.get("model_type") or row.get("model_filename") or ""), 1.0,
                float(_count(row.get("n_depth")) or 1), float(written), rate, None, _MILLI / rate,
                _day(row.get("test_time")), "llama.cpp", decode_only=True,
            )  # fmt: skip


def _fault(run: BenchmarkRun) -> str:
    """Why a load cannot be used, for figures that no test can give, or ""."""
    if min(run.concurrency, run.output_tokens, run.tokens_per_second) <= 0 or run.input_tokens < 0:
        return "negative or empty figure"
    if max(run.concurrency, run.output_tokens, run.input_tokens, run.tokens_per_second) > 1e9:
        return "figure beyond reason"
    if any(each is not None and not 0 < each < 1e8 for each in (run.first_token_ms, run.inter_token_ms)):
        return "negative or empty figure"
    if run.paced and not run.inter_token_ms:
        return "arrivals at a set rate without a time between tokens"
    return ""


def _in_flight(rate: float, latency_ms: float | None) -> float | None:
    """Requests in flight by Little's law."""
    return max(1.0, rate * latency_ms / _MILLI) if latency_ms else None


def _number(value: object) -> float | None:
    """A finite number, also one written as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:
        return None


def _count(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and 0 < number < 1e9 else None


def _day(value: object) -> date | None:
    """The day of a time as tools write it: seconds, ISO 8601, or vLLM's 20261120-101500."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC).date()
        if isinstance(value, str):
            text = value[:10] if "-" in value[:5] else f"{value[:4]}-{value[4:6]}-{value[6:8]}"
            return date.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        pass
    return None

"""A log gives the volumes that stand in it, whatever tool wrote it, and says what it left out."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import BadInput
from advisor.evidence.measure import Measurement, _without_password, measure_usage
from advisor.evidence.usage_log import log_of_table
from advisor.evidence.usage_summary import summarize
from advisor.interview.answers import read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import Range

KNOWLEDGE = load_knowledge()
PARAMETERS = KNOWLEDGE.parameters_at(date(2026, 11, 28))
BEGIN = datetime(2026, 9, 1, tzinfo=UTC)


def measure(path: Path, **options: Any) -> Measurement:
    (found,) = measure_usage([str(path)], PARAMETERS, **options).values()
    return found


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def litellm(place: int, **other: Any) -> dict[str, Any]:
    at = BEGIN + timedelta(minutes=30 * place)
    row = {
        "request_id": f"r{place}", "startTime": at.isoformat(), "endTime": (at + timedelta(seconds=4)).isoformat(),
        "completionStartTime": (at + timedelta(milliseconds=500)).isoformat(), "model_group": "gpt-5.4",
        "team_id": "search", "prompt_tokens": 1000, "completion_tokens": 100, "status": "success",
        "metadata": {"usage_object": {"prompt_tokens_details": {"cached_tokens": 250}}},
    }  # fmt: skip
    return row | other


def test_litellm_rows_give_volumes_shape_cache_and_latency(tmp_path: Path) -> None:
    """Two requests an hour for 30 days: 1,440 requests, 1.44M in, 144k out."""
    found = measure(lines(tmp_path / "spend.jsonl", [litellm(place) for place in range(1440)]))
    assert found.totals == {
        "requests": 1440, "input_tokens": 1_440_000, "cached_input_tokens": 360_000, "cache_write_tokens": 0,
        "output_tokens": 144_000,
    }  # fmt: skip
    assert found.answers["volume.requests"] == 1440
    assert found.answers["volume.input_tokens"] == 1_440_000
    assert found.answers["volume.cached_share"] == 0.25
    assert found.answers["volume.stability"] == "steady"
    assert found.answers["volume.months_observed"] == 1
    assert found.detail["latency"]["first_token_ms"]["p50"] == pytest.approx(500, rel=0.1)
    assert found.detail["latency"]["latency_ms"]["p95"] == pytest.approx(4000, rel=0.1)


def test_an_answer_in_one_piece_says_nothing_of_its_first_token(tmp_path: Path) -> None:
    """LiteLLM 1.108.0 writes the end of the call as the start of the completion where nothing was streamed."""
    rows = [litellm(place, completionStartTime=litellm(place)["endTime"]) for place in range(48)]
    assert measure(lines(tmp_path / "log.jsonl", rows)).detail["latency"]["first_token_ms"]["p50"] is None


def test_a_table_of_litellm_can_be_asked_by_postgresql() -> None:
    """Its columns as LiteLLM 1.108.0 creates them: counts of the cache lie in a JSON column."""
    names = ["request_id", "status", "cache_hit", "model_group", "team_id", "api_key", "end_user"]
    schema = dict.fromkeys(names, "string") | dict.fromkeys(("prompt_tokens", "completion_tokens"), "int32")
    schema |= dict.fromkeys(("startTime", "endTime", "completionStartTime"), "timestamp(3)") | {"metadata": "json"}
    log = log_of_table(ibis.table(schema, name="LiteLLM_SpendLogs"), None, "spend logs")
    for dialect in ("postgres", "duckdb"):
        assert "cached_tokens" in str(ibis.to_sql(log.rows, dialect=dialect))


def test_a_password_of_a_database_is_not_written_down() -> None:
    hidden = {
        "postgres://me:s:e@c/t@host:5432/db#logs": "postgres://me@host:5432/db#logs",
        "postgres://me@host/db#logs": "postgres://me@host/db#logs",
        "C:/logs/a@b": "C:/logs/a@b",
    }
    for address, kept in hidden.items():
        assert _without_password(address) == kept


def test_input_that_leaves_the_cache_out_is_made_whole(tmp_path: Path) -> None:
    """Anthropic counts cached reads and writes apart from input; our input includes what is read from a cache."""
    day = {
        "starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z",
        "results": [{
            "uncached_input_tokens": 600, "cache_read_input_tokens": 300, "output_tokens": 50, "model": "claude",
            "cache_creation": {"ephemeral_1h_input_tokens": 40, "ephemeral_5m_input_tokens": 60},
        }],
    }  # fmt: skip
    path = tmp_path / "anthropic.json"
    path.write_text(json.dumps({"data": [day], "has_more": False}), encoding="utf-8")
    found = measure(path)
    assert found.totals["input_tokens"] == 1000
    assert found.totals["cached_input_tokens"] == 300
    assert found.totals["cache_write_tokens"] == 100
    assert "volume.requests" not in found.answers
    assert any("does not count requests" in note for note in found.notes)


def test_openai_buckets_carry_their_time_and_requests(tmp_path: Path) -> None:
    result = {"input_tokens": 5000, "input_cached_tokens": 1000, "output_tokens": 500, "num_model_requests": 10,
              "model": "gpt-5.4", "batch": True}  # fmt: skip
    buckets = [{"start_time": 1_790_000_000 // 3600 * 3600 + 3600 * hour, "results": [result]} for hour in range(48)]
    path = tmp_path / "usage.json"
    path.write_text(json.dumps({"object": "page", "data": buckets}), encoding="utf-8")
    found = measure(path)
    assert found.totals["requests"] == 480
    assert found.answers["volume.input_per_request"] == 500
    assert found.answers["volume.batch_share"] == 1.0
    assert found.answers["volume.cached_share"] == 0.2


def test_spans_without_token_counts_are_no_model_calls(tmp_path: Path) -> None:
    def span(place: int, **tokens: int) -> dict[str, Any]:
        nanos = 1_790_000_000_000_000_000 + place * 3_600 * 10**9
        attributes = [
            {"key": f"gen_ai.usage.{name}", "value": {"intValue": str(count)}} for name, count in tokens.items()
        ]
        return {"spanId": str(place), "startTimeUnixNano": str(nanos), "endTimeUnixNano": str(nanos + 2 * 10**9),
                "attributes": attributes}  # fmt: skip

    spans = [span(place, input_tokens=800, output_tokens=80) for place in range(24)] + [span(99)]
    path = tmp_path / "traces.json"
    path.write_text(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}), encoding="utf-8")
    found = measure(path)
    assert found.rows_read == 24
    assert found.totals["input_tokens"] == 24 * 800
    assert found.sources[0].tool == "otel"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"prompt_tokens": -1}, "negative count"),
        ({"prompt_tokens": "many"}, "no readable token count"),
        ({"prompt_tokens": 100, "metadata": {"usage_object": {"prompt_tokens_details": {"cached_tokens": 101}}}},
         "cached input exceeds input"),
        ({"startTime": "yesterday"}, "no readable time"),
        ({"status": "failure"}, "failed request"),
        ({"cache_hit": "True"}, "answered from the gateway's own cache"),
        ({"prompt_tokens": 10**14}, "count beyond reason"),
        ({"request_id": "r0"}, "retry of the same id"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_counted_with_its_reason(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    rows = [litellm(place) for place in range(48)]
    found = measure(lines(tmp_path / "log.jsonl", [*rows, litellm(48, **change)]))
    assert dict(found.skipped) == {reason: 1}
    assert found.rows_read == 49
    assert found.totals["input_tokens"] == 48_000


def test_an_id_in_two_files_of_one_tool_is_a_retry(tmp_path: Path) -> None:
    """Two exports overlap by twelve requests, one as JSON lines and one as CSV; the same file twice adds nothing."""
    rows = [litellm(place, metadata={}) for place in range(48)]
    earlier, later = lines(tmp_path / "earlier.jsonl", rows[:30]), tmp_path / "later.csv"
    with later.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows[18:])
    for locations, again in ([earlier, later], 12), ([earlier, earlier, later], 42):
        (found,) = measure_usage([str(path) for path in locations], PARAMETERS).values()
        assert dict(found.skipped) == {"retry of the same id": again}
        assert found.totals["requests"] == 48
        assert found.totals["input_tokens"] == 48_000
        assert [source.file for source in found.sources] == [str(path) for path in locations]
    apart = measure_usage([str(earlier), str(later)], PARAMETERS, by=["team"])
    assert apart[("search",)].totals["requests"] == 48


def test_an_id_in_the_logs_of_two_tools_is_two_requests(tmp_path: Path) -> None:
    """What one tool calls r0 says nothing of what another does."""
    spent = lines(tmp_path / "spend.jsonl", [litellm(place, metadata={}) for place in range(3)])
    seen = {"request_created_at": BEGIN.isoformat(), "request_id": "r0", "request_model": "m", "prompt_tokens": 10,
            "completion_tokens": 1}  # fmt: skip
    (found,) = measure_usage([str(spent), str(lines(tmp_path / "seen.jsonl", [seen]))], PARAMETERS).values()
    assert (found.totals["requests"], dict(found.skipped)) == (4, {})


def test_a_broken_line_is_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    path = lines(tmp_path / "log.jsonl", [litellm(place) for place in range(3)])
    path.write_text(path.read_text(encoding="utf-8") + '{"startTime": \n', encoding="utf-8")
    assert dict(measure(path).skipped) == {"not JSON": 1}


def test_a_plain_table_is_read_by_the_columns_named(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["when", "in", "out"])
        writer.writerows([[(BEGIN + timedelta(hours=hour)).isoformat(), 300, 30] for hour in range(72)])
    found = measure(path, mapping={"at": "when", "input": "in", "output": "out"})
    assert found.totals["input_tokens"] == 72 * 300
    with pytest.raises(BadInput, match="no column 'inn'; did you mean 'in'"):
        measure(path, mapping={"at": "when", "input": "inn", "output": "out"})
    with pytest.raises(BadInput, match="not a log of"):
        measure(path)


def test_teams_add_up_to_the_whole(tmp_path: Path) -> None:
    rows = [litellm(place, team_id="a" if place % 3 else "b") for place in range(90)]
    path = lines(tmp_path / "log.jsonl", rows)
    apart = measure_usage([str(path)], PARAMETERS, by=["team"])
    assert set(apart) == {("a",), ("b",)}
    assert sum(each.totals["input_tokens"] for each in apart.values()) == measure(path).totals["input_tokens"]


def test_what_is_printed_is_an_answers_file(tmp_path: Path) -> None:
    found = measure(lines(tmp_path / "log.jsonl", [litellm(place) for place in range(1440)]))
    answers = read_answers(found.as_answers().encode(), "measured.toml", vocabulary(KNOWLEDGE))
    assert answers.range("volume.input_tokens") == Range.exactly(1_440_000)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)), min_size=1, max_size=40))
def test_totals_are_the_sums_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[tuple[int, int]]
) -> None:
    rows = [litellm(place, prompt_tokens=inward, completion_tokens=out, metadata={})
            for place, (inward, out) in enumerate(sizes)]  # fmt: skip
    found = measure(lines(tmp_path_factory.mktemp("log") / "log.jsonl", rows))
    assert found.totals["input_tokens"] == sum(inward for inward, _ in sizes)
    assert found.totals["output_tokens"] == sum(out for _, out in sizes)


def test_requests_that_end_before_they_begin_are_named_and_have_no_latency(tmp_path: Path) -> None:
    rows = [litellm(place) for place in range(48)]
    rows[7]["endTime"] = (BEGIN - timedelta(hours=1)).isoformat()
    found = measure(lines(tmp_path / "log.jsonl", rows))
    assert any(note.startswith("1 requests end before they begin") for note in found.notes)
    assert found.totals["requests"] == 48


def test_lengths_of_a_long_log_are_counted_in_periods_that_come_to_every_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten weeks with short requests by night and long ones by day: the percentiles of some hours are those of all."""
    columns = ["when", "ended", "tokens_in", "tokens_out"]
    log = tmp_path / "log.csv"
    with log.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for place in range(70 * 24 * 4):
            at = BEGIN + timedelta(minutes=15 * place)
            size = (4000 if 8 <= at.hour < 20 else 400) + place % 97
            writer.writerow([at.isoformat(), (at + timedelta(seconds=3)).isoformat(), size, size // 10])
    mapping = {"at": "when", "ended": "ended", "input": "tokens_in", "output": "tokens_out"}
    whole = measure(log, mapping=mapping)
    monkeypatch.setattr("advisor.evidence.usage_summary._COUNTED", 350)
    some = measure(log, mapping=mapping)
    assert not any("counted in" in note for note in whole.notes)
    assert "lengths and latencies of single requests were counted in 13 periods of 6 hours spread over the log" in (
        some.notes
    )
    assert some.totals == whole.totals
    for key in ("volume.input_per_request", "volume.output_per_request"):
        ends = [[float(end) for end in str(found.answers[key]).split("..")] for found in (some, whole)]
        assert ends[0] == pytest.approx(ends[1], rel=0.05)


COST = {"object": "organization.costs.result", "amount": {"value": 12.5, "currency": "usd"}, "line_item": None}


def bill(path: Path, results: list[dict[str, Any]], days: int = 30) -> Path:
    begins = [int((BEGIN + timedelta(days=day)).timestamp()) for day in range(days)]
    data = [{"start_time": at, "end_time": at + 86_400, "results": results} for at in begins]
    path.write_text(json.dumps({"object": "page", "data": data}))
    return path


def test_pages_of_costs_give_the_bill_of_a_month(tmp_path: Path) -> None:
    """30 days at $12.50 are $375, Anthropic's cents too; a page given twice is counted once, a credit is left out."""
    page = bill(tmp_path / "openai.json", [COST, COST | {"amount": {"value": -3, "currency": "usd"}}])
    (found,) = measure_usage([str(page), str(page)], PARAMETERS).values()
    assert found.answers == {"economics.monthly_api_spend_usd": 375.0}
    assert found.skipped == {"negative amount": 30, "the same line again": 60}
    assert [source.tool for source in found.sources] == ["openai", "openai"]
    cents = [{"starting_at": BEGIN.isoformat(), "ending_at": (BEGIN + timedelta(days=15)).isoformat(),
              "results": [{"currency": "USD", "amount": "123.45"}]}]  # fmt: skip
    other = tmp_path / "anthropic.json"
    other.write_text(json.dumps({"data": cents}))
    assert measure(other).answers == {"economics.monthly_api_spend_usd": 2.47}


def test_mixed_currencies_are_named_and_not_added(tmp_path: Path) -> None:
    page = bill(tmp_path / "costs.json", [COST, COST | {"amount": {"value": 10, "currency": "eur"}}])
    with pytest.raises(BadInput, match="not all in US dollars: EUR on 30 lines, USD on 30 lines"):
        measure(page)


def test_a_query_that_ctrl_c_stopped_is_no_fault_of_the_log() -> None:
    class Stopped:
        def to_pyarrow_batches(self, query: object) -> list[object]:
            raise RuntimeError("Query interrupted")

    schema = {"startTime": "timestamp", "prompt_tokens": "int64", "completion_tokens": "int64"}
    log = log_of_table(ibis.table(schema, name="logs"), Stopped(), "logs")
    with pytest.raises(KeyboardInterrupt):
        summarize([log])


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_litellm_log_says_the_same_as_csv_and_parquet(tmp_path: Path, suffix: str) -> None:
    rows = [litellm(place, metadata={}, cache_read_input_tokens=place % 7) for place in range(200)]
    whole = lines(tmp_path / "log.jsonl", rows)
    other = tmp_path / f"log.{suffix}"
    columns = {name: pa.array([row[name] for row in rows]) for name in rows[0] if name != "metadata"}
    write = pa_csv.write_csv if suffix == "csv" else pq.write_table
    write(pa.table(columns), str(other))
    assert (measure(other).answers, measure(other).totals) == (measure(whole).answers, measure(whole).totals)
    assert measure(other).totals["cached_input_tokens"] == sum(place % 7 for place in range(200))


def test_spans_as_parquet_and_as_otlp_json_say_the_same(tmp_path: Path) -> None:
    """A table of spans, each attribute a column, as an exporter of OpenTelemetry writes Parquet."""
    nanos = int(BEGIN.timestamp()) * 10**9
    begins = [nanos + place * 1_800 * 10**9 for place in range(96)]
    table: dict[str, list[Any]] = {
        "startTimeUnixNano": begins, "endTimeUnixNano": [at + 3 * 10**9 for at in begins],
        "spanId": [str(place) for place in range(96)], "gen_ai.request.model": ["gpt-5.4"] * 96,
        "gen_ai.usage.input_tokens": [700 + place for place in range(96)], "gen_ai.usage.output_tokens": [70] * 96,
    }  # fmt: skip
    flat = tmp_path / "spans.parquet"
    pq.write_table(pa.table(table), str(flat))
    kinds = {int: "intValue", str: "stringValue"}
    spans = [
        {"spanId": table["spanId"][place], "startTimeUnixNano": str(begins[place]),
         "endTimeUnixNano": str(begins[place] + 3 * 10**9),
         "attributes": [{"key": key, "value": {kinds[type(column[place])]: str(column[place])}}
                        for key, column in table.items() if key.startswith("gen_ai.")]}
        for place in range(96)
    ]  # fmt: skip
    nested = tmp_path / "spans.json"
    nested.write_text(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}), encoding="utf-8")
    assert measure(flat).totals == measure(nested).totals
    assert measure(flat).totals["input_tokens"] == sum(table["gen_ai.usage.input_tokens"])
    assert measure(flat).answers == measure(nested).answers
    assert (measure(flat).sources[0].tool, measure(nested).sources[0].tool) == ("otel", "otel")


def test_langfuse_and_helicone_exports_give_their_sums(tmp_path: Path) -> None:
    """Langfuse counts input apart from what it read from a cache; Helicone counts it within, and says milliseconds."""
    at = [(BEGIN + timedelta(hours=hour)).isoformat() for hour in range(24)]
    details = {"input": 500, "cache_read_input_tokens": 100, "output": 50}
    seen = [{"id": f"o{place}", "startTime": moment, "endTime": moment, "model": "m", "name": "chat",
             "usageDetails": details} for place, moment in enumerate(at)]  # fmt: skip
    found = measure(lines(tmp_path / "langfuse.jsonl", seen))
    assert (found.sources[0].tool, found.totals["input_tokens"]) == ("langfuse", 24 * 600)
    assert (found.totals["cached_input_tokens"], found.totals["output_tokens"]) == (2400, 1200)
    asked = [{"request_created_at": moment, "request_id": f"h{place}", "request_model": "m", "prompt_tokens": 500,
              "prompt_cache_read_tokens": 100, "completion_tokens": 50, "delay_ms": 2000, "time_to_first_token": 300}
             for place, moment in enumerate(at)]  # fmt: skip
    found = measure(lines(tmp_path / "helicone.jsonl", asked))
    assert (found.sources[0].tool, found.totals["input_tokens"]) == ("helicone", 24 * 500)
    assert found.totals["cached_input_tokens"] == 2400
    assert found.detail["latency"]["latency_ms"]["p50"] == pytest.approx(2000, rel=0.1)
    assert found.detail["latency"]["first_token_ms"]["p50"] == pytest.approx(300, rel=0.1)


@pytest.mark.parametrize("dimension", ["model", "key", "team", "tag"])
def test_every_dimension_gives_one_result_each_in_one_pass(tmp_path: Path, dimension: str) -> None:
    column = {"model": "model_group", "key": "api_key", "team": "team_id", "tag": "end_user"}[dimension]
    rows = [litellm(place, **{column: f"one{place % 3}"}) for place in range(90)]
    apart = measure_usage([str(lines(tmp_path / "log.jsonl", rows))], PARAMETERS, by=[dimension])
    assert {group: found.totals["requests"] for group, found in apart.items()} == {
        ("one0",): 30, ("one1",): 30, ("one2",): 30
    }  # fmt: skip
    assert apart[("one1",)].detail["group"] == {dimension: "one1"}


def test_times_with_nanoseconds_give_the_same_latency(tmp_path: Path) -> None:
    begins = [BEGIN.replace(tzinfo=None) + timedelta(hours=place) for place in range(48)]
    ends = [at + timedelta(milliseconds=1500) for at in begins]
    answers = []
    for unit in ("us", "ns"):
        table = pa.table({
            "startTime": pa.array(begins, pa.timestamp(unit)), "endTime": pa.array(ends, pa.timestamp(unit)),
            "prompt_tokens": [100] * 48, "completion_tokens": [10] * 48,
        })  # fmt: skip
        path = tmp_path / f"{unit}.parquet"
        pq.write_table(table, str(path))
        found = measure(path)
        answers.append((found.answers, found.detail))
    assert answers[0] == answers[1]
    assert answers[0][1]["latency"]["latency_ms"]["p50"] == pytest.approx(1500, rel=0.1)

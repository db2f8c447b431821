"""Evaluation results of the tools people use, as one list: which candidate did which task, and whether it passed.

Read: promptfoo's JSON and JSON lines, Inspect's `.eval` and JSON logs, lm-evaluation-harness' sample files, OpenAI
evals' event logs, and a plain CSV with the columns task, candidate, passed (and tokens, seconds where known). Prompts
are not kept. A task is one prompt: promptfoo's repeats, Inspect's epochs and any result written again are runs of it.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from advisor.bounded_read import csv_rows, dig, json_lines, read_file
from advisor.errors import BadInput

FROM_TRAFFIC = "traffic"
"""The stratum of prompts drawn from the traffic; those of another were chosen to fail, and say nothing of its rate."""
_CHOSEN = "prompt chosen for a kind of failure"
_LARGEST = 512 * 1024 * 1024
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Compressions that every supported Python unpacks; newer Inspect logs use zstd."""
_ZSTD = 93
_LOCAL_HEADER = 30
_MOST_ENTRIES = 200_000
_PROMPTFOO_ERROR = 2
"""The `failureReason` of a request that ended in an error; 1 is a failed assertion."""
_LM_EVAL_SAMPLES = re.compile(r"samples_(.+)_([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9.:-]+\.jsonl")
_PASSED = dict.fromkeys(("true", "1", "yes", "pass", "passed", "c", "correct"), True)
_PASSED |= dict.fromkeys(("false", "0", "no", "fail", "failed", "i", "incorrect"), False)


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """One run of one task by one candidate; `tokens` is input and output together, None where the tool does not say."""

    task: str
    candidate: str
    passed: bool
    tokens: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class EvaluationFile:
    """The outcomes of one file, its tool, what could not be used by reason, and the first and last day it says."""

    tool: str
    outcomes: tuple[TaskOutcome, ...]
    skipped: Mapping[str, int]
    begins: str = ""
    ends: str = ""


def read_evaluation(path: Path) -> EvaluationFile:
    """Read one file of results; raises BadInput in one sentence where it is none that is understood."""
    data = read_file(path, _LARGEST, follow=True)
    if data[:4] == b"PK\x03\x04":
        return _inspect(*_inspect_archive(data, path))
    text = data.decode("utf-8", "replace")
    if path.suffix == ".csv":
        return _collect("table", _csv(text, path))
    return _from_json(text, path)


def _collect(tool: str, found: Iterator[TaskOutcome | str], *moments: object) -> EvaluationFile:
    """Sort what was found into outcomes and reasons; `moments` are times as the tool wrote them, if it did."""
    each = list(found)
    outcomes = tuple(one for one in each if isinstance(one, TaskOutcome))
    skipped = Counter(one for one in each if isinstance(one, str))
    days = sorted({_day(each) for each in moments} - {""}) or [""]
    return EvaluationFile(tool, outcomes, skipped, days[0], days[-1])


def _from_json(text: str, path: Path) -> EvaluationFile:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _lines(text, path)
    if isinstance(document, dict):
        if isinstance(document.get("samples"), list) and isinstance(document.get("eval"), dict):
            return _inspect(document, document["samples"])
        results = document.get("results")
        rows = results.get("results") if isinstance(results, dict) else results
        if isinstance(rows, list):
            return _collect("promptfoo", _promptfoo(rows), dig(results, "timestamp"))
        if isinstance(results, dict) and "n-samples" in document:
            raise BadInput(str(path), "holds averages only", "give lm-eval's samples file (--log_samples)")
    return _lines(text, path)


def _lines(text: str, path: Path) -> EvaluationFile:
    rows = json_lines(text)
    objects = [row for row in rows if isinstance(row, dict)]
    if any("spec" in row for row in objects):
        moments = [row.get("created_at") or dig(row, "spec", "created_at") for row in objects]
        return _collect("openai-evals", _openai(rows), *moments)
    if any("gradingResult" in row and "testIdx" in row for row in objects):
        return _collect("promptfoo", _promptfoo(rows))
    if any("doc_id" in row for row in objects):
        named = _LM_EVAL_SAMPLES.fullmatch(path.name)
        return _collect("lm-eval", _lm_eval(rows, path, named[1] if named else ""), named[2] if named else "")
    raise BadInput(
        str(path), "not results of promptfoo, Inspect, lm-eval or OpenAI evals",
        "or give a CSV with the columns task, candidate, passed",
    )  # fmt: skip


def _promptfoo(rows: list[Any]) -> Iterator[TaskOutcome | str]:
    """A request that ended in an error says nothing of the answer; a task is a prompt with one set of variables.

    `testIdx` counts on through `--repeat`, so it tells tasks apart only where the variables are not in the file.
    """
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("success"), bool):
            yield "no result"
            continue
        if row.get("failureReason") == _PROMPTFOO_ERROR:
            yield "request ended in an error"
            continue
        if not _drawn(dig(row, "vars", "stratum")):
            yield _CHOSEN
            continue
        provider = row.get("provider")
        name = (provider.get("label") or provider.get("id")) if isinstance(provider, dict) else provider
        usage = dig(row, "response", "tokenUsage", "total")
        taken = None if dig(row, "response", "cached") is True else row.get("latencyMs")
        seconds = taken / 1000 if isinstance(taken, (int, float)) else None
        task = _filled(row["vars"]) if isinstance(row.get("vars"), dict) else str(row.get("testIdx"))
        task = f"{task}:{row['promptId']}" if "promptId" in row else task
        yield TaskOutcome(task, str(name), row["success"], usage if isinstance(usage, int) and usage else None, seconds)


def _filled(variables: Mapping[str, Any]) -> str:
    """Variables of a promptfoo test by their digest, without those that promptfoo itself sets for each run."""
    own = {name: value for name, value in variables.items() if name != "sessionId" and not name.startswith("_")}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()


def _inspect_archive(data: bytes, path: Path) -> tuple[Mapping[str, Any], list[Any]]:
    """A `.eval` file is a zip of a header and one JSON file a sample; sizes are checked before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _LARGEST:
                raise BadInput(str(path), "unpacks to more than is read", f"at most {_LARGEST:,} bytes")
            if any(entry.compress_type not in _READABLE for entry in entries) and not _unpacks_zstd(entries):
                raise BadInput(
                    str(path), "is compressed in a way that this program cannot read", "inspect log convert --to json"
                )
            found = {entry.filename: entry for entry in entries}
            header = json.loads(_unpacked(archive, found.get("header.json") or found["_journal/start.json"], data))
            samples = [json.loads(_unpacked(archive, found[name], data)) for name in sorted(found)
                       if name.startswith("samples/") and name.endswith(".json")]  # fmt: skip
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, OSError, EOFError, MemoryError):
        raise BadInput(str(path), "is not a readable Inspect log", "inspect log convert --to json") from None
    return header if isinstance(header, dict) else {}, samples


def _unpacks_zstd(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether what Python's zipfile does not unpack is zstd, and the extra `usage` brought what unpacks that."""
    return {entry.compress_type for entry in entries} <= {*_READABLE, _ZSTD} and find_spec("pyarrow") is not None


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, data: bytes) -> bytes:
    """One entry of an archive; its bytes stand behind a local header of 30 bytes, its name and extra field."""
    if entry.compress_type in _READABLE:
        return archive.read(entry)
    import pyarrow

    at = entry.header_offset + _LOCAL_HEADER
    begin = at + sum(int.from_bytes(data[at - back : at - back + 2], "little") for back in (4, 2))
    packed = data[begin : begin + entry.compress_size]
    unpacked: bytes = pyarrow.decompress(packed, decompressed_size=entry.file_size, codec="zstd", asbytes=True)
    return unpacked


def _inspect(log: Mapping[str, Any], samples: list[Any]) -> EvaluationFile:
    about = log.get("eval")
    moments = (dig(log, "stats", "started_at") or dig(about, "created"), dig(log, "stats", "completed_at"))
    return _collect("inspect", _inspect_samples(about if isinstance(about, dict) else {}, samples), *moments)


def _inspect_samples(about: Mapping[str, Any], samples: list[Any]) -> Iterator[TaskOutcome | str]:
    """A task is a sample of one of Inspect's tasks; its epochs are runs of it."""
    for sample in samples:
        if not _drawn(dig(sample, "metadata", "stratum")):
            yield _CHOSEN
            continue
        scores = sample.get("scores") if isinstance(sample, dict) else None
        if not isinstance(scores, dict) or not scores:
            yield "no score" if not (isinstance(sample, dict) and sample.get("error")) else "sample ended in an error"
            continue
        passed = _passed(dig(next(iter(scores.values())), "value"))
        if passed is None:
            yield "score is neither passed nor failed"
            continue
        usage = sample.get("model_usage") or {}
        counts = [each.get("total_tokens") for each in usage.values() if isinstance(each, dict)]
        tokens = sum(count for count in counts if isinstance(count, int)) or None
        seconds = sample.get("total_time")
        name = f"{about.get('task', '')}:{sample.get('id')}"
        yield TaskOutcome(
            name, str(about.get("model")), passed, tokens, seconds if isinstance(seconds, float) else None
        )


def _lm_eval(rows: list[Any], path: Path, task: str) -> Iterator[TaskOutcome | str]:
    """The candidate is the folder that lm-eval names after the model; the score the first metric of 0 or 1.

    Where answers were read by several filters, each sample has a row for each filter: the first filter's counts. A task
    is a document of the benchmark `task`, or of the file's where its name does not say it; `repeats` and further files
    of the same benchmark are runs of it.
    """
    candidate = path.parent.name.replace("__", "/") or "lm-eval"
    filters = list[Any]()
    for row in rows:
        if not isinstance(row, dict) or "doc_id" not in row:
            yield "no result"
            continue
        filters = filters or [row.get("filter")]
        if row.get("filter") != filters[0]:
            yield "the same answer read by another filter"
            continue
        said = row.get("metrics")
        own = [name for name in said if isinstance(name, str)] if isinstance(said, list) else []
        metrics = [row.get(name) for name in ("exact_match", "acc", "pass@1", "acc_norm", *own)]
        passed = next((found for found in map(_passed, metrics) if found is not None), None)
        if passed is None:
            yield "score is neither passed nor failed"
        else:
            document = f"{task}:{row['doc_id']}" if task else f"{row['doc_id']}:{row.get('doc_hash', '')}"
            yield TaskOutcome(document, candidate, passed)


def _openai(rows: list[Any]) -> Iterator[TaskOutcome | str]:
    candidate = "openai-evals"
    for row in rows:
        if not isinstance(row, dict):
            yield "no result"
        elif "spec" in row:
            models = dig(row, "spec", "completion_fns")
            candidate = str(models[0]) if isinstance(models, list) and models else candidate
        elif row.get("type") == "match":
            passed = _passed(dig(row, "data", "correct"))
            yield "no result" if passed is None else TaskOutcome(str(row.get("sample_id")), candidate, passed)


def _csv(text: str, path: Path) -> Iterator[TaskOutcome | str]:
    columns, rows = csv_rows(text, str(path))
    if missing := {"task", "candidate", "passed"} - set(columns):
        raise BadInput(str(path), f"no column {sorted(missing)[0]!r}", "needed: task, candidate, passed")
    for _, row in rows:
        passed = _passed(row["passed"])
        if passed is None or not row["task"] or not row["candidate"]:
            yield "no result"
            continue
        if not _drawn(row.get("stratum")):
            yield _CHOSEN
            continue
        yield TaskOutcome(row["task"], row["candidate"], passed, _whole(row.get("tokens")), _real(row.get("seconds")))


def _drawn(stratum: object) -> bool:
    """Whether a prompt stands for the traffic: one without a stratum does."""
    return stratum in (None, "", FROM_TRAFFIC)


def _passed(value: object) -> bool | None:
    """A score as passed or failed; None for one between."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return None if value not in (0, 1) else bool(value)
    return _PASSED.get(value.strip().lower()) if isinstance(value, str) else None


def _day(moment: object) -> str:
    """The day of a time in ISO 8601, in UTC where it has a zone; "" for what is none."""
    try:
        found = datetime.fromisoformat(moment) if isinstance(moment, str) else None
        return "" if found is None else (found.astimezone(UTC) if found.tzinfo else found).date().isoformat()
    except (ValueError, OverflowError):
        return ""


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 16 else None


def _real(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None

"""Damaged logs, load tests and evaluations: each is read or refused in one sentence, never with a traceback.

    python -m benchmarks.evidence.measure_fuzz COUNT [SEED [PROCESSES]]

Files come from the samples of examples/measure: bytes changed or cut, values replaced, keys renamed, lines repeated.
They are damaged in batches, each with a seed of its own, so that the files do not depend on the number of processes.
A process keeps one DuckDB connection and the SQL that ibis wrote for a query it has seen; the rest is what
`advisor measure` does with a file.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from advisor.evidence.benchmark import Deployment
from advisor.evidence.measure import measure_benchmark, measure_evaluation, measure_usage
from advisor.knowledge.load_pack import load_knowledge
from advisor.paths import data_directory

KNOWLEDGE = load_knowledge()
PARAMETERS = KNOWLEDGE.parameters_at(date(2026, 11, 28))
_LINES = 12
_BATCH = 200
_KEPT_QUERIES = 2_000
_LOGS = ("litellm", "openai", "anthropic", "otel", "langfuse", "helicone", "plain", "vllm-metrics")
_EVALUATIONS = ("evaluation", "promptfoo", "lm-eval", "inspect")
_ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, -1e308, 10**30, 1.5, "", "abc", "-5", "1,000", "12 tokens", "NaN", [], {}, [None], "\x00",
    "2026-13-45", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 1e20, float("nan"), float("inf"), "é" * 50,
)  # fmt: skip


def damaged(text: str, draw: random.Random) -> bytes:
    """A sample with one to four damages."""
    lines = text.splitlines()
    if len(lines) > _LINES and lines[0].startswith(("{", "task")):
        begin = draw.randrange(1, max(2, len(lines) - _LINES))
        lines = [lines[0], *lines[begin : begin + _LINES]]
    data = "\n".join(lines)
    for _ in range(draw.randint(1, 4)):
        way = draw.randrange(6)
        if way == 0:
            data = data[: draw.randrange(len(data) + 1)]
        elif way == 1 and data:
            place = draw.randrange(len(data))
            data = data[:place] + chr(draw.randrange(1, 0x2FF)) + data[place + 1 :]
        elif way == 2:
            parts = data.splitlines() or [""]
            data = "\n".join([*parts, draw.choice(parts)])
        else:
            data = _replaced(data, draw)
    return data.encode("utf-8", "replace")


def _replaced(data: str, draw: random.Random) -> str:
    parts = [data] if data.lstrip().startswith("{\n") or data.lstrip().startswith("[") else data.splitlines()
    if not parts:
        return data
    place = draw.randrange(len(parts))
    try:
        table = json.loads(parts[place])
    except (ValueError, RecursionError):
        words = parts[place].split(",")
        words[draw.randrange(len(words))] = str(draw.choice(_ODD))
        parts[place] = ",".join(words)
        return "\n".join(parts)
    _hit(table, draw)
    parts[place] = json.dumps(table)
    return "\n".join(parts)


def _hit(table: Any, draw: random.Random) -> None:
    """Replace one value, or rename one key, somewhere inside."""
    while isinstance(table, (dict, list)) and table:
        keys: list[Any] = list(table) if isinstance(table, dict) else list(range(len(table)))
        key = draw.choice(keys)
        inner = table[key]
        if isinstance(inner, (dict, list)) and inner and draw.random() < 0.8:
            table = inner
            continue
        if isinstance(table, dict) and draw.random() < 0.2:
            table[f"{key}x"] = table.pop(key)
        else:
            table[key] = draw.choice(_ODD)
        return


def measured(path: Path, name: str) -> None:
    """Read a file as what its sample is."""
    if name.startswith(_LOGS):
        mapping = {"at": "when", "input": "tokens_in", "output": "tokens_out"} if name.startswith("plain") else None
        measure_usage([str(path)], PARAMETERS, mapping=mapping)
    elif name.startswith(_EVALUATIONS):
        measure_evaluation([str(path)], "gpt-5.4", "gpt-oss-120b")
    else:
        said = Deployment("h100-sxm", gpus=1, precision="bf16", engine="vllm")
        measure_benchmark([str(path)], said, KNOWLEDGE.catalog, PARAMETERS, date(2026, 11, 20))


def share_connection() -> None:
    """Keep one connection, the names of its tables and the SQL of its queries from one file to the next."""
    import ibis
    from ibis.backends.duckdb import Backend

    connection = ibis.duckdb.connect(memory_limit="1500MB", threads=1)
    ibis.duckdb.connect = lambda **options: connection
    ibis.util.gen_name = lambda namespace: f"fuzz_{namespace}"
    write, written = Backend.compile, dict[Any, str]()

    def compiled(self: Any, expr: Any, /, **options: Any) -> str:
        key = (expr.op(), repr(options))
        if key not in written:
            if len(written) >= _KEPT_QUERIES:
                written.clear()
            written[key] = write(self, expr, **options)
        return written[key]

    Backend.compile = compiled


def measured_batch(task: tuple[int, int]) -> tuple[Counter[str], set[str], list[str]]:
    """Damage and read so many files: how many were read and refused, the ways of refusing, the tracebacks."""
    count, seed = task
    draw = random.Random(seed)
    files = (data_directory("examples") / "measure").iterdir()
    samples = {path.name: path.read_bytes().decode("latin-1" if path.suffix == ".eval" else "utf-8")
               for path in files if path.suffix != ".toml"}  # fmt: skip
    found: Counter[str] = Counter()
    reasons: set[str] = set()
    failures: list[str] = []
    folder = Path(tempfile.gettempdir()) / f"measure-fuzz-{os.getpid()}"  # one path, so that queries are the same
    folder.mkdir(exist_ok=True)
    try:
        for place in range(count):
            name = draw.choice(sorted(samples))
            path = folder / f"log{Path(name).suffix}"
            data = damaged(samples[name], draw)
            path.write_bytes(data.decode().encode("latin-1", "replace") if path.suffix == ".eval" else data)
            try:
                measured(path, name)
                found["read"] += 1
            except AdvisorError as error:
                found["refused"] += 1
                reasons.add(error.what[:40])
            except Exception:
                found["traceback"] += 1
                kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{place}-{name}"
                kept.write_bytes(path.read_bytes())
                failures.append(f"{name} number {place}, kept as {kept}\n{traceback.format_exc(limit=-3)}")
    finally:
        shutil.rmtree(folder)
    return found, reasons, failures


def main(count: int, seed: int, processes: int) -> int:
    tasks = [(min(_BATCH, count - begin), seed * 1_000_000 + begin) for begin in range(0, count, _BATCH)]
    found: Counter[str] = Counter()
    reasons: set[str] = set()
    with multiprocessing.get_context("spawn").Pool(processes, share_connection) as pool:
        for some, ways, failures in pool.imap_unordered(measured_batch, tasks):
            found.update(some)
            reasons |= ways
            so_far = f"{sum(found.values()):,} files, seed {seed}: {dict(found)}; {len(reasons)} ways of refusing"
            print(*failures, so_far, sep="\n", flush=True)
    return 1 if found["traceback"] else 0


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*given, *(4_000, 1, 2)[len(given) :]))

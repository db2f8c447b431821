"""Damaged logs, load tests and evaluations: each is read or refused in one sentence, never with a traceback.

    python -m benchmarks.evidence.measure_fuzz COUNT [SEED]

Files come from the samples of examples/measure: bytes changed or cut, values replaced, keys renamed, lines repeated.
"""

from __future__ import annotations

import json
import random
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
from advisor.knowledge.packs.load_pack import load_knowledge
from advisor.paths import data_directory

KNOWLEDGE = load_knowledge()
PARAMETERS = KNOWLEDGE.parameters_at(date(2026, 11, 28))
_LINES = 12
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


def main(count: int, seed: int) -> int:
    draw = random.Random(seed)
    files = (data_directory("examples") / "measure").iterdir()
    samples = {path.name: path.read_bytes().decode("latin-1" if path.suffix == ".eval" else "utf-8")
               for path in files if path.suffix != ".toml"}  # fmt: skip
    found: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for place in range(count):
            name = draw.choice(sorted(samples))
            path = Path(folder) / f"log{Path(name).suffix}"
            data = damaged(samples[name], draw)
            path.write_bytes(data.decode().encode("latin-1", "replace") if path.suffix == ".eval" else data)
            try:
                measured(path, name)
                found["read"] += 1
            except AdvisorError as error:
                found["refused"] += 1
                reasons[error.what[:40]] += 1
            except Exception:
                found["traceback"] += 1
                kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{place}-{name}"
                kept.write_bytes(path.read_bytes())
                print(f"{name} number {place}, kept as {kept}\n{traceback.format_exc(limit=-3)}", flush=True)
    print(f"{count:,} files, seed {seed}: {dict(found)}; {len(reasons)} ways of refusing")
    return 1 if found["traceback"] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))

"""The pack that keeps what load tests measured: parameters that `size` and `assess` read like any other pack's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import tomli_w

from advisor.evidence.benchmark import BenchmarkResult, with_benchmark
from advisor.knowledge.packs.pack_paths import MANIFEST
from advisor.knowledge.read_toml import read_table

if TYPE_CHECKING:
    from advisor.interview.measured_files import MeasuredFile
    from advisor.knowledge.parameters import Parameters

PARAMETERS = "rules/parameters/measured-throughput.toml"
SOURCES = "rules/sources.toml"
_HEAD = "# Written by `advisor measure benchmark`: throughput measured over throughput modeled.\n\n"


def benchmark_source(result: BenchmarkResult) -> str:
    """The id under which a measurement is cited as a source."""
    place = result.placement
    return f"own-{place.model.id}-{place.gpu.id}-{place.gpus}-{place.precision}-{result.engine}-{result.on}"


def pack_with(
    files: Mapping[str, bytes], result: BenchmarkResult, sources: Sequence[MeasuredFile], parameters: Parameters
) -> dict[str, bytes]:
    """The pack's files after one more measurement; what was measured before stays."""
    identity, place = benchmark_source(result), result.placement
    known = _table(files, PARAMETERS).get("parameter", [])
    entries = with_benchmark(known, result, identity, parameters)
    cited = [one for one in _table(files, SOURCES).get("source", []) if one["id"] != identity]
    cited.append({
        "id": identity,
        "title": f"Load test of {place.model.title} on {place.gpus}x {place.gpu.title} under {result.engine}",
        "published": result.on,
        "kind": "measurement",
        "publisher": "measured by you",
        "note": "; ".join(f"{one.tool} {one.file} sha256:{one.sha256}" for one in sources),
    })  # fmt: skip
    day = max(one["published"] for one in cited)
    manifest = f'name = "own-benchmarks"\nversion = "{day.year}.{day.month}.{day.day}"\n'
    return {
        PARAMETERS: (_HEAD + tomli_w.dumps({"parameter": entries})).encode(),
        SOURCES: tomli_w.dumps({"source": cited}).encode(),
        MANIFEST: manifest.encode(),
    }


def _table(files: Mapping[str, bytes], path: str) -> dict[str, Any]:
    return read_table(files[path], path) if path in files else {}

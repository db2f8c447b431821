"""Load tests to a correction of the throughput model, and the pack that keeps what they measured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp, fsum, log, sqrt
from statistics import stdev
from typing import TYPE_CHECKING, Any, TypeVar

import tomli_w

from advisor.errors import BadInput, nearest
from advisor.knowledge.pack_files import MANIFEST, read_table
from advisor.sizing.calibration import MEASURED, Calibration, configuration_id, neighbors_id, profile_name
from advisor.sizing.group_model import MILLI, group_models
from advisor.sizing.placement import PRECISIONS, Placement, Precision, RequestShape
from advisor.sizing.throughput import fastest

if TYPE_CHECKING:
    from advisor.evidence.benchmark_files import BenchmarkRun
    from advisor.interview.answers import MeasuredFile
    from advisor.knowledge.catalog import Catalog, OpenModel
    from advisor.knowledge.parameters import Parameters
    from advisor.sizing.calibration import EngineName


# Load tests to a correction of the throughput model: measured over modeled, for a configuration and its neighbors.
#
# What one measurement says of its neighbors follows from two normally distributed deviations with the correlation
# `measurement.neighbor_correlation`: the mean moves by that share of the deviation (as a logarithm), and the
# published band narrows by the root of one less its square.


T = TypeVar("T")
_EIGHTY = 1.2816
"""Standard deviations on either side of the mean that hold 80% of a normal distribution."""
_WORDS: tuple[tuple[Precision, str], ...] = (
    ("fp4", r"nvfp4|mxfp4|(?<![a-z0-9])fp4"), ("fp8", r"(?<![a-z0-9])fp8|w8a8"), ("int4", r"awq|gptq|int4|w4a16|q4_"),
    ("bf16", r"bf16|bfloat16|(?<![a-z0-9])f16"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deployment:
    """What was tested, as far as the user said it; the files may say the rest."""

    gpu: str
    model: str = ""
    gpus: int | None = None
    precision: Precision | None = None
    engine: EngineName | None = None


@dataclass(frozen=True, slots=True)
class ComparedLoad:
    """One load: output tokens a second and times in ms, measured and modeled, and the ratio of the throughputs."""

    run: BenchmarkRun
    tokens_per_second: float
    first_token_ms: float
    inter_token_ms: float
    ratio: float


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """All loads of one configuration, with what they say of it and of its neighbors: measured over modeled."""

    placement: Placement
    engine: str
    loads: tuple[ComparedLoad, ...]
    on: date
    exact: tuple[float, float, float]
    published: tuple[float, float]

    def notes(self) -> list[str]:
        """The configuration, a line for each load, and what follows, one sentence each."""
        place = self.placement
        lines = [f"{place.model.title} in {place.precision} on {place.gpus}× {place.gpu.title} under {self.engine},"
                 f" measured on {self.on}"]  # fmt: skip
        for each in self.loads:
            run = each.run
            lines.append(
                f"{run.concurrency:,.0f} at once, {run.input_tokens:,.0f} tokens in, {run.output_tokens:,.0f} out:"
                f" {run.tokens_per_second:,.0f} tokens/s (modeled {each.tokens_per_second:,.0f}),"
                f" first token {_ms(run.first_token_ms)} ({_ms(each.first_token_ms)}),"
                f" between tokens {_ms(run.inter_token_ms)} ({_ms(each.inter_token_ms)})"
            )
        low, middle, high = self.exact
        lines.append(f"measured over modeled: {middle:.2f} (80% band {low:.2f} to {high:.2f}; of what is published,"
                     f" {self.published[0]:.2f} to {self.published[1]:.2f})")  # fmt: skip
        return lines


def compare(
    runs: Sequence[BenchmarkRun], said: Deployment, catalog: Catalog, parameters: Parameters, day: date | None
) -> BenchmarkResult:
    """Set what was measured against the model; raises BadInput naming what the files leave open, or what cannot be."""
    place = placement_of(runs, said, catalog)
    calibration = replace(Calibration.from_parameters(parameters), measured={})
    on = day or max((run.on for run in runs if run.on), default=None)
    if on is None:
        raise BadInput("--on", "the files do not say when they were made", "give the day of the test: --on YYYY-MM-DD")
    doubt = parameters.number("measurement.benchmark_doubt")
    loads = tuple(_compared(run, place, calibration) for run in runs)
    for each in loads:
        if not 1 / doubt <= each.ratio <= doubt:
            raise BadInput(
                f"{each.run.tool} at {each.run.concurrency:,.0f} at once",
                f"{each.run.tokens_per_second:,.0f} tokens/s is {each.ratio:.3g} times what is modeled",
                "check the unit, the model, the card, their number and the precision",
            )
    logs = [log(each.ratio) for each in loads]
    middle = fsum(logs) / len(logs)
    half = parameters.number("measurement.benchmark_error")
    if len(logs) > 1:
        half = max(half, _EIGHTY * stdev(logs))
    engine = profile_name(place.engine, place.gpu)
    models, _ = group_models(place, _shape(runs[0]), calibration)
    band = calibration.band(place.engine, place.gpu, models[0].shape, saturated=True)
    exact = (exp(middle - half), exp(middle), exp(middle + half))
    return BenchmarkResult(place, engine, loads, on, exact, band)


def neighbors(
    deviations: Sequence[float], published: tuple[float, float], parameters: Parameters
) -> tuple[float, float, float]:
    """What deviations of measured configurations (as ratios) say of their neighbors: low, middle, high."""
    share = parameters.number("measurement.neighbor_correlation")
    middle = share * fsum(map(log, deviations)) / len(deviations)
    half = log(published[1] / published[0]) / 2 * sqrt(1 - share * share)
    return exp(middle - half), exp(middle), exp(middle + half)


def with_benchmark(
    known: Sequence[Mapping[str, Any]], result: BenchmarkResult, source: str, parameters: Parameters
) -> list[dict[str, Any]]:
    """The parameters of a pack after one more measurement; one of the same configuration and day is replaced."""
    place = result.placement
    exact = configuration_id(place.model.id, place.gpu.id, place.gpus, place.precision, result.engine)
    near = neighbors_id(place.model.id, place.gpu.id, result.engine)
    entries = {str(entry["id"]): {**entry} for entry in known}
    named = f"{place.model.title} on {place.gpu.title} under {result.engine}"
    title = f"Throughput measured over modeled: {named}, {place.gpus} to a group, {place.precision}"
    _put(entries, exact, title, result.on, source, result.exact)
    own = [
        entry["value"][-1]["mode"]
        for name, entry in entries.items()
        if name.startswith(f"{MEASURED}{place.model.id}.{place.gpu.id}.") and name.endswith(f".{result.engine}")
        and name != near
    ]  # fmt: skip
    _put(
        entries, near, f"Throughput measured over modeled, carried over to neighbors: {named}", result.on, source,
        neighbors(own, result.published, parameters),
    )  # fmt: skip
    return [entries[name] for name in sorted(entries)]


def _put(
    entries: dict[str, dict[str, Any]], name: str, title: str, on: date, source: str, values: tuple[float, float, float]
) -> None:
    low, mode, high = (float(f"{value:.4g}") for value in values)
    row = {"since": on, "source": source, "grade": "measured", "low": low, "mode": mode, "high": high}
    kept = [one for one in entries.get(name, {}).get("value", ()) if one["since"] != on]
    dated = sorted([*kept, row], key=lambda one: one["since"])
    entries[name] = {"id": name, "title": title, "unit": "multiplier", "value": dated}


def placement_of(runs: Sequence[BenchmarkRun], said: Deployment, catalog: Catalog) -> Placement:
    """Model, card, group size, precision and engine: as said, else as the files say; raises BadInput for the rest."""
    names = sorted({run.model for run in runs if run.model})
    if said.gpu not in catalog.gpus:
        raise BadInput("--gpu", f"{said.gpu!r} is not in the catalog", nearest(said.gpu, catalog.gpus))
    model = _model(names, said.model, catalog)
    precision = said.precision or _precision(names)
    if precision is None:
        raise BadInput("--precision", "the files do not say it", f"give one of {', '.join(PRECISIONS)}")
    gpus = said.gpus or _agreed("--gpus", {run.gpus for run in runs if run.gpus})
    if gpus is None:
        raise BadInput("--gpus", "the files do not say how many cards held the model", "give their number")
    engine = said.engine or _agreed("--engine", {run.engine for run in runs if run.engine})
    if engine is None:
        raise BadInput("--engine", f"{runs[0].tool} tests any server", "say which engine ran: --engine vllm")
    return Placement(model, catalog.gpus[said.gpu], gpus, precision, engine=engine)


def _agreed(option: str, found: set[T]) -> T | None:
    if len(found) > 1:
        listed = ", ".join(sorted(map(str, found)))
        raise BadInput(option, f"the files are of several: {listed}", "measure one configuration at a time")
    return next(iter(found), None)


def _model(names: Sequence[str], said: str, catalog: Catalog) -> OpenModel:
    if said:
        if said not in catalog.models:
            raise BadInput("--model", f"{said!r} is not in the catalog", nearest(said, catalog.models))
        return catalog.models[said]
    found = {name: _catalog_id(name, catalog) for name in names}
    known = {one for one in found.values() if one}
    if len(known) != 1:
        listed = ", ".join(names) or "no model"
        raise BadInput("--model", f"the files name {listed}", "say which model of the catalog it is: --model ID")
    return catalog.models[known.pop()]


def _catalog_id(name: str, catalog: Catalog) -> str:
    """The longest id of the catalog that a published name begins with, whatever follows it."""
    plain = re.sub(r"[\s_]+", "-", name.rsplit("/", 1)[-1].lower()).removeprefix("meta-")
    fitting = [one for one in catalog.models if plain == one or plain.startswith(f"{one}-")]
    return max(fitting, key=len, default="")


def _precision(names: Sequence[str]) -> Precision | None:
    """The precision that a model's name states; the finest where it states several."""
    text = " ".join(names).lower()
    return next((found for found, words in _WORDS if re.search(words, text)), None)


def _compared(run: BenchmarkRun, place: Placement, calibration: Calibration) -> ComparedLoad:
    models, why = group_models(place, _shape(run), calibration)
    fitting = [model for model in models if model.memory.fits]
    if not fitting:
        why = why or max(models, key=lambda model: model.memory.available_gb).memory.reason
        raise BadInput(f"{place.gpus}× {place.gpu.id}", f"does not hold the model by our arithmetic: {why}",
                       "check the card, their number and the precision")  # fmt: skip
    _, served = fastest(fitting, _shape(run), run.concurrency)
    between = served.inter_token * MILLI
    if (run.paced or run.decode_only) and run.inter_token_ms:
        ratio = between / run.inter_token_ms
    else:
        ratio = run.tokens_per_second / served.tokens_per_second
    return ComparedLoad(run, served.tokens_per_second, served.first_token_p50 * MILLI, between, ratio)


def _shape(run: BenchmarkRun) -> RequestShape:
    return RequestShape(max(1.0, run.input_tokens), max(1.0, run.output_tokens))


def _ms(value: float | None) -> str:
    return "not measured" if value is None else f"{value:,.1f} ms"


# The pack that keeps what load tests measured: parameters that `size` and `assess` read like any other pack's.


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

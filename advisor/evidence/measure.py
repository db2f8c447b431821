"""Files to a measurement: what `advisor measure` prints, as answers or as JSON."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from advisor.bounded_read import open_input
from advisor.errors import BadInput
from advisor.evidence.evaluation import evaluate_outcomes
from advisor.evidence.evaluation_files import read_evaluation
from advisor.interview.answers import MeasuredFile

if TYPE_CHECKING:
    from datetime import date

    from advisor.evidence.benchmark import BenchmarkResult, ComparedLoad, Deployment
    from advisor.knowledge.catalog import Catalog
    from advisor.knowledge.parameters import Parameters


# What was measured: the answers, the totals behind them, the rows read and skipped, and the files with digests.


@dataclass(frozen=True, slots=True)
class Measurement:
    """Answers by key, written as in an answers file, and what they were computed from."""

    answers: Mapping[str, str | int | float | bool]
    totals: Mapping[str, int]
    rows_read: int
    skipped: Mapping[str, int]
    sources: Sequence[MeasuredFile]
    notes: Sequence[str] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The object that `measure … --format json` prints."""
        rows = {"read": self.rows_read, "skipped": sum(self.skipped.values()), "why": dict(self.skipped)}
        plain: dict[str, Any] = {"answers": dict(self.answers), "totals": dict(self.totals), "rows": rows}
        plain["measurements"] = [source.table() for source in self._based()]
        return plain | {"notes": list(self.notes)} | dict(self.detail)

    def as_answers(self) -> str:
        """An answers file with these answers and what each rests on; comments name the rows left out."""
        lines = [f"# Rows read: {self.rows_read:,}; skipped: {sum(self.skipped.values()):,}"]
        lines += [f"#   {count:,} {reason}" for reason, count in sorted(self.skipped.items())]
        lines += [f"# {note}" for note in self.notes]
        section = ""
        for key, value in sorted(self.answers.items()):
            table, name = key.split(".", 1)
            if table != section:
                lines += ["", f"[{table}]"]
                section = table
            lines.append(f"{name} = {_written(value)}")
        for each in self._based():
            lines += ["", "[[measurement]]", *tomli_w.dumps(each.table()).splitlines()]
        return "\n".join(lines) + "\n"

    def _based(self) -> list[MeasuredFile]:
        """The sources with the answers that rest on them: all of these."""
        return [replace(each, answers=tuple(sorted(self.answers))) for each in self.sources]


def digest_of(path: Path) -> str:
    """SHA-256 of a file; raises BadInput in one sentence where it cannot be read."""
    try:
        with open_input(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from None


def _sources(
    locations: Sequence[str], tools: Iterable[str], begins: Iterable[str], ends: Iterable[str]
) -> list[MeasuredFile]:
    """What is kept of each file: its name, digest and tool, and the first and last time it says."""
    return [
        MeasuredFile(location, digest_of(Path(location)), tool, begin, end)
        for location, tool, begin, end in zip(locations, tools, begins, ends, strict=False)
    ]


def _written(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else repr(value)


_PASSWORD = re.compile(r"^([a-z]+://[^:/@]*):.*@")


def measure_usage(
    locations: Sequence[str],
    parameters: Parameters,
    *,
    by: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    cached_within_input: bool = True,
    progress: Callable[[float], None] | None = None,
) -> dict[tuple[str, ...], Measurement]:
    """Measure logs together, apart by the dimensions named; raises BadInput naming the file at fault."""
    from advisor.evidence.bills import are_costs
    from advisor.evidence.serving_metrics import are_metrics

    if any(costs := [are_costs(location) for location in locations]):
        if not all(costs) or by:
            raise BadInput("measure usage", "costs are measured alone and as a whole", "name only pages of costs")
        return {(): measure_costs(locations)}
    if any(metrics := [are_metrics(location) for location in locations]):
        if not all(metrics) or by:
            what = "metrics of a server are measured alone and as a whole"
            raise BadInput("measure usage", what, "name only scrapes")
        return {(): measure_metrics(locations, parameters)}
    from advisor.evidence.usage_log import open_logs, together
    from advisor.evidence.usage_summary import answers_from, summarize

    logs = open_logs(locations, mapping, cached_within_input=cached_within_input)
    digests = ["" if "://" in location else digest_of(Path(location)) for location in locations]
    measured: dict[tuple[str, ...], Measurement] = {}
    for group, summary in summarize(together(logs), by, progress).items():
        if by and not summary.hours:
            continue  # rows without a usable count name no group of their own
        found = answers_from(summary, parameters)
        sources = [
            MeasuredFile(_without_password(location), digest, log.source.id, _day(found.begins), _day(found.ends))
            for location, digest, log in zip(locations, digests, logs, strict=True)
        ]
        latency = {
            f"{name}_ms": {"p50": summary.percentile(name, 0.5), "p95": summary.percentile(name, 0.95)}
            for name in ("first_token", "latency")
        }
        detail = {"latency": latency} | ({"group": dict(zip(by, group, strict=True))} if by else {})
        measured[group] = Measurement(
            found.answers, summary.totals, summary.rows, dict(summary.skipped), sources, found.notes, detail
        )
    return measured


def measure_metrics(locations: Sequence[str], parameters: Parameters) -> Measurement:
    """Measure the Prometheus metrics of one server: scrapes of its /metrics, or an answer to a range query."""
    from advisor.evidence.serving_metrics import read_metrics
    from advisor.evidence.usage_summary import volumes_of_metrics

    found = read_metrics(locations)
    answers, notes = volumes_of_metrics(found, parameters)
    sources = _sources(locations, repeat(found.engine), repeat(_day(found.begins)), repeat(_day(found.ends)))
    totals = {"requests": found.totals["requests"], "input_tokens": found.totals["input"],
              "cached_input_tokens": found.totals["cached"], "output_tokens": found.totals["output"]}  # fmt: skip
    latency = {
        f"{name}_ms": {f"p{share}": found.percentile_ms(f"{name}_s", share / 100) for share in (50, 95)}
        for name in ("first_token", "latency")
    }
    return Measurement(answers, totals, len(locations), {}, sources, notes, {"latency": latency})


def measure_costs(locations: Sequence[str]) -> Measurement:
    """Measure pages of a vendor's cost API: the bill of a month of 720 hours, in US dollars."""
    from advisor.evidence.bills import read_costs
    from advisor.evidence.usage_summary import HOURS_PER_MONTH

    found = read_costs(locations)
    monthly = round(float(found.usd) * HOURS_PER_MONTH / found.hours, 2)
    sources = _sources(locations, found.tools, repeat(_day(found.begins)), repeat(_day(found.ends)))
    notes = (f"${found.usd:,.2f} billed in {found.hours / 24:,.1f} days",)
    answers = {"economics.monthly_api_spend_usd": monthly}
    return Measurement(answers, {}, found.lines, found.skipped, sources, notes, {"billed_usd": float(found.usd)})


def measure_evaluation(locations: Sequence[str], hosted: str = "", weights: str = "") -> Measurement:
    """Measure evaluation results together; `hosted` and `weights` name the API's and the open model's candidate."""
    files = [read_evaluation(Path(location)) for location in locations]
    outcomes = [outcome for file in files for outcome in file.outcomes]
    skipped = sum((Counter(file.skipped) for file in files), Counter[str]())
    result = evaluate_outcomes(outcomes, skipped)
    if not hosted and not weights:
        raise BadInput(
            "measure evaluation", f"candidates are {', '.join(result.candidates)}",
            "say which is which: --api CANDIDATE, --open CANDIDATE",
        )  # fmt: skip
    sources = _sources(
        locations, (file.tool for file in files), (file.begins for file in files), (file.ends for file in files)
    )
    totals = {"passed": sum(outcome.passed for outcome in outcomes), "of": len(outcomes)}
    detail = {
        "candidates": {name: asdict(each) for name, each in result.candidates.items()},
        "pairs": [{"first": first, "second": second, **asdict(pair)} for (first, second), pair in result.pairs.items()],
    }
    rows = len(outcomes) + sum(skipped.values())
    return Measurement(result.answers(hosted, weights), totals, rows, skipped, sources, result.notes(), detail)


def measure_benchmark(
    locations: Sequence[str], said: Deployment, catalog: Catalog, parameters: Parameters, day: date | None = None
) -> tuple[Measurement, BenchmarkResult]:
    """Measure load tests of one configuration together; `day` is that of the test, where the files do not say it."""
    from advisor.evidence.benchmark import compare
    from advisor.evidence.benchmark_files import read_benchmark

    full = parameters.number("measurement.full_share")
    files = [read_benchmark(Path(location), full) for location in locations]
    runs = [run for file in files for run in file.runs]
    skipped = sum((Counter(file.skipped) for file in files), Counter[str]())
    result = compare(runs, said, catalog, parameters, day)
    on = result.on.isoformat()
    sources = _sources(locations, (file.tool for file in files), repeat(on), repeat(on))
    low, middle, high = result.exact
    place = result.placement
    detail = {
        "configuration": {"model": place.model.id, "gpu": place.gpu.id, "gpus": place.gpus,
                          "precision": place.precision, "engine": result.engine, "on": on},
        "measured_over_modeled": {"low": low, "mode": middle, "high": high},
        "loads": [_load(each) for each in result.loads],
    }  # fmt: skip
    rows = len(runs) + sum(skipped.values())
    return Measurement({}, {}, rows, skipped, sources, result.notes(), detail), result


def _load(each: ComparedLoad) -> dict[str, float | None]:
    run = each.run
    return {
        "concurrency": run.concurrency, "input_tokens": run.input_tokens, "output_tokens": run.output_tokens,
        "tokens_per_second": run.tokens_per_second, "modeled_tokens_per_second": each.tokens_per_second,
        "first_token_ms": run.first_token_ms, "modeled_first_token_ms": each.first_token_ms,
        "inter_token_ms": run.inter_token_ms, "modeled_inter_token_ms": each.inter_token_ms, "ratio": each.ratio,
    }  # fmt: skip


def _without_password(location: str) -> str:
    """A file's name as it is; a database's address without the password, which no answers file or record may hold."""
    return _PASSWORD.sub(r"\1@", location)


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ")

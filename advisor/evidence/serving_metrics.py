"""Prometheus metrics of vLLM and SGLang: how far their counters and histograms rose between scrapes.

Read: the text that a server's `/metrics` gives, and the JSON that Prometheus answers to a range query. Names as in
vLLM 0.33.0 and SGLang 0.5.23. A counter that fell was restarted and counts from zero (Prometheus' own convention).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from math import inf, isfinite
from pathlib import Path

from advisor.bounded_read import open_input, read_file
from advisor.errors import BadInput

_LARGEST = 256 * 1024 * 1024
_HEAD = 1 << 16
_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+(-?\d+))?\s*$")
_LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')
_STARTED = "process_start_time_seconds"
_MILLI = 1000.0
_COUNTERS: dict[str, dict[str, tuple[str, ...]]] = {
    "vllm": {
        "input": ("vllm:prompt_tokens_total",), "output": ("vllm:generation_tokens_total",),
        "requests": ("vllm:request_success_total",),
        "cached": ("vllm:prompt_tokens_cached_total", "vllm:prefix_cache_hits_total"),
    },
    "sglang": {
        "input": ("sglang:prompt_tokens_total",), "output": ("sglang:generation_tokens_total",),
        "requests": ("sglang:num_requests_total",), "cached": ("sglang:cached_tokens_total",),
    },
}  # fmt: skip
_HISTOGRAMS: dict[str, dict[str, str]] = {
    "vllm": {
        "input": "vllm:request_prompt_tokens", "output": "vllm:request_generation_tokens",
        "first_token_s": "vllm:time_to_first_token_seconds", "latency_s": "vllm:e2e_request_latency_seconds",
    },
    "sglang": {
        "input": "sglang:prompt_tokens_histogram", "output": "sglang:generation_tokens_histogram",
        "first_token_s": "sglang:time_to_first_token_seconds", "latency_s": "sglang:e2e_request_latency_seconds",
    },
}  # fmt: skip


@dataclass(slots=True)
class ServingMetrics:
    """What a server did between the first and the last scrape: sums, and requests by upper bound of each histogram."""

    engine: str
    begins: datetime
    ends: datetime
    totals: dict[str, int] = field(default_factory=dict)
    buckets: dict[str, dict[float, float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """Hours observed."""
        return (self.ends - self.begins).total_seconds() / 3600

    def percentile(self, name: str, share: float) -> float | None:
        """The value below which a share of the requests lie, linear within a bucket; None without any request."""
        counts = sorted(self.buckets.get(name, {}).items())
        if not counts or counts[-1][1] <= 0:
            return None
        target, below, floor = share * counts[-1][1], 0.0, 0.0
        for bound, count in counts:
            if count >= target and count > below:
                return floor if bound == inf else floor + (bound - floor) * (target - below) / (count - below)
            floor, below = (bound, count) if bound != inf else (floor, count)
        return floor

    def percentile_ms(self, name: str, share: float) -> float | None:
        """The same of a histogram in seconds, in milliseconds."""
        seconds = self.percentile(name, share)
        return None if seconds is None else seconds * _MILLI


def are_metrics(location: str) -> bool:
    """Whether a file holds Prometheus metrics, as text or as the answer to a range query."""
    path = Path(location)
    if "://" in location or not path.is_file():
        return False
    with open_input(path) as file:
        head = file.read(_HEAD).decode("utf-8", "replace")
    return '"resultType"' in head or re.search(r"^(# (HELP|TYPE) )?(vllm|sglang):", head, re.MULTILINE) is not None


def read_metrics(locations: Sequence[str]) -> ServingMetrics:
    """Read the scrapes of one server; raises BadInput where they give no span of time or no tokens."""
    series: dict[str, dict[float, float]] = defaultdict(dict)
    notes: list[str] = []
    texts = 0
    for location in locations:
        text = read_file(Path(location), _LARGEST, follow=True).decode("utf-8", "replace")
        asked = text.lstrip().startswith("{")
        texts += not asked
        found = _range(text, location) if asked else _scrape(text, location, notes)
        for name, moment, value in found:
            series[name][moment] = value
    engine = next((each for each, names in _COUNTERS.items() if any(
        _named(series, one) for one in names["output"])), "")  # fmt: skip
    if not engine:
        raise BadInput(locations[0], "holds no count of tokens of vLLM or SGLang", "scrape the server's /metrics whole")
    times = sorted({moment for name, points in series.items() if name.startswith(engine) for moment in points})
    began = max((value for name in _named(series, _STARTED) for value in series[name].values()), default=0.0)
    since_start = len(times) == 1
    if since_start and not 0 < began < times[0]:
        raise BadInput(locations[0], "is one scrape, which names no span of time", "give a later one of the server too")
    if since_start:
        notes.append("one scrape: counted since the server started")
    begins, ends = (datetime.fromtimestamp(each, UTC).replace(tzinfo=None)
                    for each in (began if since_start else times[0], times[-1]))  # fmt: skip
    result = ServingMetrics(engine, begins, ends, notes=notes)
    if texts == len(locations) and not since_start:
        for name, points in series.items():  # a server leaves out what did not happen yet
            if name.startswith(engine):
                points.setdefault(times[0], 0.0)

    def rise(name: str) -> float:
        return sum(_increase(series[one], since_start) for one in _named(series, name))

    for key, names in _COUNTERS[engine].items():
        known = next((name for name in names if _named(series, name)), None)
        result.totals[key] = round(rise(known)) if known else 0
    for key, name in _HISTOGRAMS[engine].items():
        counts: dict[float, float] = defaultdict(float)
        for one in _named(series, f"{name}_bucket"):
            try:
                bound = float(dict(_LABEL.findall(one))["le"])
            except (KeyError, ValueError):
                raise BadInput(locations[0], f"{name} has a bucket without a bound", "scrape it again") from None
            counts[bound] += _increase(series[one], since_start)
        result.buckets[key] = dict(counts)
    return result


def _named(series: Iterable[str], name: str) -> list[str]:
    return [one for one in series if one == name or one.startswith(name + "{")]


def _increase(points: dict[float, float], since_start: bool) -> float:
    values = [points[moment] for moment in sorted(points)]
    if since_start:
        return values[-1]
    return sum(after - before if after >= before else after for before, after in pairwise(values))


def _scrape(text: str, location: str, notes: list[str]) -> Iterator[tuple[str, float, float]]:
    """Samples of one text; without times of their own they are of the file's last change."""
    changed = Path(location).stat().st_mtime
    stamped = True
    for line in text.splitlines():
        match = None if line.startswith("#") else _SAMPLE.match(line)
        value = _number(match[3]) if match else None
        if match is None or value is None:
            continue
        labels = f"{{{match[2]}}}" if match[2] else ""
        stamped = stamped and match[4] is not None
        yield match[1] + labels, float(match[4]) / _MILLI if match[4] else changed, value
    if not stamped:
        notes.append(f"{Path(location).name} says no time: that of its last change is taken")


def _range(text: str, location: str) -> Iterator[tuple[str, float, float]]:
    """Samples of an answer to Prometheus' query_range."""
    try:
        rows = json.loads(text)["data"]["result"]
        for row in rows:
            about = {str(key): str(value) for key, value in row["metric"].items()}
            name = about.pop("__name__")
            labels = ",".join(f'{key}="{value}"' for key, value in sorted(about.items()))
            for moment, value in row["values"]:
                if (number := _number(value)) is not None:
                    yield f"{name}{{{labels}}}", float(moment), number
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise BadInput(
            location, "is not an answer to Prometheus' query_range", "query the plain series by name"
        ) from None


def _number(text: object) -> float | None:
    try:
        value = float(str(text))
    except ValueError:
        return None
    return value if isfinite(value) and value >= 0 else None

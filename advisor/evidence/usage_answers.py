"""From a usage summary to answers of the interview: volumes a month with their range, shape of a request, peak, growth.

Ranges come from a weekly block bootstrap (Künsch 1989): whole weeks are drawn again with replacement, so that daily and
weekly patterns stay together. With fewer weeks than `measurement.weeks_for_range` the range is a stated share instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from advisor.errors import BadInput
from advisor.evidence.usage_summary import Hour, UsageSummary

if TYPE_CHECKING:
    from advisor.evidence.serving_metrics import ServingMetrics
    from advisor.knowledge.parameters import Parameters

HOURS_PER_MONTH = 720
HOURS_PER_WEEK = 168
WEEKS_PER_YEAR = 365 / 7
_RESAMPLES = 2_000
_SEED = 1
_QUIET_END = 8
"""Hours without a request after the last one that still count as observed, where they complete a week."""
Answer = str | int | float | bool


@dataclass(frozen=True, slots=True)
class UsageAnswers:
    """Answers as an answers file writes them, notes on what could not be said, the first and the last hour."""

    answers: dict[str, Answer]
    notes: tuple[str, ...]
    begins: datetime
    ends: datetime


def answers_from(summary: UsageSummary, parameters: Parameters) -> UsageAnswers:
    """Work the answers out; raises BadInput where no row could be used."""
    if not summary.hours:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in summary.skipped.most_common(3))
        raise BadInput("measure usage", "no row could be used", reasons or "the log is empty")
    width = summary.bucket_hours
    begins, ends = min(summary.hours), max(summary.hours) + timedelta(hours=width)
    hours = _series(summary, begins, ends)
    answers: dict[str, Answer] = {}
    notes: list[str] = []
    weeks = len(hours) // HOURS_PER_WEEK
    least = round(parameters.number("measurement.weeks_for_range"))
    if weeks < least:
        notes.append(f"{len(hours):,} hours observed, fewer than {least} weeks: ranges are ±"
                     f"{parameters.number('measurement.short_log_error'):.0%}, not measured")  # fmt: skip
    for key, name in (("requests", "requests"), ("input_tokens", "input"), ("output_tokens", "output")):
        if key == "requests" and not summary.totals["requests"]:
            notes.append("the log does not count requests")
            continue
        series = np.array([getattr(hour, name) for hour in hours], dtype=float)
        low, high = _range(series, weeks >= least, parameters.number("measurement.short_log_error"))
        mean = float(series.mean()) * HOURS_PER_MONTH
        answers[f"volume.{key}"] = _triangle(low, mean, high)
    if width > 1:
        notes.append(f"the log sums up {width} hours at a time: the peak within them cannot be read from it")
    answers |= _shape(summary, hours)
    total = np.array([hour.input + hour.output for hour in hours], dtype=float)
    if width == 1 and total.mean() > 0 and len(hours) >= 24:
        answers["volume.peak_to_average"] = _figure(max(1.0, float(np.quantile(total, 0.95) / total.mean())))
    answers |= _trend(total, weeks, least, parameters)
    if months := int(len(hours) // HOURS_PER_MONTH):
        answers["volume.months_observed"] = months
    return UsageAnswers(answers, tuple(notes), begins, ends)


def volumes_of_metrics(found: ServingMetrics, parameters: Parameters) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """Volumes and lengths from a server's counters, which do not say when load came; raises BadInput for none."""
    totals = found.totals
    if not totals["requests"] or not totals["input"] or found.hours <= 0:
        raise BadInput("measure usage", "the metrics count no request", "scrape again after some work was done")
    if totals["cached"] > totals["input"]:
        raise BadInput("measure usage", "cached input exceeds input", "scrape one server at a time")
    error, month = parameters.number("measurement.short_log_error"), HOURS_PER_MONTH / found.hours
    answers: dict[str, Answer] = {}
    for key, name in (("requests", "requests"), ("input_tokens", "input"), ("output_tokens", "output")):
        volume = totals[name] * month
        answers[f"volume.{key}"] = _triangle(volume * (1 - error), volume, volume * (1 + error))
    for name in ("input", "output"):
        if (mean := totals[name] / totals["requests"]) >= 1:
            low, high = found.percentile(name, 0.1), found.percentile(name, 0.9)
            answers[f"volume.{name}_per_request"] = (
                round(mean) if low is None or high is None
                else _triangle(max(1.0, min(low, mean)), mean, max(high, mean))
            )  # fmt: skip
    answers["volume.cached_share"] = _figure(totals["cached"] / totals["input"])
    said = f"{found.hours:,.1f} hours between scrapes: ranges are ±{error:.0%}, and peaks are not seen"
    return answers, (*found.notes, said)


def _series(summary: UsageSummary, begins: datetime, ends: datetime) -> list[Hour]:
    """Every hour of the period in order, those without a request too."""
    count = int((ends - begins) / timedelta(hours=1))
    if count > 24 * 366 * 10:
        raise BadInput("measure usage", f"rows lie {count // 8766} years apart", "some clock is wrong: filter the log")
    count += -count % HOURS_PER_WEEK if -count % HOURS_PER_WEEK <= _QUIET_END else 0
    empty = Hour()
    return [summary.hours.get(begins + timedelta(hours=place), empty) for place in range(count)]


def _range(series: np.ndarray, measured: bool, error: float) -> tuple[float, float]:
    """10th and 90th percentile of the monthly volume: bootstrap over whole weeks, or a stated error on the mean."""
    month = float(series.mean()) * HOURS_PER_MONTH
    if not measured:
        return month * (1 - error), month * (1 + error)
    weeks = series[: len(series) // HOURS_PER_WEEK * HOURS_PER_WEEK].reshape(-1, HOURS_PER_WEEK).sum(axis=1)
    draws = np.random.Generator(np.random.PCG64(_SEED)).integers(0, len(weeks), (_RESAMPLES, len(weeks)))
    means = weeks[draws].mean(axis=1) * (HOURS_PER_MONTH / HOURS_PER_WEEK)
    low, high = np.quantile(means, [0.1, 0.9])
    return min(float(low), month), max(float(high), month)


def _shape(summary: UsageSummary, hours: list[Hour]) -> dict[str, Answer]:
    """Lengths of a request, shares of cached and of deferrable tokens, and requests at once by Little's law."""
    totals, answers = summary.totals, dict[str, Answer]()
    for key, name in (("input_per_request", "input"), ("output_per_request", "output")):
        low, high = summary.percentile(name, 0.1), summary.percentile(name, 0.9)
        if totals["requests"] and (mean := totals[f"{name}_tokens"] / totals["requests"]) >= 1:
            if low is not None and high is not None:
                answers[f"volume.{key}"] = _triangle(max(1.0, min(low, mean)), mean, max(high, mean))
            else:
                answers[f"volume.{key}"] = round(mean)
    if totals["input_tokens"]:
        answers["volume.cached_share"] = _figure(totals["cached_input_tokens"] / totals["input_tokens"])
    if all_tokens := totals["input_tokens"] + totals["output_tokens"]:
        answers["volume.batch_share"] = _figure(sum(hour.batch for hour in hours) / all_tokens)
    timed = sum(hour.timed for hour in hours)
    if timed:
        seconds = sum(hour.latency_ms for hour in hours) / timed / 1000
        peak = float(np.quantile([hour.requests for hour in hours], 0.95)) / 3600
        if (at_once := peak * seconds) >= 1:
            answers["volume.peak_concurrency"] = round(at_once)
    return answers


def _trend(total: np.ndarray, weeks: int, least: int, parameters: Parameters) -> dict[str, Answer]:
    """Steady or variable by the spread of whole weeks; growth a year by a straight line through them, resampled."""
    if weeks < least:
        return {}
    sums = total[: weeks * HOURS_PER_WEEK].reshape(-1, HOURS_PER_WEEK).sum(axis=1)
    middle, place = sums.mean(), np.arange(weeks) - (weeks - 1) / 2
    if middle <= 0:
        return {}
    slope = float((place * sums).sum() / (place * place).sum())
    rest = sums - middle - slope * place
    spread = float(rest.std() / middle)
    steady = spread <= parameters.number("measurement.steady_spread")
    answers: dict[str, Answer] = {"volume.stability": "steady" if steady else "variable"}
    if weeks >= parameters.number("measurement.weeks_for_growth"):
        noise = np.random.Generator(np.random.PCG64(_SEED)).integers(0, weeks, (_RESAMPLES, weeks))
        slopes = slope + (rest[noise] * place).sum(axis=1) / (place * place).sum()
        low, high = np.quantile(slopes, [0.1, 0.9]) * WEEKS_PER_YEAR / middle
        answers["volume.annual_growth"] = f"{max(low, -0.9):.2f}..{max(high, -0.89):.2f}"
    return answers


def _triangle(low: float, mode: float, high: float) -> Answer:
    """`low..mode..high` in whole units; a plain number where they coincide."""
    ends = [round(low), round(mode), round(high)]
    return ends[0] if ends[0] == ends[2] else "..".join(str(end) for end in ends)


def _figure(value: float) -> float:
    return float(f"{value:.4g}")

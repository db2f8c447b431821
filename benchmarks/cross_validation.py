"""Fit the throughput model to published rows, and predict each row by a fit that did not see it.

Dense figures are fitted on the dense rows of the fitted source together with the latencies; the figures of mixtures of
experts on theirs, with the dense ones held. Every other source is only predicted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np

from advisor.sizing.calibration import Calibration
from advisor.sizing.throughput import band, group
from benchmarks.published_rows import Row
from benchmarks.robust_fit import fit

START = {
    "prefill_efficiency": 0.6, "decode_efficiency": 0.5, "bandwidth_efficiency": 0.9, "fp4_efficiency": 0.7,
    "overhead_gb": 3.0, "layer_us": 30.0, "sync_us": 20.0, "link_efficiency": 0.7,
    "moe_layer_us": 200.0, "expert_passes": 10.0, "expert_efficiency": 0.6, "all_to_all": 0.6,
}  # fmt: skip
"""Where the search begins and what the priors pull to: what kernels and links are commonly seen to reach."""
DENSE = {
    "prefill_efficiency": 0.3, "decode_efficiency": 0.15, "bandwidth_efficiency": 10.0, "fp4_efficiency": 0.15,
    "overhead_gb": 1.0, "layer_us": 0.5, "sync_us": 0.5, "link_efficiency": 0.5,
}  # fmt: skip
MOE = {"moe_layer_us": 0.2, "expert_passes": 0.2, "expert_efficiency": 0.2, "all_to_all": 0.2}
BANDS = ("dense_band_low", "dense_band_high", "moe_band_low", "moe_band_high")
FOLDS = 5
LATENCY_WEIGHT = 0.5
"""Latencies are printed in whole milliseconds, so a row of them says less than a row of throughput."""


@dataclass(frozen=True)
class Held:
    """A row predicted by a fit that did not see it: `ratio` is published over predicted."""

    row: Row
    ratio: float


def predicted(row: Row, calibration: Calibration) -> float:
    return max(group(row.placement, row.shape, calibration, row.batch).tokens_per_second, 1e-3)


def residual(row: Row, calibration: Calibration) -> float:
    if row.inter_token_ms:
        speed = group(row.placement, row.shape, calibration, row.batch)
        return LATENCY_WEIGHT * math.log(speed.inter_token_ms / row.inter_token_ms)
    return math.log(predicted(row, calibration) / row.tokens_per_second)


def refit(rows: list[Row], start: Calibration, free: dict[str, float]) -> Calibration:
    fixed = asdict(start)
    found = fit(lambda point: np.array([residual(row, Calibration(**point)) for row in rows]), fixed, free)
    return Calibration(**found)


def held_out(rows: list[Row], start: Calibration, free: dict[str, float], key: Callable[[Row], object]) -> list[Held]:
    """Leave out each group of rows in turn, its latencies with it, and predict it."""
    held: list[Held] = []
    scored = [row for row in rows if not row.inter_token_ms]
    for left_out in sorted({key(row) for row in scored}, key=str):
        calibration = refit([row for row in rows if key(row) != left_out], start, free)
        held += [
            Held(row, row.tokens_per_second / predicted(row, calibration)) for row in scored if key(row) == left_out
        ]
    return held


def folds(rows: list[Row]) -> Callable[[Row], object]:
    """Whole cells of model and GPU dealt into folds, in an order that no one chose."""
    cells = sorted({row.cell for row in rows})
    order = np.random.default_rng(7).permutation(len(cells))
    dealt = {cells[cell]: place % FOLDS for place, cell in enumerate(order)}
    return lambda row: dealt[row.cell]


def error(ratios: Iterable[float]) -> float:
    return 100 * median(abs(1 / ratio - 1) for ratio in ratios)


def front_end(rows: list[Row], calibration: Calibration) -> float:
    """Median of what the published first-token times leave over the model's own, in ms."""
    bare = Calibration(**{**asdict(calibration), "front_end_ms": 0.0})
    speeds = [(row, group(row.placement, row.shape, bare, row.batch)) for row in rows if row.first_token_ms]
    return median(row.first_token_ms - speed.first_token_ms for row, speed in speeds)


def band_ends(held: list[Held]) -> tuple[float, float]:
    """Tenth and ninetieth percentile over the reference rows, in which every configuration counts alike."""
    low, high = np.quantile([each.ratio for each in held if each.row.reference], [0.1, 0.9])
    return float(low), float(high)


def band_test(held: list[Held]) -> float:
    """Share of rows, in percent, inside a band made from the other models only: what a model never seen may expect."""
    hits = 0
    for each in held:
        low, high = band_ends([other for other in held if other.row.placement.model.id != each.row.placement.model.id])
        hits += low <= each.ratio <= high
    return 100 * hits / len(held)


def inside(rows: Iterable[tuple[Row, float]], calibration: Calibration) -> float:
    """Share of published over predicted ratios within the printed band, in percent."""
    hits = [low <= ratio <= high for row, ratio in rows for low, high in [band(row.placement.model, calibration)]]
    return 100 * sum(hits) / len(hits)


def calibrate(rows: list[Row], start: Calibration) -> tuple[Calibration, dict[str, dict[str, list[Held]]]]:
    """Fit dense figures, then those of mixtures; returns as well what folds and models left out were predicted at."""
    dense = [row for row in rows if row.use == "fit" and row.kind == "dense"]
    moe = [row for row in rows if row.use == "fit" and row.kind == "moe"]
    calibration = refit(dense, start, DENSE)
    held = {"dense": cross_validate(dense, start, DENSE), "moe": cross_validate(moe, calibration, MOE)}
    calibration = refit(moe, calibration, MOE)
    ends = [end for kind in ("dense", "moe") for end in band_ends(held[kind]["one model left out"])]
    found = asdict(calibration) | dict(zip(BANDS, ends, strict=True))
    return Calibration(**{**found, "front_end_ms": front_end(dense, calibration)}), held


def cross_validate(rows: list[Row], start: Calibration, free: dict[str, float]) -> dict[str, list[Held]]:
    return {
        "five folds by model and GPU": held_out(rows, start, free, folds(rows)),
        "one model left out": held_out(rows, start, free, lambda row: row.placement.model.id),
    }

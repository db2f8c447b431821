"""How fast a group of accelerators serves a model: tokens per second at a batch, latency, the batch a target allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from advisor.sizing.memory import MemoryFit, fit
from advisor.sizing.roofline import PassTime, Roofline, roofline

if TYPE_CHECKING:
    from advisor.knowledge.catalog import OpenModel
    from advisor.sizing.calibration import Calibration
    from advisor.sizing.placement import Placement, RequestShape

Bound = Literal["memory-bandwidth", "compute", "capacity"]
GROUP_SIZES = (1, 2, 4, 8, 16)
MILLI = 1000.0
"""Milliseconds per second."""


@dataclass(frozen=True, slots=True)
class GroupSpeed:
    """Steady state of one group: output tokens per second of the whole group at `batch` requests in flight.

    `band_low` and `band_high` multiply `tokens_per_second` into the ends of the 80 % band; latencies are means in ms.
    """

    fits: bool
    batch: int
    tokens_per_second: float
    band_low: float
    band_high: float
    bound: Bound
    first_token_ms: float
    inter_token_ms: float
    memory: MemoryFit
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One decode step of a batch and the prompts read meanwhile: `joining` requests replace those that are done."""

    decode: PassTime
    prefill: PassTime
    joining: float
    front_end_ms: float

    @property
    def seconds(self) -> float:
        """Mean time between two tokens of a request, prompts of others included."""
        return self.decode.seconds + self.joining * self.prefill.seconds

    @property
    def first_token_seconds(self) -> float:
        """Time from a request's arrival to its first token without a queue: front end, its own prompt, one step."""
        return self.front_end_ms / MILLI + self.prefill.seconds + self.decode.seconds


def group(placement: Placement, shape: RequestShape, calibration: Calibration, batch: int | None = None) -> GroupSpeed:
    """Speed of one group at `batch` requests in flight, or at as many as memory and the engine allow.

    Where the model does not fit, every figure is 0 and `reason` holds the arithmetic.
    """
    cap = batch_cap(placement, calibration)
    memory = fit(placement, shape, calibration, cap if batch is None else min(batch, cap))
    low, high = band(placement.model, calibration)
    if not memory.fits:
        return GroupSpeed(False, 0, 0.0, low, high, "capacity", 0.0, 0.0, memory, memory.reason)
    served = memory.batch
    step = step_at(roofline(placement, calibration), shape, served)
    limit = _bound(step, batch is None and served < cap)
    first, inter = step.first_token_seconds * MILLI, step.seconds * MILLI
    return GroupSpeed(True, served, served / step.seconds, low, high, limit, first, inter, memory, memory.reason)


def band(model: OpenModel, calibration: Calibration) -> tuple[float, float]:
    """Multipliers of the 80 % band: mixtures of experts are known less well than dense models."""
    if model.experts:
        return calibration.moe_band_low, calibration.moe_band_high
    return calibration.dense_band_low, calibration.dense_band_high


def batch_cap(placement: Placement, calibration: Calibration) -> int:
    """Count the requests an engine schedules at once: its cap, for every rank that serves requests of its own."""
    return int(calibration.batch_cap) * placement.attention_ranks


def single_stream_ceiling(placement: Placement, calibration: Calibration) -> float:
    """Tokens per second one request cannot exceed: peak bandwidth of the group over the bytes of its active weights."""
    line = roofline(placement, calibration)
    return line.bandwidth / line.weights_read(line.experts_touched(1))


def step_at(line: Roofline, shape: RequestShape, batch: int) -> Step:
    """Time one step at the mean context of requests half through their output."""
    decode = line.decode(batch, shape.input_tokens + shape.output_tokens / 2)
    prefill = line.prefill(shape.input_tokens, shape.cached_tokens)
    return Step(decode, prefill, batch / shape.output_tokens, line.calibration.front_end_ms)


def smallest_group(
    placement: Placement, shape: RequestShape, calibration: Calibration, useful_batch: int = 1
) -> int | None:
    """Fewest GPUs that hold the weights and the cache of `useful_batch` requests; None where no group of them does.

    The group size `placement` itself states is ignored.
    """
    for gpus in GROUP_SIZES:
        if gpus > placement.gpu.max_group:
            break
        if fit(replace(placement, gpus=gpus), shape, calibration).batch >= useful_batch:
            return gpus
    return None


def batch_within(
    placement: Placement,
    shape: RequestShape,
    calibration: Calibration,
    first_token_ms: float | None = None,
    inter_token_ms: float | None = None,
) -> int:
    """Most requests in flight that keep both latencies within their targets; 0 where a single one does not.

    Both latencies grow with the batch, so the answer is found by halving.
    """
    line = roofline(placement, calibration)
    low, high = 0, min(fit(placement, shape, calibration).batch, batch_cap(placement, calibration))
    while low < high:
        middle = (low + high + 1) // 2
        step = step_at(line, shape, middle)
        over = _over(step.first_token_seconds, first_token_ms) or _over(step.seconds, inter_token_ms)
        low, high = (low, middle - 1) if over else (middle, high)
    return low


def _over(seconds: float, target_ms: float | None) -> bool:
    return target_ms is not None and seconds * MILLI > target_ms


def _bound(step: Step, memory_full: bool) -> Bound:
    """Name what would have to grow to go faster: arithmetic, bandwidth, or memory that would share the weights read."""
    decode = step.decode
    if 2 * (step.joining * step.prefill.seconds + decode.arithmetic) > step.seconds:
        return "compute"
    if memory_full and decode.weights > max(decode.products, decode.cache):
        return "capacity"
    return "memory-bandwidth"

"""How fast a group of accelerators serves a model: the best layout at a number of requests in flight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from advisor.sizing.group_model import GroupModel, group_models
from advisor.sizing.load import MILLI, Served, served_closed
from advisor.sizing.measured_placement import band_of
from advisor.sizing.memory import MemoryUse
from advisor.sizing.operating_point import GROUP_SIZES, NOTHING

if TYPE_CHECKING:
    from advisor.sizing.calibration import Calibration
    from advisor.sizing.placement import Placement, RequestShape
    from advisor.sizing.step_time import Bound

TWO_NODES = 16
"""The group of two nodes of eight, where one does not hold a model."""


@dataclass(frozen=True, slots=True)
class GroupSpeed:
    """Steady state of one group: output tokens per second of the whole group at `batch` requests in flight.

    `band_low` and `band_high` multiply `tokens_per_second` into the ends of the 80% band; latencies in ms; `waiting`
    requests have no room and wait for a place.
    """

    fits: bool
    batch: int
    tokens_per_second: float
    band_low: float
    band_high: float
    bound: Bound
    first_token_ms: float
    first_token_p95_ms: float
    inter_token_ms: float
    waiting: float
    layout: str
    memory: MemoryUse
    reason: str


def group(placement: Placement, shape: RequestShape, calibration: Calibration, batch: int | None = None) -> GroupSpeed:
    """Speed of one group with `batch` clients, or with as many as memory and the engine allow.

    Of all layouts that fit, the fastest counts. Where the model does not fit, every figure is 0 and `reason` holds the
    arithmetic.
    """
    models, why = group_models(placement, shape, calibration)
    fitting = [model for model in models if model.memory.fits]
    if not fitting:
        memory = max((model.memory for model in models), key=lambda use: use.available_gb, default=NOTHING)
        reason = why or memory.reason
        return GroupSpeed(False, 0, 0.0, 1.0, 1.0, "capacity", 0.0, 0.0, 0.0, 0.0, "", memory, reason)
    model, served = fastest(fitting, shape, batch)
    low, high = band_of(placement, model.shape, calibration, saturated=batch is None)
    return GroupSpeed(
        True, round(served.flight), served.tokens_per_second, low, high, served.bound, served.first_token_p50 * MILLI,
        served.first_token_p95 * MILLI, served.inter_token * MILLI, served.waiting, str(model.layout), model.memory,
        model.memory.reason,
    )  # fmt: skip


def fastest(models: list[GroupModel], shape: RequestShape, clients: float | None) -> tuple[GroupModel, Served]:
    """Pick the layout that serves so many clients, or as many as it holds, at the highest rate."""
    served = [
        (model, served_closed(
            model.step, shape, clients or model.memory.batch, model.memory.batch,
            memory_bound=model.memory.memory_bound,
        ))
        for model in models
    ]  # fmt: skip
    return max(served, key=lambda pair: pair[1].tokens_per_second)


def single_stream_ceiling(placement: Placement, shape: RequestShape, calibration: Calibration) -> float:
    """Tokens per second one request cannot exceed: peak bandwidth of the group over the bytes of its active weights."""
    models, _ = group_models(placement, shape, calibration)
    return max((model.step.ceiling for model in models), default=0.0)


def smallest_group(
    placement: Placement, shape: RequestShape, calibration: Calibration, useful_batch: int = 1
) -> int | None:
    """Fewest GPUs that hold the weights and the cache of `useful_batch` requests; None where no group of them does."""
    for gpus in (*GROUP_SIZES, TWO_NODES):
        models, _ = group_models(replace(placement, gpus=gpus), shape, calibration)
        if any(model.memory.batch >= useful_batch for model in models):
            return gpus
    return None


def batch_within(
    placement: Placement, shape: RequestShape, calibration: Calibration, first_token_ms: float | None = None,
    inter_token_ms: float | None = None,
) -> int:  # fmt: skip
    """Most requests in flight that keep both latencies within their targets; 0 where a single one does not."""
    models, _ = group_models(placement, shape, calibration)
    fitting = [model for model in models if model.memory.fits]
    low, high = 0, max((model.memory.batch for model in fitting), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        _, served = fastest(fitting, shape, middle)
        over = _over(served.first_token_p50, first_token_ms) or _over(served.inter_token, inter_token_ms)
        low, high = (low, middle - 1) if over else (middle, high)
    return low


def _over(seconds: float, target_ms: float | None) -> bool:
    return target_ms is not None and seconds * MILLI > target_ms

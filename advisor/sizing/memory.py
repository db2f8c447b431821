"""What fits into a group of accelerators: all weights, the KV cache of the requests in flight, overhead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.knowledge.catalog import OpenModel
    from advisor.sizing.calibration import Calibration
    from advisor.sizing.placement import Placement, Precision, RequestShape

BILLION = 1e9
"""Parameters per billion, and bytes per GB."""

CARD_GB = 2.0**30
"""Bytes per GB as accelerators state their memory: a card sold as 80 GB holds 80 GiB, 80 · 2³⁰ bytes."""


@dataclass(frozen=True, slots=True)
class MemoryFit:
    """Memory of the group in GB of 10⁹ bytes; `batch` is how many requests have room for their cache beside weights.

    Where nothing fits, `kv_gb` is the cache that one request would need.
    """

    fits: bool
    weights_gb: float
    kv_gb: float
    overhead_gb: float
    available_gb: float
    batch: int
    reason: str


def bytes_per_weight(model: OpenModel, precision: Precision, calibration: Calibration) -> float:
    """Bytes one weight takes; a checkpoint released in fewer bytes is served as released, unless bf16 unpacks it."""
    stored = calibration.weight_format_bytes(precision)
    if model.native_bytes and precision != "bf16":
        return min(stored, model.native_bytes)
    return stored


def weight_bytes(model: OpenModel, precision: Precision, calibration: Calibration) -> float:
    """Bytes of one copy of all weights: every expert is resident, so total parameters count."""
    return model.total_b * BILLION * bytes_per_weight(model, precision, calibration)


def expert_parameters(model: OpenModel) -> float:
    """Parameters of one expert over all layers: (total − active) ÷ (experts − routed); 0 for a dense model."""
    idle = model.experts - model.routed
    return (model.total_b - model.active_b) * BILLION / idle if idle > 0 else 0.0


def shared_parameters(model: OpenModel) -> float:
    """Parameters every token passes: attention, embeddings, dense and shared feed-forward."""
    return model.active_b * BILLION - model.routed * expert_parameters(model)


def resident_weight_bytes(placement: Placement, calibration: Calibration) -> float:
    """Bytes of weights over the group; attention data parallel keeps a copy of the shared weights on every GPU."""
    width = bytes_per_weight(placement.model, placement.precision, calibration)
    copies = placement.attention_ranks - 1
    return (placement.model.total_b * BILLION + copies * shared_parameters(placement.model)) * width


def kv_bytes_per_token(placement: Placement, calibration: Calibration) -> float:
    """Bytes of cache per token of context over the group, every layer attending to all of it."""
    return placement.model.layers * kv_bytes_per_layer(placement, calibration)


def kv_bytes_per_layer(placement: Placement, calibration: Calibration) -> float:
    """Bytes of cache per token and layer over the group.

    Grouped-query: 2 · KV heads · head dimension · bytes, a head copied where tensor parallelism outnumbers the heads.
    Multi-head latent: (rank + rope) · bytes, copied to every tensor-parallel rank. Engines quantize the cache together
    with products in eight or four bits.
    """
    model, split = placement.model, placement.gpus // placement.attention_ranks
    narrow = placement.multiplied in ("fp8", "fp4")
    width = calibration.kv_bytes_quantized if narrow else calibration.kv_bytes_full
    if model.mla_rank:
        return (model.mla_rank + model.rope_dim) * width * split
    return 2 * max(model.kv_heads, split) * model.head_dim * width


def attended_layer_tokens(model: OpenModel, tokens: float) -> float:
    """Layers × tokens attended to at a context length; sliding windows and chunks see only the last tokens of it."""
    windowed = model.window_layers if model.window else 0
    return (model.layers - windowed) * tokens + windowed * min(tokens, model.window)


def fit(
    placement: Placement, shape: RequestShape, calibration: Calibration, concurrency: int | None = None
) -> MemoryFit:
    """Place a model on a group and count the requests that fit, at most `concurrency` (None: all that memory holds)."""
    available = placement.gpus * placement.gpu.memory_gb * CARD_GB
    if not placement.model.has_shape:
        unknown = f"{placement.model.id}: its layers and heads are not known, so that no fleet can be sized for it"
        return MemoryFit(False, 0.0, 0.0, 0.0, available / BILLION, 0, unknown)
    weights = resident_weight_bytes(placement, calibration)
    overhead = available * (1 - calibration.usable_memory) + placement.gpus * calibration.overhead_gb * BILLION
    held = shape.input_tokens + calibration.output_reserved * shape.output_tokens
    request = kv_bytes_per_layer(placement, calibration) * attended_layer_tokens(placement.model, held)
    room = available - weights - overhead
    batch = int(room // request) if room > 0 else 0
    wanted = batch if concurrency is None else min(batch, concurrency)
    reason = _reason(placement, (weights, overhead, request, available), batch)
    figures = (weights, max(wanted, 1) * request, overhead, available)
    weights_gb, kv_gb, overhead_gb, available_gb = (part / BILLION for part in figures)
    return MemoryFit(batch > 0, weights_gb, kv_gb, overhead_gb, available_gb, wanted, reason)


def _reason(placement: Placement, parts: tuple[float, float, float, float], batch: int) -> str:
    weights, overhead, request, available = (part / BILLION for part in parts)
    needs = f"{placement.model.id}: {weights:,.1f} GB of {placement.precision} weights + {overhead:,.1f} GB overhead"
    has = f"the {available:,.1f} GB of {placement.gpus}× {placement.gpu.id} ({placement.gpu.memory_gb:,.0f} GiB each)"
    if batch > 0:
        return f"{needs} leave room for {batch:,} requests of {request:,.3f} GB each in {has}"
    total = weights + overhead + request
    return f"{needs} + {request:,.3f} GB of cache for one request = {total:,.1f} GB exceed {has}"

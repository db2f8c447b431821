"""The global figures of the throughput and memory model, and those of each engine class; all are parameters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal, get_args

from advisor.errors import BadInput, nearest

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu
    from advisor.knowledge.parameters import Parameters

PREFIX = "throughput."
EngineName = Literal["tensorrt-llm", "vllm", "sglang", "llama.cpp"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)
"""What a person can ask for."""
ROCM = "rocm"
"""vLLM on AMD accelerators behaves as an engine of its own; it follows from the card."""
EARLY = "tensorrt-llm-2024"
"""Engines compiled ahead of time, as published until early 2025: kept for what they explain of older measurements."""
PROFILES = (*ENGINES, ROCM, EARLY)


@dataclass(frozen=True, slots=True)
class EngineProfile:
    """What an engine class changes; every field is a parameter `throughput.<engine>.<field>`.

    Times in µs per layer, collective, step, or request and step; efficiencies and shares 0–1.
    """

    layer_us: float
    expert_layer_us: float
    sync_us: float
    prefill_layer_us: float
    step_us: float
    request_us: float
    front_end_ms: float
    bandwidth_efficiency: float
    prefill_efficiency: float
    decode_efficiency: float
    memory_fraction: float
    output_reserved: float
    batch_cap: float
    bytes_int4: float
    quantizes_tables: float
    quantizes_cache: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """One number per physical effect, none of a single model; every plain field is a parameter `throughput.<field>`."""

    bytes_bf16: float
    bytes_fp8: float
    bytes_fp4: float
    kv_bytes_full: float
    kv_bytes_quantized: float
    overhead_gb: float
    fp4_efficiency: float
    link_efficiency: float
    link_gbs_unstated: float
    node_gbs: float
    expert_passes: float
    expert_efficiency: float
    expert_imbalance: float
    all_to_all: float
    rank_layer_us: float
    cache_efficiency: float
    prompt_wait: float
    step_wait: float
    engines: dict[str, EngineProfile]

    def engine(self, name: str | None, gpu: Gpu) -> EngineProfile:
        """Return the profile of an engine on a card; the usual one for the card where none is named."""
        chosen = engine_name(name, gpu)
        return self.engines[ROCM if chosen == "vllm" and gpu.platform == "rocm" else chosen]

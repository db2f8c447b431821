"""The global figures of the throughput and memory model, fitted once for every model and accelerator."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.knowledge.parameters import Parameters
    from advisor.sizing.placement import Precision

PREFIX = "throughput."


@dataclass(frozen=True, slots=True)
class Calibration:
    """One number per physical effect, none of a single model; every field is a parameter `throughput.<field>`.

    Efficiencies and shares are 0–1, times are in the unit their name ends with, bands multiply the central estimate.
    """

    bytes_bf16: float
    bytes_fp8: float
    bytes_fp4: float
    bytes_int4: float
    kv_bytes_full: float
    kv_bytes_quantized: float
    usable_memory: float
    overhead_gb: float
    batch_cap: float
    output_reserved: float
    prefill_efficiency: float
    decode_efficiency: float
    bandwidth_efficiency: float
    fp4_efficiency: float
    layer_us: float
    sync_us: float
    link_efficiency: float
    link_gbs_unstated: float
    moe_layer_us: float
    expert_passes: float
    expert_efficiency: float
    all_to_all: float
    front_end_ms: float
    dense_band_low: float
    dense_band_high: float
    moe_band_low: float
    moe_band_high: float

    @classmethod
    def from_parameters(cls, parameters: Parameters) -> Calibration:
        """Read every field from its parameter; raises BadKnowledge for one that is missing."""
        return cls(**{field.name: parameters.number(PREFIX + field.name) for field in fields(cls)})

    def weight_format_bytes(self, precision: Precision) -> float:
        """Bytes per weight as stored, block scales included."""
        stored = {"bf16": self.bytes_bf16, "fp8": self.bytes_fp8, "fp4": self.bytes_fp4, "int4": self.bytes_int4}
        return stored[precision]

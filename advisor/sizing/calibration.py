"""The figures of the throughput and memory model, by engine class, and what somebody measured of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from datetime import date

    from advisor.knowledge.catalog import Gpu
    from advisor.knowledge.parameters import Parameters, Range
    from advisor.sizing.model_shape import ModelShape


# Throughput that somebody measured: how far the hardware beside it was off the model, and how sure that is.
#
# Parameters `throughput.measured.…` of a pack hold it: throughput measured over throughput modeled, as a range. One
# id names a configuration (model, card, group size, precision, engine), one what follows for its neighbors: the same
# model on the same card under the same engine, at another group size or precision.


MEASURED = "throughput.measured."


@dataclass(frozen=True, slots=True)
class OwnMeasurement:
    """Throughput measured over throughput modeled; `low` and `high` multiply it into the ends of its 80% band."""

    parameter: str
    ratio: float
    low: float
    high: float
    on: date
    exact: bool

    @property
    def sentence(self) -> str:
        """Where the speed comes from, as a verdict says it."""
        if self.exact:
            return f"its speed was measured by you on {self.on}"
        return f"its speed is modeled, corrected by what you measured on {self.on} of another group size or precision"


def configuration_id(model: str, gpu: str, gpus: int, precision: str, engine: str) -> str:
    """The parameter of one configuration."""
    return f"{MEASURED}{model}.{gpu}.{gpus}.{precision}.{engine}"


def neighbors_id(model: str, gpu: str, engine: str) -> str:
    """The parameter of what a measurement says of a configuration's neighbors."""
    return f"{MEASURED}{model}.{gpu}.neighbors.{engine}"


def own_measurements(parameters: Parameters) -> Mapping[str, OwnMeasurement]:
    """Every measurement known on the day, by parameter; one that was made later is not known yet."""
    found = {}
    for name, dated in parameters.values.items():
        if name.startswith(MEASURED) and dated.since <= parameters.as_of:
            known = dated.range
            middle = known.point
            found[name] = OwnMeasurement(
                name, middle, known.low / middle, known.high / middle, dated.since, ".neighbors." not in name
            )
    return found


# The global figures of the throughput and memory model, and those of each engine class; all are parameters.


PREFIX = "throughput."
EngineName = Literal["tensorrt-llm", "vllm", "sglang", "llama.cpp"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)
"""What a person can ask for."""
ROCM = "rocm"
"""vLLM on AMD accelerators behaves as an engine of its own; it follows from the card."""
EARLY = "tensorrt-llm-2024"
"""Engines compiled ahead of time, as published until early 2025: kept for what they explain of older measurements."""
BANDED = ("tensorrt-llm", "stock", ROCM, "llama.cpp")
KINDS = ("dense", "mixture", "latent")
LOADS = ("saturated", "interactive")
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
    cache_efficiency: float
    memory_fraction: float
    fraction_of_free: float
    output_reserved: float
    batch_cap: float
    batch_cap_small: float
    sampled_bytes: float
    states_kept: float
    trial_run_gb: float
    group_gb: float
    bytes_int4: float
    quantizes_tables: float
    quantizes_cache: float
    keeps_windows: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """One number per physical effect, none of a single model; every plain field is a parameter `throughput.<field>`.

    `bands` are the 80% bands of throughput, by engine class, kind of model and load; `measured` what users measured.
    """

    bytes_bf16: float
    bytes_fp8: float
    bytes_fp4: float
    kv_bytes_full: float
    kv_bytes_quantized: float
    overhead_gb: float
    visible_share: float
    unified_share: float
    large_card_gb: float
    planned_room: float
    expert_tile: float
    knee_share: float
    fp4_pj: float
    link_efficiency: float
    link_gbs_unstated: float
    node_gbs: float
    expert_passes: float
    expert_efficiency: float
    expert_imbalance: float
    all_to_all: float
    stage_wait: float
    bus_gbs: float
    rank_layer_us: float
    prompt_wait: float
    step_wait: float
    widened_efficiency: float
    wide_batch: float
    activation_passes: float
    activations_whole: float
    latent_efficiency: float
    expert_prompt_us: float
    latent_prompt_us: float
    pace_trtllm_019: float
    pace_trtllm_021: float
    host_gbs: float
    adapter_rank: float
    draft_accepted: Range
    adapter_throughput: Range
    across_nodes: Range
    engines: Mapping[str, EngineProfile]
    bands: Mapping[str, Range]
    measured: Mapping[str, OwnMeasurement] = field(default_factory=dict)

    @classmethod
    def from_parameters(cls, parameters: Parameters) -> Calibration:
        """Read every figure from its parameter; raises BadKnowledge for one that is missing."""
        engines = {
            name: EngineProfile(
                **{f.name: parameters.number(f"throughput.{name}.{f.name}") for f in fields(EngineProfile)}
            )
            for name in PROFILES
        }
        bands = {
            f"{name}.{kind}.{load}": parameters.range(f"throughput.band.{name}.{kind}.{load}")
            for name in BANDED for kind in KINDS for load in LOADS
        }  # fmt: skip
        ranges = {
            name: parameters.range(PREFIX + name) for name in ("draft_accepted", "adapter_throughput", "across_nodes")
        }
        apart = ("engines", "bands", "measured", *ranges)
        plain = {f.name: parameters.number(PREFIX + f.name) for f in fields(cls) if f.name not in apart}
        read: dict[str, Any] = {**plain, **ranges}
        return cls(**read, engines=engines, bands=bands, measured=own_measurements(parameters))

    def engine(self, name: EngineName | None, gpu: Gpu) -> EngineProfile:
        """Return the profile of an engine on a card; the usual one for the card where none is named."""
        return self.engines[profile_name(name, gpu)]

    def band(
        self, name: EngineName | None, gpu: Gpu, shape: ModelShape, *, saturated: bool
    ) -> tuple[float, float]:  # fmt: skip
        """Multipliers of throughput that hold 80% of what is published, for models that took no part in a fit."""
        kind = "latent" if shape.latent else "mixture" if shape.mixture else "dense"
        load = "saturated" if saturated else "interactive"
        band = self.bands[f"{banded(profile_name(name, gpu))}.{kind}.{load}"]
        return band.low, band.high


def profile_name(name: EngineName | None, gpu: Gpu) -> str:
    """Name the profile: what is asked for, else how most people run such a card; AMD's cards have their own."""
    usual = "llama.cpp" if gpu.workstation or gpu.platform == "metal" else "vllm"
    chosen = name or usual
    return ROCM if chosen in ("vllm", "sglang") and gpu.platform == "rocm" else chosen


def banded(profile: str) -> str:
    """Class whose band a profile takes: vLLM and SGLang share one."""
    return "stock" if profile in ("vllm", "sglang") else profile

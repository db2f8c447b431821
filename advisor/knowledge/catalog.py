"""Models, prices and hardware: figures that age, each with its date, source and grade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from advisor.knowledge.grades import Grade
from advisor.knowledge.model_layers import LayerGroup

Acquisition = Literal["on-demand", "reserved", "spot", "owned"]


@dataclass(frozen=True, slots=True)
class OpenModel:
    """An open-weights model: parameters in billions; attention is multi-head latent where `mla_rank` is above 0.

    `groups` are its layers by kind as the published configuration gives them; without them the totals are spread over
    like layers. `vocab` rows of the embedding table, which a `tied` model also uses as its output head.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    title: str
    family: str
    kind: Literal["dense", "moe"]
    total_b: float
    active_b: float
    layers: int
    kv_heads: int
    head_dim: int
    query_heads: int
    hidden: int
    context: int
    license: str
    released: date
    source: str
    grade: Grade
    checked: date
    experts: int = 0
    routed: int = 0
    mla_rank: int = 0
    rope_dim: int = 0
    window: int = 0
    window_layers: int = 0
    native_bytes: float = 0.0
    vocab: int = 0
    tied: bool = False
    groups: tuple[LayerGroup, ...] = ()
    modalities: tuple[str, ...] = ("text",)
    coding: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class GpuPrice:
    """Dollars per GPU-hour by way of acquisition, over the listings seen; `mode` where a median is known."""

    __pydantic_config__ = {"extra": "forbid"}

    acquisition: Acquisition
    low: float
    high: float
    since: date
    source: str
    grade: Grade
    mode: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Gpu:
    """An accelerator: memory in GB, bandwidth in GB/s, dense TFLOPS by precision, board watts, purchase in USD.

    `link_gbs` is what its links to others of a group move, both directions together, in GB/s; 0 means not stated.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    title: str
    memory_gb: float
    bandwidth_gbs: float
    bf16_tflops: float
    watts: float
    source: str
    grade: Grade
    checked: date
    fp8_tflops: float = 0.0
    fp4_tflops: float = 0.0
    link_gbs: float = 0.0
    max_group: int = 8
    platform: Literal["cuda", "rocm", "metal", "tpu", "neuron", "gaudi"] = "cuda"
    workstation: bool = False
    purchase_low_usd: float = 0.0
    purchase_high_usd: float = 0.0
    purchase_source: str = ""
    purchase_grade: Grade = "recalled"
    prices: tuple[GpuPrice, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """Dollars per million tokens of one provider, tier and region from one day on; an optional 0 means not offered."""

    __pydantic_config__ = {"extra": "forbid"}

    provider: str
    since: date
    input: float
    output: float
    source: str
    grade: Grade
    tier: str = "standard"
    region: str = ""
    cache_read: float = 0.0
    cache_write: float = 0.0
    batch_input: float = 0.0
    batch_output: float = 0.0
    long_context_above: int = 0
    long_input: float = 0.0
    long_output: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class ApiModel:
    """A vendor's own model behind its API; `frontier` marks the class that open models do not reach."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    title: str
    vendor: str
    frontier: bool
    prices: tuple[TokenPrice, ...]
    multimodal: bool = False
    context: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class ManagedModel:
    """An open model's prices at the providers that run it; `id` is the open model's."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    prices: tuple[TokenPrice, ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider contractually offers for regulated data; an unknown offer counts as not offered."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    title: str
    routes: tuple[str, ...]
    source: str
    grade: Grade
    checked: date
    regions: tuple[str, ...] = ()
    baa: bool = False
    zero_retention: bool = False
    no_training: bool = False
    fine_tuning: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All tables, by id."""

    models: dict[str, OpenModel]
    gpus: dict[str, Gpu]
    api: dict[str, ApiModel]
    managed: dict[str, ManagedModel]
    providers: dict[str, Provider]

"""Models and their layers, prices and hardware: figures that age, each with its date, source and grade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from advisor.knowledge.parameters import AS_IN_FILES, Grade

# Layers of an open model as its published configuration gives them: what each keeps per token, what it computes.


Attention = Literal["full", "window", "latent", "linear", "none"]


_LayerAmount = Annotated[float, Field(ge=0, lt=1e15, allow_inf_nan=False)]
_Count = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class LayerGroup:
    """`count` layers alike; parameters in millions per layer, caches in values per token.

    `full` and `window` attention keep 2 · KV heads · head dimension values per token (keys may differ from values in
    `value_dim`), a window only its last `window` tokens. `latent` keeps `latent` values, whatever the heads. `linear`
    (state-space and delta-rule layers as well) keeps `state_values` per request and nothing per token. Sparse layers
    attend to at most `selected` tokens and keep `index_dim` more values for choosing them; compressed caches keep
    `kept_share` of the tokens. `attention_m` counts projections, `ffn_m` what every token passes (shared experts,
    router), `expert_m` one routed expert.
    """

    __pydantic_config__ = {"extra": "forbid"}

    count: Annotated[int, Field(gt=0)]
    attention: Attention = "full"
    query_heads: _Count = 0
    kv_heads: _Count = 0
    head_dim: _Count = 0
    value_dim: _Count = 0
    window: _Count = 0
    latent: _Count = 0
    selected: _Count = 0
    index_dim: _Count = 0
    kept_share: _LayerAmount = 1.0
    state_values: _Count = 0
    attention_m: _LayerAmount = 0.0
    ffn_m: _LayerAmount = 0.0
    experts: _Count = 0
    routed: _Count = 0
    expert_m: _LayerAmount = 0.0


Acquisition = Literal["on-demand", "reserved", "spot", "owned", "serverless"]
Capability = Literal["small", "mid", "large", "frontier"]
CAPABILITIES: tuple[Capability, ...] = ("small", "mid", "large", "frontier")
ProviderKind = Literal["vendor", "cloud", "inference"]

# Dollars per million tokens: no token costs a dollar, so that a figure in a wrong unit is refused when it is read.
_Charge = Annotated[float, Field(gt=0, lt=1e6, allow_inf_nan=False)]
_Optional = Annotated[float, Field(ge=0, lt=1e6, allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_Amount = Annotated[float, Field(ge=0, lt=1e9, allow_inf_nan=False)]
_Hourly = Annotated[float, Field(gt=0, lt=1e5, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class OpenModel:
    """An open-weights model: what it is sold as, and the shape that decides memory and speed.

    Parameters are in billions; attention is multi-head latent where `mla_rank` is above 0. A model whose shape is not
    known (`has_shape` is false) can be bought from providers and not be hosted. `groups` are its layers by kind as the
    published configuration gives them; without them the totals are spread over like layers. `vocab` rows of the
    embedding table, which a `tied` model also uses as its output head.
    """

    __pydantic_config__ = AS_IN_FILES

    id: str
    title: str
    family: str
    context: _Count
    license: str
    source: str
    grade: Grade
    checked: date
    capability: Capability
    capability_source: str
    capability_grade: Grade
    capability_since: date
    kind: Literal["dense", "moe"] = "dense"
    total_b: _Amount = 0.0
    active_b: _Amount = 0.0
    layers: _Count = 0
    kv_heads: _Count = 0
    head_dim: _Count = 0
    query_heads: _Count = 0
    hidden: _Count = 0
    experts: _Count = 0
    routed: _Count = 0
    mla_rank: _Count = 0
    rope_dim: _Count = 0
    window: _Count = 0
    window_layers: _Count = 0
    native_bytes: _Amount = 0.0
    vocab: _Count = 0
    tied: bool = False
    groups: tuple[LayerGroup, ...] = ()
    modalities: tuple[str, ...] = ("text",)
    released: date | None = None
    max_output: _Count = 0
    fine_tuning: bool | None = None
    coding: bool = False
    list_names: tuple[str, ...] = ()
    note: str = ""

    @property
    def has_shape(self) -> bool:
        """Whether layers, heads and parameters are known, so that a fleet can be sized."""
        return self.layers > 0 and self.total_b > 0


@dataclass(frozen=True, slots=True)
class GpuPrice:
    """Dollars per GPU-hour by way of acquisition, over the listings seen; `mode` where a median is known.

    A `serverless` hour is billed by the second while a GPU starts, works, or waits to be switched off.
    """

    __pydantic_config__ = {"extra": "forbid"}

    acquisition: Acquisition
    low: _Hourly
    high: _Hourly
    since: date
    source: str
    grade: Grade
    mode: _Hourly | None = None
    note: str = ""

    @property
    def is_rent(self) -> bool:
        """Whether it is rent around the clock: neither a purchase nor billed by the second of use."""
        return self.acquisition not in ("owned", "serverless")


@dataclass(frozen=True, slots=True)
class Gpu:
    """An accelerator: memory in GB, bandwidth in GB/s, dense TFLOPS by precision, board watts, purchase in USD.

    `link_gbs` is what its links to others of a group move, both directions together, in GB/s; 0 means not stated.
    `sliceable`: the Multi-Instance GPU guide lists it with profiles of 1, 2 and 3 of its 7 compute slices.
    """

    __pydantic_config__ = AS_IN_FILES

    id: str
    title: str
    memory_gb: _Amount
    bandwidth_gbs: _Amount
    bf16_tflops: _Amount
    watts: _Amount
    source: str
    grade: Grade
    checked: date
    fp8_tflops: _Amount = 0.0
    fp4_tflops: _Amount = 0.0
    link_gbs: _Amount = 0.0
    max_group: _Count = 8
    platform: Literal["cuda", "rocm", "metal", "tpu", "neuron", "gaudi"] = "cuda"
    workstation: bool = False
    sliceable: bool = False
    purchase_low_usd: _Amount = 0.0
    purchase_high_usd: _Amount = 0.0
    purchase_source: str = ""
    purchase_grade: Grade = "recalled"
    prices: tuple[GpuPrice, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriceStep:
    """Dollars per million tokens of every request whose prompt is longer than `above` tokens; 0 means not stated."""

    __pydantic_config__ = {"extra": "forbid"}

    above: Annotated[int, Field(gt=0)]
    input: _Charge
    output: _Charge
    cache_read: _Optional = 0.0
    cache_write: _Optional = 0.0
    cache_write_1h: _Optional = 0.0
    cache_write_12h: _Optional = 0.0
    batch_input: _Optional = 0.0
    batch_output: _Optional = 0.0
    batch_cache_read: _Optional = 0.0
    batch_cache_write: _Optional = 0.0
    reasoning_output: _Optional = 0.0


@dataclass(frozen=True, slots=True)
class OtherCharge:
    """What a list charges besides text tokens (a search, an image, a second of audio): its name there, dollars each.

    No bill holds it, because no answer says how many there are.
    """

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    usd: _Optional


@dataclass(frozen=True, slots=True)
class OffPeak:
    """Dollars per million tokens in the off-peak hours; `share` is their part of the week's 168 hours."""

    __pydantic_config__ = {"extra": "forbid"}

    share: _Share
    input: _Charge
    output: _Charge
    cache_read: _Optional = 0.0
    cache_write: _Optional = 0.0
    hours: str = ""


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """Dollars per million tokens of one provider, tier and region, from `since` until the day before `until`.

    An optional 0 means not offered at a price of its own. `cache_write` keeps for some minutes. `steps` hold for whole
    requests beyond a prompt length, `off_peak` for off-peak hours. `list_key` is the entry of the list the row was read
    from, `checked` the last day a list confirmed it. Prices of images, audio and video are per million of their tokens;
    `other` are charges that are not by the token. `context` is the endpoint's where a list says less than the model
    holds, `images` whether the endpoint takes them, None where no list says so.
    """

    __pydantic_config__ = AS_IN_FILES

    provider: str
    since: date
    input: _Charge
    output: _Charge
    source: str
    grade: Grade
    tier: str = "standard"
    region: str = ""
    until: date | None = None
    checked: date | None = None
    list_key: str = ""
    cache_read: _Optional = 0.0
    cache_write: _Optional = 0.0
    cache_write_1h: _Optional = 0.0
    cache_write_12h: _Optional = 0.0
    batch_input: _Optional = 0.0
    batch_output: _Optional = 0.0
    batch_cache_read: _Optional = 0.0
    batch_cache_write: _Optional = 0.0
    reasoning_output: _Optional = 0.0
    image_input: _Optional = 0.0
    audio_input: _Optional = 0.0
    video_input: _Optional = 0.0
    image_output: _Optional = 0.0
    audio_output: _Optional = 0.0
    context: _Count = 0
    max_output: _Count = 0
    images: bool | None = None
    steps: tuple[PriceStep, ...] = ()
    off_peak: OffPeak | None = None
    other: tuple[OtherCharge, ...] = ()
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Provider, region and tier: what one model's rows are told apart by."""
        return self.provider, self.region, self.tier

    def in_force(self, day: date) -> bool:
        """Whether the row has begun and not ended on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class ApiModel:
    """A vendor's own model behind its API; `open_weights` is the open model's id where the weights are published.

    `fine_tuning` is whether anybody tunes it on a customer's data, None where nothing was found; `tuned_factor` is what
    its vendor asks for a token of the tuned model over one of the model as it is, 0 where no list says.
    """

    __pydantic_config__ = AS_IN_FILES

    id: str
    title: str
    vendor: str
    prices: tuple[TokenPrice, ...]
    context: _Count
    capability: Capability
    capability_source: str
    capability_grade: Grade
    capability_since: date
    max_output: _Count = 0
    modalities: tuple[str, ...] = ("text",)
    fine_tuning: bool | None = None
    tuned_factor: _Amount = 0.0
    fine_tuning_source: str = ""
    fine_tuning_grade: Grade = "unverified"
    released: date | None = None
    open_weights: str = ""
    list_names: tuple[str, ...] = ()
    note: str = ""

    @property
    def frontier(self) -> bool:
        """Whether it belongs to the class that open models do not reach."""
        return self.capability == "frontier"


@dataclass(frozen=True, slots=True)
class ManagedModel:
    """An open model's prices at the providers that run it; `id` is the open model's."""

    __pydantic_config__ = AS_IN_FILES

    id: str
    prices: tuple[TokenPrice, ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """Who sells tokens and what the contract offers: each offer is True, False, or None where nothing was found.

    A vendor sells its own models, a cloud sells inside the user's account, an inference provider serves open weights.
    `authorizations` (`fedramp-high`, `il5`) hold in `authorized_regions`, or everywhere where none are named.
    `vendor` is whose models are a vendor's own; `list_names` are the names under which price lists know the provider.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    title: str
    kind: ProviderKind
    routes: tuple[str, ...]
    source: str
    grade: Grade
    checked: date
    regions: tuple[str, ...] = ()
    baa: bool | None = None
    zero_retention: bool | None = None
    no_training: bool | None = None
    fine_tuning: bool | None = None
    authorizations: tuple[str, ...] = ()
    authorized_regions: tuple[str, ...] = ()
    vendor: str = ""
    list_names: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A seller in the price lists whose rows the catalog does not take, and why; `id` is its name in the list.

    `price_list` names the one list that is meant; left out, every list is.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    because: str
    price_list: Literal["", "litellm", "genai-prices"] = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All tables, by id."""

    models: dict[str, OpenModel]
    gpus: dict[str, Gpu]
    api: dict[str, ApiModel]
    managed: dict[str, ManagedModel]
    providers: dict[str, Provider]
    left_out: dict[str, LeftOut] = field(default_factory=dict)

    def leaves_out(self, seller: str, price_list: str) -> bool:
        """Whether the rows of a seller, by its name in a price list, are not taken from that list."""
        found = self.left_out.get(seller)
        return found is not None and found.price_list in ("", price_list)

    def rents_known_by(self, day: date) -> Catalog:
        """The same with the prices of a GPU's hour that were known on a day: what is dated after it is unknown then."""
        later = {name: gpu for name, gpu in self.gpus.items() if any(price.since > day for price in gpu.prices)}
        known = {
            name: replace(gpu, prices=tuple(price for price in gpu.prices if price.since <= day))
            for name, gpu in later.items()
        }
        return replace(self, gpus=self.gpus | known) if known else self

    def token_prices(self) -> Iterator[tuple[str, TokenPrice]]:
        """Every token price with the id of the model it is for: vendors' own models first."""
        for table in (self.api, self.managed):
            for model in table.values():
                yield from ((model.id, row) for row in model.prices)

    def prices_by_start(self) -> list[tuple[str, TokenPrice]]:
        """The same in the order of the days on which they begin."""
        return sorted(self.token_prices(), key=lambda pair: pair[1].since)

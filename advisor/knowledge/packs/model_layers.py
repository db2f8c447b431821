"""Layers of an open model as its published configuration gives them: what each keeps per token, what it computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

Attention = Literal["full", "window", "latent", "linear", "none"]


_Amount = Annotated[float, Field(ge=0, lt=1e15, allow_inf_nan=False)]
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
    kept_share: _Amount = 1.0
    state_values: _Count = 0
    attention_m: _Amount = 0.0
    ffn_m: _Amount = 0.0
    experts: _Count = 0
    routed: _Count = 0
    expert_m: _Amount = 0.0

"""Layers of an open model as its published configuration gives them: what each keeps per token, what it computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Attention = Literal["full", "window", "latent", "linear", "none"]


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

    count: int
    attention: Attention = "full"
    query_heads: int = 0
    kv_heads: int = 0
    head_dim: int = 0
    value_dim: int = 0
    window: int = 0
    latent: int = 0
    selected: int = 0
    index_dim: int = 0
    kept_share: float = 1.0
    state_values: int = 0
    attention_m: float = 0.0
    ffn_m: float = 0.0
    experts: int = 0
    routed: int = 0
    expert_m: float = 0.0

"""What one layer keeps per request, reads per token and attends to, by kind of attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.knowledge.packs.model_layers import LayerGroup

STATE_BYTES = 2.0
"""States are counted in values of 16 bits; those kept in 32 bits are counted twice where they are read."""
INDEX_BYTES = 1.0
"""Keys that only choose which tokens to attend to are kept in eight bits."""


def values_per_token(group: LayerGroup) -> int:
    """Values that one token of context keeps in one layer."""
    return group.latent or group.kv_heads * (group.head_dim + (group.value_dim or group.head_dim))


def kept_bytes(group: LayerGroup, context: float, kv_bytes: float, *, whole: bool = False) -> float:
    """Bytes of cache that one request of `context` tokens keeps in one layer.

    With `whole` the engine keeps all tokens of a layer that attends to a window.
    """
    if group.attention == "linear":
        return STATE_BYTES * group.state_values
    if group.attention == "none":
        return 0.0
    if group.attention == "window":
        return (context if whole else min(context, group.window)) * values_per_token(group) * kv_bytes
    local = min(context, group.window) if group.window else 0.0
    kept = context * group.kept_share
    return (kept + local) * values_per_token(group) * kv_bytes + kept * group.index_dim * INDEX_BYTES


def attended_tokens(group: LayerGroup, context: float) -> float:
    """Tokens that one new token attends to in one layer."""
    if group.attention == "linear":
        return 0.0
    if group.attention == "window":
        return min(context, group.window)
    kept = context * group.kept_share
    if group.selected:
        kept = min(kept, group.selected)
    return kept + (min(context, group.window) if group.window else 0.0)


def read_bytes(group: LayerGroup, context: float, kv_bytes: float) -> float:
    """Bytes of cache that one new token of one request reads in one layer; a state is read and written."""
    if group.attention == "linear":
        return 2 * STATE_BYTES * group.state_values
    index = context * group.kept_share * group.index_dim * INDEX_BYTES
    return attended_tokens(group, context) * values_per_token(group) * kv_bytes + index


def prompt_pairs(group: LayerGroup, tokens: float) -> float:
    """Pairs of tokens of which the later attends to the earlier, in one layer."""
    limit = group.window if group.attention == "window" else group.selected
    seen = min(tokens, limit) if limit else tokens
    return tokens * seen - seen * seen / 2


def kv_split(group: LayerGroup, tensor: int) -> float:
    """Parts into which a request's cache is split over tensor ranks: KV heads at most; a latent is copied to each."""
    if group.latent:
        return 1.0
    return float(min(tensor, group.kv_heads) if group.kv_heads else tensor)

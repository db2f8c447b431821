"""A model as the sizing sees it, from the catalog or its published configuration: layers, caches, bytes per weight."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from math import fsum
from typing import TYPE_CHECKING

import tomli_w

from advisor.knowledge.catalog import Capability, LayerGroup, OpenModel

if TYPE_CHECKING:
    from pathlib import Path

    from advisor.sizing.hf_config import PublishedModel


# What one layer keeps per request, reads per token and attends to, by kind of attention.


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


MILLION = 1e6
BILLION = 1e9


@dataclass(frozen=True, slots=True)
class ModelShape:
    """Parameters by part: `embedding` is looked up and not read whole, `head` is read for every step.

    A tied model has one table for both: it is stored once (`embedding` 0) and read as its `head`.
    """

    groups: tuple[LayerGroup, ...]
    hidden: int
    embedding: float
    head: float
    context: int

    @property
    def layers(self) -> int:
        """Layers of all groups."""
        return sum(group.count for group in self.groups)

    @property
    def attention(self) -> float:
        """Parameters of attention, state-space and linear layers' projections."""
        return MILLION * fsum(group.count * group.attention_m for group in self.groups)

    @property
    def feed_forward(self) -> float:
        """Parameters of feed-forward parts that every token passes: dense layers, shared experts, routers."""
        return MILLION * fsum(group.count * group.ffn_m for group in self.groups)

    @property
    def routed_experts(self) -> float:
        """Parameters of all routed experts."""
        return MILLION * fsum(group.count * group.experts * group.expert_m for group in self.groups)

    @property
    def total(self) -> float:
        """All parameters, embeddings included."""
        return self.attention + self.feed_forward + self.routed_experts + self.embedding + self.head

    @property
    def active(self) -> float:
        """Parameters a token meets: shared ones and the experts it is routed to."""
        chosen = MILLION * fsum(group.count * group.routed * group.expert_m for group in self.groups)
        return self.attention + self.feed_forward + chosen + self.head

    @property
    def mixture(self) -> bool:
        """Whether any layer routes tokens to experts."""
        return any(group.experts for group in self.groups)

    @property
    def latent(self) -> bool:
        """Whether attention keeps one latent vector per token, which tensor parallelism copies to every rank."""
        return any(group.latent for group in self.groups)


@lru_cache(maxsize=256)
def shape_of(model: OpenModel) -> ModelShape:
    """Return the layer groups of a catalog row, or derive them from its totals where it lists none."""
    tables = float(model.vocab * model.hidden)
    embedding, head = (0.0, tables) if model.tied else (tables, tables)
    if model.groups:
        return ModelShape(model.groups, model.hidden, embedding, head, model.context)
    return ModelShape(_groups_from_totals(model, embedding + head), model.hidden, embedding, head, model.context)


def _groups_from_totals(model: OpenModel, tables: float) -> tuple[LayerGroup, ...]:
    """Split published totals over like layers: expert = (total − active) ÷ (experts − routed)."""
    idle = model.experts - model.routed
    expert = (model.total_b - model.active_b) * BILLION / idle / model.layers if idle > 0 else 0.0
    shared = (model.active_b * BILLION - tables) / model.layers - model.routed * expert
    width = (2 * model.query_heads + 2 * model.kv_heads) * model.head_dim
    attention = min(shared, float(model.hidden * width)) if not model.mla_rank else shared / 2
    like = LayerGroup(
        model.layers, "full", model.query_heads, model.kv_heads, model.head_dim,
        attention_m=attention / MILLION, ffn_m=(shared - attention) / MILLION,
        experts=model.experts, routed=model.routed, expert_m=expert / MILLION,
    )  # fmt: skip
    if model.mla_rank:
        return (replace(like, attention="latent", latent=model.mla_rank + model.rope_dim),)
    windowed = model.window_layers if model.window else 0
    groups = (
        replace(like, count=windowed, attention="window", window=model.window),
        replace(like, count=model.layers - windowed),
    )
    return tuple(group for group in groups if group.count)


# A model read from its published configuration, as a row of the catalog: to be sized, and to be written down.


UNDATED = date(1970, 1, 1)
UNSTATED = "unstated"
"""A configuration states no license, and not how good the model is."""


def as_model(published: PublishedModel, path: Path) -> OpenModel:
    """Turn a configuration into a catalog row; its license, class and release day are not in it."""
    groups, hidden = published.groups, published.hidden
    tables = published.vocab * hidden * (1 if published.tied else 2)
    total = fsum(g.count * (g.attention_m + g.ffn_m + g.experts * g.expert_m) for g in groups) * MILLION + tables
    active = fsum(g.count * (g.attention_m + g.ffn_m + g.routed * g.expert_m) for g in groups) * MILLION + tables
    first = next((g for g in groups if g.query_heads), groups[0])
    mixture = max(groups, key=lambda g: g.experts)
    latent = max((g.latent for g in groups), default=0)
    kept = published.quantization
    name = path.resolve().parent.name or published.name
    return OpenModel(
        id=name, title=name, family=published.name, kind="moe" if mixture.experts else "dense",
        total_b=round(total / BILLION, 3), active_b=round(active / BILLION, 3), layers=sum(g.count for g in groups),
        kv_heads=first.kv_heads, head_dim=first.head_dim, query_heads=first.query_heads, hidden=hidden,
        context=published.context, license=UNSTATED, source="model-configurations",
        grade="reported", checked=UNDATED, capability="mid", capability_source=UNSTATED, capability_grade="modelled",
        capability_since=UNDATED, experts=mixture.experts, routed=mixture.routed, mla_rank=latent,
        native_bytes=0.0 if kept is None else kept.expert if mixture.experts else kept.feed_forward,
        vocab=published.vocab, tied=published.tied, groups=groups,
    )  # fmt: skip


def model_pack(
    published: PublishedModel, path: Path, license_id: str, capability: Capability, day: date
) -> tuple[dict[str, bytes], OpenModel]:
    """Write a pack that adds the model to the catalog: its files by path, and the model itself."""
    name = path.resolve().parent.name
    model = replace(
        as_model(published, path), license=license_id, checked=day, capability=capability,
        capability_source="judgement", capability_since=day,
    )  # fmt: skip
    row: dict[str, object] = {}
    for field in fields(model):
        value = getattr(model, field.name)
        if field.name not in ("groups", "modalities", "list_names", "note") and value not in (0, 0.0, "", False, None):
            row[field.name] = value
    row["note"] = "read from the model's configuration"
    row["group"] = [_group(group) for group in model.groups]
    tables: dict[str, dict[str, object]] = {
        "rules/catalog/models.toml": {"model": [row]},
        "rules/pack.toml": {
            "name": re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"),
            "version": f"{day.year}.{day.month}.{day.day}",
        },
    }
    return {where: tomli_w.dumps(table).encode() for where, table in tables.items()}, model


def parts_text(model: OpenModel) -> str:
    """Say what was read: parameters, context, and a line for each kind of layer."""
    lines = [f"{model.id}: {model.total_b:,.1f}B parameters, {model.active_b:,.1f}B active, context {model.context:,}"]
    for group in model.groups:
        experts = f", {group.routed} of {group.experts} experts" if group.experts else ""
        window = f" over {group.window:,} tokens" if group.window else ""
        lines.append(f"  {group.count} layers, {group.attention} attention{window}{experts}")
    return "\n".join(lines)


def _group(group: LayerGroup) -> dict[str, object]:
    row: dict[str, object] = {}
    for field in fields(group):
        value = getattr(group, field.name)
        if field.name == "count" or value != field.default:
            row[field.name] = round(value, 3) if field.name.endswith("_m") else value
    return row

"""A model as the sizing sees it: groups of like layers, embeddings, and bytes per weight by part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from advisor.knowledge.packs.model_layers import LayerGroup

if TYPE_CHECKING:
    from advisor.knowledge.catalog import OpenModel

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
        return MILLION * sum(group.count * group.attention_m for group in self.groups)

    @property
    def feed_forward(self) -> float:
        """Parameters of feed-forward parts that every token passes: dense layers, shared experts, routers."""
        return MILLION * sum(group.count * group.ffn_m for group in self.groups)

    @property
    def routed_experts(self) -> float:
        """Parameters of all routed experts."""
        return MILLION * sum(group.count * group.experts * group.expert_m for group in self.groups)

    @property
    def total(self) -> float:
        """All parameters, embeddings included."""
        return self.attention + self.feed_forward + self.routed_experts + self.embedding + self.head

    @property
    def active(self) -> float:
        """Parameters a token meets: shared ones and the experts it is routed to."""
        chosen = MILLION * sum(group.count * group.routed * group.expert_m for group in self.groups)
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

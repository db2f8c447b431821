"""A model read from its published configuration, as a row of the catalog: to be sized, and to be written down."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING

import tomli_w

from advisor.knowledge.catalog import Capability, OpenModel
from advisor.knowledge.packs.model_layers import LayerGroup
from advisor.sizing.model.model_shape import BILLION, MILLION

if TYPE_CHECKING:
    from pathlib import Path

    from advisor.sizing.model.hf_config import PublishedModel

UNDATED = date(1970, 1, 1)
UNSTATED = "unstated"
"""A configuration states no license, and not how good the model is."""


def as_model(published: PublishedModel, path: Path) -> OpenModel:
    """Turn a configuration into a catalog row; its license, class and release day are not in it."""
    groups, hidden = published.groups, published.hidden
    tables = published.vocab * hidden * (1 if published.tied else 2)
    total = sum(g.count * (g.attention_m + g.ffn_m + g.experts * g.expert_m) for g in groups) * MILLION + tables
    active = sum(g.count * (g.attention_m + g.ffn_m + g.routed * g.expert_m) for g in groups) * MILLION + tables
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

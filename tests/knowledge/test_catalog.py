"""The catalog holds every model and accelerator promised, with shapes that give the published cache sizes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from advisor.knowledge.catalog import Gpu, OpenModel
from advisor.knowledge.labels import catalog_label
from advisor.knowledge.load_pack import load_knowledge

KNOWLEDGE = load_knowledge()
CATALOG = KNOWLEDGE.catalog
API = {"claude-opus-4.8", "claude-sonnet-4.6", "gpt-5.5", "gpt-5.4", "gpt-5.4-mini", "deepseek-v4-flash"}
GPUS = {"a100-80gb", "h100-sxm", "h100-pcie", "h200", "b200", "l40s", "l4", "rtx-5090", "m4-max", "mi300x"}
OPEN = {
    "llama-3.3-70b", "llama-3.1-8b", "llama-3.1-405b", "llama-4-scout", "llama-4-maverick", "qwen3-32b",
    "qwen3-235b-a22b", "qwen3-30b-a3b", "qwen2.5-coder-32b", "gpt-oss-120b", "gpt-oss-20b", "deepseek-v3",
    "deepseek-r1", "mistral-small-3", "gemma-3-27b", "gemma-4-31b", "command-a", "kimi-k2", "devstral-2",
}  # fmt: skip
BF16_CACHE_BYTES_PER_TOKEN = {
    "llama-3.1-8b": 131_072,
    "llama-3.3-70b": 327_680,
    "llama-3.1-405b": 516_096,
    "qwen3-235b-a22b": 192_512,
    "deepseek-v3": 70_272,
    "deepseek-r1": 70_272,
}
# memory GB, bandwidth GB/s, bf16 and fp8 dense TFLOPS, watts
DATA_SHEETS = {
    "a100-80gb": (80, 2039, 312, 0, 400),
    "h100-sxm": (80, 3350, 989, 1979, 700),
    "h100-pcie": (80, 2000, 756, 1513, 350),
    "h200": (141, 4800, 989, 1979, 700),
    "b200": (180, 8000, 2250, 4500, 1000),
    "l40s": (48, 864, 362, 733, 350),
    "l4": (24, 300, 121, 242, 72),
    "rtx-5090": (32, 1792, 210, 419, 575),
    "m4-max": (128, 546, 34, 0, 140),
    "mi300x": (192, 5300, 1307, 2615, 750),
}


def test_every_promised_id_is_there() -> None:
    assert set(CATALOG.api) >= API
    assert set(CATALOG.gpus) >= GPUS
    assert set(CATALOG.models) >= OPEN
    assert set(CATALOG.managed) >= OPEN


@pytest.mark.parametrize("model", BF16_CACHE_BYTES_PER_TOKEN)
def test_a_shape_gives_the_published_cache_size(model: str) -> None:
    shape = CATALOG.models[model]
    heads = Decimal(2) * shape.kv_heads * shape.head_dim
    per_layer = Decimal(shape.mla_rank + shape.rope_dim) if shape.mla_rank else heads
    assert shape.layers * per_layer * 2 == BF16_CACHE_BYTES_PER_TOKEN[model]


def test_a_model_without_a_shape_can_be_bought_and_not_be_hosted() -> None:
    for model in CATALOG.models.values():
        assert model.has_shape == all((model.total_b, model.active_b, model.layers, model.hidden, model.query_heads))
    assert not CATALOG.models["command-a-plus"].has_shape


@pytest.mark.parametrize("model", [one for one in CATALOG.models.values() if one.has_shape], ids=lambda model: model.id)
def test_a_shape_is_of_one_piece(model: OpenModel) -> None:
    assert model.query_heads % model.kv_heads == 0
    assert 0 <= model.window_layers < model.layers
    assert (model.window > 0) == (model.window_layers > 0)
    assert model.active_b <= model.total_b
    assert (model.kind == "moe") == (model.routed > 0) == (model.experts > model.routed)
    assert (model.kind == "dense") == (model.active_b == model.total_b)
    latent = sum(group.count for group in model.groups if group.attention == "latent")
    assert (model.mla_rank > 0) == (model.rope_dim > 0 or latent > 0)
    assert model.license in KNOWLEDGE.licenses


@pytest.mark.parametrize(
    ("model", "window", "layers"),
    [
        ("llama-4-scout", 8192, 36), ("llama-4-maverick", 8192, 36), ("gemma-3-27b", 1024, 52),
        ("gemma-4-31b", 1024, 50), ("gpt-oss-120b", 128, 18), ("gpt-oss-20b", 128, 12), ("command-a", 4096, 48),
    ],
)  # fmt: skip
def test_windowed_attention_is_known(model: str, window: int, layers: int) -> None:
    assert (CATALOG.models[model].window, CATALOG.models[model].window_layers) == (window, layers)


@pytest.mark.parametrize("gpu", DATA_SHEETS)
def test_an_accelerator_has_its_data_sheet(gpu: str) -> None:
    card = CATALOG.gpus[gpu]
    assert (card.memory_gb, card.bandwidth_gbs, card.bf16_tflops, card.fp8_tflops, card.watts) == DATA_SHEETS[gpu]


def test_the_h100_is_priced_every_way() -> None:
    seen = {price.acquisition: (price.low, price.mode, price.high) for price in CATALOG.gpus["h100-sxm"].prices}
    assert seen == {
        "on-demand": (1.99, 2.95, 5.00),
        "reserved": (1.70, 2.35, 3.50),
        "spot": (1.65, None, 1.99),
        "owned": (1.30, None, 1.30),
        "serverless": (3.9492, 4.176, 5.49),
    }


@pytest.mark.parametrize(
    ("gpu", "low", "high"),
    [
        ("a100-80gb", 0.80, 3.00), ("h100-pcie", 1.99, 3.51), ("h200", 2.50, 7.00), ("b200", 5.98, 10.57),
        ("l40s", 0.79, 2.25), ("l4", 0.44, 0.78), ("rtx-5090", 0.69, 1.22), ("mi300x", 1.40, 1.55),
    ],
)  # fmt: skip
def test_listings_keep_the_range_seen(gpu: str, low: float, high: float) -> None:
    listing = next(price for price in CATALOG.gpus[gpu].prices if price.acquisition == "on-demand")
    assert (listing.low, listing.high) == (low, high)


@pytest.mark.parametrize("card", CATALOG.gpus.values(), ids=lambda card: card.id)
def test_an_accelerator_can_be_had(card: Gpu) -> None:
    """A card that nobody lists is priced as its nearest; every promised one has prices of its own."""
    assert 0 <= card.purchase_low_usd <= card.purchase_high_usd
    assert card.purchase_low_usd > 0 or card.id not in GPUS
    ways = [price.acquisition for price in card.prices]
    assert len(ways) == len(set(ways))
    assert card.workstation or card.id not in GPUS or {"on-demand", "reserved", "spot"} <= set(ways)
    assert ways or card.id not in GPUS or card.workstation
    for price in card.prices:
        assert 0 < price.low <= (price.mode or price.low) <= price.high


def test_a_person_reads_the_title_of_everything_in_the_catalog() -> None:
    tables = (CATALOG.api, CATALOG.models, CATALOG.gpus, CATALOG.providers)
    assert [name for table in tables for name, each in table.items() if catalog_label(name) != each.title] == []


def test_every_figure_names_a_source_that_is_listed() -> None:
    listings = [price.source for gpu in CATALOG.gpus.values() for price in gpu.prices]
    tables = (CATALOG.api.values(), CATALOG.managed.values())
    tokens = [price for table in tables for model in table for price in model.prices]
    entries = [
        *(model.source for model in CATALOG.models.values()),
        *(gpu.source for gpu in CATALOG.gpus.values()),
        *(gpu.purchase_source for gpu in CATALOG.gpus.values() if gpu.purchase_high_usd),
        *(provider.source for provider in CATALOG.providers.values()),
        *(price.source for price in tokens),
    ]
    assert {*listings, *entries} <= set(KNOWLEDGE.sources)
    assert {price.provider for price in tokens} <= set(CATALOG.providers)

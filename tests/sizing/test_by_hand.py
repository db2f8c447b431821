"""A dense and a mixed model small enough to count by hand: parts, refusals, measurements, prices, search results."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from advisor.knowledge.catalog import GpuPrice, LayerGroup, OpenModel
from advisor.knowledge.parameters import DatedValue, Parameters
from advisor.sizing.calibration import Calibration, OwnMeasurement, banded, own_measurements, profile_name
from advisor.sizing.group_model import group_models, refusal
from advisor.sizing.hf_config import parse_config
from advisor.sizing.memory import adapter_bytes, draft_cache_bytes, draft_weight_bytes
from advisor.sizing.model_shape import ModelShape, as_model, model_pack, parts_text, shape_of
from advisor.sizing.placement import Layout, RequestShape, WeightFormat, band_of, own_measurement
from advisor.sizing.sizing_report import LoadAsked, hourly_price, size
from advisor.sizing.throughput import ServiceTargets, fastest_point, operating_points
from tests.sizing.common import CALIBRATION, GPUS, MODELS, PARAMETERS, SHAPE, place

DAY = date(2026, 11, 28)
DENSE = LayerGroup(3, "full", 4, 2, 16, attention_m=2.0, ffn_m=3.0)
MIXED = LayerGroup(2, "window", 4, 2, 16, window=8, attention_m=2.0, ffn_m=1.0, experts=8, routed=2, expert_m=0.5)
TINY = ModelShape((DENSE, MIXED), 64, 1e6, 2e6, 4096)
LLAMA = place("llama-3.1-8b", "h100-sxm", 1, "bf16")


def test_parts_add_up() -> None:
    assert TINY.layers == 5
    assert (TINY.attention, TINY.feed_forward, TINY.routed_experts) == (10e6, 11e6, 8e6)
    assert TINY.total == 10e6 + 11e6 + 8e6 + 1e6 + 2e6
    assert TINY.active == 10e6 + 11e6 + 2 * 2 * 0.5e6 + 2e6  # the table that is looked up is not read
    assert (TINY.mixture, TINY.latent) == (True, False)
    kept = WeightFormat(2.0, 1.0, 0.5, 2.0, 4.0, 2.0, "bf16")
    assert kept.total(TINY) == 20e6 + 11e6 + 4e6 + 4e6 + 4e6
    half = kept.weighing(TINY, 21.5e6)
    assert half.total(TINY) == pytest.approx(21.5e6)
    assert (half.attention, half.expert, half.kv) == (1.0, 0.25, 2.0)


def test_an_adapter_is_two_thin_matrices_beside_each_product() -> None:
    """Rank 4 in 16 bits: 4 · 64 + 2 · 64 + 2 · 32 beside attention, 3 · (64 + width) beside a dense feed-forward."""
    width = 3e6 / 3 / 64
    values = 3 * (448 + 3 * (64 + width)) + 2 * 448
    assert adapter_bytes(TINY, Layout(1), 4, 2.0) == pytest.approx(values * 4 * 2)
    assert adapter_bytes(TINY, Layout(2, pipeline=2), 4, 2.0) == pytest.approx(values * 2)


def test_a_draft_layer_is_one_more_like_the_mean_one() -> None:
    assert draft_weight_bytes(TINY, Layout(1), 2.0) == pytest.approx(2 * (21e6 + 8e6) / 5)
    spread = Layout(1, data=2, expert=True)
    assert draft_weight_bytes(TINY, spread, 2.0) == pytest.approx(2 * (21e6 / 5 + 8e6 / 5 / 2))
    assert draft_weight_bytes(TINY, Layout(2, pipeline=2), 2.0) == pytest.approx(2 * 29e6 / 5 / 4)
    # the widest cache of a layer, and the states of linear layers for each token proposed
    assert draft_cache_bytes(TINY, Layout(1), 2.0, 100, 3) == 100 * 2 * 32 * 2
    assert draft_cache_bytes(TINY, Layout(2), 2.0, 100, 3) == 100 * 2 * 32
    hybrid = ModelShape((LayerGroup(4, "linear", state_values=50),), 64, 0, 0, 0)
    assert draft_cache_bytes(hybrid, Layout(1), 2.0, 100, 3) == 100 + 3 * 4 * 100
    assert draft_cache_bytes(hybrid, Layout(2, pipeline=2), 2.0, 100, 3) == 50 + 3 * 4 * 100 / 2 / 2


def listed(**changed: object) -> OpenModel:
    """A model of which only totals are published: 10 layers of 64, heads of 16."""
    plain = replace(
        MODELS["llama-3.1-8b"], groups=(), total_b=0.002, active_b=0.002, layers=10, kv_heads=2, head_dim=16,
        query_heads=4, hidden=64, experts=0, routed=0, mla_rank=0, window=0, window_layers=0, vocab=1000, tied=False,
    )  # fmt: skip
    return replace(plain, **changed)  # type: ignore[arg-type]


def test_totals_are_spread_over_like_layers() -> None:
    """2 M less two tables of 64,000 are 187,200 a layer, of which attention takes 64 · 12 · 16."""
    (dense,) = shape_of(listed()).groups
    assert (dense.count, dense.attention, dense.query_heads, dense.kv_heads, dense.head_dim) == (10, "full", 4, 2, 16)
    assert (dense.attention_m, dense.ffn_m) == pytest.approx((0.012288, 0.1872 - 0.012288))
    (tied,) = shape_of(listed(tied=True)).groups
    assert tied.attention_m + tied.ffn_m == pytest.approx(0.1936)
    assert (shape_of(listed(tied=True)).embedding, shape_of(listed(tied=True)).head) == (0.0, 64_000.0)
    window, full = shape_of(listed(window=128, window_layers=7)).groups
    assert [(each.attention, each.count, each.window) for each in (window, full)] == [
        ("window", 7, 128),
        ("full", 3, 0),
    ]
    (latent,) = shape_of(listed(mla_rank=8, rope_dim=4)).groups
    assert (latent.attention, latent.latent) == ("latent", 12)
    assert latent.attention_m == pytest.approx(0.0936)


def test_experts_share_what_a_token_does_not_meet() -> None:
    """3 M in all and 1.8 M met: 1.2 M idle in 6 of 8 experts of 10 layers are 20,000 each."""
    (group,) = shape_of(listed(total_b=0.003, active_b=0.0018, experts=8, routed=2)).groups
    assert (group.experts, group.routed) == (8, 2)
    assert group.expert_m == pytest.approx(0.02)
    assert group.attention_m + group.ffn_m == pytest.approx((1.8 - 0.128) / 10 - 2 * 0.02)


def test_what_was_read_of_a_configuration_is_told_and_written_as_a_pack(tmp_path: Path) -> None:
    small = {
        "num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
        "vocab_size": 1000, "max_position_embeddings": 4096, "num_experts": 8, "num_experts_per_tok": 2,
        "moe_intermediate_size": 200_000, "sliding_window": 8, "quantization_config": {"quant_method": "fp8"},
    }  # fmt: skip
    path = tmp_path / "Own Model-2" / "config.json"
    read = parse_config(small, str(path))
    model = as_model(read, path)
    assert (model.kind, model.experts, model.routed, model.native_bytes, model.layers) == ("moe", 8, 2, 1.0, 2)
    # 16 experts of 3 · 64 · 200,000, of which 4 are met; the rest is some 154,000
    assert (model.total_b, model.active_b) == (0.615, 0.154)
    assert parts_text(model) == (
        "Own Model-2: 0.6B parameters, 0.2B active, context 4,096\n"
        "  2 layers, window attention over 8 tokens, 2 of 8 experts"
    )
    files, written = model_pack(read, path, "mit", "mid", DAY)
    assert sorted(files) == ["rules/catalog/models.toml", "rules/pack.toml"]
    assert (written.license, written.capability, written.checked) == ("mit", "mid", DAY)
    assert b'name = "own-model-2"' in files["rules/pack.toml"]
    assert b'version = "2026.11.28"' in files["rules/pack.toml"]
    text = files["rules/catalog/models.toml"].decode()
    assert "[[model]]" in text
    assert "read from the model's configuration" in text
    for line in ("count = 2", 'attention = "window"', "window = 8", "experts = 8", "expert_m = 38.4", "vocab = 1000"):
        assert line in text, line
    assert "mla_rank" not in text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"gpus": 64}, "64 GPUs are 8 nodes of 8; groups of at most 4 nodes are sized"),
        ({"gpus": 5, "nodes": 2}, "5 GPUs do not divide over 2 nodes"),
        ({"gpus": 32, "nodes": 2}, "32 GPUs on 2 nodes are 16 each; NVIDIA H100 SXM 80 GB forms groups of at most 8"),
        ({"gpus": 12}, "12 GPUs are not whole nodes of 8; 8 or 16 are"),
        ({"gpus": 4, "nodes": 2}, "4 GPUs are not whole nodes of 8; 8 or 16 are"),
        ({"gpus": 32}, ""),
        ({"gpus": 3, "way": "tp"}, ""),
        ({"model": replace(MODELS["llama-3.1-8b"], layers=0, groups=())}, "layers, heads and parameters are not known"),
        ({"gpu": GPUS["mi300x"], "engine": "tensorrt-llm"}, "TensorRT-LLM runs on NVIDIA accelerators, not on"),
        ({"gpu": GPUS["m4-max"], "offloaded_gb": 1.0}, "shares its memory with the system"),
    ],
)
def test_what_no_layout_can_serve_is_refused_in_numbers(changed: dict[str, object], message: str) -> None:
    told = refusal(replace(LLAMA, **changed), SHAPE)  # type: ignore[arg-type]
    assert told.startswith(message) or message in told
    assert bool(told) is bool(message)


def test_a_prompt_and_its_answer_may_fill_the_context_and_no_more() -> None:
    context = MODELS["llama-3.1-8b"].context
    assert refusal(LLAMA, RequestShape(context - 1000, 1000)) == ""
    told = refusal(LLAMA, RequestShape(context - 1000, 1001))
    assert told.endswith(f" tokens in and 1,001 out are {context + 1:,}, and Llama 3.1 8B takes {context:,}")


def test_a_way_that_a_group_does_not_allow_is_told() -> None:
    assert group_models(replace(LLAMA, gpus=3, way="tp"), SHAPE, CALIBRATION)[1] == (
        "Llama 3.1 8B: 32 attention heads do not divide over 3 GPUs; 1, 2, 4, 8 work"
    )
    assert group_models(replace(LLAMA, gpus=2, way="dp"), SHAPE, CALIBRATION)[1] == (
        "Llama 3.1 8B: no such layout of 2 GPUs"
    )
    (split,), why = group_models(replace(LLAMA, gpus=2, way="pp"), SHAPE, CALIBRATION)
    assert (split.layout, why) == (Layout(1, pipeline=2), "")


OWN = "throughput.measured.llama-3.1-8b"
MEASURED = {
    f"{OWN}.h100-sxm.1.bf16.sglang": DatedValue(DAY, "own", "measured", low=0.6, mode=0.8, high=1.2),
    f"{OWN}.h100-sxm.neighbors.vllm": DatedValue(DAY, "own", "measured", low=0.5, mode=1.0, high=2.0),
    f"{OWN}.h200.1.bf16.vllm": DatedValue(date(2026, 11, 29), "own", "measured", value=0.5),
}


def with_measurements() -> Calibration:
    """The calibration of a user who measured one configuration, and what follows for its neighbors."""
    found = own_measurements(Parameters(DAY, MEASURED, dict.fromkeys(MEASURED, "ratio")))
    return replace(CALIBRATION, measured=found)


def test_what_was_measured_stands_in_for_what_was_published() -> None:
    measured = with_measurements()
    assert len(measured.measured) == 2  # the third is of a later day
    exact = own_measurement(LLAMA, measured)
    assert exact is not None
    assert (exact.ratio, exact.low, exact.high, exact.exact) == pytest.approx((0.8, 0.6 / 0.8, 1.2 / 0.8, True))
    assert exact.sentence == "its speed was measured by you on 2026-11-28"
    near = own_measurement(replace(LLAMA, gpus=2, engine="vllm"), measured)
    assert near is not None
    assert (near.parameter, near.exact) == ("throughput.measured.llama-3.1-8b.h100-sxm.neighbors.vllm", False)
    assert near.sentence.endswith("what you measured on 2026-11-28 of another group size or precision")
    assert own_measurement(replace(LLAMA, gpu=GPUS["h200"]), measured) is None
    assert own_measurement(LLAMA, CALIBRATION) is None
    assert band_of(LLAMA, TINY, measured, saturated=True) == (exact.low, exact.high)


def test_a_measured_speed_multiplies_the_modeled_one() -> None:
    (modeled,), _ = group_models(replace(LLAMA, engine="sglang"), SHAPE, CALIBRATION)
    (corrected,), _ = group_models(LLAMA, SHAPE, with_measurements())  # under the engine it was measured with
    ratio = own_measurement(LLAMA, with_measurements())
    assert isinstance(ratio, OwnMeasurement)
    assert corrected.step.pace == ratio.ratio
    rates = [each.saturated(SHAPE).tokens_per_second for each in (corrected, modeled)]
    assert rates[0] / rates[1] == pytest.approx(ratio.ratio, rel=0.02)
    (point,) = operating_points(
        LLAMA.model, LLAMA.gpu, "bf16", SHAPE, ServiceTargets(), with_measurements(), group_sizes=[1]
    )
    assert (point.own, point.band_low, point.band_high) == (ratio, ratio.low, ratio.high)


def test_bands_are_those_of_the_engine_the_kind_of_model_and_the_load() -> None:
    for saturated, load in ((True, "saturated"), (False, "interactive")):
        for model, kind in (("llama-3.1-8b", "dense"), ("gpt-oss-120b", "mixture"), ("deepseek-r1", "latent")):
            band = CALIBRATION.bands[f"stock.{kind}.{load}"]
            shape = shape_of(MODELS[model])
            assert CALIBRATION.band("sglang", GPUS["h100-sxm"], shape, saturated=saturated) == (band.low, band.high)
    band, across = CALIBRATION.bands["stock.dense.saturated"], CALIBRATION.across_nodes
    two_nodes = band_of(replace(LLAMA, gpus=16), TINY_DENSE, CALIBRATION, saturated=True)
    assert two_nodes == (band.low * across.low, band.high * across.high)
    assert band_of(replace(LLAMA, gpus=8), TINY_DENSE, CALIBRATION, saturated=True) == (band.low, band.high)


TINY_DENSE = ModelShape((DENSE,), 64, 1e6, 2e6, 4096)


def test_a_card_has_its_usual_engine_and_amd_s_are_their_own() -> None:
    assert profile_name(None, GPUS["h100-sxm"]) == "vllm"
    assert profile_name(None, GPUS["m4-max"]) == profile_name(None, GPUS["rtx-4090"]) == "llama.cpp"
    assert [profile_name(name, GPUS["mi300x"]) for name in (None, "vllm", "sglang")] == ["rocm"] * 3
    assert profile_name("tensorrt-llm", GPUS["h100-sxm"]) == "tensorrt-llm"
    assert [banded(each) for each in ("vllm", "sglang", "rocm", "llama.cpp")] == ["stock", "stock", "rocm", "llama.cpp"]


def test_the_price_of_an_hour_is_the_latest_on_demand_one_that_was_in_force() -> None:
    def price(day: date, low: float, high: float, **more: object) -> GpuPrice:
        dated = replace(GPUS["h100-sxm"].prices[0], acquisition="on-demand", since=day, low=low, mode=None, high=high)
        return replace(dated, **more)  # type: ignore[arg-type]

    old, now, later = price(date(2026, 1, 1), 4, 6), price(DAY, 2, 3), price(date(2026, 11, 29), 1, 1)
    spot = price(DAY, 0.5, 0.5, acquisition="spot")
    gpu = replace(GPUS["h100-sxm"], prices=(now, old, later, spot))
    assert hourly_price(gpu, PARAMETERS) == 2.5
    assert hourly_price(replace(gpu, prices=(old, later)), PARAMETERS) == 5.0
    assert hourly_price(replace(gpu, prices=(spot, later)), PARAMETERS) is None


def test_a_report_multiplies_rent_band_and_rate() -> None:
    found = size(replace(LLAMA, gpus=2), SHAPE, PARAMETERS, LoadAsked())
    assert found.served is not None
    rate, hour = found.served.tokens_per_second, hourly_price(LLAMA.gpu, PARAMETERS)
    assert hour is not None
    assert found.usd_per_hour == 2 * hour
    assert found.usd_per_million_output == pytest.approx(2 * hour / (rate * 3600) * 1e6)
    assert found.rates == {"p10": rate * found.band[0], "p50": rate, "p90": rate * found.band[1]}
    points = [point.rate for point in found.curve]
    assert points[0].concurrency == 1
    assert points[0].tokens_per_second_per_gpu == found.curve[0].served.tokens_per_second / 2
    assert points[0].inter_token_ms == found.curve[0].served.inter_token * 1000
    doubled = [point.concurrency for point in found.curve]
    assert doubled[:4] == [1, 2, 4, 8]
    assert doubled[-1] == found.memory.batch
    widened = size(replace(LLAMA, adapters=1), SHAPE, PARAMETERS, LoadAsked())
    plain, share = size(LLAMA, SHAPE, PARAMETERS, LoadAsked()), CALIBRATION.adapter_throughput
    ends = (plain.band[0] * share.low / share.point, plain.band[1] * share.high / share.point)
    assert widened.band == pytest.approx(ends)


def test_the_bound_of_a_size_is_never_below_a_layout_of_it() -> None:
    for targets in (ServiceTargets(), ServiceTargets(inter_token_ms=12.0), ServiceTargets(first_token_p50_ms=100.0)):
        for gpus in (1, 2, 4):
            points = operating_points(LLAMA.model, LLAMA.gpu, "bf16", SHAPE, targets, CALIBRATION, group_sizes=[gpus])
            best = max((point.tokens_per_second for point in points if point.meets_targets), default=0.0)
            bound = fastest_point(LLAMA.model, LLAMA.gpu, "bf16", SHAPE, targets, CALIBRATION, gpus)
            assert best <= bound * (1 + 1e-9)
            assert targets != ServiceTargets() or bound == pytest.approx(best, rel=0.02)
    assert (
        fastest_point(LLAMA.model, LLAMA.gpu, "bf16", SHAPE, ServiceTargets(inter_token_ms=0.01), CALIBRATION, 1) == 0
    )

"""What must hold of sizing whatever is asked: bands, divisibility, contexts, units, and directions without cliffs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.sizing.group_model import group_models
from advisor.sizing.model_shape import shape_of
from advisor.sizing.placement import PRECISIONS, Placement, RequestShape, layouts
from advisor.sizing.sizing_report import LoadAsked, size
from advisor.sizing.throughput import ServiceTargets, operating_points
from tests.sizing.common import CALIBRATION, GPUS, MODELS, PARAMETERS, SHAPE

SHAPED = sorted(name for name, model in MODELS.items() if model.has_shape)
placements = st.builds(
    Placement, st.sampled_from(SHAPED).map(MODELS.__getitem__), st.sampled_from(sorted(GPUS)).map(GPUS.__getitem__),
    st.sampled_from((1, 2, 3, 4, 6, 8, 16)), st.sampled_from(PRECISIONS),
    engine=st.sampled_from((None, "tensorrt-llm", "vllm", "sglang", "llama.cpp")),
    drafts=st.sampled_from((0, 0, 3)), adapters=st.sampled_from((0, 0, 8)),
)  # fmt: skip
requests = st.builds(RequestShape, st.integers(1, 60_000).map(float), st.integers(1, 8_000).map(float))
loads = st.one_of(
    st.builds(LoadAsked, st.integers(1, 4_000)), st.builds(LoadAsked, st.none(), st.floats(1e-4, 1e3)),
    st.just(LoadAsked()),
)  # fmt: skip
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(placements, requests, loads)
def test_bands_hold_their_center_and_units_agree(place: Placement, shape: RequestShape, load: LoadAsked) -> None:
    sizing = size(place, shape, PARAMETERS, load)
    rates = sizing.rates
    assert rates["p10"] <= rates["p50"] <= rates["p90"]
    served = sizing.served
    if served is None:
        assert sizing.reason
        return
    assert 0 < sizing.band[0] <= 1 <= sizing.band[1]
    assert served.tokens_per_second == pytest.approx(served.requests_per_second * shape.output_tokens)
    assert served.first_token_p50 <= served.first_token_p95
    memory = sizing.memory
    assert memory.weights_gb + memory.kv_gb + memory.overhead_gb == pytest.approx(memory.available_gb)
    assert memory.available_gb == pytest.approx(place.gpus * place.gpu.memory_gb * 2**30 / 1e9)
    if load.concurrency:
        assert served.flight + served.waiting == pytest.approx(load.concurrency)


@FEW
@given(placements)
def test_heads_and_experts_divide_over_every_layout(place: Placement) -> None:
    shape = shape_of(place.model)
    for layout in layouts(shape, place.gpus, place.gpu.max_group):
        assert layout.gpus == place.gpus
        assert layout.tensor <= place.gpu.max_group
        for group in shape.groups:
            if group.attention != "none" and group.query_heads:
                assert group.query_heads % layout.tensor == 0
            if group.attention in ("full", "window"):
                assert group.kv_heads % layout.tensor == 0 or layout.tensor % group.kv_heads == 0
            if layout.expert and group.experts:
                assert group.experts % place.gpus == 0


@FEW
@given(placements, st.integers(-2_000, 2_000))
def test_nothing_longer_than_the_context_is_ever_sized(place: Placement, beyond: int) -> None:
    if not place.model.context:
        return
    shape = RequestShape(max(1.0, place.model.context + beyond - 100.0), 100.0)
    models, why = group_models(place, shape, CALIBRATION)
    if shape.input_tokens + shape.output_tokens > place.model.context:
        assert not models
        assert f"{place.model.context:,}" in why


THREE = [
    ("llama-3.1-8b", "m4-max", 1, "int4"),
    ("llama-3.3-70b", "h100-sxm", 8, "fp8"),
    ("deepseek-r1", "gb200", 4, "fp4"),
]


@pytest.mark.parametrize(("model", "gpu", "gpus", "precision"), THREE)
def test_one_knob_at_a_time_moves_the_right_way_without_a_cliff(
    model: str, gpu: str, gpus: int, precision: str
) -> None:
    place = Placement(MODELS[model], GPUS[gpu], gpus, precision)  # type: ignore[arg-type]
    at_once = (1, 2, 4, 8, 16, 32, 64)
    served = [size(place, SHAPE, PARAMETERS, LoadAsked(clients)).served for clients in at_once]
    rates = [each.tokens_per_second for each in served if each]
    between = [each.inter_token for each in served if each]
    assert len(rates) == len(at_once)
    assert rates == sorted(rates)
    assert max(after / before for before, after in pairwise(between)) < 2.2
    longer = [
        size(place, RequestShape(float(n), 500.0), PARAMETERS, LoadAsked(8)).served for n in (500, 1000, 2000, 4000)
    ]
    firsts = [each.first_token_p50 for each in longer if each]
    assert firsts == sorted(firsts)
    assert max(after / before for before, after in pairwise(firsts)) < 2.5
    narrow, wide = (size(replace(place, kv_precision=kv), SHAPE, PARAMETERS, LoadAsked()) for kv in ("fp8", "bf16"))
    assert narrow.memory.batch >= wide.memory.batch
    assert narrow.rates["p50"] >= wide.rates["p50"]


@pytest.mark.parametrize(("model", "gpu", "gpus", "precision"), THREE)
def test_a_stricter_target_never_raises_what_a_group_serves(model: str, gpu: str, gpus: int, precision: str) -> None:
    targets = [None, 500, 200, 100, 60, 40, 30, 20, 15, 10, 5]
    rates: list[float] = []
    for target in targets:
        points = operating_points(
            MODELS[model], GPUS[gpu], precision, SHAPE, ServiceTargets(inter_token_ms=target), CALIBRATION,  # type: ignore[arg-type]
            group_sizes=(gpus,),
        )  # fmt: skip
        rates.append(max((p.tokens_per_second for p in points if p.fits and p.meets_targets), default=0.0))
    assert rates[0] > 0
    assert rates == sorted(rates, reverse=True)

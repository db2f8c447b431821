"""Time of a step: the formula by an independent path, its limits, and what never gets worse."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import pytest

from advisor.sizing.calibration import PROFILES
from advisor.sizing.group_model import GroupModel, group_models, served_closed, served_open
from advisor.sizing.placement import Layout, RequestShape
from advisor.sizing.sizing_report import LoadAsked, size
from advisor.sizing.step_time import PassTime, StepModel, power, powered, touched
from tests.sizing.common import CALIBRATION, GPUS, PARAMETERS, SHAPE, place


def one(model: str, gpu: str, gpus: int, precision: str, layout: Layout) -> GroupModel:
    placement = replace(place(model, gpu, gpus, precision), engine="tensorrt-llm")  # type: ignore[arg-type]
    return next(each for each in group_models(placement, SHAPE, CALIBRATION)[0] if each.layout == layout)


def test_a_dense_step_takes_what_the_formula_gives_by_hand() -> None:
    engine = CALIBRATION.engines["tensorrt-llm"]
    step = one("llama-3.3-70b", "h100-sxm", 2, "fp8", Layout(2)).step.decode(200, 1500)
    tables, layers = 128_256 * 8192, 80 * (150.995e6 + 704.643e6)
    bandwidth = 3350e9 * engine.bandwidth_efficiency
    assert step.weights == pytest.approx((layers + 2 * tables) / 2 / bandwidth, rel=1e-6)
    many = 200 / (200 + CALIBRATION.wide_batch)
    reached = engine.decode_efficiency + (engine.prefill_efficiency - engine.decode_efficiency) * many
    flops = 1979e12 * reached
    assert step.products == pytest.approx(2 * 200 * (layers + tables) / 2 / flops, rel=1e-6)
    # two collectives a layer, each sending 2 · (n − 1) ÷ n of 8192 16-bit activations through half of 900 GB/s
    link = 450e9 * CALIBRATION.link_efficiency
    assert step.links == pytest.approx(160 * (8192 * 2 * 200 / link + engine.sync_us * 1e-6), rel=1e-6)
    assert step.launches == pytest.approx((80 * engine.layer_us + engine.step_us) * 1e-6, rel=1e-6)
    assert step.scores == pytest.approx(4 * 32 * 128 * 80 * 200 * 1500 / (989e12 * engine.decode_efficiency), rel=1e-6)


def test_nothing_before_a_token_is_neither_scored_nor_read() -> None:
    step = one("llama-3.3-70b", "h100-sxm", 2, "fp8", Layout(2)).step
    first, second = step.decode(1, 0), step.decode(1, 1)
    assert first.scores == 0.0
    # one token's keys and values: 2 of 8 heads of 128 in 80 layers, on two cards; fp8, as this engine keeps them
    engine = CALIBRATION.engines["tensorrt-llm"]
    read = 2 * 8 * 128 * 80 / 2 / (3350e9 * engine.bandwidth_efficiency * engine.cache_efficiency)
    assert second.cache - first.cache == pytest.approx(read)


def test_a_host_slower_than_its_accelerators_sets_the_pace() -> None:
    assert PassTime(1.0, 2.0, 0.5, 0.1, 0.2, 0.3, host=9.0).seconds == 9.0
    assert PassTime(1.0, 2.0, 0.5, 0.1, 0.2, 0.3, host=0.1).seconds > 2.0 + 0.5 + 0.5 - 1e-9


def test_the_host_prepares_the_next_step_behind_prompts_too() -> None:
    step = one("llama-3.1-8b", "h100-sxm", 1, "fp8", Layout(1)).step
    busy = served_closed(step, RequestShape(128, 128), 2048, 2048, memory_bound=False)
    decode, prompt = step.decode(2048, 192), step.prefill(128)
    joined = (1 - CALIBRATION.prompt_wait) * 2047 / 128
    assert busy.inter_token == pytest.approx(max(decode.device + joined * prompt.seconds, decode.host))


def test_data_ranks_wait_for_the_slowest_and_tensor_ranks_meet_at_every_layer_anyhow() -> None:
    def launches(layout: Layout) -> float:
        placement = replace(place("qwen3-235b-a22b", "h200", 8, "fp8"), engine="vllm")
        models, _ = group_models(placement, SHAPE, CALIBRATION, only=(layout,))
        return models[0].step.decode(8, 1000).launches

    waited = 94 * CALIBRATION.rank_layer_us * 1e-6
    assert launches(Layout(4, expert=True, data=2)) - launches(Layout(8)) == pytest.approx(waited)
    assert launches(Layout(8, expert=True)) == launches(Layout(8))


def test_power_slows_a_card_of_more_arithmetic_to_the_watt_further_from_its_peak() -> None:
    reached = [powered(GPUS[gpu].fp4_tflops, GPUS[gpu].watts, CALIBRATION.fp4_pj) for gpu in ("b200", "rtx-pro-6000")]
    # an operation takes its time at the peak, and its energy: 1 ÷ (1 ÷ 9,000 + pJ ÷ 1,000 W)
    assert reached[0] == pytest.approx(1 / (1 / 9000 + CALIBRATION.fp4_pj / 1000))
    assert reached[0] / 9000 < reached[1] / 1871 < 1
    assert powered(100.0, 0.0, 1.0) == 100.0


def test_every_stage_schedules_its_batches_and_a_pipeline_waits_more_the_longer_it_is() -> None:
    def decode(stages: int, clients: int) -> PassTime:
        return one("llama-3.3-70b", "rtx-pro-6000", stages, "fp4", Layout(1, pipeline=stages)).step.decode(
            clients, 1000
        )

    engine = CALIBRATION.engines["tensorrt-llm"]
    for stages in (2, 4, 8):
        uneven = 1 + CALIBRATION.stage_wait * (stages - 1)
        launches = uneven * (80 * engine.layer_us + stages * engine.step_us) * 1e-6
        assert decode(stages, stages).launches == pytest.approx(launches)
        # each stage reads its part of the weights for its part of the requests
        assert decode(stages, 64 * stages).weights == pytest.approx(uneven * decode(1, 64).weights)


def test_what_runs_between_layers_every_tensor_rank_does_whole() -> None:
    alone, four = (one("llama-3.3-70b", "h200", n, "fp8", Layout(n)).step for n in (1, 4))
    whole = CALIBRATION.activations_whole
    prompt = [step.prefill(1000.0).cache for step in (alone, four)]
    assert prompt[1] / prompt[0] == pytest.approx(whole + (1 - whole) / 4)


def test_experts_touched_by_even_routing() -> None:
    assert touched(128, 8, 1) == pytest.approx(8)
    assert touched(4, 1, 2) == pytest.approx(4 * (1 - (3 / 4) ** 2))
    assert touched(128, 8, 100_000) == pytest.approx(128)
    assert power(0.5, 10) == 1 / 1024
    assert comb(4, 2) == 6


def test_a_cached_prefix_is_attended_to_and_costs_nothing_else() -> None:
    step = one("llama-3.3-70b", "h100-sxm", 2, "fp8", Layout(2)).step
    whole, rest = step.prefill(8000.0), step.prefill(8000.0, 6000.0)
    assert rest.products == pytest.approx(whole.products / 4)
    assert rest.scores == pytest.approx(whole.scores * (1 - 0.75**2))


@pytest.mark.parametrize("prompt", [1_000, 30_000, 100_000])
def test_a_lone_request_does_not_wait_for_its_own_prompt_between_its_tokens(prompt: int) -> None:
    step = one("llama-3.1-8b", "h100-sxm", 1, "fp8", Layout(1)).step
    alone = served_closed(step, RequestShape(prompt, 100), 1, 50, memory_bound=True)
    assert alone.inter_token == pytest.approx(step.decode(1, prompt + 50).seconds)


@pytest.mark.parametrize(("gpu", "rate"), [("a100-80gb", 53.0), ("m4-max", 13.0)])
def test_one_stream_of_70b_in_four_bits_cannot_exceed_the_bandwidth(gpu: str, rate: float) -> None:
    alone = size(place("llama-3.3-70b", gpu, 1, "int4"), SHAPE, PARAMETERS, LoadAsked(concurrency=1))
    assert alone.single_stream_ceiling == pytest.approx(rate, rel=0.01)
    assert 0.0 < alone.rates["p50"] < alone.single_stream_ceiling


def test_small_steps_are_bound_by_launches_and_not_by_bandwidth() -> None:
    step = one("llama-3.1-8b", "h100-sxm", 8, "fp8", Layout(8)).step
    assert served_closed(step, SHAPE, 1, 50, memory_bound=True).bound in ("launch", "links")


def test_requests_without_room_wait_and_are_told() -> None:
    step = one("llama-3.3-70b", "h100-sxm", 2, "fp8", Layout(2)).step
    full = served_closed(step, RequestShape(5000, 500), 96, 96, memory_bound=True)
    more = served_closed(step, RequestShape(5000, 500), 250, 96, memory_bound=True)
    assert (full.waiting, more.waiting) == (0, 154)
    assert more.tokens_per_second == full.tokens_per_second
    assert more.queue == pytest.approx(154 / full.requests_per_second)
    # a published run: 250 clients waited 88.6 s for their first token
    assert 88.6 / 1.5 < more.first_token_p50 < 88.6 * 1.5


def test_little_s_law_holds_with_and_without_a_queue() -> None:
    step = one("llama-3.1-8b", "h100-sxm", 1, "fp8", Layout(1)).step
    for clients, most in ((10, 50), (80, 50)):
        served = served_closed(step, SHAPE, clients, most, memory_bound=True)
        stay = served.first_token_p50 + 999 * served.inter_token
        assert served.requests_per_second * stay == pytest.approx(clients)


def test_with_nothing_in_flight_nothing_is_served_and_nothing_waits() -> None:
    step = one("llama-3.1-8b", "h100-sxm", 1, "fp8", Layout(1)).step
    idle = served_open(step, SHAPE, 0.0, 50, memory_bound=True)
    assert (idle.requests_per_second, idle.tokens_per_second, idle.waiting, idle.queue) == (0, 0, 0, 0)
    first = served_open(step, SHAPE, 1e-6, 50, memory_bound=True)
    assert idle.first_token_p50 == pytest.approx(first.first_token_p50)
    assert idle.first_token_p95 == pytest.approx(first.first_token_p95)


def test_the_late_first_token_is_never_before_the_usual_one() -> None:
    step = one("llama-3.3-70b", "h100-sxm", 4, "fp8", Layout(4)).step
    for flight in (1, 4, 16, 64, 200, 400):
        for served in (
            served_open(step, SHAPE, flight, 300, memory_bound=True),
            served_closed(step, SHAPE, flight, 300, memory_bound=True),
        ):
            assert 0 < served.first_token_p50 <= served.first_token_p95


@pytest.mark.parametrize("profile", PROFILES)
def test_more_requests_never_serve_fewer_tokens_and_never_answer_sooner(profile: str) -> None:
    placement = place("llama-3.3-70b", "h100-sxm", 4, "fp8")
    model = group_models(placement, SHAPE, CALIBRATION, CALIBRATION.engines[profile], (Layout(4),))[0][0]
    served = [served_closed(model.step, SHAPE, n, 1000, memory_bound=True) for n in (1, 2, 4, 8, 16, 64, 128)]
    rates, times = [each.tokens_per_second for each in served], [each.inter_token for each in served]
    assert rates == sorted(rates)
    assert times == sorted(times)


PROMPT_RATES = {
    ("rtx-4090", "llama-3.1-8b", "int4"): {512: 7139, 1024: 6899, 4096: 5266, 8192: 4040},
    ("rtx-4090", "llama-3.1-8b", "bf16"): {512: 9382, 1024: 9056, 4096: 6531, 8192: 4744},
    ("m3-max", "llama-3.1-8b", "int4"): {512: 693, 1024: 678, 4096: 573, 8192: 505},
    ("m3-max", "llama-3.3-70b", "int4"): {512: 70, 1024: 63, 4096: 65, 8192: 62},
}
"""Tokens of a prompt read per second with llama.cpp, as published in May 2024 (`llama-cpp-benchmarks`)."""


@pytest.mark.parametrize(("gpu", "model", "precision"), PROMPT_RATES)
def test_workstations_read_prompts_about_as_fast_as_was_measured(gpu: str, model: str, precision: str) -> None:
    """A guess of 0.35 of the peak read prompts at 0.28 to 0.7 of the published rates: first tokens came late."""
    step = one_of(gpu, model, precision)
    ratios = [
        tokens / step.prefill(tokens, alone=True).seconds / rate
        for tokens, rate in PROMPT_RATES[gpu, model, precision].items()
    ]
    assert min(ratios) > 0.45
    assert max(ratios) < 1.5


def one_of(gpu: str, model: str, precision: str) -> StepModel:
    """The step of a model on one card of a workstation, which runs llama.cpp unasked."""
    placement = place(model, gpu, 1, precision)  # type: ignore[arg-type]
    models, _ = group_models(placement, RequestShape(512, 1), CALIBRATION)
    return models[0].step

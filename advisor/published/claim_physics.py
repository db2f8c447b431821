"""Claims about memory, speed and evidence, recomputed with the cost core's memory fit and roofline."""

from __future__ import annotations

from typing import cast

from advisor.cost.compare.task_success import wilson
from advisor.errors import BadKnowledge
from advisor.published.claim_inputs import Given
from advisor.sizing.group_model import group_models
from advisor.sizing.model.model_shape import BILLION, shape_of
from advisor.sizing.model.weight_format import weight_format
from advisor.sizing.placement import Placement, Precision, RequestShape
from advisor.sizing.throughput import group, single_stream_ceiling


def weights_gb(given: Given) -> float:
    """Gigabytes of weights, which no memory smaller than that can hold."""
    catalog, precision = given.knowledge.catalog, _precision(given)
    model, gpu = given.chosen(catalog.models, "model"), given.chosen(catalog.gpus, "gpu", "h100-sxm")
    # four-bit files that people keep on workstations are llama.cpp's
    profile = given.calibration.engine("llama.cpp" if precision == "int4" else "vllm", gpu)
    return weight_format(model, gpu, precision, given.calibration, profile).total(shape_of(model)) / BILLION


def stream_ceiling(given: Given) -> float:
    """Tokens per second that one request cannot exceed: bandwidth over the bytes of the active weights."""
    return single_stream_ceiling(_placement(given), RequestShape(1, 1), given.calibration)


def first_token_ms(given: Given) -> float:
    """Milliseconds to the first token of a request in a group at `batch` requests in flight."""
    shape = RequestShape(given.number("prompt_tokens"), given.number("answer_tokens"))
    return group(_placement(given), shape, given.calibration, round(given.number("batch"))).first_token_ms


def prefill_saved(given: Given) -> float:
    """Share of the prompt's reading time that a prefix cache takes off."""
    prompt = given.number("prompt_tokens")
    models, why = group_models(_placement(given), RequestShape(prompt, 1), given.calibration)
    if why:
        raise BadKnowledge("rules/claims", why)
    fresh = prompt * (1.0 - given.number("cached_share"))
    return 1.0 - models[0].step.prefill(fresh).seconds / models[0].step.prefill(prompt).seconds


def interval_points(given: Given) -> float:
    """Half the 95% interval, in points of the pass rate, that a number of prompts gives."""
    low, high = wilson(given.number("pass_rate"), given.number("prompts"), given.sample("quality.interval_z"))
    return (high - low) / 2 * 100


def _placement(given: Given) -> Placement:
    catalog = given.knowledge.catalog
    gpu, model = given.chosen(catalog.gpus, "gpu"), given.chosen(catalog.models, "model")
    return Placement(model, gpu, round(given.number("gpus", 1.0)), _precision(given))


def _precision(given: Given) -> Precision:
    return cast("Precision", given.text("precision"))

"""One model on one group of accelerators in one layout: its memory, its step, and what it serves under load."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, inf, log, sqrt
from typing import TYPE_CHECKING

from advisor.sizing.memory import MemoryUse, memory_use, serving_extras
from advisor.sizing.model_shape import BILLION, ModelShape, shape_of
from advisor.sizing.placement import (
    Layout,
    WeightFormat,
    as_measured,
    expert_refusal,
    layouts,
    own_measurement,
    tensor_refusal,
    weight_format,
)
from advisor.sizing.step_time import StepModel

if TYPE_CHECKING:
    from advisor.sizing.calibration import Calibration, EngineProfile
    from advisor.sizing.placement import Placement, RequestShape
    from advisor.sizing.step_time import Bound


# What a group of accelerators does under load: requests in flight and waiting, rate, time to and between tokens.


MILLI = 1000.0
"""Milliseconds per second."""
ONE_IN_TWENTY = 0.05
"""The share of requests that a 95th percentile leaves out."""
SPREAD = 1.645
"""Standard deviations between the mean and the 95th percentile of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Served:
    """Steady state of one group: requests in flight and waiting, output tokens and requests per second, seconds.

    `queue` is the mean time a request waits for a place in memory; it is part of both first-token times.
    """

    flight: float
    waiting: float
    tokens_per_second: float
    requests_per_second: float
    inter_token: float
    first_token_p50: float
    first_token_p95: float
    queue: float
    bound: Bound


def served_closed(step: StepModel, shape: RequestShape, clients: float, most: int, *, memory_bound: bool) -> Served:
    """Serve so many clients, each of which sends its next request when its last is answered, `most` of them at once.

    A request waits for prompts of the others, between its tokens or before its first, and never for its own. What has
    no room waits for a place: places turn over at the rate of service (Little's law).
    """
    flight = max(1.0, min(clients, float(most)))
    one = _service(step, shape, flight)
    wait = step.calibration.prompt_wait * (flight - 1) * one.prompt
    first = one.own + wait
    rate = flight / (first + (shape.output_tokens - 1) * one.inter)
    waiting = max(0.0, clients - flight)
    queue = waiting / rate
    # prompts that meet others ahead of them wait for up to all of those
    late = first + queue + (1 + waiting / flight) * wait * SPREAD
    bound = _bound(one, flight, most, memory_bound)
    return Served(flight, waiting, rate * shape.output_tokens, rate, one.inter, first + queue, late, queue, bound)


def served_open(step: StepModel, shape: RequestShape, flight: float, most: int, *, memory_bound: bool) -> Served:
    """Serve requests that arrive at random, at the rate that keeps a mean of `flight` of them in flight.

    Prompts queue for the accelerators as at a server with fixed service time (Pollaczek–Khinchine; the tail falls off
    exponentially), and requests for a place in memory once more than `most` are there; their number is spread as
    arrivals are (Poisson).
    """
    one = _service(step, shape, max(1.0, flight))
    stay = one.own + (shape.output_tokens - 1) * one.inter
    rate = flight / stay
    busy = min(0.99, rate * one.prompt)
    mean = one.prompt * busy / (2 * (1 - busy))
    tail = max(mean, one.prompt * log(max(busy / ONE_IN_TWENTY, 1.0)) / (2 * (1 - busy)))
    places = max(0.0, flight + SPREAD * sqrt(flight) - most) / rate if rate > 0 else 0.0
    average = max(0.0, flight - most) / rate if rate > 0 else 0.0
    first = one.own + mean + average
    late = one.own + tail + max(places, average) + one.inter
    bound = _bound(one, flight, most, memory_bound)
    return Served(
        flight, 0.0, rate * shape.output_tokens, rate, one.inter, first, max(first, late), average, bound
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Service:
    """Seconds at one batch: between tokens, from the turn of a request to its first token, of one prompt; by limit."""

    inter: float
    own: float
    prompt: float
    shares: dict[Bound, float]
    weights: float


def _service(step: StepModel, shape: RequestShape, flight: float) -> _Service:
    c = step.calibration
    decode = step.decode(flight, shape.input_tokens + shape.output_tokens / 2)
    prompt, alone = step.prompt(shape.input_tokens, shape.cached_tokens)
    joined = (1 - c.prompt_wait) * (flight - 1) / shape.output_tokens
    # prompts are read in the steps that decode, so that the host prepares the next step behind both
    inter = max(decode.device + joined * prompt.seconds, decode.host) / step.pace
    own = step.engine.front_end_ms / MILLI + alone / step.pace + c.step_wait * inter
    shares = decode.shares
    for name, seconds in prompt.shares.items():
        shares[name] += joined * seconds
    return _Service(inter, own, prompt.seconds / step.pace, shares, decode.weights)


def _bound(one: _Service, flight: float, most: int, memory_bound: bool) -> Bound:
    """Name the largest part of a step; capacity where that is weights read for too few, as memory holds no more."""
    largest = max(one.shares, key=lambda name: one.shares[name])
    full = memory_bound and flight >= most
    if full and largest == "memory-bandwidth" and 2 * one.weights > one.shares["memory-bandwidth"]:
        return "capacity"
    return largest


MOST_NODES = 4


@dataclass(frozen=True, slots=True)
class GroupModel:
    """One layout of a placement: how the weights are kept, what fits, and the time of its steps."""

    layout: Layout
    shape: ModelShape
    weights: WeightFormat
    memory: MemoryUse
    step: StepModel
    loads: dict[float, Served] = field(default_factory=dict, compare=False, repr=False)
    """Steady states worked out so far, by requests in flight; at infinity that of as many as there is room for."""

    def saturated(self, request: RequestShape) -> Served:
        """Serve as many requests as memory and engine allow, all at once."""
        kept = self.loads.get(inf)
        if kept is None:
            most = self.memory.batch
            kept = served_closed(self.step, request, most, most, memory_bound=self.memory.memory_bound)
            self.loads[inf] = kept
        return kept

    def at(self, flight: float, request: RequestShape) -> Served:
        """Serve the request the group was laid out for, arriving at random, so many in flight; worked out once."""
        kept = self.loads.get(flight)
        if kept is None:
            memory = self.memory
            kept = served_open(self.step, request, flight, memory.batch, memory_bound=memory.memory_bound)
            self.loads[flight] = kept
        return kept


def refusal(placement: Placement, request: RequestShape) -> str:
    """Say in numbers why no layout of a placement can serve a request at all; empty where one may."""
    model = placement.model
    if not model.has_shape:
        return f"{model.title}: layers, heads and parameters are not known, so that nothing can be sized"
    asked = request.input_tokens + request.output_tokens
    if model.context and asked > model.context:
        parts = f"{request.input_tokens:,.0f} tokens in and {request.output_tokens:,.0f} out"
        return f"{parts} are {asked:,.0f}, and {model.title} takes {model.context:,}"
    return _card_refusal(placement) or _node_refusal(placement)


def _card_refusal(placement: Placement) -> str:
    """Say what is asked of a card that it cannot do."""
    gpu = placement.gpu
    if placement.engine == "tensorrt-llm" and gpu.platform != "cuda":
        return f"TensorRT-LLM runs on NVIDIA accelerators, not on {gpu.title}; leave the engine out for the usual one"
    if placement.offloaded_gb and gpu.platform == "metal":
        return f"{gpu.title} shares its memory with the system: there is no other to keep weights in"
    return ""


def _node_refusal(placement: Placement) -> str:
    """Say why a number of GPUs is no group of whole nodes."""
    gpu = placement.gpu
    node = gpu.max_group
    nodes = placement.nodes or ceil(placement.gpus / node)
    if nodes > MOST_NODES:
        return f"{placement.gpus} GPUs are {nodes} nodes of {node}; groups of at most {MOST_NODES} nodes are sized"
    if placement.gpus % nodes:
        return f"{placement.gpus} GPUs do not divide over {nodes} nodes"
    inside = placement.gpus // nodes
    if inside > node:
        return f"{placement.gpus} GPUs on {nodes} nodes are {inside} each; {gpu.title} forms groups of at most {node}"
    if nodes > 1 and inside != node:
        near = (placement.gpus // node * node, ceil(placement.gpus / node) * node, nodes * node)
        whole = [str(gpus) for gpus in sorted(set(near)) if gpus]
        return f"{placement.gpus} GPUs are not whole nodes of {node}; {' or '.join(whole)} are"
    return ""


def group_models(
    placement: Placement,
    request: RequestShape,
    calibration: Calibration,
    engine: EngineProfile | None = None,
    only: tuple[Layout, ...] | None = None,
) -> tuple[tuple[GroupModel, ...], str]:
    """Every layout of a placement, or those of `only`, and the reason where there is none.

    Layouts that do not fit are among them; `engine` is a profile to use in place of the placement's.
    """
    why = refusal(placement, request)
    if why:
        return (), why
    placement = as_measured(placement, calibration)
    own = None if engine else own_measurement(placement, calibration)
    shape = shape_of(placement.model)
    profile = engine or calibration.engine(placement.engine, placement.gpu)
    weights = weight_format(
        placement.model, placement.gpu, placement.precision, calibration, profile, placement.kv_precision
    )
    if placement.checkpoint_bytes:
        weights = weights.weighing(shape, placement.checkpoint_bytes)
    weigh = weights.total(shape) / BILLION
    if placement.offloaded_gb >= weigh:
        asked = f"{placement.offloaded_gb:,.1f} GB to be kept off the cards"
        return (), f"{asked} are not less than the {weigh:,.1f} GB of weights"
    extras = serving_extras(placement, shape, weights, calibration)
    nodes = placement.nodes or ceil(placement.gpus / placement.gpu.max_group)
    found = []
    for layout in only or layouts(shape, placement.gpus, placement.gpus // nodes):
        if placement.way and not _goes(layout, placement.way):
            continue
        memory = memory_use(placement, layout, weights, request, calibration, profile)
        step = StepModel(
            shape, placement.gpu, layout, weights, calibration, profile, node=placement.gpus // nodes, extras=extras
        )
        step.pace = own.ratio if own else 1.0
        found.append(GroupModel(layout, shape, weights, memory, step))
    if not (only or placement.way) and nodes == 1 and (placement.gpu.link_gbs or 0) > calibration.bus_gbs:
        # people split layers where links are fast; a pipeline is left to what that does not hold
        found = [each for each in found if each.layout.pipeline == 1 and each.memory.fits] or found
    return tuple(found), "" if found else _no_layout(placement, shape)


def _goes(layout: Layout, way: str) -> bool:
    if way == "pp":
        return layout.pipeline > 1
    if way == "dp":
        return layout.data > 1
    return layout.data == 1 and layout.pipeline == 1


def _no_layout(placement: Placement, shape: ModelShape) -> str:
    gpus = placement.gpus
    why = tensor_refusal(shape, gpus) if placement.way in (None, "tp") else expert_refusal(shape, gpus)
    return f"{placement.model.title}: {why or f'no such layout of {gpus} GPUs'}"

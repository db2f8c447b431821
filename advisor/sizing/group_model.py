"""One model on one group of accelerators in one layout: its memory, its step, and what it serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, inf
from typing import TYPE_CHECKING

from advisor.sizing.extras import serving_extras
from advisor.sizing.layout import Layout, expert_refusal, layouts, tensor_refusal
from advisor.sizing.load import Served, served_closed, served_open
from advisor.sizing.measured_placement import as_measured, own_measurement
from advisor.sizing.memory import MemoryUse, memory_use
from advisor.sizing.model.model_shape import BILLION, ModelShape, shape_of
from advisor.sizing.model.weight_format import WeightFormat, weight_format
from advisor.sizing.step_time import StepModel

if TYPE_CHECKING:
    from advisor.sizing.calibration import Calibration, EngineProfile
    from advisor.sizing.placement import Placement, RequestShape

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
        return f"{model.id}: layers, heads and parameters are not known, so that nothing can be sized"
    asked = request.input_tokens + request.output_tokens
    if model.context and asked > model.context:
        parts = f"{request.input_tokens:,.0f} tokens in and {request.output_tokens:,.0f} out"
        return f"{parts} are {asked:,.0f}, and {model.id} takes {model.context:,}"
    return _card_refusal(placement) or _node_refusal(placement)


def _card_refusal(placement: Placement) -> str:
    """Say what is asked of a card that it cannot do."""
    gpu = placement.gpu
    if placement.engine == "tensorrt-llm" and gpu.platform != "cuda":
        return f"TensorRT-LLM runs on NVIDIA accelerators, not on {gpu.id}; leave the engine out for the usual one"
    if placement.offloaded_gb and gpu.platform == "metal":
        return f"{gpu.id} shares its memory with the system: there is no other to keep weights in"
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
        return f"{placement.gpus} GPUs on {nodes} nodes are {inside} each; {gpu.id} forms groups of at most {node}"
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
    return f"{placement.model.id}: {why or f'no such layout of {gpus} GPUs'}"

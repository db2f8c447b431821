"""What a claim is recomputed from: its inputs and our parameters; shares, success, memory, speed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TypeVar, cast

from advisor.cost.operations import failures, wilson
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.published_articles import Input
from advisor.sizing.calibration import Calibration
from advisor.sizing.group_model import group_models
from advisor.sizing.model_shape import BILLION, shape_of
from advisor.sizing.placement import Placement, Precision, RequestShape, weight_format
from advisor.sizing.throughput import group, single_stream_ceiling

UNSTATED = "unstated"
"""Marks an input that the source leaves out and that nothing can replace."""

T = TypeVar("T")
Corner = Mapping[str, "float | str"]


@dataclass(frozen=True, slots=True)
class Given:
    """One corner of the inputs: every range at one of its ends."""

    values: Corner
    knowledge: Knowledge
    parameters: Parameters

    def number(self, name: str, otherwise: float | None = None) -> float:
        """A stated number or parameter; raises BadKnowledge where a formula's input is missing."""
        value = self.values.get(name, otherwise)
        if isinstance(value, str):
            return self.parameters.number(value)
        if value is None:
            raise BadKnowledge("rules/claims", f"the formula needs the input {name!r}")
        return value

    def text(self, name: str, otherwise: str | None = None) -> str:
        """A stated id of the catalog, or a choice."""
        value = self.values.get(name, otherwise)
        if not isinstance(value, str):
            raise BadKnowledge("rules/claims", f"the formula needs the input {name!r} as a text")
        return value

    def chosen(self, table: Mapping[str, T], name: str, otherwise: str | None = None) -> T:
        """The entry of a catalog table that an input names; raises BadKnowledge with the nearest spelling."""
        entry = self.text(name, otherwise)
        if entry not in table:
            raise BadKnowledge("rules/claims", f"{name} {entry!r} is not in the catalog", nearest(entry, table))
        return table[entry]

    def sample(self, name: str) -> float:
        """Figures for the cost core: what is stated, else the parameter, else the default answer at its point."""
        if name in self.values:
            return self.number(name)
        return self.parameters.number(name if name in self.parameters else f"default.{name}")

    def but(self, changed: Mapping[str, float]) -> Given:
        """The same inputs with some of them changed."""
        return Given({**self.values, **changed}, self.knowledge, self.parameters)

    @property
    def calibration(self) -> Calibration:
        """The throughput and memory model's figures."""
        return Calibration.from_parameters(self.parameters)


def corners(inputs: Mapping[str, Input]) -> Iterator[dict[str, float | str]]:
    """Every combination of the ends of all stated ranges."""
    ends = [value if isinstance(value, list) else [value] for value in inputs.values()]
    for combination in product(*ends):
        yield dict(zip(inputs, combination, strict=True))


# Claims that follow from a claim's own figures: sums, shares, and what a successful outcome costs.


def saved(given: Given) -> float:
    """Share by which a bill fell."""
    return 1.0 - given.number("after_usd") / given.number("before_usd")


def usd_per_token(given: Given) -> float:
    """Dollars per token that a monthly bill comes to."""
    return given.number("monthly_usd") / given.number("tokens")


def tokens_a_month(given: Given) -> float:
    """Tokens a month of a volume by day."""
    return given.number("tokens_a_day") * given.parameters.number("time.days_per_month")


def idle_share(given: Given) -> float:
    """Share of what a rented GPU costs that its idle hours waste."""
    return 1.0 - given.number("utilization")


def spend_share(given: Given) -> float:
    """Share of the bill that a share of the calls makes, where routine and hard calls differ in tokens."""
    calls = given.number("routine_calls")
    routine, hard = calls * given.number("routine_tokens"), (1.0 - calls) * given.number("hard_tokens")
    return routine / (routine + hard)


def hole(given: Given) -> float:
    """Width of what lies between the end of one band and the start of the next."""
    return given.number("next_from") - given.number("ends_at")


def tries(given: Given) -> float:
    """Tries until a task succeeds, at a constant rate."""
    return 1.0 / given.number("success_rate")


def times_cheaper_model(given: Given) -> float:
    """How many times its own price a cheap model costs per success: its tries, and the correction by a person."""
    correction = failures(1.0, 0.0, given.sample)
    return given.number("tries") + float(correction) / given.number("try_usd")


def stated_sum(given: Given) -> float:
    """The sum of what is stated, in dollars a month."""
    return given.number("one_usd") + given.number("other_usd")


# Claims about memory, speed and evidence, recomputed with the cost core's memory fit and roofline.


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

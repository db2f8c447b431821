"""`advisor size`: does a model fit on a group of accelerators, how fast is it there, and what does a token cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from advisor.bounded_read import parse_json, read_file
from advisor.cli.framework.click_extensions import examples, models
from advisor.cli.framework.click_extensions import gpus as offered_gpus
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import AS_OF, COLOR, FORMAT, QUIET, RULES
from advisor.cli.framework.output import headed
from advisor.errors import BadInput, nearest
from advisor.sizing.calibration import ENGINES, EngineName
from advisor.sizing.placement import PRECISIONS, WAYS, Placement, Precision, RequestShape, Way, layout_words
from advisor.text import WIDTH, fitted_table, wrap

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Catalog, OpenModel
    from advisor.sizing.group_model import Served
    from advisor.sizing.sizing_report import CurvePoint, Sizing

T = TypeVar("T")
COUNT = click.IntRange(min=1)
MS = click.FloatRange(min=0.0, min_open=True)
SHARE = click.FloatRange(min=0.0, max=1.0)
MILLI = 1000.0
MOST_INDEX = 50_000_000
"""Bytes of a checkpoint's index: the largest published ones list a hundred thousand tensors."""


@click.command(
    "size",
    epilog=examples(
        "advisor size llama-3.3-70b --gpu h100-sxm --gpus 2 --precision fp8",
        "advisor size deepseek-r1 --gpu h100-sxm --gpus 16 --precision fp8 --concurrency 64",
        "advisor size qwen3-32b --gpu h100-sxm --gpus 2 --precision fp8 --p95-ms 1000 --inter-token-ms 30",
        "advisor size --config config.json --gpu h200 --gpus 8 --precision bf16 --rate 2",
    ),
)
@click.argument("model", required=False, shell_complete=models)
@click.option(
    "--config", "config", type=click.Path(path_type=Path), metavar="FILE",
    help="A model's own config.json in place of a model of the catalog.",
)  # fmt: skip
@click.option("--weights", type=click.IntRange(min=1), metavar="BYTES", help="What the weights weigh, where known.")
@click.option(
    "--safetensors-index", "index", type=click.Path(path_type=Path), metavar="FILE",
    help="A checkpoint's model.safetensors.index.json, which states what the weights weigh.",
)  # fmt: skip
@click.option(
    "--gpu", required=True, metavar="ID", shell_complete=offered_gpus, help="The accelerator, an id of the catalog."
)
@click.option("--gpus", type=COUNT, required=True, help="Cards that hold one copy of the model.")
@click.option("--precision", type=click.Choice(PRECISIONS), required=True, help="Format of the weights.")
@click.option("--kv-precision", type=click.Choice(PRECISIONS), help="Format of the cache.  [default: the engine's]")
@click.option("--layout", type=click.Choice(WAYS), help="Insist on tensor, data or pipeline parallelism.")
@click.option("--nodes", type=COUNT, help="Machines the group is spread over.  [default: the fewest that fit]")
@click.option("--engine", type=click.Choice(ENGINES), help="The engine.  [default: the usual one for the card]")
@click.option(
    "--memory-fraction",
    type=click.FloatRange(min=0.0, max=1.0, min_open=True),
    help="Share of a card the engine may fill.  [default: the engine's]",
)
@click.option("--prefix-hit", type=SHARE, default=0.0, help="Share of a prompt that is read from the engine's cache.")
@click.option(
    "--speculation", type=click.IntRange(min=0, max=8), default=0, metavar="N",
    help="Tokens that a draft layer proposes for every step.  [default: 0]",
)  # fmt: skip
@click.option(
    "--lora", type=click.IntRange(min=0), default=0, metavar="N", help="LoRA adapters loaded with the weights."
)
@click.option(
    "--offload", type=click.FloatRange(min=0.0), default=0.0, metavar="GB",
    help="Weights of the group kept in the memory of the machine.",
)  # fmt: skip
@click.option("--input", "tokens_in", type=COUNT, help="Tokens of a prompt.  [default: a published test's]")
@click.option("--output", "tokens_out", type=COUNT, help="Tokens of an answer.  [default: a published test's]")
@click.option("--concurrency", type=COUNT, help="Concurrent requests.  [default: the curve]")
@click.option("--rate", type=click.FloatRange(min=0.0, min_open=True), help="Requests a second that arrive at random.")
@click.option("--p50-ms", "p50", type=MS, help="Latency target: first token at the median, in ms.")
@click.option("--p95-ms", "p95", type=MS, help="Latency target: first token of 95% of requests, in ms.")
@click.option("--inter-token-ms", "between", type=MS, help="Latency target: time between tokens, in ms.")
@with_options(FORMAT, AS_OF, RULES, QUIET, COLOR)
def command(
    shared: SharedOptions, model: str | None, config: Path | None, weights: int | None, index: Path | None, gpu: str,
    gpus: int, precision: Precision, kv_precision: Precision | None,
    layout: Way | None, nodes: int | None, engine: EngineName | None, memory_fraction: float | None, prefix_hit: float,
    speculation: int, lora: int, offload: float, tokens_in: int | None, tokens_out: int | None,
    concurrency: int | None, rate: float | None, p50: float | None, p95: float | None, between: float | None,
    color: str,
) -> None:  # fmt: skip
    """Estimate whether MODEL fits and its speed: memory by part, concurrent requests, output tokens per second, price.

    With latency targets, the highest rate of arrival below saturation that keeps them. Without targets, --concurrency
    and --rate, the curve of rate against time per token, and the saturated end of it in full.
    """
    from advisor.sizing.sizing_report import LoadAsked, size
    from advisor.sizing.throughput import ServiceTargets

    targets = ServiceTargets(p50, p95, between) if p50 or p95 or between else None
    if concurrency and rate:
        raise BadInput("--rate", "requests at once and a rate of arrival were both given", "give one of them")
    if targets and (concurrency or rate):
        raise BadInput(
            "--rate" if rate else "--concurrency", "a load and latency targets were both given", "give one of them"
        )
    catalog, parameters = shared.figures()
    chosen = _model(model, config, catalog)
    card = _entry("--gpu", gpu, catalog.gpus)
    placement = Placement(
        chosen, card, gpus, precision, kv_precision, engine, memory_fraction, layout, nodes, _bytes(weights, index),
        speculation, lora, offload,
    )  # fmt: skip
    prompt = tokens_in or parameters.number("size.input_tokens")
    shape = RequestShape(prompt, tokens_out or parameters.number("size.output_tokens"), prompt * prefix_hit)
    sizing = size(placement, shape, parameters, LoadAsked(concurrency, rate, targets))
    if shared.is_json:
        shared.emit(json.dumps(as_json(sizing), ensure_ascii=False))
    else:
        shared.emit(headed("\n".join(as_text(sizing, shared.width)), color))


def _bytes(weights: int | None, index: Path | None) -> float | None:
    if index is None:
        return weights
    if weights is not None:
        raise BadInput("--safetensors-index", "the bytes of the weights were given as well", "give one of them")
    try:
        total = parse_json(read_file(index, MOST_INDEX, follow=True), str(index))["metadata"]["total_size"]
    except (KeyError, TypeError):
        raise BadInput(str(index), "states no metadata.total_size", "a safetensors index is expected") from None
    if not isinstance(total, int) or isinstance(total, bool) or total <= 0:
        raise BadInput(str(index), f"metadata.total_size is {total!r}", "a whole number of bytes is expected")
    return float(total)


def _model(name: str | None, config: Path | None, catalog: Catalog) -> OpenModel:
    if config is not None:
        if name is not None:
            raise BadInput("--config", f"a model of the catalog, {name!r}, was given as well", "give one of them")
        from advisor.sizing.hf_config import read_config
        from advisor.sizing.model_shape import as_model

        return as_model(read_config(config), config)
    if name is None:
        raise BadInput("MODEL", "no model was given", "give a model of the catalog, or --config FILE")
    return _entry("MODEL", name, catalog.models)


def _entry(where: str, name: str, table: Mapping[str, T]) -> T:
    if name not in table:
        # `h100` means one of the cards that begin so, though `h200` differs in fewer letters.
        raise BadInput(where, f"{name!r} is not in the catalog", nearest(name, table))
    return table[name]


def as_json(sizing: Sizing) -> dict[str, object]:
    """The object of the contract, with price and ceiling added; rates and times are 0 where nothing fits."""
    served, memory = sizing.served, sizing.memory
    parts = {"weights": memory.weights_gb, "kv": memory.kv_gb, "overhead": memory.overhead_gb}
    first = (served.first_token_p50, served.first_token_p95) if served else (0.0, 0.0)
    return {
        "fits": sizing.fits,
        "tokens_per_second": {name: round(rate, 1) for name, rate in sizing.rates.items()},
        "first_token_ms": {"p50": round(first[0] * MILLI, 1), "p95": round(first[1] * MILLI, 1)},
        "inter_token_ms": {name: round(time, 3) for name, time in _between(sizing).items()},
        "waiting": round(served.waiting) if served else 0,
        "bound": served.bound if served else "capacity",
        "batch": round(served.flight) if served else 0,
        "layout": sizing.layout,
        "memory_gb": {name: round(part, 3) for name, part in {**parts, "available": memory.available_gb}.items()},
        "curve": [_point(point, sizing) for point in sizing.curve],
        "meets_targets": sizing.fits and sizing.carried if sizing.load.targets else None,
        "reason": _reason(sizing),
        "single_stream_ceiling": round(sizing.single_stream_ceiling, 1),
        "usd_per_million_output": _rounded(sizing.usd_per_million_output),
    }


def _between(sizing: Sizing) -> dict[str, float]:
    """Milliseconds between tokens: the slow end of the throughput's band is the long end of the time's."""
    mean = sizing.served.inter_token * MILLI if sizing.served else 0.0
    return {"p10": mean / sizing.band[1], "p50": mean, "p90": mean / sizing.band[0]}


def _point(point: CurvePoint, sizing: Sizing) -> dict[str, object]:
    served = point.served
    return {
        "concurrency": point.concurrency,
        "tokens_per_second": round(served.tokens_per_second, 1),
        "tokens_per_second_per_gpu": round(served.tokens_per_second / sizing.placement.gpus, 1),
        "inter_token_ms": round(served.inter_token * MILLI, 3),
        "first_token_ms": round(served.first_token_p50 * MILLI, 1),
        "layout": point.layout,
        "usd_per_million_output": _rounded(sizing.usd_at(served)),
    }


def _reason(sizing: Sizing) -> str:
    if sizing.fits and not sizing.carried:
        why = (
            "not even a lone request keeps the latency targets; it is shown"
            if sizing.load.targets
            else "the rate asked for exceeds what the group serves; it is shown saturated"
        )
        return f"{why}; {sizing.reason}"
    return sizing.reason


def _rounded(price: float | None) -> float | None:
    return None if price is None else round(price, 4)


def as_text(sizing: Sizing, width: int = WIDTH) -> list[str]:
    """A title, aligned lines of name and figure, the curve where no load was asked for, and the arithmetic."""
    place, shape = sizing.placement, sizing.shape
    title = f"{place.model.title} in {place.precision} on {place.gpus}× {place.gpu.title}"
    asked = f"{shape.input_tokens:,.0f} tokens in, {shape.output_tokens:,.0f} out"
    lines = _figures(sizing, sizing.served) if sizing.served else [("fits", "no")]
    longest = max(len(name) for name, _ in lines)
    table = [
        part
        for name, figure in lines
        for part in wrap(figure, width, lead=f"  {name:{longest}}  ", hanging=" " * (longest + 4))
    ]
    reason = wrap(_reason(sizing), width, lead="  ", hanging="  ")
    return [*wrap(f"{title}, {asked}", width), *table, *_curve(sizing, width), *reason]


_BOUNDS = {
    "memory-bandwidth": "memory bandwidth",
    "compute": "arithmetic",
    "launch": "launches of kernels",
    "links": "links between cards",
    "capacity": "memory for requests",
}
_HEADS = ("at once", "tokens/s", "per GPU", "ms/token", "first ms", "$/M out", "cheapest layout")
_INDENT = 2


def _curve(sizing: Sizing, width: int) -> list[str]:
    """The table of the curve, with the price where one is known, and its chart."""
    if not sizing.curve:
        return []
    from advisor.report.log_chart import sizing_chart

    rows = [_curve_row(point, sizing) for point in sizing.curve]
    heads = [head for head, cell in zip(_HEADS, rows[0], strict=True) if cell]
    table = fitted_table(heads, [[cell for cell in row if cell] for row in rows], width - _INDENT, right=heads[:-1])
    chart = sizing_chart([point.rate for point in sizing.curve], width - _INDENT)
    lines = [*table.split("\n"), "", *chart, *([""] if chart else [])]
    return ["", *(f"{'':{_INDENT}}{line}".rstrip() for line in lines)]


def _curve_row(point: CurvePoint, sizing: Sizing) -> tuple[str, ...]:
    """The cells of one load; the price is empty where no rent is known."""
    served = point.served
    rate, price = served.tokens_per_second, sizing.usd_at(served)
    return (
        f"{point.concurrency:,}", f"{rate:,.0f}", f"{rate / sizing.placement.gpus:,.0f}",
        f"{served.inter_token * MILLI:,.1f}", f"{served.first_token_p50 * MILLI:,.0f}",
        "" if price is None else f"{price:,.2f}", layout_words(point.layout),
    )  # fmt: skip


def _figures(sizing: Sizing, served: Served) -> list[tuple[str, str]]:
    rates, memory = sizing.rates, sizing.memory
    held = f"{memory.weights_gb:,.1f} weights + {memory.kv_gb:,.1f} cache + {memory.overhead_gb:,.1f} overhead"
    first = f"{served.first_token_p50 * MILLI:,.0f} ms, 95% within {served.first_token_p95 * MILLI:,.0f} ms"
    between = _between(sizing)
    waiting = f", {served.waiting:,.0f} wait for a place" if round(served.waiting) else ""
    return [
        ("fits", "yes"),
        ("layout", layout_words(sizing.layout)),
        ("memory", f"{held} of {memory.available_gb:,.1f} GB"),
        ("requests at once", f"{served.flight:,.0f}{waiting}"),
        *([("arriving", f"{served.requests_per_second:,.2f} requests/s")] if sizing.load.targets else []),
        ("output tokens/s", f"{rates['p50']:,.0f}  (80% band {rates['p10']:,.0f}–{rates['p90']:,.0f})"),
        ("bound by", _BOUNDS[served.bound]),
        ("first token", first),
        ("between tokens", f"{between['p50']:,.1f} ms  (80% band {between['p10']:,.1f}–{between['p90']:,.1f})"),
        ("one request alone", f"at most {sizing.single_stream_ceiling:,.1f} tokens/s"),
        ("price", _price(sizing)),
    ]


def _price(sizing: Sizing) -> str:
    if sizing.usd_per_hour is None or sizing.usd_per_million_output is None:
        return "the catalog holds no rental price"
    return f"${sizing.usd_per_million_output:,.2f} per million output tokens, at ${sizing.usd_per_hour:,.2f} an hour"

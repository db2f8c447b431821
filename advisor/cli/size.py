"""`advisor size`: does a model fit on a group of accelerators, how fast is it there, and what does a token cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar, cast

import click

from advisor.cli.examples import examples
from advisor.cli.inputs import knowledge_with
from advisor.cli.options import FORMAT, RULES, with_options
from advisor.cli.shell_words import gpus as offered_gpus
from advisor.cli.shell_words import models
from advisor.errors import BadInput, nearest
from advisor.sizing.placement import PRECISIONS, Placement, Precision, RequestShape

if TYPE_CHECKING:
    from pathlib import Path

    from advisor.knowledge.parameters import Parameters
    from advisor.sizing.sizing_report import Sizing

T = TypeVar("T")
COUNT = click.IntRange(min=1)


@click.command("size", epilog=examples("advisor size llama-3.3-70b --gpu h100-sxm --gpus 2 --precision fp8"))
@click.argument("model", shell_complete=models)
@click.option(
    "--gpu", required=True, metavar="ID", shell_complete=offered_gpus, help="The accelerator, an id of the catalog."
)
@click.option("--gpus", type=COUNT, required=True, help="How many of them hold one copy of the model together.")
@click.option("--precision", type=click.Choice(PRECISIONS), required=True, help="Format of the weights.")
@click.option("--input", "tokens_in", type=COUNT, help="Tokens of a prompt.  [default: a published test's]")
@click.option("--output", "tokens_out", type=COUNT, help="Tokens of an answer.  [default: a published test's]")
@click.option("--concurrency", type=COUNT, help="Requests at once.  [default: as many as fit]")
@with_options(FORMAT, RULES)
def command(
    model: str,
    gpu: str,
    gpus: int,
    precision: str,
    tokens_in: int | None,
    tokens_out: int | None,
    concurrency: int | None,
    form: str,
    packs: tuple[Path, ...],
) -> None:
    """Say whether MODEL fits, and how fast it is: memory by part, requests at once, output tokens per second, price."""
    from advisor.sizing.sizing_report import size

    knowledge, today = knowledge_with(packs), datetime.now(UTC).date()
    parameters = knowledge.parameters_at(today)
    chosen_model = _entry("MODEL", model, knowledge.catalog.models)
    placement = Placement(chosen_model, _entry("--gpu", gpu, knowledge.catalog.gpus), gpus, cast(Precision, precision))
    _check_group(placement)
    sizing = size(placement, _shape(tokens_in, tokens_out, parameters), parameters, concurrency)
    click.echo(json.dumps(as_json(sizing), ensure_ascii=False) if form == "json" else "\n".join(as_text(sizing)))


def _entry(where: str, name: str, table: Mapping[str, T]) -> T:
    if name not in table:
        # `h100` means one of the cards that begin so, though `h200` differs in fewer letters.
        raise BadInput(where, f"{name!r} is not in the catalog", nearest(name, table))
    return table[name]


def _check_group(placement: Placement) -> None:
    most = placement.gpu.max_group
    if placement.gpus > most:
        what = f"{placement.gpus} GPUs in one group"
        raise BadInput("--gpus", what, f"{placement.gpu.id} forms groups of at most {most}; more of them are replicas")


def _shape(tokens_in: int | None, tokens_out: int | None, parameters: Parameters) -> RequestShape:
    return RequestShape(
        tokens_in or parameters.number("size.input_tokens"), tokens_out or parameters.number("size.output_tokens")
    )


def as_json(sizing: Sizing) -> dict[str, object]:
    """The object of the contract, with latencies and price beside it; rates and times are 0 where nothing fits."""
    speed, memory = sizing.speed, sizing.speed.memory
    parts = {"weights": memory.weights_gb, "kv": memory.kv_gb, "overhead": memory.overhead_gb}
    return {
        "fits": speed.fits,
        "tokens_per_second": {name: round(rate, 1) for name, rate in sizing.rates.items()},
        "bound": speed.bound,
        "batch": speed.batch,
        "memory_gb": {name: round(part, 3) for name, part in {**parts, "available": memory.available_gb}.items()},
        "reason": speed.reason,
        "first_token_ms": round(speed.first_token_ms, 1),
        "inter_token_ms": round(speed.inter_token_ms, 2),
        "single_stream_ceiling": round(sizing.single_stream_ceiling, 1),
        "usd_per_million_output": _rounded(sizing.usd_per_million_output),
    }


def _rounded(price: float | None) -> float | None:
    return None if price is None else round(price, 4)


def as_text(sizing: Sizing) -> list[str]:
    """A title, aligned lines of name and figure, and the arithmetic behind them."""
    place, shape = sizing.placement, sizing.shape
    title = f"{place.model.title} in {place.precision} on {place.gpus}× {place.gpu.title}"
    asked = f"{shape.input_tokens:,.0f} tokens in, {shape.output_tokens:,.0f} out"
    lines = _figures(sizing) if sizing.speed.fits else [("fits", "no")]
    width = max(len(name) for name, _ in lines)
    table = [f"  {name:{width}}  {figure}" for name, figure in lines]
    return [f"{title}, {asked}", *table, f"  {sizing.speed.reason}"]


def _figures(sizing: Sizing) -> list[tuple[str, str]]:
    speed, rates = sizing.speed, sizing.rates
    memory = speed.memory
    held = f"{memory.weights_gb:,.1f} weights + {memory.kv_gb:,.1f} cache + {memory.overhead_gb:,.1f} overhead"
    return [
        ("fits", "yes"),
        ("memory", f"{held} of {memory.available_gb:,.1f} GB"),
        ("requests at once", f"{speed.batch:,}"),
        ("output tokens/s", f"{rates['p50']:,.0f}  (80 % band {rates['p10']:,.0f}–{rates['p90']:,.0f})"),
        ("bound by", speed.bound),
        ("first token", f"{speed.first_token_ms:,.0f} ms"),
        ("between tokens", f"{speed.inter_token_ms:,.1f} ms"),
        ("one request alone", f"at most {sizing.single_stream_ceiling:,.1f} tokens/s"),
        ("price", _price(sizing)),
    ]


def _price(sizing: Sizing) -> str:
    if sizing.usd_per_hour is None or sizing.usd_per_million_output is None:
        return "the catalog holds no rental price"
    return f"${sizing.usd_per_million_output:,.2f} per million output tokens, at ${sizing.usd_per_hour:,.2f} an hour"

"""`advisor measure`: usage logs and evaluation results that teams already have, turned into answers."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from advisor.cli.framework.click_extensions import Day, Sentences, examples, files, models
from advisor.cli.framework.click_extensions import gpus as offered_gpus
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import AS_OF, OUTPUT, QUIET, RULES, formats
from advisor.cli.framework.output import note, pack_files, write_pack
from advisor.errors import BadInput
from advisor.sizing.calibration import ENGINES, EngineName
from advisor.sizing.placement import PRECISIONS, Precision
from advisor.text import VisibleStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from advisor.evidence.measure import Measurement

FORMATS = formats("toml", "json")


@click.group("measure", cls=Sentences, epilog=examples("advisor measure usage spend-logs.jsonl --output volume.toml"))
def command() -> None:
    """Turn logs and evaluation results into answers that say what they were measured from."""


@command.command("usage", epilog=examples("advisor measure usage log.csv --by team --format json"))
@click.argument("locations", nargs=-1, required=True, metavar="FILE|URL...", shell_complete=files)
@click.option("--by", multiple=True, metavar="NAME", help="One result for each model, key, team or tag; repeatable.")
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="A column of a plain table; repeatable.")
@click.option("--cached-apart", is_flag=True, help="Input of the plain table leaves cached tokens out.")
@with_options(AS_OF, RULES, FORMATS, OUTPUT, QUIET)
def usage(
    shared: SharedOptions, locations: tuple[str, ...], by: tuple[str, ...], pairs: tuple[str, ...], cached_apart: bool
) -> None:
    """Read usage logs: LiteLLM, OpenAI, Anthropic, OpenTelemetry, Langfuse, Helicone, or a plain table.

    Two scrapes of the Prometheus metrics of one vLLM or SGLang server are read too.
    """
    from advisor.evidence.measure import measure_usage

    parameters = shared.knowledge().parameters_at(shared.as_of)
    mapping = dict(_pair(pair) for pair in pairs)
    with _told(sys.stderr, quiet=shared.quiet) as progress:
        measured = measure_usage(
            locations, parameters, by=by, mapping=mapping or None, cached_within_input=not cached_apart,
            progress=progress,
        )  # fmt: skip
    _print(list(measured.values()), shared, apart=bool(by))


@command.command("evaluation", epilog=examples("advisor measure evaluation results.csv --api gpt-5.4 --open qwen3-32b"))
@click.argument("locations", nargs=-1, required=True, metavar="FILE...", shell_complete=files)
@click.option("--api", "hosted", default="", metavar="CANDIDATE", help="The candidate behind the vendor's API.")
@click.option("--open", "weights", default="", metavar="CANDIDATE", help="The open-weights candidate.")
@with_options(FORMATS, OUTPUT, QUIET)
def evaluation(shared: SharedOptions, locations: tuple[str, ...], hosted: str, weights: str) -> None:
    """Read evaluation results: promptfoo, Inspect, lm-eval, OpenAI evals, or a CSV of task, candidate, passed."""
    from advisor.evidence.measure import measure_evaluation

    _print([measure_evaluation(locations, hosted, weights)], shared)


@command.command(
    "benchmark",
    epilog=examples("advisor measure benchmark results.json --gpu h100-sxm --gpus 1 --precision bf16 --save"),
)
@click.argument("locations", nargs=-1, required=True, metavar="FILE...", shell_complete=files)
@click.option("--gpu", required=True, metavar="ID", shell_complete=offered_gpus, help="The card, an id of the catalog.")
@click.option("--gpus", type=click.IntRange(min=1), help="Cards that held one copy of the model.")
@click.option("--model", default="", metavar="ID", shell_complete=models, help="The model, an id of the catalog.")
@click.option("--precision", type=click.Choice(PRECISIONS), help="Format of the weights.")
@click.option("--engine", type=click.Choice(ENGINES), help="The engine that ran.")
@click.option("--on", type=Day(), metavar="DATE", help="The day of the test, where the files do not say it.")
@click.option("--pack", type=click.Path(path_type=Path), metavar="DIR", help="Write the correction to the pack in DIR.")
@click.option("--save", is_flag=True, help="Write the correction to a pack of your own, used from now on.")
@with_options(AS_OF, RULES, FORMATS, OUTPUT, QUIET)
def benchmark(
    shared: SharedOptions, locations: tuple[str, ...], gpu: str, gpus: int | None, model: str,
    precision: Precision | None, engine: EngineName | None, on: date | None, pack: Path | None, save: bool,
) -> None:  # fmt: skip
    """Read load tests of one deployment: vLLM, SGLang, guidellm, aiperf, llama-bench, trtllm-bench.

    What the files say of model, cards, precision and engine need not be given. Throughput measured over throughput
    modeled then corrects `size` and `assess`, for this configuration and, with a wider band, for its neighbors.
    """
    from advisor.evidence.benchmark import Deployment, pack_with
    from advisor.evidence.measure import measure_benchmark
    from advisor.paths import packs_directory

    knowledge = shared.knowledge()
    parameters = knowledge.parameters_at(shared.as_of)
    said = Deployment(gpu, model, gpus, precision, engine)
    measured, result = measure_benchmark(locations, said, knowledge.catalog, parameters, on)
    folders = [*([pack] if pack else []), *([packs_directory(os.environ) / "own-benchmarks"] if save else [])]
    _print([measured], shared)
    for folder in folders:
        write_pack(folder, pack_with(pack_files(folder), result, measured.sources, parameters))
        note(f"written to {folder}", quiet=shared.quiet)


@contextmanager
def _told(stream: TextIO | None, *, quiet: bool) -> Iterator[Callable[[float], None] | None]:
    """Show on one line of a terminal how far a query is, and say so where the user ended it."""
    show = stream.overwrite if isinstance(stream, VisibleStream) and stream.isatty() and not quiet else None
    try:
        try:
            yield show and (lambda share: show(f"{share:4.0%} read, Ctrl+C to cancel"))
        finally:
            if show:
                show("")
    except KeyboardInterrupt:
        note("ended before all was read; nothing was written", quiet=quiet)
        raise


def _pair(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not equals or not name or not column:
        raise BadInput(f"--map {text}", "is not FIELD=COLUMN", "for example --map input=prompt_tokens")
    return name, column


def _print(measured: Sequence[Measurement], shared: SharedOptions, *, apart: bool = False) -> None:
    if shared.is_json:
        tables = [each.as_json() for each in measured]
        shared.emit(json.dumps(tables if apart else tables[0], indent=2))
    elif apart:
        raise BadInput("--by", "several results do not fit one answers file", "add --format json")
    else:
        shared.emit(measured[0].as_answers().rstrip("\n"))

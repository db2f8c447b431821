"""Fit the step model to published rows, saturated and interactive together, and score it on configurations held out.

Run `python -m benchmarks.sizing.fit_throughput [--rows] [--write] [--bands]`. Without options it scores the shipped
figures.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import Range
from advisor.sizing.calibration import BANDED, KINDS, LOADS, Calibration, EngineProfile, banded
from benchmarks.sizing.published_rows import Row, fitting_rows, held_out, read_rows, unscored
from benchmarks.sizing.robust_fit import ROUNDS, fit

PARAMETERS = Path(__file__).resolve().parents[2] / "rules" / "parameters" / "throughput.toml"

PAGE = PARAMETERS.parents[2] / "docs" / "sizing.md"
BEGIN, END = "<!-- validation -->", "<!-- end of validation -->"

START = {
    "overhead_gb": 2.5, "fp4_pj": 0.06, "link_efficiency": 0.6, "expert_passes": 5.0,
    "expert_efficiency": 0.6, "expert_imbalance": 1.2, "all_to_all": 0.6, "rank_layer_us": 30.0,
    "prompt_wait": 0.1, "step_wait": 0.7, "widened_efficiency": 0.7, "wide_batch": 512.0, "activation_passes": 15.0,
    "activations_whole": 0.3, "latent_efficiency": 0.8, "expert_prompt_us": 500.0, "latent_prompt_us": 1000.0,
    "stage_wait": 0.05,
    "pace_trtllm_019": 0.9, "pace_trtllm_021": 1.0,
    **{f"{engine}.{name}": value for engine in ("tensorrt-llm", "tensorrt-llm-2024", "vllm", "sglang", "rocm")
       for name, value in {
           "layer_us": 40.0, "expert_layer_us": 15.0, "sync_us": 8.0, "prefill_layer_us": 300.0, "step_us": 500.0,
           "request_us": 15.0, "front_end_ms": 15.0, "bandwidth_efficiency": 0.85, "prefill_efficiency": 0.6,
           "decode_efficiency": 0.6, "cache_efficiency": 1.0}.items()},
    "llama.cpp.layer_us": 60.0, "llama.cpp.step_us": 1000.0, "llama.cpp.bandwidth_efficiency": 0.85,
}  # fmt: skip
"""Where the search begins and what the priors pull to: what kernels, links and hosts are commonly seen to reach."""
STIFF = {
    "overhead_gb": 15.0, "fp4_pj": 0.5, "link_efficiency": 2.0, "expert_passes": 0.5, "expert_efficiency": 0.5,
    "expert_imbalance": 6.0, "all_to_all": 0.3, "rank_layer_us": 0.7, "cache_efficiency": 4.0, "prompt_wait": 0.3,
    "step_wait": 2.0, "widened_efficiency": 2.0, "wide_batch": 0.5, "activation_passes": 0.5,
    "activations_whole": 0.7, "latent_efficiency": 6.0, "expert_prompt_us": 0.5, "latent_prompt_us": 0.5,
    "stage_wait": 1.0,
    "pace_trtllm_019": 2.0, "pace_trtllm_021": 4.0,
    "layer_us": 1.0, "expert_layer_us": 0.7, "sync_us": 1.0, "prefill_layer_us": 1.0, "step_us": 1.0,
    "request_us": 2.0, "front_end_ms": 2.0, "bandwidth_efficiency": 8.0, "prefill_efficiency": 6.0,
    "decode_efficiency": 4.0,
}  # fmt: skip
"""How hard a figure is held to its start; an efficiency is known better beforehand than a launch."""
UNSEEN = (
    "sglang.bandwidth_efficiency",
    "sglang.prefill_efficiency",
    "sglang.decode_efficiency",
    "sglang.cache_efficiency",
    "rocm.expert_layer_us",
)
"""What no row tells apart from other figures stays at its start: SGLang runs the kernels that vLLM runs."""
FREE = {name: STIFF[name.rsplit(".", 1)[-1]] for name in START if name not in UNSEEN}
FIRST_TOKEN_WEIGHT = 0.4
FIRST_TOKEN_LIMIT = 1.2
"""First tokens are published with queues and warm-ups in them, so beyond this log error they pull no harder."""
ROWS_THAT_COUNT = 4
"""Of a configuration with more rows of a source, each counts for less."""
ENDS = (0.1, 0.9)
ROUNDS_FROM_THE_WHOLE_FIT = 2
"""A fit without one model begins where the fit with all of them ended."""


def with_figures(start: Calibration, figures: Mapping[str, float]) -> Calibration:
    """Replace global figures by name and engines' by `engine.name`; `llama.cpp` holds a dot of its own."""
    engines = {name: asdict(profile) for name, profile in start.engines.items()}
    plain: dict[str, Any] = {}
    for name, value in figures.items():
        engine, _, field = name.rpartition(".")
        if engine:
            engines[engine][field] = value
        else:
            plain[name] = value
    for field in ("bandwidth_efficiency", "prefill_efficiency", "decode_efficiency", "cache_efficiency"):
        engines["sglang"][field] = engines["vllm"][field]
    return replace(start, engines={name: EngineProfile(**each) for name, each in engines.items()}, **plain)


def residuals(rows: list[Row], calibration: Calibration, moved: str = "") -> list[float]:
    """Log errors: of the rate where the group is saturated, else of the times to and between tokens.

    Rows of engines that the figure `moved` does not belong to are left at 0.
    """
    count = Counter((row.configuration, row.source) for row in rows)
    engine = moved.rpartition(".")[0]
    profiles = {engine} | ({"sglang"} if engine == "vllm" else set())
    found = []
    for row in rows:
        if engine and row.profile not in profiles:
            found += [0.0, 0.0]
            continue
        weight = min(1.0, (ROWS_THAT_COUNT / count[row.configuration, row.source]) ** 0.5)
        served = row.predicted(calibration)
        if not row.inter_token_ms or row.load == "saturated":
            found += [weight * math.log(served.tokens_per_second / row.tokens_per_second), 0.0]
            continue
        between = math.log(row.inter_token(served) / row.inter_token_ms)
        first = math.log(served.first_token_p50 * 1000 / row.first_token_ms) if row.first_token_ms else 0.0
        first = max(-FIRST_TOKEN_LIMIT, min(FIRST_TOKEN_LIMIT, first))
        found += [weight * between, weight * FIRST_TOKEN_WEIGHT * first]
    return found


def refit(
    rows: list[Row], start: Calibration, figures: Mapping[str, float], rounds: int = ROUNDS,
    held: Mapping[str, float] = FREE,
) -> dict[str, float]:  # fmt: skip
    def at(point: Mapping[str, float], moved: str) -> np.ndarray:
        return np.array(residuals(rows, with_figures(start, point), moved))

    return fit(at, figures, held, START, rounds)


def ratios(rows: Iterable[Row], calibration: Calibration) -> dict[str, list[tuple[Row, float]]]:
    """Predicted over published, by quantity: saturated rate, time between tokens, time to the first."""
    found: dict[str, list[tuple[Row, float]]] = defaultdict(list)
    for row in rows:
        served = row.predicted(calibration)
        if not row.inter_token_ms or row.load == "saturated":
            found["saturated rate"].append((row, served.tokens_per_second / row.tokens_per_second))
            continue
        found["time per token"].append((row, row.inter_token(served) / row.inter_token_ms))
        if row.first_token_ms:
            found["first token"].append((row, served.first_token_p50 * 1000 / row.first_token_ms))
    return found


def error(found: Iterable[float]) -> float:
    return 100 * median(abs(each - 1) for each in found)


def model_left_out(rows: list[Row], start: Calibration, figures: Mapping[str, float]) -> list[tuple[Row, float, str]]:
    """Published over predicted throughput of each model by a fit that saw none of its rows, by load.

    Only rows that may be fitted count: a band is judged by those that are held out.
    """
    found = []
    rows = fitting_rows(rows)
    names = {row.placement.model.id for row in rows}
    for name in sorted(names):
        seen = [row for row in rows if row.placement.model.id != name]
        calibration = with_figures(start, refit(seen, start, figures, ROUNDS_FROM_THE_WHOLE_FIT))
        for quantity, pairs in ratios([row for row in rows if row.placement.model.id == name], calibration).items():
            if quantity == "saturated rate":
                found += [(row, 1 / ratio, "saturated") for row, ratio in pairs]
            elif quantity == "time per token":
                found += [(row, ratio, "interactive") for row, ratio in pairs]
    return found


def cross_validated(
    rows: list[Row], start: Calibration, figures: Mapping[str, float], by: str, stiffer: float
) -> dict[str, list[tuple[Row, float]]]:
    """Predicted over published of fitted rows by fits that saw none of their model, accelerator or configuration.

    Names are dealt into folds by their digests; `stiffer` multiplies how hard figures are held to where they start.
    Held-out rows take no part, so that a choice made by this does not rest on them.
    """
    rows, held = fitting_rows(rows), {name: stiffer * stiffness for name, stiffness in FREE.items()}
    found: dict[str, list[tuple[Row, float]]] = defaultdict(list)
    for fold in range(FOLDS):
        apart = [row for row in rows if _fold(CROSSED[by](row)) == fold]
        seen = [row for row in rows if _fold(CROSSED[by](row)) != fold]
        made = refit(seen, start, figures, ROUNDS_FROM_THE_WHOLE_FIT + 1, held)
        for quantity, pairs in ratios(apart, with_figures(start, made)).items():
            found[quantity] += pairs
    return found


def _fold(name: str) -> int:
    return int(sha256(name.encode()).hexdigest(), 16) % FOLDS


FOLDS = 5
CROSSED: dict[str, Callable[[Row], str]] = {
    "model": lambda row: row.placement.model.id,
    "accelerator": lambda row: row.placement.gpu.id,
    "configuration": lambda row: row.configuration,
}
"""What the rows of a fold have in common that no other fold has seen."""


def bands(left_out: list[tuple[Row, float, str]]) -> dict[str, Range]:
    """Tenth and ninetieth percentile by engine class, kind and load; few rows or models take the widest ends known."""
    by: dict[str, list[float]] = defaultdict(list)
    models: dict[str, set[str]] = defaultdict(set)
    for row, ratio, load in left_out:
        name = f"{banded(row.profile)}.{row.kind}.{load}"
        by[name].append(ratio)
        models[name].add(row.placement.model.id)
    made = {}
    for name in (f"{engine}.{kind}.{load}" for engine in BANDED for kind in KINDS for load in LOADS):
        if len(by[name]) >= FEWEST:
            low, high = np.quantile(by[name], ENDS)
            made[name] = Range(min(1.0, float(low)), max(1.0, float(high)), 1.0)
    own = dict(made)
    for name in (f"{engine}.{kind}.{load}" for engine in BANDED for kind in KINDS for load in LOADS):
        known = [band for other, band in own.items() if other.endswith(name.rpartition(".")[2])]
        widest = Range(min(band.low for band in known), max(band.high for band in known), 1.0)
        if name not in own or len(models[name]) < FEWEST_MODELS:
            made[name] = widest
    return made


FEWEST = 8
"""Fewer rows of a class do not make a band of their own."""
FEWEST_MODELS = 3
"""Nor do more rows of fewer models: leaving one out then says little of a model that was never measured."""


def report(rows: list[Row], calibration: Calibration, *, every: bool) -> None:
    out = held_out()
    for title, chosen in (
        ("held out", [row for row in rows if row.configuration in out]),
        ("fitted", fitting_rows(rows)),
    ):
        print(f"\n{title}: {len(chosen)} rows of {len({row.configuration for row in chosen})} configurations")
        for quantity, pairs in sorted(ratios(chosen, calibration).items()):
            _table(quantity, pairs, calibration, lambda row: row.kind)
            _table(quantity, pairs, calibration, lambda row: f"{row.kind}, {row.source}, {banded(row.profile)}")
    if every:
        for quantity, pairs in sorted(ratios(rows, calibration).items()):
            for row, ratio in pairs:
                print(f"  {quantity:15} {row.source:22} {row.name} predicted over published {ratio:.2f}")
    print("\nnot scored")
    for each in unscored():
        print(f"  {each['source']}: {each['what']} ({each['because']})")


def _table(quantity: str, pairs: list[tuple[Row, float]], calibration: Calibration, key: Callable[[Row], str]) -> None:
    groups: dict[str, list[tuple[Row, float]]] = defaultdict(list)
    for row, ratio in pairs:
        groups[key(row)].append((row, ratio))
    for name, found in sorted(groups.items()):
        values = [ratio for _, ratio in found]
        line = f"  {quantity:15} {name:52} {len(values):4} rows {error(values):6.1f}%  median {median(values):5.2f}"
        if quantity == "first token":
            within = [sum(abs(math.log(each)) <= math.log(limit) for each in values) for limit in (1.5, 3)]
            print(f"{line}  ×1.5 {100 * within[0] / len(values):3.0f}%  ×3 {100 * within[1] / len(values):3.0f}%")
        else:
            print(f"{line}  in the 80% band {inside(found, calibration, quantity):3.0f}%")


def inside(pairs: list[tuple[Row, float]], calibration: Calibration, quantity: str) -> float:
    """Percent of rows whose published figure lies in the printed band."""
    load = "saturated" if quantity == "saturated rate" else "interactive"
    hits = 0
    for row, ratio in pairs:
        band = calibration.bands[f"{banded(_shipped(row.profile))}.{row.kind}.{load}"]
        throughput = 1 / ratio if load == "saturated" else ratio
        hits += band.low <= throughput <= band.high
    return 100 * hits / len(pairs)


def _shipped(profile: str) -> str:
    return "tensorrt-llm" if profile == "tensorrt-llm-2024" else profile


def naive(calibration: Calibration) -> Calibration:
    """A roofline at the peaks of the data sheets: nothing launched, nothing lost, nothing waited for."""
    ideal = {}
    for name in START:
        if name.endswith(("_us", "_ms", "_pj", "_passes", "_wait")):
            ideal[name] = 0.0
        elif name != "overhead_gb":
            ideal[name] = 1.0
    return with_figures(calibration, ideal)


def page_tables(rows: list[Row], calibration: Calibration) -> str:
    """The validation tables of docs/sizing.md: held-out rows by kind, by source and by card, and the fitted ones."""
    out = held_out()
    held = ratios([row for row in rows if row.configuration in out], calibration)
    seen = ratios(fitting_rows(rows), calibration)
    parts = []
    for title, found, key in (
        ("Held out, by kind of model", held, lambda row: f"{row.kind}"),
        ("Held out, by source and engine", held, lambda row: f"{row.source}, {banded(row.profile)}, {row.kind}"),
        ("Held out, by accelerator", held, lambda row: f"{row.placement.gpu.id}, {row.kind}"),
        ("Fitted, by kind of model", seen, lambda row: f"{row.kind}"),
    ):
        parts += [f"### {title}", "| quantity | rows of | number | median error | in the 80% band, or ×1.5 / ×3 |"]
        parts += ["|---|---|---|---|---|", *_page_lines(found, key, calibration), ""]
    plain = ratios([row for row in rows if row.configuration in out], naive(calibration))
    parts += ["### Held out, against a roofline at the peaks of the data sheets", "| quantity | rows of | number |"]
    parts[-1] += " this model's median error | the roofline's |"
    parts.append("|---|---|---|---|---|")
    for quantity in ("saturated rate", "time per token"):
        for kind in KINDS:
            ours = [ratio for row, ratio in held[quantity] if row.kind == kind]
            theirs = [ratio for row, ratio in plain[quantity] if row.kind == kind]
            if ours:
                parts.append(f"| {quantity} | {kind} | {len(ours)} | {error(ours):.1f}% | {error(theirs):.0f}% |")
    parts.append("")
    return "\n".join(parts)


def _page_lines(
    found: dict[str, list[tuple[Row, float]]], key: Callable[[Row], str], calibration: Calibration
) -> list[str]:
    lines = []
    for quantity, pairs in sorted(found.items()):
        groups: dict[str, list[tuple[Row, float]]] = defaultdict(list)
        for row, ratio in pairs:
            groups[key(row)].append((row, ratio))
        for name, members in sorted(groups.items()):
            values = [ratio for _, ratio in members]
            if quantity == "first token":
                within = [sum(abs(math.log(each)) <= math.log(limit) for each in values) for limit in (1.5, 3)]
                last = " / ".join(f"{100 * share / len(values):.0f}%" for share in within)
            else:
                last = f"{inside(members, calibration, quantity):.0f}%"
            lines.append(f"| {quantity} | {name} | {len(values)} | {error(values):.1f}% | {last} |")
    return lines


def write_page(rows: list[Row], calibration: Calibration) -> None:
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{page_tables(rows, calibration)}{END}{after}")


def write(figures: Mapping[str, float], made: Mapping[str, Range]) -> None:
    """Put three significant digits of each figure and band in place of those in the parameter file."""
    text = PARAMETERS.read_text()
    shared = {f"sglang.{name}": figures[f"vllm.{name}"] for name in (key.split(".")[1] for key in UNSEEN[:4])}
    for name, value in {**figures, **shared}.items():
        text = _put(text, name, r"value = \S+", f"value = {_digits(value)}")
    for name, band in made.items():
        both = f"low = {_digits(band.low)}\nmode = 1.0\nhigh = {_digits(band.high)}"
        text = _put(text, f"band.{name}", r"low = \S+\nmode = \S+\nhigh = \S+", both)
    PARAMETERS.write_text(text)


def _put(text: str, name: str, old: str, new: str) -> str:
    pattern = rf'(id = "throughput\.{re.escape(name)}"\n(?:(?!\[\[parameter\]\]).*\n)*?){old}'
    text, found = re.subn(pattern, lambda match: match[1] + new, text)
    if found != 1:
        raise SystemExit(f"{PARAMETERS}: {found} values of throughput.{name}")
    return text


def _digits(value: float) -> str:
    return repr(float(f"{value:.3g}"))


def shipped() -> tuple[Calibration, dict[str, float], list[Row]]:
    """Figures of the parameter file, those of them that a fit moves, and all rows."""
    knowledge = load_knowledge()
    calibration = Calibration.from_parameters(knowledge.parameters_at(date(2026, 11, 28)))
    figures = {}
    for name in START:
        engine, _, field = name.rpartition(".")
        figures[name] = getattr(calibration.engines[engine] if engine else calibration, field)
    return calibration, figures, read_rows(knowledge.catalog)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rows", action="store_true", help="print every row")
    options.add_argument("--write", action="store_true", help="refit, and write the figures found")
    options.add_argument("--bands", action="store_true", help="leave each model out, and write the bands as well")
    options.add_argument("--cross", choices=CROSSED, help="score fitted rows by fits that saw none of their kind")
    options.add_argument("--stiffer", type=float, default=1.0, help="with --cross: hold figures so many times as hard")
    options.add_argument("--page", action="store_true", help="write the tables of docs/sizing.md")
    chosen = options.parse_args()
    calibration, figures, rows = shipped()
    if chosen.cross:
        found = cross_validated(rows, calibration, figures, chosen.cross, chosen.stiffer)
        for quantity, pairs in sorted(found.items()):
            _table(quantity, pairs, calibration, lambda row: row.kind)
        return
    if chosen.write:
        figures = refit(fitting_rows(rows), calibration, START)
        calibration = with_figures(calibration, figures)
        write(figures, {})
    if chosen.bands:
        made = bands(model_left_out(rows, calibration, figures))
        calibration = replace(calibration, bands=made)
        write(figures, made)
    if chosen.page:
        write_page(rows, calibration)
    report(rows, calibration, every=chosen.rows)


if __name__ == "__main__":
    main()

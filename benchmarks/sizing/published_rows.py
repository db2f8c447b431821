"""Published measurements under rules/throughput, each with the placement, load and shape it was taken at.

A configuration is model, accelerator, group size, precision and engine. `rules/throughput/split.toml` lists those that
are held out: none of their rows, whatever the source, takes part in a fit.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from advisor.knowledge.catalog import Catalog, OpenModel
from advisor.sizing.calibration import EARLY, Calibration, EngineProfile, profile_name
from advisor.sizing.group_model import MILLI, GroupModel, Served, group_models, served_closed, served_open
from advisor.sizing.model_shape import shape_of
from advisor.sizing.placement import Layout, Placement, RequestShape

ROWS = Path(__file__).resolve().parents[2] / "rules" / "throughput"
EARLY_SOURCES = ("trtllm-0.14", "trtllm-0.17", "mlperf-4.1")
"""Measured with engines compiled ahead of time."""
PACES = {"trtllm-0.19": "pace_trtllm_019", "trtllm-0.21": "pace_trtllm_021"}
"""Versions of an engine that were slower than the one it is sized as, with the figure that says by how much."""
SAME = 0.01
"""Rates that differ by less are one measurement published twice."""
Load = Literal["saturated", "closed", "open", "batch"]


@dataclass(frozen=True)
class Row:
    """One measurement of a group. `clients` is None at maximum load; times are 0 where none were published.

    `requests` is how many were sent in all where a run sent them at once; 0 where that is not known.
    """

    source: str
    placement: Placement
    profile: str
    layouts: tuple[Layout, ...]
    load: Load
    shape: RequestShape
    clients: float | None
    tokens_per_second: float
    first_token_ms: float = 0.0
    inter_token_ms: float = 0.0
    reference: bool = False
    requests: int = 0

    @property
    def configuration(self) -> str:
        place = self.placement
        engine = "tensorrt-llm" if self.profile == EARLY else self.profile
        return f"{place.model.id} | {place.gpu.id} | {place.gpus} | {place.precision} | {engine}"

    @property
    def kind(self) -> str:
        shape = shape_of(self.placement.model)
        return "latent" if shape.latent else "mixture" if shape.mixture else "dense"

    @property
    def name(self) -> str:
        shape, load = self.shape, f"{self.clients:.0f} at once" if self.clients else "saturated"
        return f"{self.configuration:62} {shape.input_tokens:6.0f}/{shape.output_tokens:<6.0f} {load}"

    def same_as(self, other: Row) -> bool:
        """Whether both are one measurement: alike but for the engine's name, and as fast."""
        mine, theirs = self.placement, other.placement
        alike = (mine.model.id, mine.gpu.id, mine.gpus, mine.precision, self.shape, self.clients) == (
            theirs.model.id, theirs.gpu.id, theirs.gpus, theirs.precision, other.shape, other.clients
        )  # fmt: skip
        return alike and abs(self.tokens_per_second / other.tokens_per_second - 1) < SAME

    def predicted(self, calibration: Calibration, layouts: tuple[Layout, ...] | None = None) -> Served:
        """What the model says of this row: of the layouts it may have run, the fastest."""
        profile = calibration.engines[self.profile]
        models, _ = group_models(self.placement, self.shape, calibration, profile, layouts or self.layouts)
        if self.source in PACES:
            for model in models:
                model.step.pace = getattr(calibration, PACES[self.source])
        fitting = [model for model in models if model.memory.fits] or list(models)
        return max((self.served_by(model, profile) for model in fitting), key=lambda served: served.tokens_per_second)

    def served_by(self, model: GroupModel, profile: EngineProfile) -> Served:
        most = max(1, model.memory.batch)
        clients = self.clients or most
        if self.load == "open":
            flight = min(clients, most)
            return served_open(model.step, self.shape, flight, most, memory_bound=model.memory.memory_bound)
        if self.load == "saturated" and self.requests:
            return self._finite(model, most)
        return served_closed(model.step, self.shape, clients, most, memory_bound=model.memory.memory_bound)

    def _finite(self, model: GroupModel, most: int) -> Served:
        """A run of so many requests: rounds of as many as there is room for, and one of what is left."""
        rounds, left = divmod(self.requests, most)
        bound = model.memory.memory_bound
        full = served_closed(model.step, self.shape, min(most, self.requests), most, memory_bound=bound)
        if not rounds or not left:
            return full
        last = served_closed(model.step, self.shape, left, most, memory_bound=bound)
        seconds = rounds * most / full.requests_per_second + left / last.requests_per_second
        rate = self.requests / seconds
        return replace(full, requests_per_second=rate, tokens_per_second=rate * self.shape.output_tokens)

    def inter_token(self, served: Served) -> float:
        """Milliseconds between tokens as the row counts them: of a whole batch, its prompt included."""
        if self.load == "batch":
            return (self.clients or 1) / served.tokens_per_second * MILLI
        return served.inter_token * MILLI


def read_rows(catalog: Catalog) -> list[Row]:
    models = catalog.models | _shapes(catalog)
    rows: list[Row] = []
    for path in sorted(ROWS.glob("*.toml")):
        table = tomllib.loads(path.read_text())
        for entry in (*table.get("group", ()), *table.get("serving", ()), *table.get("measured", ())):
            place = Placement(
                models[entry["model"]], catalog.gpus[entry["gpu"]], entry["gpus"], entry["precision"],
                entry.get("kv_precision"),
            )  # fmt: skip
            early = table["source"] in EARLY_SOURCES
            usual = "vllm" if place.gpu.platform == "rocm" else "tensorrt-llm"
            named = EARLY if early and usual != "vllm" else profile_name(entry.get("engine", usual), place.gpu)
            rows += [_row(table, entry, place, named, figures) for figures in entry["rows"]]
    return rows


def held_out() -> frozenset[str]:
    return frozenset(tomllib.loads((ROWS / "split.toml").read_text())["held_out"])


def set_aside() -> tuple[tuple[str, str], ...]:
    """Configurations that are scored but not fitted, with the reason."""
    listed = tomllib.loads((ROWS / "split.toml").read_text())["set_aside"]
    return tuple((each["configuration"], each["because"]) for each in listed)


def fitting_rows(rows: list[Row]) -> list[Row]:
    """Rows that may take part in a fit: no held-out configuration, none that is a held-out row published again."""
    out = held_out()
    aside = {name for name, _ in set_aside()}
    kept_back = [row for row in rows if row.configuration in out]
    return [
        row
        for row in rows
        if row.configuration not in out | aside and not any(row.same_as(other) for other in kept_back)
    ]


def unscored() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = tomllib.loads((ROWS / "unscored.toml").read_text())["unscored"]
    return listed


def _shapes(catalog: Catalog) -> dict[str, OpenModel]:
    shapes = tomllib.loads((ROWS / "shapes.toml").read_text())["shape"]
    made = {}
    for raw in shapes:
        like = catalog.models[raw.pop("like")]
        made[raw["id"]] = replace(like, groups=(), **raw)
    return made


def _row(table: dict[str, Any], entry: dict[str, Any], place: Placement, profile: str, figures: list[float]) -> Row:
    tokens_in, tokens_out, *rest = figures
    layouts = _layouts(entry, place)
    shape = RequestShape(tokens_in, tokens_out)
    source: str = table["source"]
    sent = {(each[0], each[1]): each[2] for each in table.get("runs", ())}.get((tokens_in, tokens_out), 0)
    if len(rest) == 1:
        reference = [tokens_in, tokens_out] in table.get("reference_shapes", ())
        rate = rest[0] / entry.get("copies", 1)
        return Row(source, place, profile, layouts, "saturated", shape, None, rate, reference=reference, requests=sent)
    if len(rest) == 3:
        first, inter, rate = rest
        in_flight = max(1, round(rate * inter / MILLI))  # Little's law
        return Row(source, place, profile, layouts, "open", shape, in_flight, rate, first, inter)
    clients, rate, first, inter = rest
    return Row(
        source, place, profile, layouts, entry["load"], shape, clients or None, rate, first, inter,
        requests=0 if clients else sent,
    )  # fmt: skip


def _layouts(entry: dict[str, Any], place: Placement) -> tuple[Layout, ...]:
    """The layout a row names, else the usual ones: tensor parallel, and for mixtures data ranks with their experts."""
    if "layout" in entry:
        sizes = {part: int(size) for part, size in re.findall(r"(tp|dp|ep|pp)(\d+)", entry["layout"])}
        return (Layout(sizes.get("tp", 1), sizes.get("pp", 1), sizes.get("dp", 1), "ep" in sizes),)
    spread = (Layout(1, data=place.gpus, expert=True),) if place.model.experts and place.gpus > 1 else ()
    return (Layout(place.gpus), *spread)

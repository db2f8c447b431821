"""Published throughput and latency under rules/throughput, each row with the placement and shape it was measured at."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from advisor.knowledge.catalog import Catalog, OpenModel
from advisor.sizing.placement import Placement, RequestShape

ROWS = Path(__file__).resolve().parent.parent / "rules" / "throughput"


@dataclass(frozen=True)
class Row:
    """One measurement of a group. `inter_token_ms` is 0 unless latency was measured at `batch` requests in flight."""

    source: str
    use: str
    placement: Placement
    shape: RequestShape
    tokens_per_second: float
    reference: bool = False
    batch: int | None = None
    first_token_ms: float = 0.0
    inter_token_ms: float = 0.0

    @property
    def cell(self) -> tuple[str, str]:
        return self.placement.model.id, self.placement.gpu.id

    @property
    def kind(self) -> str:
        return self.placement.model.kind

    @property
    def name(self) -> str:
        place, shape = self.placement, self.shape
        where = f"{place.model.id:17} {place.gpus}× {place.gpu.id:9} {place.precision}"
        return f"{where} {shape.input_tokens:5.0f}/{shape.output_tokens:<5.0f}"


def read_rows(catalog: Catalog) -> list[Row]:
    models = catalog.models | _shapes(catalog)
    rows: list[Row] = []
    for path in sorted(ROWS.glob("*.toml")):
        table = tomllib.loads(path.read_text())
        for group in table.get("group", ()):
            place = _placement(group, models, catalog)
            rows += [_throughput(table, group, place, figures) for figures in group["rows"]]
        for group in table.get("serving", ()):
            place = _placement(group, models, catalog)
            rows += [_latency(table, place, figures) for figures in group["rows"]]
    return rows


def unscored() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = tomllib.loads((ROWS / "unscored.toml").read_text())["unscored"]
    return listed


def _shapes(catalog: Catalog) -> dict[str, OpenModel]:
    shapes = tomllib.loads((ROWS / "shapes.toml").read_text())["shape"]
    return {raw["id"]: replace(catalog.models[raw.pop("like")], **raw) for raw in shapes}


def _placement(group: dict[str, Any], models: dict[str, OpenModel], catalog: Catalog) -> Placement:
    return Placement(models[group["model"]], catalog.gpus[group["gpu"]], group["gpus"], group["precision"])


def _throughput(table: dict[str, Any], group: dict[str, Any], place: Placement, figures: list[float]) -> Row:
    tokens_in, tokens_out, rate = figures
    reference = [tokens_in, tokens_out] in table.get("reference_shapes", ())
    shape = RequestShape(tokens_in, tokens_out)
    return Row(table["source"], table["use"], place, shape, rate / group.get("copies", 1), reference)


def _latency(table: dict[str, Any], place: Placement, figures: list[float]) -> Row:
    tokens_in, tokens_out, first, inter, rate = figures
    in_flight = max(1, round(rate * inter / 1000))  # Little's law
    shape = RequestShape(tokens_in, tokens_out)
    return Row(table["source"], table["use"], place, shape, rate, False, in_flight, first, inter)

"""JSON Schema of the published throughput measurements under `rules/throughput/`."""

from __future__ import annotations

from advisor.knowledge.catalog import OpenModel
from advisor.report.schemas.json_schema import Schema, Shapes, array, document, one_of, table

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 1}
_NUMBERS = array({"type": "number", "minimum": 0})
_PLACED: dict[str, Schema] = {"model": _TEXT, "gpu": _TEXT, "gpus": _COUNT, "precision": _TEXT}
_REQUIRED = (*_PLACED, "engine", "load", "rows")
_SET: dict[str, Schema] = {"layout": _TEXT, "kv_precision": _TEXT}
_GROUP: dict[str, Schema] = {**_SET, "copies": _COUNT}
_MEASURED: dict[str, Schema] = {
    **_SET,
    "engine": one_of(("tensorrt-llm", "vllm", "sglang", "llama.cpp")),
    "version": _TEXT,
    "load": one_of(("saturated", "closed", "open", "batch")),
}


def throughput_schema() -> Schema:
    """A file of one source's measurements, of shapes that only measurements name, or of what cannot be scored."""
    body = table({
        "source": _TEXT,
        "reference_shapes": array(_NUMBERS),
        "runs": array(_rows(3)),
        "group": array(table({**_PLACED, **_GROUP, "rows": array(_rows(3))}, (*_PLACED, "rows"))),
        "serving": array(table({**_PLACED, "rows": array(_rows(5))})),
        "measured": array(table({**_PLACED, **_MEASURED, "rows": array(_rows(6))}, _REQUIRED)),
        "held_out": array(_TEXT),
        "set_aside": array(table(dict.fromkeys(("configuration", "because"), _TEXT))),
        "shape": array(_shape()),
        "unscored": array(table(dict.fromkeys(("source", "what", "because"), _TEXT))),
    }, ())  # fmt: skip
    return document("Published throughput measurements, for the program advisor", body)


def _rows(columns: int) -> Schema:
    return {**_NUMBERS, "minItems": columns, "maxItems": columns}


def _shape() -> Schema:
    """A model described by its difference from one of the catalog: `like` names that one, the rest is optional."""
    fields = Shapes().of(OpenModel)["properties"]
    return table({**fields, "like": _TEXT}, ("id", "like"))

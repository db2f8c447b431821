"""An assessment as the JSON that scripts rely on (`advisor.assessment/2`), and its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from typing import Any, get_args

from advisor.assessment.model import SCHEMA, Assessment
from advisor.cost.offers import Offer
from advisor.cost.routes import LINES
from advisor.knowledge.pack import Pins
from advisor.knowledge.parameters import GRADES
from advisor.knowledge.questions import FlipAction
from advisor.knowledge.rules import POSTURES, ROUTES
from advisor.report.json_schema import Schema, Shapes, array, document, one_of, table

KEYS = (
    "as_of", "workload", "questionnaire", "verdict", "workload_resolved", "contradictions", "tier", "options", "fleet",
    "break_even", "findings", "licenses", "checklists", "methods", "method_break_evens", "flips", "unknowns",
    "measure_next", "outlook", "conflicts", "notes", "premises", "open_questions", "never_asked", "evidence", "engines",
    "pins", "random",
)  # fmt: skip
"""Fields of an assessment in the published order; what the outlook holds stands among them by itself."""


def assessment_table(assessment: Assessment) -> dict[str, Any]:
    """Plain dictionaries, lists, texts and numbers, in the published order of keys."""
    found = {"schema": SCHEMA, **{name: _plain(getattr(assessment, name)) for name in KEYS}}
    found["fleet"]["first_token_ms"] = {
        "p50": assessment.fleet.first_token_ms, "p95": found["fleet"].pop("first_token_p95_ms"),
    }  # fmt: skip
    band = found["break_even"]["output_tokens_per_month"]
    if band is not None:  # JSON has no infinity: an end that lies at "never" is null
        found["break_even"]["output_tokens_per_month"] = {
            name: at if isfinite(at) else None for name, at in band.items()
        }
    found["flips"] = [
        {"from" if name == "was" else name: value for name, value in flip.items()} for flip in found["flips"]
    ]
    found["pins"]["program"] = assessment.program
    return _unfolded(found)


def _plain(value: Any) -> Any:
    """Data classes and mappings as dictionaries, tuples as lists, days as texts."""
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _unfolded(found: dict[str, Any]) -> dict[str, Any]:
    """The same with the entries of the outlook in its place."""
    whole: dict[str, Any] = {}
    for name, value in found.items():
        whole |= value if name == "outlook" else {name: value}
    return whole


def as_json(assessments: list[Assessment]) -> str:
    """One object for one assessment, an array for several."""
    tables = [assessment_table(assessment) for assessment in assessments]
    body = tables[0] if len(tables) == 1 else tables
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False)


def as_array(objects: Iterable[str]) -> str:
    """An array of objects that are JSON text already, as `as_json` writes several."""
    return "[\n  " + ",\n  ".join(each.replace("\n", "\n  ") for each in objects) + "\n]"


def as_json_lines(assessments: Sequence[Assessment]) -> str:
    """One line of JSON for each assessment."""
    return "\n".join(json.dumps(assessment_table(each), ensure_ascii=False) for each in assessments)


ROUTE = one_of(ROUTES)
ROUTE_OR_NONE = one_of((*ROUTES, "none"))
METHOD_IDS = (
    "beats-api.workloads", "beats-api.crossover", "coding-agents.checklist", "coding-agents.scenarios",
    "coding-tco.wins", "cost-guide.framework", "cost-guide.bands", "when-it-pays.flow", "when-it-pays.break-even",
)  # fmt: skip
CHECKLIST_IDS = (
    "coding-agents.five", "cost-guide.five", "evaluation-process", "security-gate", "hidden-costs", "operating-model",
)  # fmt: skip
METHOD_VERDICTS = (*ROUTES, "evaluate-self-host", "close-call", "undefined", "not-applicable")
FLIP_ACT = one_of(get_args(FlipAction))
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
DIGEST: Schema = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
NEVER: Schema = {"type": ["number", "null"], "description": "null where the curves never cross"}
CROSSING = table(dict.fromkeys(("p10", "p50", "p90"), NEVER))

_AMOUNTS = ("requests", "input_tokens", "output_tokens", "input_per_request", "output_per_request")
RESOLVED: Schema = {
    "type": "object",
    "description": "Point estimates of the first month, and what each came from",
    "properties": {
        **{name: {"type": "number"} for name in _AMOUNTS},
        "peak_concurrency": {"type": ["number", "null"]},
        "from": {"type": "object", "additionalProperties": one_of(("answer", "derived", "default", "no-speed-listed"))},
    },
    "additionalProperties": False,
}

_TEXT: Schema = {"type": "string"}
GIVEN: dict[str, Schema] = {
    "Assessment.workload_resolved": RESOLVED,
    "Assessment.flips": array(
        table({"key": _TEXT, "from": _TEXT, "to": _TEXT, "verdict": ROUTE_OR_NONE, "act": FLIP_ACT})
    ),
    "Verdict.option": ROUTE_OR_NONE,
    "Verdict.confidence": SHARE,
    "Option.option": ROUTE,
    "Option.probability_cheapest": SHARE,
    "Option.lines": table({line: {"type": "number"} for line in LINES}),
    "BreakEven.output_tokens_per_month": {"anyOf": [CROSSING, {"type": "null"}]},
    "BreakEven.never_share": SHARE,
    "FleetReport.first_token_ms": table({"p50": {"type": "number"}, "p95": {"type": "number"}}),
    "Offer.route": ROUTE,
    "Offer.frontier": {"anyOf": [{"$ref": "#/$defs/offer"}, {"type": "null"}]},
    "FiredRule.gate": one_of(("must", "can", "worth", "prefer")),
    "FiredRule.effect": one_of(("exclude", "require", "task", "prefer", "inform")),
    "FiredRule.option": ROUTE,
    "FiredRule.matched": {"type": "object", "additionalProperties": True},
    "FiredRule.grade": one_of(GRADES),
    "Premise.value": {"type": ["number", "string", "array"], "items": {"type": "number"}},
    "Premise.grade": one_of(GRADES),
    "FigureAge.grade": one_of(GRADES),
    "Evidence.weak_share": SHARE,
    "LicenseReport.posture": one_of(POSTURES),
    "Checklist.id": one_of(CHECKLIST_IDS),
    "Method.id": one_of(METHOD_IDS),
    "Method.verdict": array(one_of(METHOD_VERDICTS)),
    "Unknown.grade": one_of((*GRADES, "")),
    "Pins.rules": DIGEST,
    "Pins.catalog": DIGEST,
    "Pins.questionnaire": DIGEST,
}


def assessment_schema() -> Schema:
    """One assessment, or an array of them where several files were given."""
    one = {"$ref": "#/$defs/assessment"}
    whole = document("An assessment of the program advisor", {"anyOf": [one, array(one)]})
    of = Shapes(given=GIVEN, left_out=frozenset({"first_token_p95_ms"}), complete=True).of
    shapes = of(Assessment)["properties"]
    shapes["pins"] = table({**of(Pins)["properties"], "program": DIGEST})
    shapes["outlook"] = shapes["outlook"]["properties"]
    assessment = table(_unfolded({"schema": {"const": SCHEMA}, **{name: shapes[name] for name in KEYS}}))
    return {**whole, "$defs": {"assessment": assessment, "offer": of(Offer)}}

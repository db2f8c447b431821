"""An assessment as the JSON that scripts rely on (`advisor.assessment/2`), and its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any, get_args

from advisor.analysis.analysis_results import Flip, NeverAsked, OpenQuestions
from advisor.assessment import model as said
from advisor.assessment.model import SCHEMA, Assessment, BreakEven, Evidence, FleetReport, Option, Outlook
from advisor.cost.offers import Offer
from advisor.cost.routes import LINES
from advisor.decision.license_reports import LicenseReport
from advisor.knowledge.pack import Pins
from advisor.knowledge.parameters import GRADES
from advisor.knowledge.questions import FlipAction
from advisor.knowledge.rules import POSTURES, ROUTES
from advisor.published.apply import BreakEvenOf, Checklist, Method
from advisor.report.json_schema import Schema, Shapes, array, document, one_of, table
from advisor.workload.resolve import Contradiction


def assessment_table(assessment: Assessment) -> dict[str, Any]:
    """Plain dictionaries, lists, texts and numbers, in the published order of keys."""
    return {
        "schema": SCHEMA,
        "as_of": assessment.as_of.isoformat(),
        "workload": assessment.workload,
        "questionnaire": assessment.questionnaire,
        "verdict": asdict(assessment.verdict),
        "workload_resolved": dict(assessment.workload_resolved),
        "contradictions": [asdict(one) for one in assessment.contradictions],
        "tier": assessment.tier,
        "options": [_option(option) for option in assessment.options],
        "fleet": _fleet(assessment.fleet),
        "break_even": _break_even(assessment.break_even),
        "findings": [asdict(finding) for finding in assessment.findings],
        "licenses": [asdict(report) for report in assessment.licenses],
        "checklists": [asdict(checklist) for checklist in assessment.checklists],
        "methods": [asdict(method) for method in assessment.methods],
        "method_break_evens": [asdict(found) for found in assessment.method_break_evens],
        "flips": [_flip(flip) for flip in assessment.flips],
        "unknowns": [asdict(unknown) for unknown in assessment.unknowns],
        "measure_next": [asdict(measure) for measure in assessment.measure_next],
        **asdict(assessment.outlook),
        "conflicts": [list(rules) for rules in assessment.conflicts],
        "notes": list(assessment.notes),
        "premises": [{**asdict(one), "since": one.since.isoformat()} for one in assessment.premises],
        "open_questions": asdict(assessment.open_questions),
        "never_asked": asdict(assessment.never_asked),
        "evidence": _evidence(assessment.evidence),
        "engines": asdict(assessment.engines),
        "pins": {**asdict(assessment.pins), "program": assessment.program},
        "random": asdict(assessment.random),
    }


def as_json(assessments: list[Assessment]) -> str:
    """One object for one assessment, an array for several."""
    tables = [assessment_table(assessment) for assessment in assessments]
    body = tables[0] if len(tables) == 1 else tables
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False)


def as_array(objects: Iterable[str]) -> str:
    """An array of objects that are JSON text already, as `as_json` writes several."""
    return "[\n  " + ",\n  ".join(each.replace("\n", "\n  ") for each in objects) + "\n]"


def _flip(flip: Flip) -> dict[str, str]:
    return {"key": flip.key, "from": flip.was, "to": flip.to, "verdict": flip.verdict, "act": flip.act}


def _evidence(found: Evidence) -> dict[str, Any]:
    table = asdict(found)
    for row in table["stale"]:
        row["since"] = row["since"].isoformat()
    return table


def _option(option: Option) -> dict[str, Any]:
    table = asdict(option)
    table["lines"] = dict(option.lines)
    return table


def _fleet(found: FleetReport) -> dict[str, Any]:
    table = asdict(found)
    table["first_token_ms"] = {"p50": found.first_token_ms, "p95": table.pop("first_token_p95_ms")}
    return table


def _break_even(found: BreakEven) -> dict[str, Any]:
    """JSON has no infinity: an end of the band that lies at "never" is null."""
    table = asdict(found)
    band = table["output_tokens_per_month"]
    if band is not None:
        table["output_tokens_per_month"] = {name: at if isfinite(at) else None for name, at in band.items()}
    return table


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

GIVEN: dict[str, Schema] = {
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
    "StaleFigure.grade": one_of(GRADES),
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
    return {**whole, "$defs": {"assessment": _assessment(of), "offer": of(Offer)}}


def _assessment(of: Callable[[Any], Schema]) -> Schema:
    text: Schema = {"type": "string"}
    return table({
        "schema": {"const": said.SCHEMA},
        "as_of": {"type": "string", "format": "date"},
        "workload": text,
        "questionnaire": text,
        "verdict": of(said.Verdict),
        "workload_resolved": RESOLVED,
        "contradictions": array(of(Contradiction)),
        "tier": text,
        "options": array(of(said.Option)),
        "fleet": of(said.FleetReport),
        "break_even": of(said.BreakEven),
        "findings": array(of(said.FiredRule)),
        "licenses": array(of(LicenseReport)),
        "checklists": array(of(Checklist)),
        "methods": array(of(Method)),
        "method_break_evens": array(of(BreakEvenOf)),
        "flips": array(table({"key": text, "from": text, "to": text, "verdict": ROUTE_OR_NONE, "act": FLIP_ACT})),
        "unknowns": array(of(said.Unknown)),
        "measure_next": array(of(said.Measure)),
        **of(Outlook)["properties"],
        "conflicts": array(array(text)),
        "notes": array(text),
        "premises": array(of(said.Premise)),
        "open_questions": of(OpenQuestions),
        "never_asked": of(NeverAsked),
        "evidence": of(Evidence),
        "engines": of(said.Agreement),
        "pins": table({**of(Pins)["properties"], "program": DIGEST}),
        "random": of(said.RandomStream),
    })  # fmt: skip

"""JSON Schema of `advisor assess --format json`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from advisor.analysis.analysis_results import NeverAsked, OpenQuestions
from advisor.assessment import model as said
from advisor.assessment.model import Evidence, Outlook
from advisor.cost.offers import Offer
from advisor.cost.routes import LINES
from advisor.decision.license_reports import LicenseReport
from advisor.knowledge.grades import GRADES
from advisor.knowledge.licenses import POSTURES
from advisor.knowledge.packs.pack import Pins
from advisor.knowledge.questions import FlipAction
from advisor.knowledge.rules import ROUTES
from advisor.published.results import BreakEvenOf, Checklist, Method
from advisor.report.schemas.json_schema import Schema, Shapes, array, document, one_of, table
from advisor.workload.resolved_workload import Contradiction

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

"""An assessment as the JSON that scripts rely on (`advisor.assessment/2`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from advisor.analysis.analysis_results import Flip
from advisor.assessment.model import SCHEMA, Assessment, BreakEven, Evidence, FleetReport, Option


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

"""JSON Schema of a record, as a TOML reader sees it: numbers that were computed are decimal texts."""

from __future__ import annotations

from typing import Any

from advisor.assessment import model as said
from advisor.assessment.open_evidence import Evidence, NeverAsked, OpenQuestions
from advisor.decision.license_reports import LicenseReport
from advisor.published.results import BreakEvenOf, Checklist, Method
from advisor.record.encoding import SCHEMA
from advisor.report.assessment_schema import GIVEN, ROUTE
from advisor.report.json_schema import Schema, Shapes, array, document, table

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_DECIMAL: Schema = {"type": "string", "pattern": r"^(-?[0-9]+(\.[0-9]+)?|-?unbounded)$"}
_SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TIME: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}
_DAY: Schema = {"type": "string", "format": "date"}
_ENTRY = table({"seq": _WHOLE, "sha256": _SHA256})
_STANDING = ("state", "excluded_by", "probability_cheapest", "priced")
_NUMBERED = (
    "Evidence.weak_share",
    "Verdict.confidence",
    "Option.probability_cheapest",
    "Option.lines",
    "BreakEven.never_share",
    "BreakEven.output_tokens_per_month",
)
_NAMED = {name: schema for name, schema in GIVEN.items() if name not in _NUMBERED}
_SHAPES = Shapes(given=_NAMED, scalars={float: _DECIMAL})


def record_schema() -> Schema:
    """A decision, or what happened to one: sign-off, accept, supersede, withdraw."""
    kinds = [_decision(), *(_event(kind, more) for kind, more in _EVENTS.items())]
    return document("A record of the program advisor", {"oneOf": kinds})


def _head(kind: str) -> Schema:
    return table({
        "schema": {"const": SCHEMA},
        "kind": {"const": kind},
        "seq": {"type": "integer", "minimum": 1},
        "prev_sha256": _SHA256,
        "created_utc": _TIME,
    })  # fmt: skip


_EVENTS: dict[str, dict[str, Schema]] = {
    "sign-off": {"signature": table(dict.fromkeys(("key", "key_type", "namespace"), _TEXT) | {"sha256": _SHA256})},
    "accept": {"threshold": table({"signers": _WHOLE})},
    "supersede": {"successor": _ENTRY},
    "withdraw": {},
}


def _event(kind: str, more: dict[str, Schema]) -> Schema:
    statement = table({"by": _TEXT, "because": _TEXT})
    return table({"record": _head(kind), "about": _ENTRY, "statement": statement, **more})


def _decision() -> Schema:
    pin = table({"name": _TEXT, "version": _TEXT, "sha256": _SHA256})
    parts = {
        "record": _head("decision"),
        "pins": table(dict.fromkeys(("rules", "catalog", "questionnaire"), pin)),
        "decision": _statement(),
        "people": table({"deciders": array(_TEXT)}),
        "tool": table(dict.fromkeys(("name", "version", "python", "numpy", "system", "machine"), _TEXT)),
        "verdict": _shape(said.Verdict),
        "answers": _keyed(_answer()),
        "unknowns": _keyed(_shape(said.Unknown, "key")),
        "never_asked": _shape(NeverAsked),
        "options": _keyed(_shape(said.Option, "option", "monthly_usd", "usd_per_success", "lines"), ROUTE),
        "trace": table({"fired": array(_shape(said.FiredRule))}),
        "licenses": _keyed(_shape(LicenseReport, "model")),
        "checklists": _keyed(_shape(Checklist, "id")),
        "methods": _keyed(_shape(Method, "id")),
        "flips": table({"single": array(_shape(said.Flip))}),
        "random": _shape(said.RandomStream),
        "engines": _shape(said.Agreement),
        "results": table({"exact": _exact(), "approx": _approximate()}),
    }  # fmt: skip
    return table(parts, [name for name in parts if name != "never_asked"])


def _statement() -> Schema:
    always = {"title": _TEXT, "workload": _TEXT, "as_of": _DAY, "questionnaire": _TEXT}
    perhaps = {"review_by": _DAY, "rationale": _TEXT, "consequences": _TEXT, "confirmation": _TEXT}
    return table({**always, **perhaps}, list(always))


def _answer() -> Schema:
    value: Schema = {"anyOf": [_TEXT, {"type": "boolean"}, _WHOLE, array(_TEXT)]}
    always: dict[str, Schema] = {"question": _TEXT, "kind": _TEXT, "source": _TEXT, "unknown": {"type": "boolean"}}
    perhaps: dict[str, Schema] = {"unit": _TEXT, "value": value, "assumed": _TEXT, "asked": {"type": "boolean"}}
    return table({**always, **perhaps}, list(always))


def _exact() -> Schema:
    always = {
        "ranking": array(ROUTE),
        "tier": _TEXT,
        "break_even_against": _TEXT,
        "notes": array(_TEXT),
        "fleet": _shape(said.FleetReport, "tokens_per_second", "utilization", "first_token_ms"),
    }
    sometimes = {
        "conflicts": array(array(_TEXT)),
        "open_questions": _shape(OpenQuestions),
        "evidence": _shape(Evidence),
    }
    return table({**always, **sometimes}, list(always))


def _approximate() -> Schema:
    fleet = table({
        "tokens_per_second": _shape(said.Band), "utilization": _DECIMAL, "first_token_ms": _DECIMAL,
    })  # fmt: skip
    return table({
        "rtol": _DECIMAL,
        "options": _keyed(_shape(said.Option, "option", *_STANDING), ROUTE),
        "fleet": fleet,
        "break_even": _shape(said.BreakEven, "against"),
        "method_break_evens": array(_shape(BreakEvenOf)),
        "measure_next": _keyed(_shape(said.Measure, "key")),
    })  # fmt: skip


def _shape(kind: Any, *without: str) -> Schema:
    """A data class less some fields; what is None is left out of a record, so such a field is not required."""
    whole = _SHAPES.of(kind)
    optional = {"usd_per_success", "output_tokens_per_month", "fixed_usd", "avoided_usd_per_million"}
    kept = {name: schema for name, schema in whole["properties"].items() if name not in without}
    return table(kept, [name for name in kept if name not in optional])


def _keyed(entry: Schema, names: Schema | None = None) -> Schema:
    """Tables by name."""
    return {"type": "object", "additionalProperties": entry, **({"propertyNames": names} if names else {})}

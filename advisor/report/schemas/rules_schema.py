"""JSON Schema of the files of a rule pack and of its questionnaires, drawn from the data classes they become."""

from __future__ import annotations

from typing import Any

from advisor.knowledge.articles.checklists import PublishedChecklist
from advisor.knowledge.articles.claims import Claim
from advisor.knowledge.articles.methods import VERDICTS, PublishedMethod
from advisor.knowledge.articles.systems import System
from advisor.knowledge.catalog import ApiModel, Gpu, LeftOut, ManagedModel, OpenModel, Provider
from advisor.knowledge.conditions import NUMBER_OPS, Condition
from advisor.knowledge.grades import Source
from advisor.knowledge.licenses import POSTURES, License
from advisor.knowledge.load_catalog import FILES
from advisor.knowledge.obligations import Obligation
from advisor.knowledge.packs.pack import DerivedFact
from advisor.knowledge.parameters import Parameter
from advisor.knowledge.questions import Question, Section
from advisor.knowledge.rules import KINDS, ROUTES, Rule
from advisor.report.schemas.json_schema import Schema, Shapes, array, document, one_of, table

ENTRIES: dict[str, Any] = {
    "rule": Rule,
    "parameter": Parameter,
    "source": Source,
    "model": OpenModel,
    "open": OpenModel,
    "gpu": Gpu,
    "api": ApiModel,
    "managed": ManagedModel,
    "provider": Provider,
    "left_out": LeftOut,
    "license": License,
    "fact": DerivedFact,
    "method": PublishedMethod,
    "checklist": PublishedChecklist,
    "claim": Claim,
    "system": System,
    "obligation": Obligation,
    "question": Question,
    "section": Section,
}
_TEXT: Schema = {"type": "string"}
_CONDITION: Schema = {"$ref": "#/$defs/condition"}
_VERDICTS = array(one_of(VERDICTS))
_SPELLED = {
    "values": "value", "prices": "price", "rows": "row", "steps": "step", "cases": "case", "items": "item",
    "stages": "stage", "groups": "group",
}  # fmt: skip
_GIVEN: dict[str, Schema] = {
    "Rule.options": array(one_of(ROUTES)),
    "Rule.kind": one_of(KINDS),
    "Rule.posture": one_of(POSTURES),
    "MethodRow.verdict": _VERDICTS,
    "Otherwise.verdict": _VERDICTS,
    "MethodCase.verdict": _VERDICTS,
    "Question.show_when": _CONDITION,
}


def rules_schema() -> Schema:
    """Any file under `rules/` that holds named entries, and any under `questionnaires/`."""
    of = Shapes(spelled=_SPELLED, left_out=frozenset({"file"}), given=_GIVEN, scalars={Condition: _CONDITION}).of
    entries = {name: array({"$ref": f"#/$defs/{name}"}) for name in ENTRIES}
    head: dict[str, Schema] = {
        "name": _TEXT, "version": _TEXT, "loosens": array(_TEXT), "id": _TEXT, "title": _TEXT,
        "about": _TEXT, "minutes": {"type": "integer"},
    }  # fmt: skip
    body = document("A file of a rule pack of the program advisor", table({**head, **entries}, ()))
    shapes = {name: of(kind) for name, kind in ENTRIES.items()}
    for name in FILES.values():  # entries of the catalog are merged over those beneath
        shapes[name] = {**shapes[name], "required": ["id"]}
    return {**body, "$defs": {"condition": _condition(), **shapes}}


def _condition() -> Schema:
    """The condition language: a branch over conditions, a finding, or one test of one key."""
    several = {"type": "array", "items": _CONDITION, "minItems": 1}
    branches = [table({"all": several}), table({"any": several}), table({"not": _CONDITION}), table({"finding": _TEXT})]
    values: dict[str, Schema] = {
        "is": {"type": ["string", "boolean"]},
        "in": array(_TEXT),
        "has": _TEXT,
        "has_any": array(_TEXT),
        "known": {"type": "boolean"},
        **{name: {"type": "string", "description": "The id of a parameter."} for name in NUMBER_OPS},
    }
    tests = [table({"key": _TEXT, name: value}) for name, value in values.items()]
    return {"anyOf": [*branches, *tests]}

"""An answer as an answers file writes it, in words: choices by their texts, quantities with their units."""

from __future__ import annotations

import json

from advisor.errors import BadInput
from advisor.interview.wording.answer_format import in_unit
from advisor.interview.wording.quantities import parse
from advisor.knowledge.labels import answer_label, catalog_label, question_of

_IN_CATALOG = ("model", "models", "provider", "gpu")
_WORDS = ("id", "bool", "choice", "choices", *_IN_CATALOG)


def answer_words(key: str, raw: object, kind: str = "", unit: str = "") -> str:
    """What a person would say for an answer; `raw` is its value, or its spelling in an answers file.

    `kind` and `unit` are those of a question that is no longer shipped; where the question is, its own count.
    """
    question = question_of(key)
    kind = question.kind if question is not None else kind
    unit = question.unit if question is not None else unit
    value = _read(raw)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind in _IN_CATALOG or key in ("economics.provider", "economics.gpu"):
        names = value if isinstance(value, list) else [value]
        return ", ".join(catalog_label(str(name)) for name in names) or "none of these"
    if kind not in _WORDS:
        try:
            return in_unit(parse(value, kind, key, unit), kind, unit)
        except (BadInput, KeyError, ValueError):
            pass
    return answer_label(key, json.dumps(value, ensure_ascii=False)).replace("none of them", "none of these")


def _read(raw: object) -> object:
    """The value behind a spelling: quoted text without its quotes, a list as a list, anything else as it is."""
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return raw

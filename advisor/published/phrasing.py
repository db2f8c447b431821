"""Reasons with the values they rest on: names in braces become what is known of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from advisor.engine.facts import FactValue
from advisor.interview.wording.answer_format import quantity, said
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.ranges import Range

NAME = re.compile(r"\{([a-z0-9._-]+)\}")
_KINDS = {
    "tokens per month": "tokens-per-month",
    "tokens per day": "tokens-per-day",
    "USD per month": "usd-per-month",
    "share": "share",
    "ms": "milliseconds",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Facts and parameters put in words."""

    facts: Mapping[str, FactValue]
    knowledge: Knowledge
    parameters: Parameters

    def fill(self, text: str) -> str:
        """Replace every `{name}` of a text by the fact or the parameter of that name."""
        return NAME.sub(lambda match: self.value(match.group(1)), text)

    def value(self, name: str) -> str:
        """A fact as known, "not known" without an answer, or a parameter's value."""
        if name in self.parameters:
            return self._parameter(name)
        value = self.facts.get(name)
        if value is None:
            return "not known"
        question = self.knowledge.questions.get(name)
        if question is not None:
            return said(value, question)
        return self._computed(name, value)

    def _computed(self, name: str, value: FactValue) -> str:
        if isinstance(value, Range):
            return _in_kind(value, self.knowledge.facts[name].kind, name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value if isinstance(value, str) else ", ".join(value)

    def _parameter(self, name: str) -> str:
        unit = self.parameters.units[name]
        value = self.parameters.range(name)
        return _in_kind(value, _KINDS.get(unit, "usd" if unit.startswith("USD") else "number"), name)


def _in_kind(value: Range, kind: str, name: str) -> str:
    if kind == "tokens-per-day" or name.endswith("_per_day"):
        return f"{quantity(value, 'tokens')} a day"
    return quantity(value, kind)


def names_in(text: str) -> list[str]:
    """The names that a text asks for."""
    return NAME.findall(text)

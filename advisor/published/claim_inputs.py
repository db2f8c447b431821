"""What a claim is recomputed from: its stated inputs, and our parameters for whatever else its formula needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.articles.claims import Input
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.sizing.calibration import Calibration

UNSTATED = "unstated"
"""Marks an input that the source leaves out and that nothing can replace."""

T = TypeVar("T")
Corner = Mapping[str, "float | str"]


@dataclass(frozen=True, slots=True)
class Given:
    """One corner of the inputs: every range at one of its ends."""

    values: Corner
    knowledge: Knowledge
    parameters: Parameters

    def number(self, name: str, otherwise: float | None = None) -> float:
        """A stated number or parameter; raises BadKnowledge where a formula's input is missing."""
        value = self.values.get(name, otherwise)
        if isinstance(value, str):
            return self.parameters.number(value)
        if value is None:
            raise BadKnowledge("rules/claims", f"the formula needs the input {name!r}")
        return value

    def text(self, name: str, otherwise: str | None = None) -> str:
        """A stated id of the catalog, or a choice."""
        value = self.values.get(name, otherwise)
        if not isinstance(value, str):
            raise BadKnowledge("rules/claims", f"the formula needs the input {name!r} as a text")
        return value

    def chosen(self, table: Mapping[str, T], name: str, otherwise: str | None = None) -> T:
        """The entry of a catalog table that an input names; raises BadKnowledge with the nearest spelling."""
        entry = self.text(name, otherwise)
        if entry not in table:
            raise BadKnowledge("rules/claims", f"{name} {entry!r} is not in the catalog", nearest(entry, table))
        return table[entry]

    def sample(self, name: str) -> float:
        """Figures for the cost core: what is stated, else the parameter, else the default answer at its point."""
        if name in self.values:
            return self.number(name)
        return self.parameters.number(name if name in self.parameters else f"default.{name}")

    def but(self, changed: Mapping[str, float]) -> Given:
        """The same inputs with some of them changed."""
        return Given({**self.values, **changed}, self.knowledge, self.parameters)

    @property
    def calibration(self) -> Calibration:
        """The throughput and memory model's figures."""
        return Calibration.from_parameters(self.parameters)


def corners(inputs: Mapping[str, Input]) -> Iterator[dict[str, float | str]]:
    """Every combination of the ends of all stated ranges."""
    ends = [value if isinstance(value, list) else [value] for value in inputs.values()]
    for combination in product(*ends):
        yield dict(zip(inputs, combination, strict=True))

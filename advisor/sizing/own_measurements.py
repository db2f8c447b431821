"""Throughput that somebody measured: how far the hardware beside it was off the model, and how sure that is.

Parameters `throughput.measured.…` of a pack hold it: throughput measured over throughput modeled, as a range. One id
names a configuration (model, card, group size, precision, engine), one what follows for its neighbors: the same model
on the same card under the same engine, at another group size or precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from advisor.knowledge.parameters import Parameters

MEASURED = "throughput.measured."


@dataclass(frozen=True, slots=True)
class OwnMeasurement:
    """Throughput measured over throughput modeled; `low` and `high` multiply it into the ends of its 80% band."""

    parameter: str
    ratio: float
    low: float
    high: float
    on: date
    exact: bool

    @property
    def sentence(self) -> str:
        """Where the speed comes from, as a verdict says it."""
        if self.exact:
            return f"its speed was measured by you on {self.on}"
        return f"its speed is modeled, corrected by what you measured on {self.on} of another group size or precision"


def configuration_id(model: str, gpu: str, gpus: int, precision: str, engine: str) -> str:
    """The parameter of one configuration."""
    return f"{MEASURED}{model}.{gpu}.{gpus}.{precision}.{engine}"


def neighbors_id(model: str, gpu: str, engine: str) -> str:
    """The parameter of what a measurement says of a configuration's neighbors."""
    return f"{MEASURED}{model}.{gpu}.neighbors.{engine}"


def own_measurements(parameters: Parameters) -> Mapping[str, OwnMeasurement]:
    """Every measurement known on the day, by parameter; one that was made later is not known yet."""
    found = {}
    for name, dated in parameters.values.items():
        if name.startswith(MEASURED) and dated.since <= parameters.as_of:
            known = dated.range
            middle = known.point
            found[name] = OwnMeasurement(
                name, middle, known.low / middle, known.high / middle, dated.since, ".neighbors." not in name
            )
    return found

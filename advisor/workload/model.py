"""The resolved workload: requests and tokens a month, lengths of a request, and where each figure came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from advisor.knowledge.ranges import Range

Origin = Literal["answer", "derived", "default"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a workload: `origin` tells whether it was answered, follows from answers, or is a default."""

    value: Range
    origin: Origin
    because: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that cannot hold together: their keys, and one sentence with the figures."""

    keys: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Workload:
    """Requests and tokens a month of 30 days, tokens per request, and shares of 1."""

    requests: Quantity
    input_tokens: Quantity
    output_tokens: Quantity
    input_per_request: Quantity
    output_per_request: Quantity
    peak_concurrency: Quantity | None
    cached_share: Quantity
    batch_share: Quantity
    peak_to_average: Quantity
    annual_growth: Quantity
    contradictions: tuple[Contradiction, ...] = ()

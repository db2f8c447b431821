"""The resolved workload: requests and tokens a month, lengths of a request, and where each figure came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from advisor.knowledge.parameters import Parameters
    from advisor.knowledge.ranges import Range
    from advisor.workload.identities import Step

Origin = Literal["answer", "derived", "default"]


class KnownFigures(Protocol):
    """Answers completed by defaults, as `advisor.interview.defaults.CompletedAnswers` gives them."""

    @property
    def parameters(self) -> Parameters:
        """The knowledge base's figures of one day."""

    def given(self, key: str) -> bool:
        """Whether the user answered."""

    def range(self, key: str) -> Range:
        """The answer, or the default range."""

    def by_task(self, name: str) -> Range:
        """A parameter that may have a value of its own for the task."""

    def in_words(self, value: Range, kind: str) -> str:
        """A range as a person reads it, with its unit."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a workload.

    `origin` is `answer` where the value is what was answered, `derived` where answers alone determine it, `default`
    where a default is part of it; `because` says how, and names the default.
    """

    value: Range
    origin: Origin
    because: str = ""


@dataclass(frozen=True, slots=True)
class InputMix:
    """Shares of the input tokens that stand for images and for audio; the rest is text."""

    image: float = 0.0
    audio: float = 0.0

    @property
    def text(self) -> float:
        """The share of text."""
        return 1.0 - self.image - self.audio


TEXT_ONLY = InputMix()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that cannot hold together: their keys, and one sentence with the figures."""

    keys: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Workload:
    """Requests and tokens a month of 30 days, tokens per request, and shares of 1.

    `input_tokens` = `requests` · `input_per_request` and `output_tokens` = `requests` · `output_per_request` hold at
    the point estimates. Where more was answered than is needed they hold within the tolerance of a contradiction, and
    an answered range that includes what the other answers give is kept whole, as the spread of lengths from request
    to request.

    `steps` computes every figure that was not answered from those that were or that a default fills
    (`advisor.workload.identities.solve`), so that draws keep to the identities too. `peak_concurrency` is None where
    it was not answered: it follows from the speed of the service. `mix` tells images and audio in the input from text.
    """

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
    steps: tuple[Step, ...] = ()
    mix: InputMix = TEXT_ONLY

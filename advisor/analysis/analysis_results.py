"""Results of the what-if analysis: answers that would change the route, and open questions that still can."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flip:
    """One answer that would change the verdict; `was` and `to` are written as in an answers file.

    `act` says what one would do about it: measure, negotiate, staff or decide; a fact can only turn out to be wrong.
    """

    key: str
    was: str
    to: str
    verdict: str
    act: str = "decide"

    @property
    def spoken(self) -> tuple[str, str]:
        """Both answers as a person would say them: without the file's quotation marks."""
        return self.was.replace('"', ""), self.to.replace('"', "")


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """Which questions of the questionnaire can still change the route, alone or together; `why` says why no other can.

    `decided` tells that none can: leaving every unasked question open is safe.
    """

    decided: bool = False
    keys: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class NeverAsked:
    """The questions of the questionnaire that were neither answered nor knowingly left unknown, in its order.

    `could_change_route` are those of them that still can, alone or together, the one that matters most first; `why`
    says why no other can.
    """

    questions: tuple[str, ...] = ()
    could_change_route: tuple[str, ...] = ()
    why: str = ""

    @property
    def is_safe(self) -> bool:
        """Whether leaving them open cannot change the route; False too where that was not looked into."""
        return bool(self.why) and not self.could_change_route

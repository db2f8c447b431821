"""What a verdict rests on beside the answers: the figures behind it, and the questions that were left open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from advisor.knowledge.grades import Grade


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """Which questions of the questionnaire can still change the route, alone or together; `why` says why no other can.

    `decided` tells that none can: whatever was never asked, leaving it open is safe.
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


@dataclass(frozen=True, slots=True)
class StaleFigure:
    """A figure the verdict used that is older, in days, than its kind may be (`evidence.stale_days.<kind>`)."""

    kind: str
    name: str
    since: date
    days: int
    limit_days: int
    source: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the standing routes' costs rest on beside the user's answers: how many figures, which are weakly founded.

    `weak_share` is the share of the figures that are; `stale` lists the old ones, the oldest first.
    """

    figures: int = 0
    weak: tuple[str, ...] = ()
    weak_share: float = 0.0
    stale: tuple[StaleFigure, ...] = ()

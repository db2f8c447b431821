"""What a new interview can be begun with: the questionnaires in their order, and the order of their questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.knowledge.questions import Questionnaire

ORDER = ("quick", "full", "coding-agents", "license-review")
WHOLE = "full"
"""The questionnaire that is also offered with what matters most first."""
SHORTEST = "Only what matters"
ASKED = "What can still change the route, the most telling first, out of all"


class StartChoice(NamedTuple):
    """A questionnaire, and whether what matters most is asked first."""

    questionnaire: Questionnaire
    by_what_matters: bool = False


def start_choices(questionnaires: Mapping[str, Questionnaire]) -> list[StartChoice]:
    """List them, the usual first; ids that are not known come last, by name."""
    ranked = sorted(questionnaires.values(), key=lambda sheet: (_rank(sheet.id), sheet.id))
    choices = [StartChoice(sheet) for sheet in ranked]
    choices[2:2] = [StartChoice(sheet, True) for sheet in ranked if sheet.id == WHOLE]
    return choices


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)

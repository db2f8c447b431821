"""What an assessment says of one open question: what it assumed for it, and whether an answer can matter. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment, Unknown

NOTHING = "nothing"
"""What an assessment says it assumed for a question that has no default."""


def assumed_note(assessment: Assessment | None, key: str) -> str:
    """Say what was assumed for a question; empty where that is not known, or nothing."""
    found = _unknown(assessment, key)
    return found.assumed if found is not None and found.assumed != NOTHING else ""


def moot_note(assessment: Assessment | None, key: str) -> str:
    """Say that no answer to a question can change the verdict; empty where one can, or that is not known."""
    found = _unknown(assessment, key)
    return "" if found is None or found.could_change_verdict else "cannot change the verdict"


def _unknown(assessment: Assessment | None, key: str) -> Unknown | None:
    unknowns = assessment.unknowns if assessment is not None else ()
    return next((unknown for unknown in unknowns if unknown.key == key), None)

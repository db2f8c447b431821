"""The verdict of a license review: the strictest posture of the candidates, and what it means in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment

LICENSE_REVIEW = "license-review"
"""The questionnaire whose verdict is on licenses, not on routes."""
POSTURE_WORDS = {
    "clear": "may be used",
    "duties": "may be used, with duties",
    "review": "needs legal review first",
    "blocked": "may not be used",
}
"""What each posture means, the strictest last."""


def license_verdict(assessment: Assessment) -> tuple[str, str]:
    """The strictest posture of the candidates, and what it means in words; empty where there is no candidate."""
    reports = assessment.licenses
    if not reports:
        return "", "no candidate model is named yet"
    strictest = max((report.posture for report in reports), key=list(POSTURE_WORDS).index)
    count = sum(report.posture == strictest for report in reports)
    noun = "model" if len(reports) == 1 else "models"
    return strictest, f"{count} of {len(reports)} {noun} {POSTURE_WORDS[strictest]}"

"""License postures for this user: the license's own, made worse by the conditions that hold; what a review finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.knowledge.rules import POSTURES, UNKNOWN_PLACE, License, Rule

if (
    TYPE_CHECKING
):  # the catalog behind it needs pydantic, and the interview reads the verdict below before its first paint
    from advisor.knowledge.pack import Knowledge

LICENSE_REVIEW = "license-review"
"""The questionnaire whose verdict is on licenses, not on routes."""
_VERDICTS = {
    "clear": "may be used",
    "duties": "may be used, with duties",
    "review": "needs legal review first",
    "blocked": "may not be used",
}
"""What each posture means."""


@dataclass(frozen=True, slots=True)
class LicenseReport:
    """What one candidate model's license means for this user."""

    model: str
    license: str
    posture: str
    because: tuple[str, ...]
    duties: tuple[str, ...] = ()


def license_reports(models: Iterable[str], fired: Sequence[Rule], knowledge: Knowledge) -> tuple[LicenseReport, ...]:
    """The posture of each open model's license, with the reasons that decided it."""
    return tuple(_report(model, fired, knowledge) for model in models)


def blocked_models(fired: Sequence[Rule], knowledge: Knowledge) -> frozenset[str]:
    """Catalog models whose license this user may not use."""
    reports = license_reports(knowledge.catalog.models, fired, knowledge)
    return frozenset(report.model for report in reports if report.posture == "blocked")


def _report(model: str, fired: Sequence[Rule], knowledge: Knowledge) -> LicenseReport:
    terms = knowledge.licenses[knowledge.catalog.models[model].license]
    rules = [rule for rule in fired if rule.effect == "posture" and rule.license == terms.id]
    posture = _worst([_own(terms), *(rule.posture for rule in rules)])
    because = [_with_place(terms.because, terms.place)] if _own(terms) == posture else []
    because += [_with_place(rule.because, rule.place) for rule in rules if rule.posture == posture]
    return LicenseReport(model, terms.id, posture, tuple(because), terms.duties)


def _with_place(because: str, place: str) -> str:
    """A reason with the place in the license's text that it rests on, where it does not name one itself."""
    if not place or "ection" in because or place in because:
        return because
    where = "its place in the text is not known" if place == UNKNOWN_PLACE else place
    return f"{because.removesuffix('.')} ({where})."


def _own(terms: License) -> str:
    """Terms whose text was not read never come out as clear."""
    return "review" if terms.posture == "clear" and not terms.verified else terms.posture


def _worst(postures: Sequence[str]) -> str:
    return max(postures, key=POSTURES.index)


def license_verdict(reports: Sequence[LicenseReport]) -> tuple[str, str]:
    """The strictest posture of the candidates, and what it means in words; empty where there is no candidate."""
    if not reports:
        return "", "no candidate model is named yet"
    strictest = _worst([report.posture for report in reports])
    count = sum(report.posture == strictest for report in reports)
    noun = "model" if len(reports) == 1 else "models"
    return strictest, f"{count} of {len(reports)} {noun} {_VERDICTS[strictest]}"

"""The choice in words, with what must come true and what remains to be done."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.assessment import (
    LicenseReport,
    Verdict,
)
from advisor.judging.judge import Judged, concerned_routes
from advisor.knowledge.rules import OPEN_ROUTES
from advisor.outline.wording import condition_text, summary


def verdict(judged: Judged, licenses: Sequence[LicenseReport]) -> Verdict:
    """The choice in words, with what must come true and what remains to be done."""
    choice, findings = judged.choice, judged.findings
    route = choice.option
    conditions = tuple(condition_text(rule) for rule in judged.conditions.get(route, ()))
    concerned = {route, *concerned_routes(route, judged.costs)}
    tasks = [rule.title for rule in findings.fired if rule.effect == "task" and concerned & set(rule.options)]
    if concerned & set(OPEN_ROUTES):
        tasks += [duty for report in licenses if report.model == findings.prepared.open_model for duty in report.duties]
    if route == "none":
        tasks = []
    return Verdict(
        route, choice.decided_by, choice.status, choice.confidence, summary(judged), conditions, tuple(tasks)
    )

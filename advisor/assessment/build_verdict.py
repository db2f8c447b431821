"""The choice in words, with what must come true and what remains to be done."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.assessment.model import Verdict
from advisor.assessment.verdict_summary import condition_text, summary
from advisor.decision.evaluate import Evaluation, concerned_routes
from advisor.decision.license_reports import LicenseReport
from advisor.knowledge.rules import OPEN_ROUTES


def verdict(evaluation: Evaluation, licenses: Sequence[LicenseReport]) -> Verdict:
    """The choice in words, with what must come true and what remains to be done."""
    choice, findings = evaluation.choice, evaluation.findings
    route = choice.option
    conditions = tuple(condition_text(rule) for rule in evaluation.conditions.get(route, ()))
    concerned = {route, *concerned_routes(route, evaluation.costs)}
    tasks = [rule.title for rule in findings.fired if rule.effect == "task" and concerned & set(rule.options)]
    if concerned & set(OPEN_ROUTES):
        tasks += [duty for report in licenses if report.model == findings.prepared.open_model for duty in report.duties]
    if route == "none":
        tasks = []
    return Verdict(
        route, choice.decided_by, choice.status, choice.confidence, summary(evaluation), conditions, tuple(tasks)
    )

"""Rules fire, the two engines agree, an assessment has findings: one word for each, and the numbers are those meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.assessment.findings import STEPS
from advisor.assessment.model import Agreement
from advisor.report.html import as_html
from advisor.report.markdown import as_markdown
from advisor.report.phrases import engines, weak_evidence
from advisor.report.text_report import as_text
from tests.contract.asking import ask

GIVEN = {"workload.task": "chat", "volume.output_tokens": 20_000_000, "volume.input_tokens": 60_000_000}


def test_fired_counts_what_the_engines_fired_and_findings_what_the_assessment_lists() -> None:
    found = ask(GIVEN)
    assert any(one.rule in STEPS for one in found.findings), "costs decided, so that findings are more than rules"
    listed = {one.rule for one in found.findings}
    assert engines(found) == f"{found.engines.durable_rules} rules fired, and the two rule engines agree on them"
    weak = replace(found, findings=(replace(found.findings[0], grade="recalled"), *found.findings[1:]))
    assert f" of {len(listed)} findings rest on weak evidence" in weak_evidence(weak)
    for text in (as_text(found), as_markdown(found), as_html([found])):
        assert "fired rules" not in text


@pytest.mark.parametrize(("one", "other"), [(11, 12), (12, 11)])
def test_engines_that_do_not_agree_are_told_with_both_numbers(one: int, other: int) -> None:
    found = replace(ask(GIVEN), engines=Agreement(one, other, agree=False))
    said = engines(found)
    assert "do not agree" in said
    assert f"{one} rules fired in one, {other} in the other" in said

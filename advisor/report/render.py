"""Assessments in the forms that are read outside a terminal: Markdown and HTML."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.assessment.model import Assessment
from advisor.report.html_page.html import as_html
from advisor.report.markdown import as_markdown


def render(assessments: Sequence[Assessment], form: str) -> str:
    """One document of all assessments, as `markdown` or `html`."""
    if form == "markdown":
        alone = len(assessments) == 1
        return "\n".join(as_markdown(assessment, front_matter=alone) for assessment in assessments)
    return as_html(assessments)

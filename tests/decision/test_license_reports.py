"""The license of an open model: never clear where nobody read it, and the place in its text that says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from advisor.decision.license_reports import license_reports
from advisor.knowledge.load_pack import load_knowledge

KNOWLEDGE = load_knowledge()
MODEL = next(iter(KNOWLEDGE.catalog.models))
TERMS = KNOWLEDGE.licenses[KNOWLEDGE.catalog.models[MODEL].license]


@pytest.mark.parametrize(
    ("posture", "verified", "said"),
    [("clear", True, "clear"), ("clear", False, "review"), ("review", True, "review"), ("blocked", False, "blocked")],
)
def test_terms_that_nobody_read_are_never_clear(
    posture: Literal["clear", "review", "blocked"], verified: bool, said: str
) -> None:
    terms = replace(TERMS, posture=posture, verified=verified)
    knowledge = replace(KNOWLEDGE, licenses={**KNOWLEDGE.licenses, TERMS.id: terms})
    assert license_reports([MODEL], [], knowledge)[0].posture == said


@pytest.mark.parametrize(
    ("because", "place", "said"),
    [
        ("It permits use.", "section 2", "It permits use (section 2)."),
        ("Section 2 permits use.", "section 3", "Section 2 permits use."),
        ("Article 4 permits use.", "Article 4", "Article 4 permits use."),
        ("It permits use.", "", "It permits use."),
    ],
)
def test_a_reason_names_its_place_in_the_license_once(because: str, place: str, said: str) -> None:
    terms = replace(TERMS, posture="review", because=because, place=place)
    knowledge = replace(KNOWLEDGE, licenses={**KNOWLEDGE.licenses, TERMS.id: terms})
    assert license_reports([MODEL], [], knowledge)[0].because == (said,)

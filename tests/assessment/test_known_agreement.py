"""An agreement that the catalog does not know of is a condition, said first, beside the offer that needs none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from advisor.api import assess
from advisor.interview.answer_format import dollars
from advisor.interview.answers import read_answers, vocabulary
from tests.contract.asking import knowledge

CASE = Path(__file__).parents[1] / "data" / "economics" / "hipaa-notes.toml"


def test_an_unknown_agreement_is_the_first_condition_and_names_the_offer_with_a_known_one() -> None:
    given = read_answers(CASE.read_bytes(), CASE.name, vocabulary(knowledge()))
    found = assess(given, knowledge(), date(2026, 11, 28), draws=1000, flips=False, further=False)
    chosen, providers = found.option(found.verdict.option), knowledge().catalog.providers
    assert chosen is not None
    assert chosen.offer is not None
    assert providers[chosen.offer.provider].baa is None, "not known: neither a law nor a promise"
    first = found.verdict.conditions[0]
    assert f"{providers[chosen.offer.provider].title} offers a business associate agreement" in first
    other = found.option("managed-cloud")
    assert other is not None
    assert other.offer is not None
    assert providers[other.offer.provider].baa is True
    more = other.monthly_usd.p50 - chosen.monthly_usd.p50
    assert f"a cloud platform asks for no confirmation and costs {dollars(more)} a month more" in first
    assert found.verdict.status == "conditional"

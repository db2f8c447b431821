"""A price that was announced by the day counts from its date; what nobody had announced by then is unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from advisor.assessment.notes import notes
from advisor.assessment.provenance import figures_used
from advisor.cost.prices import scaled
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.knowledge.catalog import OffPeak, PriceStep, TokenPrice
from tests.contract.asking import answers, knowledge

ANNOUNCED, BEFORE = date(2026, 11, 29), date(2026, 11, 20)
"""Gemini 4 Argon costs $2 in and $10 out until 2026-12-01, then $4 and $20: a list read on 2026-11-26 says so."""
ARGON: dict[str, Any] = {
    "workload.task": "chat",
    "economics.api_model": "gemini-4-argon",
    "economics.provider": "google",
    "quality.frontier_required": True,
    "volume.input_tokens": "1B",
    "volume.output_tokens": "100M",
    "volume.cached_share": 0,
    "volume.batch_share": 0,
    "volume.annual_growth": 0,
}


def on(day: date, given: dict[str, Any], draws: int = 2000) -> Evaluation:
    return evaluate(answers(given), compiled_knowledge(knowledge(), day), 1, draws)


def bill(evaluation: Evaluation) -> float:
    return float(np.median(evaluation.costs.offers["hosted-api"].feasible[0].lines["tokens"]))


@pytest.mark.parametrize(("months", "by_hand"), [(1, 5800.0), (12, 5983.0)])
def test_a_price_announced_for_the_day_after_tomorrow_is_paid_from_then(months: int, by_hand: float) -> None:
    """1B in and 100M out: $3,000 a month for two days, then $6,000."""
    evaluation = on(ANNOUNCED, ARGON | {"economics.horizon_months": months})
    assert bill(evaluation) == pytest.approx(by_hand, rel=0.005)
    assert evaluation.choice.option == "hosted-api"
    (told,) = [note for note in notes(evaluation) if note.startswith("From 2026-12-01")]
    assert "$4.00 in and $20.00 out" in told
    assert "now $2.00 and $10.00" in told


def test_before_anybody_had_read_of_it_the_price_of_the_day_stands() -> None:
    evaluation = on(BEFORE, ARGON)
    assert bill(evaluation) == pytest.approx(3000, rel=0.005)
    assert not [note for note in notes(evaluation) if note.startswith("From ")]


def test_what_was_announced_is_a_premise_dated_by_the_day_it_was_read() -> None:
    used = [
        one for _, one in figures_used(on(ANNOUNCED, ARGON, 100), knowledge()) if "from 2026-12-01" in one.parameter
    ]
    assert {(one.value, one.since) for one in used} == {((4.0, 20.0), date(2026, 11, 26))}


def test_another_seller_of_a_vendors_model_is_taken_to_follow_and_to_be_asked() -> None:
    """Vertex lists the introductory price, and nothing of what follows it."""
    offers = on(ANNOUNCED, ARGON | {"economics.provider": "vertex"}).costs.offers["managed-cloud"]
    (said,) = offers.to_confirm
    assert "asks $4.00 in and $20.00 out for Gemini 4 Argon from 2026-12-01" in said
    assert float(np.median(offers.feasible[0].lines["tokens"])) == pytest.approx(5983, rel=0.005)


def test_a_row_in_proportion_moves_every_price_of_its_kind() -> None:
    row = TokenPrice(
        "seller", date(2026, 11, 1), 2.0, 10.0, "list", "reported", cache_read=0.5, batch_input=1.0, batch_output=5.0,
        image_input=3.0, reasoning_output=12.0, steps=(PriceStep(1000, 4.0, 15.0, cache_read=1.0),),
        off_peak=OffPeak(0.25, 1.0, 5.0),
    )  # fmt: skip
    moved = scaled(row, 2.0, 3.0)
    assert (moved.input, moved.cache_read, moved.batch_input, moved.image_input) == (4.0, 1.0, 2.0, 6.0)
    assert (moved.output, moved.batch_output, moved.reasoning_output) == (30.0, 15.0, 36.0)
    assert moved.steps == (PriceStep(1000, 8.0, 45.0, cache_read=2.0),)
    assert moved.off_peak == OffPeak(0.25, 2.0, 15.0)


def test_an_introductory_price_wins_no_year() -> None:
    """500M out and 60B in, 93 % cached: GPT-6.1 Sol, which keeps its price, is the cheaper of the two over a year."""
    given = {key: value for key, value in ARGON.items() if key not in ("economics.api_model", "economics.provider")}
    agents = given | {"volume.input_tokens": "60B", "volume.output_tokens": "500M", "volume.cached_share": 0.93}
    assert on(ANNOUNCED, agents, 300).costs.offers["hosted-api"].feasible[0].offer.model == "gpt-6.1-sol"
    assert on(BEFORE, agents, 300).costs.offers["hosted-api"].feasible[0].offer.model == "gemini-4-argon"


def test_a_users_own_price_is_not_moved_by_what_was_announced() -> None:
    own = {"economics.api_input_usd": 1.0, "economics.api_output_usd": 5.0}
    assert bill(on(ANNOUNCED, ARGON | own)) == pytest.approx(1500, rel=0.005)


def test_a_listing_that_ends_within_the_horizon_is_said() -> None:
    """Azure lists GPT-5.4 until 2027-09-02."""
    given: dict[str, Any] = {
        "economics.api_model": "gpt-5.4",
        "data.boundary": "tenancy",
        "economics.provider": "azure",
    }
    given |= {"quality.frontier_required": True, "volume.output_tokens": "20M"}
    said = {months: notes(on(ANNOUNCED, given | {"economics.horizon_months": months}, 100)) for months in (6, 12)}
    assert not [note for note in said[6] if "until 2027-09-02" in note]
    assert [note for note in said[12] if "until 2027-09-02" in note]

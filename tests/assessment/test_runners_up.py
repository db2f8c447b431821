"""Which of the offers that cannot do the work a verdict names."""

from __future__ import annotations

import pytest

from advisor.assessment.build_verdict import nearest_first, options
from advisor.cost.offers import Offer, RejectedOffer
from tests.contract.asking import Given
from tests.cost.pointed import evaluated

GIVEN: dict[str, Given] = {
    "a model that sellers have dropped": {"economics.open_model": "qwen3-32b"},
    "a European company": {"data.boundary": "region", "data.region": "eu", "data.regimes": ["gdpr"]},
    "prompts of 300,000 tokens": {"volume.input_per_request": 300_000, "volume.requests": 10_000},
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_an_offer_that_has_ended_is_named_only_where_nothing_on_sale_failed(given: Given) -> None:
    found = evaluated(given)
    named = [(each.option, one) for each in options(found) for one in each.runners_up if one.monthly_usd is None]
    assert named
    for route, runner_up in named:
        kinds = {each.requirement for each in found.costs.offers[route].rejected}
        assert not runner_up.lost_because.startswith("ended") or kinds == {"ended"}, (route, runner_up)


def test_rejected_offers_are_named_in_the_order_in_which_a_buyer_asks() -> None:
    ended = RejectedOffer(Offer("managed-open", "ours", "first"), "ended", "the offer ended")
    small = RejectedOffer(Offer("managed-open", "small"), "capability", "too small")
    slow = RejectedOffer(Offer("managed-open", "other"), "latency", "too slow")
    ours = RejectedOffer(Offer("managed-open", "ours", "second"), "region", "not in the region")
    assert nearest_first([ended, small, slow, ours], "ours") == [ours, slow, small, ended]
    assert nearest_first([ended, small, slow, ours], "") == [slow, ours, small, ended]

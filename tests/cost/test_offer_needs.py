"""What keeps an offer from being bought, and what of it is to be confirmed, each in the words a reader gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from advisor.cost.offers import (
    ModelTerms,
    OfferNeeds,
    authorized_regions,
    model_doubts,
    model_fault,
    priced_elsewhere,
    provider_doubts,
    provider_fault,
)
from advisor.cost.prices import DataNeeds
from advisor.knowledge.catalog import TokenPrice
from tests.contract.asking import knowledge

MODEL = ModelTerms("Model", 8000, ("text",), "mid", None, max_output=1000)
ROW = TokenPrice("seller", date(2026, 1, 1), 2.0, 8.0, "list", "reported")
SELLER = replace(
    next(iter(knowledge().catalog.providers.values())), title="Seller", kind="inference", regions=("eu", "us-gov"),
    baa=True, zero_retention=True, no_training=True, fine_tuning=True, authorizations=(), authorized_regions=(),
)  # fmt: skip
PLAIN = OfferNeeds()
IN_EU = OfferNeeds(data=DataNeeds("eu"), region_words="the EU")
LONG = OfferNeeds(tokens=9000.0, tokens_certain=8001.0, answer=1500.0, answer_certain=1001.0, answer_usual=1200.0)


@pytest.mark.parametrize(
    ("changed", "asked", "fault"),
    [
        ({}, {}, None),
        ({}, {"tokens_certain": 8000.0, "answer_certain": 1000.0}, None),
        ({}, {"tokens_certain": 8001.0}, ("context", "a request has 8,001 tokens; Model holds 8,000")),
        ({"context": 0}, {"tokens_certain": 8001.0}, None),
        ({}, {"answer_certain": 1001.0}, ("context", "an answer has 1,001 tokens; Model returns 1,000")),
        ({"max_output": 0}, {"answer_certain": 1001.0}, None),
        ({}, {"images": True}, ("modality", "the work has images; Model takes text")),
        ({}, {"audio": True}, ("modality", "the work has audio; Model takes text")),
        ({"modalities": ("text", "image", "audio")}, {"images": True, "audio": True}, None),
        ({"fine_tuning": False}, {"tuning": True}, ("tuning", "Model cannot be tuned")),
        ({"fine_tuning": False}, {}, None),
        ({}, {"tuning": True}, None),
        ({}, {"capability": "frontier"}, ("capability", "the work needs class frontier; Model is mid")),
        ({}, {"capability": "mid"}, None),
        ({"named": True}, {"capability": "frontier"}, None),
        ({"named": True}, {"capability": "frontier", "capability_answered": True},
         ("capability", "the work needs class frontier; Model is mid")),
        ({"blocked": True}, {}, ("license", "the license of Model does not allow this use")),
    ],
)  # fmt: skip
def test_a_model_fails_by_its_first_limit(changed: Any, asked: Any, fault: tuple[str, str] | None) -> None:
    found = model_fault(replace(MODEL, **changed), replace(PLAIN, **asked))
    assert (None if found is None else (found.requirement, found.because)) == fault


@pytest.mark.parametrize(
    ("changed", "asked", "doubts"),
    [
        ({}, {"tokens": 8000.0, "answer": 1000.0}, ()),
        ({}, {"tokens": 8001.0}, ("Requests of up to 8,001 tokens fit Model, which holds 8,000",)),
        ({"context": 0}, {"tokens": 8001.0}, ("Model holds requests of 8,001 tokens",)),
        ({}, {"answer": 1001.0}, ("Answers of up to 1,001 tokens fit Model: it returns 1,000",)),
        ({"max_output": 0}, {"answer": 1001.0}, ()),
        ({"closed": True}, {"tuning": True}, ("Model can be tuned",)),
        ({"closed": True, "fine_tuning": True}, {"tuning": True}, ()),
        ({"closed": True}, {}, ()),
        ({}, {"tuning": True}, ()),
    ],
)
def test_limits_that_only_the_longest_requests_exceed_are_to_be_confirmed(
    changed: Any, asked: Any, doubts: tuple[str, ...]
) -> None:
    assert model_doubts(replace(MODEL, **changed), replace(PLAIN, **asked)) == doubts


@pytest.mark.parametrize(
    ("seller", "row", "needs", "fault"),
    [
        ({}, {}, PLAIN, None),
        ({}, {"region": "us"}, IN_EU, ("region", "the data needs eu; this price of Seller is for us")),
        ({}, {"region": "eu"}, IN_EU, None),
        ({}, {"region": "eu-west"}, IN_EU, None),
        ({}, {"region": "us"}, PLAIN, None),
        ({"baa": False}, {}, OfferNeeds(data=DataNeeds(baa=True)), ("agreement", "Seller does not offer ")),
        ({"baa": None}, {}, OfferNeeds(data=DataNeeds(baa=True)), None),
        ({"baa": False}, {}, PLAIN, None),
        ({"fine_tuning": False}, {}, OfferNeeds(tuning=True), ("tuning", "Seller does not serve tuned models")),
        ({"fine_tuning": False}, {}, PLAIN, None),
        ({}, {"images": False}, OfferNeeds(images=True),
         ("modality", "the work has images; Seller serves this model for text alone")),
        ({}, {"images": None}, OfferNeeds(images=True), None),
        ({}, {"context": 8000}, LONG, ("context", "a request has 8,001 tokens; Seller serves 8,000 of context")),
        ({}, {"context": 8001}, LONG, None),
        ({}, {"max_output": 1000}, LONG, ("context", "an answer has 1,001 tokens; Seller returns at most 1,000")),
        ({}, {"max_output": 1001}, LONG, None),
    ],
)  # fmt: skip
def test_a_seller_fails_by_what_it_is_known_not_to_offer(
    seller: Any, row: Any, needs: OfferNeeds, fault: tuple[str, str] | None
) -> None:
    found = provider_fault(replace(SELLER, **seller), replace(ROW, **row), needs)
    assert (None if found is None else found.requirement) == (fault and fault[0])
    assert found is None or fault is None or found.because.startswith(fault[1])


TUNED = "Seller serves this model tuned and asks no more for it than as it is: no list says so"


@pytest.mark.parametrize(
    ("seller", "row", "needs", "doubts"),
    [
        ({}, {}, PLAIN, []),
        ({"regions": ("us",)}, {}, IN_EU, ["Seller serves this model in the EU, where no price is listed"]),
        ({"regions": ("us",)}, {"region": "eu"}, IN_EU, []),
        ({}, {}, IN_EU, ["Seller serves this model in the EU: its price names no region"]),
        ({"regions": ("eu",)}, {}, IN_EU, []),
        ({}, {"source": "answers"}, IN_EU, []),
        ({"fine_tuning": None}, {}, OfferNeeds(tuning=True), ["Seller serves tuned models", TUNED]),
        ({}, {"source": "answers"}, OfferNeeds(tuning=True), []),
        ({}, {"context": 8999}, LONG, [
            "Requests of up to 9,000 tokens fit what Seller serves: 8,999",
            "Seller returns answers of 1,500 tokens: no list has its limit",
        ]),
        ({}, {"context": 9000, "max_output": 1499}, LONG, [
            "Answers of up to 1,500 tokens fit what Seller returns: 1,499",
        ]),
        ({}, {"max_output": 1500}, LONG, []),
        ({}, {"source": "answers"}, LONG, []),
        ({}, {}, replace(LONG, answer=1200.0), []),
        ({}, {}, OfferNeeds(authorizations=("il5", "itar")), ["Seller holds il5 and itar for this model"]),
        ({"authorizations": ("il5",)}, {"region": "us-gov"}, OfferNeeds(authorizations=("il5",)), []),
        ({"authorizations": ("il5",)}, {}, OfferNeeds(authorizations=("il5",)),
         ["Seller sells this model in a government region: no price of one is listed"]),
    ],
)  # fmt: skip
def test_what_no_list_says_of_a_seller_is_to_be_confirmed(
    seller: Any, row: Any, needs: OfferNeeds, doubts: list[str]
) -> None:
    assert list(provider_doubts(replace(SELLER, **seller), replace(ROW, **row), needs)) == doubts


def test_an_agreement_that_is_not_known_is_to_be_confirmed_and_a_missing_one_fails() -> None:
    for field in ("baa", "zero_retention", "no_training"):
        unknown: Any = {field: None}
        missing: Any = {field: False}
        needs = OfferNeeds(data=DataNeeds(**{field: True}))  # type: ignore[arg-type]
        (doubt,) = provider_doubts(replace(SELLER, **unknown), ROW, needs)
        assert doubt.startswith("Seller offers ")
        assert provider_doubts(SELLER, ROW, needs) == ()
        fault = provider_fault(replace(SELLER, **missing), ROW, needs)
        assert fault is not None
        assert fault.because == doubt.replace("Seller offers", "Seller does not offer")


def test_a_vendor_that_lists_the_tuned_model_leaves_nothing_to_confirm_of_its_price() -> None:
    needs, listed = OfferNeeds(tuning=True), replace(MODEL, tuned_factor=1.5)
    vendor = replace(SELLER, kind="vendor")
    assert provider_doubts(vendor, ROW, needs, listed) == ()
    assert provider_doubts(vendor, ROW, needs, MODEL) == (TUNED,)
    assert provider_doubts(SELLER, ROW, needs, listed) == (TUNED,)
    assert provider_doubts(vendor, ROW, replace(LONG, tokens=1.0), MODEL) == ()  # its model's own limit is known


def test_government_regions_are_those_that_are_named_or_end_so() -> None:
    assert authorized_regions(SELLER) == ("us-gov",)
    assert authorized_regions(replace(SELLER, authorized_regions=("eu",))) == ("eu",)
    assert priced_elsewhere(SELLER, ROW, IN_EU) is False
    assert priced_elsewhere(replace(SELLER, regions=("us",)), ROW, IN_EU) is True
    assert priced_elsewhere(replace(SELLER, regions=("us",)), ROW, PLAIN) is False

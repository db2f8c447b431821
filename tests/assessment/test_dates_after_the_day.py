"""A figure dated after the day of an assessment is said, and a price dated after it is not used."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from advisor.api import assess
from advisor.assessment.model import Assessment
from advisor.assessment.provenance import dated_later
from advisor.decision.compiled import compiled_knowledge
from tests.contract.asking import answers, knowledge

FIRST, LAST = date(2026, 6, 23), date(2026, 11, 29)
OPEN = {"workload.task": "chat", "volume.output_tokens": 20_000_000}


def _assessed(day: date) -> Assessment:
    return assess(answers(OPEN), knowledge(), day, draws=100, flips=False, further=False)


def _said(assessment: Assessment) -> list[str]:
    return [note for note in assessment.notes if note.startswith(f"On {assessment.as_of}")]


def test_every_figure_dated_later_is_counted_in_the_note() -> None:
    found = _assessed(FIRST)
    (note,) = _said(found)
    used = {one.parameter for one in found.premises if one.since > FIRST}
    parameters = compiled_knowledge(knowledge(), FIRST).parameters.values
    others = [name for name, value in parameters.items() if value.since > FIRST and name not in used]
    assert f"and {len(used) - 5} more" in note
    assert f"{len(others)} other parameters of the knowledge base" in note
    assert not re.search(r"\b(?:gate|people|default)\.[a-z_]+", note)


def test_nothing_is_said_once_every_figure_is_known() -> None:
    assert _said(_assessed(LAST)) == []


def test_what_no_verdict_names_is_counted_all_the_same() -> None:
    parameters = replace(compiled_knowledge(knowledge(), LAST).parameters, as_of=FIRST)
    later = sum(value.since > FIRST for value in parameters.values.values())
    (note,) = dated_later((), parameters)
    assert f"{later} other parameters" in note


def _own(day: date, **more: object) -> Assessment:
    given = {**OPEN, "data.boundary": "vpc", "economics.open_model": "llama-3.1-8b"}
    asked = {f"economics.{key}": value for key, value in more.items()}
    return assess(answers({**given, **asked}), knowledge(), day, draws=100, flips=False, further=False)


def test_a_rent_first_listed_after_the_day_is_unknown_on_it_and_said() -> None:
    card = knowledge().catalog.gpus["h100-nvl"]
    (first,) = card.prices
    assert FIRST < first.since <= LAST
    before, after = _own(FIRST, gpu=card.id), _own(LAST, gpu=card.id)
    assert any(f"no price of this card is known by {FIRST}" in said for said in before.verdict.conditions)
    assert not any("no price of this card" in said for said in after.verdict.conditions)
    assert not any(one.parameter.startswith(f"{card.id} on-demand") and one.since > FIRST for one in before.premises)
    assert {one.since for one in after.premises if one.parameter == f"{card.id} on-demand"} == {first.since}


@pytest.mark.parametrize(("way", "doubted"), [("owned", False), ("on-demand", True)])
def test_a_card_that_is_sold_and_not_rented_is_in_doubt_only_where_it_is_rented(way: str, *, doubted: bool) -> None:
    """An M4 Max has a price in shops and none by the hour."""
    card = knowledge().catalog.gpus["m4-max"]
    assert card.purchase_high_usd
    assert not card.prices
    said = [each for each in _own(LAST, gpu=card.id, acquisition=way).verdict.conditions if card.title in each]
    assert bool(said) is doubted
    assert all("costs about as much as NVIDIA" in each for each in said)


def test_seconds_of_a_card_are_not_bought_before_they_are_listed() -> None:
    before, after = (_own(day, gpu="h100-sxm", acquisition="serverless") for day in (FIRST, LAST))
    said = "no price of that is known by the day"
    assert any(said in each for each in before.verdict.conditions)
    assert not any(said in each for each in after.verdict.conditions)


@pytest.mark.parametrize("day", [FIRST, date(2026, 10, 31)])
def test_no_price_is_dated_after_the_day(day: date) -> None:
    prices = [one for one in _assessed(day).premises if isinstance(one.value, tuple) and " " in one.parameter]
    listed = [one for one in prices if not one.parameter.endswith(" purchase")]
    assert listed
    assert [one for one in listed if one.since > day] == []

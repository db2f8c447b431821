"""What must hold of every route of eight very different workloads, whichever answer is varied (issue: the advice).

More asked for never makes a route cheaper or firmer; a hundredth of an answer never moves a median by more than a tenth
but across an integer that the text names; units cancel; with exact answers the median is the bill computed by hand.
`make properties PROPERTIES=1000` tries that many examples of each; CI tries a few.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from math import fsum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.cost.answer_sweeps import (
    DAY,
    JUMP,
    LADDERS,
    NUMERIC,
    STEP,
    WORKLOADS,
    Given,
    ladder,
    named,
    seen,
    varied,
    wrong_ways,
)

EXAMPLES = int(os.environ.get("PROPERTIES", "0")) or 5
few = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="PROPERTIES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
ROUTES = ("hosted-api", "managed-cloud", "managed-open")
RISING = sorted(key for key, each in NUMERIC.items() if each.sign)
places = st.floats(0, 1)


def answered(name: str, key: str, place: float) -> tuple[float, Given] | None:
    """A value of an answer and the workload with it; None where the workload does not take it."""
    asked = NUMERIC[key]
    value = asked.low * (asked.high / asked.low) ** place
    value = float(round(value)) if asked.whole else value
    stated = varied(WORKLOADS[name], key, value)
    return None if stated is None else (value, stated)


@pytest.mark.parametrize("name", WORKLOADS)
@given(st.sampled_from(RISING), st.lists(places, min_size=2, max_size=2))
@few
def test_more_asked_for_makes_no_route_cheaper_or_firmer(name: str, key: str, ends: list[float]) -> None:
    """More tokens, a longer prompt, a stricter target, a more expensive GPU or person, a lower discount."""
    found = [one for one in (answered(name, key, place) for place in sorted(ends)) if one]
    steps = [(value, seen(stated)) for value, stated in found]
    steps = steps if NUMERIC[key].sign > 0 else steps[::-1]
    assert not [each.row() for each in wrong_ways(name, key, steps, strict=NUMERIC[key].strict)]


@pytest.mark.parametrize("name", WORKLOADS)
@given(st.sampled_from(sorted(LADDERS)))
@few
def test_a_stricter_word_makes_no_route_cheaper_or_firmer(name: str, key: str) -> None:
    """Public data to health data, anywhere to an air gap, one region to two, a small model to the frontier."""
    assert not [each.row() for each in ladder(name, key)]


@pytest.mark.parametrize("name", WORKLOADS)
@given(st.sampled_from(sorted(NUMERIC)), places)
@few
def test_a_hundredth_of_an_answer_moves_no_median_by_a_tenth_but_across_a_named_integer(
    name: str, key: str, place: float
) -> None:
    asked, found = NUMERIC[key], answered(name, key, place)
    if found is None or (asked.whole and found[0] * (STEP - 1) < 1):  # one more of a few is no hundredth
        return
    value, stated = found
    more = min(asked.high, 1 - (1 - value) / STEP if asked.high <= 1 and value > 0.5 else value * STEP)
    after = varied(WORKLOADS[name], key, float(round(more)) if asked.whole else more)
    one, other = seen(stated), seen(after or stated)
    for route in one.p50.keys() & other.p50.keys():
        low, high = sorted((one.p50[route], other.p50[route]))
        assert high <= low * (1 + JUMP) or named(one, other, route), (route, value, more, low, high)


def in_other_units(stated: Given, numbers: Mapping[str, float], how: str) -> Given:
    """The same answers, with volumes written by the day or year and with scales."""
    written = {"day": "{:.12f}/day", "year": "{:.12f}M/year", "scaled": "{:.12f}k"}[how]
    by = {"day": 1 / 30, "year": 12e-6, "scaled": 1e-3}[how]
    return stated | {key: written.format(value * by) for key, value in numbers.items()}


@pytest.mark.parametrize("name", WORKLOADS)
@given(st.sampled_from(("day", "year", "scaled")))
@few
def test_units_cancel(name: str, how: str) -> None:
    stated = WORKLOADS[name]
    rates = ("volume.requests", "volume.tokens_per_developer", "volume.output_tokens")
    one, other = (seen(each) for each in (stated, in_other_units(stated, {
        key: stated[key] for key in rates if key in stated}, how)))  # fmt: skip
    assert one.p50 == pytest.approx(dict(other.p50), rel=1e-9)


# Exact answers: a month, no growth, no range; the bill by hand from the rows of the catalog's files.


CATALOG = Path(__file__).parents[2] / "rules" / "catalog"
EXACT: Given = {
    "economics.horizon_months": 1, "volume.annual_growth": 0, "economics.token_multiplier": 1,
    "volume.cached_share": 0,  # what of it is written again is not known exactly
}  # fmt: skip
WITHIN = 0.001


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", WORKLOADS)
def test_a_bill_for_tokens_is_the_one_computed_by_hand(name: str, route: str) -> None:
    """Input and output, each at the listed price, what can wait at its batch price; the median is the sum of lines."""
    workload = {key: value for key, value in WORKLOADS[name].items() if key != "data.boundary"} | EXACT
    found = seen(workload)
    bought, lines = found.bought(route), found.evaluation.costs.point_lines[route]
    inward, outward = volumes(workload)
    prompt = inward / (outward / workload["volume.output_per_request"])
    row = listed(bought.model, bought.provider, bought.region, prompt)
    later = workload["volume.batch_share"]
    usual = (inward * row["input"] + outward * row["output"]) / 1e6
    batch = (inward * row.get("batch_input", row["input"]) + outward * row.get("batch_output", row["output"])) / 1e6
    assert lines["tokens"] == pytest.approx((1 - later) * usual + later * batch, rel=WITHIN)
    assert found.p50[route] == pytest.approx(fsum(lines.values()), rel=WITHIN)


def volumes(workload: Given) -> tuple[float, float]:
    """Input and output tokens a month."""
    if "volume.tokens_per_developer" in workload:
        total, share = (
            workload["workload.developers"] * workload["volume.tokens_per_developer"], workload["volume.output_share"]
        )  # fmt: skip
        return total * (1 - share), total * share
    requests = workload["volume.requests"]
    return requests * workload["volume.input_per_request"], requests * workload["volume.output_per_request"]


def listed(model: str, provider: str, region: str, prompt: float) -> dict[str, Any]:
    """The standard row in force on the day, at the step of the prompt's length, as the catalog's files have it."""
    for file in ("api", "managed"):
        for entry in tomllib.loads((CATALOG / f"{file}.toml").read_text(encoding="utf-8"))[file]:
            rows = [
                row for row in entry["price"]
                if entry["id"] == model and (row["provider"], row.get("region", "")) == (provider, region)
                and row.get("tier", "standard") == "standard" and row["since"] <= DAY
            ]  # fmt: skip
            if rows:
                row = max(rows, key=lambda each: each["since"])
                steps = [step for step in row.get("steps", []) if prompt > step["above"]]
                return dict(row) | (max(steps, key=lambda step: step["above"]) if steps else {})
    raise AssertionError((model, provider, region))


@pytest.mark.parametrize("name", WORKLOADS)
def test_the_rent_of_a_fleet_is_the_one_computed_by_hand(name: str) -> None:
    """A stated number of GPUs at a stated price of an hour, 720 hours a month."""
    rented = {"economics.gpu": "h200", "economics.gpu_hour_usd": 3, "economics.acquisition": "reserved"}
    stated = WORKLOADS[name] | EXACT | rented | {"economics.gpus": 8, "economics.service_tier": "internal-endpoint"}
    stated = {key: value for key, value in stated.items() if not key.startswith("latency.")}
    found = seen(stated)
    gpus = found.bought("self-host").gpus
    lines = found.evaluation.costs.point_lines["self-host"]
    if gpus == 8:  # else the text says that so many do not carry the peak
        assert lines["gpu"] == pytest.approx(8 * 3 * 720, rel=WITHIN)
    else:
        assert found.offers["self-host"].replaced is not None
    assert found.p50["self-host"] == pytest.approx(fsum(lines.values()), rel=WITHIN)

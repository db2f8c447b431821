"""Forty-nine workloads as an engineer who pays such bills reads them: which route, whose offer, and what may not be.

What each offer must hold is checked here against the catalog by hand, apart from the code that lists offers.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from advisor.api import assess
from advisor.cost.offers import PricedOffer
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.interview.answers import read_answers, vocabulary
from advisor.workload.resolve import resolve_workload
from tests.contract.asking import knowledge

CASES = {path.stem: path for path in sorted((Path(__file__).parents[1] / "data" / "economics").glob("*.toml"))}
DAY = date(2026, 11, 28)
TOKEN_ROUTES = ("hosted-api", "managed-cloud", "managed-open")
CLOUD, HOSTED, HYBRID, OPEN, OWN = "managed-cloud", "hosted-api", "hybrid", "managed-open", "self-host"
SPARED = ("production", "high-availability")
RIGHT: dict[str, tuple[tuple[str, ...], float, float, str]] = {
    "agentic-95cache": ((OPEN,), 3000, 5500, "cached reads are nearly free at a provider that lists them"),
    "airgap-ship": ((OWN,), 15e3, 45e3, "an air gap leaves one's own; two regions take a rota"),
    "autocomplete-500": ((OWN,), 10e3, 25e3, "120 ms do not cross a network"),
    "b200-fp4-70b": ((OPEN,), 3200, 5500, "4B tokens of a 70B at 0.1 and 0.3 a million and the work around them"),
    "batch-5B": ((OPEN, CLOUD), 2800, 4500, "a 32B by the token costs less than one card"),
    "bursty-launch": ((OPEN, CLOUD), 1900, 3300, "bursts are a provider's to carry"),
    "classify-L4": ((OPEN,), 2200, 3600, "an 8B at 0.02 a million"),
    "company500-vpc": ((OWN,), 35e3, 65e3, "a network of one's own leaves one's own"),
    "company500": ((OPEN,), 7000, 12e3, "30B tokens of a coding model; revenue is below the license's limit"),
    "dedicated-8b": ((CLOUD, HOSTED, OPEN), 1100, 2300, "5M tokens written are pennies anywhere"),
    "dedicated": ((CLOUD, OPEN), 2500, 4500, "a dedicated card costs more than the tokens it would serve"),
    "deepseek-v3-8h200": ((OPEN,), 5000, 9500, "12B tokens at 0.2 and 0.2 a million and up"),
    "dev-outshare-2pct": ((OWN,), 50e3, 110e3, "a network of one's own; 30B tokens read take fourteen cards"),
    "devstral-revenue": ((HOSTED, CLOUD), 1500, 2600, "the license stops this revenue"),
    "eu-bank": ((OPEN, CLOUD), 3000, 6500, "llama in Europe"),
    "fedramp-il5": ((CLOUD,), 2400, 4200, "government regions at government rows"),
    "fleet64-internal": ((OWN,), 110e3, 230e3, "220B tokens of a 70B take forty cards"),
    "hipaa-notes-eu": ((OPEN, CLOUD), 2500, 4200, "small volume; agreements decide"),
    "hipaa-notes": ((OPEN, CLOUD), 2500, 4200, "small volume; agreements decide"),
    "hybrid-20-quality": ((HYBRID,), 25e3, 40e3, "a fifth needs the frontier, and failures cost"),
    "hybrid-20": ((HYBRID,), 5500, 9000, "a fifth needs the frontier"),
    "internet-50B": ((OPEN,), 5500, 10e3, "50B tokens at 0.03 and 0.17 a million"),
    "itar-only": ((CLOUD,), 2400, 4200, "controlled data leaves the clouds and one's own"),
    "long-128k": ((OPEN,), 2200, 3800, "131k of context hold it"),
    "long-300k": ((HOSTED, CLOUD), 20e3, 36e3, "the named open model does not hold it; the long tier is paid"),
    "lora-8b": ((OPEN, CLOUD), 900, 1800, "an adapter of an 8B, served by the token"),
    "mau-700M": ((HOSTED, CLOUD), 4300, 8000, "the license stops so many users"),
    "mi300x-70b": ((OPEN,), 3500, 6500, "6B tokens of a 70B"),
    "multimodal-text-model": ((HOSTED, CLOUD), 850, 1600, "the named open model reads no images"),
    "multimodal": ((OPEN, CLOUD), 450, 900, "open models take images too, once one is measured; tokens are pennies"),
    "owned-36": ((OPEN, CLOUD), 2400, 4500, "by the token still costs a quarter of cards that are bought"),
    "prod-1gpu": ((OPEN, HOSTED, CLOUD), 1000, 2000, "pennies of tokens"),
    "provisioned": ((OPEN, CLOUD), 2400, 4500, "the named way of paying is the vendor's alone, and more expensive"),
    "quality-decides": ((HOSTED, CLOUD), 7000, 12e3, "failures cost more than tokens"),
    "ratio-match": ((OWN,), 19e3, 38e3, "a network of one's own"),
    "ratio-mismatch": ((OWN,), 19e3, 38e3, "tokens a month decide"),
    "reasoning-hidden": ((OPEN,), 800, 1700, "200M written by an open reasoner"),
    "second-region": ((OPEN, CLOUD), 2900, 5500, "a provider's second region costs little"),
    "shrinking": ((OPEN, CLOUD), 1900, 3500, "less every year"),
    "solo-5090": ((OPEN,), 80, 200, "one developer"),
    "spend-contradicts": ((OPEN, CLOUD), 1500, 2800, "the computed bill is used"),
    "spot": ((OPEN, CLOUD), 2700, 5000, "5.5B tokens of a mid-sized model"),
    "startup-unknown": ((OPEN, CLOUD, HOSTED), 1100, 2200, "hardly anything is known, and tokens are pennies"),
    "support-30M-day-slo": ((OPEN, CLOUD), 1800, 3300, "900M tokens of a 70B"),
    "support-30M-day": ((OPEN, CLOUD), 1800, 3300, "900M tokens of a 70B"),
    "team20-frontier25": ((HYBRID,), 900, 1700, "a quarter needs the frontier"),
    "team20": ((OPEN, CLOUD), 800, 1500, "400M tokens of twenty colleagues"),
    "tenancy-plain": ((CLOUD,), 6000, 11e3, "the cloud account, and a frontier model"),
    "tiny-1M": ((OPEN, CLOUD, HOSTED), 250, 500, "a million tokens: the work around them is the bill"),
}
"""The routes that are right, dollars a month at P50 between two ends a third or more apart, and why."""


@cache
def case(name: str) -> Evaluation:
    answers = read_answers(CASES[name].read_bytes(), name, vocabulary(knowledge()))
    return evaluate(answers, compiled_knowledge(knowledge(), DAY), 1, 600)


def bought(evaluation: Evaluation, route: str) -> PricedOffer | None:
    found = evaluation.costs.offers.get(route)
    return found.feasible[0] if found is not None and found.feasible else None


def list_bills(evaluation: Evaluation, model: str, route: str) -> dict[str, float]:
    """Dollars a month by provider for all of the tokens at list prices: rows of one route that hold the prompt."""
    catalog, workload = knowledge().catalog, resolve_workload(evaluation.findings.prepared.known)
    read, written = workload.input_tokens.value.point, workload.output_tokens.value.point
    many = evaluation.findings.prepared.known.range("economics.token_multiplier").point
    cached = workload.cached_share.value.point
    asked = workload.input_per_request.value.point + workload.output_per_request.value.point
    bills = {}
    for owner, row in catalog.token_prices():
        stands = row.since <= DAY and (row.until is None or row.until > DAY) and row.tier == "standard"
        plain = owner == model and not row.region and route in catalog.providers[row.provider].routes
        if not (stands and plain) or (row.context and row.context < asked):
            continue
        newer = [
            each for of, each in catalog.token_prices()
            if of == owner and each.provider == row.provider and row.since < each.since <= DAY and each.tier == row.tier
        ]  # fmt: skip
        if not newer:
            again = row.cache_read or row.input
            bills[row.provider] = (
                many * (read * ((1 - cached) * row.input + cached * again) + written * row.output) / 1e6
            )
    return bills


def is_slip(seller: str, bills: dict[str, float]) -> bool:
    """A tenth or less of what the middle of the others asks is confirmed before it is bought."""
    others = [bill for name, bill in bills.items() if name != seller]
    return bool(others) and bills[seller] * 10 <= median(others)


def test_every_case_has_its_right_answer() -> None:
    assert set(RIGHT) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_route_and_its_bill_are_what_an_engineer_would_sign(name: str) -> None:
    routes, low, high, because = RIGHT[name]
    evaluation = case(name)
    assert evaluation.choice.option in routes, because
    assert low <= sum(evaluation.costs.point_lines[evaluation.choice.option].values()) <= high, because


@pytest.mark.parametrize("name", CASES)
def test_what_is_bought_can_do_the_work_and_nothing_listed_is_cheaper(name: str) -> None:
    evaluation = case(name)
    known = evaluation.findings.prepared.known
    for route in TOKEN_ROUTES:
        offer = bought(evaluation, route)
        if offer is None or offer.offer.pricing != "per-token":
            continue
        if (
            known.given("data.region")
            or known.answers.get("data.regimes")
            or known.given("quality.fine_tuning_required")
        ):
            continue
        bills = list_bills(evaluation, offer.offer.model, route)
        cheapest = min(bill for seller, bill in bills.items() if not is_slip(seller, bills))
        assert bills[offer.offer.provider] <= cheapest * 1.02, (route, bills)


@pytest.mark.parametrize("name", CASES)
def test_every_route_carries_the_work_around_it_and_production_a_spare(name: str) -> None:
    evaluation = case(name)
    for route in {*TOKEN_ROUTES, OWN} & evaluation.costs.point_lines.keys():
        lines = evaluation.costs.point_lines[route]
        assert all(lines[line] > 0 for line in ("integration", "evaluation", "gateway", "observability", "upgrades"))
    fleet = bought(evaluation, OWN)
    if fleet is not None and evaluation.scenario.tier in SPARED and not evaluation.scenario.fleet.given:
        assert fleet.offer.replicas >= 2
        assert evaluation.costs.point_lines[OWN]["labor"] > 0


@pytest.mark.parametrize("name", CASES)
def test_no_runner_up_is_cheaper_but_for_what_is_to_be_confirmed(name: str) -> None:
    evaluation = case(name)
    quotes = evaluation.scenario.shortlist.quotes
    asked = {"hosted-api": quotes.get("hosted", ()), "managed-open": quotes.get("managed", ()), OWN: ()}
    for route, listed in asked.items():
        offers = evaluation.costs.offers[route].feasible
        doubts = {len(quote.doubts) for quote in listed}
        if len(doubts) <= 1:
            assert all(each.p50 >= offers[0].p50 - 0.01 for each in offers[1:]), route


def test_a_cheaper_runner_up_says_that_more_is_to_be_confirmed() -> None:
    answers = read_answers(CASES["lora-8b"].read_bytes(), "lora-8b", vocabulary(knowledge()))
    found = assess(answers, knowledge(), DAY, draws=600, flips=False, further=False).option("managed-open")
    assert found is not None
    cheaper = [
        each for each in found.runners_up if each.monthly_usd is not None and each.monthly_usd < found.monthly_usd.p50
    ]
    assert cheaper
    assert all(each.lost_because.endswith("a month less, with more to confirm") for each in cheaper)

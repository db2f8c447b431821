"""Every published figure is recomputed by the cost core, and comes out as the ledger says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from advisor.errors import BadKnowledge
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.published_articles import Claim, Input, Status
from advisor.published.claim_checks import FORMULAS, Audited, audit, audited

KNOWLEDGE = load_knowledge()
PARAMETERS = KNOWLEDGE.parameters_at(date.max)
AUDIT = {one.claim.id: one for one in audit(KNOWLEDGE)}
HOLDS, ONLY_IF, DIFFERS, IMPOSSIBLE, UNDEFINED = get_args(Status)

# Status and recomputed range of a claim, in the audit's own rounding.
AUDITED_ROWS: dict[str, tuple[Status, float, float]] = {
    "beats-api.hardware": (HOLDS, 6480, 6480),
    "beats-api.staffing": (HOLDS, 400e3, 900e3),
    "beats-api.api-20m": (ONLY_IF, 300, 300),
    "beats-api.api-2b-high": (ONLY_IF, 30e3, 30e3),
    "beats-api.self-host-200m": (DIFFERS, 39.8e3, 39.8e3),
    "beats-api.self-host-2b": (DIFFERS, 39.8e3, 81.5e3),
    "beats-api.crossover": (HOLDS, 1.33e9, 1.99e9),
    "beats-api.crossover-own-table": (DIFFERS, 1.7e9, 4.35e9),
    "beats-api.crossover-discounted": (ONLY_IF, 2.6e9, 5.6e9),
    "beats-api.crossover-batch": (DIFFERS, 4e9, 8.7e9),
    "beats-api.extraction": (DIFFERS, 1.78e9, 1.78e9),
    "beats-api.extraction-bill": (DIFFERS, 1818, 1818),
    "beats-api.evaluation": (DIFFERS, 4.2, 8.5),
    "coding-agents.developer": (ONLY_IF, 8.4, 21),
    "coding-agents.tco": (HOLDS, 10640, 12640),
    "coding-agents.typical": (ONLY_IF, 133, 433),
    "coding-agents.managed-50": (DIFFERS, 1500, 3750),
    "coding-agents.managed-50-opus": (ONLY_IF, 2500, 6250),
    "coding-agents.between": (DIFFERS, 17500, 19000),
    "coding-tco.m4-max": (ONLY_IF, 126, 154),
    "coding-tco.2-rtx-5090": (DIFFERS, 291, 319),
    "coding-tco.cloud": (ONLY_IF, 360, 600),
    "coding-tco.maintenance": (DIFFERS, 200, 500),
    "coding-tco.no-cache": (DIFFERS, 0.92, 0.92),
    "coding-tco.fits-2-rtx-5090": (IMPOSSIBLE, 141, 141),
    "coding-tco.fits-a100": (IMPOSSIBLE, 141, 141),
    "coding-tco.fits-rtx-5090-30b": (IMPOSSIBLE, 65.6, 65.6),
    "coding-tco.fits-rtx-5090-70b": (IMPOSSIBLE, 42.8, 42.8),
    "coding-tco.speed-a100": (IMPOSSIBLE, 53, 53),
    "coding-tco.speed-m4-max": (IMPOSSIBLE, 13.0, 13.0),
    "cost-guide.year": (ONLY_IF, 14.26e3, 14.26e3),
    "cost-guide.monthly": (DIFFERS, 10e6, 20e6),
    "cost-guide.case": (DIFFERS, 0.83, 0.83),
    "cost-guide.hole": (UNDEFINED, 5e9, 5e9),
    "cost-guide.calls": (DIFFERS, 0.24, 0.24),
    "when-it-pays.api": (DIFFERS, 5250, 10500),
    "when-it-pays.open-api": (DIFFERS, 180, 750),
    "when-it-pays.managed": (DIFFERS, 35e6, 35e6),
    "when-it-pays.managed-listed": (DIFFERS, 224e6, 224e6),
    "when-it-pays.frontier": (DIFFERS, 14.8e6, 37.5e6),
    "when-it-pays.hole": (UNDEFINED, 40e6, 40e6),
    "when-it-pays.budget": (DIFFERS, 2950, 7500),
}


@pytest.mark.parametrize("claim", sorted(KNOWLEDGE.claims))
def test_every_figure_comes_out_as_the_ledger_says(claim: str) -> None:
    one = AUDIT[claim]
    assert one.status == one.claim.status, f"recomputed {one.recomputed}"


@pytest.mark.parametrize("claim", sorted(AUDITED_ROWS))
def test_the_audit_is_reproduced(claim: str) -> None:
    status, low, high = AUDITED_ROWS[claim]
    found = AUDIT[claim].recomputed
    assert AUDIT[claim].status == status
    assert found is not None
    assert found.low == pytest.approx(low, rel=0.015)
    assert found.high == pytest.approx(high, rel=0.015)


def test_every_article_and_every_status_is_there() -> None:
    assert {one.claim.source for one in AUDIT.values()} == {
        "beats-api",
        "coding-agents",
        "coding-tco",
        "cost-guide",
        "when-it-pays",
    }
    assert set(Counter(one.status for one in AUDIT.values())) == set(get_args(Status))
    assert len(AUDIT) >= 120
    assert {one.claim.system for one in AUDIT.values()} <= set(KNOWLEDGE.systems)


def test_every_formula_is_used() -> None:
    assert {one.claim.formula for one in AUDIT.values()} == set(FORMULAS)


def test_the_cost_cliff() -> None:
    cliff = {name: AUDIT[f"beats-api.{name}"] for name in ("api-20m", "api-200m", "api-2b-low", "api-2b-high")}
    assert [one.claim.low for one in cliff.values()] == [400, 4_000, 40_000, 60_000]
    assert {one.status for one in cliff.values()} == {ONLY_IF}
    assert AUDIT["beats-api.self-host-20m"].status == HOLDS


def test_the_price_table() -> None:
    prices = [one for name, one in AUDIT.items() if name.startswith("coding-agents.price-")]
    assert len(prices) == 10
    assert {one.claim.id for one in prices if one.status == DIFFERS} == {
        "coding-agents.price-deepseek-v4-flash-input",
        "coding-agents.price-deepseek-v4-flash-output",
    }


def test_what_physics_forbids_is_called_impossible() -> None:
    impossible = {one.claim.id for one in AUDIT.values() if one.status == IMPOSSIBLE}
    assert impossible == {
        "coding-tco.fits-2-rtx-5090",
        "coding-tco.fits-a100",
        "coding-tco.fits-rtx-5090-30b",
        "coding-tco.fits-rtx-5090-70b",
        "coding-tco.speed-2-rtx-5090",
        "coding-tco.speed-a100",
        "coding-tco.speed-m4-max",
    }


def _again(claim: Claim) -> Audited:
    return audited(claim, KNOWLEDGE, PARAMETERS)


def test_a_status_follows_the_recomputation_not_the_ledger() -> None:
    claim = KNOWLEDGE.claims["beats-api.hardware"]
    assert _again(replace(claim, inputs={**claim.inputs, "gpus": 5})).status == DIFFERS
    assert not _again(replace(claim, inputs={**claim.inputs, "gpus": 5})).as_expected
    condition = replace(claim, inputs={**claim.inputs, "gpus": 5}, only_if={"gpus": 4})
    assert _again(condition).status == ONLY_IF


def test_the_tolerance_is_a_share_of_the_printed_figure() -> None:
    claim = replace(KNOWLEDGE.claims["beats-api.hardware"], low=6_000, high=6_000)
    assert _again(replace(claim, tolerance=0.0801)).status == HOLDS
    assert _again(replace(claim, tolerance=0.0799)).status == DIFFERS


@pytest.mark.parametrize(
    ("inputs", "formula", "said"),
    [({"gpus": 4}, "rentt", "did you mean 'rent'"), ({"economics.gpu_hour_usd": 2}, "rent", "needs the input 'gpus'")],
)
def test_a_claim_that_cannot_be_computed_is_refused(inputs: dict[str, Input], formula: str, said: str) -> None:
    claim = replace(KNOWLEDGE.claims["beats-api.hardware"], inputs=inputs, formula=formula)
    with pytest.raises(BadKnowledge, match=said):
        _again(claim)

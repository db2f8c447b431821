"""The claims ledger: every published figure recomputed, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Parameters, Range
from advisor.knowledge.published_articles import Claim, Input, Status
from advisor.published import claim_formulas as formulas
from advisor.published.claim_formulas import UNSTATED, Given, corners

Relation = Literal["equals", "within", "at-least", "at-most", "hole"]


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure is recomputed, and how the claim must relate to the result: equal to it, inside it, on one side.

    A `physical` limit is one that no price and no effort moves.
    """

    compute: Callable[[Given], float]
    relation: Relation = "equals"
    physical: bool = False


_EQUAL = (
    formulas.listed_price, formulas.bill, formulas.team_bill, formulas.saved_by_discount, formulas.saved_by_moving,
    formulas.saved_over_clouds, formulas.spend_share, formulas.rent, formulas.rent_a_year, formulas.owned,
    formulas.people, formulas.people_a_year, formulas.rent_and_people, formulas.times_rent, formulas.monitoring,
    formulas.monitoring_a_year, formulas.on_call, formulas.serving_budget, formulas.break_even_output,
    formulas.break_even_all, formulas.break_even_a_day, formulas.break_even_developers, formulas.hybrid_total,
    formulas.first_token_ms, formulas.prefill_saved, formulas.saved, formulas.usd_per_token,
    formulas.tokens_a_month, formulas.idle_share, formulas.tries, formulas.stated_sum,
)  # fmt: skip
"""Formulas whose result a claim has to equal, known under their own names."""
FORMULAS: Mapping[str, Formula] = {
    **{each.__name__: Formula(each) for each in _EQUAL},
    "listed_price_span": Formula(formulas.listed_price, "within"),
    "task_bill_below": Formula(formulas.bill, "at-least"),
    "listed_rent_span": Formula(formulas.listed_rent, "within"),
    "listed_hour_span": Formula(formulas.listed_hour, "within"),
    "listed_purchase_span": Formula(formulas.listed_purchase, "within"),
    "own_machine_and_upkeep": Formula(formulas.own_machine_and_upkeep, "at-most"),
    "below_break_even_output": Formula(formulas.break_even_output, "at-most"),
    "weights_gb": Formula(formulas.weights_gb, "at-least", physical=True),
    "stream_ceiling": Formula(formulas.stream_ceiling, "at-most", physical=True),
    "first_token_within": Formula(formulas.first_token_ms, "at-least"),
    "interval_points": Formula(formulas.interval_points, "at-least"),
    "hole": Formula(formulas.hole, "hole"),
    "times_cheaper_model": Formula(formulas.times_cheaper_model, "at-most"),
}


@dataclass(frozen=True, slots=True)
class Audited:
    """One claim with what the program makes of it today; `recomputed` is None where the source leaves an input out."""

    claim: Claim
    recomputed: Range | None
    status: Status

    @property
    def as_expected(self) -> bool:
        """Whether the status is the one the ledger expects."""
        return self.status == self.claim.status


def audit(knowledge: Knowledge, as_of: date = date.max) -> tuple[Audited, ...]:
    """Recompute every claim with the figures of a day; raises BadKnowledge for a formula or input that is missing."""
    parameters = knowledge.parameters_at(as_of)
    return tuple(audited(claim, knowledge, parameters) for claim in knowledge.claims.values())


def audited(claim: Claim, knowledge: Knowledge, parameters: Parameters) -> Audited:
    """Recompute one claim, first as it is stated, then under its condition."""
    formula = FORMULAS.get(claim.formula)
    if formula is None:
        todo = nearest(claim.formula, FORMULAS)
        raise BadKnowledge(f"rules/claims: {claim.id}", f"no formula {claim.formula!r}", todo)
    if UNSTATED in claim.inputs.values():
        return Audited(claim, None, "undefined")
    found = _recompute(formula, claim.inputs, knowledge, parameters)
    if formula.relation == "hole":
        return Audited(claim, found, "undefined" if found.low > 0 else "reproduced")
    if holds(claim, found, formula.relation):
        return Audited(claim, found, "reproduced")
    if claim.only_if is not None:
        other = _recompute(formula, claim.inputs | claim.only_if, knowledge, parameters)
        if holds(claim, other, formula.relation):
            return Audited(claim, found, "reproduced-only-if")
    return Audited(claim, found, "physically-impossible" if formula.physical else "differs")


def holds(claim: Claim, found: Range, relation: Relation) -> bool:
    """Whether the published figure relates to the recomputed one as it should, print rounding allowed for."""
    slack = claim.tolerance
    low, high = claim.low, claim.high
    match relation:
        case "equals":
            return _near(low, found.low, slack) and _near(high, found.high, slack)
        case "within":
            return low >= found.low * (1 - slack) and high <= found.high * (1 + slack)
        case "at-least":
            return low >= found.high * (1 - slack)
        case _:
            return high <= found.low * (1 + slack)


def _near(stated: float, found: float, slack: float) -> bool:
    return abs(found - stated) <= slack * abs(stated) + 1e-9 * max(abs(found), abs(stated))


def _recompute(formula: Formula, inputs: Mapping[str, Input], knowledge: Knowledge, parameters: Parameters) -> Range:
    results = [formula.compute(Given(corner, knowledge, parameters)) for corner in corners(inputs)]
    return Range(min(results), max(results))

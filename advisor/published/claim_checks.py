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
from advisor.published import claim_formulas
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


FORMULAS: Mapping[str, Formula] = {
    "listed_price": Formula(claim_formulas.listed_price),
    "listed_price_span": Formula(claim_formulas.listed_price, "within"),
    "bill": Formula(claim_formulas.bill),
    "team_bill": Formula(claim_formulas.team_bill),
    "task_bill_below": Formula(claim_formulas.bill, "at-least"),
    "saved_by_discount": Formula(claim_formulas.saved_by_discount),
    "saved_by_moving": Formula(claim_formulas.saved_by_moving),
    "saved_over_clouds": Formula(claim_formulas.saved_over_clouds),
    "spend_share": Formula(claim_formulas.spend_share),
    "rent": Formula(claim_formulas.rent),
    "rent_a_year": Formula(claim_formulas.rent_a_year),
    "listed_rent_span": Formula(claim_formulas.listed_rent, "within"),
    "listed_hour_span": Formula(claim_formulas.listed_hour, "within"),
    "listed_purchase_span": Formula(claim_formulas.listed_purchase, "within"),
    "owned": Formula(claim_formulas.owned),
    "own_machine_and_upkeep": Formula(claim_formulas.own_machine_and_upkeep, "at-most"),
    "people": Formula(claim_formulas.people),
    "people_a_year": Formula(claim_formulas.people_a_year),
    "rent_and_people": Formula(claim_formulas.rent_and_people),
    "times_rent": Formula(claim_formulas.times_rent),
    "monitoring": Formula(claim_formulas.monitoring),
    "monitoring_a_year": Formula(claim_formulas.monitoring_a_year),
    "on_call": Formula(claim_formulas.on_call),
    "serving_budget": Formula(claim_formulas.serving_budget),
    "break_even_output": Formula(claim_formulas.break_even_output),
    "below_break_even_output": Formula(claim_formulas.break_even_output, "at-most"),
    "break_even_all": Formula(claim_formulas.break_even_all),
    "break_even_a_day": Formula(claim_formulas.break_even_a_day),
    "break_even_developers": Formula(claim_formulas.break_even_developers),
    "hybrid_total": Formula(claim_formulas.hybrid_total),
    "weights_gb": Formula(claim_formulas.weights_gb, "at-least", physical=True),
    "stream_ceiling": Formula(claim_formulas.stream_ceiling, "at-most", physical=True),
    "first_token_ms": Formula(claim_formulas.first_token_ms),
    "first_token_within": Formula(claim_formulas.first_token_ms, "at-least"),
    "prefill_saved": Formula(claim_formulas.prefill_saved),
    "interval_points": Formula(claim_formulas.interval_points, "at-least"),
    "saved": Formula(claim_formulas.saved),
    "usd_per_token": Formula(claim_formulas.usd_per_token),
    "tokens_a_month": Formula(claim_formulas.tokens_a_month),
    "idle_share": Formula(claim_formulas.idle_share),
    "hole": Formula(claim_formulas.hole, "hole"),
    "tries": Formula(claim_formulas.tries),
    "times_cheaper_model": Formula(claim_formulas.times_cheaper_model, "at-most"),
    "stated_sum": Formula(claim_formulas.stated_sum),
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

"""What a reader must be told beside the verdict: contradictions, and what one verdict cannot see."""

from __future__ import annotations

import numpy as np

from advisor.assessment.success_margin import serves_open_model
from advisor.cost.traffic import rests_on
from advisor.decision.evaluate import Evaluation, concerned_routes
from advisor.interview.answer_format import dollars
from advisor.workload.identities import DEVELOPERS


def notes(evaluation: Evaluation) -> tuple[str, ...]:
    """What a reader must be told beside the verdict: contradictions in the answers, and what one verdict cannot see."""
    every = (_spend_note, _volume_note, _frontier_note, _pace_note, _fleet_note, _currency_note)
    return tuple(note for note in (one(evaluation) for one in every) if note)


def _spend_note(evaluation: Evaluation) -> str:
    stated = evaluation.findings.prepared.known.answers.range("economics.monthly_api_spend_usd")
    lines = evaluation.costs.point_lines.get("hosted-api")
    if stated is None or lines is None or not lines["tokens"] or not stated.point:
        return ""
    ratio = stated.point / lines["tokens"]
    limit = evaluation.findings.prepared.known.parameters.number("gate.spend_contradiction")
    if 1 / limit <= ratio <= limit:
        return ""
    return (
        f"You spend {dollars(stated.point)} a month by your answer, "
        f"and the volumes come to {dollars(lines['tokens'])}; the computed bill is used, so check the volumes"
    )


def _volume_note(evaluation: Evaluation) -> str:
    known = evaluation.findings.prepared.known
    per_head, heads = known.answers.range("volume.tokens_per_developer"), known.answers.range("workload.developers")
    if per_head is None or heads is None or DEVELOPERS in rests_on(evaluation.scenario.basis):
        return ""
    team, stated = per_head.point * heads.point, float(np.median(evaluation.costs.drawn.today.total))
    if abs(team - stated) <= 0.01 * max(team, stated):
        return ""
    return f"Developers times their use makes {team:,.0f} tokens a month; the stated volumes, {stated:,.0f}, are used"


def _frontier_note(evaluation: Evaluation) -> str:
    """A stated need for the frontier that the chosen route's model does not meet, though no gate forbids it."""
    prepared, route = evaluation.findings.prepared, evaluation.choice.option
    share = prepared.known.answers.range("quality.frontier_share")
    open_alone = route != "hybrid" and serves_open_model(route, evaluation)
    if open_alone and share is not None and share.point > 0.0:
        return (
            f"{share.point:.0%} of the traffic needs a frontier model by your answer, and {route} serves none; "
            "where that is a must, answer quality.frontier_required"
        )
    missed = prepared.known.flag("quality.frontier_required") and not prepared.catalog.api[prepared.api_model].frontier
    if open_alone or route == "none" or not missed:
        return ""
    return f"The work needs a frontier model by your answer, and the catalog does not count {prepared.api_model} as one"


def _pace_note(evaluation: Evaluation) -> str:
    """No gate asks for the time between tokens, so a fleet that misses the target must be named here."""
    plan, serving = evaluation.scenario.fleet, concerned_routes(evaluation.choice.option, evaluation.costs)
    target = plan.request.inter_token_ms
    if "self-host" not in serving or target is None or plan.speed.inter_token_ms <= target:
        return ""
    return (
        f"The fleet is computed to take {plan.speed.inter_token_ms:.1f} ms between tokens, over your {target:g} ms: "
        "a smaller model or faster GPUs would be needed"
    )


def _fleet_note(evaluation: Evaluation) -> str:
    if evaluation.choice.option == "self-host" or "self-host" not in evaluation.findings.standing.after_can:
        return ""
    return (
        "Workloads that would share one fleet and team share their fixed cost; "
        "this verdict charges it to one workload alone"
    )


def _currency_note(evaluation: Evaluation) -> str:
    """The chosen route's median in the user's own currency: shown, never computed with."""
    rate = evaluation.findings.prepared.known.answers.range("economics.currency_rate")
    cost = evaluation.costs.totals.get(evaluation.choice.option)
    if rate is None or cost is None:
        return ""
    local = float(np.median(cost)) * rate.point
    return f"At {rate.point:g} of your currency per dollar, {evaluation.choice.option} comes to {local:,.0f} a month"

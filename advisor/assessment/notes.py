"""What a reader must be told beside the verdict, and what one verdict cannot see."""

from __future__ import annotations

import numpy as np

from advisor.decision.evaluate import Evaluation, concerned_routes


def notes(evaluation: Evaluation) -> tuple[str, ...]:
    """What a reader must be told beside the verdict: what one verdict cannot see."""
    every = (_measured_note, _pace_note, _fleet_note, _currency_note)
    return tuple(note for note in (one(evaluation) for one in every) if note)


def _measured_note(evaluation: Evaluation) -> str:
    plan, serving = evaluation.scenario.fleet, evaluation.findings.standing.after_can
    if plan.speed.own is None or not {"self-host", "hybrid"} & set(serving):
        return ""
    request = plan.request
    card = f"{plan.group_gpus}× {request.gpu.title}"
    return f"The fleet of {request.model.title} in {request.precision} on {card}: {plan.speed.own.sentence}"


def _pace_note(evaluation: Evaluation) -> str:
    """No gate asks for the time between tokens, so a fleet that misses the target must be named here."""
    plan, serving = evaluation.scenario.fleet, concerned_routes(evaluation.choice.option, evaluation.costs)
    target = plan.request.targets.inter_token_ms
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

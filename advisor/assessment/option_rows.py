"""Every listed route: what it would buy, its state, what excludes it, what it costs a month and for each success."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum
from typing import Any

import numpy as np

from advisor.assessment.build_verdict import priced_with
from advisor.assessment.model import Band, Option, RunnerUp, Spread, State
from advisor.cost.draws import Figure
from advisor.cost.offers import REQUIREMENTS, WAYS_OF_PAYING, Offer, RejectedOffer
from advisor.cost.routes import LINES
from advisor.decision.evaluate import Evaluation, success_of
from advisor.interview.answer_format import dollars
from advisor.interview.answer_words import answer_words
from advisor.knowledge.labels import catalog_label, region_name
from advisor.knowledge.rules import ROUTES

# What a route would buy, in the names it is sold under, for the record, reports and lists.


def offer_words(offer: Offer) -> str:
    """The model and who sells it, or the model and the GPUs it runs on, with the terms."""
    if offer.frontier is not None:
        return f"{offer_words(replace(offer, frontier=None))} and {offer_words(offer.frontier)}"
    model = catalog_label(offer.model)
    if offer.gpus and not offer.provider:
        copies = f" in {offer.replicas} replicas" if offer.replicas > 1 else ""
        acquired = answer_words("economics.acquisition", offer.acquisition).lower() if offer.acquisition else ""
        terms = ", ".join(filter(None, (offer.precision, acquired)))
        return f"{model} on {offer.gpus} × {catalog_label(offer.gpu)}{copies}{f', {terms}' if terms else ''}"
    seller = f" at {catalog_label(offer.provider)}" if offer.provider else ""
    region = f" in {region_name(offer.region)}" if offer.region else ""
    return f"{model}{seller}{region}, {WAYS_OF_PAYING.get(offer.pricing, 'per token')}"


_MOST_RUNNERS_UP = 3
_CENT = 0.01


def options(evaluation: Evaluation) -> tuple[Option, ...]:
    """Every listed route with its state and costs; a route no eligible provider serves has no price."""
    listed = [route for route in ROUTES if route in evaluation.findings.standing.excluded_by]
    return tuple(_option(route, evaluation) for route in listed)


def _option(route: str, evaluation: Evaluation) -> Option:
    costs, standing = evaluation.costs, evaluation.findings.standing
    excluded = () if route in standing.after_can else standing.excluded_by[route]
    state: State = "viable" if route in standing.after_can else "excluded"
    if route == evaluation.choice.option:
        state = "chosen"
    lines = costs.point_lines.get(route, dict.fromkeys(LINES, 0.0))
    point = fsum(lines[line] for line in LINES)
    drawn = costs.totals.get(route, 0.0)
    return Option(
        option=route,
        state=state,
        excluded_by=excluded,
        probability_cheapest=evaluation.choice.cheapest_share.get(route, 0.0),
        monthly_usd=Spread(point, *_percentiles(drawn), mean=float(np.mean(drawn))),
        usd_per_success=_per_success(route, evaluation),
        lines=lines,
        priced=priced_with(route, evaluation) if route in costs.point_lines else "",
        **_bought(route, evaluation),
    )


def _bought(route: str, evaluation: Evaluation) -> dict[str, Any]:
    """What the route would buy, the positions of its bill, and the next offers with why each lost."""
    found = evaluation.costs.offers.get(route)
    if found is None:
        return {}
    bought = found.bought
    if bought is None:
        return {"runners_up": tuple(map(_rejected, nearest_first(found.rejected, "")[:_MOST_RUNNERS_UP]))}
    others = [each for each in found.feasible if each is not bought]
    beaten = [RunnerUp(each.offer, each.p50, _dearer(each.p50 - bought.p50)) for each in others]
    named = [found.replaced] if found.replaced else []
    failed = [_rejected(each) for each in (*named, *nearest_first(found.rejected, bought.offer.model))]
    kept = beaten[: _MOST_RUNNERS_UP - 1] if failed else beaten
    return {
        "offer": bought.offer,
        "line_items": tuple(bought.items),
        "runners_up": tuple([*kept, *failed][:_MOST_RUNNERS_UP]),
    }


def nearest_first(rejected: Sequence[RejectedOffer], model: str) -> list[RejectedOffer]:
    """Rejected offers as a buyer asks about them: those of the model that is bought, then what failed the last need.

    An offer that has ended comes after all that can still be bought.
    """

    def place(each: RejectedOffer) -> tuple[bool, bool, int]:
        return each.requirement == "ended", each.offer.model != model, -REQUIREMENTS.index(each.requirement)

    return sorted(rejected, key=place)


def _dearer(more_usd: float) -> str:
    if more_usd <= -_CENT:
        return f"{dollars(-more_usd)} a month less, with more to confirm"
    return f"{dollars(more_usd)} a month more" if more_usd >= _CENT else "costs as much"


def _rejected(found: RejectedOffer) -> RunnerUp:
    return RunnerUp(found.offer, None, f"{found.requirement}: {found.because}")


def _per_success(route: str, evaluation: Evaluation) -> Band | None:
    """Dollars per task that succeeds: the route's total, over tasks times its success rate."""
    if route not in evaluation.costs.totals:
        return None
    drawn = evaluation.costs.drawn
    succeeding = drawn.tasks() * success_of(route, evaluation)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.asarray(evaluation.costs.totals[route] / np.asarray(succeeding))
    finite = each[np.isfinite(each)] if each.ndim else each
    return Band(*_percentiles(finite if finite.ndim else float(finite))) if np.size(finite) else None


def _percentiles(values: Figure) -> tuple[float, float, float]:
    low, middle, high = np.quantile(np.atleast_1d(values), (0.1, 0.5, 0.9))
    return float(low), float(middle), float(high)

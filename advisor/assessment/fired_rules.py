"""Every rule that fired, with what matched, and the models whose licenses matter."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from advisor.assessment.model import (
    FiredRule,
)
from advisor.decision.evaluate import Evaluation
from advisor.engine.engine import Firing
from advisor.interview.answers import write_value
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.ranges import Range
from advisor.knowledge.rules import OPEN_ROUTES, ROUTES

_SHOWN_EFFECT = {"derive": "inform", "posture": "inform", "choose": "exclude"}
_SHOWN_GATE = {"posture": "must", "derive": "can"}


def fired_rules(evaluation: Evaluation, knowledge: Knowledge) -> tuple[FiredRule, ...]:
    """Every rule that fired, once for each route it bears on, license conditions first."""
    licenses = {knowledge.catalog.models[model].license for model in candidates(evaluation)}
    postures = [firing for firing in evaluation.findings.licenses.firings if firing.rule.license in licenses]
    firings = (*postures, *evaluation.findings.gates.firings)
    return tuple(_fired(firing, option, knowledge) for firing in firings for option in _bearing(firing))


def _bearing(firing: Firing) -> tuple[str, ...]:
    rule = firing.rule
    if rule.effect == "choose":
        return tuple(route for route in ROUTES if route not in rule.options)
    return rule.options or (OPEN_ROUTES if rule.effect == "posture" else ("self-host",))


def _fired(firing: Firing, option: str, knowledge: Knowledge) -> FiredRule:
    rule = firing.rule
    return FiredRule(
        rule=rule.id,
        gate=rule.gate if rule.gate != "derive" else _SHOWN_GATE[rule.effect],
        effect=_SHOWN_EFFECT.get(rule.effect, rule.effect),
        option=option,
        because=rule.because,
        matched={key: _written(key, value, knowledge) for key, value in firing.matched.items()},
        sources=rule.sources,
        grade=rule.grade,
        title=rule.title,
        file=rule.file,
    )


def _written(key: str, value: Any, knowledge: Knowledge) -> Any:
    """A matched value as it would stand in an answers file."""
    if key in knowledge.questions and value is not None:
        return write_value(value, knowledge.questions[key])
    if isinstance(value, Range):
        return value.low if value.is_exact else f"{value.low:g}..{value.high:g}"
    return list(value) if isinstance(value, tuple) else value


def candidates(evaluation: Evaluation) -> tuple[str, ...]:
    """The open models whose licenses matter here: those named, and the one that is priced."""
    prepared = evaluation.findings.prepared
    named = prepared.known.answers.several("license.models")
    return tuple(
        dict.fromkeys(
            [*named, prepared.open_model, *bought_open_models(evaluation, evaluation.findings.standing.after_can)]
        )
    )


def bought_open_models(evaluation: Evaluation, routes: Collection[str] = ROUTES) -> tuple[str, ...]:
    """The open models that these routes would buy; what a vendor serves of its own is under the vendor's terms."""
    offers = {route: found for route, found in evaluation.costs.offers.items() if route != "hosted-api"}
    bought = (offers[route].bought for route in routes if route in offers)
    models = [each.offer.model for each in bought if each is not None]
    return tuple(model for model in dict.fromkeys(models) if model in evaluation.findings.prepared.catalog.models)

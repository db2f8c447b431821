"""Facts that published methods ask for: volumes by day, what each route costs, what a fixed cost divides by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.cost.compare.task_success import wilson
from advisor.cost.fleets.operations import breach_exposure
from advisor.engine.facts import LARGEST_INTEGER, FactValue
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.ranges import Range

MILLION = 1e6
MOST = LARGEST_INTEGER / 100
"""Engines compare whole cents exactly up to here; a larger figure is above every threshold anyway."""


@dataclass(frozen=True, slots=True)
class PanelFigures:
    """Point estimates of the comparison: dollars a month by route, tokens a month.

    `fixed_usd` is what self-hosting costs a month without a single token; `avoided_usd_per_million` is what the API
    asks for a million tokens of this mix. A route without an offer has no figure.
    """

    api_monthly_usd: float | None
    managed_monthly_usd: float | None
    self_host_monthly_usd: float | None
    input_tokens: float
    output_tokens: float
    fixed_usd: float
    avoided_usd_per_million: float


def panel_facts(facts: Mapping[str, FactValue], figures: PanelFigures, parameters: Parameters) -> dict[str, FactValue]:
    """The given facts and the `panel.…` ones; what cannot be computed is left out."""
    total = figures.input_tokens + figures.output_tokens
    numbers = {
        "panel.tokens_per_month": total,
        "panel.output_tokens_per_month": figures.output_tokens,
        "panel.tokens_per_day": total / parameters.number("time.days_per_month"),
        "panel.api_usd_per_month": figures.api_monthly_usd,
        "panel.managed_usd_per_month": figures.managed_monthly_usd,
        "panel.self_host_usd_per_month": figures.self_host_monthly_usd,
        "panel.api_usd_per_million": figures.avoided_usd_per_million,
        "panel.interval_half_width": _half_width(facts, parameters),
    }
    known = {key: Range.exactly(min(value, MOST)) for key, value in numbers.items() if value is not None}
    return {**facts, **known, "panel.breach_usd_per_month": breach_spared(parameters)}


def breach_spared(parameters: Parameters) -> Range:
    """Dollars a month of exposure to a breach that data kept at home is spared, at both ends and at the point."""

    def spared(end: str) -> float:
        def sample(name: str) -> float:
            return float(getattr(parameters.range(name), end))

        return float(breach_exposure(sample, at_home=False) - breach_exposure(sample, at_home=True))

    return Range(spared("low"), spared("high"), spared("point"))


def break_even_tokens(fixed_usd: float, avoided_usd_per_million: float) -> float | None:
    """V* = fixed cost ÷ avoided price per token, in tokens a month; None where nothing is avoided."""
    return fixed_usd / avoided_usd_per_million * MILLION if avoided_usd_per_million > 0 else None


def _half_width(facts: Mapping[str, FactValue], parameters: Parameters) -> float | None:
    """Half the Wilson interval that the prompts of the evaluation can give, at the accuracy seen or the usual one."""
    prompts, seen = facts.get("quality.eval_prompts"), facts.get("quality.open_model_accuracy")
    if not isinstance(prompts, Range) or prompts.low < 1:
        return None
    share = seen.point if isinstance(seen, Range) else parameters.number("method.interval_pass_rate")
    low, high = wilson(share, prompts.low, parameters.number("quality.interval_z"))
    return (high - low) / 2

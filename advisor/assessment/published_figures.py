"""What published methods compare, taken from our own comparison at the point estimate."""

from __future__ import annotations

from advisor.cost.draws import points
from advisor.cost.routes import LINES, Pricing, self_host, total
from advisor.decision.evaluate import Evaluation
from advisor.published.published_facts import PanelFigures

_MILLION = 1e6
_HARDLY_ANY = 1e-9
"""A share of the traffic that asks for the smallest fleet and nothing more."""


def panel_figures(evaluation: Evaluation) -> PanelFigures:
    """What published methods compare, at the point estimate: each route's cost, volumes, V*'s two parts."""
    pricing = Pricing(evaluation.scenario, points(evaluation.scenario.ranges))
    costs = {route: sum(lines[line] for line in LINES) for route, lines in evaluation.costs.point_lines.items()}
    moved = [float(volume * pricing.growth) for volume in (pricing.today.input, pricing.today.output)]
    tokens = evaluation.costs.point_lines.get("hosted-api", {}).get("tokens")
    return PanelFigures(
        api_monthly_usd=tokens,
        managed_monthly_usd=costs.get("managed-open"),
        self_host_monthly_usd=costs.get("self-host"),
        input_tokens=moved[0],
        output_tokens=moved[1],
        fixed_usd=float(total(self_host(pricing, _HARDLY_ANY))),
        avoided_usd_per_million=tokens / sum(moved) * _MILLION if tokens and sum(moved) else 0.0,
    )

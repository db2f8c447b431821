"""Cost per successful outcome: what failed tasks cost, and how many succeed."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from advisor.cost.draws import Figure, Sample


@dataclass(frozen=True, slots=True)
class SuccessRates:
    """Share of tasks that succeed, 0–1, by the kind of model that does them."""

    api: Figure
    open: Figure
    routine: Figure


def success_rates(sample: Sample, *, open_given: bool, routine_given: bool) -> SuccessRates:
    """Rates from answers or defaults: the open rate is API rate × open-model accuracy unless it was given itself.

    The routine share's rate, where unknown, lies between the open and the API rate.
    """
    api = sample("quality.api_success_rate")
    open_rate = sample("quality.open_success_rate") if open_given else api * sample("quality.open_model_accuracy")
    between = open_rate + (api - open_rate) * sample("quality.routine_position")
    return SuccessRates(api, open_rate, sample("quality.routine_success_rate") if routine_given else between)


def tasks_per_month(tokens: Figure, sample: Sample) -> Figure:
    """Tasks a month: all tokens over tokens per task."""
    return tokens / np.maximum(1.0, sample("quality.tokens_per_task"))


def failures(tasks: Figure, success: Figure, sample: Sample) -> Figure:
    """Dollars a month lost to failed tasks: tasks × failure rate × cost of one failure."""
    return tasks * (1.0 - success) * sample("quality.failure_cost_usd")


def wilson(share: float, prompts: float, z: float) -> tuple[float, float]:
    """Both ends of the Wilson score interval of a share observed on a number of prompts (Wilson 1927)."""
    spread = z * z / prompts
    center = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / prompts + spread / (4 * prompts)) / (1 + spread)
    return max(0.0, center - half), min(1.0, center + half)

"""Fit positive parameters to residuals: Levenberg–Marquardt over their logarithms, robust loss, priors at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

Vector: TypeAlias = np.ndarray
Residuals: TypeAlias = Callable[[dict[str, float], str], Vector]
"""Residuals at a point; those that the named parameter does not move may be left at 0; an empty name needs them all."""

SCALE = 0.1
"""Residuals beyond this count by size, not by its square: a row that cannot be explained must not bend the rest."""
STEP = 0.01
ROUNDS = 30


def fit(
    residuals: Residuals, start: Mapping[str, float], stiffness: Mapping[str, float], prior_at: Mapping[str, float],
    rounds: int = ROUNDS,
) -> dict[str, float]:  # fmt: skip
    """Minimize pseudo-Huber residuals plus (stiffness · log distance from the prior)²; `stiffness` names what moves."""
    names = list(stiffness)
    origin = np.log([prior_at[name] for name in names])
    prior = np.array([stiffness[name] for name in names]) * SCALE

    def at(point: Vector) -> dict[str, float]:
        return {**start, **dict(zip(names, np.exp(point).tolist(), strict=True))}

    def loss(values: Vector, point: Vector) -> float:
        robust = SCALE**2 * (np.sqrt(1 + (values / SCALE) ** 2) - 1)
        return float(robust.sum() + ((prior * (point - origin)) ** 2).sum() / 2)

    point, damping = np.log([start[name] for name in names]), 1e-2
    values = residuals(at(point), "")
    best = loss(values, point)
    for _ in range(rounds):
        slope = _slope(residuals, at, names, point)
        weight = 1 / np.sqrt(1 + (values / SCALE) ** 2)
        curve = slope.T @ (weight[:, None] * slope) + np.diag(prior**2)
        pull = slope.T @ (weight * values) + prior**2 * (point - origin)
        before = best
        while damping < 1e6:
            trial = point - np.clip(np.linalg.solve(curve + damping * np.diag(np.diag(curve)), pull), -0.7, 0.7)
            trial_values = residuals(at(trial), "")
            if loss(trial_values, trial) < best:
                point, values, best, damping = trial, trial_values, loss(trial_values, trial), damping / 3
                break
            damping *= 4
        if before - best < 1e-6 * before:
            break
    return at(point)


def _slope(residuals: Residuals, at: Callable[[Vector], dict[str, float]], names: list[str], point: Vector) -> Vector:
    bases: dict[str, Vector] = {}
    columns = []
    for column, name in enumerate(names):
        # figures of one engine move the same rows
        shared = name.rpartition(".")[0]
        if shared not in bases:
            bases[shared] = residuals(at(point), name)
        moved = point.copy()
        moved[column] += STEP
        columns.append((residuals(at(moved), name) - bases[shared]) / STEP)
    return np.stack(columns, axis=1)

"""Fleets this model asks for against those that published rows need: prints the table of docs/sizing.md.

A published row serves so many tokens at a time per token. Of a demand that takes exactly 2, 4 or 8 groups at its rate,
the model says how many groups of the same size it takes, at whatever load it thinks keeps the same time per token. At
targets that people state, the published rate is read between the two loads whose times per token lie on either side.

Beside it stands what the measure asks of any model: the published curves themselves, read at a time per token that is a
few percent off, and how far apart two publications of one configuration, shape and load lie.

Run `python -m benchmarks.sizing.fleet_decisions`.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, pairwise
from math import ceil
from statistics import median

from advisor.sizing.calibration import Calibration
from advisor.sizing.group_model import MILLI, group_models, served_closed
from benchmarks.sizing.fit_throughput import shipped
from benchmarks.sizing.published_rows import Row, held_out

FLEETS = (2, 4, 8)
TARGETS_MS = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 75.0, 100.0)
"""Times per token that people state as targets."""
MISREAD = (0.98, 0.95, 0.92)
"""Times per token over the true ones at which published curves are read, to see what the measure forgives."""
NEAR = 1
"""Groups by which a fleet may differ from the published best."""


def rate_within(row: Row, calibration: Calibration, target_ms: float | None) -> float:
    """Output tokens per second of the row's group at the highest load that keeps a time per token; 0 if none does."""
    profile = calibration.engines[row.profile]
    models, _ = group_models(row.placement, row.shape, calibration, profile, row.layouts)
    best = 0.0
    for model in models:
        low, high = 0, max(1, model.memory.batch)
        while target_ms is not None and low < high:
            middle = (low + high + 1) // 2
            served = served_closed(model.step, row.shape, middle, high, memory_bound=model.memory.memory_bound)
            low, high = (middle, high) if served.inter_token * MILLI <= target_ms else (low, middle - 1)
        if high:
            most = max(1, model.memory.batch)
            served = served_closed(model.step, row.shape, high, most, memory_bound=model.memory.memory_bound)
            best = max(best, served.tokens_per_second)
    return best


def published_best(rows: list[Row]) -> list[tuple[Row, float]]:
    """Rows of one configuration and shape that no other beats at their time per token, with their rates."""
    return [
        (row, row.tokens_per_second)
        for row in rows
        if not any(
            other.tokens_per_second > row.tokens_per_second and other.inter_token_ms <= row.inter_token_ms
            for other in rows
        )
    ]


def published_at(best: list[tuple[Row, float]], target_ms: float) -> float | None:
    """Published rate at a time per token between two loads of one configuration; None outside of what was measured."""
    points = sorted((row.inter_token_ms, rate) for row, rate in best)
    for (before, low), (after, high) in pairwise(points):
        if before <= target_ms <= after and before < after:
            return low + (high - low) * (target_ms - before) / (after - before)
    return None


def decisions(rows: list[Row], calibration: Calibration) -> dict[str, list[tuple[str, float]]]:
    """By quantity: the configuration, and the rate this model gives a group over the published one."""
    by: dict[tuple[str, float, float], list[Row]] = defaultdict(list)
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in rows:
        if row.load == "closed" and row.inter_token_ms:
            by[row.configuration, row.shape.input_tokens, row.shape.output_tokens].append(row)
        elif row.load == "saturated":
            found["saturated"].append((row.configuration, rate_within(row, calibration, None) / row.tokens_per_second))
    for group in by.values():
        best = published_best(group)
        for row, rate in best:
            share = rate_within(row, calibration, row.inter_token_ms) / rate
            found["at the published time per token"].append((row.configuration, share))
        for target in TARGETS_MS:
            known = published_at(best, target)
            if known is not None:
                share = rate_within(best[0][0], calibration, target) / known
                found["at targets people state"].append((best[0][0].configuration, share))
    return found


def misread(rows: list[Row], factor: float) -> list[tuple[str, float]]:
    """Configuration and rate over the true one, of published curves read at `factor` times the stated targets."""
    by: dict[tuple[str, float, float], list[Row]] = defaultdict(list)
    for row in rows:
        if row.load == "closed" and row.inter_token_ms:
            by[row.configuration, row.shape.input_tokens, row.shape.output_tokens].append(row)
    found = []
    for group in by.values():
        best = published_best(group)
        for target in TARGETS_MS:
            known, read = published_at(best, target), published_at(best, factor * target)
            if known and read:
                found.append((group[0].configuration, read / known))
    return found


def repeated(rows: list[Row]) -> list[float]:
    """Percent by which times per token differ that were published twice for one configuration, shape and load."""
    by: dict[tuple[str, float, float, float], list[float]] = defaultdict(list)
    for row in rows:
        if row.inter_token_ms and row.clients and row.load == "closed":
            shape = row.shape
            by[row.configuration, shape.input_tokens, shape.output_tokens, row.clients].append(row.inter_token_ms)
    pairs = [pair for times in by.values() for pair in combinations(sorted(times), 2)]
    return sorted(100 * (slow / fast - 1) for fast, slow in pairs)


def groups(demand: int, share: float) -> float:
    """Groups for a demand of so many published ones, where one is thought to serve `share` of the published rate."""
    return ceil(demand / share - 1e-9) if share else float("inf")


def off(shares: list[float]) -> float:
    """Percent by which a large fleet of one configuration differs from the one needed; infinite where none is."""
    return 100 * abs(median(1 / share if share else float("inf") for share in shares) - 1)


def lines(found: dict[str, list[tuple[str, float]]], name: str, noise: float) -> list[str]:
    """A line for each quantity; `noise` is the percent by which two publications of one configuration differ."""
    made = []
    for quantity, pairs in sorted(found.items()):
        shares: dict[str, list[float]] = defaultdict(list)
        for configuration, share in pairs:
            shares[configuration].append(share)
        cells = []
        for demand in FLEETS:
            near = [
                abs(median(groups(demand, share) for share in each) - demand) <= NEAR for each in shares.values()
            ]  # fmt: skip
            cells.append(f"{100 * sum(near) / len(near):.0f}%")
        errors = [off(each) for each in shares.values()]
        cells += [f"{median(errors):.0f}%", f"{100 * sum(each <= noise for each in errors) / len(errors):.0f}%"]
        made.append(f"| {name}, {quantity} | {len(shares)} | {len(pairs)} | {' | '.join(cells)} |")
    return made


def main() -> None:
    calibration, _, rows = shipped()
    out = held_out()
    fitted = [row for row in rows if row.configuration not in out]
    apart = repeated(fitted)
    head = " | ".join(f"{demand} groups" for demand in FLEETS)
    beside = f"fleet off by | off by {median(apart):.0f}% at most"
    print(f"| configurations within one group of the published best | number | rows | {head} | {beside} |")
    print("|---|---|---|---|---|---|---|---|")
    for name, chosen in (
        ("held out", [row for row in rows if row.configuration in out]),
        ("fitted", [row for row in rows if row.configuration not in out]),
    ):
        print(*lines(decisions(chosen, calibration), name, median(apart)), sep="\n")
    for factor in MISREAD:
        named = {f"published curves read at {factor:.0%} of the target": misread(fitted, factor)}
        print(*lines(named, "fitted", median(apart)), sep="\n")
    print(f"published twice: {len(apart)} pairs, {', '.join(f'{each:.0f} %' for each in apart)} apart")


if __name__ == "__main__":
    main()

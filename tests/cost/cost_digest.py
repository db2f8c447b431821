"""Digests of the draws and of every route's cost, to be compared between builds of numpy and kinds of processor.

Run as `python -m tests.cost.cost_digest`; it needs numpy, pydantic, tomli and tomli-w alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np

from advisor.cost.breakeven import break_even, crossovers, horizon
from advisor.cost.comparison import compare, information, parts_of
from advisor.cost.draws import Figure, draws, spread
from advisor.cost.routes import Pricing
from advisor.cost.scenario_builder import prepare
from advisor.interview.answers import read_answers, vocabulary
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.paths import data_directory

DAY = date(2026, 11, 21)
DRAWS, FEW = 3000, 100
HALVES = (("managed-open", "self-host"), ("hosted-api", "managed-cloud"))


def digest() -> str:
    """One digest over all examples: every draw, percentile, share, crossing, month and worth of information."""
    knowledge, found = load_knowledge(), sha256()
    for path in sorted(data_directory("examples").glob("*.toml")):
        for figures in _figures(path, knowledge):
            found.update(np.ascontiguousarray(figures, dtype="<f8").tobytes())
    return found.hexdigest()


def _figures(path: Path, knowledge: Knowledge) -> Iterator[Figure]:
    answers = read_answers(path.read_bytes(), path.name, vocabulary(knowledge))
    known = CompletedAnswers(answers, knowledge.parameters_at(DAY), knowledge.questions)
    prepared = prepare(known, knowledge.catalog, DAY, ())
    scenario = prepared.scenario("high-availability", regulated=True, cloud_open_eligible=True)
    found = compare(scenario, 1, DRAWS, *HALVES)
    for cost in found.totals.values():
        yield cost
        yield np.array(spread(cost))
    table = np.stack(np.broadcast_arrays(*found.totals.values()))
    yield np.bincount(np.argmin(table, axis=0)) / DRAWS
    closer = Pricing(scenario, draws(scenario.ranges, 1, FEW))
    crossing = break_even(closer)
    if crossing is not None:
        yield np.array([crossing.p10, crossing.p50, crossing.p90, *crossing.all_at_point])
    for each in crossovers(closer):
        ends = (each.at.p10, each.at.p50, each.at.p90)
        yield np.array([*(np.inf if end is None else end for end in ends), *each.crossings])
    parts = {route: parts_of(closer, route, found.settled) for route in found.settled.routes}
    for months in horizon(closer, parts, (), 36).routes:
        yield np.array([months.spent_usd, months.p10, months.p50, months.p90])
    for input_ in information(found.totals, scenario.ranges, scenario.ranges, 1, DRAWS):
        yield np.array([input_.worth, input_.swing])


if __name__ == "__main__":
    print(np.__version__, digest())

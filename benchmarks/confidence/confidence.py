"""Is a stated confidence kept? Stated against realized, in worlds that are not the model's own draws.

    python -m benchmarks.confidence.confidence [--write]

Every example is assessed as it is and with every gate open, at volumes from a hundredth to a hundred times its own, and
then each chosen route is compared with what the routes truly cost in each world. `--write` stores the table in
docs/confidence.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import mean

import numpy as np

from advisor.api import SEED
from advisor.cost.draws import Array
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.decision.gates import cheapest_shares
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Range
from advisor.sizing.calibration import Calibration
from benchmarks.confidence.worlds import (
    Make,
    correlated,
    fat_tails,
    held_out_speeds,
    own,
    parted_prices,
    shifted_prices,
    totals,
)
from benchmarks.sizing.published_rows import held_out, read_rows

DAY = date(2026, 11, 29)
DRAWS = 2000
VOLUMES = tuple(10.0 ** (step / 2.5) for step in range(-5, 6))
STATED = (0.0, 0.5, 0.65, 0.8, 0.9, 0.97, 1.01)
OVERCONFIDENT = 0.10
"""A row whose realized share lies further than this below the stated one is named."""
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "confidence.md"
BEGIN, END = "<!-- table -->", "<!-- end of table -->"
_GATED = ("data.", "license.", "staffing.", "latency.", "quality.frontier_required", "quality.multimodal_required")
_VOLUMES = ("volume.output_tokens", "volume.input_tokens", "workload.developers")


@dataclass(frozen=True)
class Case:
    """One assessed workload, with the share of draws in which its route was the cheapest of those left."""

    evaluation: Evaluation
    stated: float

    def realized(self, make: Make) -> float:
        """The share of a world's draws in which that route is the cheapest; one shared to the cent counts in part."""
        world = make(self.evaluation.scenario.ranges, DRAWS)
        costs = totals(self.evaluation.scenario, self.evaluation.costs.settled, world)
        left = self.evaluation.findings.standing.after_can
        return cheapest_shares({route: costs[route] for route in left})[self.evaluation.choice.option]


def cases(knowledge: Knowledge) -> Iterator[Case]:
    at = compiled_knowledge(knowledge, DAY)
    for path in sorted((ROOT / "examples").glob("*.toml")):
        answers = read_answers(path.read_bytes(), path.name, vocabulary(knowledge))
        for told in (answers, _without_gates(answers)):
            for factor in VOLUMES:
                evaluation = evaluate(_scaled(told, factor), at, SEED, DRAWS)
                if len(evaluation.findings.standing.after_can) > 1:
                    yield Case(evaluation, evaluation.choice.confidence)


def _without_gates(answers: Answers) -> Answers:
    """The same workload with every answer left open that could exclude a route, so that more of them compete."""
    for key in answers.values:
        if key.startswith(_GATED):
            answers = answers.drop(key)
    return answers


def _scaled(answers: Answers, factor: float) -> Answers:
    for key in _VOLUMES:
        known = answers.range(key)
        if known is not None:
            more = known.scaled(factor)
            answers = answers.put(key, _whole(more) if key == "workload.developers" else more)
    return answers


def _whole(known: Range) -> Range:
    return Range.exactly(float(max(1, round(known.point))))


def held_out_ratios(knowledge: Knowledge) -> Array:
    """Published over predicted throughput of the rows that no figure was fitted to."""
    calibration = Calibration.from_parameters(knowledge.parameters_at(DAY))
    out = held_out()
    rows = [row for row in read_rows(knowledge.catalog) if row.configuration in out and row.load == "saturated"]
    return np.array([row.tokens_per_second / row.predicted(calibration).tokens_per_second for row in rows])


def report(knowledge: Knowledge) -> tuple[str, bool]:
    ratios, known = held_out_ratios(knowledge), list(cases(knowledge))
    worlds: dict[str, Make] = {
        "the model's own": own,
        "shifted prices": shifted_prices,
        "prices moved apart": parted_prices,
        "fat tails": fat_tails,
        "correlated errors": correlated,
        f"held-out throughput ({len(ratios)} rows)": held_out_speeds(ratios),
    }
    lines = ["| stated | cases | " + " | ".join(worlds) + " |", "|---|---|" + "---|" * len(worlds)]
    fails = False
    for low, high in pairwise(STATED):
        some = [case for case in known if low <= case.stated < high]
        if some:
            stated = mean(case.stated for case in some)
            realized = [mean(case.realized(make) for case in some) for make in worlds.values()]
            fails |= any(each < stated - OVERCONFIDENT for each in realized)
            lines.append(f"| {stated:.0%} | {len(some)} | " + " | ".join(f"{each:.0%}" for each in realized) + " |")
    return "\n".join(lines), fails


def main() -> None:
    table, fails = report(load_knowledge())
    print(table)
    if "--write" in sys.argv:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        _, _, tail = rest.partition(END)
        PAGE.write_text(f"{head}{BEGIN}\n{table}\n{END}{tail}", encoding="utf-8")
    if fails:
        print(f"overconfident: some row is realized more than {OVERCONFIDENT:.0%} less often than stated")
        raise SystemExit(1)


if __name__ == "__main__":
    main()

"""All single flips against one full assessment, and against evaluating every answer tried afresh: ratios in one run.

    python -m benchmarks.cost.flips_speed

`full` is one assessment with every figure and no flips; the bound is 50 of them. `fresh` judges each answer that the
search tries from the beginning, as if nothing were kept. CPU time, the least of a few runs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from time import process_time

from advisor.analysis.flips import SWEEP_DRAWS, find_flips
from advisor.analysis.reevaluate import WhatIf
from advisor.api import DRAWS, SEED, assess
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge

DAY = date(2026, 11, 21)
MOST = 50.0
EXAMPLES = Path(__file__).parents[2] / "examples"


def main() -> None:
    knowledge = load_knowledge()
    at = compiled_knowledge(knowledge, DAY)
    print(f"{'example':26} {'full ms':>8} {'flips ms':>9} {'flips/full':>10} {'tries':>6} {'fresh/flips':>10}")
    worst = 0.0
    for path in sorted(EXAMPLES.glob("*.toml")):
        answers = read_answers(path.read_bytes(), path.name, vocabulary(knowledge))
        option = evaluate(answers, at, SEED, DRAWS).choice.option
        tried = _tried(partial(find_flips, answers, at, SEED, DRAWS, option))
        full = _least(partial(assess, answers, knowledge, DAY, flips=False), 3)
        flips = _least(partial(find_flips, answers, at, SEED, DRAWS, option), 2)
        each = [_least(partial(evaluate, one, at, SEED, SWEEP_DRAWS), 2) for one in tried[:: max(1, len(tried) // 40)]]
        fresh = sum(each) / len(each) * len(tried)
        worst = max(worst, flips / full)
        timed = f"{full * 1e3:8.1f} {flips * 1e3:9.0f} {flips / full:10.1f}"
        print(f"{path.stem:26} {timed} {len(tried):6} {fresh / flips:10.1f}")
    print(f"largest ratio of flips to one full assessment: {worst:.1f}, at most {MOST:.0f} allowed")
    if worst > MOST:
        raise SystemExit(1)


def _least(work: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        began = process_time()
        work()
        spent.append(process_time() - began)
    return min(spent)


def _tried(work: Callable[[], object]) -> list[Answers]:
    """Every set of answers the search asks about on few draws."""
    asked: list[Answers] = []
    plain = WhatIf.option

    def noted(self: WhatIf, answers: Answers, draws: int) -> str:
        if draws == SWEEP_DRAWS:
            asked.append(answers)
        return plain(self, answers, draws)

    WhatIf.option = noted  # type: ignore[method-assign]
    try:
        work()
    finally:
        WhatIf.option = plain  # type: ignore[method-assign]
    return asked


if __name__ == "__main__":
    main()

"""The same draws by scipy.stats and monaco: reads ranges and a count from standard input, prints seconds by peer.

Run by `benchmarks.cost.cost_speed` under an interpreter that has both; neither is a dependency of the program.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import monaco
import numpy as np
from scipy import stats

ROUNDS = 5
PARTS = ("preprocess", "run", "postprocess")
Made = list[tuple[Any, dict[str, float]]]


def distribution(low: float, mode: float | None, high: float) -> tuple[Any, dict[str, float]]:
    if mode is None:
        return stats.uniform, {"loc": low, "scale": high - low}
    return stats.triang, {"c": (mode - low) / (high - low), "loc": low, "scale": high - low}


def scipy_draws(made: Made, count: int) -> None:
    stream = np.random.Generator(np.random.PCG64(1))
    for kind, how in made:
        kind.rvs(size=count, random_state=stream, **how)


def monaco_draws(made: Made, count: int) -> None:
    functions = dict.fromkeys(PARTS, lambda *given: given)
    quiet = {"verbose": False, "debug": False, "savesimdata": False, "savecasedata": False, "singlethreaded": True}
    sim = monaco.Sim(name="draws", ndraws=count, fcns=functions, firstcaseismedian=False, seed=1, **quiet)
    for place, (kind, how) in enumerate(made):
        sim.addInVar(name=str(place), dist=kind, distkwargs=how)
    sim.drawVars()


def best(work: Callable[[Made, int], None], made: Made, count: int) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work(made, count)
        times.append(time.process_time() - started)
    return min(times)


if __name__ == "__main__":
    ranges, draws = json.load(sys.stdin)
    asked = [distribution(*each) for each in ranges]
    found = {"scipy.stats rvs": best(scipy_draws, asked, draws), "monaco drawVars": best(monaco_draws, asked, draws)}
    json.dump(found, sys.stdout)

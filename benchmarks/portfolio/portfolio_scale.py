"""The joint optimum of 100 and of 10,000 made-up workloads: seconds, gap, memory.

python -m benchmarks.portfolio.portfolio_scale [WORKLOADS...]
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from advisor.portfolio.candidate import Candidate, Member, PlatformTools, Portfolio, TeamLoad, TeamRates
from advisor.portfolio.joint_optimum import joint_optimum

TEAM = TeamRates(
    start=(0.15, 0.35, 1.0), full=(2.5, 2.5, 3.3), fte_usd=16_000.0, half_gpus=16.0, base_gpus=8.0, growth=0.15,
    on_call_usd=2_000.0,
)  # fmt: skip
NIGHT = tuple(1.0 if hour < 7 or hour > 18 else 0.2 for hour in range(24))
DAY = tuple(1.0 if 8 <= hour <= 16 else 0.1 for hour in range(24))


def workloads(count: int) -> Portfolio:
    """Each with twelve offers by the token and a fleet of one of five models; one in ten has the fleet alone."""
    drawn = random.Random(1)
    members = []
    for place in range(count):
        bill = drawn.lognormvariate(7.0, 1.5)
        offers = [Candidate("hosted-api", str(each), drawn.uniform(500, 900), bill * drawn.uniform(1, 2), str(each))
                  for each in range(12)]  # fmt: skip
        size, load = drawn.choice([1, 2, 4]), drawn.uniform(0.01, 0.8)
        kind = drawn.randrange(5)
        fleet = Candidate(
            "self-host", "fleet", drawn.uniform(900, 1_500), pool=f"model {kind} {size}", cards=f"cards {kind % 2}",
            replicas=load, gpus=size, gpu_usd=1_800.0, team=TeamLoad(0, size, bill * 1e-6),
        )  # fmt: skip
        candidates = (fleet,) if drawn.random() < 0.1 else (*offers, fleet)
        members.append(Member(str(place), candidates, drawn.choice([NIGHT, DAY]), 0.06, bill * 1e6))
    return Portfolio(tuple(members), TEAM, PlatformTools(2_000.0, 2e9))


def rows(count: int) -> Iterator[str]:
    """A CSV of workloads of a dozen kinds, each with volumes of its own and a working day or a night."""
    drawn = random.Random(2)
    yield "name,hours,workload.task,workload.audience,data.boundary,volume.input_tokens,volume.output_tokens"
    for place in range(count):
        task = drawn.choice(["extraction", "summarization", "classification", "rag-answering"])
        boundary = drawn.choice(["vpc", "tenancy", "anywhere", "anywhere"])
        output = drawn.lognormvariate(17.0, 1.2)
        hours = " ".join(f"{share:g}" for share in drawn.choice([NIGHT, DAY]))
        yield f"w{place},{hours},{task},internal,{boundary},{output * drawn.uniform(5, 30):.0f},{output:.0f}"


def whole_run(count: int) -> None:
    """Print what `advisor portfolio` takes for a file of so many workloads, all of it: reading, pricing, solving."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "workloads.csv"
        file.write_text("\n".join(rows(count)))
        command = [sys.executable, "-m", "advisor", "portfolio", str(file), "--as-of", "2026-11-29", "--format", "json"]
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert child.stdout is not None
        found = json.load(child.stdout)
        _, status, used = os.wait4(child.pid, 0)
        assert status == 0
        print(
            f"{count:>6} workloads of a file: {time.perf_counter() - start:8.1f} s, "
            f"{used.ru_utime + used.ru_stime:.1f} s of processor time, gap {found['gap']:.4%}, {found['gpus']} GPUs, "
            f"saves {1 - found['joint_usd'] / found['alone_usd']:.1%}, {used.ru_maxrss / 1024:,.0f} MB at most"
        )


def main() -> None:
    """Print one row for each number of workloads, and one for a whole run of as many."""
    for count in [int(each) for each in sys.argv[1:]] or [100, 1_000, 10_000]:
        whole_run(count)
        portfolio = workloads(count)
        start = time.process_time()
        found = joint_optimum(portfolio)
        taken = time.process_time() - start
        assert found is not None
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:>6} workloads: {taken:8.1f} s, gap {found.gap:.5%}, {found.cost.gpus} GPUs, {memory:,.0f} MB")


if __name__ == "__main__":
    main()

"""Speed and memory of the cost core, as ratios within one run.

Run `python -m benchmarks.cost.cost_speed [PYTHON]`: PYTHON is an interpreter that can import scipy and monaco, which
make the same draws for comparison; without it those rows are left out. Times are the processor's, the best of several
alternating rounds, so that other work on the machine counts for neither side. Status 1 where a target is missed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import process_time

import numpy as np

from advisor.cost import draws as drawing
from advisor.cost.breakeven import curves, volumes
from advisor.cost.comparison import Comparison, compare, lines_of, price
from advisor.cost.route_offers import settled
from advisor.cost.routes import Pricing
from advisor.cost.scenario import Scenario
from advisor.cost.scenario_builder import prepare
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from benchmarks.cost.plain_costs import totals

DAY = date(2026, 11, 21)
DRAWS, PLAIN_DRAWS, MANY = 10_000, 300, 1_000_000
ROUNDS = 40
HALVES = (("managed-open", "self-host"), ("hosted-api", "managed-cloud"))
ANSWERS = b"""
[economics]
acquisition = "on-demand"
horizon_months = 36
[quality]
frontier_share = "0.2..0.4"
"""


@dataclass(frozen=True)
class Row:
    """One measurement: what took how long beside something else, their ratio, and whether its target is met."""

    what: str
    seconds: float
    other: str
    other_seconds: float | None
    ratio: float
    target: str = "no target"
    met: bool = True

    @property
    def text(self) -> str:
        beside = "" if self.other_seconds is None else f" {self.other_seconds * 1e3:,.1f} ms, ratio"
        target = self.target if self.met else f"{self.target}: MISSED"
        return f"{self.what}: {self.seconds * 1e3:,.1f} ms; {self.other}:{beside} {self.ratio:,.1f} ({target})"


def scenario_of(answers: Answers, knowledge: Knowledge) -> Scenario:
    """Nearly every answer left open, so that nearly every input is uncertain; a fleet sized for 36 months."""
    known = CompletedAnswers(answers, knowledge.parameters_at(DAY), knowledge.questions)
    prepared = prepare(known, knowledge.catalog, DAY, ())
    return prepared.scenario("production", regulated=False, cloud_open_eligible=False)


def seconds(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The best time of each, in alternating rounds: other load counts for none of them."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            started = process_time()
            work()
            best[place] = min(best[place], process_time() - started)
    return best


def forget() -> None:
    """Let go of the draws kept from before."""
    drawing.forget()


def compared(scenario: Scenario) -> Comparison:
    """One comparison of every route with no draw kept from before."""
    forget()
    return compare(scenario, 1, DRAWS, *HALVES)


def priced(scenario: Scenario) -> Mapping[str, drawing.Figure]:
    """The totals of every route with no draw kept from before; which offers they buy is settled."""
    forget()
    return price(scenario, 1, DRAWS, *HALVES)


def bought(scenario: Scenario) -> Scenario:
    """The scenario with nothing left to choose between."""
    settled_on = settled(scenario, 1, DRAWS)
    kept = settled_on.shortlist
    first = {slot: quotes[:1] for slot, quotes in kept.quotes.items()}
    return replace(settled_on, shortlist=replace(kept, quotes=first, fleets=kept.fleets[:1], endpoints=()))


def uncertain_inputs(scenario: Scenario) -> list[str]:
    """The inputs that a comparison of every route draws."""
    known, settled = drawing.draws(scenario.ranges, 1, 10), compare(scenario, 1, 10, *HALVES).settled
    asked: set[str] = set()

    def sample(name: str) -> drawing.Figure:
        asked.add(name)
        return known(name)

    for route in settled.routes:
        lines_of(Pricing(scenario, sample), route, settled)
    return sorted(name for name in asked if not scenario.ranges[name].is_exact)


def against_random(scenario: Scenario) -> Row:
    inputs, generator = uncertain_inputs(scenario), np.random.Generator(np.random.PCG64(1))
    one = bought(scenario)
    ours, bare = seconds(lambda: priced(one), lambda: generator.random(len(inputs) * DRAWS))
    what = f"five routes, {len(inputs)} uncertain inputs × {DRAWS:,} draws, {scenario.months} months"
    return Row(what, ours, "as many bare uniforms", bare, ours / bare, "at most 15", ours <= 15 * bare)


def choosing_against_pricing(scenario: Scenario) -> Row:
    """Choosing offers, pricing runners-up and explaining every line come on top of pricing what is bought."""
    one = bought(scenario)
    whole, alone = seconds(lambda: compared(scenario), lambda: priced(one))
    what = "offers chosen and listed, every line explained"
    return Row(what, whole, "five routes priced", alone, whole / alone, "below 5", whole < 5 * alone)


def against_plain(scenario: Scenario) -> Row:
    found, one = compared(scenario), bought(scenario)
    table = {name: np.broadcast_to(found.drawn.sample(name), DRAWS).tolist() for name in scenario.ranges}

    def loop() -> list[dict[str, float]]:
        return [totals(scenario, lambda name, at=at: table[name][at]) for at in range(PLAIN_DRAWS)]

    ours, some = seconds(lambda: priced(one), loop)
    plain = some * DRAWS / PLAIN_DRAWS
    return Row("the same", ours, "a plain Python loop", plain, plain / ours, "at least 30", plain >= 30 * ours)


def curve_against_one(scenario: Scenario) -> Row:
    one = bought(scenario)
    at = np.interp(np.linspace(0, 53, 200), np.arange(54), volumes())
    curve, single = seconds(
        lambda: curves(Pricing(scenario, drawing.draws(scenario.ranges, 1, DRAWS)), at),
        lambda: priced(one),
        rounds=10,
    )
    what = f"a curve of 200 volumes × {DRAWS:,} draws, three routes"
    return Row(what, curve, "five routes at one volume", single, curve / single, "below 25", curve < 25 * single)


def memory_of_a_million() -> Row:
    """A whole assessment in a process of its own."""
    program = (
        "import resource, time; from advisor.api import assess; from benchmarks.cost import cost_speed as c;"
        "k = c.load_knowledge();"
        "a = c.read_answers(c.ANSWERS, 'bench', c.vocabulary(k)); t = time.process_time();"
        f"assess(a, k, c.DAY, draws={MANY}, flips=False); t = time.process_time() - t;"
        "print(t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    took, peak = (float(figure) for figure in done.stdout.split())
    return Row(f"{MANY:,} draws, a whole assessment", took, "peak memory, MB", None, peak, "below 1,024", peak < 1024)


def against_peers(scenario: Scenario, python: str) -> list[Row]:
    inputs = uncertain_inputs(scenario)
    ranges = [(known.low, known.mode, known.high) for known in (scenario.ranges[name] for name in inputs)]

    def ours() -> None:
        forget()
        sample = drawing.draws(scenario.ranges, 1, DRAWS)
        for name in inputs:
            sample(name)

    (mine,) = seconds(ours)
    command = [python, "-W", "ignore", str(Path(__file__).with_name("cost_peers.py"))]
    given = json.dumps([ranges, DRAWS])
    done = subprocess.run(command, input=given, check=True, capture_output=True, text=True)
    what = f"the draws alone, {len(inputs)} × {DRAWS:,}"
    return [Row(what, mine, name, theirs, theirs / mine) for name, theirs in json.loads(done.stdout).items()]


def main() -> int:
    knowledge = load_knowledge()
    scenario = scenario_of(read_answers(ANSWERS, "bench", vocabulary(knowledge)), knowledge)
    rows = [
        against_random(scenario), against_plain(scenario), curve_against_one(scenario),
        choosing_against_pricing(scenario), memory_of_a_million(),
    ]  # fmt: skip
    rows += against_peers(scenario, sys.argv[1]) if len(sys.argv) > 1 else []
    for row in rows:
        print(row.text)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

"""One assessment, flips apart, against its engine pass and its cost core alone: ratios in one run.

    python -m benchmarks.cost.assess_speed

The engine pass asks both evaluators, with traces, for licenses and gates. The cost core is every call that an
assessment makes to it: the workload prepared, the routes priced on 10,000 draws, what information is worth, and on the
first draws break-even, crossings, curves, months and hybrid's split. The rest is what the bound is for: facts, the
choice, sentences, evidence, published methods. CPU time, the least of a few runs; draws are made again every time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from time import process_time

from advisor.api import DRAWS, SEED, assess
from advisor.cost import draws as drawing
from advisor.cost.breakeven import break_even, crossovers, curves, horizon, volumes
from advisor.cost.comparison import compare, information, parts_of, split
from advisor.cost.draws import spread
from advisor.cost.routes import Pricing
from advisor.cost.scenario import ANSWER_KEYS, WITHOUT_DEFAULT
from advisor.cost.scenario_builder import prepare
from advisor.decision.compiled import CompiledKnowledge, compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.load_pack import load_knowledge

DAY = date(2026, 11, 21)
MOST = 1.3
ROUNDS = 9
EXAMPLES = Path(__file__).parents[2] / "examples"


def engine_pass(at: CompiledKnowledge, evaluation: Evaluation, answers: Answers) -> None:
    """Both evaluators on the facts of an assessment."""
    at.licenses.run(dict(answers.values))
    at.gates.run(evaluation.findings.facts)


def priced(evaluation: Evaluation, at: CompiledKnowledge, answers: Answers) -> Pricing:
    """The workload prepared and its routes priced on every draw, point estimate and percentiles included."""
    known = CompletedAnswers(answers, at.parameters, at.knowledge.questions)
    prepare(known, at.knowledge.catalog, at.parameters.as_of, ())
    standing = evaluation.findings.standing
    found = compare(evaluation.scenario, SEED, DRAWS, standing.routine_halves, standing.frontier_halves)
    for cost in found.totals.values():
        spread(cost)
    return found.drawn


def cost_core(evaluation: Evaluation, at: CompiledKnowledge, answers: Answers) -> None:
    """Everything an assessment asks of the cost core."""
    priced(evaluation, at, answers)
    standing, scenario, number = evaluation.findings.standing, evaluation.scenario, at.parameters.number
    left = {route: evaluation.costs.totals[route] for route in standing.after_can}
    if left:
        information(left, scenario.ranges, (*ANSWER_KEYS, *WITHOUT_DEFAULT), SEED, DRAWS)
    few = min(DRAWS, round(number("break_even.draws")))
    closer = Pricing(scenario, drawing.draws(scenario.ranges, SEED, few))
    break_even(closer)
    crossovers(closer)
    curves(closer, volumes())
    parts = {route: parts_of(closer, route, evaluation.costs.settled) for route in evaluation.costs.settled.routes}
    horizon(closer, parts, (), max(scenario.months, round(number("horizon.months_shown"))))
    split(closer, (standing.routine_halves, standing.frontier_halves), number("gate.hybrid_margin"))


def least(*works: Callable[[], object]) -> list[float]:
    """The least CPU time of each, seconds, over rounds in which they take turns, on draws made again each time."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            drawing.forget()
            began = process_time()
            work()
            best[place] = min(best[place], process_time() - began)
    return best


def main() -> None:
    knowledge = load_knowledge()
    at, worst = compiled_knowledge(knowledge, DAY), 0.0
    print(f"{'example':24} {'engine ms':>9} {'core ms':>8} {'of it priced':>12} {'assess ms':>9} {'ratio':>6}")
    for path in sorted(EXAMPLES.glob("*.toml")):
        answers = read_answers(path.read_bytes(), path.name, vocabulary(knowledge))
        evaluation = evaluate(answers, at, SEED, DRAWS)
        engine, core, routes, whole = least(
            partial(engine_pass, at, evaluation, answers),
            partial(cost_core, evaluation, at, answers),
            partial(priced, evaluation, at, answers),
            partial(assess, answers, knowledge, DAY, flips=False),
        )
        ratio = whole / (engine + core)
        worst = max(worst, ratio)
        timed = f"{engine * 1e3:9.2f} {core * 1e3:8.1f} {routes * 1e3:12.1f} {whole * 1e3:9.1f} {ratio:6.2f}"
        print(f"{path.stem:24} {timed}")
    print(f"largest ratio of an assessment to its engine pass and cost core: {worst:.2f}, at most {MOST} allowed")
    if worst > MOST:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

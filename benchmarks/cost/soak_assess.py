"""Random answers through rules and through whole assessments: no disagreement, no exception, no figure gone wild.

Run `python -m benchmarks.cost.soak_assess 100000 2000`: the first number of answer sets through both evaluators, the
second through whole assessments. Prints one line each and every fault with the seed that repeats it; status 1 if any.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from advisor.api import assess
from advisor.assessment.model import Assessment
from advisor.cost.routes import LINES
from advisor.decision.compiled import compiled_knowledge
from advisor.errors import EnginesDisagree
from advisor.interview.answers import read_answers
from advisor.knowledge.load_pack import load_knowledge
from advisor.report.json_report import as_json
from advisor.report.text_report import as_text
from benchmarks.cost.random_answers import asked, draw_facts, draw_file

DAY = date(2026, 11, 21)
SHARES = (0.05, 0.2, 0.5, 0.9, 1.0)
DRAWS = 200
FLIPS_EVERY = 50
Faults = Counter[str]


def soak_rules(count: int, seed: int = 1) -> tuple[Faults, int]:
    """Facts through durable_rules and the reference; returns the faults by kind and how often rules fired."""
    at = compiled_knowledge(load_knowledge(), DAY)
    known, fired, faults = asked(at.knowledge, at.parameters), 0, Faults()
    for number in range(count):
        random = Random(f"rules.{seed}.{number}")
        facts = draw_facts(random, known, random.choice(SHARES))
        try:
            fired += sum(len(engine.run(facts).firings) for engine in (at.licenses, at.gates))
        except EnginesDisagree as fault:
            _report(faults, "disagreement", f"rules.{seed}.{number}", fault)
    return faults, fired


def soak_assessments(count: int, seed: int = 1) -> tuple[Faults, Counter[str]]:
    """Answer files through the whole judge; returns the faults by kind and how often each route was chosen."""
    knowledge = load_knowledge()
    known = asked(knowledge, knowledge.parameters_at(DAY))
    faults, chosen = Faults(), Counter[str]()
    for number in range(count):
        name = f"assess.{seed}.{number}"
        random = Random(name)
        data = draw_file(random, known, random.choice(SHARES))
        try:
            answers = read_answers(data, name, known.vocabulary)
            result = assess(answers, knowledge, DAY, draws=DRAWS, flips=number % FLIPS_EVERY == 0)
            as_text(result)
            table = json.loads(as_json([result]))
        except EnginesDisagree as refused:
            _report(faults, "disagreement", name, refused)
        except Exception as crash:
            _report(faults, "exception", name, crash)
        else:
            chosen[result.verdict.option] += 1
            for fault in inconsistencies(result, table):
                _report(faults, "inconsistency", name, fault)
    return faults, chosen


def inconsistencies(result: Assessment, table: dict[str, Any]) -> Iterator[str]:
    """What contradicts the contract in one assessment, in words."""
    if not result.engines.agree:
        yield "the engines disagree"
    if any(not math.isfinite(figure) for figure in _figures(table)):
        yield "a figure is not finite"
    for option in result.options:
        lines = [option.lines[line] for line in LINES]
        if min(lines) < 0:
            yield f"{option.option} has a negative line"
        if not math.isclose(math.fsum(lines), option.monthly_usd.point, rel_tol=1e-9, abs_tol=1e-6):
            yield f"the lines of {option.option} do not sum to its point"
    states = Counter(option.state for option in result.options)
    if states["chosen"] != (result.verdict.option != "none"):
        yield f"{states['chosen']} routes are chosen for {result.verdict.option}"
    if (result.verdict.status == "conditional") != bool(result.verdict.conditions):
        yield f"{result.verdict.status} with {len(result.verdict.conditions)} conditions"


def _figures(part: Any) -> Iterator[float]:
    if isinstance(part, (dict, list)):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _figures(each)
    elif isinstance(part, float):
        yield part


def _report(faults: Faults, kind: str, name: str, fault: object) -> None:
    faults[kind] += 1
    print(f"{kind} at {name}: {type(fault).__name__}: {fault}", file=sys.stderr)


def main(arguments: list[str]) -> int:
    rules, assessments = (int(each) for each in [*arguments, "2000", "100"][:2])
    rule_faults, fired = soak_rules(rules)
    print(f"{rules} answer sets through both evaluators: {rule_faults['disagreement']} disagreements, {fired} firings")
    faults, chosen = soak_assessments(assessments)
    told = ", ".join(f"{faults[kind]} {kind}s" for kind in ("disagreement", "exception"))
    routes = ", ".join(f"{route} {count}" for route, count in chosen.most_common())
    print(f"{assessments} assessments: {told}, {faults['inconsistency']} inconsistencies; {routes}")
    return 1 if rule_faults or faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Random rule sets and random answers through durable_rules and the reference: how many assessments diverge.

Run `python -m benchmarks.engine.soak_engine 1000000`; prints one line and ends with status 1 if any diverged.
"""

from __future__ import annotations

import sys
from random import Random

from advisor.engine.engine import Engine
from advisor.errors import BadKnowledge, EnginesDisagree
from benchmarks.engine.engine_worlds import draw_facts, draw_kinds, draw_parameters, draw_rules

ANSWERS_PER_SET = 25


def soak(count: int, seed: int = 1) -> tuple[int, int, int, int]:
    """Assessments run, of those divergent, rules fired in all, and rule sets refused for exceeding a limit."""
    ran = divergent = fired = refused = 0
    number = 0
    while ran < count:
        random = Random(f"{seed}.{number}")
        number += 1
        kinds, parameters = draw_kinds(random, random.randint(3, 40)), draw_parameters(random)
        rules = draw_rules(random, kinds, parameters, random.choice((3, 10, 10, 30, 30, 80, 200)))
        try:
            engine = Engine.compile(rules, parameters, kinds)
        except BadKnowledge:
            refused += 1
            continue
        with engine:
            for _ in range(min(ANSWERS_PER_SET, count - ran)):
                facts = draw_facts(random, kinds, random.choice((0.3, 0.7, 1.0)))
                ran += 1
                try:
                    fired += len(engine.run(facts).firings)
                except EnginesDisagree as fault:
                    divergent += 1
                    print(f"seed {seed}.{number - 1}: {fault}", file=sys.stderr)
    return ran, divergent, fired, refused


def main() -> int:
    ran, divergent, fired, refused = soak(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    print(f"{ran} assessments, {divergent} divergent, {fired} firings; {refused} rule sets refused by the limits")
    return 1 if divergent else 0


if __name__ == "__main__":
    sys.exit(main())

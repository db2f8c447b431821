"""Speed and memory of the engine, as ratios within one run.

Run `python -m benchmarks.engine.engine_speed` where zen-engine 2.x can be imported; without it those rows are left out.
"""

from __future__ import annotations

import gc
import importlib.util
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from time import process_time

import tomli
import tomli_w

from advisor.engine.engine import Engine
from advisor.engine.facts import FactKind, FactValue, check_rules, kinds_of, read_facts
from advisor.knowledge.conditions import All, Test
from advisor.knowledge.load_pack import load_knowledge, read_rules
from advisor.knowledge.pack_files import read_table
from advisor.knowledge.parameters import Parameters, Range
from advisor.knowledge.rules import Rule
from benchmarks.engine.engine_worlds import DAY, draw_facts, draw_kinds, draw_parameters, draw_rules, rule
from benchmarks.engine.engine_zen import ZenRules, context_of

Facts = Mapping[str, FactValue]
ROUNDS = 7
ANSWERS = 200
CHOICE = FactKind("choice", tuple(f"c{number}" for number in range(8)))


def milliseconds(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return (process_time() - started) * 1000


def against_zen(
    name: str, rules: Sequence[Rule], parameters: Parameters, kinds: Mapping[str, FactKind], many: Sequence[Facts]
) -> float:
    """Our time over zen-engine's, the best of several alternating rounds each: other load counts for neither."""
    zen = ZenRules(rules, kinds, check_rules(rules, parameters, kinds))
    contexts = [context_of(read_facts(facts, kinds)) for facts in many]
    with Engine.compile(rules, parameters, kinds) as engine:
        differing = sum(
            zen.fired(zen.evaluate(context)) != {firing.rule.id for firing in engine.run(facts).firings}
            for facts, context in zip(many, contexts, strict=True)
        )
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(milliseconds(lambda: [engine.run(facts) for facts in many]) / len(many))
            theirs.append(milliseconds(lambda: [zen.evaluate(context) for context in contexts]) / len(many))
    ratio = min(ours) / min(theirs)
    print(
        f"{name}: {len(rules)} rules, both evaluators with trace {min(ours):.3f} ms, zen-engine with "
        f"trace {min(theirs):.3f} ms, ratio {ratio:.2f} (at most 1.0); {differing} answers differ"
    )
    return ratio


def near_thresholds(
    random: Random, rules: Sequence[Rule], parameters: Parameters, kinds: Mapping[str, FactKind]
) -> Facts:
    """Answers to the shipped questions, numbers at and around the thresholds that rules test them with."""
    near: dict[str, list[float]] = {}
    for (key, threshold), _ in check_rules(rules, parameters, kinds).items():
        number = parameters.number(threshold)
        near.setdefault(key, []).extend((number, number * 0.5, number * 1.5))
    plain = {key: kind for key, kind in kinds.items() if kind.choices or kind.kind == "bool"}
    facts = draw_facts(random, plain, 0.8)
    for key, numbers in near.items():
        if random.random() < 0.8:
            ends = sorted(random.choices(numbers, k=2))
            facts[key] = Range(ends[0], ends[1])
    return facts


def shipped() -> tuple[tuple[Rule, ...], Parameters, Mapping[str, FactKind]]:
    knowledge = load_knowledge()
    return knowledge.rules_at(DAY), knowledge.parameters_at(DAY), kinds_of(knowledge)


def drawn(count: int) -> tuple[list[Rule], Parameters, dict[str, FactKind]]:
    random = Random(count)
    kinds, parameters = draw_kinds(random, 60), draw_parameters(random)
    return draw_rules(random, kinds, parameters, count), parameters, kinds


def compile_time(count: int = 1000) -> None:
    """Random rules compiled, and as many of the shipped ones, under names of their own, read from TOML too."""
    rules, parameters, kinds = drawn(count)
    times = [milliseconds(lambda: Engine.compile(rules, parameters, kinds).close()) for _ in range(3)]
    print(f"compile {count} drawn rules: {min(times) / 1000:.3f} s")
    text = many_as_toml(count)
    times = [milliseconds(lambda: load_and_compile(text)) for _ in range(3)]
    print(
        f"load and compile {count} rules from {len(text) // 1000} kB of TOML: {min(times) / 1000:.3f} s (at most 0.5)"
    )


def many_as_toml(count: int) -> bytes:
    """The shipped rules over and over, with their cases, each time under other ids."""
    files = [data for path, data in load_knowledge().files.items() if path.startswith("rules/") and b"[[rule]]" in data]
    rules = [rule for data in files for rule in tomli.loads(data.decode())["rule"]]
    many = ({**rules[number % len(rules)], "id": f"{number}"} for number in range(count))
    return tomli_w.dumps({"rule": list(many)}).encode()


def load_and_compile(text: bytes) -> None:
    knowledge = load_knowledge()
    rules = read_rules({"many.toml": read_table(text, "many.toml", ours=True)})
    Engine.compile(rules, knowledge.parameters_at(DAY), kinds_of(knowledge)).close()


def growth() -> None:
    """Twenty rules fire; the rest of the pack grows sixteenfold without ever firing."""
    kinds = {f"topic{number % 8}.key_{number}": CHOICE for number in range(60)}
    keys, facts = list(kinds), dict.fromkeys(kinds, "c0")
    times = []
    for count in (50, 800):
        rules = [rule(f"fires-{n}", Test(keys[n], "is", "c0")) for n in range(20)] + [
            idle(n, keys) for n in range(count - 20)
        ]
        with Engine.compile(rules, draw_parameters(Random(0)), kinds) as engine:
            times.append(min(milliseconds(partial(repeat, engine, facts)) / 100 for _ in range(ROUNDS)))
    grown = f"out of 50 {times[0]:.3f} ms, out of 800 {times[1]:.3f} ms: {times[1] / times[0]:.1f}×"
    print(f"growth: 20 rules firing {grown} for 16× the rules that may fire")


def idle(number: int, keys: Sequence[str]) -> Rule:
    other = keys[20 + (number * 7 + number // 280 + 1) % 40]
    one = Test(keys[20 + number % 40], "is", f"c{1 + number // 40 % 7}")
    return rule(f"idle-{number}", All((one, Test(other, "is", f"c{1 + number % 7}"))))


def repeat(engine: Engine, facts: Facts) -> None:
    for _ in range(100):
        engine.run(facts)


def resident() -> int:
    """Pages in memory now, in kB."""
    with open("/proc/self/statm", encoding="ascii") as status:
        return int(status.read().split()[1]) * resource.getpagesize() // 1024


def memory(count: int) -> int:
    rules, parameters, kinds = shipped()
    random = Random(3)
    many = [near_thresholds(random, rules, parameters, kinds) for _ in range(50)]
    with Engine.compile(rules, parameters, kinds) as engine:
        for number in range(1000):
            engine.run(many[number % len(many)])
        gc.collect()
        before = resident()
        for number in range(count):
            engine.run(many[number % len(many)])
        gc.collect()
        grown = resident() - before
    print(f"memory: {count} assessments in one process grew it by {grown} kB")
    return grown


def main() -> int:
    rules, parameters, kinds = shipped()
    random = Random(1)
    if importlib.util.find_spec("zen"):
        against_zen(
            "shipped",
            rules,
            parameters,
            kinds,
            [near_thresholds(random, rules, parameters, kinds) for _ in range(ANSWERS)],
        )
        for count in (50, 150, 300):
            some, values, types = drawn(count)
            against_zen("drawn", some, values, types, [draw_facts(random, types, 0.8) for _ in range(ANSWERS)])
    compile_time()
    growth()
    memory(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Enough situations to try a table of conditions on: for every key tested, one value on each side of each test."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from advisor.engine.facts import Kinds, Reading, Readings
from advisor.engine.rule_check import Thresholds, tests_of
from advisor.knowledge.rules import Rule

MOST = 20_000
"""Above this many combinations a fixed sample of them is tried."""


def situations(rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> Iterator[Readings]:
    """Combinations of representative values of all keys that the rules test; an open answer is one of them."""
    values = {key: _values(key, rules, kinds, thresholds) for key in _keys(rules)}
    if prod(len(each) for each in values.values()) <= MOST:
        combinations: Iterator[tuple[Reading | None, ...]] = product(*values.values())
    else:
        combinations = _sampled(values)
    for combination in combinations:
        yield {key: value for key, value in zip(values, combination, strict=True) if value is not None}


def _sampled(values: Mapping[str, list[Reading | None]]) -> Iterator[tuple[Reading | None, ...]]:
    choose = random.Random(0).choice  # the same sample every time
    for _ in range(MOST):
        yield tuple(choose(each) for each in values.values())


def _keys(rules: Sequence[Rule]) -> list[str]:
    return list(dict.fromkeys(test.key for rule in rules for test in tests_of(rule)))


def _values(key: str, rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> list[Reading | None]:
    kind = kinds[key]
    if kind.kind == "bool":
        return [None, False, True]
    if kind.kind == "number":
        names = {str(test.value) for rule in rules for test in tests_of(rule) if test.key == key}
        return [None, *_ranges(sorted(thresholds[key, name] for name in names if (key, name) in thresholds))]
    named = [
        value
        for rule in rules
        for test in tests_of(rule)
        if test.key == key and not isinstance(test.value, bool)
        for value in (test.value if isinstance(test.value, tuple) else (test.value,))
    ]
    others = [choice for choice in kind.choices if choice not in named][:1]
    single = list(dict.fromkeys([*named, *others]))
    return [None, *single] if kind.kind == "choice" else [None, frozenset(), *(frozenset([one]) for one in single)]


def _ranges(thresholds: list[int]) -> list[tuple[int, int]]:
    points = sorted({step for threshold in thresholds for step in (threshold - 1, threshold, threshold + 1)})
    exact = [(point, point) for point in points]
    return exact + [(threshold - 1, threshold + 1) for threshold in thresholds]

"""Stopping early on random complete answer sets: never another verdict, and how many questions it saves.

    python -m benchmarks.cost.ask_only_what_matters [SETS] [WALKS] [SEED]

Each set is asked in the questionnaire's order up to the first point where the bounds decide (found by halving), and at
a random point before: there every question that is said not to matter is answered again at random. Each walk asks, one
by one, a question that still matters: once the first of the questionnaire, once the one that the interview asks next.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from statistics import mean

from advisor.analysis.open_questions import RouteBounds, never_asked, open_questions_that_matter
from advisor.analysis.reevaluate import WhatIf
from advisor.assessment.notes import measures
from advisor.decision.compiled import CompiledKnowledge, compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.interview.reducer import shown_keys
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from benchmarks.cost.random_answers import Asked, asked, draw_file

DAY = date(2026, 11, 21)
DRAWS = 200
SEED = 1
SHARES = (0.5, 0.8, 0.95, 1.0)


@dataclass(frozen=True)
class Trial:
    """A knowledge base to ask, and what may be answered to it."""

    knowledge: Knowledge
    at: CompiledKnowledge
    known: Asked

    def complete(self, random: Random) -> Answers:
        """Answers to most questions or to all, none to one that others close; what is left out stays unknown."""
        data = draw_file(random, self.known, random.choice(SHARES))
        drawn = read_answers(data, "random.toml", vocabulary(self.knowledge))
        shown = shown_keys(tuple(drawn.values), self.knowledge.questions, drawn)
        return Answers({key: drawn.values[key] for key in shown}, drawn.questionnaire)

    def verdict(self, answers: Answers) -> str:
        return WhatIf(self.at, SEED).option(answers, DRAWS)

    def matters(self, complete: Answers, count: int) -> RouteBounds:
        """What still matters after the first `count` questions of the questionnaire."""
        keys = self.knowledge.questionnaires[complete.questionnaire].keys[:count]
        given = {key: value for key in keys if (value := complete.get(key)) is not None}
        partial = Answers(given, complete.questionnaire)
        return open_questions_that_matter(partial, self.at, SEED, DRAWS, set(keys) - set(given))


def trial() -> Trial:
    knowledge = load_knowledge()
    at = compiled_knowledge(knowledge, DAY)
    return Trial(knowledge, at, asked(knowledge, at.parameters))


def stops_after(it: Trial, complete: Answers) -> tuple[int, str]:
    """Questions asked in order until the bounds decide, and the verdict they decide for."""
    low, high = 0, len(it.knowledge.questionnaires[complete.questionnaire].keys)
    option = it.matters(complete, high).option
    while low < high:
        middle = (low + high) // 2
        found = it.matters(complete, middle)
        low, high, option = (low, middle, found.option) if found.questions.decided else (middle + 1, high, option)
    return high, option


def answered_otherwise(it: Trial, complete: Answers, random: Random) -> Answers:
    """The answers with everything that does not matter answered again at a random point."""
    keys = it.knowledge.questionnaires[complete.questionnaire].keys
    count = random.randrange(len(keys))
    found, other = it.matters(complete, count), it.complete(random)
    kept = {*keys[:count], *found.questions.keys}
    values = {key: (complete if key in kept else other).get(key) for key in keys}
    return Answers({key: value for key, value in values.items() if value is not None}, complete.questionnaire)


Next = Callable[[Trial, Answers], str]


def first_listed(it: Trial, given: Answers) -> str:
    """The first question of the questionnaire that still matters; empty where none does."""
    return next(iter(open_questions_that_matter(given, it.at, SEED, DRAWS, given.passed).questions.keys), "")


def asked_next(it: Trial, given: Answers) -> str:
    """The question that the interview asks next; empty where it stops."""
    measured = measures(evaluate(given, it.at, SEED, DRAWS), SEED, DRAWS)
    found = never_asked(given, it.at, SEED, DRAWS, [each.key for each in measured])
    return next(iter(found.could_change_route), "")


def walk(it: Trial, complete: Answers, following: Next) -> tuple[int, str]:
    """Questions asked when only what matters is asked, and the verdict at the end."""
    given = Answers({}, complete.questionnaire)
    while key := following(it, given):
        value = complete.get(key)
        given = replace(given, passed=given.passed | {key}) if value is None else given.put(key, value)
    return len(given.values) + len(given.passed), it.verdict(given)


def main() -> None:
    sets, walks, seed = (int(given) for given in (*sys.argv[1:], *("10000", "100", "1")[len(sys.argv) - 1 :]))
    it, random, wrong, stops = trial(), Random(seed), 0, []
    for _ in range(sets):
        complete = it.complete(random)
        verdict = it.verdict(complete)
        count, option = stops_after(it, complete)
        stops.append(count)
        wrong += option != verdict
        wrong += it.verdict(answered_otherwise(it, complete, random)) != verdict
    lengths: dict[Next, list[int]] = {first_listed: [], asked_next: []}
    for complete in [it.complete(random) for _ in range(walks)]:
        for following, counts in lengths.items():
            count, option = walk(it, complete, following)
            counts.append(count)
            wrong += option != it.verdict(complete)
    whole = len(it.knowledge.questionnaires["full"].keys)
    print(f"{sets} sets of answers and {walks} walks, {wrong} other verdicts")
    print(f"in the questionnaire's order: stopped after {mean(stops):.1f} of {whole} questions on average")
    print(f"{sum(count < whole for count in stops) / sets:.0%} of sets stopped before the end")
    for following, said in ((first_listed, "in the questionnaire's order"), (asked_next, "the most telling first")):
        print(f"asking only what matters, {said}: {mean(lengths[following]):.1f} of {whole} questions on average")
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

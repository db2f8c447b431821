"""What to ask next, and what need never be asked: the open questions that matter, the one that matters most first.

A question matters by what hangs on it: first by the routes that laws and duties may yet exclude, then by those that
means may, each rule's weight shared among the open questions it waits for. Where no rule tells two questions apart,
the one whose answer moves the costs further comes first, and last the questionnaire's own order decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from advisor.analysis.analysis_results import NeverAsked, OpenQuestions
from advisor.analysis.bounding.bounds import Completions
from advisor.analysis.dependencies import FACTS
from advisor.analysis.open_questions import open_questions_that_matter
from advisor.decision.compiled import CompiledKnowledge
from advisor.engine.rule_check import tests_of
from advisor.interview.answers import Answers
from advisor.interview.visibility import shown_keys
from advisor.knowledge.rules import ROUTES, Rule


def never_asked(
    answers: Answers,
    at: CompiledKnowledge,
    seed: int,
    draws: int,
    measured: Sequence[str] = (),
    known: OpenQuestions | None = None,
) -> NeverAsked:
    """The questions that were neither answered nor knowingly left unknown, and which of them can change the route.

    What was left unknown stays so, and what an answer closed is not asked. `measured` are the inputs that move the
    costs, the furthest first; `known` are the bounds over every question without an answer, where they are known.
    """
    asked = at.knowledge.questionnaires[answers.questionnaire].keys
    shown = shown_keys(asked, at.knowledge.questions, answers)
    questions = tuple(key for key in shown if answers.get(key) is None and key not in answers.passed)
    settled = frozenset(asked) - frozenset(questions)
    if known is None or any(answers.get(key) is None for key in settled):
        known = open_questions_that_matter(answers, at, seed, draws, settled).questions
    if not known.keys:
        return NeverAsked(questions, (), known.why)
    uncertain = Completions(answers, at, frozenset(questions)).gates.uncertain
    return NeverAsked(questions, _ranked(known.keys, uncertain, measured), known.why)


def _ranked(keys: Sequence[str], uncertain: Iterable[Rule], measured: Sequence[str]) -> tuple[str, ...]:
    """The keys, the one that matters most first; the order depends on nothing but the arguments."""
    rules = [rule for rule in uncertain if rule.effect in ("exclude", "choose")]
    law, means = (_weights([rule for rule in rules if rule.gate == gate], keys) for gate in ("must", "can"))
    moves = {key: place for place, key in enumerate(measured)}
    last = len(moves)
    return tuple(sorted(keys, key=lambda key: (-law[key], -means[key], moves.get(key, last))))


def _weights(rules: Iterable[Rule], keys: Sequence[str]) -> Mapping[str, float]:
    """How many routes hang on each key: what a rule may exclude, shared among the keys that it waits for."""
    weights = dict.fromkeys(keys, 0.0)
    for rule in rules:
        waits_for = {key for test in tests_of(rule) for key in FACTS.get(test.key, {test.key})} & set(keys)
        excluded = len(ROUTES) - 1 if rule.effect == "choose" else len(rule.options)
        for key in waits_for:
            weights[key] += excluded / len(waits_for)
    return weights

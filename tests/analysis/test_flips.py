"""Single answers that change the verdict: none is lost by what is kept, and each is the nearest, to three digits."""

from __future__ import annotations

import json
from functools import cache
from itertools import chain
from random import Random

import pytest

from advisor.analysis.alternatives import between, bounds_of_answer, choices_beside, exactly, fitting, ladder, start_of
from advisor.analysis.analysis_results import Flip
from advisor.analysis.flips import ACTS, Sweep, find_flips, flips_of
from advisor.analysis.reevaluate import WhatIf
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import Answers, Value, read_answers, read_value, vocabulary
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import Question
from benchmarks.cost.random_answers import asked, draw_file
from tests.contract.asking import DAY, answers, knowledge
from tests.soak import often

DRAWS = 200
TEAM = {
    "workload.task": "code-assistant",
    "workload.developers": 20,
    "volume.tokens_per_developer": "2M..5M",
    "quality.frontier_required": False,
    "staffing.gpu_experience": True,
    "volume.output_tokens": "300M",
}


@cache
def team_flips() -> tuple[Flip, ...]:
    at, given = compiled_knowledge(knowledge(), DAY), answers(TEAM)
    return tuple(find_flips(given, at, 1, DRAWS, evaluate(given, at, 1, DRAWS).choice.option))


def drawn(seed: int, share: float) -> Answers:
    known = asked(knowledge(), compiled_knowledge(knowledge(), DAY).parameters)
    return read_answers(draw_file(Random(seed), known, share), "random.toml", vocabulary(knowledge()))


def tries(given: Answers, question: Question) -> list[Value]:
    at = compiled_knowledge(knowledge(), DAY)
    if not question.is_numeric:
        return list(choices_beside(question, given, at))
    return [exactly(place) for place in ladder(question, start_of(question, given, at))]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_between_what_ifs_never_changes_a_verdict(seed: int) -> None:
    """Some answers to every question, each kept for those after it; several times as many in the soak."""
    at, given = compiled_knowledge(knowledge(), DAY), drawn(seed, 0.1 + 0.15 * seed)
    what_if = WhatIf(at, seed)
    for question in knowledge().questions.values():
        step = often(18 if question.is_numeric else 6, 3 if question.is_numeric else 2)
        for value in tries(given, question)[seed % step :: step]:
            changed = given.put(question.key, value)
            assert what_if.option(changed, 50) == evaluate(changed, at, seed, 50).choice.option, (question.key, value)


def test_every_flip_gives_its_verdict_by_both_evaluators_and_is_the_nearest_to_three_digits() -> None:
    at, given = compiled_knowledge(knowledge(), DAY), answers(TEAM)
    option = evaluate(given, at, 1, DRAWS).choice.option
    assert "data.boundary" in {flip.key for flip in team_flips()}
    for flip in team_flips():
        value = json.loads(flip.to)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            assert evaluate(given.put(flip.key, exactly(value)), at, 1, DRAWS).choice.option == flip.verdict != option


@pytest.mark.parametrize(("stated", "flips"), [(300, [("120", "self-host")]), (900, [])])
def test_a_threshold_of_a_rule_is_found_to_three_digits_where_it_is_plausible(
    stated: int, flips: list[tuple[str, str]]
) -> None:
    """Nobody who asked for 900 ms meant 120."""
    at = compiled_knowledge(knowledge(), DAY)
    given = answers({**TEAM, "latency.interactive": True, "latency.p50_ms": stated})
    option = evaluate(given, at, 1, DRAWS).choice.option
    task = Sweep(given, at, 1, DRAWS, option, WhatIf(at, 1))
    found = list(flips_of(knowledge().questions["latency.p50_ms"], task))
    assert [(flip.to, flip.verdict) for flip in found] == flips


def test_a_fact_is_only_listed_as_what_may_be_wrong() -> None:
    """Nobody adds a regime that was not mentioned; one that was may turn out not to apply."""
    assert not [flip for flip in team_flips() if flip.act == "fact"]
    at, given = compiled_knowledge(knowledge(), DAY), answers({**TEAM, "data.regimes": ["il5"]})
    option = evaluate(given, at, 1, DRAWS).choice.option
    (regimes,) = flips_of(knowledge().questions["data.regimes"], Sweep(given, at, 1, DRAWS, option, WhatIf(at, 1)))
    assert regimes.act == "fact"
    assert regimes.key == "data.regimes"
    assert (json.loads(regimes.was), json.loads(regimes.to)) == (["il5"], [])


def test_flips_stay_within_what_is_plausible_and_come_in_order() -> None:
    at, given, flips = compiled_knowledge(knowledge(), DAY), answers(TEAM), team_flips()
    assert [ACTS.index(flip.act) for flip in flips] == sorted(ACTS.index(flip.act) for flip in flips)
    for flip in flips:
        question, to = knowledge().questions[flip.key], json.loads(flip.to)
        bounds = bounds_of_answer(question, given, at, {})
        if question.is_numeric and bounds is not None:
            value = read_value(to, question, flip.key, vocabulary(knowledge()).ids)
            assert isinstance(value, Range)
            assert fitting(question, bounds[0]) <= value.low <= value.high <= fitting(question, bounds[1])


def test_flips_carry_the_act_their_question_declares() -> None:
    flips = team_flips()
    assert {flip.key: flip.act for flip in flips} == {flip.key: knowledge().questions[flip.key].flip for flip in flips}
    assert len({flip.act for flip in flips}) > 1


def test_halving_ends_between_any_two_places_of_any_ladder() -> None:
    for question in knowledge().questions.values():
        if question.is_numeric:
            places = list(chain(ladder(question, None), ladder(question, 7.0)))
            for one in places:
                for other in places:
                    assert _steps(question, one, other) < 60


def _steps(question: Question, one: float, other: float) -> int:
    steps = 0
    while (middle := between(question, one, other)) is not None:
        assert fitting(question, middle) == middle
        one, steps = middle, steps + 1
    return steps


@pytest.mark.parametrize("key", ["volume.output_tokens", "license.monthly_active_users", "economics.gpus"])
def test_nothing_is_tried_beyond_what_an_answers_file_may_say(key: str) -> None:
    question = knowledge().questions[key]
    largest = fitting(question, 1e18)
    assert read_value(largest, question, key, vocabulary(knowledge()).ids) == exactly(largest)


SCANS = {
    "workload.task": "multimodal-analysis",
    "volume.requests": "40k",
    "volume.output_tokens": "20M",
    "quality.multimodal_required": True,
}


def flips_under(given: dict[str, object], key: str) -> list[Flip]:
    at, stated = compiled_knowledge(knowledge(), DAY), answers(given)
    option = evaluate(stated, at, 1, DRAWS).choice.option
    return list(flips_of(knowledge().questions[key], Sweep(stated, at, 1, DRAWS, option, WhatIf(at, 1))))


def test_an_amount_that_the_work_does_not_have_is_no_flip() -> None:
    """Nobody adds seconds of audio to scans that have none."""
    assert flips_under(SCANS, "volume.audio_minutes_per_request") == []


def test_where_any_amount_would_do_a_usual_one_is_named() -> None:
    """A frontier share of 0.078% is the smallest number the search tells from none; nobody measures it."""
    shares = flips_under({**TEAM, "quality.frontier_required": "unknown"}, "quality.frontier_share")
    assert shares
    assert all(float(json.loads(flip.to)) >= 0.05 for flip in shares)


def test_nobody_chooses_to_be_left_without_a_route() -> None:
    locked = {**TEAM, "data.boundary": "air-gap", "economics.open_model": "qwen2.5-coder-32b"}
    assert flips_under(locked, "economics.open_model") == []
    assert [flip.verdict for flip in flips_under(locked, "quality.multimodal_required")] == ["none"]


def test_an_open_volume_that_the_other_answers_rule_out_is_no_flip() -> None:
    """Developers and their tokens come to 2 to 7 billion a month: 9 million of output at a tenth is impossible."""
    stated = {
        "workload.task": "code-assistant",
        "workload.developers": "500..600",
        "volume.tokens_per_developer": "4M..6M..12M/month",
        "volume.output_share": "5%..10%",
        "data.boundary": "vpc",
        "quality.fine_tuning_required": True,
    }
    assert flips_under(stated, "volume.output_tokens") == []

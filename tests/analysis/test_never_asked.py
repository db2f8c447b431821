"""What was never asked is told from what was left unknown, with why that is safe, in every form of a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random

import pytest
import tomli

from advisor.analysis.open_questions import never_asked, open_questions_that_matter
from advisor.api import DRAWS, SEED, assess
from advisor.assessment.model import Assessment
from advisor.decision.compiled import compiled_knowledge
from advisor.interview.answers import Answers, Value, read_answers, vocabulary
from advisor.interview.reducer import Adopt, begin, reduce
from advisor.knowledge.labels import label
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.record.audit.replay import recorded_answers, replay
from advisor.record.formats.parse import read_record, recorded_assessment
from advisor.record.ledger import Ledger
from advisor.record.record_text import outline
from advisor.record.save_decision import save_decision
from advisor.report import phrases
from advisor.report.html import as_html
from advisor.report.markdown import as_markdown
from advisor.report.text_report import as_text
from benchmarks.cost.ask_only_what_matters import DRAWS as FEW
from benchmarks.cost.ask_only_what_matters import Trial, trial
from benchmarks.cost.random_answers import draw_file

DAY = date(2026, 11, 21)
AIR_GAP: Mapping[str, Value] = {"workload.name": "vault", "data.boundary": "air-gap"}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def air_gap(knowledge: Knowledge) -> tuple[Answers, Assessment]:
    """Answers that leave one route, and all that is found about them."""
    answers = Answers(AIR_GAP, "quick", frozenset({"workload.audience"}))
    return answers, assess(answers, knowledge, DAY, draws=1000)


@cache
def asking() -> Trial:
    return trial()


def asked(knowledge: Knowledge, answers: Answers) -> tuple[str, ...]:
    return never_asked(answers, compiled_knowledge(knowledge, DAY), SEED, DRAWS).could_change_route


def test_the_order_is_of_the_open_questions_that_matter_and_always_the_same(knowledge: Knowledge) -> None:
    at, answers = compiled_knowledge(knowledge, DAY), Answers({"workload.task": "summarization"}, "quick")
    found = never_asked(answers, at, SEED, DRAWS)
    matter = open_questions_that_matter(answers, at, SEED, DRAWS)
    assert set(found.could_change_route) == set(matter.questions.keys)
    assert never_asked(Answers(dict(answers.values), "quick"), at, SEED, DRAWS) == found
    assert not found.is_safe


def test_what_the_law_hangs_on_comes_before_what_moves_a_cost(knowledge: Knowledge) -> None:
    order = asked(knowledge, Answers({}, "full"))
    assert order.index("data.boundary") < order.index("volume.output_tokens")
    assert order.index("data.regimes") < order.index("staffing.ml_infra_fte")
    assert order.index("data.regimes") < order.index("volume.batch_share")


def test_what_is_left_unknown_is_asked_no_more_and_stays_so(knowledge: Knowledge) -> None:
    answers = Answers({"workload.task": "summarization"}, "quick")
    first = asked(knowledge, answers)[0]
    passed = Answers(answers.values, "quick", frozenset({first}))
    found = never_asked(passed, compiled_knowledge(knowledge, DAY), SEED, DRAWS)
    assert first not in found.questions
    assert first not in found.could_change_route


def test_what_an_answer_closed_is_not_among_the_questions(knowledge: Knowledge) -> None:
    closing = {key: one for key, one in knowledge.questions.items() if one.show_when}
    assert closing
    found = never_asked(Answers({"data.boundary": "air-gap"}, "full"), compiled_knowledge(knowledge, DAY), SEED, DRAWS)
    assert "data.region" not in found.questions or knowledge.questions["data.region"].show_when is None
    assert set(found.questions) < set(knowledge.questionnaires["full"].keys)


@pytest.mark.parametrize("seed", range(12))
def test_no_answer_to_a_question_said_to_be_safe_changes_the_verdict(seed: int) -> None:
    """Any questions answered, any passed on; all that need not be asked is then answered at random, at once."""
    random, it = Random(5000 + seed), asking()
    complete, other = it.complete(random), it.complete(random)
    asked_for = it.knowledge.questionnaires[complete.questionnaire].keys
    reached = random.sample(asked_for, random.randrange(len(asked_for)))
    given = {key: value for key in reached if (value := complete.get(key)) is not None}
    partial = Answers(given, complete.questionnaire, frozenset(reached) - frozenset(given))
    found = never_asked(partial, it.at, SEED, FEW)
    kept = {key: value for key in found.could_change_route if (value := complete.get(key)) is not None}
    safe = set(found.questions) - set(found.could_change_route)
    redrawn = {key: value for key in safe if (value := other.get(key)) is not None}
    whole = {key: value for key in safe if (value := complete.get(key)) is not None}
    one, two = (Answers({**given, **kept, **rest}, complete.questionnaire) for rest in (redrawn, whole))
    assert it.verdict(one) == it.verdict(two)


@pytest.mark.parametrize("seed", range(12))
def test_no_answer_to_a_closed_question_changes_the_verdict(seed: int) -> None:
    """Answers drawn without regard to what they close, and the closed ones drawn again: what counts stays the same."""
    random, it = Random(7000 + seed), asking()
    told = vocabulary(it.knowledge)
    drawn, other = (read_answers(draw_file(random, it.known, 0.9), "random.toml", told) for _ in range(2))
    state = reduce(begin(it.knowledge.questionnaires["full"], told), Adopt(drawn))
    closed = set(drawn.values) - set(state.open_keys)
    changed = {key: value for key in closed if (value := other.get(key)) is not None}
    again = reduce(state, Adopt(Answers({**drawn.values, **changed}, drawn.questionnaire)))
    assert not set(state.counted.values) & closed
    assert again.counted.values == state.counted.values
    assert it.verdict(again.counted) == it.verdict(state.counted)


def test_nothing_is_left_to_ask_where_all_that_matters_is_unknown(knowledge: Knowledge) -> None:
    everything = frozenset(knowledge.questionnaires["quick"].keys)
    found = never_asked(Answers({}, "quick", everything), compiled_knowledge(knowledge, DAY), SEED, DRAWS)
    assert (found.questions, found.could_change_route) == ((), ())


def test_every_form_of_a_verdict_says_what_was_never_asked_and_why_that_is_safe(
    air_gap: tuple[Answers, Assessment], knowledge: Knowledge, tmp_path: Path
) -> None:
    answers, found = air_gap
    count = len(found.never_asked.questions)
    # A prompt longer than any model's context would leave no route: the same verdict once that is settled.
    why = f"self-host is left whatever the {count} open questions"
    found = replace(found, never_asked=replace(found.never_asked, could_change_route=(), why=why))
    assert found.never_asked.is_safe
    assert "workload.audience" not in found.never_asked.questions
    sentence = f"{count} questions, and need not be: self-hosting is left whatever the {count} open questions"
    assert phrases.never_asked(found).startswith(sentence)
    assert "never asked" in as_text(found)
    assert f"Never asked: {count} questions, and need not be" in as_markdown(found)
    assert f"Never asked: {count} questions, and need not be" in as_html([found])
    made = save_decision(found, answers, knowledge, tmp_path, datetime(2026, 11, 21, tzinfo=UTC))
    table = tomli.loads(made.path.read_text("utf-8"))
    assert table["answers"]["workload.audience"]["asked"] is True
    assert table["answers"]["workload.task"]["asked"] is False
    assert "asked" not in table["answers"]["data.boundary"]
    assert table["never_asked"]["questions"] == list(found.never_asked.questions)
    assert table["never_asked"]["could_change_route"] == []
    assert "self-host is left whatever" in table["never_asked"]["why"]
    told = "\n".join(outline(Ledger(tmp_path).entry(1), 1000))
    flowing = " ".join(told.split())
    assert "Who uses it? unknown, assumed" in flowing
    assert "What does the model do most of the time? never asked, assumed" in flowing
    assert f"never asked: {count} questions, none can change the route (self-hosting is left whatever" in told


def test_a_record_gives_back_what_was_passed_on_and_replays_to_the_same(
    air_gap: tuple[Answers, Assessment], knowledge: Knowledge, tmp_path: Path
) -> None:
    answers, found = air_gap
    made = save_decision(found, answers, knowledge, tmp_path, datetime(2026, 11, 21, tzinfo=UTC))
    record = read_record(made.path.read_bytes(), "x")
    assert recorded_answers(record, "x", knowledge) == answers
    assert recorded_assessment(record, "x").never_asked == found.never_asked
    assert replay(record, "x", knowledge, assess).verdict == "same"


def test_questions_that_could_change_the_route_are_named(knowledge: Knowledge) -> None:
    answers = Answers({"workload.task": "summarization"}, "quick")
    asking = never_asked(answers, compiled_knowledge(knowledge, DAY), SEED, DRAWS)
    found = replace(assess(answers, knowledge, DAY, draws=1000, flips=False), never_asked=asking)
    telling = found.never_asked.could_change_route
    said = phrases.never_asked(found)
    first = " ".join(label(key) for key in telling[:2])
    assert f"of which {len(telling)} could change the route, first of all: {first}" in said

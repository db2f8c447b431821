"""What is named to find out first is asked of this task, is still open, and leads where it is said to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from advisor.analysis.firmness import TRY_DRAWS, firmness
from advisor.analysis.reevaluate import WhatIf
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import read_answers, vocabulary
from advisor.interview.reducer import shown_keys
from tests.contract.asking import knowledge

ROOT = Path(__file__).parents[2]
FILES = {
    path.stem: path
    for folder in (ROOT / "examples", ROOT / "tests" / "data" / "economics")
    for path in folder.glob("*.toml")
}
NAMED = ("contract-extraction", "batch-5B", "multimodal-text-model", "long-128k", "tenancy-plain", "tiny-1M")


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_first_applies_and_changes_the_route(name: str) -> None:
    at = compiled_knowledge(knowledge(), date(2026, 11, 28))
    answers = read_answers(FILES[name].read_bytes(), name, vocabulary(knowledge()))
    evaluation = evaluate(answers, at, 1, TRY_DRAWS)
    found = firmness(evaluation, at, 1, TRY_DRAWS, contradicted=False)
    asked = shown_keys(at.knowledge.questionnaires[answers.questionnaire].keys, at.knowledge.questions, answers)
    assert found.find_out_first
    alone = {}
    for each in found.find_out_first:
        assert each.key in asked
        assert answers.get(each.key) is None
        if each.value is not None:
            alone[each.key] = WhatIf(at, 1).option(answers.put(each.key, each.value), TRY_DRAWS)
            assert each.option != evaluation.choice.option
    if any(one != evaluation.choice.option for one in alone.values()):
        assert alone == {each.key: each.option for each in found.find_out_first if each.value is not None}

"""What is said to be assumed for an open question is what the figures rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from advisor import Assessment, assess, read_answers
from advisor.decision import compiled
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import DatedValue, Parameter
from tests.contract.asking import DAY, ask, file_of, knowledge

PEOPLE: dict[str, Any] = {"workload.developers": 20, "volume.tokens_per_developer": "2M..5M"}
HOSTED: dict[str, Any] = {**PEOPLE, "workload.task": "code-assistant", "quality.frontier_share": 0.25}


def _moved(value: DatedValue) -> DatedValue:
    """Another value of the same kind: a half more, or another id of the catalog."""
    if value.text is not None:
        others = {"gpt-oss-120b": "qwen3-32b", "h100-sxm": "l40", "reserved": "on-demand"}
        return replace(value, text=others.get(value.text, "claude-opus-4.8"))
    numbers = {name: getattr(value, name) for name in ("value", "low", "mode", "high")}
    return replace(value, **{name: number * 1.5 + 0.01 for name, number in numbers.items() if number is not None})


def _with_other_defaults(shipped: Knowledge) -> Knowledge:
    parameters: dict[str, Parameter] = dict(shipped.parameters)
    for question in shipped.questions.values():
        names = [name for name in parameters if f"{name}.".startswith(f"{question.default}.") and question.left_open]
        for name in names:
            values = tuple(_moved(value) for value in parameters[name].values)
            parameters[name] = replace(parameters[name], values=values)
    return replace(shipped, parameters=parameters)


@pytest.mark.parametrize(
    "given", [{}, {"volume.output_tokens": "900M", "data.boundary": "vpc"}, HOSTED], ids=["nothing", "own", "people"]
)
def test_no_figure_comes_from_a_default_that_is_only_tried(
    given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(known: Knowledge) -> tuple[object, ...]:
        monkeypatch.setattr(compiled, "_KEPT", {})
        found = assess(read_answers(file_of(given), "answers.toml", known), known, DAY, draws=300, flips=False)
        return found.verdict.option, found.options, found.fleet

    shipped = knowledge()
    assert sum(bool(question.left_open) for question in shipped.questions.values()) >= 14
    assert told(_with_other_defaults(shipped)) == told(shipped)


def test_a_volume_that_follows_from_others_is_shown_as_computed() -> None:
    found = ask(HOSTED)
    resolved = found.workload_resolved
    assumed = _assumed(found)
    assert assumed["volume.output_tokens"].split("..")[1] == f"{resolved['output_tokens'] / 1e6:g}M"
    unknown = next(each for each in found.unknowns if each.key == "volume.output_tokens")
    assert (unknown.source, unknown.grade) == ("", "")


def test_without_an_answer_nothing_is_said_to_be_a_target_or_a_model() -> None:
    assumed = _assumed(ask(HOSTED))
    assert assumed["latency.p95_ms"] == "no target"
    assert assumed["economics.open_model"] == "the cheapest that can do the work"
    assert assumed["economics.discount"] == "list prices"


def test_a_commitment_has_its_usual_discount() -> None:
    committed = _assumed(ask({**HOSTED, "economics.pricing": "committed"}))
    assert ".." in committed["economics.discount"]


def _assumed(found: Assessment) -> dict[str, str]:
    return {each.key: each.assumed for each in found.unknowns}

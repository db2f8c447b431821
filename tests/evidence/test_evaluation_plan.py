"""The evaluation plan: what it compares, that its table is read back, and the load test at the operating point."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import tomli_w

from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.evidence.evaluation_files import read_evaluation
from advisor.evidence.evaluation_plan import EvaluationPlan, as_table, evaluation_plan
from advisor.evidence.measure import measure_evaluation
from advisor.evidence.plan_text import as_csv, as_inspect, as_markdown, as_promptfoo, as_prompts
from advisor.interview.answers import read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = load_knowledge()
AT = compiled_knowledge(KNOWLEDGE, date(2026, 11, 29))


def planned(name: str) -> EvaluationPlan:
    path = ROOT / f"examples/{name}.toml"
    answers = read_answers(path.read_bytes(), str(path), vocabulary(KNOWLEDGE))
    required = AT.parameters.number("gate.accuracy_required")
    return evaluation_plan(evaluate(answers, AT, 1, 500), required, AT.parameters, name)


def test_more_prompts_say_more_and_those_needed_find_the_difference() -> None:
    compared = planned("contract-extraction").comparison
    widths, powers = [each.half_width for each in compared.given], [each.power for each in compared.given]
    assert compared.given[0].prompts == 50
    assert widths == sorted(widths, reverse=True)
    assert powers == sorted(powers)
    assert powers[-1] >= 0.8 > powers[-2]
    assert compared.expected.second == pytest.approx(0.95 * compared.expected.first)


def test_the_filled_table_is_read_back_as_measured_answers(tmp_path: Path) -> None:
    plan = planned("contract-extraction")
    lines = as_csv(plan).splitlines()
    assert len(lines) == 1 + len(list(plan.all_prompts)) * len(plan.candidates)
    assert len(lines) > 1 + plan.prompts * len(plan.candidates)
    hosted = next(each.name for each in plan.candidates if not each.open_weights)
    opened = next(each.name for each in plan.candidates if each.open_weights)
    assert plan.read_back.endswith(f"--api {hosted} --open {opened}")
    # every seventh answer to the traffic's prompts fails, and every prompt chosen to fail: those do not count
    filled = [line.replace(",,,,", ",true,,," if place % 7 and line.endswith(",traffic") else ",false,,,")
              for place, line in enumerate(lines)]  # fmt: skip
    (tmp_path / "results.csv").write_text("\n".join(filled) + "\n")
    measured = measure_evaluation([str(tmp_path / "results.csv")], hosted, opened)
    assert measured.answers["quality.eval_prompts"] == plan.prompts
    assert measured.answers["quality.open_model_accuracy"] == pytest.approx(1.0, abs=0.01), "every seventh fails"
    low, middle, high = (float(part) for part in str(measured.answers["quality.open_success_rate"]).split(".."))
    assert low < middle < high
    assert middle == pytest.approx(6 / 7, abs=0.001)  # every seventh row failed


def test_hybrid_is_compared_with_the_model_of_its_frontier_half() -> None:
    plan = planned("team-of-20")
    assert (plan.decided, plan.candidates[0].open_weights, plan.candidates[1].open_weights) == ("hybrid", False, True)
    assert len({each.name for each in plan.candidates}) == len(plan.candidates)


def test_the_load_test_runs_at_the_load_the_fleet_was_sized_at() -> None:
    plan = planned("hospital-air-gap")
    load = plan.load_test
    assert load is not None
    assert load.requests == 10 * load.concurrency
    for command in load.commands:
        assert str(load.concurrency) in command
        assert str(load.input_tokens) in command
    assert "may leave" in as_markdown(plan)
    assert planned("fedramp-deployment").load_test is None


def test_every_format_says_the_same() -> None:
    plan = planned("team-of-20")
    table = as_table(plan)
    assert tomllib.loads(tomli_w.dumps(table)) == table
    assert [each["label"] for each in as_promptfoo(plan)["providers"]] == [each.name for each in plan.candidates]
    assert f"**{plan.prompts} prompts**" in as_markdown(plan)


def test_the_inspect_task_and_the_prompts_name_each_other(tmp_path: Path) -> None:
    plan = planned("contract-extraction")
    rows = list(csv.DictReader(as_prompts(plan).splitlines()))
    assert [row["stratum"] for row in rows].count("traffic") == plan.prompts
    assert {row["stratum"] for row in rows} == {"traffic", *(each.name for each in plan.strata)}
    task = as_inspect(plan)
    compile(task, "evaluation.py", "exec")
    assert "def evaluate_contract_extraction() -> Task:" in task
    assert all(f"openai-api/gateway/{each.name}" in task for each in plan.candidates)
    assert as_promptfoo(plan)["tests"] == "file://prompts.csv"
    compile(as_inspect(replace(plan, workload='a"""b\\')), "evaluation.py", "exec")
    # an unknown task has kinds of failure too
    assert planned("unknown-start-up").strata


def test_prompts_chosen_to_fail_are_left_out_of_every_tools_rate(tmp_path: Path) -> None:
    rows = [{"success": each == "traffic", "provider": {"id": "m"}, "testIdx": place, "vars": {"stratum": each}}
            for place, each in enumerate(["traffic", "rare"])]  # fmt: skip
    (tmp_path / "results.json").write_text(json.dumps({"results": {"results": rows}}))
    samples = [{"id": place, "metadata": {"stratum": each}, "scores": {"includes": {"value": "C"}}}
               for place, each in enumerate(["traffic", "rare"])]  # fmt: skip
    (tmp_path / "log.json").write_text(json.dumps({"eval": {"model": "m"}, "samples": samples}))
    for name in ("results.json", "log.json"):
        found = read_evaluation(tmp_path / name)
        assert [each.passed for each in found.outcomes] == [True]
        assert found.skipped == {"prompt chosen for a kind of failure": 1}

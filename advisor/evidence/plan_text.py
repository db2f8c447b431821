"""An evaluation plan as Markdown, as tables to fill in, and as what promptfoo and Inspect run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from advisor.evidence.evaluation_plan import EvaluationPlan
from advisor.knowledge.labels import catalog_label, catalog_words, route_name
from advisor.text import visible


def as_markdown(plan: EvaluationPlan) -> str:
    """The plan for people."""
    return "\n".join(_lines(plan))


def _lines(plan: EvaluationPlan) -> Iterator[str]:
    compared = plan.comparison
    yield f"# Evaluation plan: {plan.workload}"
    yield ""
    yield f"Decided: {route_name(plan.decided)}. What it hangs on: {compared.because}."
    yield ""
    if compared.needed is None:
        yield f"**No number of prompts that anybody evaluates finds it**; {plan.prompts} give what the table says."
    else:
        more = " with those of each kind of failure" if plan.strata else ""
        budget = f", about ${plan.budget_usd:,.2f} in tokens{more}" if plan.budget_usd else ""
        yield f"**{compared.needed} prompts**, the same for every candidate{budget}."
    if compared.note:
        yield compared.note
    if all(each.open_weights for each in plan.candidates):
        yield "No vendor's model may do this work: compare on prompts that may leave, or judge by the interval alone."
    yield ""
    yield "| prompts | 95% interval | chance to find it |"
    yield "|---:|---:|---:|"
    for each in compared.given:
        yield f"| {each.prompts} | ±{each.half_width:.1f} points | {each.power:.0%} |"
    yield ""
    first, second = compared.expected.first, compared.expected.second
    yield (
        f"It: {first:.1%} of the vendor's model against {second:.1%} of the open one. "
        f"McNemar's exact test, two-sided, at {compared.level:.0%}."
    )
    yield ""
    yield "## Candidates"
    yield ""
    yield "| model | in the results | bought | why | $ a prompt |"
    yield "|---|---|---|---|---:|"
    for candidate in plan.candidates:
        usd = f"{candidate.usd_per_prompt:.4f}" if candidate.usd_per_prompt else "own fleet"
        bought = f"{route_name(candidate.route)}, {catalog_words(candidate.offer)}"
        yield f"| {catalog_words(candidate.name)} | `{candidate.name}` | {bought} | {candidate.role} | {usd} |"
    yield ""
    if plan.strata:
        yield "## Kinds of failure"
        yield ""
        yield (
            f"The {plan.prompts} prompts are drawn from the traffic as it comes. Beside them, and counted apart from "
            f"them, prompts chosen to fail; where none of {plan.strata[0].prompts} does, the rate is below "
            f"{3 / plan.strata[0].prompts:.0%} with 95% confidence."
        )
        yield ""
        for stratum in plan.strata:
            yield f"- {stratum.prompts} prompts: {stratum.name}"
        yield ""
    yield "Results: `results.csv` with the columns task, candidate, passed (tokens and seconds where known), then"
    yield f"`{plan.read_back}`"
    yield from _load_test(plan)


def _load_test(plan: EvaluationPlan) -> Iterator[str]:
    load = plan.load_test
    if load is None:
        return
    low, middle, high = load.tokens_per_second
    yield ""
    yield "## Load test"
    yield ""
    place = f"{catalog_label(load.model)} on {load.gpus} × {catalog_label(load.gpu)}, {load.precision}"
    yield f"One replica of {place}, {load.concurrency} requests at once."
    yield "Put the checkpoint's name in place of the model's where the server was started with it."
    yield ""
    for command in load.commands:
        yield f"    {command}"
    yield ""
    yield (
        f"Expected: {low:,.0f} to {high:,.0f} output tokens a second ({middle:,.0f} the middle), first token "
        f"{load.first_token_ms:,.0f} ms, {load.inter_token_ms:,.1f} ms between tokens."
    )
    if load.targets:
        yield f"Targets: {'; '.join(load.targets)}."
    yield f"Then `{load.read_back}`"


def as_csv(plan: EvaluationPlan) -> str:
    """One row for each prompt and candidate, to be filled in: `measure evaluation` reads it back."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(("task", "candidate", "passed", "tokens", "seconds", "stratum"))
    for prompt, stratum in plan.all_prompts:
        rows.writerows((prompt, each.name, "", "", "", stratum) for each in plan.candidates)
    return file.getvalue()


def as_prompts(plan: EvaluationPlan) -> str:
    """The prompts to write, one a row, with the text a right answer contains: what promptfoo and Inspect run."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(("task", "stratum", "prompt", "target"))
    rows.writerows((prompt, stratum, "", "") for prompt, stratum in plan.all_prompts)
    return file.getvalue()


def as_promptfoo(plan: EvaluationPlan) -> dict[str, Any]:
    """A promptfoo configuration: every candidate behind a gateway that speaks OpenAI's API, prompts in prompts.csv."""
    return {
        "description": f"Evaluation of {plan.workload}: {plan.prompts} prompts, the same for every candidate",
        "prompts": ["{{prompt}}"],
        "providers": [
            {"id": f"openai:chat:{each.name}", "label": each.name,
             "config": {"apiBaseUrl": "http://localhost:4000/v1", "apiKeyEnvar": "LITELLM_MASTER_KEY"}}
            for each in plan.candidates
        ],
        "defaultTest": {"assert": [{"type": "icontains", "value": "{{target}}"}]},
        "tests": "file://prompts.csv",
        "outputPath": "results.json",
    }  # fmt: skip


def as_inspect(plan: EvaluationPlan) -> str:
    """A Python file that Inspect runs, one candidate at a time, on the prompts in prompts.csv."""
    name = re.sub(r"\W", "_", f"evaluate_{plan.workload}".lower())
    runs = "\n".join(f"  inspect eval evaluation.py --model openai-api/gateway/{each.name}" for each in plan.candidates)
    return f'''"""Evaluation of {visible(plan.workload).replace(chr(34), "").replace(chr(92), "")}, for Inspect.

prompts.csv has the columns task, stratum, prompt and target: `advisor plan … --format prompts` writes it, to be filled
in. The candidates are behind a gateway that speaks OpenAI's API: GATEWAY_BASE_URL and GATEWAY_API_KEY.

{runs}

A prompt is passed where the answer contains its target: replace `includes` by what judges your task.
"""

from inspect_ai import Task, task
from inspect_ai.dataset import FieldSpec, csv_dataset
from inspect_ai.scorer import includes
from inspect_ai.solver import generate


@task
def {name}() -> Task:
    columns = FieldSpec(input="prompt", target="target", id="task", metadata=["stratum"])
    return Task(dataset=csv_dataset("prompts.csv", columns), solver=generate(), scorer=includes())
'''

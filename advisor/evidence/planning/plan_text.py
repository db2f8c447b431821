"""An evaluation plan as Markdown, as a table to fill in, and as a promptfoo configuration."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from advisor.evidence.planning.evaluation_plan import EvaluationPlan


def as_markdown(plan: EvaluationPlan) -> str:
    """The plan for people."""
    return "\n".join(_lines(plan))


def _lines(plan: EvaluationPlan) -> Iterator[str]:
    compared = plan.comparison
    yield f"# Evaluation plan: {plan.workload}"
    yield ""
    yield f"Decided: {plan.decided}. What it hangs on: {compared.because}."
    yield ""
    if compared.needed is None:
        yield f"**No number of prompts that anybody evaluates finds it**; {plan.prompts} give what the table says."
    else:
        budget = f", about ${plan.budget_usd:,.2f} in tokens" if plan.budget_usd else ""
        yield f"**{compared.needed} prompts**, the same for every candidate{budget}."
    if compared.note:
        yield compared.note
    if all(each.open_weights for each in plan.candidates):
        yield "No vendor's model may do this work: compare on prompts that may leave, or judge by the interval alone."
    yield ""
    yield "| prompts | 95 % interval | chance to find it |"
    yield "|---:|---:|---:|"
    for each in compared.given:
        yield f"| {each.prompts} | ±{each.half_width:.1f} points | {each.power:.0%} |"
    yield ""
    yield (
        f"It: {compared.first:.1%} of the vendor's model against {compared.second:.1%} of the open one. "
        f"McNemar's exact test, two-sided, at {compared.level:.0%}."
    )
    yield ""
    yield "## Candidates"
    yield ""
    yield "| model | bought | why | $ a prompt |"
    yield "|---|---|---|---:|"
    for candidate in plan.candidates:
        usd = f"{candidate.usd_per_prompt:.4f}" if candidate.usd_per_prompt else "own fleet"
        yield f"| {candidate.name} | {candidate.route}, {candidate.offer} | {candidate.role} | {usd} |"
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
    place = f"{load.model} on {load.gpus}×{load.gpu}, {load.precision}"
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
    rows.writerow(("task", "candidate", "passed", "tokens", "seconds"))
    for prompt in range(1, plan.prompts + 1):
        rows.writerows((f"prompt-{prompt:04}", each.name, "", "", "") for each in plan.candidates)
    return file.getvalue()


def as_promptfoo(plan: EvaluationPlan) -> dict[str, Any]:
    """A promptfoo configuration: every candidate behind a gateway that speaks OpenAI's API, prompts in tests.csv."""
    return {
        "description": f"Evaluation of {plan.workload}: {plan.prompts} prompts, the same for every candidate",
        "prompts": ["{{prompt}}"],
        "providers": [
            {"id": f"openai:chat:{each.name}", "label": each.name,
             "config": {"apiBaseUrl": "http://localhost:4000/v1", "apiKeyEnvar": "LITELLM_MASTER_KEY"}}
            for each in plan.candidates
        ],
        "tests": "file://tests.csv",
        "outputPath": "results.json",
    }  # fmt: skip

"""Evaluation results give rates with their uncertainty, compared on the same tasks."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import BadInput
from advisor.evidence import evaluation_files
from advisor.evidence.measure import measure_evaluation
from advisor.evidence.success_rates import mcnemar, prompts_for, wilson

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "measure"


def table(path: Path, passed: dict[str, list[bool]]) -> Path:
    rows = [f"t{place},{name},{int(each)}" for name, results in passed.items() for place, each in enumerate(results)]
    path.write_text("\n".join(["task,candidate,passed", *rows]), encoding="utf-8")
    return path


def test_wilson_is_the_textbook_interval() -> None:
    """Wilson's interval for 90 of 100 at 95 %: 0.8256 to 0.9448 (worked by hand from the formula)."""
    rate = wilson(90, 100)
    assert rate.low == pytest.approx(0.8256, abs=1e-4)
    assert rate.high == pytest.approx(0.9448, abs=1e-4)


@given(st.integers(1, 2000), st.data())
def test_an_interval_holds_its_rate_and_narrows_with_more_tasks(tried: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, tried))
    rate, more = wilson(passed, tried), wilson(passed * 4, tried * 4)
    assert rate.low <= rate.share <= rate.high
    assert more.high - more.low < rate.high - rate.low


def test_mcnemar_counts_only_tasks_on_which_candidates_differ() -> None:
    """Ten discordant tasks, all one way: p = 2 · 0.5^10."""
    assert mcnemar(50, 10, 0, 5).p_value == pytest.approx(2 * 0.5**10)
    assert mcnemar(500, 10, 0, 50).p_value == mcnemar(50, 10, 0, 5).p_value
    assert mcnemar(3, 4, 4, 3).p_value == 1.0


def test_prompts_needed_are_those_of_the_normal_interval() -> None:
    """±5 points around 90 %: 1.96² · 0.09 ÷ 0.0025 = 138.3, so 139."""
    assert prompts_for(0.05, 0.9) == 139


def test_a_table_gives_both_rates_and_the_number_of_prompts(tmp_path: Path) -> None:
    path = table(tmp_path / "r.csv", {"gpt-5.4": [True] * 95 + [False] * 5, "qwen3-32b": [True] * 90 + [False] * 10})
    found = measure_evaluation([str(path)], hosted="gpt-5.4", weights="qwen3-32b")
    assert found.answers["quality.eval_prompts"] == 100
    assert found.answers["quality.open_success_rate"] == "0.8256..0.9000..0.9448"
    assert found.totals == {"passed": 185, "of": 200}
    assert any("cannot be told apart" in note for note in found.notes)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_request_that_ended_in_an_error_is_no_failure_of_the_model(tmp_path: Path, form: str) -> None:
    """What promptfoo 0.121.20 wrote of 13 tasks by two candidates, of which one task met a server error."""
    document = json.loads((EXAMPLES / "promptfoo.json").read_text(encoding="utf-8"))
    path = tmp_path / f"results.{form}"
    rows = document["results"]["results"]
    lines = "".join(json.dumps(row | {"gradingResult": None}) + "\n" for row in rows)
    path.write_text(lines if form == "jsonl" else json.dumps(document), encoding="utf-8")
    found = measure_evaluation([str(path)], hosted="hosted", weights="openai:chat:gpt-oss-120b")
    assert dict(found.skipped) == {"request ended in an error": 2}
    assert found.totals == {"passed": 18, "of": 24}
    assert found.sources[0].tool == "promptfoo"


def test_two_prompts_of_one_test_are_two_tasks(tmp_path: Path) -> None:
    # fmt: off
    rows = [{"testIdx": 0, "promptId": prompt, "provider": name, "success": passed, "gradingResult": None}
            for prompt, name, passed in (("p", "a", True), ("q", "a", False), ("p", "b", False), ("q", "b", False))]
    # fmt: on
    path = tmp_path / "two.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = measure_evaluation([str(path)], hosted="a", weights="b")
    assert any("on 2 common tasks: 1 passed by the first alone" in note for note in found.notes)


def test_lm_eval_counts_a_task_once_whatever_filters_read_it() -> None:
    """What lm-eval 0.4.13 wrote of 12 tasks under two filters, through its local-completions client."""
    found = measure_evaluation([str(EXAMPLES / "lm-eval-samples.jsonl")], hosted="measure")
    assert found.totals == {"passed": 7, "of": 12}
    assert dict(found.skipped) == {"the same answer read by another filter": 12}


@pytest.mark.parametrize(
    ("at", "value"), [({b"PK\x01\x02": 10, b"PK\x03\x04": 8}, 93), ({b"PK\x01\x02": 8, b"PK\x03\x04": 6}, 1)]
)
def test_an_inspect_archive_that_cannot_be_unpacked_is_refused(
    tmp_path: Path, at: dict[bytes, int], value: int
) -> None:
    """An entry that says zstd (method 93) and is not, and an encrypted one, which none reads without its password."""
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.json", "{}")
    data = bytearray(path.read_bytes())
    for signature, offset in at.items():
        place = data.index(signature) + offset
        data[place : place + 2] = value.to_bytes(2, "little")
    path.write_bytes(data)
    with pytest.raises(BadInput) as refused:
        measure_evaluation([str(path)])
    assert "inspect log convert" in str(refused.value)


def test_the_archive_that_inspect_writes_is_read_and_without_the_extra_it_says_how(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Inspect 0.3.285 compresses with zstd: 6 tasks, each done twice, 4 of them right."""
    path = str(EXAMPLES / "inspect.eval")
    found = measure_evaluation([path], weights="mockllm/model")
    assert (found.totals, found.answers["quality.tokens_per_task"]) == ({"passed": 8, "of": 12}, 15)
    monkeypatch.setattr(evaluation_files, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match="inspect log convert"):
        measure_evaluation([path])


def test_lm_eval_writes_a_row_for_each_filter_and_a_file_for_each_task(tmp_path: Path) -> None:
    """Of lm-eval's two filters the first counts, and document 0 of one task is not document 0 of another."""
    places = []
    for task in ("gsm8k", "arc"):
        path = tmp_path / f"samples_{task}_2026-11-20T10-11-12.123456.jsonl"
        rows = [
            {"doc_id": number, "filter": name, "metrics": ["exact_match"], "exact_match": float(name == "strict-match")}
            for number in range(3) for name in ("strict-match", "flexible-extract")
        ]  # fmt: skip
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        places.append(str(path))
    found = measure_evaluation(places, weights=tmp_path.name)
    assert found.totals == {"passed": 6, "of": 6}
    assert found.answers["quality.eval_prompts"] == 6
    assert dict(found.skipped) == {"the same answer read by another filter": 6}


def test_inspect_samples_without_a_score_are_counted_apart(tmp_path: Path) -> None:
    def sample(place: int, value: object) -> dict[str, object]:
        return {"id": place, "epoch": 1, "scores": {"includes": {"value": value}},
                "model_usage": {"m": {"total_tokens": 1500}}}  # fmt: skip

    samples = [
        sample(1, "C"),
        sample(2, "I"),
        sample(3, 0.5),
        {"id": 4, "epoch": 1, "scores": {}, "error": {"message": "timeout"}},
    ]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"version": 2, "eval": {"model": "m"}, "samples": samples}), encoding="utf-8")
    found = measure_evaluation([str(path)], weights="m")
    assert found.totals == {"passed": 1, "of": 2}
    assert found.answers["quality.tokens_per_task"] == 1500
    assert dict(found.skipped) == {"score is neither passed nor failed": 1, "sample ended in an error": 1}


def test_promptfoo_and_lm_eval_and_openai_evals_are_recognized(tmp_path: Path) -> None:
    promptfoo = tmp_path / "out.json"
    rows = [{"success": place != 0, "provider": {"id": "openai:x", "label": "x"}, "testIdx": place, "latencyMs": 900,
             "response": {"tokenUsage": {"total": 700}}} for place in range(4)]  # fmt: skip
    promptfoo.write_text(json.dumps({"results": {"version": 3, "results": rows}}), encoding="utf-8")
    assert measure_evaluation([str(promptfoo)], hosted="x").totals == {"passed": 3, "of": 4}

    folder = tmp_path / "org__model"
    folder.mkdir()
    samples = folder / "samples_gsm8k.jsonl"
    samples.write_text(
        "".join(json.dumps({"doc_id": n, "exact_match": float(n % 2)}) + "\n" for n in range(10)), "utf-8"
    )
    assert measure_evaluation([str(samples)], weights="org/model").totals == {"passed": 5, "of": 10}

    events = tmp_path / "events.jsonl"
    rows = [{"spec": {"completion_fns": ["gpt-x"]}}, {"type": "match", "sample_id": "a", "data": {"correct": True}},
            {"type": "sampling", "sample_id": "a", "data": {}}]  # fmt: skip
    events.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert measure_evaluation([str(events)], hosted="gpt-x").totals == {"passed": 1, "of": 1}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("r.csv", "task,passed\na,1\n", "no column 'candidate'"),
        ("r.json", "[" * 100_000, "not results of"),
        ("r.json", '{"results": {}, "n-samples": {}}', "averages only"),
        ("r.jsonl", "\x00\xff", "not results of"),
        ("r.csv", "task,candidate,passed\na,b,maybe\n", r"no result \(1\)"),
    ],
)
def test_what_is_no_result_is_refused_in_one_sentence(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        measure_evaluation([str(path)], hosted="b")

"""Evaluation results give rates with their uncertainty, compared on the same tasks."""

from __future__ import annotations

import json
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import BadInput
from advisor.evidence import evaluation_files
from advisor.evidence.evaluation import compare_tasks, mcnemar, prompts_for, sign_flip, wilson
from advisor.evidence.measure import measure_evaluation

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "measure"


def table(path: Path, passed: dict[str, list[bool]]) -> Path:
    rows = [f"t{place},{name},{int(each)}" for name, results in passed.items() for place, each in enumerate(results)]
    path.write_text("\n".join(["task,candidate,passed", *rows]), encoding="utf-8")
    return path


def test_wilson_is_the_textbook_interval() -> None:
    """Wilson's interval for 90 of 100 at 95%: 0.8256 to 0.9448 (worked by hand from the formula)."""
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
    """±5 points around 90%: 1.96² · 0.09 ÷ 0.0025 = 138.3, so 139."""
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
    assert found.sources[0].begins == ("2026-11-29" if form == "json" else "")


def test_two_prompts_of_one_test_are_two_tasks(tmp_path: Path) -> None:
    # fmt: off
    rows = [{"testIdx": 0, "promptId": prompt, "provider": name, "success": passed, "gradingResult": None}
            for prompt, name, passed in (("p", "a", True), ("q", "a", False), ("p", "b", False), ("q", "b", False))]
    # fmt: on
    path = tmp_path / "two.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = measure_evaluation([str(path)], hosted="a", weights="b")
    assert any("on 2 common tasks: the first did better on 1, the second on 0" in note for note in found.notes)


def test_repeated_runs_of_one_test_are_one_task_however_a_tool_numbers_them(tmp_path: Path) -> None:
    """Four tests run three times, of which 2, 3, 0 and 3 runs passed: (2/3 + 1 + 0 + 1) / 4 = 2/3 on 4 tasks.

    Wilson by hand with z² = 3.8415: middle (0.6667 + 0.4802) / 1.9604 = 0.5850, half 1.9600 · √(0.0556 + 0.0600) /
    1.9604 = 0.3399, so 0.2451 to 0.9249; as 12 independent tasks it would be 0.3906 to 0.8619. The other candidate
    passed one run of the first test and none of the others: differences 1/3, 1, 0, 1, which all have the same sign in
    2 of 2³ ways.
    """
    passed = {"a": (2, 3, 0, 3), "b": (1, 0, 0, 0)}
    promptfoo = [
        {"testIdx": run * 4 + test, "promptId": "p", "provider": name, "success": run < passed[name][test],
         "vars": {"q": f"item {test}", "sessionId": f"s{run}"}, "gradingResult": None}
        for name in passed for run in range(3) for test in range(4)
    ]  # fmt: skip
    repeats = tmp_path / "repeats.jsonl"
    repeats.write_text("".join(json.dumps(row) + "\n" for row in promptfoo), encoding="utf-8")
    samples = [{"id": test, "epoch": run + 1, "scores": {"match": {"value": "CI"[run >= passed["a"][test]]}}}
               for run in range(3) for test in range(4)]  # fmt: skip
    epochs = tmp_path / "epochs.json"
    epochs.write_text(json.dumps({"eval": {"model": "a", "task": "sums"}, "samples": samples}), encoding="utf-8")
    written = tmp_path / "r.csv"
    rows = [f"t{test},a,{int(run < passed['a'][test])}" for run in range(3) for test in range(4)]
    written.write_text("\n".join(["task,candidate,passed", *rows]), encoding="utf-8")
    lm_eval = []
    for run in range(3):
        lm_eval.append(tmp_path / "a" / f"samples_sums_2026-11-2{run}T10-11-12.123456.jsonl")
        lm_eval[run].parent.mkdir(exist_ok=True)
        lines = [{"doc_id": test, "acc": float(run < passed["a"][test])} for test in range(4)]
        lm_eval[run].write_text("".join(json.dumps(row) + "\n" for row in lines), encoding="utf-8")
    for files in ([repeats], [epochs], [written], lm_eval):
        found = measure_evaluation([str(path) for path in files], weights="a")
        assert found.answers["quality.open_success_rate"] == "0.2451..0.6667..0.9249"
        assert found.answers["quality.eval_prompts"] == 4
        assert found.notes[0].startswith("a: 4 tasks, 12 runs, 66.7% passed")
    sources = measure_evaluation([str(path) for path in lm_eval], weights="a").sources
    assert [source.begins for source in sources] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    pair = measure_evaluation([str(repeats)], weights="a").detail["pairs"][0]
    assert pair == {"first": "a", "second": "b", "tasks": 4, "first_better": 3, "second_better": 0, "p_value": 0.25,
                    "test": "sign-flip test"}  # fmt: skip


def test_samples_of_two_inspect_tasks_with_one_id_are_two_tasks(tmp_path: Path) -> None:
    places = []
    for task in ("sums", "names"):
        log = {"eval": {"model": "m", "task": task, "created": "2026-11-20T23:30:00-05:00"},
               "samples": [{"id": 1, "scores": {"match": {"value": "C"}}}]}  # fmt: skip
        places.append(tmp_path / f"{task}.json")
        places[-1].write_text(json.dumps(log), encoding="utf-8")
    found = measure_evaluation([str(path) for path in places], weights="m")
    assert found.answers["quality.eval_prompts"] == 2
    assert [(source.begins, source.ends) for source in found.sources] == [("2026-11-21", "2026-11-21")] * 2


@given(st.lists(st.sampled_from([-1, 0, 1]), min_size=1, max_size=60))
def test_the_sign_flip_test_of_single_runs_is_mcnemars(signs: list[int]) -> None:
    counts = (signs.count(0), signs.count(1), signs.count(-1), 0)
    assert sign_flip([Fraction(sign) for sign in signs]) == pytest.approx(mcnemar(*counts).p_value)


def test_many_uneven_runs_are_compared_by_the_normal_distribution_of_the_same_sum() -> None:
    """Both ways agree: 300 tasks with thirds are summed exactly, the same to a millionth are not."""
    thirds = [Fraction(place % 7 - 3, 3) + Fraction(place % 2, 3) for place in range(300)]
    near = [each + Fraction(1, 1_000_003) for each in thirds]
    assert sign_flip(near) == pytest.approx(sign_flip(thirds), rel=0.02)
    equal = compare_tasks({"t": Fraction(1, 3)}, {"t": Fraction(1, 3)})
    assert (equal.first_better, equal.second_better, equal.p_value) == (0, 0, 1.0)


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
    assert found.notes[0] == "mockllm/model: 6 tasks, 12 runs, 66.7% passed (30.0% to 90.3% at 95%)"
    assert (found.sources[0].begins, found.sources[0].ends) == ("2026-11-29", "2026-11-29")
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

"""`advisor assess`: three depths of text, settings, standard input, many files at once, and where results go."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from advisor.cli.main import run
from advisor.report import text_report as short_report

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEAM = str(EXAMPLES / "team-of-20.toml")
AIR_GAPPED = str(EXAMPLES / "air-gapped.toml")
QUICK = ("--no-flips", "--draws", "100", "--as-of", "2026-11-21")

Captured = pytest.CaptureFixture[str]
ORDER = (
    "because", "costs", "against today", "how sure", "hangs on", "contradiction", "runner-up", "find out first",
    "do next",
)  # fmt: skip
"""The lines of the card, in the order that the contract fixes."""


def told(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = run(["assess", *arguments, *QUICK])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_usual_text_fits_a_terminal_and_ends_with_the_next_command(capsys: Captured) -> None:
    for path in sorted(EXAMPLES.glob("*.toml")):
        _, out, _ = told(capsys, str(path))
        lines = out.rstrip("\n").split("\n")
        assert len(lines) <= 24
        assert max(map(len, lines[:-1])) <= 80
        assert lines[0].split() == [path.stem, "as", "of", "2026-11-21"]
        labels = [line[:15].strip() for line in lines[1:-2] if line[:15].strip() in ORDER]
        assert labels == [label for label in ORDER if label in labels]
        assert {"costs", "how sure", "runner-up", "do next"} <= set(labels)
        assert lines[-1].startswith(f"next: advisor why {path}")


def test_what_does_not_fit_is_counted(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_report, "MOST_LINES", 14)
    _, out, _ = told(capsys, str(EXAMPLES / "hospital-air-gap.toml"))
    lines = out.rstrip("\n").split("\n")
    assert len(lines) <= 14
    assert lines[0].startswith("hospital-air-gap ")
    assert [line for line in lines if line.endswith(" more") and "… and " in line]


def test_full_says_all_and_brief_one_line(capsys: Captured) -> None:
    full, brief = told(capsys, TEAM, "--full")[1], told(capsys, TEAM, "--brief")[1]
    assert "\nbasis " in full
    head, row = brief.rstrip("\n").split("\n")
    assert head.split("  ")[0] == "workload"
    assert row.split()[0] == "team-of-20"
    assert row.endswith(json.loads(told(capsys, TEAM, "--format", "json")[1])["verdict"]["status"])


def test_several_files_give_a_table_in_the_order_given(capsys: Captured) -> None:
    _, out, _ = told(capsys, TEAM, AIR_GAPPED)
    assert [line.split()[0] for line in out.splitlines()] == ["workload", "team-of-20", "air-gapped"]


def test_processes_change_nothing(capsys: Captured) -> None:
    paths = [str(path) for path in sorted(EXAMPLES.glob("*.toml"))[:4]]
    alone = told(capsys, *paths, "--format", "json", "--jobs", "1")[1]
    assert told(capsys, *paths, "--format", "json", "--jobs", "2")[1] == alone


def test_json_lines_are_one_object_a_line(capsys: Captured) -> None:
    _, out, _ = told(capsys, TEAM, AIR_GAPPED, "--format", "jsonl")
    assert [json.loads(line)["workload"] for line in out.splitlines()] == ["team-of-20", "air-gapped"]


def test_a_setting_replaces_an_answer(capsys: Captured) -> None:
    _, out, _ = told(capsys, TEAM, "--format", "json", "--set", "data.boundary=vpc", "--set", "data.classes=phi, pii")
    verdict = json.loads(out)["verdict"]
    assert (verdict["option"], verdict["decided_by"]) == ("self-host", "must")
    matched = [finding["matched"] for finding in json.loads(out)["findings"]]
    assert any("phi" in each.get("data.classes", ()) for each in matched)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("data.boundry=vpc", "did you mean 'data.boundary'?"),
        ("data.boundary", "has no value"),
        ("data.boundary=moon", "no choice 'moon'"),
        ("volume.batch_share=1.5", "--set volume.batch_share"),
        ("questionnaire=long", "no questionnaire 'long'"),
    ],
)
def test_a_wrong_setting_is_one_line(setting: str, words: str, capsys: Captured) -> None:
    status, out, err = told(capsys, TEAM, "--set", setting)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_settings_take_what_an_answers_file_takes(capsys: Captured) -> None:
    settings = (
        "volume.output_tokens=2B/month",
        "latency.interactive=yes",
        "workload.name=other",
        'volume.cached_share="30%..60%"',
        "latency.p95_ms='2 s'",
        'data.regimes="unknown"',
    )
    status, out, _ = told(capsys, TEAM, "--format", "json", *(word for one in settings for word in ("--set", one)))
    assert (status, json.loads(out)["workload"]) == (0, "other")
    assert "data.regimes" in [each["key"] for each in json.loads(out)["unknowns"]]


def test_standard_input_is_read_once(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(TEAM).read_bytes())))
    assert told(capsys, "-", "--brief")[1].splitlines()[1].startswith("team-of-20")
    assert told(capsys, "-", "-")[0] == 2
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"nonsense")))
    assert told(capsys, "-")[2].startswith("advisor: standard input: is not valid TOML")


def test_a_bad_file_stops_all_unless_told_to_keep_going(tmp_path: Path, capsys: Captured) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[dat]\n")
    assert told(capsys, TEAM, str(bad))[:2] == (2, "")
    status, out, err = told(capsys, TEAM, str(bad), AIR_GAPPED, "--keep-going")
    assert status == 2
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["team-of-20", "air-gapped"]
    assert err.startswith(f"advisor: {bad}: dat: no such table")


def test_a_result_goes_to_a_file(tmp_path: Path, capsys: Captured) -> None:
    target = tmp_path / "out.json"
    status, out, err = told(capsys, TEAM, "--format", "json", "--output", str(target))
    assert (status, out) == (0, "")
    assert json.loads(target.read_text())["workload"] == "team-of-20"
    assert f"written to {target}" in err
    assert told(capsys, TEAM, "--output", str(target), "--quiet") == (0, "", "")
    assert told(capsys, TEAM, "--output", str(tmp_path))[0] == 1


def test_color_is_bold_on_the_first_line_alone(capsys: Captured) -> None:
    _, out, _ = told(capsys, TEAM, "--color", "always")
    assert out.startswith("\x1b[1mteam-of-20")
    assert out.count("\x1b[1m") == 1
    assert "\x1b" not in told(capsys, TEAM)[1]


@pytest.mark.parametrize("options", [("--brief", "--full"), ("--brief", "--format", "json"), ("--title", "A")])
def test_options_that_exclude_each_other_are_one_line(options: tuple[str, ...], capsys: Captured) -> None:
    status, out, err = told(capsys, TEAM, *options)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_many_records_are_saved_in_one_sentence(tmp_path: Path, capsys: Captured) -> None:
    """Of the examples with the fewest flips: a record holds them, whatever is asked for."""
    ledger = tmp_path / "ledger"
    clinical, legal = (str(EXAMPLES / f"{name}.toml") for name in ("clinical-notes", "legal-analysis"))
    _, _, err = told(capsys, clinical, legal, "--save", "--records", str(ledger))
    assert f"saved 2 records in {ledger}, numbers 1 to 2" in err
    assert told(capsys, clinical, "--save", "--records", str(ledger), "--quiet")[2] == ""


CLOSED = """
[workload]
task = "chat"
[data]
boundary = "vpc"
region = "eu"
[volume]
output_tokens = "20M"
[economics]
api_output_usd = 7.5
"""


def test_an_answer_to_a_question_that_another_one_closes_does_not_count_and_is_named(
    capsys: Captured, tmp_path: Path
) -> None:
    closed, plain = tmp_path / "closed.toml", tmp_path / "plain.toml"
    closed.write_text(CLOSED, encoding="utf-8")
    plain.write_text(CLOSED.replace('region = "eu"', ""), encoding="utf-8")
    (_, said, err), (_, same, nothing) = (told(capsys, str(each), "--format", "json") for each in (closed, plain))
    assert err.count("not counted") == 1
    assert f'{closed}: data.region is not counted: data.boundary = "vpc" closes the question "' in err
    assert nothing == ""
    assert json.loads(said) == json.loads(same), "as the interview, which does not ask it"
    _, _, quiet = told(capsys, str(closed), "--quiet")
    assert quiet == ""
    _, _, err = told(capsys, str(closed), "--set", "data.boundary=anywhere")
    assert "not counted" not in err

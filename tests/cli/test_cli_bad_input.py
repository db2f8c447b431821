"""Bad input: one line naming the file, the key and what is allowed, status 2, and nothing written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.cli.main import run

CASES = {
    "a key that does not exist": ("[data]\nboundry = 'vpc'", "data.boundry", "did you mean 'data.boundary'?"),
    "a table that does not exist": ("[volumes]\noutput_tokens = 1", "volumes", "did you mean 'volume'?"),
    "a key at the top": ("boundary = 'vpc'", "boundary", "allowed: "),
    "a value in place of a table": ("data = 3", "data", "[data]"),
    "a choice that does not exist": ("[data]\nboundary = 'air gap'", "data.boundary", "did you mean 'air-gap'?"),
    "a choice like no other": ("[data]\nboundary = 'xyzzy'", "data.boundary", "allowed: anywhere, region, tenancy"),
    "a choice in a list": ("[data]\nregimes = ['hipaa', 'hippa']", "data.regimes", "did you mean 'hipaa'?"),
    "one choice in place of a list": ("[data]\nregimes = 'hipaa'", "data.regimes", 'write ["a", "b"]'),
    "a model that is not in the catalog": (
        "[economics]\nopen_model = 'llama-3.3-70B'",
        "economics.open_model",
        "did you mean 'llama-3.3-70b'?",
    ),
    "a questionnaire that does not exist": ("questionnaire = 'fulll'", "questionnaire", "did you mean 'full'?"),
    "a share above one": ("[volume]\ncached_share = 1.5", "volume.cached_share", "0"),
    "a share above a hundred percent": ("[volume]\ncached_share = '150%'", "volume.cached_share", "25%"),
    "a share below nothing": ("[quality]\nfrontier_share = -0.1", "quality.frontier_share", "0"),
    "a negative count": ("[workload]\ndevelopers = -3", "workload.developers", "0"),
    "a negative volume": ("[volume]\noutput_tokens = '-5M'", "volume.output_tokens", "0"),
    "a reversed range": ("[volume]\noutput_tokens = '2B..1B'", "volume.output_tokens", "1B"),
    "a mode outside its range": ("[volume]\noutput_tokens = '1B..3B..2B'", "volume.output_tokens", ".."),
    "a horizon of centuries": ("[economics]\nhorizon_months = 6000", "economics.horizon_months", "larger than 600"),
    "a growth without measure": ("[volume]\nannual_growth = 1000", "volume.annual_growth", "larger than 100"),
    "a ratio below one": ("[volume]\npeak_to_average = 0.5", "volume.peak_to_average", "1"),
    "not a number": ("[volume]\noutput_tokens = nan", "volume.output_tokens", "30M/day"),
    "an endless number": ("[volume]\noutput_tokens = inf", "volume.output_tokens", "30M/day"),
    "a unit of something else": ("[volume]\noutput_tokens = '5M/fortnight'", "volume.output_tokens", "month"),
    "a word for a number": ("[volume]\noutput_tokens = 'many'", "volume.output_tokens", "30M/day"),
    "a yes or no in words": ("[latency]\ninteractive = 'yes'", "latency.interactive", "true, false"),
    "a number for a yes or no": ("[latency]\ninteractive = 1", "latency.interactive", "true, false"),
    "a name with spaces": ("[workload]\nname = 'my workload'", "workload.name", "a–z"),
    "a name too long": (f"[workload]\nname = '{'a' * 65}'", "workload.name", "64"),
    "not TOML": ("[data\nboundary = 'vpc'", "", "is not valid TOML"),
    "the same key twice": ("[data]\nboundary = 'vpc'\nboundary = 'region'", "", "is not valid TOML"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that a refused command says; asserts status 2 and silence on standard output."""
    assert run(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("advisor: ")
    assert shown.err.count("\n") == 1
    assert shown.err.endswith("\n")
    assert "Traceback" not in shown.err
    return shown.err


@pytest.mark.parametrize("case", CASES)
def test_bad_answers_are_one_line_and_nothing_is_written(
    case: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, key, allowed = CASES[case]
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    said = refusal(["assess", "mine.toml", "--save"], capsys)
    assert said.startswith(f"advisor: mine.toml: {key}")
    assert allowed in said
    assert [path.name for path in folder.iterdir()] == ["mine.toml"]


@pytest.mark.parametrize(
    ("data", "allowed"),
    [
        (b"# " + b"x" * 1_000_000, "1,000,000"),
        (b"[workload]\nname = '\xff'", "UTF-8"),
        ("[workload]\nname = 'a'".encode("utf-16"), "UTF-8"),
    ],
    ids=["over one megabyte", "not UTF-8", "UTF-16"],
)
def test_a_bad_file_is_one_line_and_nothing_is_written(
    data: bytes, allowed: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.toml").write_bytes(data)
    said = refusal(["assess", "mine.toml", "--save"], capsys)
    assert said.startswith("advisor: mine.toml: ")
    assert allowed in said
    assert [path.name for path in folder.iterdir()] == ["mine.toml"]


def test_one_bad_file_among_good_ones_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "good.toml").write_text("[data]\nboundary = 'vpc'", encoding="utf-8")
    (folder / "bad.toml").write_text("[data]\nboundary = 'vpcc'", encoding="utf-8")
    said = refusal(["assess", "good.toml", "bad.toml", "--save"], capsys)
    assert said.startswith("advisor: bad.toml: data.boundary")
    assert sorted(path.name for path in folder.iterdir()) == ["bad.toml", "good.toml"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["assess"], "ANSWERS"),
        (["assess", "missing.toml"], "missing.toml: no such file"),
        (["assess", "."], "folder"),
        (["assess", "good.toml/inside"], "cannot be read"),
        (["assess", "/dev/zero"], "is a device, not a file"),
        (["assess", "good.toml", "--format", "jason"], "'json'"),
        (["assess", "good.toml", "--as-of", "yesterday"], "2026-11-21"),
        (["assess", "good.toml", "--as-of", "2026-02-30"], "--as-of"),
        (["assess", "good.toml", "--draws", "0"], "--draws"),
        (["assess", "good.toml", "--draws", "many"], "--draws"),
        (["assess", "good.toml", "--seed", "-1"], "--seed"),
        (["assess", "good.toml", "--sav"], "--save"),
        (["asses", "good.toml"], "did you mean 'assess'?"),
    ],
    ids=" ".join,
)
def test_a_bad_command_line_is_one_line_and_nothing_is_written(
    arguments: list[str], named: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "good.toml").write_text("[data]\nboundary = 'vpc'", encoding="utf-8")
    assert named in refusal(arguments, capsys)
    assert [path.name for path in folder.iterdir()] == ["good.toml"]


def test_a_process_ends_with_the_same_line_and_status(folder: Path) -> None:
    (folder / "mine.toml").write_text("[data]\nboundary = 'air gap'", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "assess", "mine.toml", "--save"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "advisor: mine.toml: data.boundary: no choice 'air gap'; did you mean 'air-gap'?\n"
    assert [path.name for path in folder.iterdir()] == ["mine.toml"]


@pytest.mark.parametrize("day", ["2020-01-01", "2026-06-10"])
def test_a_day_before_the_rules_were_complete_is_refused_by_name(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["assess", str(Path(__file__).parents[2] / "examples/team-of-20.toml"), "--as-of", day]) == 2
    assert f"--as-of: on {day} the rules were not complete yet; the first day is 2026-06-22" in capsys.readouterr().err

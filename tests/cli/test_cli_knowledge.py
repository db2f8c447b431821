"""The commands on the knowledge base itself: what they print, and the status they exit with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from advisor.cli.main import run
from advisor.paths import data_directory

EXAMPLES = data_directory("examples")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the shipped pack in which a VPC no longer binds the data."""
    for name in ("rules", "questionnaires"):
        shutil.copytree(data_directory(name), tmp_path / name)
    must = tmp_path / "rules" / "gates" / "must.toml"
    text = must.read_text("utf-8")
    assert '["vpc", "on-premises", "air-gap"]' in text
    must.write_text(text.replace('["vpc", "on-premises", "air-gap"]', '["on-premises", "air-gap"]'), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["rules", "lint"], "clean: "),
        (["rules", "test"], "cases hold in both evaluators"),
        (["rules", "coverage"], "100.0%: "),
        (["sources", "--coverage"], "54/54 systems implemented and proven"),
        (["sources"], "beats-api: "),
        (["claims"], "claims: "),
    ],
)
def test_the_shipped_knowledge_passes_its_own_checks(
    command: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command) == 0
    out, err = capsys.readouterr()
    assert said in out
    assert err == ""


def test_one_claim_is_told_with_figures_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "coding-tco.fits-a100"]) == 0
    out = capsys.readouterr().out
    assert "coding-tco.fits-a100 (T1): physically-impossible" in out
    assert "80 GB of memory; recomputed 141.1" in out


def test_claims_are_told_to_programs_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "W8", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["system"] for one in told} == {"W8"}
    api = next(one for one in told if one["id"] == "when-it-pays.api")
    assert api["claimed"] == {"low": 36000.0, "high": 36000.0}
    assert (api["status"], api["expected"]) == ("differs", "differs")
    assert api["recomputed"]["high"] == pytest.approx(10_500)


def test_an_unknown_claim_is_answered_with_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "coding-tco.fits-a10"]) == 2
    assert "did you mean 'coding-tco.fits-a100'" in capsys.readouterr().err


def test_the_age_of_a_source_is_told_on_the_day_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    for day, old in (("2026-11-21", False), ("2027-11-21", True)):
        assert run(["sources", "--as-of", day]) == 0
        rows = capsys.readouterr().out.replace("\n    ", " ").splitlines()
        (line,) = [one for one in rows if " litellm-prices-2026-11: " in one]
        assert ("older than 90 days" in line) == old


def test_a_change_of_the_pack_tells_which_verdicts_it_moves(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = str(EXAMPLES.parent)
    over = [str(EXAMPLES / name) for name in ("clinical-notes.toml", "multimodal-scans.toml")]
    assert run(["rules", "diff", shipped, str(pack), "--as-of", "2026-11-21", "--over", *over]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["rule must.boundary-own-infrastructure: changed", "1 entry differs"]
    assert lines[2].startswith(f"{over[0]}: self-host (must, ")
    assert "    no longer fires: must.boundary-own-infrastructure" in lines
    assert any(line.startswith(f"{over[1]}: stays ") for line in lines)
    assert lines[-1] == "1 of 2 verdicts would change as of 2026-11-21"


def test_the_same_pack_moves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    shipped = str(EXAMPLES.parent)
    over = str(EXAMPLES / "team-of-20.toml")
    assert run(["rules", "diff", shipped, shipped, "--as-of", "2026-11-21", "--over", over]) == 0
    out = capsys.readouterr().out
    assert out.startswith("0 entries differ\n")
    assert out.endswith("0 of 1 verdicts would change as of 2026-11-21\n")


def test_what_cannot_be_read_is_told_and_does_not_stop_the_rest(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    over = ["nowhere.toml", str(EXAMPLES / "air-gapped.toml")]
    assert run(["rules", "diff", str(EXAMPLES.parent), str(pack), "--over", *over]) == 0
    out = capsys.readouterr().out
    assert "nowhere.toml: cannot be compared: nowhere.toml: no such file" in out
    assert "0 of 1 verdicts would change" in out


@pytest.mark.parametrize("arguments", [[".", "/nowhere"], ["/nowhere", "."], [".", ".", "stray.toml"]])
def test_a_diff_of_nothing_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "diff", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1

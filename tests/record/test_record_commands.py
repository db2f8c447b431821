"""`advisor records …` says what it found in words or JSON, and in its exit status."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import tomli

import advisor
from advisor.cli.main import run
from advisor.record.formats.encoding import sealed_bytes
from advisor.record.formats.kept_words import front_in_clear
from advisor.record.ledger import Ledger

LEDGER = Path(advisor.__file__).resolve().parent.parent / "examples" / "ledger"
HEAD = "00000005-record.toml"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LEDGER, tmp_path / "ledger"))


def said(captured: Captured, *arguments: str | Path) -> tuple[int, str, str]:
    captured.readouterr()
    status = run([str(argument) for argument in ("records", *arguments)])
    out, err = captured.readouterr()
    return status, out, err


def test_a_record_is_found_by_number_or_by_file(ledger: Path, capsys: Captured) -> None:
    by_number = said(capsys, "show", "2", "--records", ledger)
    assert by_number == said(capsys, "show", ledger / "00000002-record.toml")
    assert "self-hosted: open weights on your own infrastructure" in by_number[1]
    assert said(capsys, "verify", ledger / HEAD, "--no-replay")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "9"], "9: is not a record of"),
        (["show", "notes.txt"], "notes.txt: is not a record of"),
        (["accept", "3", "--by", "x", "--because", "y"], "is not a decision"),
        (["accept", "1", "--by", "x", "--because", "y"], "is superseded by record 2 already"),
        (["accept", "2", "--signers", "3", "--by", "x", "--because", "y"], "3 different people are needed"),
        (["supersede", "2", "1", "--by", "x", "--because", "y"], "is not a decision made after record 2"),
        (["withdraw", "2", "--by", "x\u202e", "--because", "y"], "character 2 is invisible (U+202E)"),
        (["withdraw", "2", "--by", "x"], "Missing option '--because'"),
        (["verify", "--format", "xml"], "xml"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    ledger: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(ledger)
    before = sorted(path.name for path in ledger.rglob("*"))
    status, out, err = said(capsys, *arguments, "--records", ".")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert sorted(path.name for path in ledger.rglob("*")) == before


def test_an_empty_or_missing_ledger_is_said_to_be_so(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    for place in (tmp_path, tmp_path / "absent"):
        assert said(capsys, "list", "--records", place) == (
            2, "", f"advisor: {place}: holds no records; name the ledger with --records\n",
        )  # fmt: skip
    saved = tmp_path / ".local/share/advisor/records"
    saved.mkdir(parents=True)
    assert said(capsys, "list", "--records", tmp_path)[2].endswith(f"; the interface saves in {saved}\n")


def test_the_status_tells_tampering_from_what_is_missing(ledger: Path, capsys: Captured) -> None:
    assert said(capsys, "verify", "--no-replay", "--records", ledger)[0] == 0
    (signature, *_) = (ledger / "signatures").iterdir()
    signature.unlink()
    status, out, _ = said(capsys, "verify", "--no-replay", "--records", ledger)
    assert status == 5
    assert "record 2: CANNOT BE VERIFIED: the signature of sign-off" in out
    (ledger / HEAD).write_bytes((ledger / HEAD).read_bytes().replace(b"never edited", b"often edited"))
    status, out, _ = said(capsys, "verify", "--no-replay", "--records", ledger)
    assert status == 4
    assert "record 5: TAMPERED: its last line" in out
    assert "record 5: cannot" not in out
    assert "5  cannot be read: its last line" in said(capsys, "list", "--records", ledger)[1]


def test_a_verdict_that_does_not_follow_differs(ledger: Path, capsys: Captured) -> None:
    """Whoever can write may seal another verdict: the pinned rules do not derive it."""
    path = ledger / "00000001-record.toml"
    table = tomli.loads(path.read_text())
    table["verdict"]["option"] = "hosted-api"
    for name in ("00000002", "00000003", "00000004", "00000005"):
        (ledger / f"{name}-record.toml").unlink()
    path.write_bytes(sealed_bytes(table, 1))
    status, out, _ = said(capsys, "verify", "1", "--records", ledger)
    assert status == 6
    assert "REPLAY DIFFERS: derived again, verdict.option" in out


def test_json_says_the_same_for_other_programs(ledger: Path, capsys: Captured) -> None:
    status, out, _ = said(capsys, "verify", "--no-replay", "--format", "json", "--records", ledger)
    found = json.loads(out)
    assert found["status"] == status == 0
    assert [one["standing"] for one in found["records"]][:2] == ["superseded by record 2", "proposed, signed by 2"]
    assert [signer["refused"] for signer in found["records"][1]["signers"]] == ["", ""]
    assert found["head"]["number"] == 5
    assert len(found["not_checked"]) >= 4


def test_a_head_kept_elsewhere_tells_of_a_rolled_back_ledger(ledger: Path, capsys: Captured) -> None:
    head = Ledger(ledger).entry(5).digest
    (ledger / HEAD).unlink()
    assert said(capsys, "verify", "--no-replay", "--records", ledger)[0] == 0
    status, out, _ = said(capsys, "verify", "--no-replay", "--records", ledger, "--head", head)
    assert status == 4
    assert "rolled back, rewritten or exchanged" in out


def test_a_broken_record_is_not_signed(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    path = ledger / "00000002-record.toml"
    path.write_bytes(path.read_bytes().replace(b"air-gap", b"air-gpa"))
    status, _, err = said(
        capsys, "sign", "2", "--key", tmp_path / "k", "--as", "ada", "--because", "x", "--records", ledger
    )
    assert status == 2
    assert "it was not signed" in err


def test_signing_takes_key_and_address_from_git(
    ledger: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    command = ("sign", "5", "--because", "the head", "--records", ledger)
    assert "give --as PRINCIPAL" in said(capsys, *command)[2]
    (tmp_path / ".gitconfig").write_text("[user]\nemail = me@example.org\n")
    assert "give --key FILE" in said(capsys, *command)[2]
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    (tmp_path / ".gitconfig").write_text("[user]\nemail = me@example.org\nsigningkey = ~/key\n[gpg]\nformat = ssh\n")
    assert "its signature would not count" in said(capsys, *command)[2]
    with (ledger / "allowed_signers").open("a") as allowed:
        allowed.write(f"me@example.org {(tmp_path / 'key.pub').read_text()}")
    status, out, err = said(capsys, *command)
    assert (status, err) == (0, "")
    assert out.startswith("signs   record 5, sha256 ")
    assert f"\nsaved {ledger}/00000006-record.toml" in out
    assert front_in_clear(Ledger(ledger).entry(6))["statement"]["by"] == "me@example.org"


def test_what_is_due_names_its_reasons(ledger: Path, capsys: Captured) -> None:
    status, out, _ = said(capsys, "due", "--no-assess", "--as-of", "2026-11-21", "--records", ledger)
    assert status == 0
    assert out.endswith(" due on 2026-11-21\n")
    out = said(capsys, "due", "--no-assess", "--as-of", "2027-05-20", "--records", ledger)[1]
    assert "record 2: " in out
    assert "its review was due by 2027-05-20; its figures on prices are 181 days old, more than 90" in out
    assert "record 1: " not in out

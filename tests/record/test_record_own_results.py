"""Every record gets a result of its own, whatever its neighbors, its blobs or the signers' file hold."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
import tomli

from advisor.cli.main import run
from advisor.record.audit.verification import LedgerVerification
from advisor.record.audit.verify import Scope, verify
from advisor.record.formats.encoding import sealed_bytes
from advisor.record.ledger import Ledger
from advisor.record.signatures.ssh_keygen import Trust

LEDGER = Path(__file__).parents[2] / "examples" / "ledger"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(LEDGER, tmp_path / "ledger")
    return tmp_path / "ledger"


def found(ledger: Path) -> LedgerVerification:
    return verify(Ledger(ledger), Scope(trust=Trust(ledger / "allowed_signers")))


def rename_signer(ledger: Path, name: str) -> None:
    path = ledger / "00000003-record.toml"
    table = tomli.loads(path.read_text())
    word = f"{'0' * 64}\n{name}".encode()
    Ledger(ledger).keep_words(word)
    table["statement"]["by"] = f"sha256:{sha256(word).hexdigest()}"
    path.write_bytes(sealed_bytes(table, 3))


@pytest.mark.parametrize("name", ["ada\0", "a" * 200_000, "", "-Oprint-pubkey"])
def test_a_hostile_signer_is_refused_by_itself(copy: Path, name: str) -> None:
    rename_signer(copy, name)
    signers = found(copy).records[1].signers
    assert [bool(one.refused) for one in signers] == [True, False]


@pytest.mark.parametrize(
    "line", ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ada", "ada@hospital.example frobnicate ssh-rsa AA", "x"]
)
def test_a_line_that_allows_nobody_is_passed_over(copy: Path, line: str) -> None:
    (copy / "allowed_signers").write_text(line + "\n")
    checked = found(copy)
    assert [one.refused[:8] for one in checked.records[1].signers] == ["the key "] * 2
    assert not checked.records[0].problems


@pytest.mark.parametrize("what", ["number", "link", "oversized", "folder", "blob-link", "signature-link"])
def test_one_bad_part_leaves_the_other_records_their_results(copy: Path, what: str) -> None:
    last, blob = copy / "00000005-record.toml", next((copy / "blobs" / "sha256").iterdir())
    signature = next((copy / "signatures").iterdir())
    bad = {"blob-link": blob, "signature-link": signature}.get(what, last)
    bad.unlink()
    if what == "number":
        body = f"[record]\nseq = {'9' * 6000}\n".encode()
        seal = b"# sha256 of every byte above this line: " + sha256(body).hexdigest().encode()
        bad.write_bytes(body + seal + b"\n")
    elif what == "oversized":
        bad.write_bytes(b"#" * 1_000_001)
    elif what == "folder":
        bad.mkdir()
    else:
        bad.symlink_to("/etc/passwd")
    checked = found(copy)
    assert len(checked.records) == 5
    assert checked.status == 5
    assert not checked.records[2].problems
    if bad == last:
        assert [bool(one.problems) for one in checked.records] == [False] * 4 + [True]
    assert main_status(copy) == 5


def main_status(ledger: Path) -> int:
    return run(["records", "verify", "--no-replay", "--records", str(ledger)])


def test_the_summary_says_why_nothing_was_derived_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main_status(LEDGER) == 0
    assert "no verdict was derived again; 2 not: replay was left out" in capsys.readouterr().out

"""The verifier next to each ledger: short, of the standard library alone, and of one mind with `records verify`."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import tomli

from advisor.record.audit.verification import UNVERIFIABLE
from advisor.record.audit.verify import Scope, trust_of, verify
from advisor.record.formats.encoding import name_of, sealed_bytes
from advisor.record.ledger import VERIFIER, VERIFIER_SOURCE, Ledger
from benchmarks.record.verifier_agreement import main

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / "examples" / "ledger"
LONGEST = 150


def test_it_is_short_and_takes_the_standard_library_only() -> None:
    source = VERIFIER_SOURCE.read_text()
    assert len(source.splitlines()) <= LONGEST
    nodes = list(ast.walk(ast.parse(source)))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)


def test_it_accepts_the_example_and_refuses_another_head_or_signer(tmp_path: Path) -> None:
    def status(*options: str) -> int:
        command = [sys.executable, "-I", str(LEDGER / VERIFIER), str(LEDGER), *options]
        return subprocess.run(command, capture_output=True, check=False).returncode

    (tmp_path / "nobody").write_text("")
    head = Ledger(LEDGER).entry(5).digest
    assert status() == 0
    assert status("--head", head) == 0
    assert status("--head", "0" * 64) == 4
    assert status("--allowed-signers", str(tmp_path / "nobody")) == 5


def test_it_waits_for_no_pipe_in_the_place_of_the_signers(tmp_path: Path) -> None:
    ledger = shutil.copytree(LEDGER, tmp_path / "ledger")
    (ledger / "allowed_signers").unlink()
    os.mkfifo(ledger / "allowed_signers")
    command = [sys.executable, "-I", str(VERIFIER_SOURCE), str(ledger)]
    assert subprocess.run(command, capture_output=True, check=False, timeout=300).returncode == UNVERIFIABLE


def test_it_agrees_with_the_program_on_tampered_ledgers() -> None:
    assert main(6, 7) == 0


@pytest.mark.parametrize(
    ("number", "table", "field", "value"),
    [
        (3, "signature", "key_type", None),
        (4, "signature", "covers", "advisor.statementZ1"),
        (5, "about", "seq", 0),
        (3, "record", "created_utc", "2026-11-20a14:30:00Z"),
    ],
)
def test_it_refuses_what_the_program_refuses(
    tmp_path: Path, number: int, table: str, field: str, value: object
) -> None:
    """Changes that a run over 1,000 ledgers told apart: sealed again, and all after it chained again."""
    shutil.copytree(LEDGER, tmp_path / "ledger")
    before = ""
    for at in range(number, 6):
        path = tmp_path / "ledger" / name_of(at)
        front = tomli.loads(path.read_text())
        if at == number:
            front[table] = {name: text for name, text in front[table].items() if name != field}
            front[table] |= {} if value is None else {field: value}
        else:
            front["record"]["prev_sha256"] = before
        path.write_bytes(sealed_bytes(front, at))
        before = sha256(path.read_bytes()).hexdigest()
    command = [sys.executable, "-I", str(VERIFIER_SOURCE), str(tmp_path / "ledger")]
    done = subprocess.run(command, capture_output=True, check=False)
    ledger = Ledger(tmp_path / "ledger")
    assert done.returncode == verify(ledger, Scope(trust=trust_of(ledger))).status == UNVERIFIABLE


def test_a_verifier_that_is_not_ours_is_no_part_of_the_ledger(tmp_path: Path) -> None:
    shutil.copytree(LEDGER, tmp_path / "ledger")
    ledger = Ledger(tmp_path / "ledger")
    assert ledger.strays() == []
    (tmp_path / "ledger" / VERIFIER).write_text("print('5 records hold')\n")
    assert ledger.strays() == [VERIFIER]


def test_every_field_it_reads_stands_on_the_format_page() -> None:
    page = (ROOT / "docs" / "record-format.md").read_text()
    texts = {node.value for node in ast.walk(ast.parse(VERIFIER_SOURCE.read_text())) if isinstance(node, ast.Constant)}
    fields = {
        "created_utc",
        "prev_sha256",
        "because",
        "covers",
        "role",
        "program",
        "seq",
        "signers",
        "successor",
        "redacted",
        "token",
    }
    assert fields <= texts
    assert all(
        name in page
        for name in fields | {"claimed_time", "program_sha256", "record_sha256", "words", "successor_sha256"}
    )

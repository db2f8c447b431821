"""A verifier written from docs/record-format.md alone gives every ledger the status that `records verify` gives it."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

from advisor.record.audit.verify import Scope, verify
from advisor.record.ledger import Ledger
from advisor.record.signatures.ssh_keygen import Trust
from benchmarks.record.verifier_agreement import EXAMPLE, bases_in, tamper
from tests.record.page_verifier import Verifier


def test_the_example_holds() -> None:
    verifier = Verifier(EXAMPLE)
    assert (verifier.run(), verifier.faults) == (0, [])


def test_thirty_tampered_ledgers_get_the_same_status(tmp_path: Path) -> None:
    chance, seen = random.Random(3), Counter[int]()
    bases = list(bases_in(tmp_path).values())
    signers = bases[0] / "allowed_signers"
    for number in range(-len(bases), 30):
        copy = shutil.copytree(bases[number % len(bases)], tmp_path / "copy")
        kind = tamper(copy, chance) if number >= 0 else "as it is"
        program = int(verify(Ledger(copy), Scope(trust=Trust(signers))).status)
        verifier = Verifier(copy, signers)
        assert verifier.run() == program, f"{number} {kind}: {verifier.faults}"
        assert number >= 0 or not program
        seen[program] += 1
        shutil.rmtree(copy)
    assert seen.keys() >= {4, 5}, "not both kinds of refusal were tried"

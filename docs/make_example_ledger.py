"""Rebuild examples/ledger: five records, two signers, one decision superseded.

    python docs/make_example_ledger.py

Run it when a change to the program makes the shipped ledger replay differently. The two keys are made for this ledger
alone and thrown away with the temporary directory, so that nobody can sign in these names again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from advisor.api import assess
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Range
from advisor.record.ledger import Ledger
from advisor.record.ledger_events import Act, sign_off, supersede
from advisor.record.save_decision import save_decision
from advisor.record.signatures.statement import Statement

ROOT = Path(__file__).resolve().parent.parent
LEDGER = ROOT / "examples" / "ledger"
POLICY = ROOT / "examples" / "auditor" / "policy.toml"
ANSWERS = ROOT / "examples" / "hospital-air-gap.toml"
ADA, BEN = "ada@hospital.example", "ben@hospital.example"
DAY = date(2026, 11, 20)


def at(hour: int, minute: int) -> datetime:
    """A time on the example's day."""
    return datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=UTC)


def main() -> None:
    """Write the ledger and the public keys of its signers."""
    shutil.rmtree(LEDGER, ignore_errors=True)
    knowledge = load_knowledge()
    first = read_answers(ANSWERS.read_bytes(), ANSWERS.name, vocabulary(knowledge))
    hired = first.put("staffing.ml_infra_fte", Range.exactly(1.0)).put("staffing.platform_fte", Range.exactly(1.0))
    ready = hired.put("staffing.evaluation_fte", Range.exactly(0.5)).put("staffing.gpu_experience", True)
    decide(first, knowledge, "Where to summarize patient letters", "The data must not leave the hospital.", at(9, 0))
    rationale = "Two engineers with GPU experience were hired; the conditions of record 1 are met."
    decide(ready, knowledge, "Where to summarize patient letters, with the new team", rationale, at(14, 0))
    with TemporaryDirectory() as place:
        keys = {name: made_key(Path(place), name) for name in (ADA, BEN)}
        allow(keys)
        sign_off(Ledger(LEDGER), Act(2, ADA, "Staffing and volumes checked.", at(14, 30)), keys[ADA])
        sign_off(Ledger(LEDGER), Act(2, BEN, "Boundary and regimes checked.", at(15, 0)), keys[BEN])
        write_policy(keys)
    supersede(Ledger(LEDGER), Act(1, ADA, "The team of record 2 meets its conditions.", at(15, 10)), 2)


def write_policy(keys: dict[str, Path]) -> None:
    """What an auditor of this ledger could ask of it: people by key, roles, knowledge; the head is theirs to add."""
    roles = {ADA: "staffing", BEN: "security"}
    lines = ["# Whom and what an auditor of examples/ledger accepts; every key: advisor schema policy", ""]
    lines += ['schema = "advisor.policy/1"', ""]
    for name, key in keys.items():
        public = " ".join(key.with_name(key.name + ".pub").read_text().split()[:2])
        lines += ["[[people]]", f'name = "{name}"', f'key = "{public}"', f'roles = ["{roles[name]}"]', ""]
    lines += ["[accept]", "signers = 2", 'roles = ["security"]', "", "[replay]", "seconds = 120", "megabytes = 1000"]
    POLICY.parent.mkdir(exist_ok=True)
    POLICY.write_text("\n".join(lines) + "\n")


def decide(answers: Answers, knowledge: Knowledge, title: str, rationale: str, when: datetime) -> None:
    """Assess and save."""
    statement = Statement(
        title=title, rationale=rationale, review_by=date(2027, 5, 20), deciders=("Ada Quist", "Ben Okafor")
    )
    save_decision(assess(answers, knowledge, DAY), answers, knowledge, LEDGER, when, statement)


def made_key(place: Path, principal: str) -> Path:
    """A new key without a passphrase, for this run alone."""
    key = place / principal
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", principal, "-f", key], check=True)
    return key


def allow(keys: dict[str, Path]) -> None:
    """Name both people as allowed to sign records, and nothing else."""
    lines = [
        f'{name} namespaces="decision-record" {key.with_name(key.name + ".pub").read_text()}'
        for name, key in keys.items()
    ]
    (LEDGER / "allowed_signers").write_text("".join(lines))


if __name__ == "__main__":
    main()

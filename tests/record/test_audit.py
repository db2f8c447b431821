"""`advisor audit`: the auditor's policy decides whom and what to accept, and no verdict passes that was not derived."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import tomli

from advisor.cli.main import run
from advisor.errors import BadInput
from advisor.record.formats.encoding import name_of, sealed_bytes
from advisor.record.ledger import Ledger
from advisor.record.signatures.policy import Policy, read_policy

ROOT = Path(__file__).parents[2]
LEDGER, POLICY = ROOT / "examples" / "ledger", ROOT / "examples" / "auditor" / "policy.toml"
ADA, BEN = "ada@hospital.example", "ben@hospital.example"
Captured = pytest.CaptureFixture[str]


def audited(capsys: Captured, ledger: Path, policy: str, tmp_path: Path, *more: str) -> tuple[int, dict[str, Any]]:
    mine = tmp_path / "policy.toml"
    mine.write_text(policy)
    capsys.readouterr()
    status = run(["audit", str(ledger), "--policy", str(mine), "--format", "json", *more])
    return status, json.loads(capsys.readouterr().out)


def resealed(ledger: Path, number: int, change: dict[str, dict[str, Any]]) -> None:
    """Change fields of a record, and seal and chain everything after it again, references included."""
    digests: dict[str, str] = {}
    for at in range(number, len(Ledger(ledger).numbers()) + 1):
        path = ledger / name_of(at)
        before, table = sha256(path.read_bytes()).hexdigest(), tomli.loads(path.read_text())
        for name, values in (change if at == number else {}).items():
            table[name] |= values
        table["record"]["prev_sha256"] = digests.get(table["record"]["prev_sha256"], table["record"]["prev_sha256"])
        for name in {"about", "successor"} & set(table):
            table[name]["sha256"] = digests.get(table[name]["sha256"], table[name]["sha256"])
        path.write_bytes(sealed_bytes(table, at))
        digests[before] = sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LEDGER, tmp_path / "ledger"))


@pytest.fixture
def first(copy: Path) -> Path:
    """A ledger of the first decision alone, which nobody signed."""
    for number in range(2, 6):
        (copy / name_of(number)).unlink()
    return copy


def test_a_forged_version_with_other_words_is_derived_and_shown(first: Path, tmp_path: Path, capsys: Captured) -> None:
    resealed(first, 1, {"tool": {"version": "0.9.9", "program": "f" * 64}, "verdict": {"summary": "Buy it all."}})
    assert run(["records", "verify", "--no-today", "--records", str(first)]) == 0
    assert "NOT DERIVED AGAIN" in capsys.readouterr().out
    mine = POLICY.read_text()
    status, found = audited(capsys, first, mine, tmp_path)
    (change,) = found["records"][0]["replay"]["changes"]
    assert (status, change["path"], change["recorded"]) == (6, "verdict.summary", "Buy it all.")
    assert change["derived"] not in ("", "Buy it all.")
    program = tomli.loads((LEDGER / name_of(1)).read_text())["tool"]["program"]
    pinned = mine + f'\n[programs]\ndigests = ["{program}"]\n'
    status, found = audited(capsys, first, pinned, tmp_path, "--no-replay")
    assert status == 5
    assert "does not allow its program" in found["records"][0]["problems"][0]["sentence"]
    resealed(
        first, 1, {"pins": {"rules": {**tomli.loads((first / name_of(1)).read_text())["pins"]["rules"], "name": ""}}}
    )
    assert "pins.rules.name" in audited(capsys, first, mine, tmp_path)[1]["records"][0]["replay"]["differs"]


def test_a_replay_beyond_its_limits_ends_and_leaves_the_other_records_their_results(
    copy: Path, tmp_path: Path, capsys: Captured
) -> None:
    status, found = audited(capsys, copy, POLICY.read_text().replace("seconds = 120", "seconds = 1"), tmp_path)
    assert status == 5
    assert [one["status"] for one in found["records"]] == [5, 5, 0, 0, 0]
    assert "within 1 second" in found["records"][0]["problems"][0]["sentence"]


def test_a_head_that_is_not_there_is_tampering(copy: Path, tmp_path: Path, capsys: Captured) -> None:
    head = f'head = "{Ledger(LEDGER).entry(5).digest}"\n'
    mine = POLICY.read_text().replace("\n[[people]]", f"{head}\n[[people]]", 1)
    assert audited(capsys, copy, mine, tmp_path, "--no-replay")[0] == 0
    (copy / name_of(5)).unlink()
    assert audited(capsys, copy, mine, tmp_path, "--no-replay")[0] == 4


FINGERPRINT = "SHA256:" + "A" * 43


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (ADA, "eve@hospital.example", "belongs to eve@hospital.example, not to ada@hospital.example"),
        ('roles = ["staffing"]', 'roles = ["staffing"]\nlast_record = 2', "does not count in record 3"),
        ('roles = ["staffing"]', 'roles = ["staffing"]\nfirst_record = 4', "does not count in record 3"),
        ("[accept]", '[may]\nsign-off = ["security"]\n[accept]', "sign-off takes the role security, not ada"),
        ("[accept]", '[may]\nsupersede = ["security"]\n[accept]', "record 5 (supersede) is not signed"),
        ("[accept]", f'[pins]\nrules = ["sha256:{"0" * 64}"]\n[accept]', "the policy does not allow its rules"),
        ("[accept]", '[programs]\nversions = ["9.9.9"]\n[accept]', "the policy does not allow decisions of version"),
    ],
)
def test_what_the_policy_does_not_allow_cannot_be_verified(
    copy: Path, tmp_path: Path, capsys: Captured, old: str, new: str, sentence: str
) -> None:
    assert audited(capsys, copy, POLICY.read_text(), tmp_path, "--no-replay")[0] == 0
    status, found = audited(capsys, copy, POLICY.read_text().replace(old, new, 1), tmp_path, "--no-replay")
    assert status == 5
    assert sentence in json.dumps(found["records"])


def test_the_signers_and_thresholds_of_the_ledger_do_not_count(copy: Path, tmp_path: Path, capsys: Captured) -> None:
    (copy / "allowed_signers").write_text("")
    accept = ["records", "accept", "2", "--signers", "1", "--by", ADA, "--because", "Yes.", "--records", str(copy)]
    assert run(accept) == 0
    assert audited(capsys, copy, POLICY.read_text(), tmp_path, "--no-replay")[0] == 0
    more = POLICY.read_text().replace("signers = 2", "signers = 3")
    status, found = audited(capsys, copy, more, tmp_path, "--no-replay")
    assert (status, "asks for 3 signers of an acceptance, and 2 count" in json.dumps(found)) == (5, True)
    lone = POLICY.read_text().replace('"security"', '"staffing"', 1)
    lone += '\n[[people]]\nname = "eve@hospital.example"\nkey = "' + FINGERPRINT + '"\nroles = ["security"]\n'
    status, found = audited(capsys, copy, lone, tmp_path, "--no-replay")
    assert (status, "signer in the role 'security', and none counts" in json.dumps(found)) == (5, True)


def test_a_revoked_key_counts_before_the_record_named_only() -> None:
    key = "SHA256:" + "B" * 43
    text = f'schema = "advisor.policy/1"\n[[people]]\nname = "a"\nkey = "{key}"\n[[revoked]]\nkey = "{key}"\n'
    always, later = read_policy(text.encode(), "p"), read_policy(f"{text}from_record = 4\n".encode(), "p")

    def counts(policy: Policy, record: int) -> bool:
        return not policy.refuses(record, "sign-off", "a", key, "")

    assert [counts(always, 1), counts(later, 3), counts(later, 4)] == [False, True, False]
    assert "does not have the role 'chair'" in later.refuses(1, "sign-off", "a", key, "chair")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("[accept]\nsigner = 2", "p: accept.signer: is no key of a policy; did you mean 'signers'?"),
        ("[accept]\nsigners = 0", "accept.signers: input should be greater than or equal to 1"),
        ("[accept]\nsigners = true", "accept.signers: input should be a valid integer"),
        ('[accept]\nroles = ["x"]', "nobody has the role 'x'"),
        ('[[people]]\nname = "b"\nkey = "ssh-rsa"', "people.1.key: not a public SSH key"),
        ('[pins]\nrules = ["x"]', "pins.rules.0: string should match"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_one_sentence(more: str, sentence: str) -> None:
    text = f'schema = "advisor.policy/1"\n[[people]]\nname = "a"\nkey = "{FINGERPRINT}"\n{more}\n'
    with pytest.raises(BadInput) as refused:
        read_policy(text.encode(), "p")
    assert sentence in refused.value.sentence


def test_a_record_that_asks_for_more_memory_than_is_granted_is_refused(
    first: Path, tmp_path: Path, capsys: Captured
) -> None:
    resealed(first, 1, {"random": {"draws": 1_000_000}})
    status, found = audited(capsys, first, POLICY.read_text().replace("megabytes = 1000", "megabytes = 250"), tmp_path)
    assert (status, found["records"][0]["replay"]) == (5, None)

"""A signature counts only when it matches the bytes, in canonical armor, by a key and person allowed on that day."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tomli

from advisor.errors import BadInput
from advisor.record.audit.status import SignOff, different_signers
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE, LedgerVerification
from advisor.record.audit.verify import Scope, verify
from advisor.record.formats.encoding import Position, sealed_bytes
from advisor.record.ledger import Ledger
from advisor.record.ledger_events import Act, Signing, accept, sign_off, supersede, withdraw
from advisor.record.signatures.ssh_keygen import Trust, judge, read_signature, sign_bytes

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
AT = "20261121120000"
DATA = b"a record\n"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of Ada and Ben made here, and the allowed-signers file that names them."""
    place = tmp_path_factory.mktemp("keys")
    for name in ("ada", "ben"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", place / name], check=True)
    lines = [f'{name}@example.org namespaces="decision-record" {public(place, name)}\n' for name in ("ada", "ben")]
    (place / "allowed").write_text("".join(lines))
    return place


def public(keys: Path, name: str) -> str:
    return " ".join((keys / f"{name}.pub").read_text().split()[:2])


def allowing(keys: Path, place: Path, line: str) -> Trust:
    (place / "allowed").write_text(line.replace("KEY", public(keys, "ada")) + "\n")
    return Trust(place / "allowed")


@pytest.fixture(scope="module")
def armored(keys: Path) -> bytes:
    return sign_bytes(DATA, keys / "ada")


def test_a_signature_of_an_allowed_person_counts(keys: Path, armored: bytes) -> None:
    assert judge(DATA, armored, "ada@example.org", AT, Trust(keys / "allowed")) == ""
    listed = subprocess.run(["ssh-keygen", "-lf", keys / "ada.pub"], capture_output=True, text=True, check=True).stdout
    assert read_signature(armored, "x").fingerprint in listed
    assert read_signature(armored, "x").key_type == "ssh-ed25519"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("eve@example.org KEY", "belongs to eve@example.org, not to ada@example.org"),
        ("!ada@example.org,*@example.org KEY", "belongs to"),
        ('ada@example.org namespaces="git,file" KEY', "namespaces allows git,file"),
        ('ada@example.org valid-after="20270101" KEY', "not valid yet: valid-after is 20270101"),
        ('ada@example.org valid-before="20260101" KEY', "no longer valid: valid-before is 20260101"),
        ("# nobody", "not among the allowed signers"),
    ],
)
def test_the_reason_why_a_signature_does_not_count_is_given(
    keys: Path, armored: bytes, tmp_path: Path, line: str, reason: str
) -> None:
    assert reason in judge(DATA, armored, "ada@example.org", AT, allowing(keys, tmp_path, line))


@pytest.mark.parametrize(
    "line",
    [
        "*@example.org KEY",
        'ada@example.org valid-after="20260101",valid-before="20270101Z",namespaces="git,decision-*" KEY',
        "bob@example.org,ada@example.org KEY a comment",
    ],
)
def test_patterns_and_options_of_allowed_signers_are_understood(
    keys: Path, armored: bytes, tmp_path: Path, line: str
) -> None:
    assert judge(DATA, armored, "ada@example.org", AT, allowing(keys, tmp_path, line)) == ""


def test_revoked_keys_foreign_namespaces_and_other_bytes_are_refused(
    keys: Path, armored: bytes, tmp_path: Path
) -> None:
    trust = Trust(keys / "allowed", keys / "ada.pub")
    assert "is revoked" in judge(DATA, armored, "ada@example.org", AT, trust)
    assert judge(DATA, armored, "ada@example.org", AT, Trust(keys / "allowed", keys / "ben.pub")) == ""
    assert "does not match" in judge(DATA + b" ", armored, "ada@example.org", AT, trust)
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(keys / "ada"), "-n", "file"]
    other = subprocess.run(command, input=DATA, capture_output=True, check=True).stdout
    assert "made for 'file'" in judge(DATA, other, "ada@example.org", AT, trust)
    assert "nobody is named" in judge(DATA, armored, "ada@example.org", AT, Trust())
    with pytest.raises(BadInput, match="no such file"):
        judge(DATA, armored, "ada@example.org", AT, Trust(tmp_path / "absent"))


def test_every_flipped_byte_of_a_signature_is_refused_line_breaks_too(keys: Path, armored: bytes) -> None:
    """The armor alone catches what ssh-keygen lets pass; the rest is not the signature that was made."""
    original, passed = read_signature(armored, "x"), []
    for place in range(len(armored)):
        changed = armored[:place] + bytes([armored[place] ^ 1]) + armored[place + 1 :]
        try:
            if read_signature(changed, "x") == original:
                passed.append(changed)
        except BadInput:
            continue
    reasons = {judge(DATA, changed, "ada@example.org", AT, Trust(keys / "allowed")) for changed in passed[::8]}
    assert passed
    assert reasons == {"it does not match the bytes of the record"}
    newline = armored.index(b"\n")
    assert "armor" in judge(DATA, armored[:newline] + b"\r" + armored[newline:], "ada@example.org", AT, Trust())


def test_a_key_that_cannot_sign_is_named(keys: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nokey: cannot sign: .*no such file"):
        sign_bytes(DATA, tmp_path / "nokey")


def test_the_same_key_or_person_counts_once() -> None:
    def by(principal: str, key: str) -> SignOff:
        return SignOff(1, principal, key, "", "")

    assert different_signers([by("ada", "1"), by("ben", "2")]) == 2
    assert different_signers([by("ada", "1"), by("ada", "2")]) == 1
    assert different_signers([by("ada", "1"), by("ben", "1")]) == 1
    assert different_signers([]) == 0


# --- in a ledger ---


def decide(ledger: Ledger) -> int:
    pin = {"name": "sample", "version": "1", "sha256": "0" * 64}

    def build(at: Position) -> bytes:
        head = {
            "schema": "advisor.record/2", "kind": "decision", "seq": at.seq, "prev_sha256": at.prev_sha256,
            "created_utc": "2026-11-21T12:00:00Z",
        }  # fmt: skip
        table = {
            "record": head,
            "pins": {"rules": pin, "catalog": pin, "questionnaire": pin},
            "decision": {"title": "Where", "workload": "w", "as_of": "2026-11-21", "questionnaire": "full"},
            "people": {"deciders": []},
            "tool": {"version": "0"},
            "verdict": {"option": "self-host", "decided_by": "must", "conditions": [], "tasks": []},
        }
        return sealed_bytes(table, at.seq)

    return ledger.append(build).number


def done(about: int, by: str = "ada@example.org") -> Act:
    return Act(about, by, "It is well founded.", NOON)


def found(ledger: Ledger, keys: Path) -> LedgerVerification:
    return verify(ledger, Scope(trust=Trust(keys / "allowed")))


def unmet(checked: LedgerVerification, number: int) -> list[str]:
    """Problems other than the pins, which these small ledgers do not hold."""
    one = checked.records[number - 1]
    return [problem.sentence for problem in one.problems if not problem.sentence.startswith("the pinned")]


def test_two_people_sign_before_a_decision_is_accepted(keys: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    number = decide(ledger)
    sign_off(ledger, done(number), keys / "ada")
    with pytest.raises(BadInput, match="is signed by 1 so far"):
        accept(ledger, done(number), 2)
    sign_off(ledger, done(number), keys / "ben")
    with pytest.raises(BadInput, match="is signed by 1 so far"):
        accept(ledger, done(number), 2)
    sign_off(ledger, done(number, "ben@example.org"), keys / "ben")
    accept(ledger, done(number), 1)
    checked = found(ledger, keys)
    assert checked.records[0].standing == "accepted (record 5)"
    assert [signer.refused for signer in checked.records[0].signers][::2] == ["", ""]
    assert "belongs to ben@example.org" in checked.records[0].signers[1].refused


def test_an_accepted_decision_whose_signers_do_not_count_is_not_verified(keys: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "records")
    number = decide(ledger)
    sign_off(ledger, done(number), keys / "ada")
    sign_off(ledger, done(number, "ben@example.org"), keys / "ben")
    accept(ledger, done(number), 2)
    assert unmet(found(ledger, keys), number) == []
    (tmp_path / "allowed").write_text(f"ada@example.org {public(keys, 'ada')}\n")
    checked = verify(ledger, Scope(trust=Trust(tmp_path / "allowed")))
    assert unmet(checked, number)[-1] == "it was accepted for 2 signers, and 1 of its signatures count"
    blind = verify(ledger, Scope())
    assert unmet(blind, number) == []
    assert any("(2 asked)" in missing for missing in blind.records[0].not_checked)


def test_superseded_and_withdrawn_decisions_take_no_further_acts(keys: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    old, new, third = decide(ledger), decide(ledger), decide(ledger)
    with pytest.raises(BadInput, match="not a decision made after"):
        supersede(ledger, done(new), old)
    supersede(ledger, done(old), new)
    withdraw(ledger, done(third))
    for number, words in ((old, "superseded by record 2 already"), (third, "withdrawn")):
        with pytest.raises(BadInput, match=words):
            accept(ledger, done(number), 1)
    with pytest.raises(BadInput, match="not a decision"):
        withdraw(ledger, done(4))
    standing = [one.standing for one in found(ledger, keys).records]
    assert standing == ["superseded by record 2", "proposed", "withdrawn (record 5)", "", ""]


@pytest.mark.parametrize("act", [Act(1, "", "why", NOON), Act(1, "ada", " ", NOON), Act(1, "ada\x1b", "why", NOON)])
def test_who_and_why_must_be_said_in_plain_text(tmp_path: Path, act: Act) -> None:
    ledger = Ledger(tmp_path)
    decide(ledger)
    with pytest.raises(BadInput):
        withdraw(ledger, act)
    assert ledger.numbers() == [1]


def test_signatures_lost_changed_or_moved_are_found(keys: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    number = decide(ledger)
    sign_off(ledger, done(number), keys / "ada")
    (signature,) = (tmp_path / "signatures").iterdir()
    kept = signature.read_bytes()
    signature.write_bytes(kept.replace(b"\n", b"\r\n", 1))
    assert unmet(found(ledger, keys), number) == ["the signature of sign-off 2 was changed"]
    assert found(ledger, keys).status == TAMPERED
    signature.unlink()
    assert unmet(found(ledger, keys), number) == ["the signature of sign-off 2 is missing"]
    assert found(ledger, keys).status == UNVERIFIABLE
    signature.write_bytes(kept)
    assert unmet(found(ledger, keys), number) == []


def test_a_sign_off_speaks_of_the_bytes_it_signed(keys: Path, tmp_path: Path) -> None:
    """Somebody who rewrites a decision and rebuilds the chain cannot reproduce its signature."""
    ledger, forged = Ledger(tmp_path / "a"), Ledger(tmp_path / "b")
    number = decide(ledger)
    sign_off(ledger, done(number), keys / "ada")
    decide(forged)
    (tmp_path / "b" / "00000002-record.toml").write_bytes(ledger.entry(2).data)
    first = tmp_path / "b" / "00000001-record.toml"
    table = tomli.loads(first.read_text())
    table["record"]["created_utc"] = "2026-11-21T13:00:00Z"
    first.write_bytes(sealed_bytes(table, 1))
    assert verify(forged, Scope(trust=Trust(keys / "allowed"))).status == TAMPERED
    assert "refers to other bytes" in " ".join(unmet(found(forged, keys), 2))


def test_an_act_cannot_be_taken_back_in_silence(keys: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    number = decide(ledger)
    head = withdraw(ledger, done(number)).digest
    assert verify(ledger, Scope(head=head)).anchored == 2
    assert verify(ledger, Scope(head="sha256:" + head.upper())).problems == []
    (tmp_path / "00000002-record.toml").unlink()
    checked = verify(ledger, Scope(head=head))
    assert checked.status == TAMPERED
    assert "rolled back" in checked.problems[0].sentence
    assert any("--head" in missing for missing in verify(ledger, Scope()).not_checked)


# --- one statement for each event ---


def resealed(ledger: Ledger, number: int, table: str, name: str, value: object) -> None:
    path = ledger.entry(number).path
    tables = tomli.loads(path.read_text())
    tables[table][name] = value
    path.write_bytes(sealed_bytes(tables, number))


@pytest.mark.parametrize(
    ("table", "name", "value"),
    [
        ("statement", "because", "sha256:" + "0" * 64),
        ("record", "created_utc", "2026-11-21T12:00:01Z"),
        ("signature", "role", "sha256:" + "0" * 64),
        ("signature", "program", "sha256:0"),
    ],
)
def test_words_time_role_and_program_are_signed(
    keys: Path, tmp_path: Path, table: str, name: str, value: object
) -> None:
    ledger = Ledger(tmp_path)
    number = decide(ledger)
    sign_off(ledger, Act(number, "ada@example.org", "I object.", NOON, "budget"), keys / "ada")
    assert unmet(found(ledger, keys), number) == []
    resealed(ledger, 2, table, name, value)
    assert "does not match" in unmet(found(ledger, keys), number)[0]
    assert found(ledger, keys).status == TAMPERED


def test_accepting_superseding_and_withdrawing_are_signed_too(keys: Path, tmp_path: Path) -> None:
    ledger, with_ada = Ledger(tmp_path), Signing(keys / "ada", Trust(keys / "allowed"))
    old, new = decide(ledger), decide(ledger)
    sign_off(ledger, done(old), with_ada)
    accept(ledger, done(old), 1, with_ada)
    supersede(ledger, done(old), new, with_ada)
    withdraw(ledger, done(new))
    checked = found(ledger, keys)
    assert unmet(checked, old) == []
    assert any("who wrote record 6 (withdraw)" in missing for missing in checked.records[1].not_checked)
    resealed(ledger, 4, "threshold", "signers", 2)
    assert "does not match" in " ".join(unmet(found(ledger, keys), old))


def test_a_key_that_cannot_count_signs_nothing(keys: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    number = decide(ledger)
    with pytest.raises(BadInput, match=r"its signature would not count: the key .* belongs to ben@example.org"):
        sign_off(ledger, done(number), Signing(keys / "ben", Trust(keys / "allowed")))
    with pytest.raises(BadInput, match="was changed after it was checked"):
        sign_off(ledger, done(number), Signing(keys / "ada"), "0" * 64)
    assert ledger.numbers() == [1]
    assert not (tmp_path / "signatures").exists()


def test_two_certificates_of_one_key_are_one_key(keys: Path, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "ca"], check=True)
    named = []
    for serial in ("1", "2"):
        key = tmp_path / serial
        for suffix in ("", ".pub"):
            (tmp_path / f"{serial}{suffix}").write_bytes((keys / f"ada{suffix}").read_bytes())
        key.chmod(0o600)
        command = ["ssh-keygen", "-q", "-s", str(tmp_path / "ca"), "-I", "x", "-n", "x", "-z", serial, f"{key}.pub"]
        subprocess.run(command, check=True)
        made = subprocess.run(
            ["ssh-keygen", "-Y", "sign", "-q", "-n", "decision-record", "-f", f"{key}-cert.pub"],
            input=DATA, capture_output=True, check=True,
        )  # fmt: skip
        named.append(read_signature(made.stdout, "x"))
    assert named[0].key != named[1].key
    assert {one.fingerprint for one in named} == {read_signature(sign_bytes(DATA, keys / "ada"), "x").fingerprint}


def test_an_expired_key_does_not_count_by_a_claimed_time(keys: Path, armored: bytes, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "records")
    number = decide(ledger)
    sign_off(ledger, done(number), keys / "ada")
    trust = allowing(keys, tmp_path, 'ada@example.org valid-before="20261122" KEY')
    assert judge(DATA, armored, "ada@example.org", AT, trust) == ""
    assert "no longer valid" in unmet(verify(ledger, Scope(trust=trust)), number)[0]


def test_what_the_writer_refuses_is_refused(keys: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    old, new = decide(ledger), decide(ledger)
    supersede(ledger, done(old), new)
    withdraw(ledger, done(new))
    assert unmet(found(ledger, keys), 4) == []
    first = tomli.loads(ledger.entry(3).path.read_text())
    cases = {
        "is not a decision made between": {**first, "about": first["successor"], "successor": first["about"]},
        "is none": {**first, "record": {**first["record"], "created_utc": "2026-99-21T12:00:00Z"}},
        "claims a time before": {**first, "record": {**first["record"], "created_utc": "2020-11-21T12:00:00Z"}},
    }
    for words, table in cases.items():
        ledger.entry(3).path.write_bytes(sealed_bytes(table, 3))
        assert words in " ".join(unmet(found(ledger, keys), 3))

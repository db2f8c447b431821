"""Time tokens (RFC 3161) of a local authority: proven not later than, whatever the writers of a ledger claim."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from advisor.cli.records.records import command
from advisor.errors import BadInput
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE, LedgerVerification
from advisor.record.audit.verify import Scope, trust_of, verify
from advisor.record.formats.encoding import name_of
from advisor.record.ledger import VERIFIER_SOURCE, Ledger
from advisor.record.ledger_events import Act, Signing, sign_off, stamp
from advisor.record.signatures.policy import read_policy
from advisor.record.signatures.time_token import judge_token, time_query
from advisor.tui.workers.open_record import opened
from tests.record.test_redaction import chained_again
from tests.waiting import elapse

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "ledger"
SETTINGS = """\
[req]
distinguished_name = name
[name]
[tsa]
default_tsa = test
[test]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[signs]
basicConstraints = critical, CA:true
[stamps]
extendedKeyUsage = critical, timeStamping
"""


def openssl(place: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=place, capture_output=True, check=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate authority, `ca.pem`, and the time-stamping authority that it certifies."""
    place = tmp_path_factory.mktemp("authority")
    (place / "settings").write_text(SETTINGS)
    (place / "serial").write_text("01\n")
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "settings")
    signs = ("req", "-x509", *new, "-subj", "/CN=ca", "-extensions", "signs")
    openssl(place, *signs, "-keyout", "ca.key", "-out", "ca.pem")
    openssl(place, "req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=tsa")
    openssl(
        place, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-out", "tsa.pem", "-extfile", "settings", "-extensions", "stamps",
    )  # fmt: skip
    openssl(place, *signs, "-keyout", "eve.key", "-out", "eve.pem")
    openssl(
        place, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "-1",
        "-out", "expired.pem", "-extfile", "settings", "-extensions", "stamps",
    )  # fmt: skip
    return place


def answered(authority: Path, query: bytes, signer: str = "tsa.pem") -> bytes:
    (authority / "query").write_bytes(query)
    signs = ("-signer", signer, "-inkey", "tsa.key")
    openssl(authority, "ts", "-reply", "-config", "settings", "-queryfile", "query", *signs, "-out", "reply")
    return (authority / "reply").read_bytes()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    shutil.copytree(EXAMPLE, tmp_path / "records")
    return Ledger(tmp_path / "records")


def stamped(ledger: Ledger, authority: Path, number: int) -> Ledger:
    reply = answered(authority, time_query(ledger.entry(number).digest))
    act = Act(number, "Ada", "For the auditor.", datetime.now(UTC))
    stamp(ledger, act, reply, (authority / "ca.pem").read_bytes())
    return ledger


def judged(ledger: Ledger, authority: Path, name: str = "ca.pem") -> LedgerVerification:
    return verify(ledger, Scope(trust=trust_of(ledger), authorities=((authority / name).read_bytes(),)))


def alone(ledger: Ledger) -> int:
    done = [sys.executable, "-I", str(VERIFIER_SOURCE), str(ledger.directory)]
    return subprocess.run(done, capture_output=True, check=False).returncode


def test_a_record_and_all_before_it_are_proven_by_the_token(ledger: Ledger, authority: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    stamped(ledger, authority, 4)
    found = judged(ledger, authority)
    assert (found.status, alone(ledger)) == (0, 0)
    proven = [datetime.fromisoformat(one.proven_utc) for one in found.records[:4]]
    assert all(before <= moment <= before + timedelta(minutes=1) for moment in proven)
    assert [one.proven_in for one in found.records] == [6, 6, 6, 6, 0, 0]


def test_without_the_certificate_nothing_is_proven_and_that_is_said(ledger: Ledger, authority: Path) -> None:
    stamped(ledger, authority, 5)
    found = verify(ledger, Scope(trust=trust_of(ledger)))
    assert (found.status, found.records[0].proven_utc) == (0, "")
    assert "its time token: give the certificate of the authority (--time-authority)" in found.records[5].not_checked


def test_another_authority_of_the_same_name_proves_nothing(ledger: Ledger, authority: Path) -> None:
    stamped(ledger, authority, 5)
    found = judged(ledger, authority, "eve.pem")
    assert (found.status, found.records[4].proven_utc) == (UNVERIFIABLE, "")
    assert found.records[5].problems[0].sentence.startswith("its time token proves nothing: it does not hold: ")


def test_a_token_of_other_bytes_is_refused_and_found_out(ledger: Ledger, authority: Path) -> None:
    reply = answered(authority, time_query(ledger.entry(4).digest))
    act = Act(5, "Ada", "For the auditor.", datetime.now(UTC))
    with pytest.raises(BadInput, match="proves nothing of record 5: it does not hold: message imprint mismatch"):
        stamp(ledger, act, reply, (authority / "ca.pem").read_bytes())
    with pytest.raises(BadInput, match="it is not an answer"):
        stamp(ledger, act, b"<html>", (authority / "ca.pem").read_bytes())
    assert ledger.numbers() == [1, 2, 3, 4, 5]
    stamped(ledger, authority, 4)
    about = {"seq": 5, "sha256": ledger.entry(5).digest}
    chained_again(ledger, 6, lambda tables: tables["about"].update(about))
    assert judged(ledger, authority).status == UNVERIFIABLE
    blob = next((ledger.directory / "blobs" / "sha256").glob(_digest(ledger, 6)))
    blob.write_bytes(blob.read_bytes()[:-1])
    assert (judged(ledger, authority).status, alone(ledger)) == (TAMPERED, TAMPERED)
    blob.unlink()
    assert (judged(ledger, authority).status, alone(ledger)) == (UNVERIFIABLE, UNVERIFIABLE)


@pytest.mark.parametrize(
    ("signer", "certificate", "digest", "words"),
    [
        ("tsa.pem", "eve.pem", 4, "it does not hold: "),
        ("tsa.pem", "tsa.pem", 4, "it does not hold: "),
        ("tsa.pem", "ca.pem", 5, "it does not hold: message imprint mismatch"),
        ("expired.pem", "ca.pem", 4, "certificate has expired"),
    ],
    ids=["another authority", "the authority's own certificate for a root", "another digest", "an expired certificate"],
)
def test_what_a_token_does_not_prove_is_one_sentence(
    ledger: Ledger, authority: Path, signer: str, certificate: str, digest: int, words: str
) -> None:
    """Judged offline; the certificate has to be valid at the time that the token names."""
    reply = answered(authority, time_query(ledger.entry(4).digest), signer)
    found = judge_token(reply, ledger.entry(digest).digest, (authority / certificate).read_bytes())
    assert found.at is None
    assert words in found.refused
    assert "\n" not in found.refused
    act = Act(digest, "Ada", "For the auditor.", datetime.now(UTC))
    with pytest.raises(BadInput) as refused:
        stamp(ledger, act, reply, (authority / certificate).read_bytes())
    assert found.refused in refused.value.sentence
    assert ledger.numbers() == [1, 2, 3, 4, 5]


def test_a_certificate_of_another_purpose_stamps_nothing(ledger: Ledger, authority: Path) -> None:
    """`openssl ts` will not sign with such a certificate; one that was exchanged in the token is refused."""
    with pytest.raises(subprocess.CalledProcessError):
        answered(authority, time_query(ledger.entry(4).digest), "ca.pem")


def test_a_token_that_is_cut_off_proves_nothing_and_no_changed_byte_moves_its_time(
    ledger: Ledger, authority: Path
) -> None:
    digest, certificate = ledger.entry(4).digest, (authority / "ca.pem").read_bytes()
    reply = answered(authority, time_query(digest))
    whole = judge_token(reply, digest, certificate)
    assert whole.at is not None
    for end in range(0, len(reply), 97):
        found = judge_token(reply[:end], digest, certificate)
        assert found.at is None
        assert found.refused.count("\n") == 0 < len(found.refused)
    for at in range(40, len(reply), 61):
        found = judge_token(bytes([*reply[:at], reply[at] ^ 1, *reply[at + 1 :]]), digest, certificate)
        assert found.at in (None, whole.at), f"byte {at} moves the time"
        assert "\n" not in found.refused


def _digest(ledger: Ledger, number: int) -> str:
    import tomli

    return str(tomli.loads((ledger.directory / name_of(number)).read_text())["token"]["sha256"])


def test_a_record_from_after_its_proof_is_refused(ledger: Ledger, authority: Path) -> None:
    """Somebody claims a later time than that at which an authority saw the record's bytes."""
    stamped(ledger, authority, 5)
    reply = answered(authority, time_query(ledger.entry(6).digest))
    act = Act(6, "Ada", "Again.", datetime.now(UTC) + timedelta(days=2))
    stamp(ledger, act, reply, (authority / "ca.pem").read_bytes())
    late = answered(authority, time_query(ledger.entry(7).digest))
    with pytest.raises(BadInput, match=r"proves that record 7 existed at .*, and it claims "):
        stamp(ledger, Act(7, "Ada", "Again.", act.at), late, (authority / "ca.pem").read_bytes())


def test_a_key_that_expired_after_a_proven_time_still_counts(ledger: Ledger, authority: Path, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    allowed = ledger.directory / "allowed_signers"
    others, public = allowed.read_text(), (tmp_path / "key.pub").read_text()
    allowed.write_text(f"{others}eve@hospital.example {public}")
    said = Act(2, "eve@hospital.example", "Read.", datetime.now(UTC) - timedelta(days=1))
    sign_off(ledger, said, Signing(tmp_path / "key", trust_of(ledger)))
    token = answered(authority, time_query(ledger.entry(6).digest))
    found = judge_token(token, ledger.entry(6).digest, (authority / "ca.pem").read_bytes())
    assert found.at is not None
    allowed.write_text(f'{others}eve@hospital.example valid-before="{found.at:%Y%m%d%H%M%S}Z" {public}')
    elapse(2, "the key was valid when the authority saw the signature, and is so no longer")
    assert judged(ledger, authority).status == UNVERIFIABLE
    stamp(ledger, Act(6, "Ada", "Proof.", datetime.now(UTC)), token, (authority / "ca.pem").read_bytes())
    held = judged(ledger, authority)
    assert [one.refused for one in held.records[1].signers] == ["", "", ""]
    assert held.status == 0


def test_an_auditor_names_the_authority_in_the_policy(ledger: Ledger, authority: Path) -> None:
    stamped(ledger, authority, 5)
    policy = (ROOT / "examples" / "auditor" / "policy.toml").read_text()
    for name, status in (("ca.pem", 0), ("eve.pem", UNVERIFIABLE)):
        named = f'time_authorities = ["""\n{(authority / name).read_text()}"""]\n'
        mine = read_policy(policy.replace("[[people]]", f"{named}[[people]]", 1).encode(), "policy")
        assert verify(ledger, Scope(policy=mine)).records[5].status == status
    with pytest.raises(BadInput, match="time_authorities"):
        read_policy(policy.replace("[[people]]", 'time_authorities = ["ca.pem"]\n[[people]]', 1).encode(), "policy")


def test_the_commands_ask_keep_and_tell(ledger: Ledger, authority: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(command, [*arguments, "--records", str(ledger.directory)], standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return done.output

    query, reply = tmp_path / "five.tsq", tmp_path / "five.tsr"
    assert f"wrote {query}" in run("timestamp", "5", "--query", str(query))
    reply.write_bytes(answered(authority, query.read_bytes()))
    with pytest.raises(BadInput, match="takes --time-authority FILE and --by NAME"):
        run("timestamp", "5", "--reply", str(reply))
    named = ("--time-authority", str(authority / "ca.pem"))
    assert "saved" in run("timestamp", "5", "--reply", str(reply), *named, "--by", "Ada")
    told = run("verify", "2", "--no-replay", *named)
    assert "time       claimed 2026-11-20T14:00:00Z, proven to be no later than 20" in told
    assert "(time token in record 6)" in told


def test_the_interface_names_the_token_of_a_record_and_of_those_before_it(ledger: Ledger, authority: Path) -> None:
    stamped(ledger, authority, 4)
    told = [dict(opened(ledger, number).rows).get("time token", "") for number in ledger.numbers()]
    assert [text.startswith("in record 6; advisor records verify --time-authority") for text in told] == [
        *[True] * 4,
        *[False] * 2,
    ]

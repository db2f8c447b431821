"""A policy that is a record of its ledger: who may do what from there on, for both verifiers, and attacks on it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import tomli

from advisor.cli.main import run
from advisor.errors import BadInput
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE
from advisor.record.audit.verify import Scope, trust_of, verify
from advisor.record.formats.encoding import Table, name_of, sealed_bytes
from advisor.record.formats.models import EVENTS
from advisor.record.formats.parse import read_front
from advisor.record.ledger import VERIFIER_SOURCE, Ledger
from advisor.record.ledger_events import Act, Signing, accept, redact, set_policy, sign_off, withdraw
from advisor.record.merge import Merger, merge
from advisor.record.signatures.ledger_policy import policy_in_force
from advisor.record.signatures.policy import read_policy
from advisor.record.signatures.ssh_keygen import read_signature, sign_bytes

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "ledger"
WHEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEOPLE = ("eva", "max", "mal")
FIRST = ("eva: owner", "max: owner")
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("keys")
    for name in PEOPLE:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", place / name], check=True)
    return place


def policy_text(keys: Path, *people: str, more: str = "", acts: str = "policy withdraw accept merge redact") -> str:
    """A policy of `name: role` whose owners may do all of `acts`; `more` comes before the tables."""
    lines = ['schema = "advisor.policy/1"', more]
    for each in people:
        name, _, role = each.partition(": ")
        key = " ".join((keys / f"{name}.pub").read_text().split()[:2])
        lines.append(f'[[people]]\nname = "{name}@x.org"\nkey = "{key}"\nroles = ["{role}"]')
    return "\n".join([*lines, "[may]", *(f'{act} = ["owner"]' for act in acts.split()), ""])


def policy_file(keys: Path, text: str) -> Path:
    file = keys / "policy.toml"
    file.write_text(text)
    return file


def said(about: int, name: str, role: str = "") -> Act:
    return Act(about, f"{name}@x.org", f"Done by {name}.", WHEN, role)


@pytest.fixture(scope="module")
def governed(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example under a policy of Eva's and Max's, in record 6; Max signs record 2 in record 7."""
    ledger = Ledger(Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("governed") / "ledger")))
    set_policy(ledger, said(0, "eva", "owner"), policy_file(keys, policy_text(keys, *FIRST)), keys / "eva")
    sign_off(ledger, said(2, "max", "owner"), keys / "max")
    return ledger.directory


@pytest.fixture
def ledger(governed: Path, tmp_path: Path) -> Ledger:
    return Ledger(Path(shutil.copytree(governed, tmp_path / "ledger")))


def statuses(ledger: Ledger) -> tuple[int, int]:
    """What `records verify --no-replay` and the verifier of 150 lines say."""
    command = [sys.executable, "-I", str(VERIFIER_SOURCE), str(ledger.directory)]
    done = subprocess.run(command, capture_output=True, check=False)
    return verify(ledger, Scope(trust=trust_of(ledger))).status, done.returncode


def problems(ledger: Ledger, number: int) -> str:
    found = verify(ledger, Scope(trust=trust_of(ledger)))
    return "; ".join(one.sentence for one in found.records[number - 1].problems)


@contextmanager
def forging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Write as somebody does who has a key and a program that asks for no policy."""
    with monkeypatch.context() as patch:
        patch.setattr("advisor.record.ledger_events.policy_in_force", lambda ledger: None)
        yield


def resealed(ledger: Ledger, number: int, change: Callable[[Table], object]) -> None:
    """Change the last record and seal it again."""
    path = ledger.directory / name_of(number)
    table = tomli.loads(path.read_text())
    change(table)
    path.write_bytes(sealed_bytes(table, number))


def in_force(ledger: Ledger) -> int:
    now = policy_in_force(ledger)
    return 0 if now is None else now.record


def test_the_people_of_the_policy_count_and_nobody_else(
    ledger: Ledger, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert statuses(ledger) == (0, 0)
    assert in_force(ledger) == 6
    with pytest.raises(BadInput, match="its policy lets owner withdraw, signed; give --key FILE"):
        withdraw(ledger, said(2, "eva"))
    with pytest.raises(BadInput, match="is not among the people of the policy"):
        sign_off(ledger, said(2, "mal"), keys / "mal")
    assert ledger.numbers() == list(range(1, 8))
    with (ledger.directory / "allowed_signers").open("a") as file:
        file.write(f"mal@x.org {(keys / 'mal.pub').read_text()}")
    with forging(monkeypatch):
        sign_off(ledger, said(2, "mal"), keys / "mal")
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE), "the list of the ledger counts no more"
    (ledger.directory / name_of(8)).unlink()
    with forging(monkeypatch):
        withdraw(ledger, said(2, "eva"))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    assert problems(ledger, 2) == "record 8 (withdraw) is not signed: the policy asks for owner"


def test_an_acceptance_needs_the_people_and_roles_of_the_policy_in_force(
    ledger: Ledger, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = policy_text(keys, *FIRST, "mal: doctor") + '[accept]\nsigners = 2\nroles = ["doctor"]\n'
    set_policy(ledger, said(0, "max"), policy_file(keys, asks), keys / "max")
    with pytest.raises(BadInput, match="the policy asks for 2 signers of an acceptance, and 1 count"):
        accept(ledger, said(2, "eva"), 1, Signing(keys / "eva"))
    sign_off(ledger, said(2, "eva"), keys / "eva")
    with forging(monkeypatch):
        accept(ledger, said(2, "eva"), 2, Signing(keys / "eva"))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    assert problems(ledger, 2) == "the policy asks for a signer in the role 'doctor', and none counts"
    (ledger.directory / name_of(10)).unlink()
    sign_off(ledger, said(2, "mal", "doctor"), keys / "mal")
    accept(ledger, said(2, "eva"), 2, Signing(keys / "eva"))
    assert statuses(ledger) == (0, 0)


def test_a_swapped_policy_is_found(ledger: Ledger, keys: Path) -> None:
    digest = read_front(ledger.entry(6).data, "6")["policy"]["sha256"]
    blob = ledger.directory / "blobs" / "sha256" / digest
    kept = blob.read_bytes()
    blob.write_bytes(kept.replace(b"eva@", b"mal@"))
    assert statuses(ledger) == (TAMPERED, TAMPERED)
    blob.unlink()
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    blob.write_bytes(kept)
    ledger.keep_blob(policy_text(keys, "mal: owner").encode())
    (ledger.directory / name_of(7)).unlink()
    other = policy_file(keys, policy_text(keys, "mal: owner", "eva: owner")).read_bytes()
    ledger.keep_blob(other)
    resealed(ledger, 6, lambda table: table["policy"].update(sha256=sha256(other).hexdigest()))
    assert statuses(ledger) == (TAMPERED, TAMPERED)
    assert in_force(ledger) == 0


def test_an_unsigned_policy_is_none(ledger: Ledger) -> None:
    (ledger.directory / name_of(7)).unlink()
    resealed(ledger, 6, lambda table: table.pop("signature"))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)


def test_a_policy_of_somebody_whom_the_one_before_does_not_name_is_never_in_force(
    ledger: Ledger, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = policy_file(keys, policy_text(keys, "mal: owner"))
    with pytest.raises(BadInput, match="is not among the people of the policy"):
        set_policy(ledger, said(0, "mal"), mine, keys / "mal")
    with forging(monkeypatch):
        set_policy(ledger, said(0, "mal"), mine, keys / "mal")
        withdraw(ledger, said(2, "mal"), Signing(keys / "mal"))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    assert in_force(ledger) == 6
    assert "is not among the people" in problems(ledger, 2)
    found = verify(ledger, Scope(9 - 1))
    assert (found.status, found.policies[1].state) == (UNVERIFIABLE, found.records[7].signers[0].refused)


def test_keys_are_rotated_and_revoked_from_a_record_on(
    ledger: Ledger, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = read_front(ledger.entry(7).data, "7")["signature"]["key"]
    gone = f'[[revoked]]\nkey = "{fingerprint}"\nfrom_record = 8\nbecause = "stolen"'
    revoking = policy_text(keys, *FIRST, "mal: owner", more=gone)
    set_policy(ledger, said(0, "eva"), policy_file(keys, revoking), keys / "eva")
    assert statuses(ledger) == (0, 0), "what was signed before counts as it did"
    with pytest.raises(BadInput, match=r"is revoked from record 8 on \(stolen\)"):
        sign_off(ledger, said(2, "max"), keys / "max")
    with forging(monkeypatch):
        sign_off(ledger, said(2, "max"), keys / "max")
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    (ledger.directory / name_of(9)).unlink()
    withdraw(ledger, said(2, "mal"), Signing(keys / "mal"))
    assert statuses(ledger) == (0, 0)


def test_an_event_dated_back_before_the_policy_is_judged_by_its_place(
    ledger: Ledger, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forging(monkeypatch):
        monkeypatch.setattr("advisor.record.ledger_events.claimed_time", lambda ledger, at, created: created)
        monkeypatch.setattr("advisor.record.formats.kept_words.claimed_time", lambda ledger, at, created: created)
        before = datetime(2026, 11, 20, 16, tzinfo=UTC)
        sign_off(ledger, Act(2, "mal@x.org", "Long ago.", before), keys / "mal")
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    assert "it claims a time before" in problems(ledger, 8)
    assert "is not among the people" in problems(ledger, 2)


def test_of_a_record_whose_time_is_none_nothing_else_is_checked(ledger: Ledger, keys: Path) -> None:
    sign_off(ledger, said(2, "eva", "owner"), keys / "eva")
    last = ledger.numbers()[-1]
    resealed(ledger, last, lambda table: table["record"].update(created_utc="2026-91-21T12:00:00Z"))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE), "and not tampered with, as its signature would tell"
    assert "its time 2026-91-21T12:00:00Z is none" in problems(ledger, last)


def test_an_older_policy_cannot_be_played_again(ledger: Ledger, keys: Path) -> None:
    set_policy(ledger, said(0, "eva"), policy_file(keys, policy_text(keys, "eva: owner")), keys / "eva")
    table = tomli.loads((ledger.directory / name_of(6)).read_text())
    table["record"] |= {"seq": 9, "prev_sha256": ledger.entry(8).digest}
    (ledger.directory / name_of(9)).write_bytes(sealed_bytes(table, 9))
    assert statuses(ledger) == (TAMPERED, TAMPERED)
    assert in_force(ledger) == 8


@pytest.mark.parametrize(
    ("people", "more", "acts", "stuck"),
    [
        (("eva: doctor", "max: owner"), '[[revoked]]\nkey = "{max}"', "policy", "nobody could set another policy"),
        (("eva: owner",), "", "policy", "an acceptance, and 1 count"),
        (
            ("eva: owner", "max: doctor"),
            '[[revoked]]\nkey = "{max}"',
            "policy",
            "no decision could be accepted: the policy asks for 2 signers",
        ),
    ],
)
def test_a_policy_that_would_lock_everyone_out_is_refused(
    ledger: Ledger, keys: Path, people: tuple[str, ...], more: str, acts: str, stuck: str
) -> None:
    fingerprint = read_front(ledger.entry(7).data, "7")["signature"]["key"]
    text = policy_text(keys, *people, more=more.replace("{max}", fingerprint), acts=acts)
    text += "[accept]\nsigners = 2\n"
    with pytest.raises(BadInput, match=f"would lock everyone out: .*{stuck}"):
        set_policy(ledger, said(0, "eva"), policy_file(keys, text), keys / "eva")
    assert (ledger.numbers(), in_force(ledger)) == ([*range(1, 8)], 6)


def test_a_ledger_may_begin_with_its_policy_and_readers_name_who_sets_it(
    keys: Path, tmp_path: Path, capsys: Captured
) -> None:
    mine = policy_file(keys, policy_text(keys, *FIRST, more=f'head = "{"0" * 64}"'))
    place = str(tmp_path / "new")
    command = ["records", "policy", "set", str(mine), "--as", "eva@x.org", "--because", "We begin.", "--records", place]
    assert run([*command, "--key", str(keys / "mal")]) == 2
    assert run([*command, "--key", str(keys / "eva")]) == 0
    told = capsys.readouterr().out
    assert "it is the first: readers trust it as found" in told
    assert "only advisor audit asks for: head" in told
    assert statuses(Ledger(tmp_path / "new")) == (0, 0)
    assert run(["records", "verify", "--records", place]) == 0
    assert "whether eva@x.org was to set the first policy" in capsys.readouterr().out
    assert run(["records", "verify", "--records", place, "--policy", str(mine)]) == 0
    assert "was to set the first policy" not in capsys.readouterr().out
    theirs = tmp_path / "theirs.toml"
    theirs.write_text(policy_text(keys, "mal: owner"))
    assert run(["records", "verify", "--records", place, "--policy", str(theirs)]) == UNVERIFIABLE
    capsys.readouterr()
    assert run(["records", "policy", "show", "--format", "json", "--records", place]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["in_force"] == {"record": 1, "text": mine.read_text()}
    assert run([*command, "--key", str(keys / "eva")]) == 2
    assert "is the policy in force already, by record 1" in capsys.readouterr().err


def test_an_audit_takes_the_auditors_policy_and_shows_where_the_ledgers_differs(
    ledger: Ledger, keys: Path, tmp_path: Path, capsys: Captured
) -> None:
    mine = tmp_path / "mine.toml"
    example = (ROOT / "examples" / "auditor" / "policy.toml").read_text()
    people = example[example.index("[[people]]") : example.index("[accept]")]
    mine.write_text(policy_text(keys, "eva: owner", "mal: doctor", acts="policy", more=people))
    assert run(["audit", str(ledger.directory), "--policy", str(mine), "--no-replay", "--format", "json"]) == 5
    found = json.loads(capsys.readouterr().out)
    assert [one["status"] for one in found["records"]] == [0, 5, 0, 0, 0, 0, 0], "Max does not count for this auditor"
    assert "may.withdraw: the ledger's policy says owner and yours says nothing" in found["policy_differs"]
    assert any(line.startswith("people mal@x.org") for line in found["policy_differs"])
    mine.write_text(policy_text(keys, "max: owner", acts="policy", more=people))
    assert run(["audit", str(ledger.directory), "--policy", str(mine), "--no-replay", "--format", "json"]) == 5
    records = json.loads(capsys.readouterr().out)["records"]
    assert [one["status"] for one in records] == [0, 0, 0, 0, 0, 5, 0], "nor may Eva set a policy for this one"


def branch(governed: Path, place: Path) -> Ledger:
    """The ledger before Max signed it: record 7 is another one there."""
    ledger = Ledger(Path(shutil.copytree(governed, place)))
    (ledger.directory / name_of(7)).unlink()
    return ledger


def test_of_two_branches_with_a_policy_each_ours_stays_in_force(
    governed: Path, ledger: Ledger, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = branch(governed, tmp_path / "theirs")
    set_policy(theirs, said(0, "max"), policy_file(keys, policy_text(keys, "max: owner", "mal: owner")), keys / "max")
    merger = Merger("eva@x.org", "Both.", WHEN, Signing(keys / "eva"), "owner")
    with pytest.raises(BadInput, match="its policy lets owner merge, signed"):
        list(merge(ledger, theirs, Merger("eva@x.org", "Both.", WHEN)))
    assert [one.kind for one in merge(ledger, theirs, merger)] == ["policy"]
    assert statuses(ledger) == (0, 0)
    assert in_force(ledger) == 6
    found = verify(ledger, Scope(8))
    assert "a policy taken over from another branch is not in force" in found.records[7].not_checked[0]
    with forging(monkeypatch):
        withdraw(ledger, said(2, "mal"), Signing(keys / "mal"))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)


def test_what_the_policy_here_does_not_permit_is_not_taken_over(
    governed: Path, ledger: Ledger, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = branch(governed, tmp_path / "theirs")
    (theirs.directory / name_of(6)).unlink()  # it parts before the policy, to do what that forbids
    withdraw(theirs, said(2, "mal"))
    merger = Merger("eva@x.org", "Both.", WHEN, Signing(keys / "eva"), "owner")
    with pytest.raises(BadInput, match=r"cannot take over .*withdraw.* is not signed: the policy asks for owner"):
        list(merge(ledger, theirs, merger))
    assert (ledger.numbers(), statuses(ledger)) == ([*range(1, 8)], (0, 0))
    with monkeypatch.context() as patch:
        patch.setattr("advisor.record.merge.policy_in_force", lambda ledger: None)
        list(merge(ledger, theirs, Merger("mal@x.org", "Unasked.", WHEN)))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    assert "record 8 (merged) is not signed: the policy asks for owner" in problems(ledger, 8)


@pytest.mark.parametrize("gone", [False, True])
def test_who_took_a_record_over_is_judged_also_where_what_they_took_is_missing(
    governed: Path, ledger: Ledger, keys: Path, tmp_path: Path, gone: bool
) -> None:
    theirs = branch(governed, tmp_path / "theirs")
    sign_off(theirs, said(2, "max", "owner"), keys / "max")
    sign_off(ledger, said(2, "eva", "owner"), keys / "eva")
    merger = Merger("eva@x.org", "Both.", WHEN, Signing(keys / "eva"), "owner")
    assert [one.kind for one in merge(ledger, theirs, merger)] == ["sign-off"]
    last = ledger.numbers()[-1]
    if gone:
        digest = tomli.loads((ledger.directory / name_of(last)).read_text())["original"]["sha256"]
        (ledger.directory / "blobs" / "sha256" / digest).unlink()
        assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    else:
        resealed(ledger, last, lambda table: table["original"].update(sha256="a" * 64))
        assert statuses(ledger) == (TAMPERED, TAMPERED)
        assert "it does not match the bytes of the record" in problems(ledger, last)


def test_an_audit_of_a_merged_ledger_counts_keys_by_the_place_here(
    ledger: Ledger, keys: Path, tmp_path: Path, capsys: Captured
) -> None:
    ours, theirs = (Ledger(Path(shutil.copytree(EXAMPLE, tmp_path / name))) for name in ("ours", "theirs"))
    for each, name in ((ours, "eva"), (theirs, "max")):
        sign_off(each, said(2, name), keys / name)
    sign_off(theirs, said(6, "mal"), keys / "mal")
    list(merge(ours, theirs, Merger("eva@x.org", "Both.", WHEN, Signing(keys / "eva"))))
    example = (ROOT / "examples" / "auditor" / "policy.toml").read_text()
    people = example[example.index("[[people]]") : example.index("[accept]")]
    mine = tmp_path / "mine.toml"
    command = ["audit", str(ours.directory), "--policy", str(mine), "--no-replay", "--format", "json"]

    def audited(policy: str) -> list[int]:
        mine.write_text(policy)
        run(command)
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return [one["status"] for one in found["records"]]

    everyone = policy_text(keys, *FIRST, "mal: doctor", more=people, acts="merge")
    assert audited(everyone) == [0] * 8
    assert audited(everyone.replace('name = "max@x.org"', 'name = "max@x.org"\nlast_record = 6'))[1] == UNVERIFIABLE
    assert audited(everyone.replace('name = "max@x.org"', 'name = "max@x.org"\nlast_record = 7')) == [0] * 8
    nobody = policy_text(keys, "eva: doctor", "max: owner", "mal: doctor", more=people, acts="merge")
    assert audited(nobody)[6:] == [UNVERIFIABLE] * 2, "Eva may not merge"
    path = ours.directory / "blobs" / "sha256" / theirs.entry(6).digest
    path.write_bytes(path.read_bytes().replace(b"sign-off", b"withdraw"))
    assert audited(everyone)[6] == TAMPERED


def test_the_name_of_who_set_a_policy_can_be_redacted(ledger: Ledger, keys: Path) -> None:
    redact(ledger, said(6, "eva"), [], Signing(keys / "eva"))
    assert statuses(ledger) == (0, 0)
    assert in_force(ledger) == 6
    (signer,) = verify(ledger, Scope()).records[5].signers
    assert (signer.principal, signer.refused) == ("eva@x.org", "")
    with pytest.raises(BadInput, match="its policy lets owner redact, signed"):
        redact(ledger, said(7, "eva"))


def test_no_record_of_before_changes_a_byte() -> None:
    for number in (3, 4, 5):
        entry = Ledger(EXAMPLE).entry(number)
        front = read_front(entry.data, str(number))
        again = EVENTS[front["record"]["kind"]].model_validate(front).table()
        assert sealed_bytes(again, number) == entry.data


def test_what_an_older_signature_covers_is_no_act(ledger: Ledger, keys: Path) -> None:
    """The signature of a sign-off over a record's bytes, laid under an acceptance, is nobody's acceptance."""
    place = Ledger(Path(shutil.copytree(EXAMPLE, keys / "older", dirs_exist_ok=True)))
    accept(place, said(2, "eva"), 1)
    armored = sign_bytes(place.entry(2).data, keys / "eva")
    place.keep_signature(armored)
    made = read_signature(armored, "it")
    words = {"key": made.fingerprint, "key_type": made.key_type, "namespace": made.namespace}
    older = {**words, "sha256": sha256(armored).hexdigest()}
    resealed(place, 6, lambda table: table.update(signature=older))
    with (place.directory / "allowed_signers").open("a") as file:
        file.write(f"eva@x.org {(keys / 'eva.pub').read_text()}")
    assert statuses(place) == (UNVERIFIABLE, UNVERIFIABLE)
    everyone = read_policy(policy_text(keys, *FIRST).encode(), "p")
    assert any(
        "does not say accept" in one.sentence for one in verify(place, Scope(policy=everyone)).records[1].problems
    )

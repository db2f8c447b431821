"""Names and free text are salted commitments: deleted later, the chain and every signature hold; and archives of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import tomli

from advisor.api import assess
from advisor.errors import BadInput
from advisor.interview.answers import read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.record.audit.archive import archive
from advisor.record.audit.replay import Now
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE
from advisor.record.audit.verify import Scope, trust_of, verify
from advisor.record.formats.encoding import name_of, sealed_bytes
from advisor.record.formats.kept_words import REMOVED, commitments, fields_of, front_in_clear
from advisor.record.formats.parse import NotARecord, read_front
from advisor.record.ledger import VERIFIER_SOURCE, Ledger
from advisor.record.ledger_events import Act, Signing, accept, redact, sign_off, withdraw
from advisor.record.merge import Merger, merge
from advisor.record.recheck import decisions_due
from advisor.record.save_decision import save_decision
from advisor.record.signatures.policy import read_policy
from advisor.record.signatures.ssh_keygen import Trust, sign_bytes
from advisor.record.signatures.statement import Statement
from advisor.record.summary import lines_of
from advisor.tui.workers.open_record import opened

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "ledger"
DAY = date(2026, 11, 20)
SAID = Statement(
    title="Where letters go", rationale="Dr. Quist insisted.", confirmation="Ask Okafor.",
    deciders=("Ada Quist", "Ben Okafor"), retain_until=date(2027, 1, 31),
)  # fmt: skip
BECAUSE = "The person asked for it."


def at(hour: int) -> datetime:
    return datetime(2026, 11, 21, hour, tzinfo=UTC)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One decision with names and text, signed by Ada and Ben, and accepted for two signers."""
    place = tmp_path_factory.mktemp("saved")
    knowledge = load_knowledge()
    source = ROOT / "examples" / "hospital-air-gap.toml"
    answers = read_answers(source.read_bytes(), source.name, vocabulary(knowledge))
    found = assess(answers, knowledge, DAY, draws=100, flips=False, further=False)
    save_decision(found, answers, knowledge, place / "records", at(9), SAID)
    ledger, lines = Ledger(place / "records"), []
    for name in ("ada", "ben"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", place / name], check=True)
        lines.append(f"{name}@hospital.example {(place / f'{name}.pub').read_text()}")
    (ledger.directory / "allowed_signers").write_text("".join(lines))
    for name in ("ada", "ben"):
        act = Act(1, f"{name}@hospital.example", f"Read by {name}.", at(10), "physician")
        sign_off(ledger, act, Signing(place / name, trust_of(ledger)))
    accept(ledger, Act(1, "the board", "Two have signed.", at(11)), 2)
    return place


@pytest.fixture
def ledger(saved: Path, tmp_path: Path) -> Ledger:
    shutil.copytree(saved / "records", tmp_path / "records")
    return Ledger(tmp_path / "records")


def statuses(ledger: Ledger) -> tuple[int, int]:
    """What `records verify --no-replay` and the standalone verifier say."""
    command = [sys.executable, "-I", str(VERIFIER_SOURCE), str(ledger.directory)]
    done = subprocess.run(command, capture_output=True, check=False)
    return verify(ledger, Scope(trust=trust_of(ledger))).status, done.returncode


def holding(ledger: Ledger, text: str) -> list[str]:
    """The files of a ledger that hold a text."""
    files = [path for path in ledger.directory.rglob("*") if path.is_file()]
    return sorted(path.parent.name for path in files if text.encode() in path.read_bytes())


def chained_again(ledger: Ledger, number: int, change: Callable[[dict[str, dict[str, object]]], None]) -> None:
    """Change the tables of a record, seal it again, and chain all after it again."""
    before = ""
    for place in ledger.numbers()[number - 1 :]:
        path = ledger.directory / name_of(place)
        tables = tomli.loads(path.read_text())
        if place == number:
            change(tables)
        else:
            tables["record"]["prev_sha256"] = before
        path.write_bytes(sealed_bytes(tables, place))
        before = sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("text", ["Quist", "Okafor", "Where letters go", "the board", "Read by ada", "physician"])
def test_names_and_text_are_in_files_of_their_own_and_nowhere_else(ledger: Ledger, text: str) -> None:
    assert set(holding(ledger, text)) == {"words"}
    front = front_in_clear(ledger.entry(1))
    assert front["people"]["deciders"] == ["Ada Quist", "Ben Okafor"]
    assert front["decision"]["rationale"] == "Dr. Quist insisted."
    assert statuses(ledger) == (0, 0)


def test_the_same_text_is_salted_anew_each_time(ledger: Ledger) -> None:
    withdraw(ledger, Act(1, "the board", "Two have signed.", at(12)))
    fourth, fifth = ({*commitments(read_front(ledger.entry(number).data, "x"))} for number in (4, 5))
    assert not fourth & fifth
    salts = [ledger.words(digest) or b"" for digest in ledger.word_files()]
    assert len({salt[:64] for salt in salts}) == len(salts)
    assert all(salt[64:65] == b"\n" for salt in salts)


def test_what_is_redacted_is_gone_and_the_ledger_holds(ledger: Ledger) -> None:
    before = ledger.entry(1).digest
    redact(ledger, Act(1, "the board", BECAUSE, at(13)), ["deciders", "rationale"])
    assert holding(ledger, "Ben Okafor") == holding(ledger, "Quist") == []
    assert ledger.entry(1).digest == before
    front = front_in_clear(ledger.entry(1))
    assert front["people"]["deciders"] == [REMOVED, REMOVED]
    assert (front["decision"]["rationale"], front["decision"]["title"]) == (REMOVED, "Where letters go")
    assert statuses(ledger) == (0, 0)
    assert verify(ledger, Scope()).records[0].redacted_in == 5


def test_what_nobody_told_of_is_missing_and_what_was_changed_is_tampered_with(ledger: Ledger) -> None:
    digest = fields_of(read_front(ledger.entry(1).data, "1"))["deciders"][1]
    path = ledger.directory / "words" / digest
    kept = path.read_bytes()
    path.unlink()
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    path.write_bytes(kept.replace(b"Ben", b"Eva"))
    assert statuses(ledger) == (TAMPERED, TAMPERED)
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)


def test_a_name_or_text_of_another_record_is_not_redacted(ledger: Ledger) -> None:
    redact(ledger, Act(1, "the board", BECAUSE, at(13)), ["deciders"])
    other = commitments(read_front(ledger.entry(4).data, "4"))[0]
    chained_again(ledger, 5, lambda tables: tables["redacted"].update(words=[other]))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)


def test_a_clear_text_where_a_commitment_belongs_is_refused(ledger: Ledger) -> None:
    chained_again(ledger, 4, lambda tables: tables["statement"].update(by="the board"))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    with pytest.raises(NotARecord, match=r"statement\.by"):
        read_front(ledger.entry(4).data, "4")


def test_a_redaction_is_ended_where_it_was_interrupted_and_not_told_twice(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    act = Act(1, "the board", BECAUSE, at(13))
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "delete_words", interrupted)
        with pytest.raises(KeyboardInterrupt):
            redact(ledger, act)
    found = verify(ledger, Scope())
    assert len([one for one in found.records[0].not_checked if "still there" in one]) == 5
    assert redact(ledger, act).number == 5
    assert holding(ledger, "Okafor") == []
    with pytest.raises(BadInput, match="nothing left to redact"):
        redact(ledger, act)
    assert statuses(ledger) == (0, 0)


def test_a_signer_whose_name_is_removed_counts_by_the_key(ledger: Ledger) -> None:
    for number in (2, 3):
        redact(ledger, Act(number, "the board", BECAUSE, at(13)))
    assert [one for one in ("ada@", "ben@", "Read by") if "words" in holding(ledger, one)] == []
    assert statuses(ledger) == (0, 0)
    signers = verify(ledger, Scope(trust=trust_of(ledger))).records[0].signers
    assert [one.principal for one in signers] == ["ada@hospital.example", "ben@hospital.example"]
    allowed = ledger.directory / "allowed_signers"
    allowed.write_text(allowed.read_text().replace("ada@hospital.example", "signer-1"))
    assert statuses(ledger) == (0, 0)
    assert "ada@" not in b"".join(path.read_bytes() for path in ledger.directory.glob("*.toml")).decode()
    allowed.write_text(allowed.read_text().replace("ben@hospital.example", "signer-1"))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE), "one name is one person"


def test_an_unreadable_signature_of_somebody_removed_is_a_result_of_that_record_alone(ledger: Ledger) -> None:
    redact(ledger, Act(2, "the board", BECAUSE, at(12)), ["by"])
    (path,) = [
        one for one in (ledger.directory / "signatures").iterdir() if one.name[:64] in ledger.entry(2).data.decode()
    ]
    path.unlink()
    path.symlink_to("/dev/zero")
    found = verify(ledger, Scope(trust=Trust(ledger.directory / "allowed_signers")))
    assert [one.number for one in found.records if one.problems] == [1], "the record that was signed"
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)


def test_a_policy_says_who_may_redact_and_knows_a_signer_by_the_key(saved: Path, ledger: Ledger) -> None:
    redact(ledger, Act(2, "the board", BECAUSE, at(13)))
    people = "".join(
        f'[[people]]\nname = "{name}@hospital.example"\nroles = ["physician"]\n'
        f'key = "{" ".join((saved / f"{name}.pub").read_text().split()[:2])}"\n'
        for name in ("ada", "ben")
    )
    policy = f'schema = "advisor.policy/1"\n{people}[accept]\nsigners = 2\n[may]\nredact = ["physician"]\n'
    refused = verify(ledger, Scope(policy=read_policy(policy.encode(), "p")))
    assert [one.sentence for one in refused.records[1].problems] == [
        "record 5 (redact) is not signed: the policy asks for physician"
    ]
    (ledger.directory / name_of(5)).unlink()
    shutil.copytree(saved / "records" / "words", ledger.directory / "words", dirs_exist_ok=True)
    act = Act(2, "ben@hospital.example", BECAUSE, at(13), "physician")
    redact(ledger, act, [], Signing(saved / "ben", trust_of(ledger)))
    held = verify(ledger, Scope(policy=read_policy(policy.encode(), "p")))
    assert [one.sentence for one in held.records[1].problems] == []
    assert [one.principal for one in held.records[0].signers] == ["ada@hospital.example", "ben@hospital.example"]
    chained_again(ledger, 5, lambda tables: tables["redacted"]["words"].pop())  # type: ignore[attr-defined]
    assert statuses(ledger) == (TAMPERED, TAMPERED)


def test_an_older_record_holds_its_text_and_says_so() -> None:
    act = Act(1, "the board", BECAUSE, at(13))
    with pytest.raises(BadInput, match=r"holds names and text in clear, as advisor\.record/2 does"):
        redact(Ledger(ROOT / "tests" / "data" / "record-2"), act)


def test_a_signature_that_would_not_count_leaves_no_name_behind(saved: Path, ledger: Ledger) -> None:
    before = ledger.word_files()
    act = Act(1, "eve@hospital.example", "Read.", at(12))
    with pytest.raises(BadInput, match="would not count"):
        sign_off(ledger, act, Signing(saved / "ada", trust_of(ledger)))
    assert ledger.word_files() == before
    (ledger.directory / "words" / ("0" * 64)).write_bytes(b"left over")
    assert f"words/{'0' * 64}" in verify(ledger, Scope()).strays


def test_the_end_of_retention_is_listed_and_due_until_the_text_is_redacted(ledger: Ledger) -> None:
    assert "to be kept until" not in "\n".join(lines_of(ledger, date(2027, 1, 31)))
    assert "; to be kept until 2027-01-31]" in "\n".join(lines_of(ledger, date(2027, 2, 1)))
    now = Now(load_knowledge(), date(2027, 2, 1))
    withdraw(ledger, Act(1, "the board", "It ended.", at(12)))
    (due,) = decisions_due(ledger, now, None)
    assert due.reasons == ("its names and text were to be kept until 2027-01-31 (advisor records redact 1)",)
    redact(ledger, Act(1, "the board", BECAUSE, at(13)))
    assert list(decisions_due(ledger, now, None)) == []


def test_a_record_does_not_claim_a_time_before_the_one_it_follows(ledger: Ledger) -> None:
    before = ledger.word_files()
    chained_again(ledger, 4, lambda tables: tables["record"].update(created_utc="2199-01-01T00:00:00Z"))
    with pytest.raises(BadInput, match="claims to be of 2199-01-01T00:00:00Z, and by the clock of this computer it is"):
        withdraw(ledger, Act(1, "the board", "It ended.", at(10)))
    assert (ledger.numbers(), ledger.word_files()) == ([1, 2, 3, 4], before)
    chained_again(ledger, 4, lambda tables: tables["record"].update(created_utc="2026-11-21T09:30:00Z"))
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)
    told = [one.sentence for one in verify(ledger, Scope()).records[3].problems]
    assert "it claims a time before 2026-11-21T10:00:00Z, which the record before it claims" in told


def test_who_comes_second_claims_the_time_of_the_first_and_signs_again(
    saved: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawn = withdraw(ledger, Act(1, "the board", "It ended.", at(10)))
    assert front_in_clear(ledger.entry(withdrawn.number))["record"]["created_utc"] == "2026-11-21T11:00:00Z"
    trust = trust_of(ledger)
    with monkeypatch.context() as patch:

        def meanwhile(data: bytes, key: Path) -> bytes:
            patch.undo()
            sign_off(ledger, Act(2, "ben@hospital.example", "First.", at(15)), Signing(saved / "ben", trust))
            return sign_bytes(data, key)

        patch.setattr("advisor.record.ledger_events.sign_bytes", meanwhile)
        with pytest.raises(BadInput, match="another record was added after this one was signed"):
            sign_off(ledger, Act(2, "ada@hospital.example", "Second.", at(14)), Signing(saved / "ada", trust))
    assert ledger.numbers() == [1, 2, 3, 4, 5, 6]
    assert statuses(ledger) == (0, 0)


def offline() -> list[str]:
    """A prefix that takes the network away, where the system lets an ordinary user do so."""
    prefix = ["unshare", "-rn"]
    return prefix if shutil.which("unshare") and not subprocess.run([*prefix, "true"], check=False).returncode else []


def test_an_archive_is_the_same_bytes_each_time_and_verifies_where_it_is_unpacked(
    ledger: Ledger, tmp_path: Path
) -> None:
    digest = fields_of(read_front(ledger.entry(1).data, "1"))["rationale"][0]
    kept = ledger.words(digest) or b""
    redact(ledger, Act(1, "the board", BECAUSE, at(13)), ["rationale"])
    (ledger.directory / "words" / digest).write_bytes(kept)  # as a copy or a checkout would bring it back
    (ledger.directory / "notes.txt").write_text("not part of the ledger")
    (tmp_path / "advisor-bundle.tar.gz").write_bytes(b"a bundle")
    data = archive(ledger, tmp_path / "advisor-bundle.tar.gz")
    os.utime(ledger.directory / name_of(1), (0, 0))
    assert archive(ledger, tmp_path / "advisor-bundle.tar.gz") == data
    assert b"Dr. Quist" not in data
    (tmp_path / "decisions.tar").write_bytes(data)
    (tmp_path / "out").mkdir()
    subprocess.run(["tar", "-xf", tmp_path / "decisions.tar", "-C", tmp_path / "out"], check=True, timeout=60)
    place = tmp_path / "out" / "archive"
    names = {path.relative_to(place).parts[0] for path in place.iterdir()}
    assert names == {"README.txt", "SHA256SUMS", "bundle", "ledger", "record-format.md", "verify.py"}
    assert not (place / "ledger" / "notes.txt").exists()
    for command in (["sha256sum", "-c", "--quiet", "SHA256SUMS"], [sys.executable, "-I", "verify.py", "ledger"]):
        done = subprocess.run([*offline(), *command], cwd=place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert ledger.entry(5).digest in (place / "README.txt").read_text()
    (ledger.directory / "words" / digest).write_bytes(b"changed")
    path = ledger.directory / "words" / fields_of(read_front(ledger.entry(1).data, "1"))["title"][0]
    path.write_bytes(b"changed")
    with pytest.raises(BadInput, match="was changed"):
        archive(ledger)


def test_the_example_is_archived_and_its_allowed_signers_with_it(tmp_path: Path) -> None:
    (tmp_path / "example.tar").write_bytes(archive(Ledger(EXAMPLE)))
    subprocess.run(["tar", "-xf", tmp_path / "example.tar", "-C", tmp_path], check=True, timeout=60)
    copy = Ledger(tmp_path / "archive" / "ledger")
    assert verify(copy, Scope(trust=Trust(copy.directory / "allowed_signers"))).status == 0


def test_the_interface_names_what_was_removed_by_whom_and_until_when_the_rest_is_kept(ledger: Ledger) -> None:
    redact(ledger, Act(1, "the registrar", BECAUSE, at(12)), ("deciders", "rationale"))
    shown = dict(opened(ledger, 1).rows)
    assert shown["redacted"] == f"reason, decided by: by the registrar in record 5, {BECAUSE}"
    assert shown["keep until"] == "2027-01-31"
    assert (shown["decided by"], shown["right if"]) == (f"{REMOVED}, {REMOVED}", "Ask Okafor.")
    assert dict(opened(ledger, 5).rows)["because"] == BECAUSE


def test_a_redaction_taken_over_erases_here_too_also_after_an_interruption(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = Ledger(Path(shutil.copytree(ledger.directory, tmp_path / "theirs")))
    redact(theirs, Act(1, "the board", BECAUSE, at(13)), ["deciders"])
    withdraw(ledger, Act(1, "Ada", "Ended here.", at(12)))
    merger = Merger("Ada", "Both.", at(14))

    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "delete_words", interrupted)
        with pytest.raises(KeyboardInterrupt):
            list(merge(ledger, theirs, merger))
    assert holding(ledger, "Ben Okafor") == ["words"]
    assert list(merge(ledger, theirs, merger)) == []
    assert holding(ledger, "Ben Okafor") == holding(ledger, "Ada Quist") == []
    assert holding(ledger, "Dr. Quist") == ["words"]
    assert statuses(ledger) == (0, 0)
    front = front_in_clear(ledger.entry(1))
    assert front["people"]["deciders"] == [REMOVED, REMOVED]
    other = Ledger(Path(shutil.copytree(theirs.directory, tmp_path / "other")))
    (other.directory / name_of(5)).unlink()
    (taken,) = merge(other, theirs, merger)
    assert (taken.kind, taken.erased) == ("redact", 0), "nothing was left to erase"


def test_a_redaction_taken_over_erases_only_what_its_record_states(ledger: Ledger, tmp_path: Path) -> None:
    theirs = Ledger(Path(shutil.copytree(ledger.directory, tmp_path / "theirs")))
    redact(theirs, Act(1, "the board", BECAUSE, at(13)), ["deciders"])
    foreign = commitments(read_front(ledger.entry(4).data, "4"))
    chained_again(theirs, 5, lambda tables: tables["redacted"].update(words=list(foreign)))
    (taken,) = merge(ledger, theirs, Merger("Ada", "Both.", at(14)))
    assert (taken.kind, taken.erased) == ("redact", 0)
    assert set(foreign) <= set(ledger.word_files())
    assert statuses(ledger) == (UNVERIFIABLE, UNVERIFIABLE)

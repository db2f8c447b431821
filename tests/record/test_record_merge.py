"""Branches of a ledger are put together as they are: original bytes, digests and signatures, in any order, once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tomli

from advisor.cli.main import run
from advisor.errors import BadInput
from advisor.record.audit.status import standing_in
from advisor.record.audit.verification import FORKED, TAMPERED, UNVERIFIABLE, LedgerVerification, tell
from advisor.record.audit.verify import Scope, trust_of, verify
from advisor.record.branches import original_entry
from advisor.record.formats.encoding import Position, Table, name_of, sealed_bytes
from advisor.record.formats.kept_words import WordKeeper, front_in_clear, record_in_clear
from advisor.record.ledger import VERIFIER_SOURCE, Ledger
from advisor.record.ledger_events import Act, Signing, accept, sign_off, supersede, withdraw
from advisor.record.merge import Merger, merge
from advisor.record.record_text import outline
from advisor.record.summary import lines_of
from advisor.tui.workers.open_record import opened
from tests.waiting import elapse

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "ledger"
WHEN = datetime(2026, 11, 29, 12, tzinfo=UTC)
MERGER = Merger("ada@hospital.example", "Both teams decided.", WHEN)


@pytest.fixture
def three(tmp_path: Path) -> tuple[Ledger, Ledger, Ledger]:
    """Three branches that part after record 5; each has a decision of its own as record 6, the second signs it."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    found = []
    for name in ("one", "two", "three"):
        ledger = Ledger(Path(shutil.copytree(EXAMPLE, tmp_path / name)))
        with (ledger.directory / "allowed_signers").open("a") as file:
            file.write(f'eva@hospital.example namespaces="decision-record" {(tmp_path / "key.pub").read_text()}')
        decide(ledger, name)
        found.append(ledger)
    one, two, three = found
    sign_off(two, said(6), Signing(tmp_path / "key", trust_of(two)))
    return one, two, three


def said(about: int) -> Act:
    return Act(about, "eva@hospital.example", "Checked.", WHEN)


def decide(ledger: Ledger, title: str) -> int:
    """Save the decision of record 2 once more, under another title."""
    table, keeper = record_in_clear(ledger.entry(2)), WordKeeper(ledger)
    table["decision"] |= {"title": title}

    def placed(at: Position) -> Table:
        return keeper.commit({**table, "record": {**table["record"], "seq": at.seq, "prev_sha256": at.prev_sha256}})

    return keeper.append(placed).number


def alone(ledger: Ledger) -> int:
    """The status of the verifier that needs no program."""
    command = [sys.executable, "-I", str(VERIFIER_SOURCE), str(ledger.directory)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def judged(ledger: Ledger) -> LedgerVerification:
    """What both verifiers find, without replay; they must agree."""
    found = verify(ledger, Scope(trust=trust_of(ledger)))
    assert alone(ledger) == found.status, [problem for one in found.records for problem in one.problems]
    return found


def taken(ours: Ledger, theirs: Ledger) -> list[tuple[int, int]]:
    """Merge; the number of each record there and here."""
    return [(one.seq, one.saved.number) for one in merge(ours, theirs, MERGER)]


def titles(ledger: Ledger) -> set[str]:
    tables = (front_in_clear(original_entry(ledger, number)) for number in ledger.numbers())
    return {table["decision"]["title"] for table in tables if table["record"]["kind"] == "decision"}


def test_a_record_taken_over_keeps_its_bytes_digest_and_signature(three: Sequence[Ledger]) -> None:
    one, two, _ = three
    theirs = [two.entry(number) for number in (6, 7)]
    assert taken(one, two) == [(6, 7), (7, 8)]
    assert [original_entry(one, number).data for number in (7, 8)] == [entry.data for entry in theirs]
    found = judged(one)
    assert found.status == 0
    assert found.records[6].taken_over is not None
    assert found.records[6].taken_over.sha256 == theirs[0].digest
    assert [(each.record, each.refused) for each in found.records[6].signers] == [(8, "")]
    assert standing_in(one, 7).words == "proposed, signed by 1"
    words = "\n".join(tell(verify(one, Scope(7, trust=trust_of(one)))))
    assert f"record 6 there, sha256 {theirs[0].digest}" in words


def test_a_second_merge_adds_nothing_and_either_order_gives_the_same_records(three: Sequence[Ledger]) -> None:
    one, two, third = three
    assert taken(one, two) != []
    assert taken(one, two) == []
    assert taken(two, third) == [(6, 8)]
    assert taken(two, one) == [(6, 9)]
    assert taken(one, two)[-1][0] == 6
    assert taken(third, two) == [(6, 7), (7, 8), (6, 9)]
    for ledger in three:
        assert judged(ledger).status == 0
        assert {"one", "two", "three"} <= titles(ledger)
        assert all(taken(ledger, other) == [] for other in three if other is not ledger)


def test_a_branch_that_goes_on_where_ours_ends_is_taken_as_it_is(three: Sequence[Ledger]) -> None:
    behind = Ledger(Path(shutil.copytree(EXAMPLE, three[0].directory.parent / "behind")))
    assert taken(behind, three[1]) == [(6, 6), (7, 7)]
    assert behind.entry(7).data == three[1].entry(7).data
    assert judged(behind).status == UNVERIFIABLE  # whom to trust is not taken over
    shutil.copy(three[1].directory / "allowed_signers", behind.directory)
    assert judged(behind).status == 0
    assert taken(three[1], behind) == []


def test_acts_reach_into_the_other_branch_and_from_it(three: Sequence[Ledger], tmp_path: Path) -> None:
    one, two, third = three
    taken(one, two)
    accept(one, said(7), 1)
    supersede(one, said(6), 7)
    assert standing_in(one, 7).words == "accepted (record 9)"
    assert standing_in(one, 6).words == "superseded by record 7"
    assert taken(third, one) == [(6, 7), (6, 8), (7, 9), (7, 10), (8, 11), (9, 12), (10, 13)]
    assert standing_in(third, 8).words == "accepted (record 12)"
    assert standing_in(third, 7).words == "superseded by record 8"
    sign_off(third, said(8), Signing(tmp_path / "key", trust_of(third)))
    assert judged(third).status == 0
    shown = " ".join("\n".join(outline(original_entry(third, 12))).split())
    assert shown.startswith("Accept of record 7 by eva")
    assert "numbers above are those of that branch" in shown
    assert any("record 6 of another branch by ada" in line for line in lines_of(third))
    assert taken(third, one) == taken(third, two) == []
    head = Ledger(two.directory).entry(7).digest
    assert verify(third, Scope(head=head, trust=trust_of(third))).anchored == 10


def test_branches_that_contradict_each_other_stay_whole(three: Sequence[Ledger]) -> None:
    """Each act was right in its branch: a decision accepted here was withdrawn there, and one no longer holds."""
    one, two, _ = three
    withdraw(two, said(2))
    accept(one, said(2), 2)
    taken(one, two)
    assert judged(one).status == 0
    assert not standing_in(one, 2).holds
    with pytest.raises(BadInput, match="withdrawn"):
        accept(one, said(2), 2)


def test_a_fork_laid_side_by_side_is_not_called_tampered(three: Sequence[Ledger]) -> None:
    one, two, _ = three
    (one.directory / name_of(7)).write_bytes(two.entry(6).data)
    found = judged(one)
    assert [problem.word for problem in found.records[6].problems] == [FORKED]
    assert found.status == UNVERIFIABLE
    assert "record 7: FORKED: written as record 6, it is of another branch" in "\n".join(tell(found))
    assert taken(one, two) == [(6, 7), (7, 8)]
    assert judged(one).status == 0


def test_what_follows_bytes_that_are_nowhere_is_tampering(three: Sequence[Ledger]) -> None:
    one, two, _ = three
    (one.directory / name_of(7)).write_bytes(two.entry(7).data)
    assert judged(one).status == TAMPERED
    one.keep_blob(two.entry(6).data)
    assert judged(one).status == UNVERIFIABLE
    shutil.copy(one.entry(3).path, one.directory / name_of(7))
    assert judged(one).status == TAMPERED


@pytest.mark.parametrize("change", ["byte", "missing", "left-out", "twice", "number"])
def test_a_merged_ledger_that_was_changed_is_found_out(three: Sequence[Ledger], change: str) -> None:
    one, two, _ = three
    withdraw(two, said(2))
    taken(one, two)
    blob = one.directory / "blobs" / "sha256" / two.entry(6).digest
    if change == "byte":
        blob.write_bytes(blob.read_bytes().replace(b"air-gap", b"air-gpa"))
    elif change == "missing":
        blob.unlink()
    else:
        wrapped = tomli.loads(one.entry(9 if change == "left-out" else 8).data.decode())
        for number in (8, 9) if change == "left-out" else (9,):
            one.entry(number).path.unlink()
        at = one.next()
        wrapped["record"] |= {"seq": at.seq, "prev_sha256": at.prev_sha256}
        wrapped["original"]["seq"] += change == "number"
        one.append(lambda at: sealed_bytes(wrapped, at.seq))
    assert judged(one).status == (UNVERIFIABLE if change in ("missing", "twice") else TAMPERED)


def test_nothing_is_taken_over_from_a_branch_that_was_changed(three: Sequence[Ledger]) -> None:
    one, two, _ = three
    path = two.entry(6).path
    path.write_bytes(path.read_bytes().replace(b"air-gap", b"air-gpa"))
    with pytest.raises(BadInput, match="nothing was taken over"):
        taken(one, two)
    assert one.numbers() == [*range(1, 7)]


MERGE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from advisor.record.ledger import Ledger
from advisor.record.merge import Merger, merge
for one in merge(Ledger(Path(sys.argv[1])), Ledger(Path(sys.argv[2])), Merger("me", "why", datetime.now(UTC))):
    print(one.seq, flush=True)
"""


def test_a_merge_that_is_killed_loses_nothing_and_the_next_one_ends_it(three: Sequence[Ledger], tmp_path: Path) -> None:
    one, two, _ = three
    for _ in range(6):
        sign_off(two, said(6), tmp_path / "key")
    (one.directory / name_of(7)).write_bytes(two.entry(7).data)  # as git lays it there
    command = [sys.executable, "-c", MERGE, str(one.directory), str(two.directory)]
    for lines in (0, 1, 3):
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout is not None
            for _ in range(lines):
                process.stdout.readline()
            if not lines:
                elapse(0.3, "a moment at which it has said nothing yet")
            os.kill(process.pid, signal.SIGKILL)
        found = verify(one, Scope(trust=trust_of(one)))
        assert found.status in (0, UNVERIFIABLE, TAMPERED) if not lines else found.status == 0
    taken(one, two)
    theirs = [two.entry(number).digest for number in range(6, 14)]
    assert [original_entry(one, number).digest for number in range(7, 15)] == theirs
    assert one.numbers() == [*range(1, 15)]
    assert judged(one).status == 0


def test_two_merges_at_once_take_each_record_over_once(three: Sequence[Ledger], tmp_path: Path) -> None:
    one, two, _ = three
    for _ in range(4):
        sign_off(two, said(6), tmp_path / "key")
    command = [sys.executable, "-c", MERGE, str(one.directory), str(two.directory)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(3)]
    assert sum(len(process.communicate()[0].splitlines()) for process in running) == 6
    assert judged(one).status == 0


# --- with git ---


def git(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    roles = [f"GIT_{role}_{part}" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")]
    who = dict.fromkeys(roles, "eva@hospital.example")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, **who, "PATH": path, "GIT_CONFIG_GLOBAL": "/dev/null"}
    return subprocess.run(["git", *arguments], cwd=place, env=environment, capture_output=True, text=True, check=False)


def merge_command(repository: Path, source: str, captured: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The status and the words of `advisor records merge` for Eva."""
    status = run(["records", "merge", "--records", str(repository / "records"), "--by", "Eva", "--", source])
    return status, "".join(captured.readouterr())


@pytest.fixture
def clones(three: Sequence[Ledger], tmp_path: Path) -> Path:
    """A repository as docs/auditing.md sets it up: main has one's record 6, the branch `other` has two's 6 and 7."""
    place = tmp_path / "repository"
    shutil.copytree(EXAMPLE, place / "records")
    (place / ".gitattributes").write_text("records/** -text\nrecords/*-record.toml merge=advisor\n")
    git(place, "init", "-q", "-b", "main")
    git(place, "config", "merge.advisor.driver", "advisor records merge-driver %B %P")
    for branch, source in (("", None), ("other", three[1]), ("main", three[0])):
        if source is not None:
            git(place, "checkout", "-q", *([] if branch == "main" else ["-b"]), branch)
            shutil.copytree(source.directory, place / "records", dirs_exist_ok=True)
        git(place, "add", "-A")
        git(place, "commit", "-q", "-m", "decide")
    return place


def test_git_keeps_our_side_and_the_merge_takes_theirs_over(
    clones: Path, three: Sequence[Ledger], capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(clones / "records")
    done = git(clones, "merge", "other")
    assert done.returncode == 1
    assert "advisor records merge MERGE_HEAD" in done.stdout + done.stderr
    assert ledger.entry(6).data == three[0].entry(6).data
    assert ledger.numbers() == [*range(1, 8)]
    assert judged(ledger).status == UNVERIFIABLE
    told_by = merge_command(clones, "MERGE_HEAD", capsys)
    assert told_by[0] == 0, told_by
    assert "record 6 (decision) of that branch is record 7 here" in told_by[1]
    assert judged(ledger).status == 0
    git(clones, "add", "-A")
    assert git(clones, "commit", "-q", "-m", "merge").returncode == 0
    again = merge_command(clones, "other", capsys)
    assert "nothing to take over" in again[1]
    git(clones, "checkout", "-q", "other")
    assert git(clones, "merge", "-q", "main").returncode == 0
    assert judged(Ledger(clones / "records")).status == 0


def test_a_revision_is_taken_over_with_its_names_and_texts(
    clones: Path, three: Sequence[Ledger], capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(clones / "records")
    assert merge_command(clones, "other", capsys)[0] == 0
    assert judged(ledger).status == 0
    assert {"one", "two"} <= titles(ledger)


def test_a_repository_that_was_received_runs_no_program(
    clones: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Settings of the repository that name programs, and objects that would have to be fetched."""
    ran = tmp_path / "ran"
    program = tmp_path / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n")
    program.chmod(0o755)
    blob = git(clones, "rev-parse", "other:records/00000006-record.toml").stdout.strip()
    (clones / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for name, value in {
        "core.fsmonitor": program, "core.hooksPath": tmp_path, "core.sshCommand": program, "core.pager": program,
        "extensions.partialClone": "origin", "remote.origin.url": f"ext::{program}", "protocol.ext.allow": "always",
        "remote.origin.promisor": "true", "remote.origin.uploadpack": program, "diff.external": program,
        "core.gitProxy": program, "credential.helper": f"!{program}", "core.repositoryFormatVersion": "1",
    }.items():  # fmt: skip
        git(clones, "config", name, str(value))
    done = merge_command(clones, "other", capsys)
    assert done[0] == 2
    assert "missing from the repository" in done[1]
    assert not ran.exists()
    git(clones, "cat-file", "-p", blob)
    assert ran.exists(), "without our precautions git runs what the repository names"


@pytest.mark.parametrize("source", ["--upload-pack=x", "nowhere", "main:records", ""])
def test_a_source_that_is_neither_folder_nor_revision_is_refused(
    clones: Path, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = merge_command(clones, source, capsys)
    assert done[0] == 2
    assert done[1].count("\n") == 1


def test_the_interface_says_where_a_record_was_taken_over_from(three: tuple[Ledger, Ledger, Ledger]) -> None:
    one, two, _ = three
    assert "taken over" not in dict(opened(one, 6).rows)
    ((_, here), *_) = taken(one, two)
    shown = dict(opened(one, here).rows)
    assert shown["taken over"] == "from another branch, where it is record 6, by ada@hospital.example"
    assert shown["title"] == "two"

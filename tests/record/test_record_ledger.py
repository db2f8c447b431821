"""Records are numbered without a gap and chained by digest; nothing read from one can lead out of the ledger."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from advisor.errors import BadInput
from advisor.record.durable_write import NotSaved
from advisor.record.formats.encoding import FIRST, Position
from advisor.record.ledger import MAX_RECORD, Ledger, number_of


def noted(at: Position) -> bytes:
    return f"{at.seq} after {at.prev_sha256}".encode()


def test_each_record_holds_the_digest_of_the_one_before(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "records")
    saved = [ledger.append(noted) for _ in range(3)]
    assert [one.number for one in saved] == [1, 2, 3] == ledger.numbers()
    assert ledger.entry(1).data == noted(Position(1, FIRST))
    assert ledger.entry(3).data == noted(Position(3, sha256(ledger.entry(2).data).hexdigest()))
    assert saved[2].digest == ledger.entry(3).digest
    assert saved[2].path.name == "00000003-record.toml"
    assert saved[2].sentence.startswith("saved ")


def test_a_number_taken_meanwhile_moves_the_writer_on(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    asked: list[int] = []

    def build(at: Position) -> bytes:
        asked.append(at.seq)
        if len(asked) == 1:
            Ledger(tmp_path).append(noted)
        return noted(at)

    assert ledger.append(build).number == 2
    assert asked == [1, 2]
    assert ledger.entry(2).data == noted(Position(2, ledger.entry(1).digest))


def test_blobs_are_kept_once_under_their_digest(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "records")
    digest = sha256(b"rules").hexdigest()
    assert ledger.keep_blob(b"rules")
    assert ledger.keep_blob(b"rules")
    assert ledger.blob(digest) == b"rules"
    assert ledger.blob(sha256(b"other").hexdigest()) is None
    (tmp_path / "records" / "blobs" / "sha256" / digest).write_bytes(b"changed")
    with pytest.raises(NotSaved, match="holds other bytes"):
        ledger.keep_blob(b"rules")


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", "a" * 63, "a" * 64 + "\n", "A" * 64])
def test_a_digest_that_is_none_leads_nowhere(tmp_path: Path, digest: str) -> None:
    assert Ledger(tmp_path).blob(digest) is None
    assert Ledger(tmp_path).signature(digest) is None


def test_missing_linked_and_oversized_records_are_refused(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    (tmp_path / "00000001-record.toml").symlink_to("/etc/hostname")
    (tmp_path / "00000002-record.toml").write_bytes(b"x" * (MAX_RECORD + 1))
    for number, words in ((1, "symbolic"), (2, "more than"), (3, "does not exist")):
        with pytest.raises(BadInput, match=words):
            ledger.entry(number)


def test_a_record_beyond_the_limit_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match="at most"):
        Ledger(tmp_path).append(lambda at: b"x" * (MAX_RECORD + 1))
    assert Ledger(tmp_path).numbers() == []


def test_other_names_are_no_records(tmp_path: Path) -> None:
    for name in ("1-record.toml", "00000001-record.toml.sig", "00000001-record.toml\n", "notes.txt", ".0a.tmp"):
        (tmp_path / name).write_bytes(b"")
        assert number_of(name) == 0
    (tmp_path / "blobs").mkdir()
    assert Ledger(tmp_path).numbers() == []
    assert Ledger(tmp_path).strays() == sorted(
        ["1-record.toml", "00000001-record.toml.sig", "00000001-record.toml\n", "notes.txt", ".0a.tmp"]
    )
    assert Ledger(tmp_path / "absent").numbers() == []

"""A file is either saved whole, or not there; and the user is told which, in words."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from advisor.bounded_read import read_whole
from advisor.record import durable_write
from advisor.record.durable_write import NotSaved, open_directory, write_new


def save(directory: Path, name: str, data: bytes) -> bool:
    with open_directory(directory) as handle:
        return write_new(handle, name, data, directory / name)


def test_what_was_saved_reads_back_and_others_may_read_it(tmp_path: Path) -> None:
    assert save(tmp_path / "records", "a", b"one\n")
    assert (tmp_path / "records" / "a").read_bytes() == b"one\n"
    assert stat.S_IMODE((tmp_path / "records" / "a").stat().st_mode) == 0o644
    assert os.listdir(tmp_path / "records") == ["a"]


def test_a_name_that_is_taken_is_never_overwritten(tmp_path: Path) -> None:
    save(tmp_path, "a", b"first")
    with pytest.raises(FileExistsError):
        save(tmp_path, "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["a"]


def test_where_nameless_files_are_unknown_a_hidden_one_is_used_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable_write, "_PROC", str(tmp_path / "no-such-proc"))
    assert save(tmp_path, "a", b"x" * 100_000)
    with pytest.raises(FileExistsError):
        save(tmp_path, "a", b"y")
    assert os.listdir(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"x" * 100_000


def test_short_writes_are_carried_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data[:3])))
    assert save(tmp_path, "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_a_link_that_was_made_though_the_call_says_otherwise_counts_as_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.link

    def twice(*given: object, **named: object) -> None:
        real(*given, **named)  # type: ignore[arg-type]
        real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", twice)
    assert save(tmp_path, "a", b"x")


def test_a_device_that_keeps_other_bytes_is_found_out_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, b"?" * len(data)))
    with pytest.raises(NotSaved, match="input/output error"):
        save(tmp_path, "a", b"0123456789")
    assert os.listdir(tmp_path) == []


def test_a_file_that_reads_back_different_is_not_called_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def spoil(source: str, name: str, **named: object) -> None:
        real(source, name, **named)  # type: ignore[arg-type]
        (tmp_path / name).write_bytes(b"012345678!")

    monkeypatch.setattr(os, "link", spoil)
    with pytest.raises(NotSaved, match="reads back different"):
        save(tmp_path, "a", b"0123456789")


def test_an_unconfirmed_directory_is_not_called_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def only_files(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(5, "Input/output error")
        real(handle)

    with open_directory(tmp_path) as handle:
        monkeypatch.setattr(os, "fsync", only_files)
        assert write_new(handle, "a", b"x", tmp_path / "a") is False


def test_unusable_directories_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    said = {"file": "is not a directory", "link": "is a symbolic link", "a/b": "does not exist", "x" * 300: "too long"}
    for name, words in said.items():
        with pytest.raises(NotSaved, match=words) as refused:
            save(tmp_path / name, "a", b"x")
        assert refused.value.sentence.startswith(str(tmp_path / name))
        assert "\n" not in refused.value.sentence


def test_reading_stops_at_the_limit_and_never_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 11)
    (tmp_path / "link").symlink_to(tmp_path / "big")
    with pytest.raises(ValueError, match="more than 10 bytes"):
        read_whole(tmp_path / "big", 10)
    with pytest.raises(OSError, match="symbolic"):
        read_whole(tmp_path / "link", 100)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "no space is left on the device; free some space"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EROFS, "the file system is read-only; choose another directory"),
        (errno.EACCES, "permission denied; choose a directory you may write to"),
        (errno.EIO, "the device reports an input/output error"),
        (errno.EINTR, "interrupted system call; try again"),
    ],
)
@pytest.mark.parametrize("call", ["write", "fsync", "fchmod", "link"])
def test_what_the_system_refuses_is_told_in_words_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, words: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with open_directory(tmp_path) as handle:
        monkeypatch.setattr(os, call, refuse)
        with pytest.raises(NotSaved) as refused:
            write_new(handle, "a", b"x", tmp_path / "a")
    assert refused.value.sentence.startswith(f"{tmp_path}/a: {words}")
    assert os.listdir(tmp_path) == []

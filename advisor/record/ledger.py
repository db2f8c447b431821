"""The ledger: a directory of numbered records, each with the digest of the one before, and of the blobs they pin."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from advisor.bounded_read import read_whole
from advisor.errors import BadInput
from advisor.record.durable_write import NotSaved, open_directory, reason, synced, write_new
from advisor.record.formats.encoding import FIRST, Position, name_of

ALLOWED_SIGNERS = "allowed_signers"
"""Where a ledger may keep the people who may sign, in the format of ssh-keygen(1)."""
VERIFIER = "verify.py"
"""The verifier that is written next to the records, for people without the program."""
VERIFIER_SOURCE = Path(__file__).parent / "audit" / "standalone_verifier.py"
MAX_RECORD = 1_000_000
MAX_BLOB = 16_000_000
_NAME = re.compile(r"([0-9]{8})-record\.toml")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved: `durable` is False where the system did not confirm that it survives a power cut."""

    path: Path
    number: int
    digest: str
    durable: bool

    @property
    def sentence(self) -> str:
        """What to tell the user."""
        if self.durable:
            return f"saved {self.path} (sha256 {self.digest})"
        return f"written {self.path} (sha256 {self.digest}), durability unconfirmed: a power cut may still lose it"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as it lies in the ledger."""

    number: int
    path: Path
    data: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the file's bytes, in hex."""
        return sha256(self.data).hexdigest()


def number_of(name: str) -> int:
    """The number in a record's file name; 0 when it is not one."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else 0


class Ledger:
    """A directory of records; reading never follows a link out of it, and nothing in it is ever changed."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def numbers(self) -> list[int]:
        """The numbers of all records, ascending; empty where the directory does not exist yet."""
        try:
            names = os.listdir(self.directory)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise BadInput(str(self.directory), *reason(error)) from None
        return sorted(int(found[1]) for found in map(_NAME.fullmatch, names) if found)

    def strays(self) -> list[str]:
        """Names in the directory that are neither records nor parts of the ledger."""
        known = {"blobs", "signatures", "words", ALLOWED_SIGNERS, *([VERIFIER] if self._holds_our_verifier() else [])}
        return sorted(name for name in os.listdir(self.directory) if not _NAME.fullmatch(name) and name not in known)

    def entry(self, number: int) -> Entry:
        """Read one record; raises BadInput when it is missing, a link, or larger than a record may be."""
        path = self.directory / name_of(number)
        return Entry(number, path, _read(path, MAX_RECORD))

    def blob(self, digest: str) -> bytes | None:
        """The pinned bytes of a digest as they lie there, checked by the caller; None when they are missing."""
        return self._part("blobs/sha256", digest, "")

    def signature(self, digest: str) -> bytes | None:
        """A detached signature by its own digest; None when it is missing."""
        return self._part("signatures", digest, ".sig")

    def words(self, digest: str) -> bytes | None:
        """A salt and a name or text, by their digest, checked by the caller; None where they were deleted."""
        return self._part("words", digest, "")

    def word_files(self) -> list[str]:
        """The digests of all names and texts that are there."""
        try:
            return sorted(name for name in os.listdir(self.directory / "words") if _HEX.fullmatch(name))
        except OSError:
            return []

    def append(self, build: Callable[[Position], bytes]) -> Saved:
        """Save what `build` gives for the next free place; several writers may do so at once, each gets its own."""
        with open_directory(self.directory) as directory:
            while True:
                at = self.next()
                path, data = self.directory / name_of(at.seq), build(at)
                if len(data) > MAX_RECORD:
                    raise NotSaved(str(path), f"the record has {len(data):,} bytes", f"at most {MAX_RECORD:,} are kept")
                try:
                    durable = write_new(directory, path.name, data, path)
                except FileExistsError:
                    continue  # another writer took the number: take the next, and its digest
                return Saved(path, at.seq, sha256(data).hexdigest(), durable)

    def next(self) -> Position:
        """The place after the last record."""
        numbers = self.numbers()
        if not numbers:
            return Position(1, FIRST)
        return Position(numbers[-1] + 1, self.entry(numbers[-1]).digest)

    def keep_blob(self, data: bytes) -> bool:
        """Keep pinned bytes under their digest, unless they lie there already; True when durable."""
        return self._keep(("blobs", "blobs/sha256"), sha256(data).hexdigest(), data)

    def keep_verifier(self) -> None:
        """Write the verifier next to the records, unless a file of its name lies there already."""
        with open_directory(self.directory) as directory, suppress(FileExistsError):
            write_new(directory, VERIFIER, _verifier(), self.directory / VERIFIER)

    def _holds_our_verifier(self) -> bool:
        try:
            return _read(self.directory / VERIFIER, MAX_RECORD) == _verifier()
        except BadInput:
            return False

    def keep_signature(self, data: bytes) -> bool:
        """Keep a detached signature under its digest; True when durable."""
        return self._keep(("signatures",), sha256(data).hexdigest() + ".sig", data)

    def keep_words(self, data: bytes) -> bool:
        """Keep a salt and a name or text under their digest; True when durable."""
        return self._keep(("words",), sha256(data).hexdigest(), data)

    def delete_words(self, digest: str) -> bool:
        """Delete a name or text, where it is there; True when the deletion is durable."""
        place = self.directory / "words"
        with open_directory(place) as directory:
            try:
                os.unlink(digest, dir_fd=directory)
            except FileNotFoundError:
                pass
            except OSError as error:
                raise NotSaved(str(place / digest), *reason(error)) from None
            return synced(directory)

    def _part(self, folder: str, digest: str, suffix: str) -> bytes | None:
        # A digest comes from inside a record: only 64 hex digits may become part of a path.
        if _HEX.fullmatch(digest) is None:
            return None
        path = self.directory / folder / (digest + suffix)
        return _read(path, MAX_BLOB) if os.path.lexists(path) else None

    def _keep(self, folders: tuple[str, ...], name: str, data: bytes) -> bool:
        for folder in ("", *folders[:-1]):
            with open_directory(self.directory / folder):
                pass  # it exists now
        place = self.directory / folders[-1]
        with open_directory(place) as directory:
            try:
                return write_new(directory, name, data, place / name)
            except FileExistsError:
                if _read(place / name, MAX_BLOB) == data:
                    return synced(directory)  # whoever wrote it may not have come so far
                raise NotSaved(str(place / name), "holds other bytes than its name says", "verify the ledger") from None


def _read(path: Path, limit: int) -> bytes:
    try:
        return read_whole(path, limit)
    except ValueError as error:
        raise BadInput(str(path), str(error)) from None
    except OSError as error:
        raise BadInput(str(path), *reason(error)) from None


def _verifier() -> bytes:
    return read_whole(VERIFIER_SOURCE, MAX_RECORD, follow=True)

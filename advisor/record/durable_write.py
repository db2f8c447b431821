"""One new file in a directory, crash-safely: after "saved" it is whole and durable, before that it is not there."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from advisor.bounded_read import read_whole
from advisor.errors import AdvisorError

_PROC = "/proc/self/fd"
_MODE = 0o644
_NO_TMPFILE = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)
_REASONS = {
    errno.ENOSPC: ("no space is left on the device", "free some space and save again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and save again"),
    errno.EROFS: ("the file system is read-only", "choose another directory"),
    errno.EACCES: ("permission denied", "choose a directory you may write to"),
    errno.EPERM: ("the operation is not permitted here", "choose another directory"),
    errno.ELOOP: ("is a symbolic link", "name the directory itself"),
    errno.ENOTDIR: ("is not a directory", "name a directory"),
    errno.ENOENT: ("does not exist", "create it, or name another"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EIO: ("the device reports an input/output error", "check the device before you save again"),
}


class NotSaved(AdvisorError):
    """Nothing was saved, or what was written cannot be relied on; the sentence tells which."""


@contextmanager
def open_directory(path: Path) -> Iterator[int]:
    """Open a directory for saving, creating it (not its parents) where it is missing; raises NotSaved.

    A symbolic link is refused: records must lie where the user said.
    """
    with _saying(path):
        try:
            os.mkdir(path, 0o755)
            _sync_parent(path)
        except FileExistsError:
            pass
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        with suppress(OSError):
            os.close(handle)


def write_new(directory: int, name: str, data: bytes, shown: Path) -> bool:
    """Put `data` into the open directory as the new file `name`; True when it is known to be durable.

    False means written and whole, but the system did not confirm that it survives a power cut.
    Raises FileExistsError when the name is taken, NotSaved (naming `shown`) for every other failure.
    """
    with _saying(shown):
        handle, temporary = _open_unnamed(directory)
        try:
            _write_all(handle, data)
            os.fchmod(handle, _MODE)
            os.fsync(handle)
            _hold_whole(handle, data)
            _link(directory, handle, temporary, name)
        except BaseException:
            _close(handle, directory, temporary)
            raise
        closed = _close(handle, directory, temporary)
        durable = synced(directory) and closed
    _read_back(directory, name, data, shown)
    return durable


def _open_unnamed(directory: int) -> tuple[int, str]:
    """A file that no name leads to, so that a crash leaves nothing; else a hidden temporary one, with its name."""
    flags = os.O_RDWR | os.O_CLOEXEC
    if hasattr(os, "O_TMPFILE") and os.path.isdir(_PROC):
        try:
            return os.open(".", flags | os.O_TMPFILE, 0o600, dir_fd=directory), ""
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
    temporary = f".{secrets.token_hex(8)}.tmp"
    return os.open(temporary, flags | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=directory), temporary


def _write_all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        written = os.write(handle, rest)
        if written == 0:
            raise OSError(errno.EIO, "nothing was written")
        rest = rest[written:]


def _hold_whole(handle: int, data: bytes) -> None:
    """A device that claimed to write what it did not is found out while no name leads to the file yet."""
    if os.pread(handle, len(data) + 1, 0) != data:
        raise OSError(errno.EIO, "the file does not hold what was written")


def _link(directory: int, handle: int, temporary: str, name: str) -> None:
    """Give the finished file its name; FileExistsError when another file has it."""
    source, where = (temporary, directory) if temporary else (f"{_PROC}/{handle}", None)
    try:
        os.link(source, name, src_dir_fd=where, dst_dir_fd=directory, follow_symlinks=not temporary)
    except OSError as error:
        # An interrupted call, or a network file system that answers twice, may have made the link all the same.
        if error.errno not in (errno.EEXIST, errno.EINTR) or not _is_ours(directory, handle, name):
            raise


def _is_ours(directory: int, handle: int, name: str) -> bool:
    try:
        there = os.stat(name, dir_fd=directory, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), there)


def _close(handle: int, directory: int, temporary: str) -> bool:
    if temporary:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=directory)
    try:
        os.close(handle)
    except OSError:
        return False
    return True


def synced(directory: int) -> bool:
    """Whether the system confirms that the names in an open directory survive a power cut."""
    try:
        os.fsync(directory)
    except OSError:
        return False
    return True


def _sync_parent(path: Path) -> None:
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_back(directory: int, name: str, data: bytes, shown: Path) -> None:
    try:
        found = read_whole(Path(name), len(data), directory)
    except (OSError, ValueError) as error:
        why = reason(error)[0] if isinstance(error, OSError) else str(error)
        raise NotSaved(str(shown), f"was written but cannot be read back: {why}", "do not rely on it") from None
    if sha256(found).digest() != sha256(data).digest():
        raise NotSaved(str(shown), "was written but reads back different", "check the device; do not rely on it")


@contextmanager
def _saying(path: Path) -> Iterator[None]:
    """Turn what the system says into one sentence; a taken name stays a FileExistsError."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno == errno.ENOTDIR and path.is_symlink():
            error.errno = errno.ELOOP
        raise NotSaved(str(path), *reason(error)) from None


def reason(error: OSError) -> tuple[str, str]:
    """What the system says, and what to do about it, in words."""
    number = error.errno or 0
    return _REASONS.get(number, (os.strerror(number).lower(), "try again"))

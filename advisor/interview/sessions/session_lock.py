"""One program at a time works on an interview: a lock that ends with the program, however that ends."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 200


class SessionHeld(AdvisorError):
    """Another program has the interview open."""


class SessionLock:
    """Held from `take` to `release`; the kernel releases it where the program is killed, so none is ever stale.

    A folder that cannot be written has no locks: there nothing can be kept either, which the interview says.
    """

    def __init__(self, session: Path) -> None:
        self._session, self._path = session, session.with_suffix(".lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock and say in it who has it; raises SessionHeld, which names who does."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            while self._handle is None:
                self._try()

    def _try(self) -> None:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = _read(handle)
            os.close(handle)
            raise SessionHeld(self._session.name, f"is open in {who}", "go on there, or end that program") from None
        except OSError:
            os.close(handle)
            raise
        if not _is_at(self._path, handle):  # it was released, and so removed, between opening and locking
            os.close(handle)
            return
        os.ftruncate(handle, 0)
        os.write(handle, _myself().encode("utf-8"))
        self._handle = handle

    def release(self) -> None:
        """Give the lock up and leave nothing behind."""
        if self._handle is not None:
            with suppress(OSError):
                self._path.unlink()
            os.close(self._handle)
            self._handle = None


def holder(session: Path) -> str:
    """Say which program has an interview open; empty where none has."""
    try:
        handle = os.open(session.with_suffix(".lock"), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _read(handle)
    finally:
        os.close(handle)
    return ""


def _myself() -> str:
    return f"process {os.getpid()} on {os.uname().nodename} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def _read(handle: int) -> str:
    """What the holder wrote; a program between locking and writing has not said yet."""
    with suppress(OSError):
        text = os.pread(handle, LONGEST, 0).decode("utf-8", "replace").strip()
        if text:
            return text
    return "another program"


def _is_at(path: Path, handle: int) -> bool:
    with suppress(OSError):
        return os.path.samestat(path.stat(follow_symlinks=False), os.fstat(handle))
    return False

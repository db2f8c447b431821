"""What the interface and its worker process say to each other, and how it is framed on a pipe.

Both ends are this program: the bytes never come from outside, so pickle's trust in them is warranted.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.assessment import Assessment
    from advisor.interview.answers import Answers
    from advisor.interview.assumptions import Assumptions

HEADER = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Assess:
    """Asks for a verdict; `number` comes back with it."""

    number: int
    answers: Answers


@dataclass(frozen=True, slots=True)
class Save:
    """Asks for a record in a folder."""

    answers: Answers
    directory: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Asks about records: `list` them, `show` one, or `verify` one."""

    what: str
    directory: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What was asked about records, in lines."""

    what: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """The knowledge base is loaded; these are its defaults."""

    assumptions: Assumptions


@dataclass(frozen=True, slots=True)
class Assessed:
    """A verdict for the request of that number; what could change it is found later, and sent when `is_complete`."""

    number: int
    assessment: Assessment
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """A record was written and read back; `durable` is False where the disk did not confirm it."""

    path: str
    number: int
    durable: bool


@dataclass(frozen=True, slots=True)
class NotSaved:
    """No record was written, for this reason."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no verdict, for this reason."""

    sentence: str


Request = Assess | Save | Tell
Reply = Ready | Assessed | Saved | NotSaved | Told | Refused


def framed(message: Request | Reply) -> bytes:
    """Put a message in bytes: its length in four bytes, then itself."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


def unframed(body: bytes) -> Any:
    """Read a message from the bytes after its header."""
    return pickle.loads(body)

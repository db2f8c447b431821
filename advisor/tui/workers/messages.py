"""What the interface and its worker process say to each other, and how it is framed on a pipe.

Both ends are this program: the bytes never come from outside, so pickle's trust in them is warranted.
"""

from __future__ import annotations

import pickle
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.assessment.open_evidence import NeverAsked
    from advisor.interview.answers import Answers
    from advisor.interview.assumptions import Assumptions

HEADER = struct.Struct(">I")


class Assess(NamedTuple):
    """Asks for a verdict; `number` comes back with it."""

    number: int
    answers: Answers


class Stated(NamedTuple):
    """What people add to a record, as they typed it; all of it may be left out."""

    title: str = ""
    reason: str = ""
    deciders: str = ""
    review_by: str = ""
    confirmation: str = ""


class Save(NamedTuple):
    """Asks for a record in a folder, and to say there that it takes the place of the record `supersedes` (0: none)."""

    answers: Answers
    directory: str
    stated: Stated = Stated()
    supersedes: int = 0


class Preview(NamedTuple):
    """Asks for the record as it would be saved now."""

    answers: Answers
    directory: str
    stated: Stated = Stated()


class Ready(NamedTuple):
    """The knowledge base is loaded; these are its defaults."""

    assumptions: Assumptions


class Assessed(NamedTuple):
    """A verdict for the request of that number; what could change it is found later, and sent when `is_complete`."""

    number: int
    assessment: Assessment
    is_complete: bool


class Ordered(NamedTuple):
    """What was never asked, and which of it is best asked next, for the request of that number."""

    number: int
    asking: NeverAsked


class Saved(NamedTuple):
    """A record was written and read back; `durable` is False where the disk did not confirm it.

    `sentence` says so with the record's digest, `note` what became of the record it supersedes.
    """

    path: str
    number: int
    durable: bool
    sentence: str
    note: str = ""


class Previewed(NamedTuple):
    """A record as it would be saved, or why it cannot be."""

    text: str
    problem: str = ""


class NotSaved(NamedTuple):
    """No record was written, for this reason."""

    sentence: str


class Refused(NamedTuple):
    """There is no verdict, for this reason."""

    sentence: str


Request = Assess | Save | Preview
Reply = Ready | Assessed | Ordered | Saved | NotSaved | Previewed | Refused


def framed(message: object) -> bytes:
    """Put a message in bytes: its length in four bytes, then itself."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


def unframed(body: bytes) -> Any:
    """Read a message from the bytes after its header."""
    return pickle.loads(body)

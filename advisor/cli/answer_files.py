"""Answer files from disk to answers; every fault is one sentence."""

from __future__ import annotations

from pathlib import Path

from advisor.errors import BadInput
from advisor.interview.answers import MAX_BYTES, Answers, read_answers, vocabulary
from advisor.knowledge.pack import Knowledge


def load_answers(path: str, knowledge: Knowledge) -> Answers:
    """Read one answers file; raises BadInput naming the file, the key and what is allowed."""
    return read_answers(_bytes(path), path, vocabulary(knowledge))


def _bytes(path: str) -> bytes:
    """At most one byte more than is allowed, so that a huge file is refused without being read."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise BadInput(path, "no such file") from None
    except IsADirectoryError:
        raise BadInput(path, "is a folder", "name an answers file in it") from None
    except OSError as error:
        raise BadInput(path, f"cannot be read: {error.strerror}") from None

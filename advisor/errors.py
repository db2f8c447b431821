"""Every error a user can meet: where it happened, what is wrong, what to do."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_LONGEST_COMPARED, _MOST_COMPARED = 100, 1_000
"""Letters and number of the names that are compared with a misspelled one: it takes time by both lengths."""


class AdvisorError(Exception):
    """Base of all errors shown to a user as one sentence, never as a traceback.

    `where` names the file and key, `what` the fault, `todo` what is allowed or what to do next.
    """

    status = 1

    def __init__(self, where: str, what: str, todo: str = "") -> None:
        self.where, self.what, self.todo = where, what, todo
        super().__init__(self.sentence)

    def __reduce__(self) -> tuple[type[AdvisorError], tuple[str, str, str]]:
        """Let a worker process send the error whole; Exception would send the sentence alone."""
        return type(self), (self.where, self.what, self.todo)

    @property
    def sentence(self) -> str:
        """The one line that the command line and the interface both show."""
        tail = f"; {self.todo}" if self.todo else ""
        return f"{self.where}: {self.what}{tail}"


class BadInput(AdvisorError):
    """An answers file, option or value that the contract does not allow."""

    status = 2


class BadKnowledge(AdvisorError):
    """A rule pack, parameter, catalog or questionnaire that cannot be used as written."""

    status = 2


class EnginesDisagree(AdvisorError):
    """durable_rules and the reference evaluator fired different rules: no advice is given."""

    status = 3


def nearest(wrong: str, allowed: Iterable[str]) -> str:
    """Say what is allowed, leading with the spelling nearest to `wrong`.

    Names of files that others wrote may be of any length and number: of those too long or too many, none is compared.
    """
    choices = [str(choice) for choice in allowed]
    near = [choice for choice in choices[:_MOST_COMPARED] if len(choice) <= _LONGEST_COMPARED]
    begun = [choice for choice in near if wrong and choice.startswith(wrong)]
    close = begun or (get_close_matches(wrong, near, n=1, cutoff=0.6) if len(wrong) <= _LONGEST_COMPARED else [])
    if close:
        return f"did you mean {' or '.join(repr(choice) for choice in close[:3])}?"
    listed = ", ".join(f"{one[:_LONGEST_COMPARED]}…" if len(one) > _LONGEST_COMPARED else one for one in choices[:12])
    return f"allowed: {listed}{', …' if len(choices) > 12 else ''}"


def shown(raw: object) -> str:
    """Quote what was given on one short line, control characters escaped."""
    try:
        text = repr(raw)
    except ValueError:  # Python refuses to print integers of thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= 60 else f"{text[:59]}…"


def sentence_of(error: Exception) -> str:
    """Say an error in one line; one that the program does not know is its own fault."""
    if isinstance(error, AdvisorError):
        return error.sentence
    if isinstance(error, OSError):
        return f"{error.filename or 'the disk'}: {error.strerror}"
    return f"a fault of the program itself: {type(error).__name__} ({error})"

"""One thing that is wrong with a rule pack."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.errors import BadKnowledge


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A finding of lint, of the cases or of coverage: the file, the entry of it, what is wrong there."""

    file: str
    entry: str
    what: str

    @classmethod
    def of(cls, error: BadKnowledge) -> Fault:
        """The fault that a refusal describes; its `where` starts with the file."""
        file, _, entry = error.where.partition(": ")
        return cls.at(file, entry, error)

    @classmethod
    def at(cls, file: str, entry: str, error: BadKnowledge) -> Fault:
        """The fault that a refusal describes, at an entry that is known better than the refusal knew it."""
        return cls(file, entry, f"{error.what}; {error.todo}" if error.todo else error.what)

    @property
    def line(self) -> str:
        """The one line shown: file, entry, what."""
        return ": ".join(part for part in (self.file, self.entry, self.what) if part)

"""What a comparison of verdicts is made of: the real answers, each variant, and the answers being tried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from advisor.assessment import Assessment

REAL_NAME, TRIED = "real answers", "tried now"


class Weighed(NamedTuple):
    """One column of a comparison: a name, what it changes in words, and its verdict; None until that is known."""

    name: str
    changes: tuple[str, ...]
    assessment: Assessment | None

    @property
    def title(self) -> str:
        """Its name as it heads a column."""
        return self.name if self.name in (REAL_NAME, TRIED) else f"variant {self.name}"

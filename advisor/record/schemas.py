"""Every schema of a record that this program reads: an older one keeps its own shape, and is never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.record.encoding import SCHEMA, Table
from advisor.record.shape import BODY, FRONTS, Shape, misfit


@dataclass(frozen=True, slots=True)
class Schema:
    """The shape of one schema: the tables before the answers by kind, those from the answers on, and what it lacked.

    A table that an older schema lacked reads as empty: exports show none, and replay compares nothing there.
    """

    fronts: Mapping[str, Shape]
    body: Shape
    lacked: tuple[str, ...] = ()

    def completed(self, table: Table) -> Table:
        """A whole decision with empty tables where this schema had none."""
        return {**table, **{name: {} for name in self.lacked if name not in table}}

    def misfit(self, table: Table, kind: str, whole: bool) -> str:
        """The path of the first part of a record that does not fit, or ""."""
        wrong = misfit(table, self.fronts[kind], "")
        if not wrong and whole and kind == "decision":
            wrong = misfit(table, self.body, "")
        return wrong.removeprefix(".")


SCHEMAS: Mapping[str, Schema] = {
    # Before published methods were recorded beside the verdict, and before a flip said what one would do about it.
    "advisor.record/0": Schema(FRONTS, BODY, lacked=("methods", "never_asked")),
    # Before a question without an answer told whether it had been asked.
    "advisor.record/1": Schema(FRONTS, BODY, lacked=("never_asked",)),
    SCHEMA: Schema(FRONTS, BODY),
}
"""By the id in `record.schema`. A field that is added to a record needs an entry here: the id goes up by one, the entry
of the id before keeps its shapes as they were, and `lacked` names the tables it did not have."""

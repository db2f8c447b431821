"""What was measured: the answers, the totals behind them, the rows read and skipped, and the files with digests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tomli_w

from advisor.bounded_read import open_input
from advisor.errors import BadInput
from advisor.interview.measured_files import MeasuredFile

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Measurement:
    """Answers by key, written as in an answers file, and what they were computed from."""

    answers: Mapping[str, str | int | float | bool]
    totals: Mapping[str, int]
    rows_read: int
    skipped: Mapping[str, int]
    sources: Sequence[MeasuredFile]
    notes: Sequence[str] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The object that `measure … --format json` prints."""
        rows = {"read": self.rows_read, "skipped": sum(self.skipped.values()), "why": dict(self.skipped)}
        plain: dict[str, Any] = {"answers": dict(self.answers), "totals": dict(self.totals), "rows": rows}
        plain["measurements"] = [source.table() for source in self._based()]
        return plain | {"notes": list(self.notes)} | dict(self.detail)

    def as_answers(self) -> str:
        """An answers file with these answers and what each rests on; comments name the rows left out."""
        lines = [f"# Rows read: {self.rows_read:,}; skipped: {sum(self.skipped.values()):,}"]
        lines += [f"#   {count:,} {reason}" for reason, count in sorted(self.skipped.items())]
        lines += [f"# {note}" for note in self.notes]
        section = ""
        for key, value in sorted(self.answers.items()):
            table, name = key.split(".", 1)
            if table != section:
                lines += ["", f"[{table}]"]
                section = table
            lines.append(f"{name} = {_written(value)}")
        for each in self._based():
            lines += ["", "[[measurement]]", *tomli_w.dumps(each.table()).splitlines()]
        return "\n".join(lines) + "\n"

    def _based(self) -> list[MeasuredFile]:
        """The sources with the answers that rest on them: all of these."""
        return [replace(each, answers=tuple(sorted(self.answers))) for each in self.sources]


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces; raises BadInput in one sentence where it cannot be read."""
    total = hashlib.sha256()
    try:
        with open_input(path) as file:
            while piece := file.read(_CHUNK):
                total.update(piece)
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from None
    return total.hexdigest()


def _written(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else repr(value)

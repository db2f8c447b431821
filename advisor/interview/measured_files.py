"""The files that answers were measured from: a table `[[measurement]]` of an answers file, a session or a record."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from advisor.errors import BadInput, nearest, shown

_DIGEST = re.compile(r"[0-9a-f]{64}|")
_NAMES = ("file", "sha256", "tool", "from", "to", "answers")
_SHORT = 12
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """One source of a measurement: its path or address, its digest (none for a database), its tool and its period.

    `answers` are the keys that rest on it.
    """

    file: str
    sha256: str
    tool: str
    begins: str = ""
    ends: str = ""
    answers: tuple[str, ...] = ()

    def table(self) -> dict[str, Any]:
        """The entry of `measurements`, under the contract's names."""
        return {"file": self.file, "sha256": self.sha256, "tool": self.tool, "from": self.begins, "to": self.ends,
                "answers": list(self.answers)}  # fmt: skip

    @property
    def words(self) -> str:
        """Where an answer comes from: tool, file, period and the beginning of the digest."""
        days = sorted({self.begins[:10], self.ends[:10]} - {""})
        period = f", {' to '.join(days)}" if days else ""
        digest = f"sha256 {self.sha256[:_SHORT]}…" if self.sha256 else "a database, without a digest"
        return f"measured from {self.file} ({self.tool}{period}; {digest})"


def read_measured(raw: object, where: str, answered: Collection[str]) -> tuple[MeasuredFile, ...]:
    """Read `[[measurement]]` tables; raises BadInput naming the entry and what is allowed."""
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise BadInput(f"{where}: measurement", "is not a list of tables", "write [[measurement]]")
    return tuple(_read(each, f"{where}: measurement {place}", answered) for place, each in enumerate(raw, 1))


def _read(table: Mapping[str, Any], where: str, answered: Collection[str]) -> MeasuredFile:
    for name, value in table.items():
        if name not in _NAMES:
            raise BadInput(f"{where}: {shown(name)}", "no such key", nearest(name, _NAMES))
        if name != "answers" and not (isinstance(value, str) and len(value) <= _LONGEST and value.isprintable()):
            raise BadInput(f"{where}: {name}", f"{shown(value)} is not a text on one line")
    keys = table.get("answers", [])
    if not isinstance(keys, list):
        raise BadInput(f"{where}: answers", f"{shown(keys)} is not a list of keys")
    for key in keys:
        if key not in answered:
            raise BadInput(f"{where}: answers", f"{shown(key)} is not answered in this file", nearest(key, answered))
    digest = table.get("sha256", "")
    if _DIGEST.fullmatch(digest) is None:
        raise BadInput(f"{where}: sha256", f"{shown(digest)} is not a SHA-256 digest", "64 digits of 0–9 and a–f")
    if not table.get("file") or not table.get("tool"):
        raise BadInput(where, "names no file or no tool", "needed: file, tool")
    begins, ends = (str(table.get(name, "")) for name in ("from", "to"))
    return MeasuredFile(table["file"], digest, table["tool"], begins, ends, tuple(keys))


def without(measurements: Iterable[MeasuredFile], key: str) -> tuple[MeasuredFile, ...]:
    """The measurements after one answer was replaced by hand; one that no answer rests on is gone."""
    left = (replace(each, answers=tuple(one for one in each.answers if one != key)) for each in measurements)
    return tuple(each for each in left if each.answers)


def source_of(measurements: Iterable[MeasuredFile], key: str) -> str:
    """Say what an answer was measured from; empty where it was not."""
    return "; ".join(each.words for each in measurements if key in each.answers)

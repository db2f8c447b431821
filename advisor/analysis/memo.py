"""Results kept by what was read to reach them: whatever else changes, the same reads give the same result."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R")


class Watched(Mapping[K, V]):
    """A mapping that notes what is asked of it, keys it does not have included."""

    def __init__(self, values: Mapping[K, V]) -> None:
        self._values = values
        self.read: dict[K, V | None] = {}

    def __getitem__(self, key: K) -> V:
        self.read[key] = self._values.get(key)
        return self._values[key]

    def __iter__(self) -> Iterator[K]:
        for key in self._values:
            self.read[key] = self._values[key]
            yield key

    def __len__(self) -> int:
        return len(self._values)


class Memo(Generic[K, R]):
    """Results of one deterministic function of a mapping.

    A function that reads the same values in the same order takes the same way, so a result holds for every mapping
    that agrees on the keys that were read. They are few sets, so each lookup tries them all.
    """

    def __init__(self) -> None:
        self._tables: dict[tuple[Hashable, tuple[K, ...]], dict[tuple[Any, ...], R]] = {}

    @property
    def keys(self) -> frozenset[K]:
        """Everything that was read so far."""
        return frozenset(key for _, keys in self._tables for key in keys)

    def find(self, values: Mapping[K, Any], context: Hashable = ()) -> R | None:
        """The result kept for a mapping; `beside` is whatever else the function depends on."""
        for (kept, keys), table in self._tables.items():
            if kept == context:
                found = table.get(tuple(map(values.get, keys)))
                if found is not None:
                    return found
        return None

    def keep(self, watched: Watched[K, Any], result: R, context: Hashable = ()) -> R:
        """Keep a result under what was read for it."""
        table = self._tables.setdefault((context, tuple(watched.read)), {})
        table[tuple(watched.read.values())] = result
        return result

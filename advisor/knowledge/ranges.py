"""A number that is known only to lie between two others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """An interval in one unit; triangular where a mode is known, uniform where it is not.

    A plain number is a range whose ends are equal. Invariant: low <= mode <= high.
    """

    low: float
    high: float
    mode: float | None = None

    @classmethod
    def exactly(cls, value: float) -> Range:
        """Wrap one known number."""
        return cls(value, value)

    @property
    def point(self) -> float:
        """The point estimate: the mode, or the midpoint when there is none."""
        if self.mode is not None:
            return self.mode
        return self.low if self.low == self.high else (self.low + self.high) / 2

    @property
    def is_exact(self) -> bool:
        """Whether the range is one number."""
        return self.low == self.high

    def scaled(self, factor: float) -> Range:
        """Multiply every end by a non-negative factor (a unit conversion)."""
        mode = None if self.mode is None else self.mode * factor
        return Range(self.low * factor, self.high * factor, mode)

"""Quantities as people type them: "2B", "30M/day", "200k..300k/year", "low..mode..high" — to ranges and back.

Every kind has one canonical unit (tokens or dollars per month, dollars per year or hour, milliseconds, a share of 1).
`parse` and `canonical` are inverse: parse(canonical(range)) == range, to the last bit.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from advisor.errors import BadInput, shown
from advisor.knowledge.ranges import Range

_SCALES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_NUMBER = re.compile(
    r"\$?\s*([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?|[+-]?\.[0-9]+)"
    r"\s*([kmbt]?)(%?)",
    re.IGNORECASE,
)
_PER = {"hour": Fraction(720), "day": Fraction(30), "month": Fraction(1), "year": Fraction(1, 12)}
_ALIASES = {
    "h": "hour", "hr": "hour", "hour": "hour", "d": "day", "day": "day", "mo": "month", "month": "month",
    "y": "year", "yr": "year", "year": "year",
}  # fmt: skip
_TIME_RATES = {
    "tokens-per-month": "month", "requests-per-month": "month", "usd-per-month": "month", "usd-per-year": "year",
    "usd-per-hour": "hour",
}  # fmt: skip
_MAXIMA = {
    "tokens": 10**15, "tokens-per-month": 10**15, "requests-per-month": 10**15, "usd": 10**13, "usd-per-month": 10**13, "usd-per-year": 10**13,
    "months": 600, "growth": 100,
}  # fmt: skip
_LARGEST = 10**9  # every other kind; all stay exact in the integers the engines compare
_LONGEST = 400  # letters: the three ends of a range at full precision, with room


def parse(raw: object, kind: str, where: str) -> Range:
    """Read a number or a text of one kind; raises BadInput naming `where`, what is wrong and what is allowed.

    A month is 30 days or 720 hours, a year 12 months (contract).
    """
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        raise BadInput(where, f"{shown(raw)} is not a quantity", _example(kind))
    if isinstance(raw, str):
        result = _parse_text(raw, kind, where)
    else:
        result = Range.exactly(_checked(_exact(raw, where, kind), kind, where))
    return result


@lru_cache(maxsize=4096)
@lru_cache(maxsize=1024)
def canonical(value: Range, kind: str) -> str:
    """Print a range so that `parse` gives it back exactly: the shortest of all spellings that do."""
    unit = _TIME_RATES.get(kind)
    rates = [f"/{name}" for name in ("month", "day", "year", "hour")] if unit else [""]
    ends = [value.low] if value.is_exact else [value.low, value.high]
    if value.mode is not None and not value.is_exact:
        ends = [value.low, value.mode, value.high]
    spellings = (_spell(ends, rate, unit) for rate in rates)
    return min((text for text in spellings if _reads_as(text, kind, value)), key=len)


def _reads_as(text: str, kind: str, value: Range) -> bool:
    """Whether a spelling reads back exactly; one that rounding lifts past the largest amount is not read at all."""
    try:
        return parse(text, kind, "canonical") == value
    except BadInput:
        return False


def largest(kind: str) -> int:
    """The largest amount that is read, in the kind's own unit: beyond it a unit was mistaken."""
    return _MAXIMA.get(kind, _LARGEST)


def _spell(ends: list[float], rate: str, unit: str | None) -> str:
    factor = Fraction(1) if unit is None else _PER[unit] / _PER[rate[1:]]
    return "..".join(_scaled(end, factor) for end in ends) + ("" if rate[1:] == unit else rate)


def _scaled(value: float, factor: Fraction) -> str:
    """The shortest decimal with a scale letter that converts back to exactly `value`."""
    exact = Decimal(repr(value)) * factor.numerator / factor.denominator
    tries = (_rounded(exact, digits) for digits in range(1, 28))
    short = next((near for near in tries if float(Fraction(near) / factor) == value), exact)
    for letter, scale in (("T", 10**12), ("B", 10**9), ("M", 10**6), ("k", 10**3)):
        if abs(short) >= scale:
            return f"{(short / scale).normalize():f}{letter}"
    return f"{short.normalize():f}"


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1)) if value else value


def _parse_text(raw: str, kind: str, where: str) -> Range:
    if len(raw) > _LONGEST:
        raise BadInput(where, f"{shown(raw)} is too long for a quantity", _example(kind))
    text, unit = _split_rate(raw.strip(), kind, where)
    parts = [part.strip() for part in text.split("..")]
    if len(parts) > 3 or not all(parts):
        raise BadInput(where, f"{shown(raw)} is not a quantity", _example(kind))
    scales = [_match(part, raw, kind, where) for part in parts]
    numbers = [_value(number, scale, percent, unit, kind, where) for number, scale, percent in scales]
    if numbers != sorted(numbers):
        raise BadInput(where, f"the range {shown(raw)} is turned round", "write the lower end first")
    if numbers[0] == numbers[-1]:
        return Range.exactly(numbers[0])
    return Range(numbers[0], numbers[-1], numbers[1] if len(numbers) == 3 else None)


def _split_rate(text: str, kind: str, where: str) -> tuple[str, Fraction]:
    """Cut off "/day" or " per day"; returns the factor to the kind's own unit."""
    own = _TIME_RATES.get(kind)
    body, slash, tail = re.sub(r"\s+per\s+", "/", text, flags=re.I).partition("/")
    if not slash:
        return text, Fraction(1)
    if own is None:
        raise BadInput(where, f"{shown(text)} is a rate, and this is not one", _example(kind))
    unit = _ALIASES.get(tail.strip().lower())
    if unit is None:
        raise BadInput(where, f"unknown time {shown(tail.strip())}", "allowed: /hour, /day, /month, /year")
    return body.strip(), _PER[unit] / _PER[own]


def _match(part: str, raw: str, kind: str, where: str) -> tuple[str, str, str]:
    found = _NUMBER.fullmatch(part)
    if found is None:
        raise BadInput(where, f"{shown(raw)} is not a quantity", _example(kind))
    number, scale, percent = found.groups()
    return number, scale.lower(), percent


def _value(number: str, scale: str, percent: str, unit: Fraction, kind: str, where: str) -> float:
    exact = Fraction(number.replace(",", "").replace("_", "")) * _SCALES[scale]
    if percent and kind not in ("share", "growth"):
        raise BadInput(where, f"{number}% is a percentage, and this is not a share", _example(kind))
    return _checked(exact * unit / (100 if percent else 1), kind, where)


def _exact(raw: int | float, where: str, kind: str) -> Fraction:
    if isinstance(raw, float) and not math.isfinite(raw):
        raise BadInput(where, f"{shown(raw)} is not a finite number", _example(kind))
    return Fraction(raw)


def _checked(value: Fraction, kind: str, where: str) -> float:
    """Hold the limits of the kind: no negative amounts, shares within 0–1, ratios of at least 1."""
    if kind == "share" and not 0 <= value <= 1:
        raise BadInput(where, f"the share {_plain(value)} is outside 0–1", "write 0.25 or 25%")
    if kind == "ratio" and value < 1:
        raise BadInput(where, f"the ratio {_plain(value)} is below 1", "allowed: 1 or more")
    if kind == "growth" and value <= -1:
        raise BadInput(where, f"the growth {_plain(value)} would leave nothing", "allowed: above -1")
    if kind not in ("share", "growth") and value < 0:
        raise BadInput(where, f"{_plain(value)} is negative", "allowed: 0 or more")
    if value > largest(kind):
        raise BadInput(where, f"{_plain(value)} is larger than {largest(kind):,}", "check the unit")
    if kind == "count" and value.denominator != 1:
        raise BadInput(where, f"{_plain(value)} is not a whole number", "write a count such as 20")
    return float(value) + 0.0


def _plain(value: Fraction) -> str:
    return f"{float(value):,.12g}" if abs(value) < 10**18 else "a number that large"


def _example(kind: str) -> str:
    examples = {
        "tokens-per-month": '"2B", "30M/day" or "1.5B..2B/month"',
        "usd-per-month": '12000, "12k/month" or "100k..200k/year"',
        "usd-per-year": '250000 or "200k..300k/year"',
        "usd-per-hour": '2.25 or "2.00..3.50/hour"',
        "share": '0.25, "25%" or "0.2..0.4"',
    }
    return "write " + examples.get(kind, '200, "200..400" or "200..300..500" (low..mode..high)')

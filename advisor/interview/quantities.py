"""Quantities as people type them, with their units: "2B", "30M/day", "5–500M", "2s", "low..mode..high"."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from advisor.errors import BadInput, shown
from advisor.interview.answer_format import quantity
from advisor.knowledge.parameters import Range

if TYPE_CHECKING:
    from advisor.knowledge.questions import Question


# Units that people write after a number, by kind of quantity, in the kind's own unit; reader and schema share them.


SCALES = {
    "k": 10**3, "thousand": 10**3, "M": 10**6, "mn": 10**6, "million": 10**6, "B": 10**9, "bn": 10**9,
    "billion": 10**9, "T": 10**12, "tn": 10**12, "trillion": 10**12,
}  # fmt: skip
"""What multiplies a number. A lowercase m is none of them: it may mean a thousandth as well as a million."""
MONTHS = {"second": Fraction(2_592_000), "minute": Fraction(43_200), "hour": Fraction(720), "day": Fraction(30),
          "week": Fraction(30, 7), "month": Fraction(1), "year": Fraction(1, 12)}  # fmt: skip
"""How many of each time a month of 30 days has."""
TIMES = {
    "s": "second", "sec": "second", "second": "second", "min": "minute", "minute": "minute", "h": "hour",
    "hr": "hour", "hour": "hour", "d": "day", "day": "day", "w": "week", "wk": "week", "week": "week", "mo": "month",
    "month": "month", "y": "year", "yr": "year", "year": "year",
}  # fmt: skip
ADVERBS = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year",
           "annually": "year"}  # fmt: skip
TIME_RATES = {
    "tokens-per-month": "month", "requests-per-month": "month", "usd-per-month": "month", "usd-per-year": "year",
    "usd-per-hour": "hour",
}  # fmt: skip
"""Kinds that are a rate, and the time they are counted by."""
PERCENT = ("%", "percent", "pct")
PERCENT_UNIT = Fraction(1, 100)
_ONE = Fraction(1)
_TOKENS = ("token", "tokens", "tok", "input tokens", "output tokens")
_DOLLARS = ("usd", "dollar", "dollars", "us dollars")
_PERCENTS = {f"{sign}{time}": PERCENT_UNIT for sign in PERCENT for time in ("", " a year", " per year", "/year")}
_UNITS: dict[str, dict[str, Fraction]] = {
    "share": dict.fromkeys(PERCENT, PERCENT_UNIT),
    "growth": {**_PERCENTS, **dict.fromkeys(("a year", "per year", "/year"), _ONE)},
    "ratio": dict.fromkeys(("x", "×", "times"), _ONE),
    "number": dict.fromkeys(("fte", "ftes"), _ONE),
    "milliseconds": {
        **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), _ONE),
        **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Fraction(1000)),
        **dict.fromkeys(("min", "mins", "minute", "minutes"), Fraction(60_000)),
        **dict.fromkeys(("us", "µs", "microseconds"), Fraction(1, 1000)),
    },
    "months": {
        **dict.fromkeys(("m", "mo", "month", "months"), _ONE),
        **dict.fromkeys(("y", "yr", "yrs", "year", "years"), Fraction(12)),
    },
    "tokens": dict.fromkeys(_TOKENS, _ONE),
    "tokens-per-month": dict.fromkeys(_TOKENS, _ONE),
    "requests-per-month": dict.fromkeys(("request", "requests", "req", "call", "calls"), _ONE),
    "usd-per-million-tokens": dict.fromkeys(
        (*_DOLLARS, *(f"{per}{of}" for per in ("/", "per ", "a ", "usd per ", "usd/")
                      for of in ("m", "1m", "mtok", "million", "m tokens", "1m tokens", "million tokens"))), _ONE,
    ),
    "usd-per-kwh": dict.fromkeys((*_DOLLARS, "/kwh", "per kwh", "a kwh", "usd/kwh", "usd per kwh"), _ONE),
    **{kind: dict.fromkeys(_DOLLARS, _ONE) for kind in ("usd", "usd-per-month", "usd-per-year", "usd-per-hour")},
}  # fmt: skip
_RATE = re.compile(r"(.*?)\s*(?:(?:/|\b(?:per|an?|each|every)\b)\s*([a-z]+)|\b([a-z]+ly))$")


def units_of(kind: str, own: str = "") -> dict[str, Fraction]:
    """The units of a kind, in lower case, and the one that a question itself states, in singular and plural."""
    name = own.lower()
    stated = {name, name.removesuffix("s"), f"{name}s", "person" if name == "people" else name} if own else set()
    stated -= {f"{name}s"} if "/" in name or " " in name else set()
    return {**dict.fromkeys(stated, _ONE), **_UNITS.get(kind, {}), "": _ONE}


def split_rate(tail: str) -> tuple[str, str]:
    """Cut "tokens a month" into "tokens" and "month"; no time where the tail is not a rate, "?" for an unknown one."""
    found = _RATE.fullmatch(tail)
    if found is None:
        return tail, ""
    noun, time, adverb = found.groups()
    return noun, TIMES.get(time or "", "") or ADVERBS.get(adverb or "", "") or "?"


# Every kind has one canonical unit (tokens or dollars per month, dollars per year or hour, milliseconds, a share of
# 1). `parse` and `canonical` are inverse: parse(canonical(range)) == range, to the last bit.


_NUMBER = r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?|[+-]?\.[0-9]+"
_END = re.compile(
    rf"(?P<money>(?:US)?\$)?\s*(?P<number>{_NUMBER})\s*"
    rf"(?:(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})(?![a-zµ]))?\s*(?P<tail>.*)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:\.\.|–|—|\bto\b|(?<=[0-9a-z%.])(?<![0-9.]e)\s*-(?=\s*[$0-9.]))\s*", re.IGNORECASE)
_LIKELY = re.compile(r",?\s*\(?\blikely\b\s*", re.IGNORECASE)
_PER = {name: MONTHS[name] for name in ("hour", "day", "month", "year")}
_MAXIMA = {
    "tokens": 10**15, "tokens-per-month": 10**15, "requests-per-month": 10**15, "usd": 10**13,
    "usd-per-month": 10**13, "usd-per-year": 10**13, "months": 600, "growth": 100,
    "count": 10**10,
}  # fmt: skip
_LARGEST = 10**9  # every other kind; all stay exact in the integers the engines compare
_LONGEST = 400  # letters: the three ends of a range at full precision, with room
_ENDS = 3


class _End(NamedTuple):
    """One end of a range as typed: the number, its scale, and its unit in the kind's own; None where not written."""

    number: Fraction
    scale: int | None
    unit: Fraction | None


def parse(raw: object, kind: str, where: str, unit: str = "") -> Range:
    """Read a number or a text of one kind; raises BadInput naming `where`, what is wrong and what is allowed.

    A month is 30 days or 720 hours, a year 12 months (contract). `unit` is a question's own unit, which may be written
    out. In a range, the unit of the last end holds for all; so does its scale where a dash or "to" joins the ends.
    """
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        raise BadInput(where, f"{shown(raw)} is not a quantity", _example(kind))
    if isinstance(raw, str):
        result = _parse_text(raw, kind, where, unit)
    else:
        result = Range.exactly(_checked(_exact(raw, where, kind), kind, where))
    return result


def read_quantity(raw: object, question: Question, where: str) -> Range:
    """Read an answer to a question; a value beyond what is plausible for it is refused with the nearest that is."""
    value = parse(raw, question.kind, where, question.unit)
    low, high = limits(question)
    if low <= value.low and value.high <= high:
        return value
    far = value.low if value.low < low else value.high
    if far == 0:
        raise BadInput(where, "0 leaves nothing to compute with", f"allowed: {_span(low, high, question)}")
    said = quantity(Range.exactly(far), question.kind)
    meant = _meant(far, low, high, question)
    raise BadInput(where, f"{said} is far outside what is plausible, {_span(low, high, question)}", meant)


def limits(question: Question) -> tuple[float, float]:
    """The least and the largest value that is taken as an answer: those of the question, else those of its kind."""
    if question.limits:
        return question.limits[0], question.limits[1]
    least = {"ratio": 1.0, "growth": -1.0}.get(question.kind, 0.0)
    return least, 1.0 if question.kind == "share" else float(largest(question.kind))


def _span(low: float, high: float, question: Question) -> str:
    return " to ".join(quantity(Range.exactly(end), question.kind) for end in (low, high))


def _meant(far: float, low: float, high: float, question: Question) -> str:
    """What may have been meant: seconds where milliseconds are asked for, or else the nearest limit."""
    seconds = far * 1000
    if question.kind == "milliseconds" and low <= seconds <= high:
        return f"did you mean {far:g}s?"
    return "check the unit"


@lru_cache(maxsize=4096)
def canonical(value: Range, kind: str) -> str:
    """Print a range so that `parse` gives it back exactly: the shortest of all spellings that do."""
    unit = TIME_RATES.get(kind)
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


def _parse_text(raw: str, kind: str, where: str, unit: str) -> Range:
    if len(raw) > _LONGEST:
        raise BadInput(where, f"{shown(raw)} is too long for a quantity", _example(kind))
    text = raw.partition(" · ")[0].replace("\u2212", "-").strip()
    parts = _parts(text)
    if not 0 < len(parts) <= _ENDS or not all(parts):
        raise BadInput(where, f"{shown(raw)} is not a quantity", _example(kind))
    ends = [_end(part, raw, kind, where, unit) for part in parts]
    values = _in_order(ends, shared=".." not in text)
    if values is None:
        raise BadInput(where, f"the range {shown(raw)} is reversed", "write the lower end first")
    numbers = [_checked(value, kind, where) for value in values]
    if numbers[0] == numbers[-1]:
        return Range.exactly(numbers[0])
    return Range(numbers[0], numbers[-1], numbers[1] if len(numbers) == _ENDS else None)


def _parts(text: str) -> list[str]:
    """The ends of a range as typed, lowest first; the likeliest value between them."""
    body, *likely = _LIKELY.split(text)
    ends = [part.strip() for part in _SEPARATOR.split(body)]
    if not likely:
        return ends
    mode = likely[0].rstrip(")").strip()
    if len(likely) > 1 or len(ends) != _ENDS - 1:
        return []
    return [ends[0], mode, f"{ends[1]} {_tail(mode)}" if not _tail(ends[1]) else ends[1]]


def _tail(part: str) -> str:
    found = _END.fullmatch(part)
    return found["tail"].strip() if found else ""


def _end(part: str, raw: str, kind: str, where: str, unit: str) -> _End:
    """One end of a range; raises BadInput for invalid numbers, a lowercase m, and a unit of another kind."""
    found = _END.fullmatch(part)
    if found is None or (found["money"] and not kind.startswith("usd")):
        raise BadInput(where, f"{shown(raw)} is not a quantity", _example(kind))
    letters, tail = found["scale"] or "", " ".join(found["tail"].lower().split())
    if letters == "m":
        if kind != "months":
            _refuse_small_m(found["number"], kind, where)
        letters, tail = "", "months"
    number = Fraction(found["number"].replace(",", "").replace("_", ""))
    scale = _scale_of(letters) if letters else None
    return _End(number, scale, _unit(tail, raw, kind, where, unit) if tail else None)


def _scale_of(letters: str) -> int:
    return SCALES.get(letters) or SCALES.get(letters.lower()) or SCALES[letters.upper()]


def _refuse_small_m(number: str, kind: str, where: str) -> NoReturn:
    meant = f"{number} ms or {number} min" if kind == "milliseconds" else f"{number}M for {number} million"
    raise BadInput(where, f"'{number}m' may mean a thousandth or a million", f"write {meant}")


def _unit(tail: str, raw: str, kind: str, where: str, unit: str) -> Fraction:
    """A unit, a time or both, in the kind's own unit."""
    units = units_of(kind, unit)
    if tail in units:
        return units[tail]
    noun, time = split_rate(tail)
    own = TIME_RATES.get(kind)
    if own is None and time:
        raise BadInput(where, f"{shown(raw)} is a rate, and this is not one", _example(kind))
    if tail in PERCENT:
        raise BadInput(where, f"{shown(raw)} is a percentage, and this is not a share", _example(kind))
    if own is None or noun not in units:
        raise BadInput(where, f"{shown(raw)} is not a quantity", _example(kind))
    if time == "?":
        raise BadInput(where, f"{shown(raw)} names an unknown time", "allowed: /hour, /day, /week, /month, /year")
    return units[noun] * (MONTHS[time] / MONTHS[own] if time else 1)


def _in_order(ends: list[_End], shared: bool) -> list[Fraction] | None:
    """The ends in the kind's own unit, the first reading that rises; None where none does.

    What scales the last end holds for the others where `shared`, unless that would reverse the range. A percent sign
    holds for the others as well where they are not shares by themselves: "20..40%", but "0.2..40%".
    """
    unit = next((end.unit for end in reversed(ends) if end.unit is not None), Fraction(1))
    scale = next((end.scale for end in reversed(ends) if end.scale is not None), 1)
    percent = unit == PERCENT_UNIT
    for inherit in (shared, not shared):
        values = [_read(end, unit if inherit or not percent else Fraction(1), scale if inherit else 1) for end in ends]
        if values == sorted(values) and (inherit or not percent or values[0] > -1):
            return values
    return None


def _read(end: _End, unit: Fraction, scale: int) -> Fraction:
    return end.number * (scale if end.scale is None else end.scale) * (unit if end.unit is None else end.unit)


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
        "requests-per-month": '"2M", "40k/day" or "1M..3M/month"',
        "usd-per-month": '12000, "12k/month" or "100k..200k/year"',
        "usd-per-year": '250000 or "200k..300k/year"',
        "usd-per-hour": '2.25 or "2.00..3.50/hour"',
        "usd-per-million-tokens": '2.50 or "2..3"',
        "usd-per-kwh": '0.12 or "0.10..0.20"',
        "milliseconds": '"2s", "500 ms" or "300..500"',
        "months": '36, "3 years" or "12..36"',
        "share": '0.25, "25%" or "0.2..0.4"',
        "growth": '0.5, "50%" or "-10%..20%"',
    }
    return "write " + examples.get(kind, '200, "200..400" or "200..300..500" (low..mode..high)')


# How an answer of each kind may be typed: shown in an empty field and in an empty answers file.


EXAMPLES = {
    "id": "clinical-notes",
    "share": "0.3 or 0.2..0.4",
    "count": "4",
    "number": "1.5",
    "ratio": "3",
    "milliseconds": "800",
    "tokens": "1500 or 1k..3k",
    "tokens-per-month": "30M/day or 60M..90M/month",
    "requests-per-month": "40k/day or 1M..3M/month",
    "usd": "2.50",
    "usd-per-month": "9000",
    "usd-per-year": "200k",
    "usd-per-hour": "2.10",
    "usd-per-million-tokens": "2.50",
    "usd-per-kwh": "0.12",
    "months": "24",
    "growth": "0.5",
}


def example(question: Question) -> str:
    """The unit of a field and how it may be filled in."""
    typed = EXAMPLES.get(question.kind, "")
    return (
        f"{question.unit}, as {typed}" if question.unit and typed else question.unit or (f"as {typed}" if typed else "")
    )

"""Units that people write after a number, by kind of quantity, in the kind's own unit; reader and schema share them."""

from __future__ import annotations

import re
from fractions import Fraction

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

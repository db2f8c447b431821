"""Values in words: what was understood of an answer, short enough to be shown next to it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from advisor.knowledge.labels import catalog_label
from advisor.knowledge.parameters import Range

if TYPE_CHECKING:
    from advisor.knowledge.questions import Question

Answered = bool | str | tuple[str, ...] | Range
"""A typed answer, as `interview.answers` reads it."""
SECONDS_PER_MONTH = 30 * 24 * 3600
HOURS_PER_MONTH = 30 * 24
_GROUPED = 1000
_CENTS_BELOW = 10
_PARTS_OF_A_CENT_BELOW = 0.095
_SCALES = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))
_PLAIN_BELOW = 10_000
_TO = " to "
"""Joins the ends of a range with a sign, where a dash would be read as another one."""
_ONE = {
    "months": "month", "people": "person", "requests": "request", "times": "time", "prompts": "prompt", "GPUs": "GPU",
}  # fmt: skip
"""Units of questions in the singular."""
_UNITS = {
    "tokens-per-month": " tokens a month",
    "tokens": " tokens",
    "requests-per-month": " requests a month",
    "usd-per-million-tokens": " per million tokens",
    "usd-per-kwh": " per kWh",
    "milliseconds": " ms",
    "usd": "",
    "usd-per-month": " a month",
    "usd-per-year": " a year",
    "usd-per-hour": " an hour",
    "months": " months",
    "growth": " a year",
}


def said(value: Answered, question: Question) -> str:
    """Put an answer in words: the choice's own text, yes or no, or a quantity with its unit."""
    texts = {choice.id: choice.text for choice in question.choices}
    name = catalog_label if question.catalog else str
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Range):
        return quantity(value, question.kind)
    if isinstance(value, tuple):
        return ", ".join(texts.get(item) or name(item) for item in value) or "none of these"
    return texts.get(value) or name(value)


def understood(value: Answered, question: Question) -> str:
    """Echo a typed quantity with its unit, and tokens also as an average rate; empty for other kinds."""
    if not isinstance(value, Range):
        return ""
    text = quantity(value, question.kind)
    if question.kind == "tokens-per-month" and value.high > 0:
        text += f" · {_span(value.scaled(1 / SECONDS_PER_MONTH), '')} tokens/s on average"
    elif question.kind == "usd-per-hour" and value.high > 0:
        text += f" · {_span(value.scaled(HOURS_PER_MONTH), '$')} a month"
    elif question.unit and question.kind in ("count", "number", "ratio"):
        text += f" {question.unit}"
    return text


def quantity(value: Range, kind: str) -> str:
    """Print a range in its kind's unit: "150–250M tokens a month", "20–40%", "-40% to 40% a year"."""
    if kind in ("share", "growth"):
        return _percent(value) + _UNITS.get(kind, "")
    unit = _UNITS.get(kind, "")
    return _span(value, "$" if kind.startswith("usd") else "") + (_singular(unit) if _is_one(value) else unit)


def in_unit(value: Range, kind: str, unit: str) -> str:
    """A quantity with its question's own unit where its kind has none: "0.5 FTE", "5–25% of tokens, likely 10%"."""
    ends = Range(value.low, value.high)
    text = quantity(ends, kind)
    of_what = unit.removeprefix("share" if kind == "share" else "USD")
    if kind in ("count", "number", "ratio") and unit:
        text = f"{text} {_ONE.get(unit, unit) if _is_one(ends) else unit}"
    elif kind in ("share", "usd") and of_what.startswith(" "):
        text += of_what
    if value.mode is None or value.low == value.high:
        return text
    likely = Range.exactly(value.mode)
    if kind in ("share", "growth"):
        return f"{text}, likely {_percent(likely)}"
    return f"{text}, likely {_span(likely, '$' if kind.startswith('usd') else '')}"


def _singular(unit: str) -> str:
    noun, space, rest = unit.strip().partition(" ")
    return f" {noun.removesuffix('s')}{space}{rest}" if noun in ("tokens", "requests", "months") else unit


def _is_one(value: Range) -> bool:
    """Whether a quantity is printed as 1, which is so of 0.99999 too."""
    return _span(Range(value.low, value.high), "") == "1"


def _percent(value: Range) -> str:
    """Both ends in percent: "85%", "20–40%, likely 30%"; where one is below 0, "to" joins them: "-40% to 40%"."""
    ends, likely, mode = _span(value.scaled(100), "").partition(", likely ")
    text = ends.replace(_TO, f"%{_TO}") + "%"
    return f"{text}{likely}{mode}%" if likely else text


def _span(value: Range, sign: str) -> str:
    """Both ends, and the likeliest value where it is known, in the scale of the upper end: "5–500M, likely 50M".

    A bare lower end that would be printed below one thousand is written out: "500–10,000", not "0.5–10k".
    """
    scale, letter = _scale(value.high)
    if not sign and scale == _GROUPED and 0 < value.low < _GROUPED:
        scale, letter = 1, ""
    low, high = _figure(value.low, scale), _figure(value.high, scale)
    both = f"{sign}{low}{letter if low != '0' else ''}–{sign}{high}{letter}" if sign else f"{low}–{high}{letter}"
    if value.low < 0 and not sign:
        both = f"{low}{letter if low != '0' else ''}{_TO}{high}{letter if high != '0' else ''}"
    text = f"{sign}{high}{letter}" if low == high else both
    if value.mode is None or low == high:
        return text
    return f"{text}, likely {sign}{_figure(value.mode, scale)}{letter if value.mode else ''}"


def _scale(value: float) -> tuple[int, str]:
    """The scale in which a value is shown once it is rounded."""
    rounded = _rounded(value)
    if rounded < _PLAIN_BELOW:
        return 1, ""
    return next((scale, letter) for scale, letter in _SCALES if rounded >= scale)


def _figure(value: float, scale: int = 1) -> str:
    """Three significant digits, and whole numbers to ten thousand, without trailing zeros or powers of ten."""
    rounded = _rounded(value, scale) / scale
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(value: float, scale: int = 1) -> Decimal:
    exact = Decimal(repr(float(value)))
    if not exact:
        return Decimal(0)
    if scale == 1 and _GROUPED <= abs(exact) < _PLAIN_BELOW:
        return exact.quantize(Decimal(1))
    return Decimal(f"{exact:.3g}")


def dollars(value: float) -> str:
    """Print an amount of money in three digits: "$940", "$46.1k", "$1.2M"; cents below $10, parts of one below 10."""
    amount = abs(value)
    if 0 < amount < _PARTS_OF_A_CENT_BELOW:
        shown = f"${Decimal(f'{amount:.2g}'):f}"
    else:
        shown = f"${amount:.2f}" if amount and amount < _CENTS_BELOW else _span(Range.exactly(amount), "$")
    return ("-" if value < 0 else "") + shown


def dollar_span(low: float, high: float) -> str:
    """Print two amounts, each with its sign and both in the scale of the upper one: "$54.1k–$77.8k"."""
    if low < 0:
        return f"{dollars(low)} to {dollars(high)}"
    return _span(Range(low, high), "$") if low < high else dollars(low)


def figure(value: float) -> str:
    """Print a bare number in three digits and a scale letter: "2.1B", "580"."""
    return _span(Range.exactly(value), "")

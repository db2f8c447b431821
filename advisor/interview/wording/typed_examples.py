"""How an answer of each kind may be typed: shown in an empty field and in an empty answers file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.knowledge.questions import Question

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

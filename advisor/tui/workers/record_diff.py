"""Two decisions of a ledger compared, each assessed again under the knowledge it pins."""

from __future__ import annotations

from advisor.api import assess
from advisor.record.audit.replay import inputs_of
from advisor.record.ledger import Ledger
from advisor.report.assessment_diff import Side, compare, compare_text


def diff(ledger: Ledger, first: int, second: int) -> str:
    """What differs between two decisions, and which difference caused another verdict, as text.

    Raises BadInput where one of the two is not a decision, or cannot be read.
    """
    a, b = (_side(ledger, number) for number in (first, second))
    return compare_text(a, b, compare(a, b))


def _side(ledger: Ledger, number: int) -> Side:
    found = inputs_of(ledger, number)
    again = assess(found.answers, found.knowledge, found.as_of, found.seed, found.draws, further=False)
    return Side(found.file, found.answers, found.knowledge, again)

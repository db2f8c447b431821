"""Which decisions must be looked at again: because time passed, prices aged, or a rule changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from advisor.record.audit.replay import Assess
from advisor.record.audit.status import standings
from advisor.record.formats.encoding import Table
from advisor.record.formats.kept_words import commitments, record_in_clear
from advisor.record.formats.parse import text_of
from advisor.record.ledger import Ledger
from advisor.record.merging.branches import fronts_of, told
from advisor.record.reassess import Now, decided_today

_STALE = "evidence.stale_days."


@dataclass(frozen=True, slots=True)
class Due:
    """One decision, and why it should be looked at again."""

    number: int
    title: str
    reasons: tuple[str, ...]


def decisions_due(ledger: Ledger, now: Now, assess: Assess | None) -> Iterator[Due]:
    """Every standing decision with at least one reason; with `assess`, changed rules count only where they matter.

    The end of its retention is a reason for every decision whose names and text are not all redacted.
    """
    fronts, sealed = fronts_of(ledger), fronts_of(ledger, clear=False)
    for number, standing in standings(fronts).items():
        reasons = tuple(_retention(ledger, number, sealed[number], now))
        if standing.holds:
            reasons += tuple(_reasons(ledger, number, fronts[number], now, assess))
        if reasons:
            yield Due(number, text_of(fronts[number], "decision", "title"), reasons)


def _retention(ledger: Ledger, number: int, front: Table, now: Now) -> Iterator[str]:
    until = text_of(front, "decision", "retain_until")
    if until and until < now.day.isoformat() and any(ledger.words(digest) for digest in commitments(front)):
        yield f"its names and text were to be kept until {until} (advisor records redact {number})"


def _reasons(ledger: Ledger, number: int, front: Table, now: Now, assess: Assess | None) -> Iterator[str]:
    review = text_of(front, "decision", "review_by")
    if review and review <= now.day.isoformat():
        yield f"its review was due by {review}"
    yield from _aged(front, now)
    changed = [name for name, digest in _installed(now).items() if text_of(front, "pins", name, "sha256") != digest]
    if changed and assess is None:
        yield f"changed since then: {', '.join(changed)}"
    elif changed and assess is not None:
        yield from _matters(ledger, number, now, assess)


def _aged(front: Table, now: Now) -> Iterator[str]:
    """Every kind of figure that the decision rests on and that counts as old by now."""
    days = (now.day - date.fromisoformat(text_of(front, "decision", "as_of"))).days
    parameters = now.knowledge.parameters_at(now.day)
    limits = {
        name.removeprefix(_STALE): parameters.number(name) for name in parameters.values if name.startswith(_STALE)
    }
    for kind, limit in sorted(limits.items(), key=lambda pair: pair[1]):
        if days > limit:
            yield f"its figures on {kind} are {days} days old, more than {limit:.0f}"


def _matters(ledger: Ledger, number: int, now: Now, assess: Assess) -> Iterator[str]:
    entry = told(ledger, number)
    record = record_in_clear(entry)
    then, today = text_of(record, "verdict", "option"), decided_today(record, str(entry.path), now, assess)
    if today.refused:
        yield today.refused
    elif today.option != then:
        rules = [*today.rules_now, *today.rules_then]
        cause = f" (rules that fire differently: {', '.join(rules)})" if rules else " (costs differ)"
        yield f"today's rules and prices decide {today.option} instead of {then}{cause}"


def _installed(now: Now) -> dict[str, str]:
    pins = now.knowledge.pins
    return {"rules": pins.rules.removeprefix("sha256:"), "catalog": pins.catalog.removeprefix("sha256:")}

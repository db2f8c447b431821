"""What verification found, in words: every check with its result, and what was not checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.record.form import FIRST
from advisor.record.ledger import Ledger
from advisor.record.replay import Replay
from advisor.record.statement import visible
from advisor.record.verify import Verification

WORDS = {0: "verified", 4: "TAMPERED", 5: "CANNOT BE VERIFIED", 6: "REPLAY DIFFERS", 7: "TOSS-UP"}


def tell_record(checked: Verification, ledger: Ledger) -> Iterator[str]:
    """The whole list for one record."""
    yield f"record     {visible(str(checked.file))}"
    yield f"sha256     {checked.sha256}"
    yield f"schema     {visible(checked.schema) or 'not read'}, {checked.kind or 'kind not read'}"
    yield f"chain      number {checked.number} of {len(ledger.numbers())}, {_before(checked)}"
    for pin in checked.pins:
        yield f"pin        {pin.name}: {visible(pin.pack)} {pin.state}, sha256 {pin.sha256}"
    if checked.replay is not None:
        yield f"replay     {_replayed(checked.replay)}"
    yield from _verdict(checked)


def tell_chain(checked: Sequence[Verification], ledger: Ledger) -> Iterator[str]:
    """One line for each record that fails, the head, and the sum."""
    for one in checked:
        if one.problems:
            yield from (f"record {one.number}: {WORDS[p.status]}: {visible(p.sentence)}" for p in one.problems)
    good = sum(not one.problems for one in checked)
    again = sum(one.replay is not None and one.replay.verdict == "same" for one in checked)
    yield f"{good} of {len(checked)} records hold; {again} verdicts were derived again and came out the same"
    yield f"head       record {checked[-1].number}, sha256 {checked[-1].sha256}"
    yield "not checked: whether records after this head were cut off (compare it with a head kept elsewhere)"
    for stray in ledger.strays():
        yield f"not part of the ledger: {visible(stray)}"


def _before(checked: Verification) -> str:
    return "the first" if checked.prev_sha256 == FIRST else f"after sha256 {checked.prev_sha256 or 'not read'}"


def _replayed(again: Replay) -> str:
    return (
        f"{again.verdict}: {again.exact} of {again.exact_of} exact fields, {again.approximate_of} approximate ones, "
        f"worst relative error {again.worst:.2g} (tolerance {again.rtol:g})"
    )


def _verdict(checked: Verification) -> Iterator[str]:
    for problem in checked.problems:
        yield f"{WORDS[problem.status]}: {visible(problem.sentence)}"
    if not checked.problems:
        yield "verified"
    for missing in checked.not_checked:
        yield f"not checked: {missing}"

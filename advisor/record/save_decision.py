"""Saves an assessment, or a portfolio with its members, as pinned, replayable records of a ledger."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from advisor.api import Inputs
from advisor.assessment.model import Assessment
from advisor.errors import AdvisorError
from advisor.interview.answers import Answers
from advisor.knowledge.pack import Knowledge, bundle, parts_of, pins_of
from advisor.record.audit.replay import inputs_of
from advisor.record.field_diff import Replay, compared, leaves
from advisor.record.formats.decision_model import decision_table
from advisor.record.formats.encoding import Position, Table, sealed_bytes, timestamp
from advisor.record.formats.kept_words import WordKeeper, claimed_time
from advisor.record.formats.models import Head, PortfolioEvent
from advisor.record.ledger import Ledger, Saved
from advisor.record.signatures.statement import Statement, checked_text


def decision_bytes(
    assessment: Assessment,
    answers: Answers,
    knowledge: Knowledge,
    at: Position,
    created: datetime,
    statement: Statement | None = None,
) -> bytes:
    """A decision as it would be saved at a place of the ledger, with names and free text in clear.

    Raises AdvisorError for what cannot be recorded.
    """
    table = decision_table(assessment, answers, knowledge, statement or Statement(), created, at)
    return sealed_bytes(table, at.seq)


def save_decision(
    assessment: Assessment,
    answers: Answers,
    knowledge: Knowledge,
    directory: Path,
    created: datetime,
    statement: Statement | None = None,
) -> Saved:
    """Save a decision into the ledger `directory`, with the knowledge it was derived from pinned with it.

    `created` needs a time zone. Raises NotSaved in one clear sentence; nothing is called saved that was not read back.
    """
    if pins_of(knowledge.files) != assessment.pins:
        raise AdvisorError(
            "record", "the assessment was made from other knowledge than is to be pinned", "assess again"
        )

    # What cannot be recorded is refused before anything is written.
    decision_bytes(assessment, answers, knowledge, Position(1), created, statement)
    ledger = Ledger(directory)
    claimed_time(ledger, ledger.next(), timestamp(created))
    keeper = WordKeeper(ledger)

    def table_at(at: Position) -> Table:
        return keeper.commit(decision_table(assessment, answers, knowledge, statement or Statement(), created, at))

    pinned = [ledger.keep_blob(bundle(part)) for part in parts_of(knowledge.files).values()]
    saved = keeper.append(table_at, pinned)
    with suppress(AdvisorError):  # the decision is saved; its ledger can be verified by a verifier from elsewhere
        ledger.keep_verifier()
    return saved


# A portfolio as one record of a ledger: it pins the decisions of its members, its terms and its answer by digest.


SolveAgain = Callable[[Mapping[str, Any], Sequence[Inputs]], Mapping[str, Any]]
"""Solves a portfolio by its terms and by what its members' decisions were derived from."""
_RTOL = 1e-6
"""Dollars of two solutions closer than this, relatively, are the same: the solver's own tolerance."""
_SOLVERS_OWN = ("gap",)


@dataclass(frozen=True, slots=True)
class PortfolioMember:
    """A workload of the portfolio, and the decision about it that was saved."""

    workload: str
    saved: Saved


def save_portfolio(
    ledger: Ledger,
    members: Sequence[PortfolioMember],
    terms: Mapping[str, Any],
    answer: Mapping[str, Any],
    words: tuple[str, str],
    created: datetime,
) -> Saved:
    """Append the record after its members' decisions; `words` are who decides, and why."""
    kept = {name: _json(table) for name, table in (("terms", terms), ("answer", answer))}
    durable = [ledger.keep_blob(data) for data in kept.values()]
    digests = {name: sha256(data).hexdigest() for name, data in kept.items()}
    by, because = (checked_text(text, option) for text, option in zip(words, ("--decider", "--reason"), strict=True))
    last = members[-1].saved

    keeper = WordKeeper(ledger)
    said = keeper.commit({"statement": {"by": by, "because": because}})

    def table_at(at: Position) -> Table:
        event = PortfolioEvent.model_validate(
            {
                "record": Head.of("portfolio", at, created).table(),
                "about": {"seq": last.number, "sha256": last.digest},
                **said,
                "portfolio": {"name": str(terms["name"]), "joint_usd": f"{answer['joint_usd']:.2f}",
                              "alone_usd": f"{answer['alone_usd']:.2f}", **digests},
                "members": [
                    {"workload": each.workload, "seq": each.saved.number, "sha256": each.saved.digest}
                    for each in members
                ],
            }
        )  # fmt: skip
        return event.table()

    return keeper.append(table_at, durable)


def _json(table: Mapping[str, Any]) -> bytes:
    return (json.dumps(table, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def blob_states(ledger: Ledger, front: Table) -> dict[str, str]:
    """Of the terms and the answer, by name: `matching`, `missing` or `changed`."""
    states = {}
    for name in ("terms", "answer"):
        digest = front["portfolio"][name]
        blob = ledger.blob(digest)
        states[name] = "missing" if blob is None else "matching" if sha256(blob).hexdigest() == digest else "changed"
    return states


def solved_again(ledger: Ledger, front: Table, solve: SolveAgain) -> Replay:
    """Solve by the members' own records, and compare with the answer: choices exactly, dollars within a tolerance."""
    terms, answer = (json.loads(ledger.blob(front["portfolio"][name]) or b"{}") for name in ("terms", "answer"))
    inputs = [inputs_of(ledger, each["seq"]) for each in front["members"]]
    again = json.loads(_json(solve(terms, inputs)))
    before, after = dict(leaves(answer)), dict(leaves(again))
    names = [name for name in {**before, **after} if name not in _SOLVERS_OWN]
    about = {name for name in names if isinstance(before.get(name, after.get(name)), float)}
    return replace(compared(before, after, names, about.__contains__, _RTOL), changes=())

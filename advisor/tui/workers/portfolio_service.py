"""What the worker does with a portfolio for the interface, by the functions behind `advisor portfolio`.

What was priced is kept as long as the process lives, so that one changed answer prices one workload.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.api import SEED, assess
from advisor.cost.route_offers import DRAWS
from advisor.decision.compiled import compiled_knowledge, interview_day
from advisor.interview.answers import Answers, Vocabulary, answer_words, vocabulary, write_value
from advisor.interview.choices import names_in
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import Range
from advisor.portfolio.portfolio_answer import MOST_EXPLAINED, PortfolioAnswer, solve
from advisor.portfolio.portfolio_file import (
    HOURS_KEY,
    RANK_KEY,
    PortfolioFile,
    PortfolioWorkload,
    cell_of,
    hours_cell,
    hours_words,
    read_portfolio,
    terms_of,
    terms_table,
    with_edit,
)
from advisor.portfolio.portfolio_report import as_json, headline, next_in_words, summary
from advisor.portfolio.standing_offers import PricedMember, priced_portfolio
from advisor.processes import cpu_count
from advisor.published.apply import maturity_stages
from advisor.record.ledger import Ledger
from advisor.record.save_decision import PortfolioMember, save_decision, save_portfolio
from advisor.record.signatures.statement import Statement
from advisor.tui.workers.assess_process import light
from advisor.tui.workers.messages import (
    AnswerCell,
    AssessMember,
    Finished,
    MemberAssessed,
    PortfolioRow,
    PortfolioTable,
    Progress,
    SavePortfolio,
    SolvePortfolio,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from advisor.knowledge.pack import Knowledge
    from advisor.knowledge.questions import Question
    from advisor.tui.workers.messages import PortfolioRequest, PortfolioResult

_SHARED = ("staffing", "economics")
"""What a portfolio file may state for all of its workloads."""


@dataclass
class _PricedKnowledge:
    """The knowledge a process works by, and the workloads it has priced, by file."""

    knowledge: Knowledge
    day: date
    priced: dict[str, dict[str, PricedMember]] = field(default_factory=dict)


@cache
def _at_work(packs: tuple[Path, ...]) -> _PricedKnowledge:
    knowledge = load_knowledge(packs)
    return _PricedKnowledge(knowledge, interview_day(knowledge))


def portfolio_answered(
    request: PortfolioRequest, tell: Callable[[Progress], None], packs: tuple[Path, ...]
) -> PortfolioResult | Finished:
    """Solve a portfolio, assess one of its workloads, or save it; raises AdvisorError in one clear sentence."""
    at = _at_work(packs)
    read = read_portfolio(Path(request.path), vocabulary(at.knowledge))
    for edit in request.edits:
        read = with_edit(read, *edit, vocabulary(at.knowledge))
    match request:
        case SolvePortfolio():
            return _table(read, _solved(request.path, read, at, tell), vocabulary(at.knowledge))
        case AssessMember(workload=name):
            answers = next(each.answers for each in read.workloads if each.name == name)
            return MemberAssessed(light(assess(answers, at.knowledge, as_of=at.day)))
        case SavePortfolio():
            return _saved(request, read, at, tell)


def _solved(path: str, read: PortfolioFile, at: _PricedKnowledge, tell: Callable[[Progress], None]) -> PortfolioAnswer:
    compiled = compiled_knowledge(at.knowledge, at.day)
    known = at.priced.setdefault(path, {})
    count = len(read.workloads)
    portfolio = priced_portfolio(
        read, compiled, SEED, lambda _, place: tell(Progress(place, count, "workloads")), cpu_count(), known
    )
    return solve(read.name, portfolio, read.limits, maturity_stages(at.knowledge, compiled.parameters))


def _table(read: PortfolioFile, found: PortfolioAnswer, words: Vocabulary) -> PortfolioTable:
    keys = tuple(_keys(read, words.questions))
    notes = [headline(found).partition(": ")[2], *summary(found)]
    if found.maturity is not None:
        notes.append(next_in_words(found.maturity))
    rows = tuple(
        PortfolioRow(
            each.member.name, each.alone.choice_words, each.alone.in_words, each.alone_usd,
            each.together.choice_words, each.together.in_words, each.together_usd, each.because, each.differs,
            (*(_cell(given.answers, key, words.questions[key]) for key in keys), *_own_cells(given)),
        )
        for given, each in zip(read.workloads, found.members, strict=True)
    )  # fmt: skip
    return PortfolioTable(found.name, tuple(notes), (*keys, HOURS_KEY, RANK_KEY), rows, tuple(terms_of(read, words)))


def _own_cells(given: PortfolioWorkload) -> tuple[AnswerCell, AnswerCell]:
    """What a workload has beside its answers: the hours it is busy, and the rank of its adapter."""
    rank = str(given.adapter_rank) if given.adapter_rank else ""
    return (
        AnswerCell(hours_words(given.hours), hours_cell(given.hours), sum(given.hours)),
        AnswerCell(f"rank {rank}" if rank else "no adapter", rank, float(given.adapter_rank)),
    )


def _keys(read: PortfolioFile, questions: Mapping[str, Question]) -> Iterator[str]:
    """The answers any workload has, in the order of the questions; what all share of people and terms is no column."""
    for key, question in questions.items():
        given = [each.answers.get(key) for each in read.workloads]
        if key != "workload.name" and any(value is not None for value in given):
            shared = question.topic in _SHARED and all(value == given[0] for value in given)
            if not shared:
                yield key


def _cell(answers: Answers, key: str, question: Question) -> AnswerCell:
    value = answers.get(key)
    if value is None:
        return AnswerCell()
    order = (value.low + value.high) / 2 if isinstance(value, Range) else 0.0
    return AnswerCell(answer_words(key, write_value(value, question)), cell_of(value, question), order)


def _saved(
    request: SavePortfolio, read: PortfolioFile, at: _PricedKnowledge, tell: Callable[[Progress], None]
) -> Finished:  # fmt: skip
    """Save a decision for each workload, then the record that pins them; nothing is written before all is solved."""
    count = len(read.workloads)
    if count > MOST_EXPLAINED:
        return Finished(False, (f"a record pins at most {MOST_EXPLAINED} workloads: divide the portfolio",))
    found = _solved(request.path, read, at, tell)
    results = []
    for place, each in enumerate(read.workloads, 1):
        results.append(assess(each.answers, at.knowledge, as_of=at.day, seed=SEED, draws=DRAWS))
        tell(Progress(place, count, "workloads"))
    now, records, who = datetime.now(UTC), Path(request.directory), names_in(request.deciders)
    members = []
    for each, result in zip(read.workloads, results, strict=True):
        stated = Statement(f"Where to run {each.name}", request.reason, deciders=who)
        saved = save_decision(result, each.answers, at.knowledge, records, now, stated)
        members.append(PortfolioMember(each.name, saved))
    words = (", ".join(who), request.reason)
    saved = save_portfolio(Ledger(records), members, terms_table(read, at.day, SEED), as_json(found), words, now)
    first, last = members[0].saved.number, members[-1].saved.number
    decisions = f"decisions {first} to {last}" if count > 1 else f"decision {first}"
    return Finished(True, (f"Saved {decisions}.", saved.sentence))

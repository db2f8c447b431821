"""A decision as a record holds it: questions as asked, answers, what was found, what was advised, and from what.

Two tiers: every leaf under `results.approx` is compared within a relative tolerance on replay, all others exactly.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from importlib.metadata import version
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field

from advisor import __version__
from advisor.analysis.analysis_results import Flip, NeverAsked, OpenQuestions
from advisor.assessment.model import (
    RESOLVED,
    Agreement,
    Assessment,
    Band,
    BreakEven,
    Evidence,
    FiredRule,
    FleetReport,
    Measure,
    Option,
    Premise,
    RandomStream,
    RunnerUp,
    Spread,
    State,
    Unknown,
    Verdict,
)
from advisor.cost.offers import LineItem, Offer
from advisor.decision.license_reports import LicenseReport
from advisor.interview.answers import Answers, source_of, write_value
from advisor.knowledge.pack import Knowledge, Pins
from advisor.knowledge.parameters import Grade
from advisor.knowledge.questions import Question
from advisor.knowledge.rules import Route
from advisor.published.apply import BreakEvenOf, Checklist, Method
from advisor.record.formats.encoding import RTOL, Position, Table
from advisor.record.formats.models import (
    Day,
    DecisionWords,
    Digest,
    Head,
    Keyed,
    People,
    PinEntry,
    PinnedParts,
    RecordTable,
    Tool,
)
from advisor.record.signatures.statement import Statement, checked_text
from advisor.workload.resolve import Contradiction

TableType = TypeVar("TableType", bound=RecordTable)


class GivenAnswer(RecordTable):
    """One question as it was asked, and its answer."""

    question: str
    kind: str
    unit: str | None = None
    value: str | bool | int | list[str]
    source: str
    unknown: Literal[False]


class OpenAnswer(RecordTable):
    """One question as it was or would have been asked, without an answer, and what was assumed."""

    question: str
    kind: str
    unit: str | None = None
    unknown: Literal[True]
    asked: bool | None = None
    assumed: str | None = None
    source: str


class OptionEntry(RecordTable):
    """One route: its state, what excludes it, and the offer it would buy."""

    state: State
    excluded_by: tuple[str, ...]
    probability_cheapest: float
    priced: str = ""
    offer: Offer | None = None


class PremiseEntry(RecordTable):
    """A figure that the verdict used, in the one of three fields that fits it: a number, a text, or several numbers."""

    number: float | None = None
    text: str | None = None
    numbers: tuple[float, ...] | None = None
    since: Day
    source: str
    grade: Grade

    @classmethod
    def of(cls, premise: Premise) -> Self:
        """The entry of one premise."""
        value = premise.value
        return cls.model_construct(
            None,
            number=float(value) if isinstance(value, (int, float)) else None,
            text=value if isinstance(value, str) else None,
            numbers=tuple(map(float, value)) if isinstance(value, tuple) else None,
            since=premise.since,
            source=premise.source,
            grade=premise.grade,
        )

    def premise(self, parameter: str) -> Premise:
        """The premise again."""
        value = next(each for each in (self.number, self.text, self.numbers) if each is not None)
        return Premise(parameter, value, date.fromisoformat(self.since), self.source, self.grade)


class Trace(RecordTable):
    """The rules that fired."""

    fired: tuple[FiredRule, ...]


class FlipList(RecordTable):
    """Answers that would change the verdict, alone."""

    single: tuple[Flip, ...]


class FleetEntry(RecordTable):
    """The GPUs of self-hosting, as far as they are compared exactly."""

    model: str
    precision: str
    gpu: str
    gpus: int
    replicas: int
    fits: bool
    reason: str


class Exact(RecordTable):
    """Results that a replay must find exactly."""

    ranking: tuple[Route, ...]
    tier: str
    break_even_against: str
    notes: tuple[str, ...]
    conflicts: tuple[tuple[str, ...], ...] | None = None
    contradictions: tuple[Contradiction, ...] | None = None
    workload_from: dict[str, str] | None = None
    open_questions: OpenQuestions = OpenQuestions()
    evidence: Evidence = Evidence()
    fleet: FleetEntry


class OptionCosts(RecordTable):
    """What a route costs a month, item by item, and what the offers next to its own would cost."""

    monthly_usd: Spread
    lines: Mapping[str, float]
    usd_per_success: Band | None = None
    runners_up: tuple[RunnerUp, ...] = ()
    line_items: tuple[LineItem, ...] = ()


class FleetSpeed(RecordTable):
    """How fast and how busy the GPUs of self-hosting are."""

    tokens_per_second: Band
    utilization: float
    first_token_ms: float
    first_token_p95_ms: float = 0.0
    inter_token_ms: float = 0.0


class BreakEvenFigures(RecordTable):
    """Where self-hosting and an API cost the same."""

    output_tokens_per_month: Band | None = None
    crossings: tuple[float, ...] = ()
    never_share: float = 0.0


class Approximate(RecordTable):
    """Results that a replay must find within a relative tolerance."""

    rtol: float
    workload: dict[str, float] | None = None
    options: dict[Route, OptionCosts]
    fleet: FleetSpeed
    break_even: BreakEvenFigures
    method_break_evens: tuple[BreakEvenOf, ...] = ()
    measure_next: Annotated[dict[str, Measure], Keyed("key")]


class Results(RecordTable):
    """What was computed."""

    exact: Exact
    approx: Approximate


class Derived(RecordTable):
    """What follows from answers and knowledge alone: replay must arrive at it again."""

    verdict: Verdict
    answers: dict[str, GivenAnswer | OpenAnswer]
    unknowns: Annotated[dict[str, Unknown], Keyed("key")]
    never_asked: NeverAsked
    premises: dict[str, PremiseEntry]
    options: dict[Route, OptionEntry]
    trace: Trace
    licenses: Annotated[dict[str, LicenseReport], Keyed("model")]
    checklists: Annotated[dict[str, Checklist], Keyed("id")]
    methods: Annotated[dict[str, Method], Keyed("id")]
    flips: FlipList
    random: RandomStream
    engines: Agreement
    results: Results


class MeasurementEntry(RecordTable):
    """A file that answers were measured from: its digest (empty for a database), tool, period, and those answers."""

    file: str
    sha256: Digest | Literal[""]
    tool: str
    begins: str = Field(alias="from")
    ends: str = Field(alias="to")
    answers: tuple[str, ...]


class StatedTables(RecordTable):
    """What people state, and where and when it was recorded; the files that answers were measured from, if any."""

    record: Head
    pins: PinnedParts
    decision: DecisionWords
    people: People
    tool: Tool
    measurements: tuple[MeasurementEntry, ...] | None = None


class Decision(Derived, StatedTables):
    """A decision of schema advisor.record/5."""

    def assessment(self) -> Assessment:
        """The assessment this decision holds, but for what a record leaves to replay (facts and outlook)."""
        exact, approx = self.results.exact, self.results.approx
        return Assessment(
            as_of=date.fromisoformat(self.decision.as_of),
            workload=self.decision.workload,
            verdict=self.verdict,
            options=tuple(
                Option(option=route, **dict(entry), **dict(approx.options[route]))
                for route, entry in self.options.items()
            ),
            fleet=FleetReport(**dict(exact.fleet), **dict(approx.fleet)),
            break_even=BreakEven(against=exact.break_even_against, **dict(approx.break_even)),
            findings=self.trace.fired,
            licenses=tuple(self.licenses.values()),
            checklists=tuple(self.checklists.values()),
            methods=tuple(self.methods.values()),
            method_break_evens=approx.method_break_evens,
            flips=self.flips.single,
            unknowns=tuple(self.unknowns.values()),
            measure_next=tuple(approx.measure_next.values()),
            engines=self.engines,
            pins=Pins(**{name: f"sha256:{pin.sha256}" for name, pin in self.pins}),
            random=self.random,
            questionnaire=self.decision.questionnaire,
            tier=exact.tier,
            notes=exact.notes,
            conflicts=exact.conflicts or (),
            open_questions=exact.open_questions,
            evidence=exact.evidence,
            never_asked=self.never_asked,
            premises=tuple(entry.premise(parameter) for parameter, entry in self.premises.items()),
            contradictions=exact.contradictions or (),
            program=self.tool.program or "",
            workload_resolved=self._workload(),
        )

    def _workload(self) -> dict[str, Any]:
        """The workload as it was assessed; empty where the record's version did not hold it."""
        figures = self.results.approx.workload
        if figures is None:
            return {}
        return {**{name: figures.get(name) for name in RESOLVED}, "from": self.results.exact.workload_from or {}}


class Decision4(Decision):
    """A decision of schema advisor.record/4, before names and free text were salted commitments."""


class Decision3(Decision4):
    """A decision of schema advisor.record/3, before measurements were listed and signatures covered statements."""


class Decision2(Decision3):
    """A decision of schema advisor.record/2, before offers, premises and contradictions were recorded."""

    premises: dict[str, PremiseEntry] = {}


class Decision1(Decision2):
    """A decision of schema advisor.record/1, before questions without an answer stated whether they had been asked."""

    never_asked: NeverAsked = NeverAsked()


class Decision0(Decision1):
    """A decision of schema advisor.record/0, before published methods were recorded with the verdict."""

    methods: Annotated[dict[str, Method], Keyed("id")] = {}


def decision_table(
    assessment: Assessment,
    answers: Answers,
    knowledge: Knowledge,
    statement: Statement,
    created: datetime,
    at: Position,
) -> Table:
    """Everything an auditor needs of one decision, in reading order: what people state, then what is derived."""
    stated = StatedTables.model_construct(
        record=Head.of("decision", at, created),
        pins=_pins(assessment, knowledge),
        decision=_words(assessment, statement),
        people=People.model_construct(deciders=[checked_text(name, "people") for name in statement.deciders]),
        tool=tool(assessment.program),
        measurements=tuple(each.table() for each in answers.measurements) or None,
    )
    measured = {key: source_of(answers.measurements, key) for each in answers.measurements for key in each.answers}
    return {**stated.table(), **derived_tables(assessment, answers, knowledge, {**statement.origins, **measured})}


def tool(program: str = "") -> Tool:
    """The program and platform that write the record; `program` is the digest of its files."""
    return Tool.model_construct(
        program=program or None,
        name="advisor",
        version=__version__,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        numpy=version("numpy"),
        system=platform.system(),
        machine=platform.machine(),
    )


def derived_tables(assessment: Assessment, answers: Answers, knowledge: Knowledge, origins: Mapping[str, str]) -> Table:
    """The part that follows from answers and knowledge alone: replay must arrive at it again."""
    return Derived.model_construct(
        verdict=assessment.verdict,
        answers=_answers(assessment, answers, knowledge, origins),
        unknowns={each.key: each for each in assessment.unknowns},
        never_asked=assessment.never_asked,
        premises={each.parameter: PremiseEntry.of(each) for each in assessment.premises},
        options={each.option: _part(OptionEntry, each) for each in assessment.options},
        trace=Trace.model_construct(fired=assessment.findings),
        licenses={each.model: each for each in assessment.licenses},
        checklists={each.id: each for each in assessment.checklists},
        methods={each.id: each for each in assessment.methods},
        flips=FlipList.model_construct(single=assessment.flips),
        random=assessment.random,
        engines=assessment.engines,
        results=Results.model_construct(exact=_exact(assessment), approx=_approximate(assessment)),
    ).table()


def _part(kind: type[TableType], whole: Any) -> TableType:
    """The fields of a table taken from a larger value that has them all."""
    return kind.model_construct(**{name: getattr(whole, name) for name in kind.model_fields})


def _pins(assessment: Assessment, knowledge: Knowledge) -> PinnedParts:
    pins = {each.name: getattr(assessment.pins, each.name) for each in fields(assessment.pins)}
    pinned = {
        name: PinEntry.model_construct(
            name=knowledge.name, version=knowledge.version, sha256=pin.removeprefix("sha256:")
        )
        for name, pin in pins.items()
    }
    return PinnedParts.model_construct(None, **pinned)


def _words(assessment: Assessment, statement: Statement) -> DecisionWords:
    words = ("rationale", "consequences", "confirmation")
    given = {name: checked_text(getattr(statement, name), name) or None for name in words}
    return DecisionWords.model_construct(
        None,
        title=checked_text(statement.title or f"Where to run {assessment.workload or 'this workload'}", "title"),
        workload=assessment.workload,
        as_of=assessment.as_of,
        questionnaire=assessment.questionnaire,
        review_by=statement.review_by,
        retain_until=statement.retain_until,
        **given,
    )


def _answers(
    assessment: Assessment, answers: Answers, knowledge: Knowledge, origins: Mapping[str, str]
) -> dict[str, GivenAnswer | OpenAnswer]:
    """Every question of the questionnaire and every answer, in the contract's order, worded as on that day.

    One without an answer tells whether it was asked: it was then left unknown, and else it was never asked.
    """
    asked = set(knowledge.questionnaires[answers.questionnaire].keys)
    left_open = {unknown.key: unknown for unknown in assessment.unknowns}
    return {
        key: _answer(question, answers, origins.get(key, "user"), left_open.get(key))
        for key, question in knowledge.questions.items()
        if key in asked or key in answers.values
    }


def _answer(question: Question, answers: Answers, origin: str, unknown: Unknown | None) -> GivenAnswer | OpenAnswer:
    value = answers.get(question.key)
    entry = {"question": question.text, "kind": question.kind, "unit": question.unit or None}
    if value is not None:
        written = write_value(value, question)
        return GivenAnswer.model_construct(None, **entry, value=written, source=origin, unknown=False)
    asked = question.key in answers.passed
    if unknown is None:
        return OpenAnswer.model_construct(None, **entry, unknown=True, asked=asked, source="nothing was assumed")
    default = f"default of {unknown.source}" if unknown.source else "default"
    return OpenAnswer.model_construct(None, **entry, unknown=True, asked=asked, assumed=unknown.assumed, source=default)


def _exact(assessment: Assessment) -> Exact:
    viable = [option for option in assessment.options if option.state != "excluded"]
    ranked = sorted(viable, key=lambda option: option.monthly_usd.p50)
    return Exact.model_construct(
        ranking=[option.option for option in ranked],
        tier=assessment.tier,
        break_even_against=assessment.break_even.against,
        notes=assessment.notes,
        conflicts=assessment.conflicts or None,
        contradictions=assessment.contradictions or None,
        workload_from=assessment.workload_resolved.get("from"),
        open_questions=assessment.open_questions,
        evidence=assessment.evidence,
        fleet=_part(FleetEntry, assessment.fleet),
    )


def _approximate(assessment: Assessment) -> Approximate:
    figures = {name: assessment.workload_resolved.get(name) for name in RESOLVED}
    return Approximate.model_construct(
        rtol=RTOL,
        workload={name: float(each) for name, each in figures.items() if each is not None} or None,
        options={option.option: _part(OptionCosts, option) for option in assessment.options},
        fleet=_part(FleetSpeed, assessment.fleet),
        break_even=_part(BreakEvenFigures, assessment.break_even),
        method_break_evens=assessment.method_break_evens,
        measure_next={each.key: each for each in assessment.measure_next},
    )

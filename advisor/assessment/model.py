"""What an assessment says: plain frozen values that reports, records and screens read and never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from advisor.analysis.analysis_results import Flip, NeverAsked, OpenQuestions
from advisor.cost.breakeven import Crossover, Curve, Horizon
from advisor.cost.comparison import HybridSplit
from advisor.cost.draws import Ends
from advisor.cost.offers import LineItem, Offer
from advisor.decision.gates import DecidedBy, Status
from advisor.decision.license_reports import LicenseReport
from advisor.knowledge.pack import Pins
from advisor.knowledge.parameters import FigureAge, Grade
from advisor.published.apply import BreakEvenOf, Checklist, Method
from advisor.sizing.sizing_report import RatePoint
from advisor.workload.resolve import Contradiction

SCHEMA = "advisor.assessment/2"
State = Literal["chosen", "viable", "excluded"]
RESOLVED = ("requests", "input_tokens", "output_tokens", "input_per_request", "output_per_request", "peak_concurrency")
"""Figures of the workload that an assessment reports, each a key of `Assessment.workload_resolved`."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution in five figures; `point` equals `p50`."""

    point: float
    p10: float
    p50: float
    p90: float
    mean: float = 0.0


@dataclass(frozen=True, slots=True)
class Band:
    """A distribution in three figures."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class AgainstToday:
    """What the route costs more than today's stated bill and the other costs of an API; below zero it saves."""

    monthly_usd: float
    yearly_usd: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The advice: which route, by which gate, how firmly, on which conditions, and what remains to be done.

    `confidence_with_quality` draws success and failures too, where nobody measured them; `find_out_first` says what a
    provisional verdict hangs on; `against_today` compares with the bill that was stated and what an API costs besides,
    None where none was.
    """

    option: str
    decided_by: DecidedBy
    status: Status
    confidence: float
    summary: str
    conditions: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    confidence_with_quality: float | None = None
    find_out_first: tuple[str, ...] = ()
    against_today: AgainstToday | None = None


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """Another offer of a route: its P50 in dollars a month, None where it failed a requirement, and why it lost."""

    offer: Offer
    monthly_usd: float | None
    lost_because: str


@dataclass(frozen=True, slots=True)
class Option:
    """One route: its state, what excludes it, and what it costs a month (USD, averaged over the horizon).

    `offer` is what it would buy, None where nobody sells anything; `line_items` explain the P50.
    """

    option: str
    state: State
    excluded_by: tuple[str, ...]
    probability_cheapest: float
    monthly_usd: Spread
    usd_per_success: Band | None
    lines: Mapping[str, float]
    priced: str = ""
    offer: Offer | None = None
    runners_up: tuple[RunnerUp, ...] = ()
    line_items: tuple[LineItem, ...] = ()


@dataclass(frozen=True, slots=True)
class FleetReport:
    """The GPUs a self-hosted route would need.

    `curve` is what one of its groups serves at other loads; a record does not keep it.
    """

    model: str
    precision: str
    gpu: str
    gpus: int
    replicas: int
    fits: bool
    tokens_per_second: Band
    utilization: float
    first_token_ms: float
    reason: str
    first_token_p95_ms: float = 0.0
    inter_token_ms: float = 0.0
    curve: tuple[RatePoint, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where self-hosting and an API cost the same; None where the lines never cross."""

    against: str
    output_tokens_per_month: Band | None
    crossings: tuple[float, ...] = ()
    never_share: float = 0.0


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that fired, with what matched, why it matters and how well it is founded."""

    rule: str
    gate: str
    effect: str
    option: str
    because: str
    matched: Mapping[str, Any]
    sources: tuple[str, ...]
    grade: Grade
    title: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A question left open, and what was assumed for it."""

    key: str
    assumed: str
    could_change_verdict: bool
    source: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many rules each engine fired, and whether they were the same."""

    durable_rules: int
    reference: int
    agree: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """An open input: what knowing it exactly would be worth, and how far it moves the comparison (USD a month).

    Where one route is left there is no gap to a second one: it `moves` that route's cost, and nothing is decided by it.
    """

    key: str
    worth_usd: float
    swing_usd: float
    moves: Literal["gap", "cost"] = "gap"


@dataclass(frozen=True, slots=True)
class Premise:
    """A parameter, threshold or price row that the verdict used, as of the assessment date; `since` is its own."""

    parameter: str
    value: float | str | tuple[float, ...]
    since: date
    source: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class RandomStream:
    """How the draws were made, so that an auditor can make them again."""

    bit_generator: str
    seed: int
    draws: int
    digest: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Figures, besides the user's answers, that the remaining routes' costs rest on, and which of them are weak.

    `weak_share` is the share of the figures that are; `stale` lists the old ones, the oldest first.
    """

    figures: int = 0
    weak: tuple[str, ...] = ()
    weak_share: float = 0.0
    stale: tuple[FigureAge, ...] = ()


@dataclass(frozen=True, slots=True)
class QualityMargin:
    """Failures in 100 tasks the open model may add before the route changes; below zero, how many it must save."""

    margin_points: float
    at_failure_cost_usd: float
    assumed: bool


@dataclass(frozen=True, slots=True)
class Insurance:
    """What insuring a route against a breach would be worth in dollars a month; never part of the bill."""

    route: str
    breach_usd: Ends


@dataclass(frozen=True, slots=True)
class Outlook:
    """Results beyond the verdict; what cannot be computed is None or empty."""

    horizon: Horizon | None = None
    break_evens: tuple[Crossover, ...] = ()
    hybrid: HybridSplit | None = None
    quality: QualityMargin | None = None
    insurance: tuple[Insurance, ...] = ()
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything an assessment found, ready to be shown, exported or recorded.

    `conflicts` are the minimal sets of must-rules, by id, that leave no route.
    """

    as_of: date
    workload: str
    verdict: Verdict
    options: tuple[Option, ...]
    fleet: FleetReport
    break_even: BreakEven
    findings: tuple[FiredRule, ...]
    licenses: tuple[LicenseReport, ...]
    checklists: tuple[Checklist, ...]
    methods: tuple[Method, ...]
    method_break_evens: tuple[BreakEvenOf, ...]
    flips: tuple[Flip, ...]
    unknowns: tuple[Unknown, ...]
    measure_next: tuple[Measure, ...]
    engines: Agreement
    pins: Pins
    random: RandomStream
    questionnaire: str = "full"
    tier: str = ""
    notes: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, ...], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    outlook: Outlook = field(default_factory=Outlook, repr=False)
    evidence: Evidence = field(default_factory=Evidence)
    open_questions: OpenQuestions = field(default_factory=OpenQuestions)
    never_asked: NeverAsked = field(default_factory=NeverAsked)
    premises: tuple[Premise, ...] = ()
    program: str = ""
    contradictions: tuple[Contradiction, ...] = ()
    workload_resolved: Mapping[str, Any] = field(default_factory=dict)

    def option(self, route: str) -> Option | None:
        """The entry of one route, or None when it is not listed (hybrid without a frontier share)."""
        return next((option for option in self.options if option.option == route), None)

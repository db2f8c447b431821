"""The evaluation a verdict calls for: candidates, prompts for the difference it hangs on, a fleet's load test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

from advisor.assessment.projections import margin_points
from advisor.cost.draws import median
from advisor.cost.offers import Offer
from advisor.cost.routes import by_token, frontier_slot, quote_in
from advisor.decision.evaluate import Evaluation
from advisor.evidence.evaluation import PairedDifference, power, prompts_needed, wilson
from advisor.evidence.evaluation_files import FROM_TRAFFIC
from advisor.knowledge.parameters import Parameters

MOST_CANDIDATES = 6
_POINTS = 100.0


@dataclass(frozen=True, slots=True)
class PlanCandidate:
    """A model to evaluate where it would be bought; `role` is `decided`, `other route` or `runner-up`.

    `usd_per_prompt` is its bill for one task's tokens, 0 on a fleet of one's own.
    """

    name: str
    route: str
    offer: str
    role: str
    open_weights: bool
    usd_per_prompt: float


@dataclass(frozen=True, slots=True)
class PlannedPrecision:
    """What a number of prompts gives: half the width of the 95% interval (points), and the test's power."""

    prompts: int
    half_width: float
    power: float


@dataclass(frozen=True, slots=True)
class PromptStratum:
    """Prompts of one kind of failure, tried beside those drawn from the traffic and counted apart from them."""

    name: str
    prompts: int


@dataclass(frozen=True, slots=True)
class EvaluationComparison:
    """The difference the decision hangs on, in points of success, and the prompts that find it.

    `needed` is None where no number anybody evaluates does. `expected` has the rates of the vendor's and of the open
    model, `level` and `power` those of McNemar's exact two-sided test.
    """

    because: str
    expected: PairedDifference
    level: float
    power: float
    needed: int | None
    given: tuple[PlannedPrecision, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class LoadTest:
    """The load test of one replica at the operating point its fleet was sized with; times in ms, rates a second."""

    model: str
    gpu: str
    gpus: int
    precision: str
    input_tokens: int
    output_tokens: int
    concurrency: int
    requests: int
    tokens_per_second: tuple[float, float, float]
    first_token_ms: float
    inter_token_ms: float
    targets: tuple[str, ...]

    @property
    def commands(self) -> tuple[str, ...]:
        """Command lines that run it, one tool each; the server listens on port 8000 of this host."""
        return (
            f"vllm bench serve --backend vllm --base-url http://localhost:8000 --model {self.model} "
            f"--dataset-name random --random-input-len {self.input_tokens} --random-output-len {self.output_tokens} "
            f"--ignore-eos --max-concurrency {self.concurrency} --num-prompts {self.requests} "
            "--save-result --result-filename load-test.json",
            "guidellm run --backend kind=openai_http,target=http://localhost:8000 "
            f"--profile kind=concurrent,streams={self.concurrency} "
            f"--constraint kind=max_requests,count={self.requests} "
            f"--data kind=synthetic_text,prompt_tokens={self.input_tokens},output_tokens={self.output_tokens}",
        )

    @property
    def read_back(self) -> str:
        """The command that reads the result, of an engine as sized; guidellm names its own benchmarks.json."""
        return (
            f"advisor measure benchmark load-test.json --gpu {self.gpu} --gpus {self.gpus} --model {self.model} "
            f"--precision {self.precision} --engine vllm"
        )


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What to evaluate and to measure before a decision is relied on."""

    workload: str
    decided: str
    candidates: tuple[PlanCandidate, ...]
    comparison: EvaluationComparison
    load_test: LoadTest | None
    strata: tuple[PromptStratum, ...] = ()

    @property
    def prompts(self) -> int:
        """Prompts to write: those needed, or the most that is usually given where none suffice."""
        return self.comparison.needed or max(each.prompts for each in self.comparison.given)

    @property
    def all_prompts(self) -> Iterator[tuple[str, str]]:
        """The name of each prompt and its stratum: first those drawn from the traffic."""
        strata = (PromptStratum(FROM_TRAFFIC, self.prompts), *self.strata)
        names = (each.name for each in strata for _ in range(each.prompts))
        return ((f"prompt-{place:04}", name) for place, name in enumerate(names, 1))

    @property
    def budget_usd(self) -> float:
        """What all candidates' tokens cost, run once, those of the kinds of failure too."""
        return (self.prompts + sum(each.prompts for each in self.strata)) * sum(
            each.usd_per_prompt for each in self.candidates
        )

    @property
    def read_back(self) -> str:
        """The command that turns the results into answers."""
        hosted = next((each.name for each in self.candidates if not each.open_weights), "")
        opened = next((each.name for each in self.candidates if each.open_weights), "")
        named = [f"--api {hosted}"] * bool(hosted) + [f"--open {opened}"] * bool(opened)
        return " ".join(["advisor measure evaluation results.csv", *named])


def evaluation_plan(evaluation: Evaluation, required: float, parameters: Parameters, workload: str) -> EvaluationPlan:
    """The plan for one workload: what is bought, against the best of the other routes and the runners-up.

    `required` is the share of the vendor's success an open model must reach; `parameters` hold how tests are planned.
    """
    return EvaluationPlan(
        workload,
        evaluation.choice.option,
        tuple(_candidates(evaluation))[:MOST_CANDIDATES],
        _comparison(evaluation, required, parameters),
        _load_test(evaluation, parameters),
        tuple(_strata(evaluation, parameters)),
    )


def _strata(evaluation: Evaluation, parameters: Parameters) -> Iterator[PromptStratum]:
    task = evaluation.findings.prepared.known.answers.text("workload.task") or "any"
    named = f"plan.failures.{task}"
    for name in parameters.text(named if named in parameters else "plan.failures.any").split(";"):
        yield PromptStratum(name.strip(), round(parameters.number("plan.stratum_prompts")))


def _candidates(evaluation: Evaluation) -> Iterator[PlanCandidate]:
    """Models once each: the decided route's offer, those of the other standing routes, then the runners-up."""
    costs, chosen = evaluation.costs, evaluation.choice.option
    routes = [chosen, *(route for route in evaluation.findings.standing.after_can if route != chosen)]
    if chosen == "hybrid" and costs.halves is not None:
        routes = [*costs.halves, *(route for route in routes if route not in ("hybrid", *costs.halves))]
    decided = {chosen, *(costs.halves or ())} if chosen == "hybrid" else {chosen}
    per_prompt = median(costs.drawn.sample("quality.tokens_per_task")) / max(
        1.0, median(costs.drawn.today.total * costs.drawn.growth)
    )
    seen = set[str]()
    if chosen == "hybrid" and costs.halves is not None:
        frontier = _frontier(evaluation, costs.halves[1], per_prompt)
        seen.add(frontier.name)
        yield frontier
        routes.remove(costs.halves[1])
    ranked = [(place, route, each) for route in routes if route in costs.offers and route != "hybrid"
              for place, each in enumerate(costs.offers[route].feasible)]  # fmt: skip
    catalog = evaluation.findings.prepared.catalog
    for place, route, each in sorted(ranked, key=lambda found: found[0]):
        if each.offer.model in seen:
            continue
        seen.add(each.offer.model)
        role = "runner-up" if place else "decided" if route in decided else "other route"
        opened = each.offer.model in catalog.models or each.offer.model in catalog.managed
        usd = median(each.lines["tokens"]) * per_prompt
        yield PlanCandidate(each.offer.model, route, _where(each.offer), role, opened, usd)


def _frontier(evaluation: Evaluation, route: str, per_prompt: float) -> PlanCandidate:
    """Hybrid's frontier half: the reference that its routine half is compared with."""
    scenario = evaluation.costs.drawn.scenario
    slot = frontier_slot(scenario, route)
    quote = quote_in(scenario, slot)
    tokens = by_token(evaluation.costs.drawn, slot, 1.0, evaluation.costs.drawn.rates.api)["tokens"]
    where = _where(quote.offer("per-token"))
    return PlanCandidate(quote.model.id, route, where, "decided", quote.model.open_weights, median(tokens) * per_prompt)


def _where(offer: Offer) -> str:
    if offer.gpus:
        return f"{offer.gpus}×{offer.gpu} {offer.precision}"
    return " ".join(each for each in (offer.provider, offer.region) if each)


def _comparison(evaluation: Evaluation, required: float, parameters: Parameters) -> EvaluationComparison:
    """The drop of success that would exclude the open model, or make another route cost less.

    The smaller of the two, unless no evaluation would find it: then the one that can be found, and a note.
    """
    sample = evaluation.costs.drawn.sample
    first = min(1.0, median(sample("quality.api_success_rate")))
    level, wanted = parameters.number("plan.test_level"), parameters.number("plan.test_power")
    expected = PairedDifference(first, first * required)
    because = f"an open model below {required:.0%} of the vendor's model's success is excluded"
    needed = prompts_needed(expected, level, wanted)
    points, note = margin_points(evaluation), ""
    if points is not None and 0.0 < points / _POINTS < expected.first - expected.second:
        nearer = PairedDifference(first, first - points / _POINTS)
        more = prompts_needed(nearer, level, wanted)
        changes = f"the route changes where the open model fails {points:.1f} more tasks of 100"
        if more is None:
            note = f"By cost, {changes}: too little for any evaluation to find."
        else:
            expected, because, needed = nearer, changes, more
    usual = parameters.range("default.quality.eval_prompts")
    counts = [usual.low, sqrt(usual.low * usual.high), usual.high, *([needed] if needed is not None else [])]
    given = tuple(_precision(round(each), expected, level) for each in sorted(set(counts)))
    return EvaluationComparison(because, expected, level, wanted, needed, given, note)


def _precision(prompts: int, expected: PairedDifference, level: float) -> PlannedPrecision:
    rate = wilson(round(prompts * expected.second), prompts)
    return PlannedPrecision(prompts, (rate.high - rate.low) / 2.0 * _POINTS, power(prompts, expected, level))


def _load_test(evaluation: Evaluation, parameters: Parameters) -> LoadTest | None:
    """None where no fleet of one's own is in question."""
    if "self-host" not in {*evaluation.findings.standing.after_can, *(evaluation.costs.halves or ())}:
        return None
    plan = evaluation.scenario.fleet
    if not plan.fits:
        return None
    request, speed = plan.request, plan.speed
    at_once = max(1, int(speed.concurrency))
    asked = request.targets
    targets = (
        ("first token, median", asked.first_token_p50_ms),
        ("first token, 95th percentile", asked.first_token_p95_ms),
        ("between tokens", asked.inter_token_ms),
    )
    middle = speed.tokens_per_second
    return LoadTest(
        request.model.id, request.gpu.id, speed.gpus, request.precision,
        max(1, round(request.shape.input_tokens)), max(1, round(request.shape.output_tokens)),
        at_once, ceil(at_once * parameters.number("plan.load_test_rounds")),
        (middle * speed.band_low, middle, middle * speed.band_high),
        speed.first_token_p50_ms, speed.inter_token_ms,
        tuple(f"{name} at most {value:g} ms" for name, value in targets if value is not None),
    )  # fmt: skip


def as_table(plan: EvaluationPlan) -> dict[str, Any]:
    """The plan for other programs and as TOML: no value is empty."""
    compared, load = plan.comparison, plan.load_test
    table: dict[str, Any] = {
        "schema": "advisor.plan/1",
        "workload": plan.workload,
        "decided": plan.decided,
        "evaluation": {
            "prompts": plan.prompts,
            "budget_usd": round(plan.budget_usd, 2),
            "because": compared.because,
            "expected_api_success": round(compared.expected.first, 4),
            "least_open_success": round(compared.expected.second, 4),
            "test": "McNemar, exact, two-sided, on the same prompts",
            "level": compared.level,
            "power": compared.power,
            "found": compared.needed is not None,
            "precision": [
                {"prompts": each.prompts, "half_width_points": round(each.half_width, 2), "power": round(each.power, 3)}
                for each in compared.given
            ],
            "strata": [{"failure": each.name, "prompts": each.prompts} for each in plan.strata],
            "read_back": plan.read_back,
        },
        "candidates": [
            {"model": each.name, "route": each.route, "offer": each.offer, "role": each.role,
             "open_weights": each.open_weights, "usd_per_prompt": round(each.usd_per_prompt, 6)}
            for each in plan.candidates
        ],
    }  # fmt: skip
    if compared.note:
        table["evaluation"]["note"] = compared.note
    if load is not None:
        low, middle, high = (round(each) for each in load.tokens_per_second)
        table["load_test"] = {
            "model": load.model, "gpu": load.gpu, "gpus": load.gpus, "precision": load.precision,
            "input_tokens": load.input_tokens, "output_tokens": load.output_tokens,
            "concurrency": load.concurrency, "requests": load.requests,
            "expected": {"tokens_per_second": {"p10": low, "p50": middle, "p90": high},
                         "first_token_ms": round(load.first_token_ms), "inter_token_ms": round(load.inter_token_ms, 1)},
            "targets": list(load.targets),
            "commands": list(load.commands), "read_back": load.read_back,
        }  # fmt: skip
    return table

"""Every figure that a verdict used: how much rests on weak ones, which are old, and what a record must contain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.assessment.model import Evidence, Premise
from advisor.cost.comparison import lines_of, parts_of
from advisor.cost.draws import Figure
from advisor.cost.prices import DataNeeds
from advisor.cost.routes import Pricing
from advisor.cost.scenario import MANAGED_DRIFT, listing
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.evaluate import Evaluation
from advisor.engine.facts import tests_of
from advisor.knowledge.catalog import Gpu, OpenModel, Provider
from advisor.knowledge.conditions import NUMBER_OPS
from advisor.knowledge.labels import catalog_label, label
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import WEAK_GRADES, DatedValue, FigureAge, Parameters

_AGING = {"people": "people", "tier": "people", "staffing": "people", "prices": "prices"}
"""Topics of parameters that age, each with its `evidence.stale_days` limit; physics and habits do not."""


Used = tuple[str, Premise]
"""A figure that a cost was computed from, after the kind of its age limit, which is empty where it does not age.

Its value is a number, the ends of a range, the rates of a price row in dollars per million tokens, or a text.
"""


def evidence(evaluation: Evaluation, knowledge: Knowledge) -> Evidence:
    """What the costs of the remaining routes were computed from, besides the user's own answers.

    Found by pricing those routes once more at their points and noting which figures are asked for.
    """
    used = figures_used(evaluation, knowledge)
    weak = tuple(one.parameter for _, one in used if one.grade in WEAK_GRADES)
    old = [age for age in (_age(kind, one, evaluation) for kind, one in used if kind) if age.is_stale]
    share = len(weak) / len(used) if used else 0.0
    return Evidence(len(used), weak, share, tuple(sorted(old, key=lambda one: (-one.days, one.name))))


def figures_used(evaluation: Evaluation, knowledge: Knowledge) -> list[Used]:
    """Every figure that the standing routes are priced with besides the answers, each once, by name."""
    by_name = {used[1].parameter: used for used in _used(evaluation, knowledge)}
    return [by_name[name] for name in sorted(by_name)]


def _age(kind: str, one: Premise, evaluation: Evaluation) -> FigureAge:
    parameters = evaluation.findings.prepared.known.parameters
    limit = round(parameters.number(f"evidence.stale_days.{kind}"))
    return FigureAge(kind, one.parameter, one.since, (parameters.as_of - one.since).days, limit, one.source, one.grade)


def _used(evaluation: Evaluation, knowledge: Knowledge) -> Iterator[Used]:
    read, offers = _read(evaluation)
    for name in sorted(read):
        yield from _of_parameter(name, evaluation)
        yield from _of_gpu(name, evaluation)
    for offer in sorted(offers):
        yield from _of_offer(offer, evaluation, knowledge)


def _read(evaluation: Evaluation) -> tuple[set[str], set[str]]:
    """Names of the ranges, and of the offers, that the standing routes are priced with."""
    read: set[str] = set()

    def sample(name: str) -> Figure:
        read.add(name)
        return evaluation.scenario.ranges[name].point

    pricing, settled = Pricing(evaluation.scenario, sample), evaluation.costs.settled
    offers: set[str] = set()
    for route in evaluation.findings.standing.after_can:
        if route in settled.routes:
            lines_of(pricing, route, settled)
            offers |= {part.offer for part in parts_of(pricing, route, settled)}
    return read, offers


def _of_parameter(name: str, evaluation: Evaluation) -> Iterator[Used]:
    """A parameter, or the default of a question that was left open."""
    known = evaluation.findings.prepared.known
    if known.given(name):
        return
    if name in ("fleet.speed_band", "endpoint.speed_band"):
        plan = evaluation.scenario.fleet if name == "fleet.speed_band" else evaluation.scenario.endpoint
        kind = "mixture" if evaluation.scenario.fleet.request.model.experts else "dense"
        own = plan.speed.own if plan else None
        name = own.parameter if own else f"throughput.band.stock.{kind}.saturated"
    if name.startswith("price.") and name.endswith(".drift"):
        name = MANAGED_DRIFT
    value = known.parameters.dated(name) if name in known.parameters else known.default(name)
    if value is not None:
        kind = _AGING.get(name.partition(".")[0], "")
        yield kind, Premise(name, figures_of(value), value.since, value.source, value.grade)


def figures_of(value: DatedValue) -> float | str | tuple[float, ...]:
    """A dated value as plain figures: a number, both ends of a range with its mode between them, or a text."""
    if value.text is not None:
        return value.text
    known = value.range
    if known.is_exact:
        return known.low
    return (known.low, known.high) if known.mode is None else (known.low, known.mode, known.high)


def _of_gpu(name: str, evaluation: Evaluation) -> Iterator[Used]:
    """The hourly price by the way of acquisition, or the purchase price, unless the user gave it."""
    scenario, known = evaluation.scenario, evaluation.findings.prepared.known
    gpu = scenario.fleet.request.gpu
    if name == "gpu.purchase_usd":
        ends = (gpu.purchase_low_usd, gpu.purchase_high_usd)
        yield "prices", Premise(f"{gpu.id} purchase", ends, gpu.checked, gpu.purchase_source, gpu.purchase_grade)
    ways = {"economics.gpu_hour_usd": scenario.acquisition, "gpu.on_demand_usd": "on-demand"}
    if name not in ways or known.given("economics.gpu_hour_usd"):
        return
    row = listing(gpu, ways[name], known.parameters.as_of)
    if row is not None:
        yield "prices", Premise(f"{gpu.id} {row.acquisition}", (row.low, row.high), row.since, row.source, row.grade)


def _of_offer(offer: str, evaluation: Evaluation, knowledge: Knowledge) -> Iterator[Used]:
    """Prices and providers behind one offer; for open models the model and its terms, for a fleet the hardware."""
    prepared, listed = evaluation.findings.prepared, evaluation.scenario.offers
    quote = getattr(listed, offer, None)
    if quote is not None:
        row, name = quote.row, f"{quote.model.id} {quote.row.provider}"
        yield "prices", Premise(name, (row.input, row.output), row.since, row.source, row.grade)
        for then in quote.listed_ahead:
            read, ends = then.checked or prepared.as_of, (then.input, then.output)
            yield "prices", Premise(f"{name} from {then.since}", ends, read, then.source, then.grade)
        provider = knowledge.catalog.providers.get(row.provider)
        if provider is not None and prepared.needs.data != DataNeeds():
            yield "providers", _entry(provider)
    hosted = evaluation.scenario.fleet.request.model.id if offer == "fleet" else ""
    opened = quote.model.id if quote is not None and quote.model.open_weights else hosted
    if opened:
        model = knowledge.catalog.models[opened]
        terms = knowledge.licenses[model.license]
        yield "models", _entry(model)
        yield "licenses", Premise(f"license {terms.id}", terms.posture, terms.checked, terms.source, terms.grade)
    if offer == "fleet":
        yield "hardware", _entry(evaluation.scenario.fleet.request.gpu)


def _entry(entry: Provider | OpenModel | Gpu) -> Premise:
    """An entry of the catalog that a cost rests on, by its title."""
    return Premise(entry.id, entry.title, entry.checked, entry.source, entry.grade)


_MOST_NAMED = 5
_OF_STEPS = (
    "gate.tie_share", "gate.hybrid_margin", "gate.firm_share", "gate.spend_contradiction", "open.tries",
    "gate.confidence_gap",
)  # fmt: skip
_OF_FACTS = ("gate.accuracy_interval", "quality.interval_z", "people.fleet_base_gpus", "people.fleet_growth")


def premises(evaluation: Evaluation, knowledge: Knowledge, at: CompiledKnowledge) -> tuple[Premise, ...]:
    """Figures the standing routes were priced with, thresholds of the rules that fired, and those of the steps."""
    used = [one for _, one in figures_used(evaluation, knowledge)]
    known = {one.parameter for one in used}
    more = [_of_threshold(name, at) for name in dict.fromkeys(_thresholds(evaluation)) if name not in known]
    return tuple(sorted([*used, *more], key=lambda one: one.parameter))


def dated_later(used: Sequence[Premise], parameters: Parameters) -> tuple[str, ...]:
    """Say which figures were not yet known on the day: those of this verdict by name, all others by their number.

    A price dated later is never used. A parameter has no other value than its first one, so that it is used, and said.
    """
    day = parameters.as_of
    later = [one.parameter for one in used if one.since > day]
    counted = {one.parameter for one in used}
    others = sum(value.since > day for name, value in parameters.values.items() if name not in counted)
    more_of = f"{others} other parameter{'s' * (others > 1)} of the knowledge base" if others else ""
    verb = "was" if others == 1 else "were"
    if not later:
        return (f"All figures of this verdict were known on {day}; {more_of} {verb} not",) if others else ()
    more = f" and {len(later) - _MOST_NAMED} more" if len(later) > _MOST_NAMED else ""
    named = "; ".join(catalog_label(name) if label(name) == name else label(name) for name in later[:_MOST_NAMED])
    sentence = f"On {day} these figures were not known yet, and their first known values are used: {named}{more}"
    return (f"{sentence}; neither {verb} {more_of}" if others else sentence,)


def _thresholds(evaluation: Evaluation) -> Iterator[str]:
    findings = evaluation.findings
    for rule in (*findings.fired, *findings.postures):
        yield from (str(test.value) for test in tests_of(rule) if test.op in NUMBER_OPS)
    yield from _OF_STEPS
    yield from _OF_FACTS


def _of_threshold(name: str, at: CompiledKnowledge) -> Premise:
    dated = at.parameters.dated(name)
    return Premise(name, figures_of(dated), dated.since, dated.source, dated.grade)

"""One answer at a time, by decades or from lax to strict, for eight very different workloads: where a cost misbehaves.

Run `python -m benchmarks.cost.answer_sweeps [--write] [WORKLOAD…] [KEY…]`: prints every place where a route gets
cheaper or firmer though more is asked, or jumps by more than a tenth for a hundredth of an answer. With --write the
table goes to docs/confidence.md. Status 1 where a route moves the wrong way, or jumps and no integer is named.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain, pairwise
from math import log10
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from advisor.assessment.notes import notes
from advisor.cost.offers import Offer, RouteOffers
from advisor.decision.compiled import CompiledKnowledge, compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.interview.answers import Vocabulary, read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge

PAGE = Path(__file__).parents[2] / "docs" / "confidence.md"
BEGIN, END = "<!-- sweeps -->", "<!-- end of sweeps -->"
DAY = date(2026, 11, 28)
DRAWS = 256
STEP = 1.01
JUMP = 0.10
NOISE = 0.01
"""Offers are shortlisted at the point estimate and told apart on 256 draws: two of a price may change places."""
Given = dict[str, Any]

CHAT: Given = {
    "workload.task": "chat", "workload.audience": "public", "data.classes": ["pii"],
    "volume.requests": 50_000, "volume.input_per_request": 1200, "volume.output_per_request": 300,
    "volume.peak_to_average": 3, "volume.cached_share": 0.3, "volume.batch_share": 0, "volume.annual_growth": 0.2,
    "quality.frontier_share": 0.2, "economics.horizon_months": 12,
}  # fmt: skip
LAPTOP: Given = {
    "workload.task": "code-assistant", "workload.audience": "internal", "workload.developers": 1,
    "data.classes": ["source-code"], "volume.tokens_per_developer": 6e6, "volume.output_share": 0.2,
    "volume.output_per_request": 400, "volume.peak_to_average": 4, "volume.cached_share": 0.5,
    "volume.batch_share": 0, "volume.annual_growth": 0, "economics.horizon_months": 24,
}  # fmt: skip
BATCH: Given = {
    "workload.task": "classification", "workload.audience": "internal", "data.classes": ["internal"],
    "volume.requests": 5e7, "volume.input_per_request": 950, "volume.output_per_request": 50,
    "volume.peak_to_average": 1.5, "volume.cached_share": 0.2, "volume.batch_share": 0.9,
    "volume.annual_growth": 0.1, "economics.horizon_months": 24,
}  # fmt: skip
REGULATED: Given = {
    "workload.task": "summarization", "workload.audience": "internal", "data.classes": ["phi"],
    "data.boundary": "vpc", "data.regimes": ["hipaa"], "volume.requests": 2e6, "volume.input_per_request": 3000,
    "volume.output_per_request": 500, "volume.peak_to_average": 3, "volume.cached_share": 0.1,
    "volume.batch_share": 0.2, "volume.annual_growth": 0.3, "staffing.ml_infra_fte": 2, "staffing.platform_fte": 1,
    "staffing.gpu_experience": True, "economics.horizon_months": 36,
}  # fmt: skip
CODING: Given = {
    "workload.task": "agentic-coding", "workload.audience": "internal", "workload.developers": 500,
    "data.classes": ["source-code"], "volume.tokens_per_developer": 1e8, "volume.output_share": 0.03,
    "volume.output_per_request": 600, "volume.peak_to_average": 8, "volume.cached_share": 0.8,
    "volume.batch_share": 0, "volume.annual_growth": 0.5, "quality.frontier_share": 0.3, "latency.interactive": True,
    "latency.p95_ms": 4000, "staffing.ml_infra_fte": 3, "staffing.gpu_experience": True,
    "economics.horizon_months": 24,
}  # fmt: skip
LONG: Given = {
    "workload.task": "agentic-coding", "workload.audience": "internal", "data.classes": ["internal"],
    "volume.requests": 20_000, "volume.input_per_request": 200_000, "volume.output_per_request": 2000,
    "volume.peak_to_average": 3, "volume.cached_share": 0.7, "volume.batch_share": 0, "volume.annual_growth": 0,
    "economics.horizon_months": 12,
}  # fmt: skip
TINY: Given = {
    "workload.task": "extraction", "workload.audience": "internal", "data.classes": ["public"],
    "volume.requests": 100, "volume.input_per_request": 900, "volume.output_per_request": 100,
    "volume.peak_to_average": 2, "volume.cached_share": 0, "volume.batch_share": 0, "volume.annual_growth": 0,
    "economics.horizon_months": 12,
}  # fmt: skip
TRILLION: Given = {
    "workload.task": "chat", "workload.audience": "public", "data.classes": ["pii"],
    "volume.requests": 8e8, "volume.input_per_request": 1000, "volume.output_per_request": 250,
    "volume.peak_to_average": 2, "volume.cached_share": 0.4, "volume.batch_share": 0.1, "volume.annual_growth": 0.2,
    "latency.p95_ms": 2000, "staffing.ml_infra_fte": 30, "staffing.platform_fte": 30,
    "staffing.gpu_experience": True, "economics.horizon_months": 36,
}  # fmt: skip
WORKLOADS: Mapping[str, Given] = {
    "hosted-chat": CHAT, "laptop": LAPTOP, "batch-50B": BATCH, "regulated": REGULATED, "coding-500": CODING,
    "long-context": LONG, "tiny": TINY, "trillion": TRILLION,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Varied:
    """One answer from its least to its most; `sign` is which way a bill may move as it rises: 1, -1, 0 for either.

    `strict` tells that a route may not get firmer either. `with_it` are answers it takes, `whole` keeps to integers.
    """

    low: float
    high: float
    sign: int = 0
    strict: bool = False
    with_it: Given = field(default_factory=dict)
    whole: bool = False

    def values(self, per_decade: int) -> list[float]:
        """The places of a grid, evenly spaced in the logarithm."""
        count = max(4, round(per_decade * log10(self.high / self.low)))
        found = [self.low * (self.high / self.low) ** (place / count) for place in range(count + 1)]
        return sorted({float(round(value)) for value in found}) if self.whole else found

    def is_step(self, low: float, high: float) -> bool:
        """Whether two values are a hundredth apart, or one; of a share near 1 a hundredth of what is left of it."""
        if self.whole:
            return high - low <= 1 or high / low <= STEP
        if self.high <= 1 and low > 0.5:  # failures, cache misses: what a bill follows is the rest
            return high >= 1 or (1 - low) / (1 - high) <= STEP
        return high / low <= STEP


EVIDENCE: Given = {
    "quality.failure_cost_usd": 2, "quality.api_success_rate": 0.95, "quality.open_success_rate": 0.9,
    "quality.tokens_per_task": 5000,
}  # fmt: skip
NUMERIC: Mapping[str, Varied] = {
    "volume.requests": Varied(1, 1e10, 1),
    "volume.output_tokens": Varied(1e3, 1e12),  # of the same length of an answer: prompts get shorter
    "volume.input_tokens": Varied(1e3, 1e13, 1),
    "volume.input_per_request": Varied(10, 2e6, 1),
    "volume.output_per_request": Varied(1, 1e5, 1),
    "volume.tokens_per_developer": Varied(1e3, 1e10, 1),
    "volume.output_share": Varied(0.005, 0.95),
    "workload.developers": Varied(1, 1e5, 1, whole=True),
    "volume.peak_to_average": Varied(1, 50, 1),
    "volume.peak_concurrency": Varied(1, 1e5, 1, whole=True),
    "volume.cached_share": Varied(0.001, 0.999, -1),
    "volume.batch_share": Varied(0.001, 0.999, -1),
    "volume.annual_growth": Varied(0.01, 5, 1),
    "volume.images_per_request": Varied(0.1, 50, 1),
    "latency.p50_ms": Varied(20, 20_000, -1, strict=True),
    "latency.p95_ms": Varied(50, 50_000, -1, strict=True),
    "latency.inter_token_ms": Varied(2, 500, -1, strict=True),
    "economics.gpu_hour_usd": Varied(0.05, 50, 1),
    "economics.electricity_usd_kwh": Varied(0.01, 2, 1),
    "economics.utilization": Varied(0.01, 1, -1),
    "economics.discount": Varied(0.001, 0.99, -1),
    "economics.token_multiplier": Varied(0.2, 10, 1),
    "economics.owned_gpus_spare": Varied(1, 512, -1, whole=True),
    "economics.team_spare_fte": Varied(0.01, 20, -1),
    "economics.migration_cost_usd": Varied(10, 1e7, 1),
    "economics.horizon_months": Varied(1, 60, whole=True),
    "economics.monthly_api_spend_usd": Varied(1, 1e8),
    "economics.api_input_usd": Varied(0.01, 100, 1, with_it={"economics.api_model": "gpt-5.4"}),
    "economics.api_output_usd": Varied(0.01, 100, 1, with_it={"economics.api_model": "gpt-5.4"}),
    "economics.open_input_usd": Varied(0.01, 100, 1, with_it={"economics.open_model": "llama-4-scout"}),
    "economics.open_output_usd": Varied(0.01, 100, 1, with_it={"economics.open_model": "llama-4-scout"}),
    "economics.gpus": Varied(1, 4096, whole=True),
    "staffing.loaded_cost_usd": Varied(20_000, 1e6, 1),
    "staffing.ml_infra_fte": Varied(0.05, 50),
    "quality.frontier_share": Varied(0.01, 0.99),
    "quality.failure_cost_usd": Varied(0.01, 1e4, 1, with_it=EVIDENCE),
    "quality.api_success_rate": Varied(0.05, 0.999, -1, with_it=EVIDENCE),
    "quality.open_success_rate": Varied(0.05, 0.999, -1, with_it=EVIDENCE),
    "quality.tokens_per_task": Varied(10, 1e6, -1, with_it=EVIDENCE),
    "data.retention_days": Varied(1, 365, -1, strict=True, whole=True),
    "volume.months_observed": Varied(1, 60, whole=True),
}
LADDERS: Mapping[str, tuple[Any, ...]] = {
    "data.classes": (["public"], ["internal"], ["source-code"], ["trade-secret"], ["pii"], ["pii", "financial-pii"],
                     ["pii", "financial-pii", "phi"]),
    "data.boundary": ("anywhere", "region", "tenancy", "vpc"),
    "data.boundary own": ("on-premises", "air-gap"),  # where hardware is bought: elsewhere that is not tried
    "data.regimes": ([], ["soc2"], ["soc2", "gdpr"], ["soc2", "gdpr", "hipaa"], ["soc2", "gdpr", "hipaa", "pci-dss"],
                     ["soc2", "gdpr", "hipaa", "pci-dss", "fedramp-high"]),
    "data.region eu": (None, "eu"),
    "data.region us": (None, "us"),
    "data.region uk": (None, "uk"),
    "data.region other": (None, "other"),
    "data.retention_days": (30, 0),
    "data.no_training_on_data": (False, True),
    "workload.audience": ("internal", "public"),
    "economics.service_tier": ("internal-endpoint", "production", "high-availability"),
    "economics.second_region": (False, True),
    "latency.interactive": (False, True),
    "quality.capability": ("small", "mid", "large", "frontier"),
    "quality.frontier_required": (False, True),
    "quality.multimodal_required": (False, True),
    "quality.fine_tuning_required": (False, True),
    "license.serves_third_parties": (False, True),
    "license.eu_domiciled": (False, True),
}  # fmt: skip
"""Answers by words, from what asks least to what asks most: none may make a route cheaper or firmer."""
SHAPE = ("volume.requests", "volume.input_per_request", "volume.output_per_request")
DEVELOPERS = ("workload.developers", "volume.tokens_per_developer", "volume.output_share")


@dataclass(frozen=True)
class Seen:
    """What a workload costs by route at P50, and what it buys."""

    p50: Mapping[str, float]
    offers: Mapping[str, RouteOffers]
    evaluation: Evaluation

    def bought(self, route: str) -> Offer:
        """The offer that a route's figures are of."""
        found = self.offers[route].bought
        assert found is not None
        return found.offer

    @property
    def labels(self) -> tuple[str, ...]:
        """The service tier, by the fleet and by what the service is for."""
        return self.evaluation.findings.tier, self.evaluation.scenario.work

    def stands(self, route: str) -> bool:
        """Whether law and people leave the route."""
        return route in self.evaluation.findings.standing.after_can

    def doubts(self, route: str) -> int:
        """How much must come true for the route to hold: what is to be confirmed of its offer, and its conditions."""
        return len(self.offers[route].to_confirm) + len(self.evaluation.conditions.get(route, ()))


@cache
def _at() -> tuple[CompiledKnowledge, Vocabulary]:
    knowledge = load_knowledge()
    return compiled_knowledge(knowledge, DAY), vocabulary(knowledge)


def seen(given: Given, draws: int = DRAWS) -> Seen:
    """P50 by route of those on which something can be bought."""
    at, words = _at()
    tables: dict[str, Given] = {}
    for key, value in given.items():
        topic, _, name = key.partition(".")
        tables.setdefault(topic, {})[name] = value
    answers = read_answers(tomli_w.dumps(tables).encode(), "answers.toml", words)
    found = evaluate(answers, at, 1, draws)
    costs = found.costs
    offers = {route: each for route, each in costs.offers.items() if each.feasible and route in costs.totals}
    return Seen({route: float(np.median(costs.totals[route])) for route in offers}, offers, found)


def varied(workload: Given, key: str, value: Any) -> Given | None:
    """The workload with one answer changed, and what it takes for that answer to count; None where it cannot."""
    base = dict(workload)
    if key in NUMERIC:
        base |= NUMERIC[key].with_it
    if key in ("volume.output_tokens", "volume.input_tokens"):
        base = by_tokens(base)
    by_developer = "volume.tokens_per_developer" in base
    if (key in SHAPE[:2] and by_developer) or (key in DEVELOPERS[1:] and not by_developer):
        return None
    if key == "volume.output_per_request" and by_developer:  # of the same tokens: longer answers, and fewer of them
        return None
    if value is None:
        base.pop(key, None)
        return base
    return {**base, key: value}


def by_tokens(workload: Given) -> Given:
    """The same traffic stated as tokens a month and the length of an answer."""
    base = dict(workload)
    if "volume.tokens_per_developer" in base:
        total = base["workload.developers"] * base.pop("volume.tokens_per_developer")
        share = base.pop("volume.output_share")
        return {**base, "volume.output_tokens": total * share, "volume.input_tokens": total * (1 - share)}
    requests, inward, outward = (base.pop(each) for each in SHAPE)
    each = {"volume.output_tokens": requests * outward, "volume.input_tokens": requests * inward}
    return {**base, **each, "volume.output_per_request": outward}


@dataclass(frozen=True)
class Place:
    """Where a route misbehaves, or jumps by an integer: from one value of an answer to the next."""

    workload: str
    key: str
    route: str
    low: Any
    high: Any
    before: float
    after: float
    kind: str
    why: str

    @property
    def is_fault(self) -> bool:
        """Whether nothing says why."""
        return self.kind != "named"

    def row(self) -> tuple[str, ...]:
        """The place as a row of the table."""
        change = f"{self.after / self.before - 1:+.0%}" if self.before else ""
        low, high = (f"{each:.6g}" if isinstance(each, float) else str(each) for each in (self.low, self.high))
        return (self.workload, self.key, self.route, f"{low} → {high}", f"{self.before:,.0f} → {self.after:,.0f}",
                change, self.kind, self.why)  # fmt: skip


Look = Callable[[Any], Seen]


def sweep(name: str, key: str, per_decade: int = 3) -> Iterator[Place]:
    """Everything that one numeric answer does to a workload."""
    answer, known = NUMERIC[key], dict[float, Seen]()
    if varied(WORKLOADS[name], key, answer.low) is None:
        return

    def at(value: float) -> Seen:
        if value not in known:
            known[value] = seen(varied(WORKLOADS[name], key, value) or {})
        return known[value]

    values = answer.values(per_decade)
    for low, high in pairwise(values):
        yield from _jumps(name, key, (low, high), at)
    if answer.sign:  # at every value that was looked at while places of jumps were searched
        order = sorted(known, reverse=answer.sign < 0)
        yield from wrong_ways(name, key, [(each, known[each]) for each in order], strict=answer.strict)


def ladder(name: str, key: str) -> Iterator[Place]:
    """Everything that an answer by words does to a workload, from lax to strict."""
    answer, found = key.partition(" ")[0], list[tuple[Any, Seen]]()
    for value in LADDERS[key]:
        base = dict(WORKLOADS[name])
        if answer.startswith("data.re") and base.get("data.boundary") in ("vpc", "on-premises", "air-gap"):
            return
        found.append((value, seen(varied(base, answer, value) or {})))
    yield from wrong_ways(name, key, found, strict=True)


def wrong_ways(name: str, key: str, found: Sequence[tuple[Any, Seen]], *, strict: bool) -> Iterator[Place]:
    """Where a route gets cheaper with no more to confirm, or has less to confirm, though more is asked.

    What is to be confirmed comes before the price, as where offers are ranked: a route may only cost less where more
    of it is uncertain.
    """
    worst: dict[tuple[str, bool], tuple[Any, Seen]] = {}
    for value, now in found:
        for route, p50 in now.p50.items():
            place = route, now.stands(route)  # an excluded route is priced for what it is, not for what it may buy
            if place not in worst:
                worst[place] = value, now
                continue
            old_value, old = worst[place]
            fewer = now.doubts(route) - old.doubts(route)
            if p50 < old.p50[route] * (1 - NOISE) and fewer <= 0:
                why = _moved(old, now, route)
                yield Place(name, key, route, old_value, value, old.p50[route], p50, "cheaper", why)
            elif strict and fewer < 0:
                why = _moved(old, now, route)
                yield Place(name, key, route, old_value, value, old.p50[route], p50, "firmer", why)
            if fewer > 0 or p50 > old.p50[route]:
                worst[place] = value, now
    yield from _back(name, key, found) if strict else ()


def _back(name: str, key: str, found: Sequence[tuple[Any, Seen]]) -> Iterator[Place]:
    """Routes that are excluded or have nothing to buy, and stand again where more is asked.

    Where nothing is left at all, what a gate had kept out stands under that condition, which is no fault.
    """
    for (low, before), (high, after) in pairwise(found):
        for route in after.p50:
            stood = route in before.p50 and before.stands(route)
            if route != "hybrid" and after.stands(route) and not stood and not after.doubts(route):
                old = before.p50.get(route, 0.0)
                yield Place(name, key, route, low, high, old, after.p50[route], "back", _words(after.bought(route)))


def _jumps(name: str, key: str, ends: tuple[float, float], at: Look) -> Iterator[Place]:
    (low, high), answer = ends, NUMERIC[key]
    one, other = at(low), at(high)
    big = [route for route in one.p50.keys() & other.p50.keys() if _may_jump(one, other, route, high / low)]
    if not big:
        return
    if not answer.is_step(low, high):
        middle = float(round((low * high) ** 0.5)) if answer.whole else (low * high) ** 0.5
        if answer.high <= 1 and low > 0.5:
            middle = 1 - ((1 - low) * (1 - high)) ** 0.5
        middle = low + 1 if middle in (low, high) else middle
        yield from _jumps(name, key, (low, middle), at)
        yield from _jumps(name, key, (middle, high), at)
    elif high / low <= STEP or not answer.whole:  # from one developer to two is no hundredth
        for route in big:
            why = named(one, other, route)
            kind = "named" if why else "jump"
            yield Place(name, key, route, low, high, one.p50[route], other.p50[route], kind,
                        why or _moved(one, other, route))  # fmt: skip


def _may_jump(one: Seen, other: Seen, route: str, factor: float) -> bool:
    """Whether a cost moves by more than a tenth and not as it does by nature.

    What is bought stays the same and moves no more than in proportion: then there is no step to look for.
    """
    low, high = sorted((one.p50[route], other.p50[route]))
    if high <= low * (1 + JUMP):
        return False
    same = one.bought(route) == other.bought(route) and one.labels == other.labels
    return not same or high > low * factor * (1 + JUMP / 2)


def named(one: Seen, other: Seen, route: str) -> str:
    """The integer that the text names where a cost jumps: GPUs, a limit of tokens that an offer fails, a price step."""
    before, after = one.bought(route), other.bought(route)
    if (before.gpu, before.gpus) != (after.gpu, after.gpus):
        return f"{before.gpus} × {before.gpu} → {after.gpus} × {after.gpu}"
    for second, offer in ((other, before), (one, after)):
        halves = {(each.model, each.provider) for each in (offer, offer.frontier) if each is not None}
        routes = second.offers if route == "hybrid" else (route,)
        for each in chain.from_iterable(second.offers[name].rejected for name in routes):
            if (each.offer.model, each.offer.provider) in halves:
                return f"{each.requirement}: {each.because}"
    said = set(notes(one.evaluation)) ^ set(notes(other.evaluation))
    return next((note.partition(" cost")[0] for note in said if note.startswith("Prompts of more than")), "")


def _moved(one: Seen, other: Seen, route: str) -> str:
    before, after = one.bought(route), other.bought(route)
    lines = [each.evaluation.costs.point_lines[route] for each in (one, other)]
    moved = sorted(((lines[1][line] - lines[0][line], line) for line in lines[0]), key=lambda each: -abs(each[0]))
    what = ", ".join(f"{line} {usd:+,.0f}" for usd, line in moved[:3] if abs(usd) >= 1)
    doubts = f"to confirm {one.doubts(route)} → {other.doubts(route)}"
    tiers = " → ".join(dict.fromkeys(str(each.evaluation.findings.tier) for each in (one, other)))
    return f"{_words(before)} → {_words(after)}; {what}; {doubts}; {tiers}"


def _words(offer: Offer) -> str:
    halves = f" + {_words(offer.frontier)}" if offer.frontier else ""
    if offer.gpus:
        return f"{offer.model} {offer.gpus} × {offer.gpu} {offer.layout} {offer.acquisition}{halves}"
    return f"{offer.model} {offer.provider}{halves}"


def places(names: Sequence[str], keys: Sequence[str]) -> Iterator[Place]:
    """Every place of some workloads and answers."""
    for name in names:
        for key in keys:
            yield from sweep(name, key) if key in NUMERIC else ladder(name, key)
            if key in NUMERIC and key in LADDERS:
                yield from ladder(name, key)


def main() -> int:
    """Print what was found, or write the table."""
    names = [each for each in sys.argv[1:] if each in WORKLOADS] or list(WORKLOADS)
    keys = [each for each in sys.argv[1:] if each in NUMERIC or each in LADDERS]
    found: list[Place] = []
    for place in places(names, keys or [*NUMERIC, *(key for key in LADDERS if key not in NUMERIC)]):
        found.append(place)
        print(" | ".join(place.row()), flush=True)
    if "--write" in sys.argv[1:]:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2] or "\n"
        text = f"{before}{BEGIN}\n{table(names, found)}{END}{after}"
        PAGE.write_text(text, encoding="utf-8")
    return 1 if any(place.is_fault for place in found) else 0


def table(names: Sequence[str], found: Sequence[Place]) -> str:
    """By workload: jumps by what they are named after, and places that nothing explains."""
    rows = ["| workload | jumps by whole GPUs | by a limit or price step of a list | cheaper, firmer or unexplained |"]
    rows.append("|---|---|---|---|")
    for name in names:
        of = [place for place in found if place.workload == name]
        explained = [place for place in of if not place.is_fault]
        gpus = sum(" × " in place.why for place in explained)
        rows.append(f"| {name} | {gpus} | {len(explained) - gpus} | {len(of) - len(explained)} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())

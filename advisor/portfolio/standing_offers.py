"""A workload as a member of a portfolio: the feasible offers of the routes that its own gates left, at their means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np

from advisor.cost.draws import Figure, draws
from advisor.cost.fleet import FleetPlan
from advisor.cost.offers import Offer, PricedOffer
from advisor.cost.operations import service_size
from advisor.cost.route_offers import DRAWS
from advisor.cost.routes import Pricing
from advisor.cost.scenario import FleetChoice
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.errors import BadInput
from advisor.interview.answers import Answers, answer_words
from advisor.knowledge.labels import catalog_label
from advisor.portfolio.candidate import (
    LEAST_LOAD,
    TEAM_TIERS,
    Candidate,
    DrawnCost,
    Member,
    PlatformTools,
    Portfolio,
    TeamLoad,
    TeamRates,
    mean_of,
    team_rates,
)
from advisor.portfolio.portfolio_file import PortfolioFile, PortfolioWorkload
from advisor.processes import forked_map
from advisor.published.apply import maturity_stages, stage_reached
from advisor.sizing.placement import layout_words

_PROFILES = ("1g", "2g", "3g")
"""Multi-Instance GPU profiles, by their compute slices, of which a card holds more than one."""
_FLEET_LINES = ("gpu", "hardware", "power", "storage", "failover")
_SELF_HOST = "self-host"
_FEWEST_FORKED = 50
"""Fewer workloads are priced before other processes have begun."""
_AT_ONCE = 16
_MOST_RANK = "sharing.adapter_most_rank"
"""Packs of earlier versions, which records pin, lack it."""
_APART = ("air-gap", "on-premises")
"""Boundaries whose hardware serves nobody outside them."""


class PricedWorkload:
    """One workload's evaluation, and its figures on the draws that all offers of it share."""

    def __init__(
        self, answers: Answers, at: CompiledKnowledge, seed: int, adapter_rank: int = 0, *, sliced: bool = False
    ) -> None:
        self.answers, self.adapter_rank, self.sliced = answers, adapter_rank, sliced
        self.at, self.seed = at, seed
        self.evaluation: Evaluation = evaluate(answers, at, seed, DRAWS)
        scenario = self.evaluation.scenario
        self.pricing = Pricing(scenario, draws(scenario.ranges, seed, DRAWS))
        self.team: TeamRates = team_rates(self.pricing.sample)

    @property
    def tools(self) -> PlatformTools:
        """What gateway and tools cost in a full service."""
        sample = self.pricing.sample
        names = ("operations.gateway_usd_per_month", "operations.observability_tools_usd_per_month")
        return PlatformTools(fsum(mean_of(sample(name)) for name in names), mean_of(sample("service.full_tokens")))

    def member(self, name: str, hours: Sequence[float]) -> Member:
        """The workload with every feasible offer of every route that *must* and *can* left."""
        start = mean_of(service_size(self.evaluation.scenario.work, 0.0, self.pricing.users, self.pricing.sample))
        tokens = mean_of(self.pricing.today.total * self.pricing.growth)
        tools = self.tools.usd(start, tokens)
        stages = maturity_stages(self.at.knowledge, self.at.parameters)
        stage = stage_reached(stages, self.at.panel(self.evaluation.findings.facts))
        return Member(name, tuple(self._candidates(tools)), tuple(hours), start, tokens, stage)

    def _candidates(self, tools: float) -> Iterator[Candidate]:
        costs = self.evaluation.costs
        for route in self.evaluation.findings.standing.after_can:
            found = costs.offers.get(route)
            for place, each in enumerate(found.feasible if found is not None else ()):
                if route == _SELF_HOST and each.offer.replicas:
                    choice = self.evaluation.scenario.shortlist.fleets[place]
                    fleet = self._fleet(each, choice, tools)
                    yield fleet
                    if self.sliced and fleet.pool:
                        yield from self._slices(fleet, choice)
                else:
                    tokens = mean_of(each.lines["tokens"])
                    yield Candidate(
                        route, offer_label(each.offer), mean_of(each.total) - tokens - tools, tokens,
                        each.offer.provider if "+" not in each.offer.provider else "", model=each.offer.model,
                        drawn=DrawnCost(_first(each.total), tokens=_first(each.lines["tokens"])),
                        bought=each.offer,
                    )  # fmt: skip

    def _fleet(self, priced: PricedOffer, choice: FleetChoice, tools: float) -> Candidate:
        """A fleet: what it takes of cards and people is charged by the portfolio, all else is its own.

        Serverless cards are paid by the second, and a stated number of GPUs stays whole: neither is shared by parts.
        """
        offer, plan, lines = priced.offer, choice.plan, priced.lines
        fleet: Figure = 0.0
        for line in _FLEET_LINES:
            fleet = fleet + lines[line]
        size, tier = offer.gpus // offer.replicas, self.evaluation.findings.tier
        serverless = offer.acquisition == "serverless"
        busy = float(offer.replicas) if plan.given else self._busy(choice)
        spares = 0 if plan.given else plan.spares
        team = self._team(offer) if tier in TEAM_TIERS else None
        labor = self.team.usd(team) if team is not None else 0.0
        shared = not serverless
        with_adapters = self.adapter_rank and shared and not plan.given
        own = mean_of(priced.total) - tools - labor - (mean_of(fleet) if shared else 0.0)
        return Candidate(
            _SELF_HOST, offer_label(offer), own, model=offer.model,
            pool=self._pool(offer, choice, size) if shared else "", cards=self._cards(offer) if shared else "",
            replicas=busy if shared else 0.0, spares=spares if shared else 0, gpus=size if shared else 0,
            gpu_usd=mean_of(fleet) / offer.gpus if shared else 0.0, team=team,
            drawn=DrawnCost(_first(priced.total), _first(fleet) if shared else 0.0, _first(lines["labor"]),
                            load=self._drawn_busy(choice) / busy if with_adapters else 1.0),
            bought=offer, fleet=self._fleet_words(offer, choice, size),
        )  # fmt: skip

    def _busy(self, choice: FleetChoice) -> float:
        """Replicas kept busy at the peak, not rounded: what `groups_for` rounds up."""
        plan = choice.plan
        if plan.speed.tokens_per_second <= 0.0:
            return 1.0
        demand = self.evaluation.scenario.shortlist.demand / plan.speed.tokens_per_second
        busy = max(LEAST_LOAD, demand, plan.request.concurrency / max(1.0, plan.speed.concurrency))
        if not self.adapter_rank:
            return busy
        return busy / (1.0 - self._sharing("adapter_slowdown")) + self._adapter_room(choice)

    def _drawn_busy(self, choice: FleetChoice) -> Figure:
        """The same over the draws of what adapters cost a replica."""
        room = self._adapter_room(choice)
        apart = (self._busy(choice) - room) * (1.0 - self._sharing("adapter_slowdown"))
        return apart / (1.0 - self._drawn("adapter_slowdown")) + room

    def _drawn(self, name: str) -> Figure:
        """A figure on sharing over the draws, alike in every workload."""
        whole = f"sharing.{name}"
        return draws({whole: self.at.parameters.range(whole)}, self.seed, DRAWS)(whole)

    def _sharing(self, name: str) -> float:
        """The mean of a figure on sharing: triangular where a mode is known."""
        found = self.at.parameters.range(f"sharing.{name}")
        ends = (found.low, found.high) if found.mode is None else (found.low, found.mode, found.high)
        return fsum(ends) / len(ends)

    def _adapter_room(self, choice: FleetChoice) -> float:
        """The adapter's share of the room that a replica has for caches.

        An adapter of rank r adds r (in + out) parameters to a matrix of in x out: of a square one 2 r / hidden of its
        own. Feed-forward matrices are wider, and get less: this is rather too much, for all matrices in use.
        """
        model, memory = choice.plan.request.model, choice.plan.speed.memory
        if not model.hidden or memory.kv_gb <= 0.0:
            return 0.0
        share = 2.0 * self.adapter_rank / model.hidden
        added_gb = model.active_b * share * self._sharing("adapter_bytes")
        return min(1.0, added_gb / memory.kv_gb)

    def _slices(self, fleet: Candidate, choice: FleetChoice) -> Iterator[Candidate]:
        """The same model on a slice of the card, for a workload that one sliced card serves.

        A slice has its part of the card's memory and bandwidth, and of its compute; what it serves is the least of
        these and of the room left for caches, as shares of the card's, times what slicing costs. Latency targets are
        checked at that part of the card's speed. A spare slice of the same card would fail with it: none is offered
        where a spare is asked for.
        """
        plan, memory, speed = choice.plan, choice.plan.speed.memory, choice.plan.speed
        whole_card = fleet.gpus == 1 and fleet.gpus_alone == 1 and not fleet.spares and not plan.given
        if not (whole_card and plan.request.gpu.sliceable) or memory.kv_gb <= 0.0:
            return
        for profile in _PROFILES:
            per_card, compute, part = (
                self._sharing(f"slices.{profile}.{name}") for name in ("per_card", "compute", "memory")
            )
            room = part * memory.available_gb - memory.weights_gb - memory.overhead_gb
            if room < memory.request_gb:
                continue
            share, held = min(compute, part), room / memory.kv_gb
            pace = share * self._sharing("slice_efficiency")
            if not _keeps_pace(plan, pace):
                continue
            serves = min(pace, held)
            drawn = np.minimum(share * self._drawn("slice_efficiency"), held)
            replicas = fleet.replicas / serves
            cut = replace(
                fleet, pool=f"{fleet.pool} slice {profile}", cards=f"{fleet.cards} cut into {per_card:g}",
                replicas=replicas, parts=round(per_card), offer=f"{fleet.offer}, slice {profile}",
                profile=profile, fleet=f"{fleet.fleet}, cut into {per_card:g} slices ({profile})",
                drawn=replace(fleet.drawn, load=fleet.drawn.load * (serves / drawn)),
            )  # fmt: skip
            if cut.gpus_alone == 1 and speed.fits:
                yield cut

    def _team(self, offer: Offer) -> TeamLoad:
        sample = self.pricing.sample
        tokens = mean_of(self.pricing.open_traffic().total * self.pricing.growth)
        rest = tokens / mean_of(sample("people.team_tokens"))
        rest += mean_of(self.pricing.users) / mean_of(sample("people.team_users"))
        second = mean_of(sample("operations.second_region_factor")) if self.evaluation.scenario.second_region else 0.0
        rest += offer.gpus * second / self.team.half_gpus
        return TeamLoad(TEAM_TIERS.index(self.evaluation.findings.tier), float(offer.gpus), rest)

    def _cards(self, offer: Offer) -> str:
        """What must be the same for two models to take turns on the same cards."""
        boundary = self.answers.text("data.boundary") or ""
        second = "two regions" if self.evaluation.scenario.second_region else ""
        kept = (
            offer.gpu,
            offer.acquisition,
            offer.provider,
            offer.region,
            boundary if boundary in _APART else "",
            second,
        )
        return " ".join(part for part in kept if part)

    def _fleet_words(self, offer: Offer, choice: FleetChoice, size: int) -> str:
        """The pool in words: all by which it differs from another one."""
        boundary = self.answers.text("data.boundary") or ""
        named = ("half of first tokens", "95% of first tokens", "each further token")
        targets = zip(named, choice.plan.request.targets.limits_ms, strict=True)
        seller = catalog_label(offer.provider) if offer.provider else ""
        kept = [
            f"{catalog_label(offer.model)} on {size} × {catalog_label(offer.gpu)}",
            offer.precision,
            f"parallel: {layout_words(offer.layout)}" if size > 1 and offer.layout else "",
            answer_words("economics.acquisition", offer.acquisition).lower() if offer.acquisition else "",
            f"at {seller}" if seller else "",
            f"in {answer_words('data.region', offer.region)}" if offer.region else "",
            answer_words("data.boundary", boundary).lower() if boundary in _APART else "",
            "in two regions" if self.evaluation.scenario.second_region else "",
            *(f"{what} in {target:g} ms" for what, target in targets if target is not None),
        ]
        return ", ".join(part for part in kept if part)

    def _pool(self, offer: Offer, choice: FleetChoice, size: int) -> str:
        """What must be the same for two workloads to share replicas: model, layout, cards, and latency targets."""
        kept = [offer.model, f"{size}×{self._cards(offer)}", offer.precision, offer.layout]
        kept += [f"{target:g} ms" for target in choice.plan.request.targets.limits_ms if target is not None]
        return " ".join(part for part in kept if part)


@dataclass(frozen=True, slots=True)
class PricedMember:
    """What is kept of a priced workload: the member, what people and tools cost at its figures, and its evaluation."""

    member: Member
    team: TeamRates
    tools: PlatformTools
    evaluation: Evaluation | None = None


def _keeps_pace(plan: FleetPlan, pace: float) -> bool:
    """Whether the latency targets hold at this part of a card's speed."""
    pairs = zip(plan.speed.latencies_ms, plan.request.targets.limits_ms, strict=True)
    return all(target is None or found / pace <= target for found, target in pairs)


def priced_portfolio(
    read: PortfolioFile, at: CompiledKnowledge, seed: int, tell: Callable[[str, int], None], processes: int = 1,
    known: dict[str, PricedMember] | None = None, *, evaluations: bool = False,
) -> Portfolio:  # fmt: skip
    """Every workload of a file priced; `tell` is called with each one's name and place when it is done.

    Workloads with the same answers are priced once, and those in `known`, by `same_answers`, not again: what is priced
    is added to it, for the next time the same file is priced with other answers; with its evaluation where
    `evaluations` are asked for, all in this process then. What people and tools cost is taken from the first workload:
    these figures are shared, or the knowledge base's own.
    """
    _refuse_ranks(read, at)
    apart: dict[str, PortfolioWorkload] = {}
    keys = [same_answers(each) for each in read.workloads]
    priced: dict[str, PricedMember] = {} if known is None else known
    for key, each in zip(keys, read.workloads, strict=True):
        if key not in priced:
            apart.setdefault(key, each)
    discounted = {step.seller for step in read.discounts}

    def price(each: PortfolioWorkload) -> PricedMember:
        priced = PricedWorkload(each.answers, at, seed, each.adapter_rank, sliced=read.sliced)
        member = priced.member(each.name, each.hours)
        return PricedMember(
            replace(member, candidates=worth_comparing(member.candidates, discounted)), priced.team, priced.tools,
            priced.evaluation if evaluations else None,
        )  # fmt: skip

    work = list(apart.values())
    forked = len(work) >= _FEWEST_FORKED and processes > 1 and not evaluations
    found = forked_map(price, work, processes, at_once=_AT_ONCE) if forked else map(price, work)
    for place, (key, done) in enumerate(zip(apart, found, strict=True), 1):
        tell(apart[key].name, place)
        priced[key] = done
    first = priced[keys[0]]
    members = tuple(_named(priced[key].member, each) for key, each in zip(keys, read.workloads, strict=True))
    return Portfolio(members, first.team, first.tools, read.discounts, read.time_shared)


def _refuse_ranks(read: PortfolioFile, at: CompiledKnowledge) -> None:
    """Refuse an adapter of a higher rank than engines serve, before anything is priced."""
    most = int(at.parameters.number(_MOST_RANK)) if _MOST_RANK in at.parameters else None
    for each in read.workloads:
        if most is not None and each.adapter_rank > most:
            raise BadInput(f"{each.name}: adapter_rank", f"{each.adapter_rank:,} is above the highest rank served",
                           f"write a whole number from 1 to {most}")  # fmt: skip


def _named(member: Member, each: PortfolioWorkload) -> Member:
    """The member as this workload: weights tuned for it are its own, and no replica of them serves another."""
    candidates = member.candidates
    if each.answers.flag("quality.fine_tuning_required") and not each.adapter_rank:
        own = f" tuned for {each.name}"
        candidates = tuple(replace(one, pool=one.pool + own, fleet=f"{one.fleet},{own}") if one.pool else one
                           for one in candidates)  # fmt: skip
    return replace(member, name=each.name, hours=tuple(each.hours), candidates=candidates)


def same_answers(each: PortfolioWorkload) -> str:
    """What workloads that are priced alike have in common: all answers but the name, and their adapter."""
    values = sorted((key, value) for key, value in each.answers.values.items() if key != "workload.name")
    return repr((values, each.adapter_rank))


def worth_comparing(candidates: Sequence[Candidate], discounted: Collection[str]) -> tuple[Candidate, ...]:
    """Candidates without those that can never be best: of the ones that share nothing, each route's cheapest stays."""
    cheapest: dict[str, Candidate] = {}
    for each in candidates:
        if _shares_nothing(each, discounted):
            best = cheapest.setdefault(each.route, each)
            if each.own_usd + each.tokens_usd < best.own_usd + best.tokens_usd:
                cheapest[each.route] = each
    return tuple(each for each in candidates
                 if not _shares_nothing(each, discounted) or each is cheapest[each.route])  # fmt: skip


def _shares_nothing(each: Candidate, discounted: Collection[str]) -> bool:
    return not each.pool and each.team is None and each.seller not in discounted


def offer_label(offer: Offer) -> str:
    """The offer in a few words."""
    if offer.gpus:
        return f"{offer.model} on {offer.gpus}×{offer.gpu} {offer.precision} {offer.acquisition}".rstrip()
    return " ".join(part for part in (offer.model, offer.provider, offer.region, offer.pricing) if part)


def _first(figure: Figure) -> Figure:
    """The draws that all offers have."""
    return figure[:DRAWS] if isinstance(figure, np.ndarray) else figure

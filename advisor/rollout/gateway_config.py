"""The configuration of LiteLLM's proxy that a verdict leads to: groups, fallbacks, budgets, retries, as YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import TypeAlias, Union

import numpy as np

from advisor.cost.comparison import slot_of
from advisor.cost.draws import Figure
from advisor.cost.offers import SHOWN, Offer
from advisor.cost.quotes import Quote
from advisor.cost.route_offers import DRAWS, lines_of_quote
from advisor.cost.routes import frontier_slot
from advisor.cost.scenario import Slot
from advisor.decision.evaluate import Evaluation
from advisor.errors import AdvisorError
from advisor.knowledge.labels import catalog_words
from advisor.knowledge.parameters import Parameters
from advisor.text import wrap

# Tables and lists as YAML, in the part of it that is plain: block style, every text in double quotes.


Plain: TypeAlias = Union[str, int, float, bool, Mapping[str, "Plain"], Sequence["Plain"], None]
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
"""What YAML 1.1 reads as something other than a text."""


def as_yaml(value: Mapping[str, Plain]) -> str:
    """The value as YAML; a text is quoted as in JSON, which YAML reads alike."""
    return "\n".join(_mapping(value)) + "\n"


def _mapping(value: Mapping[str, Plain]) -> Iterator[str]:
    for key, each in value.items():
        name = key if _BARE.fullmatch(key) and key.lower() not in _WORDS else json.dumps(key)
        if isinstance(each, Mapping) and each:
            yield f"{name}:"
            yield from (f"  {line}" for line in _mapping(each))
        elif _is_list(each) and each:
            yield f"{name}:"
            yield from (f"  {line}" for line in _items(each))
        else:
            yield f"{name}: {_scalar(each)}"


def _items(values: Plain) -> Iterator[str]:
    assert isinstance(values, Sequence)
    for each in values:
        if isinstance(each, Mapping) and each:
            first, *rest = _mapping(each)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
        else:
            yield f"- {_scalar(each)}"


def _scalar(value: Plain) -> str:
    """One value on its line; a list within a list, too, as JSON."""
    return json.dumps(value)


def _is_list(value: Plain) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


BUDGET_PERIOD = "30d"
"""A month, as everywhere in the program."""
_FLEET = "SELF_HOST"
"""What the environment variables of a fleet's address and key begin with."""
_HARMLESS = ("public", "internal")
"""Classes of data whose prompts a gateway may log."""
_PREFIX = {
    "anthropic": "anthropic/", "bedrock": "bedrock/", "deepseek": "deepseek/", "openai": "openai/",
    "google": "gemini/",
}  # fmt: skip
"""How LiteLLM names a provider, where its list or another one names the model without."""
_SLOTS: Mapping[str, Slot] = {"hosted-api": "hosted", "managed-open": "managed", "managed-cloud": "cloud_frontier"}


@dataclass(frozen=True)
class GatewayDeployment:
    """One entry of the model list: the group it belongs to, LiteLLM's parameters, and what it is in words."""

    group: str
    params: Mapping[str, Plain]
    title: str
    price: str


@dataclass(frozen=True)
class GatewayConfig:
    """A configuration and what its comments say; `needs` are environment variables and names to fill in."""

    deployments: tuple[GatewayDeployment, ...]
    fallbacks: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, Plain]
    router: Mapping[str, Plain]
    callers: str = ""
    notes: tuple[str, ...] = field(default=())

    def as_table(self) -> dict[str, Plain]:
        """The configuration as LiteLLM reads it."""
        router = dict(self.router)
        if self.fallbacks:
            router["fallbacks"] = [{group: list(others)} for group, others in self.fallbacks.items()]
        return {
            "model_list": [
                {"model_name": each.group, "litellm_params": dict(each.params), "model_info": {"id": each.group}}
                for each in self.deployments
            ],
            "router_settings": router,
            "litellm_settings": dict(self.settings),
            "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY"},
        }


@dataclass(frozen=True, slots=True)
class JointDecision:
    """What a workload buys beside others, and the environment variables its fleet's address and key are read from."""

    route: str
    offer: Offer
    fleet: str = _FLEET


def gateway_config(
    evaluation: Evaluation, parameters: Parameters, name: str, seed: int, joint: JointDecision | None = None
) -> GatewayConfig:
    """What the chosen route leads to, or the joint decision; raises AdvisorError where no route was left."""
    route = joint.route if joint is not None else evaluation.choice.option
    if route not in evaluation.costs.point_lines:
        raise AdvisorError(name, "no route is left, so that there is nothing to route to", "see `advisor why`")
    slug = re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-") or "workload"
    build = _Builder(evaluation, seed, slug, parameters.number("gateway.budget_quantile"), route, joint)
    halves = evaluation.costs.halves
    if route == "hybrid" and halves is not None:
        hard = build.group("frontier", halves[1], frontier=True)
        build.group("routine", halves[0], then=hard[:1])
    else:
        build.group("", route)
    data = evaluation.findings.prepared.known.answers.several("data.classes")
    settings: dict[str, Plain] = {
        "drop_params": True,
        "request_timeout": round(parameters.number("gateway.timeout_seconds")),
        "cache": False,
    }
    if any(each not in _HARMLESS for each in data):
        settings["turn_off_message_logging"] = True
    router: dict[str, Plain] = {
        "routing_strategy": "simple-shuffle",
        "num_retries": round(parameters.number("gateway.retries")),
        "allowed_fails": round(parameters.number("gateway.allowed_fails")),
        "cooldown_time": round(parameters.number("gateway.cooldown_seconds")),
        "timeout": round(parameters.number("gateway.timeout_seconds")),
    }
    return GatewayConfig(
        tuple(build.deployments), build.fallbacks, settings, router, build.callers(), tuple(build.notes())
    )


def gateway_of_all(configs: Sequence[GatewayConfig], name: str) -> GatewayConfig:
    """One configuration for many workloads, each with its groups; raises AdvisorError where two share a name."""
    deployments = tuple(each for config in configs for each in config.deployments)
    groups = [each.group for each in deployments]
    twice = sorted({group for group in groups if groups.count(group) > 1})
    if twice:
        raise AdvisorError(name, f"two workloads would have the group {twice[0]}", "rename one of them")
    fallbacks = {group: others for config in configs for group, others in config.fallbacks.items()}
    settings = {key: value for config in configs for key, value in config.settings.items()}
    halves = [config.callers for config in configs if len(_own_groups(config)) > 1]
    notes = dict.fromkeys([*halves, *(note for config in configs for note in config.notes)])
    callers = "Callers name the group of their workload, which has its name."
    return GatewayConfig(deployments, fallbacks, settings, configs[0].router, callers, tuple(notes))


def _own_groups(config: GatewayConfig) -> list[str]:
    """The groups that callers name: those that are no other's fallback only."""
    later = {other for others in config.fallbacks.values() for other in others}
    return [each.group for each in config.deployments
            if each.group not in later or each.group.endswith("-frontier")]  # fmt: skip


class _Builder:
    """Collects deployments: of each group what is bought, then what it falls back to, each in a group of its own."""

    def __init__(
        self, evaluation: Evaluation, seed: int, name: str, quantile: float, route: str, joint: JointDecision | None
    ) -> None:
        self.evaluation, self.seed, self.name, self.quantile = evaluation, seed, name, quantile
        self.route, self.joint = route, joint
        self.deployments: list[GatewayDeployment] = []
        self.fallbacks: dict[str, tuple[str, ...]] = {}

    def group(self, part: str, route: str, *, frontier: bool = False, then: Sequence[str] = ()) -> list[str]:
        """Add a group and its fallbacks; returns the names, the group's own first."""
        base = "-".join(each for each in (self.name, part) if each)
        share: Figure = 1.0
        if part:
            share = self.evaluation.costs.drawn.sample("quality.frontier_share")
            share = share if frontier else 1.0 - share
        names = [base]
        if route == "self-host":
            self.deployments.append(self._fleet(base))
        quotes = list(self._quotes(route, frontier=frontier))
        if self.joint is not None and not part and route != "self-host":
            quotes = _decided_first(quotes, self.joint.offer, base)
        for slot, quote in _other_sellers_first(quotes)[:SHOWN]:
            group = f"{base}-{len(names) + 1}" if self._has(base) else base
            if group != base:
                names.append(group)
            self.deployments.append(self._seller(group, slot, quote, share))
        others = (*names[1:], *(each for each in then if each not in names))
        if others:
            self.fallbacks[base] = others
        return names

    def _has(self, group: str) -> bool:
        return any(each.group == group for each in self.deployments)

    def _quotes(self, route: str, *, frontier: bool) -> Iterator[tuple[Slot, Quote]]:
        """The route's offers by price, then those of other routes that law, people and quality left standing."""
        scenario, settled = self.evaluation.scenario, self.evaluation.costs.settled
        standing = self.evaluation.findings.standing
        allowed = standing.frontier_halves if frontier else standing.after_can
        if not frontier and self.route == "hybrid":
            allowed = standing.routine_halves
        routes = [route, *(each for each in allowed if each not in (route, "self-host", "hybrid"))]
        for each in routes:
            if each in _SLOTS:
                slot: Slot = frontier_slot(scenario, each) if frontier else slot_of(each, settled)  # type: ignore[assignment]
                yield from ((slot, quote) for quote in scenario.shortlist.quotes.get(slot, ())[:SHOWN])

    def _seller(self, group: str, slot: Slot, quote: Quote, share: Figure) -> GatewayDeployment:
        tokens = lines_of_quote(self.evaluation.scenario, slot, quote, self.seed, DRAWS)["tokens"]
        part = share[:DRAWS] if isinstance(share, np.ndarray) else share
        budget = ceil(float(np.quantile(tokens * part, self.quantile)))
        row = quote.row
        params: dict[str, Plain] = {"model": litellm_model(row.provider, row.list_key, quote.model.id)}
        if row.region:
            params["tags"] = [f"region:{row.region}"]
        params |= {"max_budget": max(1, budget), "budget_duration": BUDGET_PERIOD}
        offer = " ".join(each for each in (quote.model.id, "at", row.provider, row.region) if each)
        return GatewayDeployment(group, params, offer, f"${row.input:g}/{row.output:g} per million tokens")

    def _fleet(self, group: str) -> GatewayDeployment:
        offers, plan = self.evaluation.costs.offers["self-host"], self.evaluation.scenario.fleet
        offer = offers.bought.offer if offers.bought is not None else Offer("self-host", "")
        variables = _FLEET
        if self.joint is not None and self.joint.route == "self-host":
            offer, variables = self.joint.offer, self.joint.fleet
            place = [each.offer for each in offers.feasible].index(offer)
            plan = self.evaluation.scenario.shortlist.fleets[place].plan
        at_once = max(1, int(plan.speed.concurrency) * max(1, offer.replicas - plan.spares))
        params: dict[str, Plain] = {
            "model": f"hosted_vllm/{offer.model}",
            "api_base": f"os.environ/{variables}_API_BASE",
            "api_key": f"os.environ/{variables}_API_KEY",
            "max_parallel_requests": at_once,
        }
        words = f"{offer.model} on {offer.gpus}×{offer.gpu} {offer.precision}, {offer.replicas} replicas"
        return GatewayDeployment(group, params, words, f"{at_once} requests at once at the operating point")

    def callers(self) -> str:
        """Which group a caller names."""
        if self._has(self.name):
            return f"Callers name the group {self.name}."
        share = self.evaluation.costs.drawn.sample("quality.frontier_share")
        return (
            f"Callers name the group: {self.name}-routine for routine work, {self.name}-frontier for the work that "
            f"fails without a frontier model, {float(np.mean(share)):.0%} of the traffic. "
            "The proxy does not judge which it is."
        )

    def notes(self) -> Iterator[str]:
        """What a person has to know before the proxy is started."""
        yield "A fallback only uses offers that law, contract, people and quality left standing for this workload."
        yield "Each seller named here touches the data: its agreements must be in place before its keys are set."
        yield (
            "max_budget is the 90th percentile of the month's bill for tokens at that offer; a deployment beyond it is "
            "left out until the period ends."
        )
        yield "Keys come from the environment variables LiteLLM names for each provider; none is written here."
        if any(str(each.params["model"]).startswith("azure/") for each in self.deployments):
            yield "azure/… is followed by the name of your own Azure deployment: change it where it differs."
        if any("api_base" in each.params for each in self.deployments):
            yield "hosted_vllm/… is followed by the name the engine serves the model under (--served-model-name)."
        yield "The cache of whole answers is off: the cached share of the answers is the prompt cache of the provider."


def _decided_first(offered: Sequence[tuple[Slot, Quote]], decided: Offer, name: str) -> list[tuple[Slot, Quote]]:
    """The decided offer's quote before the others, in their order; raises AdvisorError where it is not among them."""

    def unlike(each: tuple[Slot, Quote]) -> tuple[bool, ...]:
        quote = each[1]
        return (
            quote.model.id != decided.model,
            quote.row.provider != decided.provider,
            quote.row.region != decided.region,
        )

    ordered = sorted(offered, key=unlike)
    if not ordered or any(unlike(ordered[0])[:2]):
        what = f"{decided.model} at {decided.provider}"
        raise AdvisorError(name, f"no price by the token is listed for {what}", "route to it by hand")
    best = ordered[0]
    return [best, *(each for each in offered if each is not best)]


def _other_sellers_first(offered: Sequence[tuple[Slot, Quote]]) -> list[tuple[Slot, Quote]]:
    """The first stays; then each other seller's first offer, for a seller fails as a whole; then the rest."""
    models, sellers = set[tuple[str, str]](), set[str]()
    first: list[tuple[Slot, Quote]] = []
    rest: list[tuple[Slot, Quote]] = []
    for slot, quote in offered:
        if (quote.model.id, quote.row.provider) not in models:
            (rest if quote.row.provider in sellers else first).append((slot, quote))
            models.add((quote.model.id, quote.row.provider))
            sellers.add(quote.row.provider)
    return [*first, *rest]


def litellm_model(provider: str, list_key: str, model: str) -> str:
    """LiteLLM's model string: the entry of its list, with the provider before it where the entry leaves it out."""
    prefix = _PREFIX.get(provider, "")
    name = (list_key or model).removeprefix("google/") if provider == "google" else list_key or model
    if not list_key and not prefix:
        return f"{provider}/{name}"
    return name if "/" in name or not prefix else f"{prefix}{name}"


# A gateway's configuration as YAML, with comments that say what it was derived from.


_COLUMNS = 100


def gateway_yaml(config: GatewayConfig, heading: Sequence[str]) -> str:
    """The whole file; the same configuration and heading give the same bytes."""
    comments = [*heading, config.callers, *config.notes, "", "Groups, each with what it buys:"]
    comments += [f"  {each.group}: {catalog_words(each.title)}, {each.price}" for each in config.deployments]
    lines = [line for each in comments for line in (wrap(each, _COLUMNS) or [""])]
    return "\n".join(f"# {line}".rstrip() for line in lines) + "\n\n" + as_yaml(config.as_table())

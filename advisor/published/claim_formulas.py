"""What a claim is recomputed from: its inputs and our parameters; shares, success, memory, speed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import fsum
from typing import TypeVar, cast

from advisor.cost.draws import Figure
from advisor.cost.fleet import FleetPlan, FleetRequest, FleetSize, fleet_cost
from advisor.cost.operations import Tier, failures, published_incidents, published_observability, published_team, wilson
from advisor.cost.prices import MILLION, PriceList, price_list
from advisor.cost.scenario import hourly
from advisor.cost.traffic import Rates, Traffic, token_bill, traffic
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.catalog import Acquisition, ApiModel, Catalog, TokenPrice
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.price_lists.price_changes import is_own
from advisor.knowledge.published_articles import Input
from advisor.published.method_conditions import break_even_tokens
from advisor.sizing.calibration import Calibration
from advisor.sizing.group_model import MILLI, group_models
from advisor.sizing.model_shape import BILLION, shape_of
from advisor.sizing.placement import Placement, Precision, RequestShape, weight_format
from advisor.sizing.throughput import ServiceTargets, fastest, operating_points
from advisor.workload.identities import DEVELOPERS_BASIS

UNSTATED = "unstated"
"""Marks an input that the source leaves out and that nothing can replace."""

T = TypeVar("T")
Corner = Mapping[str, "float | str"]


@dataclass(frozen=True, slots=True)
class Given:
    """One corner of the inputs: every range at one of its ends."""

    values: Corner
    knowledge: Knowledge
    parameters: Parameters

    def number(self, name: str, otherwise: float | None = None) -> float:
        """A stated number or parameter; raises BadKnowledge where a formula's input is missing."""
        value = self.values.get(name, otherwise)
        if isinstance(value, str):
            return self.parameters.number(value)
        if value is None:
            raise BadKnowledge("rules/claims", f"the formula needs the input {name!r}")
        return value

    def text(self, name: str, otherwise: str | None = None) -> str:
        """A stated id of the catalog, or a choice."""
        value = self.values.get(name, otherwise)
        if not isinstance(value, str):
            raise BadKnowledge("rules/claims", f"the formula needs the input {name!r} as a text")
        return value

    def chosen(self, table: Mapping[str, T], name: str, otherwise: str | None = None) -> T:
        """The entry of a catalog table that an input names; raises BadKnowledge with the nearest spelling."""
        entry = self.text(name, otherwise)
        if entry not in table:
            raise BadKnowledge("rules/claims", f"{name} {entry!r} is not in the catalog", nearest(entry, table))
        return table[entry]

    def sample(self, name: str) -> float:
        """Figures for the cost core: what is stated, else the parameter, else the default answer at its point."""
        if name in self.values:
            return self.number(name)
        return self.parameters.number(name if name in self.parameters else f"default.{name}")

    def but(self, changed: Mapping[str, float]) -> Given:
        """The same inputs with some of them changed."""
        return Given({**self.values, **changed}, self.knowledge, self.parameters)

    @property
    def calibration(self) -> Calibration:
        """The throughput and memory model's figures."""
        return Calibration.from_parameters(self.parameters)


def corners(inputs: Mapping[str, Input]) -> Iterator[dict[str, float | str]]:
    """Every combination of the ends of all stated ranges."""
    ends = [value if isinstance(value, list) else [value] for value in inputs.values()]
    for combination in product(*ends):
        yield dict(zip(inputs, combination, strict=True))


# Claims that follow from a claim's own figures: sums, shares, and what a successful outcome costs.


def saved(given: Given) -> float:
    """Share by which a bill fell."""
    return 1.0 - given.number("after_usd") / given.number("before_usd")


def usd_per_token(given: Given) -> float:
    """Dollars per token that a monthly bill comes to."""
    return given.number("monthly_usd") / given.number("tokens")


def tokens_a_month(given: Given) -> float:
    """Tokens a month of a volume by day."""
    return given.number("tokens_a_day") * given.parameters.number("time.days_per_month")


def idle_share(given: Given) -> float:
    """Share of what a rented GPU costs that its idle hours waste."""
    return 1.0 - given.number("utilization")


def spend_share(given: Given) -> float:
    """Share of the bill that a share of the calls makes, where routine and hard calls differ in tokens."""
    calls = given.number("routine_calls")
    routine, hard = calls * given.number("routine_tokens"), (1.0 - calls) * given.number("hard_tokens")
    return routine / (routine + hard)


def hole(given: Given) -> float:
    """Width of what lies between the end of one band and the start of the next."""
    return given.number("next_from") - given.number("ends_at")


def tries(given: Given) -> float:
    """Tries until a task succeeds, at a constant rate."""
    return 1.0 / given.number("success_rate")


def times_cheaper_model(given: Given) -> float:
    """How many times its own price a cheap model costs per success: its tries, and the correction by a person."""
    correction = failures(1.0, 0.0, given.sample)
    return given.number("tries") + float(correction) / given.number("try_usd")


def stated_sum(given: Given) -> float:
    """The sum of what is stated, in dollars a month."""
    return given.number("one_usd") + given.number("other_usd")


# Claims about memory, speed and evidence, recomputed with the cost core's memory fit and roofline.


def weights_gb(given: Given) -> float:
    """Gigabytes of weights, which no memory smaller than that can hold."""
    catalog, precision = given.knowledge.catalog, _precision(given)
    model, gpu = given.chosen(catalog.models, "model"), given.chosen(catalog.gpus, "gpu", "h100-sxm")
    # four-bit files that people keep on workstations are llama.cpp's
    profile = given.calibration.engine("llama.cpp" if precision == "int4" else "vllm", gpu)
    return weight_format(model, gpu, precision, given.calibration, profile).total(shape_of(model)) / BILLION


def stream_ceiling(given: Given) -> float:
    """Tokens per second that one request cannot exceed: bandwidth over the bytes of the active weights."""
    models, _ = group_models(_placement(given), RequestShape(1, 1), given.calibration)
    return max((model.step.ceiling for model in models), default=0.0)


def first_token_ms(given: Given) -> float:
    """Milliseconds to the first token of a request in a group at `batch` requests in flight."""
    shape = RequestShape(given.number("prompt_tokens"), given.number("answer_tokens"))
    models, _ = group_models(_placement(given), shape, given.calibration)
    fitting = [model for model in models if model.memory.fits]
    return fastest(fitting, shape, round(given.number("batch")))[1].first_token_p50 * MILLI if fitting else 0.0


def prefill_saved(given: Given) -> float:
    """Share of the prompt's reading time that a prefix cache takes off."""
    prompt = given.number("prompt_tokens")
    models, why = group_models(_placement(given), RequestShape(prompt, 1), given.calibration)
    if why:
        raise BadKnowledge("rules/claims", why)
    fresh = prompt * (1.0 - given.number("cached_share"))
    return 1.0 - models[0].step.prefill(fresh).seconds / models[0].step.prefill(prompt).seconds


def interval_points(given: Given) -> float:
    """Half the 95% interval, in points of the pass rate, that a number of prompts gives."""
    low, high = wilson(given.number("pass_rate"), given.number("prompts"), given.sample("quality.interval_z"))
    return (high - low) / 2 * 100


def _placement(given: Given) -> Placement:
    catalog = given.knowledge.catalog
    gpu, model = given.chosen(catalog.gpus, "gpu"), given.chosen(catalog.models, "model")
    return Placement(model, gpu, round(given.number("gpus", 1.0)), _precision(given))


def _precision(given: Given) -> Precision:
    return cast("Precision", given.text("precision"))


# Claims about bills, machines, people and break-evens, recomputed with the catalog and the cost core.

NEWEST = date(2026, 11, 28)


def listed_price(given: Given) -> float:
    """Dollars per million tokens that the newest list asks for one `kind` of token."""
    rates = offer(given).rates(given.number("position", 0.5))
    figures = {"input": rates.input, "output": rates.output, "cache-read": rates.cache_read}
    return float(figures[given.text("kind")]) * MILLION


def bill(given: Given) -> float:
    """Dollars a month for stated tokens."""
    return _billed(given, _stated(given))


def team_bill(given: Given) -> float:
    """Dollars a month for developers, tokens each, of which a share is output."""
    needed = {"volume.cached_share": 0.0, "volume.batch_share": 0.0, "volume.peak_to_average": 1.0}
    moved = traffic(lambda name: given.number(name, needed.get(name)), DEVELOPERS_BASIS)
    return _billed(given, moved)


def saved_by_discount(given: Given) -> float:
    """Share of the bill that caching or batch takes off."""
    plain = _stated(given)
    full = Traffic(plain.input, plain.output, 0.0, 0.0, 1.0)
    return 1.0 - _billed(given, plain) / _billed(given, full)


def saved_by_moving(given: Given) -> float:
    """Share of the bill that goes when a share of the traffic goes elsewhere."""
    plain = _stated(given)
    return 1.0 - _billed(given, plain.scaled(1.0 - given.number("moved_share"))) / _billed(given, plain)


def saved_over_clouds(given: Given) -> float:
    """Share that the middle price of an open model lies below what the large clouds ask for it."""
    rows = _rows(given)
    clouds = given.text("clouds").split(",")
    large = [row.input + row.output for row in rows if row.provider in clouds]
    if not large:
        raise BadKnowledge("rules/claims", f"none of {given.text('clouds')} serves {given.text('managed')}")
    typical = offer(given).rates(0.5)
    return 1.0 - float(typical.input + typical.output) * MILLION / (fsum(large) / len(large))


def usd_per_million(given: Given) -> float:
    """Dollars per million tokens of a mix: `input_ratio` input tokens to one of output, per token of all."""
    ratio = given.number("input_ratio")
    mix = Traffic(ratio, 1.0, given.number("cached_share", 0.0), given.number("batch_share", 0.0), 1.0)
    return _billed(given, mix) * MILLION / (ratio + 1.0)


def usd_per_million_output(given: Given) -> float:
    """Dollars per million output tokens, their input included."""
    return usd_per_million(given) * (given.number("input_ratio") + 1.0)


def offer(given: Given) -> PriceList:
    """The price list of the API or managed model that is named."""
    model = given.text("api") if "api" in given.values else given.text("managed")
    found = price_list(_rows(given), NEWEST)
    if found is None:
        raise BadKnowledge("rules/claims", f"no price of {model} is known")
    return found


def _rows(given: Given) -> tuple[TokenPrice, ...]:
    catalog = given.knowledge.catalog
    if "api" in given.values:
        model = given.chosen(catalog.api, "api")
        rows = tuple(row for row in model.prices if "provider" in given.values or _sells(model, row.provider, catalog))
    else:
        rows = given.chosen(catalog.managed, "managed").prices
    provider = given.values.get("provider")
    return tuple(row for row in rows if provider in (None, row.provider))


def _sells(model: ApiModel, provider: str, catalog: Catalog) -> bool:
    """Whether a provider counts for what a model asks: its vendor, and those that serve open weights."""
    seller = catalog.providers.get(provider)
    serves = bool(model.open_weights) and seller is not None and seller.kind == "inference"
    return serves or is_own(model.id, provider, catalog)


def _stated(given: Given) -> Traffic:
    return Traffic(
        input=given.number("input_tokens", 0.0),
        output=given.number("output_tokens", 0.0),
        cached_share=given.number("cached_share", 0.0),
        batch_share=given.number("batch_share", 0.0),
        peak=1.0,
    )


def _billed(given: Given, moved: Traffic) -> float:
    return float(token_bill(moved, _rates(given), 0.0, 0.0))


def _rates(given: Given) -> Rates:
    """The catalog's rates, or the price that the claim itself states for every token."""
    if "usd_per_million" in given.values:
        price = given.number("usd_per_million") / MILLION
        return Rates(*(price,) * 8)
    return offer(given).rates(given.number("position", 0.5))


_SHAPE = RequestShape(1000, 1000)


def rent(given: Given) -> float:
    """Dollars a month for rented GPUs; `hours_a_day` and `days` where they do not run around the clock."""
    share = given.number("hours_a_day", 24.0) * given.number("days", _days(given)) / (24.0 * _days(given))
    return float(_fleet(given, "on-demand")["gpu"]) * share


def rent_a_year(given: Given) -> float:
    """Dollars a year for rented GPUs, of whose hours the share `billed_share` is paid."""
    return rent(given) * given.sample("time.months_per_year") * given.number("billed_share")


def listed_rent(given: Given) -> float:
    """Dollars a month for GPUs at one end of their listings, by the way of acquisition."""
    return given.number("gpus") * listed_hour(given) * given.sample("time.hours_per_month")


def listed_hour(given: Given) -> float:
    """Dollars per GPU-hour at the `low` or the `high` end of the listings."""
    gpu = given.chosen(given.knowledge.catalog.gpus, "gpu")
    listed = hourly(gpu, given.text("acquisition"), date.max)
    return listed.low if given.text("end") == "low" else listed.high


def listed_purchase(given: Given) -> float:
    """Dollars for machines at the `low` or the `high` end of what they are sold for."""
    gpu = given.chosen(given.knowledge.catalog.gpus, "gpu")
    return given.number("gpus") * (gpu.purchase_low_usd if given.text("end") == "low" else gpu.purchase_high_usd)


def owned(given: Given) -> float:
    """Dollars a month for bought machines and their power, at stated watts around the clock."""
    cost = _fleet(given, "owned")
    return float(cost["hardware"] + cost["power"])


def people(given: Given) -> float:
    """Dollars a month for what a service tier takes in people."""
    return float(published_team(_tier(given), given.sample))


def people_a_year(given: Given) -> float:
    """Dollars a year for them."""
    return people(given) * given.sample("time.months_per_year")


def rent_and_people(given: Given) -> float:
    """Dollars a month for rented GPUs and whoever runs them."""
    staff = given.number("operations_usd") if "operations_usd" in given.values else people(given)
    return rent(given) + staff


def times_rent(given: Given) -> float:
    """How many times the rent a service costs with its people."""
    return rent_and_people(given) / rent(given)


def monitoring(given: Given) -> float:
    """Dollars a month of observability at a volume."""
    return float(published_observability(given.number("tokens"), given.sample))


def monitoring_a_year(given: Given) -> float:
    """Dollars a year of observability at a volume."""
    return monitoring(given) * given.sample("time.months_per_year")


def on_call(given: Given) -> float:
    """Dollars a month of incidents."""
    return float(published_incidents(given.sample))


def serving_budget(given: Given) -> float:
    """Dollars a month for GPUs, the hours of upkeep and observability together."""
    return given.number("gpu_usd") + people(given) + monitoring(given)


def break_even_output(given: Given) -> float:
    """Output tokens a month at which a fixed cost is earned back."""
    avoided = _avoided(given) or usd_per_million_output(given)
    return break_even_tokens(_fixed(given), avoided) or 0.0


def break_even_all(given: Given) -> float:
    """Tokens a month, input and output, at which a fixed cost is earned back."""
    return break_even_tokens(_fixed(given), _avoided(given) or usd_per_million(given)) or 0.0


def break_even_a_day(given: Given) -> float:
    """The same by day."""
    return break_even_all(given) / _days(given)


def break_even_developers(given: Given) -> float:
    """Developers at whose usage a fixed cost is earned back."""
    return _fixed(given) / team_bill(given.but({"workload.developers": 1.0}))


def hybrid_total(given: Given) -> float:
    """Dollars a month for both systems: the own service, and what stays with the API."""
    api = given.number("api_usd") if "api_usd" in given.values else bill(given)
    return _fixed(given) + (1.0 - given.number("moved_share")) * api


def own_machine_and_upkeep(given: Given) -> float:
    """Dollars a month for bought machines, power and the hours of whoever looks after them."""
    return owned(given) + people(given)


def _fixed(given: Given) -> float:
    return given.number("fixed_usd") if "fixed_usd" in given.values else rent_and_people(given)


def _avoided(given: Given) -> float:
    return given.number("avoided_usd", 0.0)


def _tier(given: Given) -> Tier:
    return cast("Tier", given.text("tier"))


def _days(given: Given) -> float:
    return given.parameters.number("time.days_per_month")


def _fleet(given: Given, acquisition: Acquisition) -> dict[str, Figure]:
    """The cost of `gpus` machines; where `watts` states what all of them draw, nothing else is added to it."""
    catalog = given.knowledge.catalog
    gpu, model = given.chosen(catalog.gpus, "gpu", "h100-sxm"), given.chosen(catalog.models, "model", "llama-3.3-70b")
    gpus = given.number("gpus")
    request = FleetRequest(model, gpu, "int4", _SHAPE)
    point, *_ = operating_points(model, gpu, "int4", _SHAPE, ServiceTargets(), given.calibration, group_sizes=(1,))
    plan = FleetPlan(request, point, acquisition, given=round(gpus))
    stated = {"operations.residual_share": 0.0}
    if "watts" in given.values:
        stated["operations.power_load_share"] = given.number("watts") / (gpus * gpu.watts)
        stated |= {"operations.server_power_factor": 1.0, "operations.hosting_pue": 1.0}
    return fleet_cost(plan, FleetSize(gpus, gpus, gpus), given.but(stated).sample)

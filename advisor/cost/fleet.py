"""The fleet a self-hosted model needs: groups that hold it, replicas for the peak, whole GPUs, their rent or price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from advisor.cost.draws import Figure, Sample
from advisor.cost.growth import MONTHS_PER_YEAR, mean_factor
from advisor.cost.traffic import Traffic
from advisor.knowledge.catalog import Acquisition, Gpu, OpenModel
from advisor.sizing.calibration import Calibration
from advisor.sizing.operating_point import GROUP_SIZES
from advisor.sizing.placement import Placement, Precision, RequestShape
from advisor.sizing.throughput import TWO_NODES, GroupSpeed, batch_within, group, smallest_group

SECONDS_PER_HOUR = 3600.0
LEAST_UTILIZATION = 0.001
"""Keeps an answer of zero from asking for an endless fleet."""
LEAST_DEMAND = 1e-9
"""Groups that no traffic keeps busy: rounded up, they are one."""


@dataclass(frozen=True, slots=True)
class FleetRequest:
    """What is asked of a fleet: model, hardware, shape of a request, latency targets in ms.

    `gpus` 0 means size it; `concurrency` is the stated number of requests in flight at the peak, 0 where none was.
    """

    model: OpenModel
    gpu: Gpu
    precision: Precision
    shape: RequestShape
    gpus: int = 0
    concurrency: float = 0.0
    first_token_ms: float | None = None
    inter_token_ms: float | None = None


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """One group of the fleet and its speed at the batch that keeps the latency targets.

    `given` is the number of GPUs the user stated, 0 when the fleet is sized; `keeps_targets` is false where not even
    one request at a time is fast enough, and the group is then taken at one request.
    """

    request: FleetRequest
    group_gpus: int
    speed: GroupSpeed
    keeps_targets: bool
    given: int

    @property
    def fits(self) -> bool:
        """Whether the model fits at all."""
        return self.speed.fits


def plan_fleet(request: FleetRequest, calibration: Calibration, demand: float) -> FleetPlan:
    """Choose the group size that takes the fewest GPUs for `demand` output tokens per second; a given count caps it.

    More GPUs to a group leave more room for caches and answer faster; fewer waste less when demand is small.
    """
    place = Placement(request.model, request.gpu, 1, request.precision)
    smallest = smallest_group(place, request.shape, calibration)
    largest = request.gpus or max(request.gpu.max_group, smallest or 0)
    if smallest is None or smallest > largest:
        size = request.gpus or request.gpu.max_group
        speed = group(replace(place, gpus=size), request.shape, calibration)
        return FleetPlan(request, size, speed, False, request.gpus)
    sizes = [size for size in (*GROUP_SIZES, TWO_NODES) if smallest <= size <= largest]
    plans = [_plan(request, replace(place, gpus=size), calibration) for size in sizes]
    return min(plans, key=lambda plan: (not plan.keeps_targets, _gpus_for(plan, demand), -plan.speed.tokens_per_second))


def _plan(request: FleetRequest, place: Placement, calibration: Calibration) -> FleetPlan:
    """One group at the batch its latency targets allow; the first-token target is let go first where none does."""
    batch = batch_within(place, request.shape, calibration, request.first_token_ms, request.inter_token_ms)
    relaxed = batch or batch_within(place, request.shape, calibration, None, request.inter_token_ms)
    speed = group(place, request.shape, calibration, relaxed or None)
    return FleetPlan(request, place.gpus, speed, batch > 0, request.gpus)


def _gpus_for(plan: FleetPlan, demand: float) -> int:
    """Whole GPUs for a demand at the central estimate of a group's speed; a given count is what it is."""
    if plan.given:
        return plan.given
    groups = max(demand / plan.speed.tokens_per_second, plan.request.concurrency / plan.speed.batch)
    return plan.group_gpus * max(1, ceil(groups))


@dataclass(frozen=True, slots=True)
class FleetSize:
    """GPUs over the horizon, averaged over its months.

    `all` of them; `charged` those beyond the spare ones already owned; `rented` the charged ones again, each month's
    weighted by its rent over today's.
    """

    all: Figure
    charged: Figure
    rented: Figure

    @property
    def spare(self) -> Figure:
        """Those of them that were owned and idle before."""
        return 0.0 if self.charged is self.all else self.all - self.charged


@dataclass(frozen=True, slots=True)
class Months:
    """How many months are averaged, and by what yearly rates traffic grows and rents drift over them."""

    count: int
    growth: Figure
    rent_drift: Figure


def fleet_size(plan: FleetPlan, demand: Figure, spare: Figure, months: Months) -> FleetSize:
    """Whole GPUs month by month as a demand of groups grows, averaged; the given count where one was given.

    At least one group a month; `spare` GPUs are already owned.
    """
    if plan.given or not plan.fits:
        count = float(plan.given or plan.group_gpus)
        charged = _floor(count - spare)
        return FleetSize(count, charged, charged * mean_factor(months.rent_drift, months.count))
    every: Figure = 0.0
    charged, rented, rent = every, every, 1.0 + every
    plain = isinstance(spare, float) and spare == 0.0
    for start in range(0, months.count, MONTHS_PER_YEAR):
        year = _year(plan, demand, spare, months.growth, min(MONTHS_PER_YEAR, months.count - start))
        charged = charged + year.charged
        every = charged if plain else every + year.all
        rented = rented + rent * (year.charged + months.rent_drift / MONTHS_PER_YEAR * year.later)
        demand, rent = demand * (1.0 + months.growth), rent * (1.0 + months.rent_drift)
    gpus = every / months.count
    return FleetSize(gpus, gpus if plain else charged / months.count, rented / months.count)


@dataclass(frozen=True, slots=True)
class _Year:
    """GPU-months of a year: all, those charged, and these again times the place of their month, from 0."""

    all: Figure
    charged: Figure
    later: Figure


def _year(plan: FleetPlan, demand: Figure, spare: Figure, growth: Figure, months: int) -> _Year:
    """Add up the months of one year, in which demand grows in a straight line.

    The places of months are counted by adding up running sums, Σ running = Σ count · (months − place): of all that is
    priced this loop takes most of the time, and so it is kept to four operations a month.
    """
    level = np.maximum(demand, LEAST_DEMAND)
    step = level * (growth / MONTHS_PER_YEAR)
    plain = isinstance(spare, float) and spare == 0.0
    every: Figure = 0.0
    charged, running = every, every
    for _ in range(months):
        gpus = np.ceil(level) if plain else np.ceil(level) * plan.group_gpus
        charged += gpus if plain else _floor(gpus - spare)
        every += 0.0 if plain else gpus
        running += charged
        level += step
    scale = plan.group_gpus if plain else 1
    charged = charged * scale
    return _Year(charged if plain else every, charged, charged * months - running * scale)


def replicas_demanded(plan: FleetPlan, traffic: Traffic, sample: Sample) -> Figure:
    """Groups that today's traffic keeps busy, before rounding up to whole ones.

    They give the rate that must be provided, and hold the requests in flight at the peak; one where nothing fits.
    """
    if not plan.fits:
        return 1.0
    needed = rate_provided(traffic, sample) / group_speed(plan, sample)
    if plan.request.concurrency:
        needed = np.maximum(needed, plan.request.concurrency / plan.speed.batch)
    return needed


def _floor(figure: Figure) -> Figure:
    return np.maximum(0.0, figure)


def rate_provided(traffic: Traffic, sample: Sample) -> Figure:
    """Output tokens per second to provide: the peak's, or the mean rate over the planned utilization."""
    idle = 1.0 / np.maximum(sample("economics.utilization"), LEAST_UTILIZATION)
    return mean_rate(traffic, sample) * np.maximum(traffic.peak_share(), idle)


def mean_rate(traffic: Traffic, sample: Sample) -> Figure:
    """Output tokens per second, averaged over the month."""
    return traffic.output / (sample("time.hours_per_month") * SECONDS_PER_HOUR)


def group_speed(plan: FleetPlan, sample: Sample) -> Figure:
    """Output tokens per second of one group: the model's estimate times its own error band."""
    band = sample("fleet.moe_speed_band" if plan.request.model.experts else "fleet.dense_speed_band")
    return plan.speed.tokens_per_second * band


@dataclass(frozen=True, slots=True)
class FleetCost:
    """Dollars a month, averaged over the horizon."""

    gpu: Figure
    hardware: Figure
    power: Figure

    @property
    def capacity(self) -> Figure:
        """What a second region would have to pay again."""
        return self.gpu + self.hardware + self.power


def fleet_cost(plan: FleetPlan, size: FleetSize, acquisition: Acquisition, sample: Sample) -> FleetCost:
    """Rent by the hour around the clock, or buy over the life and pay for power; idle GPUs already owned cost power.

    Reserved and on-demand hours are billed in full whatever the utilization; spot hours lose a share to interruptions.
    Reserved hours keep the price they were reserved at, the others follow the market.
    """
    powered = size.all if acquisition == "owned" else size.spare
    power = powered * power_per_gpu(plan.request.gpu, sample) if np.any(powered) else 0.0
    if acquisition == "owned":
        life = sample("operations.owned_life_years") * sample("time.months_per_year")
        wear = sample("gpu.purchase_usd") * (1.0 - sample("operations.residual_share")) / life
        return FleetCost(0.0, size.charged * wear, power)
    hourly = sample("economics.gpu_hour_usd")
    if acquisition == "spot":
        hourly = hourly * (1.0 + sample("operations.spot_interruption_overhead"))
    return FleetCost(size.rented * (hourly * sample("time.hours_per_month")), 0.0, power)


def power_per_gpu(gpu: Gpu, sample: Sample) -> Figure:
    """Dollars a month to power and house one GPU around the clock.

    Energy = board watts × server share × mean load × PUE × hours; housing is paid by the kilowatt provided.
    """
    kilowatts = gpu.watts / 1000.0 * sample("operations.server_power_factor")
    burning = kilowatts * sample("operations.power_load_share") * sample("operations.hosting_pue")
    energy = burning * sample("time.hours_per_month") * sample("operations.electricity_usd_per_kwh")
    housing = 0.0 if gpu.workstation else kilowatts * sample("operations.hosting_usd_per_kw_month")
    return energy + housing

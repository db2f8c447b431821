"""The fleet a self-hosted model needs: groups that hold it, replicas for the peak, whole GPUs, their rent or price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.cost.calibration import Calibration
from advisor.cost.draws import Figure, Sample
from advisor.cost.placement import Placement, Precision, RequestShape
from advisor.cost.throughput import GroupSpeed, batch_within, group, smallest_group
from advisor.cost.traffic import Traffic
from advisor.knowledge.catalog import Acquisition, Gpu, OpenModel

SECONDS_PER_HOUR = 3600.0
LEAST_UTILIZATION = 0.001
"""Keeps an answer of zero from asking for an endless fleet."""


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


def plan_fleet(request: FleetRequest, calibration: Calibration) -> FleetPlan:
    """Choose the smallest group that holds the model (a given count caps it) and its batch under the latency targets.

    Where no batch keeps both targets the first-token target is let go, then the other: the plan says so.
    """
    place = Placement(request.model, request.gpu, 1, request.precision)
    smallest = smallest_group(place, request.shape, calibration)
    size = _group_size(smallest, request)
    place = replace(place, gpus=size)
    if smallest is None or smallest > size:
        return FleetPlan(request, size, group(place, request.shape, calibration), False, request.gpus)
    batch = batch_within(place, request.shape, calibration, request.first_token_ms, request.inter_token_ms)
    relaxed = batch or batch_within(place, request.shape, calibration, None, request.inter_token_ms)
    speed = group(place, request.shape, calibration, relaxed or None)
    return FleetPlan(request, size, speed, batch > 0, request.gpus)


def _group_size(smallest: int | None, request: FleetRequest) -> int:
    if request.gpus and (smallest is None or smallest > request.gpus):
        return request.gpus
    return smallest or request.gpu.max_group


@dataclass(frozen=True, slots=True)
class FleetSize:
    """GPUs over the horizon, averaged over its months: all of them, and those beyond the spare ones already owned."""

    all: Figure
    charged: Figure


def fleet_size(plan: FleetPlan, traffic: Traffic, sample: Sample, factors: Sequence[Figure]) -> FleetSize:
    """Whole GPUs month by month as traffic grows by `factors`, averaged; the given count where one was given."""
    spare = sample("economics.owned_gpus_spare")
    if plan.given or not plan.fits:
        count = float(plan.given or plan.group_gpus)
        return FleetSize(count, _floor(count - spare))
    demand, unspared = replicas_demanded(plan, traffic, sample), isinstance(spare, float) and spare == 0.0
    every: Figure = 0.0
    charged: Figure = 0.0
    for factor in factors:
        replicas = np.maximum(1.0, np.ceil(demand * factor))
        every = every + replicas
        if not unspared:
            charged = charged + _floor(replicas * plan.group_gpus - spare)
    gpus = every * (plan.group_gpus / len(factors))
    return FleetSize(gpus, gpus if unspared else charged / len(factors))


def replicas_demanded(plan: FleetPlan, traffic: Traffic, sample: Sample) -> Figure:
    """Groups that today's traffic keeps busy, before rounding up to whole ones.

    They carry the peak, hold the requests in flight then, and are on average used no more than planned:
    max(peak rate, mean rate ÷ utilization) ÷ output tokens per second of a group.
    """
    idle = 1.0 / np.maximum(sample("economics.utilization"), LEAST_UTILIZATION)
    load = np.maximum(traffic.peak_share(), idle)
    needed = mean_rate(traffic, sample) * load / group_speed(plan, sample)
    if plan.request.concurrency:
        needed = np.maximum(needed, plan.request.concurrency / plan.speed.batch)
    return needed


def _floor(figure: Figure) -> Figure:
    return np.maximum(0.0, figure)


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
    """
    powered = size.all if acquisition == "owned" else size.all - size.charged
    power = powered * power_per_gpu(plan.request.gpu, sample)
    if acquisition == "owned":
        life = sample("operations.owned_life_years") * sample("time.months_per_year")
        wear = sample("gpu.purchase_usd") * (1.0 - sample("operations.residual_share")) / life
        return FleetCost(0.0, size.charged * wear, power)
    hourly = sample("economics.gpu_hour_usd")
    if acquisition == "spot":
        hourly = hourly * (1.0 + sample("operations.spot_interruption_overhead"))
    return FleetCost(size.charged * (hourly * sample("time.hours_per_month")), 0.0, power)


def power_per_gpu(gpu: Gpu, sample: Sample) -> Figure:
    """Dollars a month to power and house one GPU around the clock.

    Energy = board watts × server share × mean load × PUE × hours; housing is paid by the kilowatt provided.
    """
    kilowatts = gpu.watts / 1000.0 * sample("operations.server_power_factor")
    burning = kilowatts * sample("operations.power_load_share") * sample("operations.hosting_pue")
    energy = burning * sample("time.hours_per_month") * sample("operations.electricity_usd_per_kwh")
    housing = 0.0 if gpu.workstation else kilowatts * sample("operations.hosting_usd_per_kw_month")
    return energy + housing

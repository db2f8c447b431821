"""The fleet a self-hosted model needs: groups that hold it, replicas for the peak, whole GPUs, their rent or price."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from advisor.cost.draws import Figure, Sample
from advisor.cost.traffic import MONTHS_PER_YEAR, Traffic, mean_factor
from advisor.knowledge.catalog import Acquisition, Gpu, OpenModel
from advisor.sizing.placement import Precision, RequestShape
from advisor.sizing.throughput import OperatingPoint, ServiceTargets

SECONDS_PER_HOUR = 3600.0
MILLISECONDS = 1000.0
LEAST_UTILIZATION = 0.001
"""Keeps an answer of zero from asking for an endless fleet."""
LEAST_DEMAND = 1e-9
"""Groups that no traffic keeps busy: rounded up, they are one."""

NO_TARGETS = ServiceTargets()


@dataclass(frozen=True, slots=True)
class FleetRequest:
    """What is asked of a fleet: model, hardware, shape of a request, latency targets.

    `concurrency` is the stated number of requests in flight at the peak, 0 where none was.
    """

    model: OpenModel
    gpu: Gpu
    precision: Precision
    shape: RequestShape
    concurrency: float = 0.0
    targets: ServiceTargets = NO_TARGETS


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """One group of the fleet at the highest load that stays below saturation and keeps the latency targets.

    `given` is the number of GPUs the user stated, 0 when the fleet is sized; `spares` are whole groups kept beside
    those that the peak needs. Where no load keeps the targets, the group is taken at its lightest.
    """

    request: FleetRequest
    speed: OperatingPoint
    acquisition: Acquisition = "on-demand"
    spares: int = 0
    given: int = 0

    @property
    def group_gpus(self) -> int:
        """GPUs of one group."""
        return self.speed.gpus

    @property
    def fits(self) -> bool:
        """Whether the model fits at all."""
        return self.speed.fits

    @property
    def keeps_targets(self) -> bool:
        """Whether the group answers within the latency targets at any load."""
        return self.speed.meets_targets

    @property
    def given_groups(self) -> int:
        """Whole groups that a stated number of GPUs makes."""
        return self.given // self.group_gpus


def groups_for(plan: FleetPlan, demand: float) -> int:
    """Whole groups for a demand in output tokens per second at the central estimate of a group's speed, no spare."""
    if not plan.fits or plan.speed.tokens_per_second <= 0.0:
        return 1
    groups = max(demand / plan.speed.tokens_per_second, plan.request.concurrency / max(1.0, plan.speed.concurrency))
    return max(1, ceil(groups))


def gpus_for(plan: FleetPlan, demand: float) -> int:
    """Whole GPUs for a demand, spare groups included; a given count is what it is."""
    return plan.given or plan.group_gpus * (groups_for(plan, demand) + plan.spares)


def beyond_stated(plan: FleetPlan, demand: Figure, share: Figure) -> Figure:
    """Groups that a multiple of the traffic demands where the number of GPUs was stated for the traffic itself."""
    return np.where(np.asarray(share) > 1.0, demand, 0.0) if plan.given else 0.0


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


def fleet_size(plan: FleetPlan, demand: Figure, spare: Figure, months: Months, multiplied: Figure = 0.0) -> FleetSize:
    """Whole GPUs month by month as a demand of groups grows, averaged; the given count where one was given.

    A given count carries the traffic it was given for; `multiplied` is the demand of more than that, in groups.

    At least one group a month, and the plan's spare groups; `spare` GPUs are already owned. Serverless GPUs are paid
    for as long as they run: the demand is then what runs on average, and nothing is rounded up.
    """
    if plan.acquisition == "serverless" and plan.fits:
        used = demand * plan.group_gpus
        grown, drifting = (mean_factor(months.growth, months.count, drift) for drift in (0.0, months.rent_drift))
        return FleetSize(used * grown, used * grown, used * drifting)
    if plan.given or not plan.fits:
        stated = float(plan.given or plan.group_gpus * (1 + plan.spares))
        count = np.maximum(stated, plan.group_gpus * np.ceil(multiplied)) if np.any(multiplied) else stated
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
    first = np.maximum(demand, LEAST_DEMAND)
    step = first * (growth / MONTHS_PER_YEAR)
    level = np.array(np.broadcast_arrays(first, step)[0])
    plain = isinstance(spare, float) and spare == 0.0
    groups, every, charged, running = (np.zeros(np.shape(level)) for _ in range(4))
    for _ in range(months):
        np.ceil(level, out=groups)
        if plain:
            charged += groups
        else:
            gpus = (groups + plan.spares) * plan.group_gpus
            every += gpus
            charged += _floor(gpus - spare)
        running += charged
        level += step
    if not plain:
        return _Year(every, charged, charged * months - running)
    # spare groups are the same in every month
    charged = (charged + plan.spares * months) * plan.group_gpus
    running = (running + plan.spares * (months * (months + 1) // 2)) * plan.group_gpus
    return _Year(charged, charged, charged * months - running)


def replicas_demanded(plan: FleetPlan, traffic: Traffic, sample: Sample, band: str = "fleet.speed_band") -> Figure:
    """Groups that today's traffic keeps busy, before rounding up to whole ones.

    They give the rate that must be provided, and hold the requests in flight at the peak; one where nothing fits.
    """
    if not plan.fits:
        return 1.0
    if plan.acquisition == "serverless":
        return groups_running(plan, traffic, sample, band)
    needed = rate_provided(traffic, sample) / group_speed(plan, sample, band)
    if plan.request.concurrency:
        needed = np.maximum(needed, plan.request.concurrency / max(1.0, plan.speed.concurrency))
    return needed


def groups_running(plan: FleetPlan, traffic: Traffic, sample: Sample, band: str = "fleet.speed_band") -> Figure:
    """Groups that run on average where they are switched off when idle.

    A lone request keeps one group busy for its own time, the start before it and the wait after it, so that R requests
    a second keep min(1, R × seconds of all three) of a group running; a load that needs more than that keeps as many
    groups running as its mean rate takes. Requests that overlap share the start and the wait, which this leaves out:
    the result errs towards more.
    """
    shape, speed = plan.request.shape, plan.speed
    answer = (speed.first_token_p50_ms + shape.output_tokens * speed.inter_token_ms) / MILLISECONDS
    around = sample("operations.serverless_idle_seconds") + sample("operations.serverless_start_seconds")
    rate = mean_rate(traffic, sample)
    alone = np.minimum(1.0, rate / shape.output_tokens * (answer + around))
    return np.maximum(alone, rate / group_speed(plan, sample, band))


def _floor(figure: Figure) -> Figure:
    return np.maximum(0.0, figure)


def rate_provided(traffic: Traffic, sample: Sample) -> Figure:
    """Output tokens per second to provide: the peak's, or the mean rate over the utilization that was answered."""
    idle = 1.0 / np.maximum(sample("economics.utilization"), LEAST_UTILIZATION)
    return mean_rate(traffic, sample) * np.maximum(traffic.peak_share(), idle)


def mean_rate(traffic: Traffic, sample: Sample) -> Figure:
    """Output tokens per second, averaged over the month."""
    return traffic.output / (sample("time.hours_per_month") * SECONDS_PER_HOUR)


def group_speed(plan: FleetPlan, sample: Sample, band: str = "fleet.speed_band") -> Figure:
    """Output tokens per second of one group: the central estimate times its error band."""
    return plan.speed.tokens_per_second * sample(band)


def fleet_cost(plan: FleetPlan, size: FleetSize, sample: Sample) -> dict[str, Figure]:
    """Dollars a month for gpu, hardware and power, averaged over the horizon.

    Rent by the hour around the clock, or buy over the life and pay for power; idle GPUs already owned cost power.

    Reserved and on-demand hours are billed in full whatever the utilization; spot hours lose a share to interruptions.
    Reserved hours keep the price they were reserved at, the others follow the market.
    """
    acquisition = plan.acquisition
    powered = size.all if acquisition == "owned" else size.spare
    power = powered * power_per_gpu(plan.request.gpu, sample) if np.any(powered) else 0.0
    if acquisition == "owned":
        life = sample("operations.owned_life_years") * sample("time.months_per_year")
        depreciation = sample("gpu.purchase_usd") * (1.0 - sample("operations.residual_share")) / life
        return {"gpu": 0.0, "hardware": size.charged * depreciation, "power": power}
    hourly = sample("economics.gpu_hour_usd")
    if acquisition == "spot":
        hourly = hourly * (1.0 + sample("operations.spot_interruption_overhead"))
    return {"gpu": size.rented * (hourly * sample("time.hours_per_month")), "hardware": 0.0, "power": power}


def power_per_gpu(gpu: Gpu, sample: Sample) -> Figure:
    """Dollars a month to power and house one GPU around the clock.

    Energy = board watts × server share × mean load × PUE × hours; housing is paid by the kilowatt provided.
    """
    kilowatts = gpu.watts / 1000.0 * sample("operations.server_power_factor")
    burning = kilowatts * sample("operations.power_load_share") * sample("operations.hosting_pue")
    energy = burning * sample("time.hours_per_month") * sample("operations.electricity_usd_per_kwh")
    housing = 0.0 if gpu.workstation else kilowatts * sample("operations.hosting_usd_per_kw_month")
    return energy + housing

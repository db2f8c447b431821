"""One group of accelerators, sized and priced: what `advisor size` reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.knowledge.ranges import Range
from advisor.sizing.calibration import Calibration
from advisor.sizing.throughput import GroupSpeed, group, single_stream_ceiling

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu
    from advisor.knowledge.parameters import Parameters
    from advisor.sizing.placement import Placement, RequestShape

SECONDS_PER_HOUR = 3600.0
MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Sizing:
    """Speed of a placement for one request shape; `usd_per_hour` is the rent of the group, None where none is known."""

    placement: Placement
    shape: RequestShape
    speed: GroupSpeed
    single_stream_ceiling: float
    usd_per_hour: float | None

    @property
    def rates(self) -> dict[str, float]:
        """Output tokens per second of the group: the ends of the 80 % band and its center."""
        speed = self.speed
        ends = {"p10": speed.band_low, "p50": 1.0, "p90": speed.band_high}
        return {name: speed.tokens_per_second * end for name, end in ends.items()}

    @property
    def usd_per_million_output(self) -> float | None:
        """Rent of the hour over the tokens written in it, busy all the time; None where it cannot be said."""
        if self.usd_per_hour is None or not self.speed.fits:
            return None
        return self.usd_per_hour / (self.speed.tokens_per_second * SECONDS_PER_HOUR) * MILLION


def size(placement: Placement, shape: RequestShape, parameters: Parameters, concurrency: int | None) -> Sizing:
    """Size a placement with the figures and prices of one day."""
    calibration = Calibration.from_parameters(parameters)
    speed = group(placement, shape, calibration, concurrency)
    ceiling = single_stream_ceiling(placement, calibration) if speed.fits else 0.0
    hour = hourly_price(placement.gpu, parameters)
    return Sizing(placement, shape, speed, ceiling, None if hour is None else hour * placement.gpus)


def hourly_price(gpu: Gpu, parameters: Parameters) -> float | None:
    """Dollars per GPU-hour on demand: the median of the listings, or their middle; the latest in force on the day."""
    offers = [price for price in gpu.prices if price.acquisition == "on-demand" and price.since <= parameters.as_of]
    if not offers:
        return None
    latest = max(offers, key=lambda price: price.since)
    return Range(latest.low, latest.high, latest.mode).point

"""The bill for tokens: fresh and cached input, cache writes, output, the share that can wait at batch prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from advisor.cost.draws import Figure
from advisor.cost.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Rates:
    """Expected dollars per token of one model at one provider; arrays where a share is drawn.

    Where caching or batch is not offered, its rate equals the plain one. `input_mean` and `output_mean` are dollars per
    token over all of the traffic: the shares that are cached and can wait are in them.
    """

    input: Figure
    output: Figure
    cache_read: Figure
    cache_write: Figure
    batch_input: Figure
    batch_output: Figure
    batch_cache_read: Figure
    batch_cache_write: Figure
    input_mean: Figure
    output_mean: Figure

    @classmethod
    def over(
        cls,
        now: tuple[Figure, Figure, Figure, Figure],
        later: tuple[Figure, Figure, Figure, Figure],
        *,
        batch_share: Figure = 0.0,
        cached_share: Figure = 0.0,
        write_share: Figure = 0.0,
    ) -> Rates:
        """Rates from (input, output, cache read, cache write) for traffic that cannot wait and for traffic that can."""

        def prompt(rates: tuple[Figure, Figure, Figure, Figure]) -> Figure:
            cached = (1.0 - write_share) * rates[2] + write_share * rates[3]
            return (1.0 - cached_share) * rates[0] + cached_share * cached

        return cls(
            input=now[0],
            output=now[1],
            cache_read=now[2],
            cache_write=now[3],
            batch_input=later[0],
            batch_output=later[1],
            batch_cache_read=later[2],
            batch_cache_write=later[3],
            input_mean=(1.0 - batch_share) * prompt(now) + batch_share * prompt(later),
            output_mean=(1.0 - batch_share) * now[1] + batch_share * later[1],
        )

    @classmethod
    def mean(cls, rates: Sequence[Rates], shares: Sequence[float]) -> Rates:
        """The mean of rates that each hold for a share of the time; the shares add up to 1."""
        return cls(
            *(
                sum(share * getattr(each, one.name) for each, share in zip(rates, shares, strict=True))
                for one in fields(cls)
            )
        )


def token_bill(traffic: Traffic, rates: Rates, writes: Figure, discount: Figure) -> Figure:
    """Dollars a month for a month's traffic.

    Caching lowers input only; batch lowers its share only; a cached token in a batch is lowered by both, as vendors
    combine them. `writes` is the share of cached tokens written again; `discount` is negotiated, on everything.
    """
    cached = traffic.input * traffic.cached_share
    written = cached * writes
    read, fresh = cached - written, traffic.input - cached
    now = fresh * rates.input + read * rates.cache_read + written * rates.cache_write + traffic.output * rates.output
    later = (
        fresh * rates.batch_input
        + read * rates.batch_cache_read
        + written * rates.batch_cache_write
        + traffic.output * rates.batch_output
    )
    share = traffic.batch_share
    return ((1.0 - share) * now + share * later) * (1.0 - discount)

"""The bill for tokens: fresh and cached input, cache writes, output, the share that can wait at batch prices."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.cost.draws import Figure
from advisor.cost.traffic import Traffic

MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Rates:
    """Dollars per million tokens of one model at one provider; arrays where the provider is uncertain.

    Where caching or batch is not offered, its rate equals the plain one.
    """

    input: Figure
    output: Figure
    cache_read: Figure
    cache_write: Figure
    batch_input: Figure
    batch_output: Figure


def token_bill(traffic: Traffic, rates: Rates, writes: Figure, discount: Figure) -> Figure:
    """Dollars a month for a month's traffic.

    Caching lowers input only; batch lowers its share only; a cached token in a batch is lowered by both, as vendors
    combine them. `writes` is the share of cached tokens that are written anew; `discount` is negotiated, on everything.
    """
    cached = traffic.input * traffic.cached_share
    written = cached * writes
    fresh = traffic.input - cached
    lowered = rates.batch_input / rates.input
    prompt = fresh * rates.input + (cached - written) * rates.cache_read + written * rates.cache_write
    prompt_batch = prompt * lowered
    now = prompt + traffic.output * rates.output
    later = prompt_batch + traffic.output * rates.batch_output
    share = traffic.batch_share
    return ((1.0 - share) * now + share * later) * (1.0 - discount) / MILLION

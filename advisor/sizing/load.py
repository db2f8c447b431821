"""What a group of accelerators does under load: requests in flight and waiting, rate, time to and between tokens."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.sizing.placement import RequestShape
    from advisor.sizing.step_time import Bound, StepModel

MILLI = 1000.0
"""Milliseconds per second."""
ONE_IN_TWENTY = 0.05
"""The share of requests that a 95th percentile leaves out."""
SPREAD = 1.645
"""Standard deviations between the mean and the 95th percentile of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Served:
    """Steady state of one group: requests in flight and waiting, output tokens and requests per second, seconds.

    `queue` is the mean time a request waits for a place in memory; it is part of both first-token times.
    """

    flight: float
    waiting: float
    tokens_per_second: float
    requests_per_second: float
    inter_token: float
    first_token_p50: float
    first_token_p95: float
    queue: float
    bound: Bound


def served_closed(step: StepModel, shape: RequestShape, clients: float, most: int, *, memory_bound: bool) -> Served:
    """Serve so many clients, each of which sends its next request when its last is answered, `most` of them at once.

    A request waits for prompts of the others, between its tokens or before its first, and never for its own. What has
    no room waits for a place: places turn over at the rate of service (Little's law).
    """
    flight = max(1.0, min(clients, float(most)))
    one = _service(step, shape, flight)
    wait = step.calibration.prompt_wait * (flight - 1) * one.prompt
    first = one.own + wait
    rate = flight / (first + (shape.output_tokens - 1) * one.inter)
    waiting = max(0.0, clients - flight)
    queue = waiting / rate
    # prompts that meet others ahead of them wait for up to all of those
    late = first + queue + (1 + waiting / flight) * wait * SPREAD
    bound = _bound(one, flight, most, memory_bound)
    return Served(flight, waiting, rate * shape.output_tokens, rate, one.inter, first + queue, late, queue, bound)


def served_open(step: StepModel, shape: RequestShape, flight: float, most: int, *, memory_bound: bool) -> Served:
    """Serve requests that arrive at random, at the rate that keeps a mean of `flight` of them in flight.

    Prompts queue for the accelerators as at a server with fixed service time (Pollaczek–Khinchine; the tail falls off
    exponentially), and requests for a place in memory once more than `most` are there; their number is spread as
    arrivals are (Poisson).
    """
    one = _service(step, shape, max(1.0, flight))
    stay = one.own + (shape.output_tokens - 1) * one.inter
    rate = flight / stay
    busy = min(0.99, rate * one.prompt)
    mean = one.prompt * busy / (2 * (1 - busy))
    tail = max(mean, one.prompt * log(max(busy / ONE_IN_TWENTY, 1.0)) / (2 * (1 - busy)))
    places = max(0.0, flight + SPREAD * sqrt(flight) - most) / rate if rate > 0 else 0.0
    average = max(0.0, flight - most) / rate if rate > 0 else 0.0
    first = one.own + mean + average
    late = one.own + tail + max(places, average) + one.inter
    bound = _bound(one, flight, most, memory_bound)
    return Served(
        flight, 0.0, rate * shape.output_tokens, rate, one.inter, first, max(first, late), average, bound
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Service:
    """Seconds at one batch: between tokens, from the turn of a request to its first token, of one prompt; by limit."""

    inter: float
    own: float
    prompt: float
    shares: dict[Bound, float]
    weights: float


def _service(step: StepModel, shape: RequestShape, flight: float) -> _Service:
    c = step.calibration
    decode = step.decode(flight, shape.input_tokens + shape.output_tokens / 2)
    prompt, alone = step.prompt(shape.input_tokens, shape.cached_tokens)
    joined = (1 - c.prompt_wait) * (flight - 1) / shape.output_tokens
    # prompts are read in the steps that decode, so that the host prepares the next step behind both
    inter = max(decode.device + joined * prompt.seconds, decode.host) / step.pace
    own = step.engine.front_end_ms / MILLI + alone / step.pace + c.step_wait * inter
    shares = decode.shares
    for name, seconds in prompt.shares.items():
        shares[name] += joined * seconds
    return _Service(inter, own, prompt.seconds / step.pace, shares, decode.weights)


def _bound(one: _Service, flight: float, most: int, memory_bound: bool) -> Bound:
    """Name the largest part of a step; capacity where that is weights read for too few, as memory holds no more."""
    largest = max(one.shares, key=lambda name: one.shares[name])
    full = memory_bound and flight >= most
    if full and largest == "memory-bandwidth" and 2 * one.weights > one.shares["memory-bandwidth"]:
        return "capacity"
    return largest

"""What a group of accelerators does under load: requests in flight, waiting, rate, time to and between tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.sizing.step_time import StepModel

MILLI = 1000.0


@dataclass(frozen=True, slots=True)
class Served:
    """Steady state with a fixed number of clients, each of which sends its next request when the last is answered.

    Seconds; `rate` output tokens per second of the group; `waiting` requests that memory has no room for.
    """

    in_flight: float
    waiting: float
    rate: float
    inter_token: float
    first_token: float
    queue: float
    decode: float
    prompt: float


def closed_loop(step: StepModel, input_tokens: float, output_tokens: float, cached: float, clients: float, most: float, random: bool = False) -> Served:
    """Serve `clients` of which at most `most` have room at once.

    Between its tokens a request waits for prompts of the others, never for its own; a share of those prompts falls
    before its first token instead. What has no room waits for a place: by Little's law, places turn over at the rate.
    """
    c, e = step.calibration, step.engine
    flight = max(1.0, min(clients, most))
    decode = step.decode(flight, input_tokens + output_tokens / 2).seconds
    prompt = step.prefill(input_tokens, cached).seconds
    others = (flight - 1) * prompt
    inter = decode + (1 - c.prompt_wait) * others / output_tokens
    own = e.front_end_ms / MILLI + step.prefill(input_tokens, cached, alone=True).seconds + inter * c.step_wait
    if random:
        busy = min(0.95, prompt / (prompt + output_tokens * decode / flight))
        first = own + prompt * busy / (2 * (1 - busy))
    else:
        first = own + c.prompt_wait * others
    stay = first + (output_tokens - 1) * inter
    rate = flight * output_tokens / stay
    waiting = max(0.0, clients - flight)
    queue = waiting * output_tokens / rate
    return Served(flight, waiting, rate, inter, first + queue, queue, decode, prompt)

"""How long requests wait under load, by the formulas, with a service of round figures."""

from __future__ import annotations

from math import log, sqrt
from types import SimpleNamespace
from typing import Any

import pytest

from advisor.sizing import group_model
from advisor.sizing.group_model import _Service, served_closed, served_open
from advisor.sizing.placement import RequestShape

STEP: Any = SimpleNamespace(calibration=SimpleNamespace(prompt_wait=0.5))
ANSWER = RequestShape(100.0, 11.0)
"""Ten tokens after the first, 0.1 s each."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The seconds that a prompt takes the accelerators; every request has its first token after one second."""
    given = {"prompt": 0.5}
    shares: Any = {"compute": 1.0}
    monkeypatch.setattr(
        group_model, "_service", lambda step, shape, flight: _Service(0.1, 1.0, given["prompt"], dict(shares), 0.0)
    )
    return given


def test_clients_without_a_place_wait_for_one_and_late_ones_for_the_prompts_ahead(service: dict[str, float]) -> None:
    """Of 10 clients 4 have a place: they wait 0.5 · 3 · 0.5 s for prompts, and take 1.75 + 1 s each."""
    found = served_closed(STEP, ANSWER, 10, 4, memory_bound=True)
    rate = 4 / 2.75
    assert (found.flight, found.waiting) == (4, 6)
    assert (found.requests_per_second, found.tokens_per_second) == pytest.approx((rate, 11 * rate))
    assert found.queue == pytest.approx(6 / rate)
    assert found.first_token_p50 == pytest.approx(1.75 + 6 / rate)
    assert found.first_token_p95 == pytest.approx(1.75 + 6 / rate + (1 + 6 / 4) * 0.75 * 1.645)
    roomy = served_closed(STEP, ANSWER, 4, 10, memory_bound=True)
    assert (roomy.waiting, roomy.queue) == (0, 0)
    assert (roomy.first_token_p50, roomy.first_token_p95) == pytest.approx((1.75, 1.75 + 0.75 * 1.645))
    alone = served_closed(STEP, ANSWER, 0.25, 10, memory_bound=True)
    assert (alone.flight, alone.first_token_p50, alone.first_token_p95) == (1, 1, 1)


def test_requests_that_arrive_at_random_queue_as_at_a_server_of_fixed_service_time(service: dict[str, float]) -> None:
    """2 in flight for 2 s each are one a second, which keeps prompts busy for half of the time."""
    found = served_open(STEP, ANSWER, 2, 3, memory_bound=True)
    assert (found.requests_per_second, found.tokens_per_second, found.queue, found.waiting) == (1, 11, 0, 0)
    assert found.first_token_p50 == pytest.approx(1 + 0.5 * 0.5 / (2 * 0.5))
    late = 1 + 0.5 * log(0.5 / 0.05) / (2 * 0.5) + (2 + 1.645 * sqrt(2) - 3) + 0.1
    assert found.first_token_p95 == pytest.approx(late)
    service["prompt"] = 0.02  # busy for a fiftieth: fewer than one in twenty meet another prompt
    seldom = served_open(STEP, ANSWER, 2, 30, memory_bound=True)
    assert seldom.first_token_p50 == pytest.approx(1 + 0.02 * 0.02 / (2 * 0.98))
    assert seldom.first_token_p95 == pytest.approx(1 + 0.02 * 0.02 / (2 * 0.98) + 0.1)


def test_beyond_what_has_room_requests_wait_for_a_place_too(service: dict[str, float]) -> None:
    """4 in flight at 3 places: two a second would keep prompts busy all the time, of which 99 % are counted."""
    found = served_open(STEP, ANSWER, 4, 3, memory_bound=True)
    assert (found.requests_per_second, found.queue) == (2, 0.5)
    assert found.first_token_p50 == pytest.approx(1 + 0.5 * 0.99 / 0.02 + 0.5)
    assert found.first_token_p95 == pytest.approx(1 + 0.5 * log(0.99 / 0.05) / 0.02 + (4 + 1.645 * 2 - 3) / 2 + 0.1)

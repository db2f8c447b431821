"""Claims that follow from a claim's own figures: sums, shares, and what a successful outcome costs."""

from __future__ import annotations

from advisor.cost.compare.task_success import failures
from advisor.published.claim_inputs import Given


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

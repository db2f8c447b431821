"""The cheapest route at the median, what ties with it, which signal breaks the tie, and how sure that is."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from advisor.decision.gates import RemainingRoutes, RouteChoice, beats, cheapest_shares, choose
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.rules import Rule

DAY = date(2026, 11, 21)
API, CLOUD, OPEN, OWN = "hosted-api", "managed-cloud", "managed-open", "self-host"


def prefer(id: str, order: int, *options: str) -> Rule:
    condition = KeyTest("economics.second_region", "is", True)
    return Rule(id, "prefer", "prefer", id, condition, "", (), "recalled", DAY, options=options, order=order)


Totals = dict[str, float | np.ndarray]


def chosen(totals: Totals, *fired: Rule, law: tuple[str, ...] = (), conditional: tuple[str, ...] = ()) -> RouteChoice:
    left = tuple(totals)
    standing = RemainingRoutes(law or left, left, {}, (), (), (), True)
    return choose(standing, totals, fired, tie_share=0.25, hybrid_margin=0.1, conditional=frozenset(conditional))


def draws(*parts: tuple[float, int]) -> np.ndarray:
    """So many draws of each figure, one after the other."""
    return np.concatenate([np.full(count, figure) for figure, count in parts])


def test_the_cheapest_at_the_median_is_chosen_with_all_that_explains_it() -> None:
    found = chosen({API: draws((90.0, 6), (200.0, 4)), OWN: 100.0, CLOUD: 300.0})
    assert (found.option, found.lowest, found.decided_by, found.status) == (API, API, "worth", "near-tie")
    assert found.p50 == {API: 90.0, OWN: 100.0, CLOUD: 300.0}
    assert found.pairwise == {OWN: 0.4, CLOUD: 0.0}
    assert found.tied == (API, OWN)
    assert found.cheapest_share == {API: 0.6, OWN: 0.4, CLOUD: 0.0}
    assert (found.confidence, found.broken_by, found.hybrid_earns) == (0.6, None, None)


def test_a_route_that_alone_is_left_is_sure_and_says_which_gate_left_it() -> None:
    by_law = chosen({OWN: draws((1.0, 5), (9.0, 5))})
    assert (by_law.decided_by, by_law.confidence, by_law.status, by_law.tied) == ("must", 1.0, "provisional", ())
    assert chosen({OWN: 5.0}, law=(API, OWN)).decided_by == "can"
    none = choose(RemainingRoutes((), (), {}, (), (), (), True), {}, (), tie_share=0.25, hybrid_margin=0.1,
                  conditional=frozenset())  # fmt: skip
    assert (none.option, none.decided_by, none.status, none.confidence) == ("none", "must", "none", 0.0)


def test_the_first_signal_that_names_a_tied_route_breaks_the_tie() -> None:
    near: Totals = {API: draws((90.0, 6), (200.0, 4)), OWN: 100.0, CLOUD: 300.0}
    far, second, first = prefer("far", 1, CLOUD), prefer("second", 3, API), prefer("first", 2, OWN, CLOUD)
    found = chosen(near, second, first, far)
    assert (found.option, found.decided_by, found.broken_by, found.lowest) == (OWN, "prefer", first, API)
    assert (found.confidence, found.tied, found.status) == (0.4, (API, OWN), "near-tie")
    assert chosen({API: 50.0, OWN: 100.0}, first).broken_by is None  # no tie, no signal
    both: Totals = {API: draws((90.0, 6), (200.0, 4)), OWN: 100.0, OPEN: draws((210.0, 4), (95.0, 6))}
    also = prefer("also", 2, OPEN)
    assert chosen(both, first, also).option == OPEN  # of one rank, the cheaper of those that are named


@pytest.mark.parametrize(("hybrid", "earns"), [(89.0, True), (90.0, True), (91.0, False)])
def test_hybrid_competes_only_a_tenth_below_every_other_route(hybrid: float, earns: bool) -> None:
    found = chosen({API: 100.0, OWN: 120.0, "hybrid": hybrid})
    assert found.hybrid_earns is earns
    assert found.option == ("hybrid" if earns else API)
    assert found.confidence == (1.0 if earns else 0.0)  # of all routes that stand, hybrid is the cheapest
    assert ("hybrid" in found.pairwise) is False
    assert (API in found.pairwise) is earns


def test_a_condition_that_is_not_met_is_the_status_of_the_chosen_route_alone() -> None:
    assert chosen({API: 50.0, OWN: 100.0}, conditional=(API,)).status == "conditional"
    assert chosen({API: 50.0, OWN: 100.0}, conditional=(OWN,)).status == "provisional"


def test_what_is_the_same_to_the_cent_is_shared() -> None:
    assert beats(1.0, 1.004) == 0.5
    assert beats(1.0, 1.01) == 1.0
    assert beats(1.01, 1.0) == 0.0
    assert beats(draws((1.0, 1), (2.0, 1), (3.0, 2)), 2.0) == 0.375
    assert cheapest_shares({API: 1.0, OWN: 1.004, CLOUD: 2.0}) == {API: 0.5, OWN: 0.5, CLOUD: 0.0}
    assert cheapest_shares({API: draws((1.0, 1), (3.0, 1)), OWN: 2.0}) == {API: 0.5, OWN: 0.5}

"""The joint optimum against brute force, and what it promises of every portfolio."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.portfolio.candidate import (
    Candidate,
    DiscountStep,
    Limits,
    Member,
    PlatformTools,
    Portfolio,
    TeamLoad,
    TeamRates,
)
from advisor.portfolio.joint_optimum import conflicting, joint_optimum

TEAM = TeamRates(
    start=(0.15, 0.35, 1.0), full=(2.5, 2.5, 3.3), fte_usd=16_000.0, half_gpus=16.0, base_gpus=8.0, growth=0.15,
    on_call_usd=2_000.0,
)  # fmt: skip
TOOLS = PlatformTools(full_usd=2_000.0, half_tokens=2e9)
USD = st.integers(0, 9_000).map(float)
HOSTED = st.builds(Candidate, st.just("hosted-api"), st.just("tokens"), USD, USD, st.sampled_from(["", "a", "b"]))
POOLS = {"small": ("x", 1), "large": ("x", 4), "other": ("y", 2), "slice": ("x cut into 7", 1)}
PARTS = {"slice": 7}
"""Instances that a card holds; a replica of the others takes whole cards."""


def own_fleet(
    pool: str, own_usd: float, replicas: float, spares: int, gpu_usd: float, tier: int, rest: float
) -> Candidate:
    cards, size = POOLS[pool]
    parts = PARTS.get(pool, 1)
    gpus = -int(-size * (-int(-replicas // 1) + spares) // parts)
    return Candidate(
        "self-host", pool, own_usd, pool=pool, cards=cards, replicas=replicas, spares=spares, gpus=size,
        gpu_usd=gpu_usd, team=TeamLoad(tier, gpus, rest), parts=parts,
    )  # fmt: skip


OWN_FLEET = st.builds(
    own_fleet, st.sampled_from(sorted(POOLS)), USD, st.sampled_from([0.2, 0.5, 1.0, 2.3]), st.integers(0, 1),
    st.integers(500, 2_500).map(float), st.integers(0, 2), st.sampled_from([0.01, 0.1, 0.7]),
)  # fmt: skip
HOURS = st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=24, max_size=24).map(tuple)
MEMBERS = st.lists(
    st.builds(Member, st.just("w"), st.lists(HOSTED | OWN_FLEET, min_size=1, max_size=3).map(tuple), HOURS,
              st.sampled_from([0.06, 0.25]), st.sampled_from([1e6, 3e9])),
    min_size=1, max_size=8,
)  # fmt: skip
STEPS = st.lists(
    st.builds(DiscountStep, st.sampled_from(["a", "b"]), st.integers(0, 20_000).map(float), st.sampled_from([0.1, 0.3]),
              st.booleans()),
    max_size=3,
).map(tuple)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(MEMBERS, STEPS, st.booleans(), st.none() | st.integers(0, 12), st.none() | st.sampled_from([0.3, 1.0, 2.0]))
def test_the_optimum_is_that_of_brute_force_and_never_above_the_single_answers(
    members: list[Member], steps: tuple[DiscountStep, ...], shared: bool, gpus: int | None, fte: float | None
) -> None:
    portfolio, limits = Portfolio(tuple(members), TEAM, TOOLS, steps, shared), Limits(gpus, fte)
    costs = [portfolio.cost(each) for each in product(*(member.candidates for member in portfolio.members))]
    allowed = [cost.usd for cost in costs if portfolio.within(cost, limits)]
    found = joint_optimum(portfolio, limits)
    if not allowed:
        assert found is None
        return
    assert found is not None
    assert found.cost.usd == pytest.approx(min(allowed), rel=2e-5, abs=0.05)
    assert portfolio.within(found.cost, limits)
    if gpus is None and fte is None:
        alone = sum(portfolio.alone_usd(member, portfolio.alone(member)) for member in members)
        assert found.cost.usd <= alone * (1 + 2e-5) + 0.05


def test_the_people_of_three_portfolios_are_those_worked_out_by_hand() -> None:
    """(start + (2.5 − start) · s² ÷ (1 + s²)) · (1 + 0.15 · max(0, GPUs ÷ 8 − 1)), s = GPUs ÷ 16 + the rest."""

    def people(count: int, rest: float, tier: int) -> tuple[float, float, bool]:
        fleet = own_fleet("other", 0.0, 1.0, 0, 1_000.0, tier, rest)
        members = tuple(Member(str(place), (fleet,)) for place in range(count))
        cost = Portfolio(members, TEAM, TOOLS).cost([fleet] * count)
        return cost.fte, cost.labor, cost.one_team

    # two tiny: 4 GPUs, s = 0.25 + 0.002 = 0.252, s² = 0.063504, need 0.15 + 2.35 · 0.059712 = 0.290323
    assert people(2, 0.001, 0) == pytest.approx((0.290323, 4_645.17, True), rel=1e-5)
    # five usual: 10 GPUs, s = 0.625 + 0.4 = 1.025, s² = 1.050625, need (0.35 + 2.15 · 0.512344) · (1 + 0.15 · 0.25)
    assert people(5, 0.08, 1) == pytest.approx((1.505971, 24_095.5, True), rel=1e-5)
    # an absurd hundred: 200 GPUs, s = 20.5, s² = 420.25, need (0.35 + 2.15 · 0.997626) · (1 + 0.15 · 24) = 11.476521
    assert people(100, 0.08, 1) == pytest.approx((11.476521, 183_624.3, True), rel=1e-5)
    # five internal endpoints: each one's own part of an engineer, 0.15 + 2.35 · 0.040330, adds up to less than a team
    assert people(5, 0.08, 0) == pytest.approx((5 * 0.244776, 19_582.1, False), rel=1e-5)


def test_two_workloads_whose_peaks_do_not_coincide_share_one_replica_and_one_team() -> None:
    api, fleet = Candidate("hosted-api", "tokens", 4_000.0), own_fleet("other", 0.0, 1.0, 0, 1_000.0, 0, 0.0)
    day, night = (1.0,) * 12 + (0.0,) * 12, (0.0,) * 12 + (1.0,) * 12
    apart = Portfolio((Member("a", (api, fleet), day), Member("b", (api, fleet), night)), TEAM)
    found = joint_optimum(apart)
    assert [apart.alone(member) for member in apart.members] == [api, api]
    assert found is not None
    # 2 GPUs: s = 0.125, need 0.15 + 2.35 · 0.015385 = 0.186154, 2,978.46 dollars, and 2,000 for the cards
    assert found.cost.usd == pytest.approx(4_978.46, abs=0.01)
    same = joint_optimum(Portfolio((Member("a", (api, fleet), day), Member("b", (api, fleet), day)), TEAM))
    assert same is not None
    assert (same.cost.gpus, round(same.cost.usd, 2)) == (0, 8_000.0)  # two replicas would cost 8,612.31


def test_two_models_take_turns_on_the_same_cards_only_where_that_is_said() -> None:
    day, night = (1.0,) * 12 + (0.0,) * 12, (0.0,) * 12 + (1.0,) * 12
    small = own_fleet("small", 0.0, 4.0, 0, 500.0, 0, 0.0)
    large = own_fleet("large", 0.0, 1.0, 0, 500.0, 0, 0.0)
    members = (Member("a", (small,), day), Member("b", (large,), night))
    assert Portfolio(members, TEAM).cost([small, large]).gpus == 8
    found = joint_optimum(Portfolio(members, TEAM, time_shared=True))
    assert found is not None
    assert found.cost.gpus == 4


def test_small_models_share_the_cards_that_are_cut_for_them() -> None:
    """Seven slices are one card: eight workloads of 0.9 of a slice, each a model of its own, take two."""

    def cut(name: str) -> Member:
        fleet = own_fleet("slice", 0.0, 0.9, 0, 700.0, 0, 0.0)
        return Member(name, (replace(fleet, pool=f"model {name}"),))

    for count, cards in ((1, 1), (7, 1), (8, 2)):
        portfolio = Portfolio(tuple(cut(str(place)) for place in range(count)), TEAM)
        found = joint_optimum(portfolio)
        assert found is not None
        assert (found.cost.gpus, found.cost.fleet) == (cards, 700.0 * cards)


def test_a_volume_discount_is_reached_together() -> None:
    other = Candidate("hosted-api", "other", 0.0, 900.0, "b")
    members = tuple(Member(name, (Candidate("hosted-api", "a", 0.0, 1_000.0, "a"), other)) for name in "xy")
    steps = (DiscountStep("a", 2_000.0, 0.2),)
    portfolio = Portfolio(members, TEAM, discounts=steps)
    found = joint_optimum(portfolio)
    assert [portfolio.alone(member).seller for member in members] == ["b", "b"]
    assert found is not None
    assert [each.seller for each in found.chosen] == ["a", "a"]
    assert found.cost.usd == pytest.approx(1_600.0)


def test_a_limit_nobody_can_keep_names_only_the_workloads_in_conflict() -> None:
    fleet = own_fleet("other", 0.0, 1.0, 0, 1_000.0, 0, 0.0)
    members = (Member("free", (Candidate("hosted-api", "tokens", 1.0),)), Member("a", (fleet,)), Member("b", (fleet,)))
    portfolio = Portfolio(members, TEAM)
    assert conflicting(portfolio, Limits(gpus=2)) == ("a", "b")
    assert conflicting(portfolio, Limits(fte=0.2)) == ("a", "b")
    # of two conflicts the smaller one is named, even where the larger one comes first
    large = own_fleet("large", 0.0, 1.0, 0, 1_000.0, 0, 0.0)
    more = Portfolio((*members, Member("c", (fleet,)), Member("d", (large,)), Member("e", (large,))), TEAM)
    assert conflicting(more, Limits(gpus=4)) == ("a", "d")
    assert conflicting(more, Limits(gpus=3)) == ("d",)
    assert joint_optimum(portfolio, Limits(gpus=4, fte=0.3)) is not None

"""The joint optimum against brute force, and what it promises of every portfolio."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import AdvisorError
from advisor.portfolio.candidate import Candidate, Member, every_choice, gpus_of, joint_usd
from advisor.portfolio.joint_optimum import conflicting, joint_optimum
from advisor.portfolio.portfolio_report import solve

USD = st.integers(0, 5_000).map(float)
HOSTED = st.builds(Candidate, st.just("hosted-api"), st.just("tokens"), USD)
POOLS = {"small": 1, "large": 4}
OWN_FLEET = st.sampled_from(sorted(POOLS)).flatmap(
    lambda pool: st.builds(
        Candidate,
        st.just("self-host"), st.just(pool), USD, st.fixed_dictionaries({"labor": USD}, optional={"gateway": USD}),
        st.just(pool), st.integers(1, 3), st.just(POOLS[pool]), USD,
    )
)  # fmt: skip
HOURS = st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=24, max_size=24).map(tuple)
MEMBERS = st.lists(
    st.builds(Member, st.just("w"), st.lists(HOSTED | OWN_FLEET, min_size=1, max_size=3).map(tuple), HOURS),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(MEMBERS, st.none() | st.integers(0, 12))
def test_the_optimum_is_that_of_brute_force_and_never_above_the_single_answers(
    members: list[Member], most: int | None
) -> None:
    allowed = [each for each in every_choice(members) if most is None or gpus_of(members, each) <= most]
    found = joint_optimum(members, most)
    if not allowed:
        assert found is None
        return
    assert found is not None
    least = min(joint_usd(members, each) for each in allowed)
    assert found.usd == pytest.approx(least, rel=1e-5, abs=0.01)
    if most is None:
        assert found.usd <= sum(member.alone.alone_usd for member in members) * (1 + 1e-5) + 0.01
    else:
        assert gpus_of(members, found.chosen) <= most


def fleet(own_usd: float = 0.0) -> Candidate:
    return Candidate("self-host", "pool", own_usd, {"labor": 900.0}, "pool", 1, 2, 500.0)


def test_two_workloads_whose_peaks_do_not_coincide_share_one_replica_and_one_team() -> None:
    api = Candidate("hosted-api", "tokens", 1_000.0)
    day, night = (1.0,) * 12 + (0.0,) * 12, (0.0,) * 12 + (1.0,) * 12
    apart = [Member("a", (api, fleet()), day), Member("b", (api, fleet()), night)]
    found = joint_optimum(apart)
    assert [member.alone for member in apart] == [api, api]
    assert found is not None
    assert found.usd == pytest.approx(1_400.0)
    same = joint_optimum([Member("a", (api, fleet()), day), Member("b", (api, fleet()), day)])
    assert same is not None
    assert same.usd == pytest.approx(1_900.0)


def test_a_limit_nobody_can_keep_names_only_the_workloads_in_conflict() -> None:
    api = Candidate("hosted-api", "tokens", 1_000.0)
    members = [Member("free", (api,)), Member("a", (fleet(),)), Member("b", (fleet(),))]
    assert conflicting(members, 2) == ("a", "b")
    with pytest.raises(AdvisorError, match="2 GPUs cannot serve a, b"):
        solve("company", members, 2)
    assert solve("company", members, 4).joint.usd == pytest.approx(2_900.0)

"""What is said beyond the verdict: with units, beside today's figure, and "never" where there is no such value."""

from __future__ import annotations

from advisor.assessment.model import Outlook
from advisor.cost.breakeven import Crossover, Horizon, PayBack
from advisor.cost.comparison import HybridSplit, PublishedSaving
from advisor.cost.draws import Ends
from advisor.knowledge.labels import source_label
from advisor.report.phrases import hybrid, pay_backs, would_pay
from tests.contract.asking import ask
from tests.cost.scenarios import BUSY

NEVER = Ends(None, None, None)


def crossover(key: str, unit: str, at: Ends, today: float) -> Crossover:
    return Crossover(key, unit, "below" if "usd" in key else "above", today, at, (), 0.0)


def test_what_would_make_self_hosting_pay_has_its_unit_and_todays_figure() -> None:
    found = (
        crossover("economics.gpu_hour_usd", "USD per GPU-hour", Ends(None, 1.2, 1.9), 3.0),
        crossover("hosted-api.output", "USD per million output tokens", Ends(252.1, 360.0, 558.0), 15.0),
        crossover("economics.utilization", "share", Ends(0.3, 0.41, None), 0.5),
        crossover("workload.developers", "developers", Ends(571.4, 864.0, 1383.0), 20.0),
        crossover("gpu.purchase_usd", "USD per GPU", NEVER, 30_000.0),
    )
    assert list(would_pay(Outlook(break_evens=found))) == [
        "a GPU-hour below $1.20 (never to $1.90), $3.00 today",
        "an API above $360 ($252 to $558) a million output tokens, $15.00 today",
        "utilization above 41% (30% to never), 50% today",
        "a team above 864 (571 to 1,383) developers, 20 today",
    ]


def test_pay_back_says_the_month_or_that_there_is_none() -> None:
    pairs = (
        PayBack("self-host", "hosted-api", Ends(3.0, 7.0, None), 0.2),
        PayBack("self-host", "hosted-api", NEVER, 0.97),
        PayBack("hosted-api", "managed-cloud", Ends(1.0, 1.0, 1.0), 0.0),
    )
    assert list(pay_backs(Outlook(horizon=Horizon(36, (), pairs)))) == [
        "self-hosted against vendor API: from month 7 (3 to never)",
        "self-hosted against vendor API: not within 36 months, but in 3% of draws",
        "vendor API against cloud platform: cheaper from the first month",
    ]
    assert list(pay_backs(Outlook())) == []


def test_hybrids_saving_stands_beside_the_published_ones() -> None:
    published = (PublishedSaving("coding-agents", 0.6, 0.7), PublishedSaving("cost-guide", 0.4, 0.7))
    found = HybridSplit("managed-open", "hosted-api", 0.25, Ends(0.58, 0.61, 0.64), 0.88, published)
    assert hybrid(found) == (
        "75% on open-model API, the rest on vendor API: saves 61% of the all-frontier bill (58% to 64%); "
        f"published: 60% to 70% ({source_label('coding-agents')}) and 40% to 70% ({source_label('cost-guide')})"
    )
    assert hybrid(None) == ""
    assert hybrid(HybridSplit("managed-open", "hosted-api", None, None, 0.88, published)) == ""


def test_an_assessment_says_all_of_it() -> None:
    outlook = ask(BUSY | {"quality.frontier_share": 0.3}, draws=400).outlook
    assert any(text.startswith("an API above $") for text in would_pay(outlook))
    assert any(text.startswith("self-hosted against vendor API") for text in pay_backs(outlook))
    assert f"published: 60% to 70% ({source_label('coding-agents')})" in hybrid(outlook.hybrid)
    assert {curve.route for curve in outlook.curves} >= {"self-host", "hosted-api"}

"""Portfolio files: what they may say, and the answer to the shipped example."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from advisor.decision.compiled import compiled_knowledge
from advisor.errors import BadInput
from advisor.interview.answers import Vocabulary, vocabulary
from advisor.knowledge.labels import ROUTE_NAMES
from advisor.knowledge.load_pack import load_knowledge
from advisor.portfolio.candidate import Candidate, DiscountStep, Limits
from advisor.portfolio.portfolio_answer import PortfolioAnswer, drawn_answer, solve
from advisor.portfolio.portfolio_file import (
    MOST_WORKLOADS,
    PortfolioFile,
    hours_cell,
    hours_words,
    read_portfolio,
    terms_of,
    with_edit,
)
from advisor.portfolio.portfolio_report import alone_parts, as_text, portfolio_html, portfolio_markdown, portfolio_svg
from advisor.portfolio.standing_offers import priced_portfolio
from advisor.published.apply import maturity_stages

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = load_knowledge()
WORDS: Vocabulary = vocabulary(KNOWLEDGE)


@cache
def company() -> PortfolioAnswer:
    read = read_portfolio(ROOT / "examples/portfolio/company.toml", WORDS)
    at = compiled_knowledge(KNOWLEDGE, date(2026, 11, 29))
    portfolio = priced_portfolio(read, at, 1, lambda name, place: None)
    return solve(read.name, portfolio, read.limits, maturity_stages(KNOWLEDGE, at.parameters))


def test_no_id_of_a_model_gpu_seller_or_route_is_shown_to_people() -> None:
    found = company()
    names = {each for kind in ("models", "providers", "gpus") for each in WORDS.ids[kind]} | set(ROUTE_NAMES)
    names.discard("together")  # a seller, and a word
    ids = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?![\w-])")
    chosen = found.members[0].together
    sliced = replace(chosen, profile="1g")
    shown = [
        *(as_text(found, brief=depth == 0, full=depth == 2) for depth in range(3)), portfolio_markdown(found),
        portfolio_html(found), portfolio_svg(found, ""), sliced.in_words, sliced.choice_words,
        *(f"{each.alone.in_words} {each.together.choice_words}" for each in found.members),
    ]  # fmt: skip
    for text in shown:
        assert ids.findall(text) == []
    assert ids.search(f"{chosen.offer} {chosen.pool}"), "they are there to be found"


def test_twelve_workloads_choose_together_what_one_of_them_would_not_choose_alone() -> None:
    found = company()
    assert found.limits == Limits(fte=6.0)
    differ = [each for each in found.members if each.differs]
    assert [(each.member.name, each.alone.route, each.together.route) for each in differ] == [
        ("bid-analysis", "managed-cloud", "self-host")
    ]
    assert "together with the other workloads" in differ[0].because
    assert found.joint.gap < 1e-4
    assert found.order is not None
    assert found.order.steps[-1].total_usd == pytest.approx(found.joint.cost.usd)
    assert found.order.steps[0].workloads == ("bid-analysis",)
    assert found.alone_usd > found.joint.cost.usd
    # what a workload costs alone is the mean of its offer's draws, whatever the portfolio shares
    for each in found.members:
        assert each.alone_usd == pytest.approx(float(each.alone.drawn.total.mean()), rel=1e-6)  # type: ignore[union-attr]
    assert len(as_text(found).splitlines()) <= 24
    assert max(len(line) for line in as_text(found).splitlines()) <= 80


def test_a_table_and_measured_groups_give_the_workloads(tmp_path: Path) -> None:
    read = read_portfolio(ROOT / "examples/portfolio/teams.csv", WORDS)
    assert [each.name for each in read.workloads] == ["claims", "case-notes", "mail-triage"]
    assert read.workloads[0].answers.text("data.boundary") == "vpc"
    group = {"group": {"team": "search"}, "answers": {"volume.output_tokens": "4M/month"}}
    (tmp_path / "usage.json").write_text(json.dumps([group]))
    (tmp_path / "all.toml").write_text('rows = "usage.json"\nmost_fte = 2\n[defaults.workload]\ntask = "chat"\n')
    read = read_portfolio(tmp_path / "all.toml", WORDS)
    assert (read.workloads[0].name, read.limits.fte) == ("search", 2.0)
    assert read.workloads[0].answers.text("workload.task") == "chat"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.toml", "most_gpu = 2", "most_gpu: no such key; did you mean 'most_gpus'"),
        ("a.toml", "name = 'x'", "no workloads are listed"),
        ("a.toml", "[[workloads]]\nname='a'\nhours=[1.0]", "workloads 1: hours"),
        ("a.toml", "[[workloads]]\nname='a'\n[[workloads]]\nname='a'", "two workloads are named 'a'"),
        ("a.toml", "[[discounts]]\nseller='azur'\n[[workloads]]\nname='a'", "did you mean 'azure'"),
        ("a.toml", "[[discounts]]\nseller='azure'\nshare=2\n[[workloads]]\nname='a'", "discounts 1: share"),
        ("a.csv", "name,volume.output\na,1\n", "volume.output: no such key; did you mean 'volume.output_"),
        ("a.csv", "name,data.boundary\na,vpc,3\n", "more or fewer cells"),
        ("a.csv", "name\n\n", "no workloads are listed"),
        ("a.json", '[{"answers": {}}]', "has no group with answers"),
        ("a.txt", "x", "name it .toml, .csv or .json"),
    ],
)
def test_bad_files_get_one_sentence(name: str, text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput) as error:
        read_portfolio(tmp_path / name, WORDS)
    assert says in error.value.sentence
    assert "\n" not in error.value.sentence


def test_the_page_and_the_markdown_say_what_the_text_says_and_fetch_nothing() -> None:
    read = read_portfolio(ROOT / "examples/portfolio/teams.csv", WORDS)
    portfolio = priced_portfolio(read, compiled_knowledge(KNOWLEDGE, date(2026, 11, 29)), 1, lambda name, place: None)
    found = solve("<teams>", portfolio, read.limits)
    page, text = portfolio_html(found), portfolio_markdown(found)
    assert "&lt;teams&gt;: together" in page
    assert "<teams>" not in page
    assert "http" not in page
    ElementTree.fromstring(f"<body>{page}</body>")
    assert "| claims | self-hosted: " in text
    assert sum(alone_parts(found)) == pytest.approx(found.alone_usd)
    # the bars of all, alone and together, are as long as what they stand for
    widths = [float(each.get("width", "0")) for each in ElementTree.fromstring(page).iter("rect")
              if each.get("height") == "22"]  # fmt: skip
    assert sum(widths[5:]) / sum(widths[:5]) == pytest.approx(found.joint.cost.usd / found.alone_usd, abs=0.003)


def test_workloads_with_the_same_answers_are_priced_once_and_only_what_may_be_best_is_kept(tmp_path: Path) -> None:
    row = "internal,anywhere,4M/month,50M/month\n"
    head = "name,workload.audience,data.boundary,volume.output_tokens,volume.input_tokens\n"
    (tmp_path / "many.csv").write_text(head + "".join(f"w{place},{row}" for place in range(60)))
    read = read_portfolio(tmp_path / "many.csv", WORDS)
    told: list[str] = []
    at = compiled_knowledge(KNOWLEDGE, date(2026, 11, 29))
    members = priced_portfolio(read, at, 1, lambda name, place: told.append(name), processes=2).members
    assert told == ["w0"]
    assert [member.name for member in members] == [f"w{place}" for place in range(60)]
    offered = [each.route for each in members[0].candidates if not each.pool and each.team is None]
    assert len(offered) == len(set(offered)) > 1


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_more_workloads_than_were_ever_solved_are_refused_in_one_sentence(tmp_path: Path, kind: str) -> None:
    count = MOST_WORKLOADS + 1
    file = tmp_path / f"many.{kind}"
    table = "name,data.boundary\n" + "".join(f"w{place},vpc\n" for place in range(count))
    file.write_text(table if kind == "csv" else json.dumps([{}] * count), "utf-8")
    with pytest.raises(BadInput, match=r"20,001 rows are more than the 20,000 a portfolio has at most; divide it"):
        read_portfolio(file, WORDS)


def small_models(adapter_rank: int = 0, *, sliced: bool = False) -> PortfolioFile:
    read = read_portfolio(ROOT / "examples/portfolio/small-models.toml", WORDS)
    tags, notes = read.workloads
    return replace(read, workloads=(tags, replace(notes, adapter_rank=adapter_rank)), sliced=sliced)


def fleets_of(read: PortfolioFile) -> list[list[Candidate]]:
    at = compiled_knowledge(KNOWLEDGE, date(2026, 11, 29))
    members = priced_portfolio(read, at, 1, lambda name, place: None).members
    return [[each for each in member.candidates if each.pool] for member in members]


def test_every_term_is_typed_as_it_is_shown_and_what_cannot_be_taken_is_refused(tmp_path: Path) -> None:
    read = read_portfolio(ROOT / "examples/portfolio/company.toml", WORDS)
    steps = "azure 10000 10% committed; oci 5000 2.5%"
    typed = (("most_gpus", "4"), ("most_fte", "1.5"), ("discounts", steps), ("time_shared", "yes"), ("sliced", "yes"),
             ("staffing.ml_infra_fte", "3"))  # fmt: skip
    for key, text in typed:
        read = with_edit(read, "", key, text, WORDS)
    assert [pair for pair in terms_of(read, WORDS) if pair in typed] == list(typed)
    assert read.limits == Limits(4, 1.5)
    assert read.discounts == (DiscountStep("azure", 10_000.0, 0.1, True), DiscountStep("oci", 5_000.0, 0.025))
    # without a limit of its own, there are as many people as are stated: 3 of them now in the place of the file's
    staffed = with_edit(read, "", "most_fte", "", WORDS)
    more = with_edit(staffed, "", "staffing.ml_infra_fte", "4", WORDS)
    assert more.limits.fte == pytest.approx((staffed.limits.fte or 0.0) + 1.0)
    name = read.workloads[0].name
    for hours in ("8x0.1 9x1 7x0.1", ""):
        shares = with_edit(read, name, "hours", hours, WORDS).workloads[0].hours
        assert hours_cell(shares) == hours
    assert hours_words((0.1,) * 8 + (1.0,) * 9 + (0.1,) * 7) == "busiest 8-17 h"
    assert with_edit(read, name, "adapter_rank", "16", WORDS).workloads[0].adapter_rank == 16
    for workload, key, text, says in (
        ("", "discounts", "azur 1 10%", "did you mean 'azure'"), ("", "discounts", "azure", "is not a step"),
        ("", "most_gpus", "many", "is not a count of GPUs"), ("", "sliced", "maybe", "is not yes or no"),
        (name, "hours", "24", "is not a share of the peak"), (name, "hours", "9999x1", "is not a share of the peak"),
        ("nobody", "hours", "", "is not a workload"), ("", "staffing.on_cal", "true", "did you mean"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=says):
            with_edit(read, workload, key, text, WORDS)


def test_tuned_weights_are_their_own_unless_they_are_an_adapter() -> None:
    (tags, *_), (notes, *_) = fleets_of(small_models())
    assert notes.pool == f"{tags.pool} tuned for notes"
    (_, *_), (adapter, *_) = fleets_of(small_models(adapter_rank=16))
    assert adapter.pool == tags.pool
    # 1 ÷ (1 − (0.08 + 0.25 + 0.5) ÷ 3) of the load, and 8.03 G · 2 · 16 ÷ 4096 · 2 bytes of the room for caches
    room = adapter.replicas - notes.replicas / (1 - 0.83 / 3)
    assert 0.0 < room < 0.125 / 30, "of a card of 80 GB some 60 are left beside 8 GB of weights"


def test_slices_are_offered_where_weights_fit_and_are_never_more_than_their_part_of_the_card() -> None:
    whole_card, *slices = fleets_of(small_models(sliced=True))[0]
    assert [each.pool.rsplit(" ", 1)[1] for each in slices] == ["2g", "3g"], "10 GB: too few"
    assert [(each.parts, each.gpus_alone, each.cards.rsplit(" ", 1)[1]) for each in slices] == [
        (3, 1, "3"),
        (2, 1, "2"),
    ]
    for each, most in zip(slices, (0.25, 3 / 7), strict=True):
        assert each.replicas * most * 0.75 >= whole_card.replicas * 0.999


def test_a_rank_that_is_none_is_refused(tmp_path: Path) -> None:
    for rank, says in (("0", "from 1"), ("high", "from 1"), ("513", "from 1 to 512")):
        (tmp_path / "a.csv").write_text(f"name,adapter_rank,data.boundary\na,{rank},vpc\n", "utf-8")
        with pytest.raises(BadInput, match=f"write a whole number {says}$"):
            fleets_of(read_portfolio(tmp_path / "a.csv", WORDS))


def test_what_adapters_and_slices_cost_widens_the_spread_and_is_drawn_alike(tmp_path: Path) -> None:
    at = compiled_knowledge(KNOWLEDGE, date(2026, 11, 29))

    def spread(*, doubted: bool) -> tuple[float, float, float]:
        portfolio = priced_portfolio(small_models(sliced=True), at, 1, lambda name, place: None)
        # of so many requests that each model takes more than one card of slices
        members = [replace(member, candidates=tuple(
            replace(each, replicas=5.5, drawn=each.drawn if doubted else replace(each.drawn, load=1.0))
            for each in member.candidates if each.parts == 2)) for member in portfolio.members]  # fmt: skip
        busy = replace(portfolio, members=tuple(members))
        chosen = [member.candidates[0] for member in members]
        return drawn_answer(busy, chosen, chosen).usd

    sure, doubtful = spread(doubted=False), spread(doubted=True)
    assert doubtful[2] > sure[2]
    assert doubtful[2] - doubtful[0] > sure[2] - sure[0]
    (_, *_), (adapter, *_) = fleets_of(small_models(adapter_rank=16))
    load = np.asarray(adapter.drawn.load)
    # 8% to 50% of the speed is lost, 27.7% at the mean: 0.79 to 1.45 times the load, less its part of the caches
    assert (1 - 0.83 / 3) / 0.92 <= load.min() < 0.9
    assert 1.15 < load.max() <= (1 - 0.83 / 3) / 0.5

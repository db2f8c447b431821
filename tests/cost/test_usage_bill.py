"""Usage that has happened, priced to the cent against sums worked out by hand from the vendors' lists."""

from __future__ import annotations

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from advisor.cli.framework.group import invoke
from advisor.errors import BadInput
from advisor.evidence.bills import billed_lines
from advisor.knowledge.load_pack import load_knowledge

ROOT = Path(__file__).parents[2]

D = Decimal
CATALOG = load_knowledge().catalog
DAY = date(2026, 11, 28)
BY_HAND = (
    # Claude Sonnet 4.6: 3 in, 0.30 read, 3.75 written for five minutes, 15 out.
    D(2318442) * D("3") + D(18240117) * D("0.30") + D(1422090) * D("3.75") + D(912338) * D("15"),
    # Written for an hour: 6.
    D(411290) * D("3") + D(9810004) * D("0.30") + D(733181) * D("6") + D(188412) * D("15"),
    # Claude Haiku 5.5, prompts of 3,980 tokens: below the step at 100,000.
    D(31882104) * D("0.10") + D(4411870) * D("0.01") + D(2210934) * D("0.50"),
    # Prompts of 141,027 tokens: all of it beyond the step.
    D(5218003) * D("0.50") + D(41227) * D("2.50"),
    # GPT-5.4: 2.50 in, 0.25 read, 15 out.
    D(1877321) * D("2.50") + D(903552) * D("0.25") + D(421118) * D("15"),
    # Prompts of 377,086 tokens, fresh and cached together: beyond the step at 272,000.
    D(1288340) * D("5") + D(220004) * D("0.50") + D(18377) * D("22.50"),
    # In batches: half of it.
    D(44310881) * D("1.25") + D(6120443) * D("7.50"),
    # With priority: twice.
    D(902113) * D("5") + D(411002) * D("0.50") + D(160233) * D("30"),
    # DeepSeek V4 Flash on a Tuesday at 07:15 UTC, inside the busy hours.
    D(3301442) * D("0.30") + D(8820031) * D("0.006") + D(1102338) * D("1.20"),
    # And at 19:15 UTC, outside them.
    D(3301442) * D("0.15") + D(8820031) * D("0.003") + D(1102338) * D("0.60"),
)  # fmt: skip


def cents(millionths: Decimal) -> Decimal:
    return (millionths / D(10**6)).quantize(D("0.01"), ROUND_HALF_UP)


def test_ten_lines_of_usage_cost_what_they_do_by_hand_to_the_cent() -> None:
    lines = list(billed_lines(ROOT / "examples" / "usage-bill.csv", CATALOG, DAY))
    assert [cents(D(repr(one.usd)) * D(10**6)) for one in lines] == [cents(each) for each in BY_HAND]
    assert cents(D(repr(sum(one.usd for one in lines))) * D(10**6)) == cents(sum(BY_HAND, D(0)))


def test_the_command_prints_the_sum(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(ROOT / "examples" / "usage-bill.csv")
    assert invoke(["catalog", "bill", file, "--format", "json", "--as-of", "2026-11-28"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert cents(D(repr(found["usd"])) * D(10**6)) == cents(sum(BY_HAND, D(0)))
    assert len(found["lines"]) == 10


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("model,tokens\ngpt-5.4,1", "no column 'tokens'"),
        ("model,fresh\ngpt-5.5x,1", "the catalog has no 'gpt-5.5x'"),
        ("model,fresh\ngpt-5.4,-1", "'-1'"),
        ("model,fresh,at\ngpt-5.4,1,noon", "'noon'"),
        ("model,fresh,batch\ngpt-5.4,1,maybe", "'maybe'"),
        ("model,fresh,tier\nclaude-sonnet-4.6,1,flex", "no flex price of claude-sonnet-4.6"),
        ("model,fresh\nqwen3-32b,1", "its vendor has no standard price"),
    ],
)
def test_a_line_that_cannot_be_priced_is_named(row: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "usage.csv"
    file.write_text(row, "utf-8")
    with pytest.raises(BadInput) as caught:
        list(billed_lines(file, CATALOG, DAY))
    assert said in str(caught.value)
    assert "line" in str(caught.value)


def test_a_price_of_a_later_day_and_one_that_ended_count_on_no_other(tmp_path: Path) -> None:
    """Gemini 3.8 Flash doubles on 2027-01-01."""
    file = tmp_path / "usage.csv"
    file.write_text("model,fresh,at\ngemini-3.8-flash,1000000,2026-12-31\ngemini-3.8-flash,1000000,2027-01-01", "utf-8")
    assert [round(one.usd, 6) for one in billed_lines(file, CATALOG, DAY)] == [0.75, 1.5]

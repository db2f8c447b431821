"""Markdown and HTML reports: complete, self-contained, and safe whatever an answer held."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from advisor.api import assess
from advisor.assessment.model import Assessment, FiredRule, Outlook
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.paths import data_directory
from advisor.report import phrases
from advisor.report.html import as_html
from advisor.report.markdown import as_markdown, escaped, render

DAY = date(2026, 11, 21)
NAMES = sorted(path.stem for path in data_directory("examples").glob("*.toml"))
VOID = {"meta", "circle", "rect", "line", "polygon", "polyline"}
HOSTILE = '<script>alert("1")</script>\x1b[2J|`*_'
SECTIONS = (
    "## Context and Problem Statement", "## Decision Drivers", "## Considered Options", "## Decision Outcome",
    "### Consequences", "### Confirmation", "## Pros and Cons of the Options", "## More Information",
)  # fmt: skip


class Page(HTMLParser):
    """Collects tags, addresses and text, and refuses tags that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def answers_of(name: str) -> Answers:
    path = data_directory("examples") / f"{name}.toml"
    return read_answers(path.read_bytes(), path.name, vocabulary(load_knowledge()))


def assessed(name: str) -> Assessment:
    return assess(answers_of(name), load_knowledge(), DAY, draws=200, flips=False)


@pytest.fixture(scope="module")
def team() -> Assessment:
    return assessed("team-of-20")


def hostile(assessment: Assessment) -> Assessment:
    """The same, with markup and control characters wherever an answer or a rule pack could put them."""
    rule = FiredRule("must.x", "must", "exclude", "self-host", HOSTILE, {"k": HOSTILE}, (HOSTILE,), "reported", HOSTILE)
    option = replace(assessment.options[0], option="self-host", state="excluded", excluded_by=("must.x",))
    verdict = replace(assessment.verdict, summary=HOSTILE, conditions=(HOSTILE,), tasks=(HOSTILE,))
    return replace(
        assessment, workload=HOSTILE, verdict=verdict, options=(option,), findings=(rule,), notes=(HOSTILE,)
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_example_makes_a_whole_page_that_fetches_and_runs_nothing(name: str) -> None:
    assessment = assessed(name)
    text = render([assessment], "html")
    page = Page(text)
    assert page.open == []
    assert page.addresses == []
    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text
    for option in assessment.options:
        assert all(figure in page.text for figure in phrases.price_row(option))


def test_the_page_draws_the_band_and_every_curve_inside_the_picture(team: Assessment) -> None:
    text = as_html([team])
    # one line more: the rate of the fleet's group against its time per token
    assert text.count("<polyline") == len(team.outlook.curves) + 1 > 2
    assert text.count('<polygon class="band band') == len(team.outlook.curves)
    points = [float(number) for part in re.findall(r'points="([^"]+)"', text) for number in re.split("[ ,]", part)]
    assert points
    assert min(points) >= 0
    assert max(points[::2]) <= 720
    assert max(points[1::2]) <= 360


def test_without_curves_there_is_no_empty_chart(team: Assessment) -> None:
    assert "Cost against volume" not in as_html([replace(team, outlook=Outlook())])


def test_several_assessments_make_one_page_with_an_article_each(team: Assessment) -> None:
    text = render([team, team], "html")
    assert text.count("<article>") == 2
    assert Page(text).open == []


def test_a_page_shows_markup_in_answers_as_text(team: Assessment) -> None:
    text = as_html([hostile(team)])
    page = Page(text)
    assert "script" not in page.tags
    assert '<script>alert("1")</script>' in page.text
    assert "\x1b" not in text


@pytest.mark.parametrize("name", NAMES)
def test_every_example_makes_a_decision_record_with_all_sections_in_order(name: str) -> None:
    assessment = assessed(name)
    text = as_markdown(assessment)
    places = [text.index(f"\n{section}\n") for section in SECTIONS]
    assert places == sorted(places)
    assert text.startswith(f"---\nstatus: proposed\ndate: 2026-11-21\n---\n\n# Where to run {assessment.workload}\n")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "median a month" not in line]
    assert len(rows) == len(assessment.options)
    assert all(row.count("|") == 6 for row in rows)


def test_several_records_stand_without_front_matter(team: Assessment) -> None:
    text = render([team, team], "markdown")
    assert text.count("# Where to run team-of-20") == 2
    assert "\n---\n" not in text


def test_markdown_escapes_what_would_become_markup(team: Assessment) -> None:
    text = as_markdown(hostile(team))
    assert "<script>" not in text.replace("\\<", "")
    assert "\x1b" not in text
    assert escaped("a|b_c<d>") == "a\\|b\\_c\\<d\\>"


def test_the_first_page_decides() -> None:
    """The card with what it hangs on and who decided, the ranges, the other routes and the chart, before the rest."""
    name = "contract-extraction"
    found = assess(answers_of(name), load_knowledge(), DAY, draws=200)
    text = Page(as_html([found], who_decided="Ada Quist; accepted")).text
    in_order = (
        "to buy", "costs", "how sure", "hangs on", "runner-up", "who decided", "Ada Quist; accepted",
        "What each route costs a month", "Why not the others", "Cost against volume", "The bill line by line",
    )  # fmt: skip
    places = [text.index(words) for words in in_order]
    assert places == sorted(places)
    assert "nobody yet: this is advice, not a decision" in Page(as_html([found])).text

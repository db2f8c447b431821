"""The verdict as text: narrow, plain, complete, and safe to print whatever an answer held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from advisor.api import assess
from advisor.assessment.model import Assessment, Band, BreakEven, Measure
from advisor.decision.gates import Status
from advisor.interview.answers import answer_words, read_answers, vocabulary
from advisor.knowledge.labels import OPEN_TIE, STATUS_ADVICE, label, route_name, source_label, with_route_names
from advisor.knowledge.load_pack import load_knowledge
from advisor.paths import data_directory
from advisor.published.apply import Checklist, Method
from advisor.report import phrases
from advisor.report.html import as_html
from advisor.report.markdown import as_markdown
from advisor.report.text_report import as_text, short_report
from advisor.report.verdict_card import SURE, card, clipped
from advisor.text import WIDTH
from advisor.workload.resolve import Contradiction

DAY = date(2026, 11, 21)
NAMES = sorted(path.name for path in data_directory("examples").glob("*.toml"))


def assessed(name: str, *, flips: bool = False) -> Assessment:
    knowledge = load_knowledge()
    path = Path(data_directory("examples")) / name
    return assess(read_answers(path.read_bytes(), name, vocabulary(knowledge)), knowledge, DAY, draws=200, flips=flips)


@pytest.fixture(scope="module")
def clinical() -> Assessment:
    return assessed("clinical-notes.toml", flips=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_fits_eighty_columns_and_prints_as_it_is(name: str) -> None:
    text = as_text(assessed(name))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert all(line.isprintable() for line in text.splitlines())
    assert not any(line.endswith(" ") for line in text.splitlines())


def test_the_first_lines_say_route_gate_status_and_why(clinical: Assessment) -> None:
    lines = as_text(clinical).splitlines()
    assert lines[0].split()[0] == "clinical-notes"
    assert "SELF-HOSTED" in lines[2]
    assert "decided by law and contract" in lines[2]
    assert lines[3].startswith(clinical.verdict.status)
    assert clinical.verdict.summary in lines


def test_the_rule_that_decided_is_shown_with_the_answer_it_saw_its_grade_and_sources(clinical: Assessment) -> None:
    flowing = " ".join(as_text(clinical).split())
    rule = next(found for found in clinical.findings if found.rule == "must.boundary-own-infrastructure")
    assert "How far may the data travel? Our private network only. Evidence: reported [1], [2]" in flowing
    assert all(source_label(source) in flowing for source in rule.sources)
    assert "excludes vendor API, cloud platform and open-model API" in flowing


def test_every_route_has_its_three_figures_and_the_total_is_the_sum_of_the_lines(clinical: Assessment) -> None:
    text = as_text(clinical)
    for option in clinical.options:
        row = next(line for line in text.splitlines() if line.startswith(f"{route_name(option.option)} "))
        assert row.removeprefix(route_name(option.option)).split()[:3] == list(phrases.price_row(option))
        assert sum(option.lines.values()) == pytest.approx(option.monthly_usd.point)


def test_a_flip_names_the_answer_and_the_route_it_would_give(clinical: Assessment) -> None:
    flip = clinical.flips[0]
    was, to = (answer_words(flip.key, raw) for raw in (flip.was, flip.to))
    leads = "leave no route" if flip.verdict == "none" else f"lead to {with_route_names(flip.verdict)}"
    said = f"{label(flip.key)} (now: {was}) “{to}” would {leads}"
    assert said in " ".join(as_text(clinical).split())


def test_an_answer_cannot_steer_the_terminal(clinical: Assessment) -> None:
    hostile = replace(clinical, workload="\x1b[2Jgone", notes=("a\u202eb",))
    text = as_text(hostile)
    assert "\x1b" not in text
    assert "<U+001B>[2Jgone" in text
    assert "<U+202E>" in text


def test_a_break_even_that_never_comes_is_said_in_words() -> None:
    assert "never" in phrases.break_even(BreakEven("gpt-5.4", None, never_share=1.0))
    open_ended = BreakEven("gpt-5.4", Band(1e9, 2e9, float("inf")), never_share=0.2)
    said = phrases.break_even(open_ended)
    assert "2B output tokens a month (1B to never)" in said
    assert "never in 20% of draws" in said


def test_a_measure_worth_less_than_a_cent_promises_no_money() -> None:
    assert "worth" not in phrases.measure(Measure("volume.output_tokens", 0.001, 12.0))
    assert "worth up to $3.50" in phrases.measure(Measure("volume.output_tokens", 3.5, 12.0))


def test_published_methods_and_checklists_are_listed_when_there_are_any(clinical: Assessment) -> None:
    method = Method("cost-guide.bands", "cost-guide", ("self-host", "hybrid"), "The band says so.")
    checklist = Checklist("coding-agents.five", 2, 1, 5, 3, "stay with the API", ())
    flowing = " ".join(as_text(replace(clinical, methods=(method,), checklists=(checklist,))).split())
    assert "Cheapest option by monthly volume: self-hosted and hybrid. The band says so." in flowing
    signs = "Five signs that self-hosting is worth evaluating"
    assert f"{signs}: 2 of 5 met, 1 unknown, 3 needed. stay with the API" in flowing


def test_a_route_without_a_provider_has_no_price_instead_of_a_free_one(clinical: Assessment) -> None:
    unpriced = replace(clinical.options[0], priced="")
    assert phrases.price_row(unpriced) == ("–", "–", "–")


@pytest.mark.parametrize("status", get_args(Status))
def test_every_status_says_what_it_means_for_whoever_signs(clinical: Assessment, status: Status) -> None:
    """In the card, the full text, Markdown and HTML, beside the status itself."""
    verdict = replace(clinical.verdict, status=status, find_out_first=())
    told = replace(clinical, verdict=verdict, contradictions=())
    words = f"{status} ({STATUS_ADVICE[status]})"
    assert words in card(told)[SURE]
    for form in (short_report(told), as_text(told), as_markdown(told), as_html([told])):
        assert words in " ".join(form.split())


def test_a_tie_that_an_open_answer_may_break_is_not_called_settled(clinical: Assessment) -> None:
    verdict = replace(clinical.verdict, status="near-tie", find_out_first=("Which",))
    assert f"near-tie ({OPEN_TIE})" in card(replace(clinical, verdict=verdict, contradictions=()))[SURE]


def test_contradicting_answers_are_to_be_corrected_before_anything_is_signed(clinical: Assessment) -> None:
    verdict = replace(clinical.verdict, status="conditional")
    told = replace(clinical, verdict=verdict, contradictions=(Contradiction(("a", "b"), "Both."),))
    assert "correct the answers before you sign" in card(told)[SURE]


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("columns", [30, 43, 64])
def test_a_quotation_that_is_cut_is_closed(columns: int, most: int) -> None:
    text = "open-model API if “How often does a vendor's model succeed at the routine part?” is 94.9%, not 96% of tasks"
    for words in (text, f"{text} … and 2 more"):
        rows = clipped({"hangs on": words}, columns, most)["hangs on"]
        assert len(rows) <= most
        assert "".join(rows).count("“") == "".join(rows).count("”")
        assert "…" in "".join(rows) or " ".join(rows) == words


@pytest.mark.parametrize("columns", [43, 60, 64])
def test_the_status_of_a_narrow_card_is_never_cut(clinical: Assessment, columns: int) -> None:
    """43 columns are what a window of 60 leaves beside the labels."""
    rows = {SURE: f"near-tie ({OPEN_TIE}), decided by cost · cheapest in 0% of draws with failed tasks at usual rates"}
    assert " ".join(clipped({**rows, "because": "word " * 60}, columns, 4)[SURE]) == rows[SURE]

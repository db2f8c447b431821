"""Every view has a list and details: side by side where there is room, one at a time else; each can be taken away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from advisor.assessment.model import AgainstToday
from advisor.interview.answer_format import dollar_span, dollars
from advisor.interview.answers import answer_words
from advisor.knowledge.labels import route_name
from advisor.tui.interview.interview_lines import status_role
from advisor.tui.verdict.overview import CARD_ROWS, card_lines, verdict_lines
from advisor.tui.verdict.reading_page import ViewPosition, list_lines, rows_of
from advisor.tui.verdict.reasons import changes_entries
from advisor.tui.verdict.screen import VIEWS, VerdictScreen
from advisor.tui.widgets.line_view import MARGIN, Lines
from advisor.tui.widgets.styled_text import line, plain_text, width
from advisor.workload.resolve import Contradiction
from tests.terminal.canned import CannedAssessClient, app_in, assessed
from tests.terminal.test_screens import painted

EXAMPLES = ("clinical-notes", "contract-extraction", "unknown-start-up", "air-gapped")
LISTED = [place for place, view in enumerate(VIEWS) if view.entries is not None]


@pytest.mark.parametrize("columns", [58, 78, 70, 118])
@pytest.mark.parametrize("example", EXAMPLES)
def test_no_line_of_any_list_detail_or_page_is_wider_than_the_screen(example: str, columns: int) -> None:
    assessment = assessed(example)
    for view in VIEWS:
        drawn = view.lines(assessment, columns)
        assert drawn, view.title
        for entry in view.listed(assessment):
            drawn += entry.detail(columns)
        assert [plain_text([row]) for row in drawn if width(row) > columns] == [], view.title


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_card_of_every_example_fits_the_page_of_80_by_24(example: str) -> None:
    drawn = card_lines(assessed(example), 78)
    assert len(drawn) <= CARD_ROWS
    assert assessed(example).verdict.status in plain_text(drawn[:1])
    assert all(route_name(option.option) in plain_text(drawn[8:]) for option in assessed(example).options)


def test_the_card_says_what_to_buy_its_price_how_sure_contradictions_the_runner_up_and_what_comes_first() -> None:
    found = assessed("clinical-notes")
    verdict = replace(
        found.verdict,
        status="provisional",
        find_out_first=("How many requests does it serve", "Another"),
        against_today=AgainstToday(-5000.0, -60000.0),
    )
    contradiction = Contradiction(("volume.requests",), "12M tokens a month are not 3M requests of 50 tokens")
    told = plain_text(card_lines(replace(found, verdict=verdict, contradictions=(contradiction,)), 78))
    chosen = found.option("self-host")
    assert chosen is not None
    cost, failed = chosen.monthly_usd, chosen.lines["failures"]
    order = (
        "SELF-HOSTED",
        "provisional",
        "because         The data stays on infrastructure you control",
        f"costs           {dollars(cost.p50 - failed)} a month to run and {dollars(failed)} for failed tasks: ",
        "against today   saves $5,000 a month, $60k a year",
        "how sure        provisional (do not sign yet), decided by law and contract",
        "hangs on",
        "contradiction   12M tokens a month are not 3M requests of 50 tokens",
        "runner-up       no other route stands; vendor API at",
        "find out first  How many requests does it serve … and 1 more",
        "do next         Correct the contradicting answers",
        "a month          median",
    )
    places = [told.find(text) for text in order]
    assert -1 not in places, told
    assert places == sorted(places), told
    assert f"{dollars(cost.p50)} a month ({dollar_span(cost.p10, cost.p90)}) · " in " ".join(told.split())


def test_a_wide_verdict_has_the_chart_under_the_card_and_the_rest_beside_it() -> None:
    wide = [plain_text([row]).rstrip() for row in verdict_lines(assessed("clinical-notes"), 196)]
    assert "because" in wide[0]
    assert len(wide) < len(verdict_lines(assessed("clinical-notes"), 118))
    assert any("░ p10 to p90" in row for row in wide)


@pytest.mark.parametrize("rows", [38, 45, 60])
def test_the_chart_of_a_wide_verdict_ends_on_its_page(rows: int) -> None:
    drawn = [plain_text([row]) for row in verdict_lines(assessed("contract-extraction"), 196, rows)]
    last = max(place for place, row in enumerate(drawn) if "▲ you" in row)
    assert 0 < rows - last <= 10


def test_firm_is_not_painted_as_good_beside_an_open_question_that_can_change_the_route() -> None:
    found = assessed("clinical-notes")
    firm = replace(found, verdict=replace(found.verdict, status="firm"))
    assert any(one.could_change_verdict for one in firm.unknowns)
    assert status_role(firm) == "plain"
    assert status_role(replace(firm, unknowns=())) == "good"


@pytest.mark.parametrize("place", LISTED, ids=lambda place: VIEWS[place].title)
async def test_a_narrow_screen_opens_one_entry_at_a_time(tmp_path: Path, place: int) -> None:
    app = app_in(tmp_path, "quick", assess_client=CannedAssessClient(assessed("clinical-notes")))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f2", str(place))
        screen = app.screen
        assert isinstance(screen, VerdictScreen)
        listed = painted(app)
        assert "▌" in listed
        await pilot.press("right")
        first = painted(app)
        assert "▌" not in first
        entries = VIEWS[place].listed(assessed("clinical-notes"))
        assert first.splitlines()[0].strip() == plain_text(entries[0].detail(78)[:1]).strip()
        await pilot.press("tab")
        assert f"{min(2, len(entries))} of {len(entries)}" in painted(app, "top")
        await pilot.press("escape", "up")
        assert painted(app) == listed
        await pilot.press("escape")
        assert screen.reader.place == 0


@pytest.mark.parametrize("place", LISTED, ids=lambda place: VIEWS[place].title)
async def test_a_wide_screen_shows_the_list_and_the_entry_in_hand(tmp_path: Path, place: int) -> None:
    app = app_in(tmp_path, "quick", assess_client=CannedAssessClient(assessed("clinical-notes")))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("f2", str(place))
        await pilot.pause()
        entries = VIEWS[place].listed(assessed("clinical-notes"))
        room = app.screen.query_one("#side", Lines).size.width - 2 * MARGIN
        assert room >= 66
        for number, entry in enumerate(entries[:3]):
            side = painted(app, "side").splitlines()
            assert [text.strip() for text in side[:3]] == [
                text.strip() for text in (plain_text(entry.detail(room)).splitlines() + [""] * 3)[:3]
            ]
            assert f"{number + 1} of {len(entries)}" in painted(app, "top")
            assert painted(app).count("▌") == 1
            await pilot.press("down")


async def test_a_view_keeps_its_place_while_others_are_looked_at(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=CannedAssessClient(assessed("clinical-notes")))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f2", "4", "down", "down", "1", "4")
        assert "3 of" in painted(app, "top")


async def test_a_window_that_grows_and_shrinks_shows_both_and_then_the_list(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=CannedAssessClient(assessed("clinical-notes")))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f2", "4")
        listed = painted(app)
        await pilot.resize_terminal(130, 40)
        await pilot.pause()
        assert "A month" in painted(app, "side")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert painted(app) == listed


@pytest.mark.parametrize("place", range(len(VIEWS)), ids=lambda place: VIEWS[place].title)
async def test_every_view_is_exported_whole_and_copied(tmp_path: Path, place: int) -> None:
    app = app_in(tmp_path, "quick", assess_client=CannedAssessClient(assessed("clinical-notes")))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f2", str(place), "e")
        assert "Written: " in painted(app, "top")
        await pilot.press("y", "e", "e")
        assert "Written: " in painted(app, "top")
        assert not app._notifications  # nothing piles up over the view
        name = f"quick-{VIEWS[place].title.replace(' ', '-')}"
        text, markdown, picture = (
            (tmp_path / "exports" / f"{name}.{kind}").read_text("utf-8") for kind in ("txt", "md", "svg")
        )
        assert text == plain_text(VIEWS[place].lines(assessed("clinical-notes"), 78))
        assert app.clipboard == text
    assert markdown.startswith(f"# quick: {VIEWS[place].title}\n")
    assert text in markdown
    assert picture.startswith("<svg")
    ElementTree.fromstring(picture)


async def test_a_folder_that_cannot_be_written_is_said_in_the_same_line(tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("in the way")
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f2", "4", "e")
        assert "Not exported: " in painted(app, "top")


def test_another_verdict_with_fewer_entries_keeps_the_cursor_within_them() -> None:
    reader = ViewPosition(VIEWS)
    reader.turn(1)
    entries = reader.entries(assessed("clinical-notes"))
    reader.step(len(entries) + 5, entries)
    assert reader.cursor(entries) == len(entries) - 1
    assert reader.cursor(entries[:2]) == 1
    assert reader.cursor([]) == 0


async def test_the_mark_of_more_lines_hides_no_figure(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(60, 18)) as pilot:
        await pilot.pause()
        body = app.screen.query_one("#body", Lines)
        rows = [line("x" * (60 - 2 * MARGIN - 4) + "1234")] * 40
        body.show(rows)
        assert painted(app).splitlines()[-1].endswith("1234▼")
        body.scroll(3)
        assert painted(app).splitlines()[0].endswith("1234▲")


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40)], ids=str)
async def test_every_view_says_what_it_shows_and_which_keys_it_knows(tmp_path: Path, size: tuple[int, int]) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("f2")
        for place, view in enumerate(VIEWS):
            await pilot.press(str(place), "f1")
            await pilot.pause()
            shown = " ".join(painted(app).split())
            assert view.about in shown
            assert "esc, f2 Back" in shown
            await pilot.press("escape")
            assert view.about not in " ".join(painted(app).split())
        await pilot.press("v", "f1")
        assert "A variant is what it changes" in painted(app)
        assert "esc close help" in painted(app, "keys")


async def test_an_undone_change_is_made_again_at_the_verdict(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("pagedown", "tab", "space", "f2")
        await pilot.pause()
        assert app.controller is not None
        await pilot.press("ctrl+z")
        assert "taken back" in painted(app, "top")
        assert app.controller.state.answers.text("data.boundary") is None
        await pilot.press("ctrl+y")
        assert "made again" in painted(app, "top")
        assert app.controller.state.answers.text("data.boundary") == "anywhere"
        await pilot.press("ctrl+y")
        assert "Nothing is left to redo" in painted(app, "top")


@pytest.mark.parametrize(("size", "opens"), [((80, 24), True), ((120, 40), False)], ids=str)
async def test_a_click_takes_an_entry_in_hand(tmp_path: Path, size: tuple[int, int], opens: bool) -> None:
    app = app_in(tmp_path, "quick", assess_client=CannedAssessClient(assessed("clinical-notes")))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("f2", "4")
        await pilot.pause()
        row = next(y for y, text in enumerate(painted(app).splitlines()) if "In all, by month" in text)
        await pilot.click("#body", offset=(5, row))
        await pilot.pause()
        assert "4 of" in painted(app, "top")
        assert isinstance(app.screen, VerdictScreen)
        assert app.screen.reader.is_open is opens


@pytest.mark.parametrize("columns", [50, 58, 78, 98])
def test_no_row_of_a_list_loses_the_answer_that_would_change_the_route(columns: int) -> None:
    assessment = assessed("contract-extraction")
    flips = [entry for entry in changes_entries(assessment) if entry.answer is not None]
    assert flips
    drawn = plain_text(list_lines(flips, 0, columns))
    assert all(answer_words(flip.key, flip.to) in drawn for flip in assessment.flips)
    assert all(width(row) <= columns for row in list_lines(flips, 0, columns))
    ends = [rows_of(flips, place, columns) for place in range(len(flips))]
    assert [start for start, _ in ends[1:]] == [end for _, end in ends[:-1]]

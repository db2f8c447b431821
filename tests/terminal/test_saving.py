"""A decision is saved with what people add to it, and shown before it is written, its verdict first."""

from __future__ import annotations

from pathlib import Path

from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.ledger.records_screen import RecordListScreen
from advisor.tui.verdict.screen import VerdictScreen
from advisor.tui.workers.messages import ListAll, Save
from tests.terminal.canned import CannedAssessClient, InlineLedgerClient, app_in
from tests.terminal.test_screens import painted, type_text
from tests.waiting import until


async def test_the_name_is_asked_for_and_everything_else_may_stay_open(tmp_path: Path) -> None:
    assess_client = CannedAssessClient()
    app = app_in(tmp_path, "quick", assess_client=assess_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f2", "s")
        await pilot.pause()
        assert "Writes a new record" in painted(app)
        await pilot.press("ctrl+s")
        assert "“workload” must be filled in." in painted(app)
        assert assess_client.saved == []
        await type_text(pilot, "claims")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, VerdictScreen)
    (saved,) = assess_client.saved
    assert saved.answers.text("workload.name") == "claims"
    assert (saved.stated.reason, saved.stated.deciders, saved.supersedes) == ("", "", 0)


async def test_what_people_add_is_handed_on_and_seen_in_the_record_before_it_is_written(tmp_path: Path) -> None:
    assess_client = CannedAssessClient()
    app = app_in(tmp_path, "quick", assess_client=assess_client)
    async with app.run_test(size=(80, 120)) as pilot:
        await pilot.press("f2", "s")
        for text in ("claims", "It is cheaper.", "Ada, Ben", "2027-05-20", "The bill stays under $5k."):
            await type_text(pilot, text)
            await pilot.press("tab")
        await pilot.pause()
        shown = painted(app)
        assert shown.index("The record, as it will be saved") < shown.index("SELF-HOST") < shown.index("the file")
        assert "reason          It is cheaper." in shown
        assert 'deciders = ["Ada, Ben"]' in shown, "the file's own text follows what is typed"
        await pilot.press("tab", "enter")
        await pilot.pause()
    (saved,) = assess_client.saved
    stated = saved.stated
    assert (stated.reason, stated.deciders, stated.review_by) == ("It is cheaper.", "Ada, Ben", "2027-05-20")
    assert stated.confirmation == "The bill stays under $5k."


class SlowToSave(CannedAssessClient):
    """Says that a record was saved when it is told to."""

    def save(self, request: Save) -> None:
        self.saved.append(request)

    def tell(self) -> None:
        super().save(self.saved.pop())


async def test_a_list_of_records_that_is_open_lists_what_is_saved_behind_it(tmp_path: Path) -> None:
    assess_client, ledger_client = SlowToSave(), InlineLedgerClient()
    app = app_in(tmp_path, "quick", assess_client=assess_client, ledger_client=ledger_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await type_text(pilot, "claims")
        await pilot.press("ctrl+s", "ctrl+r")
        await until(lambda: "No record was saved here yet." in painted(app), "the list is shown")
        asked = sum(isinstance(one, ListAll) for one in ledger_client.asked)
        assess_client.tell()
        await pilot.pause()
        assert isinstance(app.screen, RecordListScreen), "nobody is taken from the page they are on"
        assert sum(isinstance(one, ListAll) for one in ledger_client.asked) == asked + 1
        assert "(sha256 5ea1ed" in " ".join(painted(app).split())
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, InterviewScreen), "the form is closed"


async def test_leaving_the_page_keeps_what_was_filled_in(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await type_text(pilot, "claims")
        await pilot.press("tab")
        await type_text(pilot, "Half a reason")
        await pilot.press("escape", "ctrl+s")
        await pilot.pause()
        assert "Half a reason" in painted(app)
        assert app.controller is not None
        assert app.controller.state.answers.text("workload.name") == "claims"


async def test_the_page_fits_the_smallest_window_and_explains_itself(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(60, 18)) as pilot:
        await pilot.press("ctrl+s")
        assert "[ Save the record ]" in painted(app)
        await pilot.press("f1")
        assert "no record is ever rewritten" in " ".join(painted(app).split())
        await pilot.press("f1")
        await type_text(pilot, "a reason that is longer than one line of this small window can show at once")
        assert "show at once" in painted(app)


async def test_one_key_at_the_verdict_shows_the_record_as_it_will_be_saved(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f2", "r")
        await until(lambda: "The record, as it will be saved" in painted(app), "the record is shown")
        assert painted(app).strip().startswith("The record, as it will be saved")
        assert "SELF-HOST" in painted(app)
        await type_text(pilot, "c")
        assert "> c" in painted(app), "typing goes back to the form"

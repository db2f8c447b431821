"""The worker process: replies in turn, the last answer wins, and one that dies is replaced."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.interview.answers import Answers
from advisor.knowledge import labels
from advisor.knowledge.labels import all_titles
from advisor.tui.interview.autosave import PAINT_S
from advisor.tui.workers.assess_process import BackgroundWork
from advisor.tui.workers.messages import Assessed, NotSavedReply, Ordered, Ready, Reply, Save, SavedReply, Titles
from advisor.tui.workers.worker_clients import AssessProcessClient
from tests.waiting import elapsed, until

OPEN = Answers({"data.boundary": "anywhere"}, "quick")
CLOSED = Answers({"data.boundary": "air-gap"}, "quick")


class Heard:
    """An assess_client with what it replied, and a way to wait for more."""

    def __init__(self, *packs: Path) -> None:
        self.replies: list[Reply] = []
        self.assess_client = AssessProcessClient(self.replies.append, packs)

    async def wait(self, kind: type[Reply], seconds: float = 60.0) -> Reply:
        """Wait for a reply of one kind that was not waited for before."""
        await until(
            lambda: any(isinstance(reply, kind) for reply in self.replies), f"{kind.__name__} is heard", seconds
        )
        found = next(reply for reply in self.replies if isinstance(reply, kind))
        self.replies.remove(found)
        return found


async def test_the_last_answer_wins_and_those_between_are_never_asked() -> None:
    heard = Heard()
    await heard.assess_client.start()
    try:
        await heard.wait(Ready)
        heard.assess_client.assess(OPEN)
        await elapsed(2 * PAINT_S, "by then the worker is at it")
        for _ in range(20):
            heard.assess_client.assess(OPEN)
        last = heard.assess_client.assess(CLOSED)
        replies = [await heard.wait(Assessed), await heard.wait(Assessed)]
        numbers = [reply.number for reply in replies if isinstance(reply, Assessed)]
        assert numbers == [1, last]
        assert isinstance(replies[1], Assessed)
        assert replies[1].assessment.verdict.option == "self-host"
    finally:
        await heard.assess_client.stop()


async def test_a_pack_laid_over_the_rules_is_told_beside_the_verdict(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "pack.toml").write_text('name = "acme"\nversion = "1.2"\n', "utf-8")
    heard = Heard(tmp_path)
    await heard.assess_client.start()
    try:
        await heard.wait(Ready)
        heard.assess_client.assess(CLOSED)
        reply = await heard.wait(Assessed)
        assert isinstance(reply, Assessed)
        assert "The pack acme 1.2 is laid over ours: it is empty" in reply.assessment.notes
    finally:
        await heard.assess_client.stop()


async def test_a_record_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    heard = Heard()
    await heard.assess_client.start()
    try:
        await heard.wait(Ready)
        heard.assess_client.save(Save(CLOSED, str(tmp_path / "file" / "records")))
        reply = await heard.wait(NotSavedReply, 200)
        assert isinstance(reply, NotSavedReply)
        assert "file" in reply.sentence
        assert "\n" not in reply.sentence
        heard.assess_client.save(Save(CLOSED, str(tmp_path / "records")))
        assert isinstance(await heard.wait(SavedReply, 200), SavedReply)
    finally:
        await heard.assess_client.stop()


async def test_a_worker_that_dies_is_replaced_and_goes_on() -> None:
    heard = Heard()
    await heard.assess_client.start()
    try:
        await heard.wait(Ready)
        assert heard.assess_client.process_id is not None
        os.kill(heard.assess_client.process_id, signal.SIGKILL)
        await heard.wait(Ready)
        heard.assess_client.assess(CLOSED)
        await heard.wait(Assessed)
    finally:
        await heard.assess_client.stop()


def endless() -> Iterator[object]:
    signal.pause()
    yield b""


def failing() -> Iterator[object]:
    yield "first"
    raise ArithmeticError


def test_work_that_is_no_longer_wanted_is_ended_at_once() -> None:
    later = BackgroundWork()
    later.start(endless)
    later.cancel()
    assert later.reader is None
    later.start(lambda: iter([b"x" * 300_000, "second"]))
    assert later.part() == b"x" * 300_000
    assert later.part() == "second"
    assert later.part() is None
    assert later.reader is None


def test_work_that_fails_ends_with_the_parts_it_found() -> None:
    later = BackgroundWork()
    later.start(failing)
    assert later.part() == "first"
    assert later.part() is None
    assert later.reader is None


async def test_what_to_ask_next_is_told_before_all_that_could_change_the_verdict() -> None:
    heard = Heard()
    await heard.assess_client.start()
    try:
        await heard.wait(Ready)
        number = heard.assess_client.assess(CLOSED)
        await heard.wait(Assessed)
        ordered = await heard.wait(Ordered)
        assert isinstance(ordered, Ordered)
        assert ordered.number == number
        assert ordered.asking.why
        assert set(ordered.asking.could_change_route) <= set(ordered.asking.questions)
        assert "data.boundary" not in ordered.asking.questions
        complete = await heard.wait(Assessed)
        assert isinstance(complete, Assessed)
        assert complete.is_complete
        assert complete.assessment.never_asked == ordered.asking
    finally:
        await heard.assess_client.stop()


async def test_the_words_for_ids_come_before_a_key_needs_them() -> None:
    """Once: reading them took 200 ms of processor time in the interface, on the key that opened the verdict."""
    heard = Heard()
    await heard.assess_client.start()
    try:
        await heard.wait(Ready)
        heard.assess_client.assess(CLOSED)
        titles = await heard.wait(Titles)
        assert isinstance(titles, Titles)
        assert titles.tables == all_titles()
        heard.assess_client.assess(replace(CLOSED, questionnaire="license-review"))
        await heard.wait(Ordered)
        assert not [reply for reply in heard.replies if isinstance(reply, Titles)]
    finally:
        await heard.assess_client.stop()


def test_titles_that_were_adopted_are_read_from_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = all_titles()
    monkeypatch.setattr(labels, "_ADOPTED", {})
    monkeypatch.setattr(labels, "_read_titles", {}.__getitem__)
    labels.adopt_titles(tables)
    assert labels.catalog_label("llama-3.3-70b") == "Llama 3.3 70B"
    assert labels.rule_label("must.boundary-tenancy") != "must: boundary tenancy"

"""What people typed for a record is held to what a record can hold, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli

from advisor.interview.answers import Answers
from advisor.interview.choices import Stated
from advisor.knowledge.load_pack import load_knowledge
from advisor.record.formats.kept_words import record_in_clear
from advisor.record.ledger import Ledger
from advisor.tui.workers.assess_process import preview, save
from advisor.tui.workers.messages import NotSavedReply, Preview, Save, SavedReply

ANSWERS = Answers({"workload.name": "claims", "data.boundary": "vpc"}, "quick")


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (Stated(review_by="soon"), "review by: 'soon' is not a day; write it as 2027-05-20"),
        (Stated(review_by="2020-01-01"), "review by: 2020-01-01 is not after"),
        (Stated(reason="x\u202ey"), "reason: character 2 is invisible (U+202E)"),
    ],
)
def test_what_a_record_cannot_hold_is_named_by_its_field(tmp_path: Path, stated: Stated, words: str) -> None:
    knowledge = load_knowledge()
    refused = save(Save(ANSWERS, str(tmp_path / "records"), stated), knowledge)
    assert isinstance(refused, NotSavedReply)
    assert words in refused.sentence
    assert words in preview(Preview(ANSWERS, str(tmp_path / "records"), stated), knowledge).problem
    assert not (tmp_path / "records").exists()


def test_a_folder_that_takes_no_file_is_said_to_be_so() -> None:
    refused = save(Save(ANSWERS, "/proc/records"), load_knowledge())
    assert isinstance(refused, NotSavedReply)
    assert refused.sentence.startswith("/proc/records: ")
    assert "\n" not in refused.sentence


def test_the_preview_is_the_record_but_for_its_time(tmp_path: Path) -> None:
    knowledge = load_knowledge()
    stated = Stated(reason="It is cheaper.", deciders="Ada, Ben", review_by="2999-01-01")
    shown = preview(Preview(ANSWERS, str(tmp_path), stated), knowledge)
    saved = save(Save(ANSWERS, str(tmp_path), stated), knowledge)
    assert isinstance(saved, SavedReply)
    assert saved.sentence.startswith(f"saved {saved.path} (sha256 ")
    before, after = tomli.loads(shown.text), record_in_clear(Ledger(tmp_path).entry(1))
    for table in (before, after):
        table["record"].pop("created_utc")
    assert before == after
    assert after["people"]["deciders"] == ["Ada", "Ben"]


def test_a_record_that_no_longer_stands_is_not_superseded_and_the_new_one_is_kept(tmp_path: Path) -> None:
    knowledge = load_knowledge()
    stated = Stated(reason="It is cheaper.", deciders="Ada")
    requests = [Save(ANSWERS, str(tmp_path), stated, supersedes) for supersedes in (0, 1, 1)]
    first, second, third = (save(request, knowledge) for request in requests)
    assert isinstance(first, SavedReply)
    assert first.note == ""
    assert isinstance(second, SavedReply)
    assert second.note.startswith("saved ")
    assert isinstance(third, SavedReply)
    assert third.note.startswith("record 1 was not superseded: ")
    assert "is superseded by record 2 already" in third.note
    assert Ledger(tmp_path).numbers() == [1, 2, 3, 4]

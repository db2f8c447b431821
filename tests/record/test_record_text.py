"""`records show` is read by people who do not program: words, within the width, no spelling of Python's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import tomli

from advisor.knowledge.load_pack import load_knowledge
from advisor.record.audit.status import standing_of
from advisor.record.formats.encoding import sealed_bytes
from advisor.record.ledger import Ledger
from advisor.record.record_text import outline

LEDGER = Ledger(Path(__file__).resolve().parents[2] / "examples" / "ledger")
KEYS = tuple(load_knowledge().questions)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("number", LEDGER.numbers())
def test_a_record_is_words_within_the_width(number: int, width: int) -> None:
    lines = list(outline(LEDGER.entry(number), width))
    digests = [line for line in lines if "SHA-256: " in line or "SHA256:" in line or len(line.split()) == 1]
    assert all(len(line) <= width for line in lines if line not in digests)
    text = "\n".join(lines)
    assert not [mark for mark in ("['", "True", "False", "None", "{'") if mark in text]
    assert not [key for key in KEYS if f"{key} = " in text or f"{key} (" in text]
    assert "To check" in lines


def test_a_record_is_a_table_of_questions_with_answers_in_words() -> None:
    text = "\n".join(outline(LEDGER.entry(1), 80, standing_of(LEDGER, 1)))
    flowing = " ".join(text.split())
    assert "How many tokens will the model write? 20–45M tokens a month" in flowing
    assert "Which open model would do the work? Llama 3.3 70B" in flowing
    assert "What part of the work can wait until tonight? 50% of traffic" in flowing
    assert "What would moving cost, once? never asked, assumed $0–$20k, likely $0" in flowing
    assert "to buy Llama 3.3 70B on 4 × NVIDIA H100 PCIe 80 GB" in flowing
    assert "now superseded by record 2" in flowing
    assert ".." not in text


@pytest.mark.parametrize(
    ("could", "said"),
    [
        (3, "never asked: 3 questions, any of them could change the route"),
        (1, "never asked: 3 questions, at most 1 of them could change the route"),
        (0, "never asked: 3 questions, none can change the route (self-hosting is left whatever they are)"),
    ],
)
def test_what_was_never_asked_is_counted_once(could: int, said: str) -> None:
    table = tomli.loads(LEDGER.entry(1).data.decode("utf-8"))
    keys = table["never_asked"]["questions"][:3]
    why = "of 3 open questions, 0 change no route" if could else "self-host is left whatever they are"
    table["never_asked"] = {"questions": keys, "could_change_route": keys[:could], "why": why}
    shown = " ".join(" ".join(outline(replace(LEDGER.entry(1), data=sealed_bytes(table, 1)), 80)).split())
    assert said in shown
    assert "change no route" not in shown


def test_signatures_stand_with_the_decision_they_were_given_for() -> None:
    text = "\n".join(outline(LEDGER.entry(2), 80, standing_of(LEDGER, 2)))
    assert "signed in record 3  ada@hospital.example" in text
    assert standing_of(LEDGER, 3) is None

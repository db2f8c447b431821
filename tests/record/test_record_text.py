"""`records show` is read by people who do not program: words, within the width, no spelling of Python's."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.knowledge.packs.load_pack import load_knowledge
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

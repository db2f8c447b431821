"""Whatever stands in an answers file, the user sees one short line naming the file, and never a traceback."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import BadInput
from advisor.interview.answers import Vocabulary, read_answers
from advisor.knowledge.questions import load_ids, load_questions
from advisor.paths import data_directory

QUESTIONS, QUESTIONNAIRES = load_questions(data_directory("questionnaires"))
IDS = load_ids(data_directory("rules") / "catalog")
VOCABULARY = Vocabulary(QUESTIONS, {**IDS, "questionnaires": tuple(QUESTIONNAIRES)})
HUGE = "0x" + "f" * 5_000
LONG = "q" * 900_000
VALUES = [
    HUGE,
    "1" * 5_000,
    f'"{LONG}"',
    f'["{LONG}"]',
    f"[{HUGE}]",
    "1979-05-27",
    "{a = 1}",
    '"a\\nb\\u001b[31m"',
    "nan",
]
KEYS = [
    "latency.interactive",
    "volume.output_tokens",
    "data.classes",
    "data.boundary",
    "workload.name",
    "license.models",
]


def _refusal(text: str) -> str:
    with pytest.raises(BadInput) as refused:
        read_answers(text.encode(), "answers.toml", VOCABULARY)
    return refused.value.sentence


def _is_one_short_line(sentence: str) -> bool:
    return sentence.startswith("answers.toml: ") and len(sentence) < 400 and sentence.isprintable()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:12])
def test_a_hostile_value_is_refused_by_its_key(key: str, value: str) -> None:
    assert _is_one_short_line(_refusal(f"{key} = {value}"))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:12])
def test_a_hostile_questionnaire_is_refused(value: str) -> None:
    assert _is_one_short_line(_refusal(f"questionnaire = {value}"))


@pytest.mark.parametrize(
    "name", ['"a\\nb"', '"\\u001b[31m"', f'"{LONG}"', "data", 'data."x\\ny"', f'data."{LONG}"', '""']
)
def test_a_hostile_key_is_refused(name: str) -> None:
    assert _is_one_short_line(_refusal(f"{name} = 1"))


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a = " + "[" * 100_000, "a = '", "a = 1\na = 2", "\x00", "x" * 1_000_001]
)
def test_what_is_not_toml_is_refused(text: str) -> None:
    assert _is_one_short_line(_refusal(text))


def test_what_is_not_utf8_is_refused_with_the_byte() -> None:
    with pytest.raises(BadInput, match="byte 5 is not UTF-8"):
        read_answers(b"a = '\xff'", "answers.toml", VOCABULARY)


@given(st.sampled_from(sorted(QUESTIONS)), st.text(max_size=40))
def test_any_text_is_read_or_refused_in_one_line(key: str, text: str) -> None:
    quoted = "".join(f"\\U{ord(letter):08x}" for letter in text if not 0xD800 <= ord(letter) < 0xE000)
    assert _is_one_short_line(_outcome(f'{key} = "{quoted}"'))


def _outcome(text: str) -> str:
    try:
        read_answers(text.encode(), "answers.toml", VOCABULARY)
    except BadInput as refusal:
        return refusal.sentence
    return "answers.toml: read"

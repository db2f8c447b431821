"""A variant is what it changes: laid over the real answers it gives those that were tried, whatever they were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advisor.interview.answers import Answers, Value, Variant, Vocabulary, free_name, laid_over, variant_between
from advisor.interview.reducer import Answer, begin, reduce
from advisor.interview.session import read_session, write_session
from advisor.knowledge.questions import load_ids, load_questions
from advisor.paths import data_directory

QUESTIONS, SHEETS = load_questions(data_directory("questionnaires"))
VOCABULARY = Vocabulary(QUESTIONS, load_ids(data_directory("rules") / "catalog"))
ANSWERS: st.SearchStrategy[dict[str, Value]] = st.dictionaries(
    st.sampled_from(["data.boundary", "data.region", "quality.multimodal"]), st.sampled_from(["a", "b", True])
)


@given(ANSWERS, ANSWERS)
def test_the_difference_laid_over_the_real_answers_gives_those_tried(
    real: dict[str, Value], tried: dict[str, Value]
) -> None:
    variant = variant_between("a", Answers(real), Answers(tried))
    assert laid_over(variant, Answers(real)).values == tried
    assert variant.differs is (real != tried)


def test_a_variant_follows_the_real_answers_where_it_changes_nothing() -> None:
    variant = variant_between("a", Answers({"x": "1", "y": "2"}), Answers({"x": "3", "y": "2"}))
    assert laid_over(variant, Answers({"x": "1", "y": "9"})).values == {"x": "3", "y": "9"}


def test_letters_are_used_again_only_when_free() -> None:
    assert free_name([]) == "a"
    assert free_name(["a", "c"]) == "b"
    assert free_name("abcdefghijklmnopqrstuvwxyz") == "a2"


def test_variants_and_what_is_tried_survive_in_the_session_file() -> None:
    state = reduce(begin(SHEETS["full"], VOCABULARY), Answer("data.boundary", "anywhere"))
    kept = Variant("a", {"data.boundary": "vpc", "data.regimes": ("gdpr",)}, frozenset({"workload.task"}))
    tried = Variant("", {"data.boundary": "region"})
    text = write_session(state, "", (kept,), tried)
    back = read_session(text.encode(), "s.toml", SHEETS, VOCABULARY)
    assert back.variants == (kept,)
    assert back.trial == tried
    assert back.state.answers.text("data.boundary") == "anywhere"


def test_a_session_from_before_there_were_variants_loads() -> None:
    text = write_session(begin(SHEETS["full"], VOCABULARY))
    assert "variants" not in text
    assert "trial" not in text
    back = read_session(text.encode(), "s.toml", SHEETS, VOCABULARY)
    assert (back.variants, back.trial) == ((), None)


def test_a_damaged_variant_costs_only_itself() -> None:
    text = write_session(begin(SHEETS["full"], VOCABULARY))
    good = '[[variants]]\nname = "a"\nunknown = 3\n[variants.answers]\n"data.boundary" = "vpc"\n"gone" = 1\n'
    for bad in ("variants = 3\n", 'variants = [3, "x"]\n', 'trial = "x"\n'):
        back = read_session((bad + text).encode(), "s.toml", SHEETS, VOCABULARY)
        assert (back.variants, back.trial) == ((), None)
    back = read_session((text + good + good).encode(), "s.toml", SHEETS, VOCABULARY)
    assert back.variants == (Variant("a", {"data.boundary": "vpc"}),)

"""What an answer was measured from stays with it: in the answers file, the interview, the record and its check."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from advisor.api import assess, read_answers
from advisor.errors import BadInput
from advisor.evidence.measure import measure_usage
from advisor.interview.answers import Answers, source_of, vocabulary
from advisor.interview.reducer import Adopt, Answer, begin, reduce
from advisor.interview.session import read_session, write_session
from advisor.knowledge.load_pack import load_knowledge
from advisor.plain.prompts import question_text
from advisor.record.audit.replay import recorded_answers
from advisor.record.audit.verification import tell
from advisor.record.audit.verify import Scope, verify
from advisor.record.formats.parse import read_record
from advisor.record.ledger import Ledger
from advisor.record.save_decision import save_decision

KNOWLEDGE = load_knowledge()
DAY = date(2026, 11, 28)
LOG = Path(__file__).resolve().parents[2] / "examples" / "measure" / "litellm-spend-logs.jsonl"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "spend.jsonl"
    path.write_bytes(LOG.read_bytes())
    return path


@pytest.fixture
def answers(log: Path) -> Answers:
    (found,) = measure_usage([str(log)], KNOWLEDGE.parameters_at(DAY)).values()
    text = found.as_answers().replace("[volume]", '[workload]\ntask = "extraction"\n\n[volume]', 1)
    return read_answers(text.encode(), "answers.toml", KNOWLEDGE)


def test_an_answers_file_keeps_what_it_was_measured_from(answers: Answers, log: Path) -> None:
    (source,) = answers.measurements
    assert (source.file, source.tool) == (str(log), "litellm")
    assert set(source.answers) == set(answers.values) - {"workload.task"}
    said = source_of(answers.measurements, "volume.requests")
    assert "litellm, 2026-10-05 to 2026-11-01; sha256 6b12ebd399fb" in said
    assert source_of(answers.measurements, "workload.task") == ""


def test_an_answer_given_by_hand_takes_a_measurement_s_place(answers: Answers) -> None:
    known = vocabulary(KNOWLEDGE)
    state = reduce(begin(KNOWLEDGE.questionnaires["full"], known), Adopt(answers))
    question = KNOWLEDGE.questions["volume.output_tokens"]
    assert "measured from" in question_text(question, state, "")
    resumed = read_session(write_session(state).encode(), "s", KNOWLEDGE.questionnaires, known).state
    assert resumed.answers.measurements == answers.measurements
    after = reduce(resumed, Answer("volume.output_tokens", "5M"))
    assert "measured from" not in question_text(question, after, "")
    assert "volume.output_tokens" not in after.answers.measurements[0].answers
    assert source_of(after.counted.measurements, "volume.input_tokens")


def test_a_record_lists_its_measurements_and_their_files_are_checked(
    answers: Answers, log: Path, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path / "ledger")
    result = assess(answers, KNOWLEDGE, DAY, draws=500, flips=False, further=False)
    save_decision(result, answers, KNOWLEDGE, ledger.directory, datetime(2026, 11, 28, tzinfo=UTC))
    record = read_record(ledger.entry(1).data, "1")
    assert record["measurements"][0]["file"] == str(log)
    assert record["answers"]["volume.requests"]["source"].startswith(f"measured from {log}")
    assert record["answers"]["workload.task"]["source"] == "user"
    assert recorded_answers(record, "1", KNOWLEDGE).measurements == answers.measurements

    def told() -> tuple[int, str]:
        found = verify(ledger, Scope(1))
        return found.status, "\n".join(tell(found))

    status, text = told()
    assert (status, f"{log} (litellm): matching" in text) == (0, True)
    kept = log.rename(tmp_path / "elsewhere.jsonl")
    status, text = told()
    assert (status, f"not checked: whether {log}" in text) == (0, True)
    log.write_bytes(kept.read_bytes() + b"{}\n")
    status, text = told()
    assert (status, "has changed since" in text) == (5, True)


@pytest.mark.parametrize(
    "entry",
    [
        'file = "a"', 'file = "a"\ntool = "x"\nsha256 = "12"', 'file = 3\ntool = "x"', 'fiel = "a"\ntool = "x"',
        'file = "a"\ntool = "x"\nanswers = ["volume.requests"]', 'file = "a\\nb"\ntool = "x"', 'answers = 5',
    ],
)  # fmt: skip
def test_a_damaged_entry_gets_one_sentence(entry: str) -> None:
    with pytest.raises(BadInput, match="measurement"):
        read_answers(f"[[measurement]]\n{entry}\n".encode(), "a.toml", KNOWLEDGE)

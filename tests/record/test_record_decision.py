"""A saved decision holds everything an auditor needs, and is derived again from what lies beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy
import pytest
import tomli

import advisor
from advisor.analysis.analysis_results import Flip
from advisor.assessment.model import (
    Agreement,
    Assessment,
    Band,
    BreakEven,
    FiredRule,
    FleetReport,
    Measure,
    Option,
    RandomStream,
    Spread,
    Unknown,
    Verdict,
)
from advisor.cost.routes import LINES
from advisor.errors import AdvisorError, BadInput
from advisor.interview.answers import Answers
from advisor.knowledge.load_pack import knowledge_from_files, read_files
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Range
from advisor.published.apply import BreakEvenOf, Method
from advisor.record.audit.replay import Assess, pinned_knowledge
from advisor.record.audit.verification import DIFFERS, TAMPERED, TOSS_UP, UNVERIFIABLE, Verification
from advisor.record.audit.verify import Scope, verify
from advisor.record.formats.encoding import plain, sealed_bytes
from advisor.record.formats.kept_words import front_in_clear, record_in_clear
from advisor.record.formats.parse import NotARecord, Tampered, read_front, read_record, recorded_assessment
from advisor.record.ledger import Ledger
from advisor.record.record_text import outline
from advisor.record.save_decision import save_decision
from advisor.record.signatures.statement import Statement
from advisor.record.summary import lines_of
from advisor.text import visible

NOON = datetime(2026, 11, 21, 13, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
ANSWERS = Answers(
    {
        "workload.name": "claims",
        "data.boundary": "vpc",
        "data.classes": ("phi", "pii"),
        "volume.output_tokens": Range(1.5e9, 2e9),
        "volume.cached_share": Range.exactly(0.1),
        "staffing.on_call": True,
        "staffing.ml_infra_fte": Range.exactly(2.0),
    },
    "full",
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The questions alone: a record does not depend on what the rules say."""
    files = {path: data for path, data in read_files().items() if path.startswith("questionnaires/")}
    catalog = b'[[gpu]]\nid = "x"\ntitle = "X"\nmemory_gb = 1\nbandwidth_gbs = 1\nbf16_tflops = 1\nwatts = 1\n'
    catalog += b'source = "s"\ngrade = "recalled"\nchecked = 2026-01-01\n'
    pack = b'name = "sample"\nversion = "1"\n'
    return knowledge_from_files({**files, "rules/pack.toml": pack, "rules/catalog/gpus.toml": catalog})


METHOD = Method("cost-guide.bands", "cost-guide", ("self-host",), "why")


def option(name: str, state: str, p50: float) -> Option:
    spread = Spread(p50, p50 * 0.9, p50, p50 * 1.1)
    lines = {line: p50 / len(LINES) for line in LINES}
    excluded = ("boundary-vpc",) if state == "excluded" else ()
    return Option(name, state, excluded, 1.0 if state == "chosen" else 0.0, spread, None, lines)  # type: ignore[arg-type]


def sample(knowledge: Knowledge) -> Assessment:
    band = Band(1.0, 2.0, 3.0)
    verdict = Verdict("self-host", "worth", "firm", 0.1 + 0.2, "Run it yourself.", ("one",), ("two", "three"))
    matched = {"data.boundary": "vpc", "volume.output_tokens": Range(1e9, 2e9), "fte": numpy.float64(2.5)}
    return Assessment(
        as_of=date(2026, 11, 21),
        workload="claims",
        verdict=verdict,
        options=(
            option("self-host", "chosen", 1e5 / 3),
            option("managed-cloud", "viable", 5e4),
            option("hosted-api", "excluded", 9e4),
        ),
        fleet=FleetReport("llama-3.3-70b", "fp8", "h100-sxm", 4, 1, True, band, 0.13, float("inf"), "it fits"),
        break_even=BreakEven("gpt-5.4", None, (1e9,), 0.25),
        findings=(
            FiredRule(
                "boundary-vpc", "must", "exclude", "hosted-api", "Data stays.", matched, ("beats-api",), "reported"
            ),
        ),
        licenses=(),
        checklists=(),
        methods=(),
        method_break_evens=(BreakEvenOf("cost-guide", 1.5, None, 2e9),),
        flips=(Flip("data.boundary", "vpc", "anywhere", "hosted-api"),),
        unknowns=(Unknown("volume.batch_share", "0..0.3", True, "cost-guide", "recalled"),),
        measure_next=(Measure("volume.batch_share", 12.5, 100.0),),
        engines=Agreement(3, 3, True),
        pins=knowledge.pins,
        random=RandomStream("PCG64", 7, 1000, "ab" * 32),
        tier="production",
        conflicts=(("must.a", "must.b"), ("must.c",)),
    )


def assess_as(assessment: Assessment) -> Callable[[Answers, Knowledge, date, int, int], Assessment]:
    def assess(answers: Answers, knowledge: Knowledge, as_of: date, seed: int, draws: int) -> Assessment:
        assert answers == ANSWERS
        assert (as_of, seed, draws) == (date(2026, 11, 21), 7, 1000)
        return replace(assessment, pins=knowledge.pins)

    return assess


def save(knowledge: Knowledge, directory: Path, statement: Statement | None = None) -> Ledger:
    save_decision(sample(knowledge), ANSWERS, knowledge, directory, NOON, statement)
    return Ledger(directory)


def verify_record(ledger: Ledger, number: int, assess: Assess | None) -> Verification:
    return verify(ledger, Scope(number, assess)).shown[0]


def test_the_file_explains_itself_and_reads_in_a_fixed_order(knowledge: Knowledge, tmp_path: Path) -> None:
    data = save(knowledge, tmp_path / "records").entry(1).data
    table = tomli.loads(data.decode())
    assert data.startswith(b"# ")
    assert b"advisor records verify 00000001-record.toml" in data
    assert b"\r" not in data
    assert list(table) == [
        "record", "pins", "decision", "people", "tool", "verdict", "answers", "unknowns", "never_asked", "premises",
        "options", "trace", "licenses", "checklists", "methods", "flips", "random", "engines", "results",
    ]  # fmt: skip
    assert table["record"]["created_utc"] == "2026-11-21T12:00:00Z"
    assert table["pins"]["rules"]["sha256"] == knowledge.pins.rules.removeprefix("sha256:")


def test_no_part_of_an_assessment_is_forgotten() -> None:
    """A new field belongs into the record; those that follow from the rest are kept out of an assessment's repr too."""
    recorded = {
        "as_of",
        "workload",
        "verdict",
        "options",
        "fleet",
        "break_even",
        "findings",
        "licenses",
        "checklists",
        "methods",
        "method_break_evens",
        "flips",
        "unknowns",
        "measure_next",
        "engines",
        "pins",
        "random",
        "questionnaire",
        "tier",
        "notes",
        "never_asked",
        "evidence",
        "open_questions",
        "conflicts",
        "contradictions",
        "premises",
        "program",
        "workload_resolved",
    }
    assert {field.name for field in fields(Assessment) if field.repr} == recorded


def test_answers_stand_with_the_question_as_asked_and_where_they_came_from(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    statement = Statement(origins={"volume.output_tokens": "measured log"})
    answers = tomli.loads(save(knowledge, tmp_path, statement).entry(1).data.decode())["answers"]
    assert answers["data.classes"]["value"] == ["phi", "pii"]
    assert answers["volume.output_tokens"]["value"] == "1.5B..2B"
    assert answers["volume.output_tokens"]["source"] == "measured log"
    assert answers["data.boundary"]["question"] == knowledge.questions["data.boundary"].text
    assert answers["volume.batch_share"] == {
        "question": knowledge.questions["volume.batch_share"].text,
        "kind": "share",
        "unit": knowledge.questions["volume.batch_share"].unit,
        "assumed": "0..0.3",
        "source": "default of cost-guide",
        "unknown": True,
        "asked": False,
    }


def test_money_is_decimal_text_that_reads_back_to_the_same_bits(knowledge: Knowledge, tmp_path: Path) -> None:
    table = tomli.loads(save(knowledge, tmp_path).entry(1).data.decode())
    p50 = table["results"]["approx"]["options"]["self-host"]["monthly_usd"]["p50"]
    assert isinstance(p50, str)
    assert float(p50) == 1e5 / 3
    assert table["verdict"]["confidence"] == "0.30000000000000004"
    assert table["results"]["approx"]["fleet"]["first_token_ms"] == "unbounded"
    assert table["trace"]["fired"][0]["matched"]["fte"] == "2.5"


def test_sets_of_rules_that_leave_no_route_are_recorded_where_there_are_any(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    record = read_record(save(knowledge, tmp_path).entry(1).data, "x")
    assert record["results"]["exact"]["conflicts"] == [["must.a", "must.b"], ["must.c"]]
    assert recorded_assessment(record, "x").conflicts == sample(knowledge).conflicts
    save_decision(replace(sample(knowledge), conflicts=()), ANSWERS, knowledge, tmp_path, NOON)
    assert "conflicts" not in read_record(Ledger(tmp_path).entry(2).data, "x")["results"]["exact"]


def test_what_cannot_be_said_exactly_is_refused_before_anything_is_written(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    broken = replace(sample(knowledge), verdict=replace(sample(knowledge).verdict, confidence=float("nan")))
    with pytest.raises(AdvisorError, match="not a number"):
        save_decision(broken, ANSWERS, knowledge, tmp_path / "records", NOON)
    with pytest.raises(ValueError, match="time zone"):
        save_decision(sample(knowledge), ANSWERS, knowledge, tmp_path / "records", datetime(2026, 1, 1))
    with pytest.raises(AdvisorError, match="cannot be recorded"):
        plain({"x": object()}, "record")
    assert not (tmp_path / "records").exists()


def test_knowledge_other_than_the_assessments_is_not_pinned(knowledge: Knowledge, tmp_path: Path) -> None:
    other = replace(knowledge, files={**knowledge.files, "rules/extra.toml": b""})
    with pytest.raises(AdvisorError, match="other knowledge"):
        save_decision(sample(knowledge), ANSWERS, other, tmp_path / "records", NOON)


@pytest.mark.parametrize("words", ["bell\a", "esc\x1b[31m", "c1\x9b", "bidi\u202e", "line\u2028", "nul\0"])
def test_words_that_could_steer_a_terminal_are_refused(knowledge: Knowledge, tmp_path: Path, words: str) -> None:
    with pytest.raises(BadInput, match="invisible"):
        save(knowledge, tmp_path / "records", Statement(rationale=words))
    assert visible(words).isprintable()


def test_words_are_kept_in_one_normal_form(knowledge: Knowledge, tmp_path: Path) -> None:
    ledger = save(
        knowledge, tmp_path, Statement(title="Cafe\u0301", deciders=("Zoe\u0308",), review_by=date(2027, 5, 1))
    )
    table = front_in_clear(ledger.entry(1))
    assert table["decision"]["title"] == "Café"
    assert table["decision"]["review_by"] == "2027-05-01"
    assert table["people"]["deciders"] == ["Zoë"]


def test_the_same_decision_gives_the_same_record_but_for_its_salts(knowledge: Knowledge, tmp_path: Path) -> None:
    one, two = save(knowledge, tmp_path / "a").entry(1), save(knowledge, tmp_path / "b").entry(1)
    assert record_in_clear(one) == record_in_clear(two)
    assert one.data != two.data


def test_the_front_is_the_beginning_of_the_whole(knowledge: Knowledge, tmp_path: Path) -> None:
    data = save(knowledge, tmp_path).entry(1).data
    front, whole = read_front(data, "x"), read_record(data, "x")
    assert front == {name: whole[name] for name in front}
    assert list(front) == ["record", "pins", "decision", "people", "tool", "verdict"]


def test_the_same_derivation_replays_to_the_same(knowledge: Knowledge, tmp_path: Path) -> None:
    ledger = save(knowledge, tmp_path)
    checked = verify_record(ledger, 1, assess_as(sample(knowledge)))
    assert checked.problems == []
    assert checked.status == 0
    assert checked.replay is not None
    assert checked.replay.exact == checked.replay.exact_of > 100
    assert checked.replay.worst == 0
    assert [pin.state for pin in checked.pins] == ["matching"] * 3


def test_costs_within_the_tolerance_pass_and_beyond_it_differ(knowledge: Knowledge, tmp_path: Path) -> None:
    ledger, before = save(knowledge, tmp_path), sample(knowledge)
    for factor, status in ((1 + 5e-10, 0), (1 + 5e-9, DIFFERS)):
        chosen = replace(
            before.options[0],
            monthly_usd=replace(before.options[0].monthly_usd, p90=before.options[0].monthly_usd.p90 * factor),
        )
        checked = verify_record(ledger, 1, assess_as(replace(before, options=(chosen, *before.options[1:]))))
        assert checked.status == status
        assert checked.replay is not None
        assert checked.replay.worst == pytest.approx(factor - 1, rel=1e-3)


def test_a_changed_exact_field_differs_and_is_named(knowledge: Knowledge, tmp_path: Path) -> None:
    ledger, before = save(knowledge, tmp_path), sample(knowledge)
    after = replace(before, verdict=replace(before.verdict, option="managed-cloud"))
    checked = verify_record(ledger, 1, assess_as(after))
    assert checked.status == DIFFERS
    assert "verdict.option" in checked.problems[0].sentence


def test_a_decision_of_another_version_is_not_replayed_here_and_that_is_said(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    """Contract 2: without --replay-with, replay is reported as not checked, whatever this version would derive."""
    save_decision(sample(knowledge), ANSWERS, knowledge, tmp_path, NOON)
    path = tmp_path / "00000001-record.toml"
    table = tomli.loads(path.read_text())
    table["tool"]["version"] = "9.9.9"
    path.write_bytes(sealed_bytes(table, 1))
    other = replace(sample(knowledge), findings=sample(knowledge).findings * 2)
    checked = verify_record(Ledger(tmp_path), 1, assess_as(other))
    assert (checked.status, checked.problems, checked.replay) == (0, [], None)
    assert checked.not_checked == [
        f"whether the verdict is derived again: advisor 9.9.9 made it, this is {advisor.__version__}; "
        "name an environment that holds that version with --replay-with"
    ]


def test_knowledge_this_version_cannot_use_is_told_and_not_raised(knowledge: Knowledge, tmp_path: Path) -> None:
    def assess(*_: object) -> Assessment:
        raise KeyError("a parameter that this version needs")

    checked = verify_record(save(knowledge, tmp_path), 1, assess)
    assert checked.status == UNVERIFIABLE
    assert "KeyError: 'a parameter that this version needs'" in checked.problems[0].sentence


def test_costs_closer_than_the_tolerance_are_a_toss_up_even_when_the_verdict_is_the_same(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    before = sample(knowledge)
    close = replace(before.options[1], monthly_usd=before.options[0].monthly_usd)
    tied = replace(before, options=(before.options[0], close, before.options[2]))
    save_decision(tied, ANSWERS, knowledge, tmp_path, NOON)
    assert verify_record(Ledger(tmp_path), 1, assess_as(tied)).status == TOSS_UP
    by_law = replace(tied, verdict=replace(tied.verdict, decided_by="must"))
    save_decision(by_law, ANSWERS, knowledge, tmp_path, NOON)
    assert verify_record(Ledger(tmp_path), 2, assess_as(by_law)).status == 0


def test_missing_blobs_cannot_be_verified_and_changed_ones_are_tampered(knowledge: Knowledge, tmp_path: Path) -> None:
    ledger = save(knowledge, tmp_path)
    blob = tmp_path / "blobs" / "sha256" / knowledge.pins.catalog.removeprefix("sha256:")
    kept = blob.read_bytes()
    blob.write_bytes(kept + b" ")
    front = read_front(ledger.entry(1).data, "x")
    assert verify_record(ledger, 1, None).status == TAMPERED
    with pytest.raises(Tampered, match="the pinned part catalog is changed"):
        pinned_knowledge(ledger, front)
    blob.unlink()
    assert verify_record(ledger, 1, None).status == UNVERIFIABLE
    with pytest.raises(NotARecord, match="the pinned part catalog is missing"):
        pinned_knowledge(ledger, front)
    blob.write_bytes(kept)
    assert pinned_knowledge(ledger, front).pins == knowledge.pins


def test_without_replay_the_report_says_so(knowledge: Knowledge, tmp_path: Path) -> None:
    checked = verify_record(save(knowledge, tmp_path), 1, None)
    assert checked.status == 0
    assert "replay was left out" in checked.not_checked[0]


def test_a_chain_notices_removed_and_exchanged_records(knowledge: Knowledge, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for number in range(4):
        save(knowledge, tmp_path, Statement(title=f"Decision {number}"))
    assert [one.status for one in verify(ledger, Scope()).records] == [0, 0, 0, 0]
    second = tmp_path / "00000002-record.toml"
    kept = second.read_bytes()
    second.unlink()
    assert [one.status for one in verify(ledger, Scope()).records] == [0, TAMPERED, 0]
    second.write_bytes((tmp_path / "00000003-record.toml").read_bytes())
    assert TAMPERED in [one.status for one in verify(ledger, Scope()).records]
    second.write_bytes(kept)
    assert [one.status for one in verify(ledger, Scope()).records] == [0, 0, 0, 0]


def test_a_record_is_told_in_a_line_and_in_full(knowledge: Knowledge, tmp_path: Path) -> None:
    ledger = save(knowledge, tmp_path, Statement(title="Where claims run", deciders=("Ada", "Ben")))
    entry = ledger.entry(1)
    line = "1 2026-11-21T12:00:00Z decision Where claims run: self-hosted [proposed]"
    assert [" ".join(one.split()) for one in lines_of(ledger)] == [line]
    told = "\n".join(outline(entry))
    for part in (
        "self-hosted: open weights on your own infrastructure",
        "Ada, Ben",
        "self-hosted     chosen",
        "excluded: ",
        NOON.astimezone(UTC).strftime("%Y-%m-%d"),
    ):
        assert part in told

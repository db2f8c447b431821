"""The published schemas accept what the program reads and writes, and refuse what it would refuse."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.api import assess
from advisor.assessment.model import Assessment, Band, BreakEven
from advisor.cli.framework.group import invoke
from advisor.cli.knowledge.schema import KINDS, schema_of
from advisor.errors import BadInput
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.interview.quantities import canonical, largest, parse
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import NUMERIC_KINDS
from advisor.paths import data_directory
from advisor.record.save_decision import save_decision
from advisor.report.json_report import as_json, assessment_table
from advisor.report.json_schema import quantity_pattern

DAY = date(2026, 11, 21)
EXAMPLES = sorted(data_directory("examples").glob("*.toml"))
RULES = [path for path in sorted(data_directory("rules").rglob("*.toml")) if path.parent.name != "throughput"]
THROUGHPUT = sorted((data_directory("rules") / "throughput").glob("*.toml"))
QUESTIONNAIRES = sorted(data_directory("questionnaires").rglob("*.toml"))


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.fixture(scope="module")
def schemas() -> dict[str, jsonschema.Draft202012Validator]:
    return {name: jsonschema.Draft202012Validator(schema_of(name)) for name in KINDS}


def faults(validator: jsonschema.Draft202012Validator, table: Any) -> list[str]:
    return [error.message for error in validator.iter_errors(plain(table))]


def plain(value: Any) -> Any:
    """TOML's dates as the texts that JSON Schema knows."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def answers_of(path: Path) -> Answers:
    return read_answers(path.read_bytes(), path.name, vocabulary(load_knowledge()))


def assessed(path: Path, *, flips: bool = False) -> Assessment:
    return assess(answers_of(path), load_knowledge(), DAY, draws=200, flips=flips)


@pytest.mark.parametrize("name", KINDS)
def test_the_command_prints_a_schema_that_is_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["schema", name]) == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_every_example_and_its_assessment_are_valid(
    path: Path, schemas: dict[str, jsonschema.Draft202012Validator]
) -> None:
    assert faults(schemas["answers"], tomllib.loads(path.read_text(encoding="utf-8"))) == []
    assert faults(schemas["assessment"], json.loads(as_json([assessed(path)]))) == []


def test_several_assessments_with_flips_are_valid_as_an_array(
    schemas: dict[str, jsonschema.Draft202012Validator],
) -> None:
    one = assessed(data_directory("examples") / "clinical-notes.toml", flips=True)
    assert one.flips
    assert faults(schemas["assessment"], json.loads(as_json([one, one]))) == []


def test_a_break_even_without_an_upper_end_is_null_in_json(
    schemas: dict[str, jsonschema.Draft202012Validator],
) -> None:
    endless = BreakEven("gpt-5.4", Band(1e9, 2e9, float("inf")), never_share=0.2)
    table = json.loads(as_json([replace(assessed(EXAMPLES[0]), break_even=endless)]))
    assert table["break_even"]["output_tokens_per_month"] == {"p10": 1e9, "p50": 2e9, "p90": None}
    assert faults(schemas["assessment"], table) == []


def spoiled(table: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same assessment with one thing wrong, in many ways."""
    changes: list[tuple[tuple[str | int, ...], Any]] = [
        (("verdict", "option"), "cloud"),
        (("verdict", "confidence"), 1.5),
        (("options", 0, "state"), "maybe"),
        (("options", 0, "lines", "gpus"), 1.0),
        (("findings", 0, "gate"), "should"),
        (("findings", 0, "grade"), "certain"),
        (("licenses", 0, "posture"), "fine"),
        (("pins", "rules"), "md5:1"),
        (("surprise",), 1),
        (("fleet", "gpus"), "four"),
    ]
    for path, value in changes:
        copy = deepcopy(table)
        place: Any = copy
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        yield ".".join(map(str, path)), copy
    yield "engines is missing", {name: part for name, part in table.items() if name != "engines"}


def test_an_assessment_with_one_thing_wrong_is_refused(schemas: dict[str, jsonschema.Draft202012Validator]) -> None:
    table = json.loads(json.dumps(assessment_table(assessed(data_directory("examples") / "clinical-notes.toml"))))
    accepted = [name for name, copy in spoiled(table) if not faults(schemas["assessment"], copy)]
    assert accepted == []


@pytest.mark.parametrize(
    "table",
    [
        {"volume": {"output_tokens": "2 horses"}},
        {"volume": {"output_tokens": -1}},
        {"volume": {"cached_share": 1.5}},
        {"volume": {"peak_to_average": 0.5}},
        {"workload": {"developers": 2.5}},
        {"workload": {"task": "cooking"}},
        {"workload": {"name": "Clinical Notes"}},
        {"data": {"classes": "phi"}},
        {"data": {"classes": ["gossip"]}},
        {"data": {"bondary": "vpc"}},
        {"latency": {"interactive": "yes"}},
        {"economics": {"gpu": "abacus"}},
        {"questionnaire": "short"},
        {"color": {}},
    ],
    ids=str,
)
def test_what_the_reader_refuses_the_schema_of_answers_refuses(
    table: dict[str, Any], schemas: dict[str, jsonschema.Draft202012Validator]
) -> None:
    assert faults(schemas["answers"], table)


def test_every_answer_may_be_unknown(schemas: dict[str, jsonschema.Draft202012Validator]) -> None:
    table: dict[str, Any] = {}
    for key in load_knowledge().questions:
        topic, _, name = key.partition(".")
        table.setdefault(topic, {})[name] = "unknown"
    assert faults(schemas["answers"], table) == []


@given(st.sampled_from(sorted(NUMERIC_KINDS)), st.integers(1, 10**6), st.integers(0, 10**6), st.floats(0.5, 1))
def test_every_quantity_the_program_prints_matches_the_pattern(kind: str, low: int, more: int, part: float) -> None:
    value = Range(part / 2, part) if kind == "share" else Range(low, low + more * (1 if kind == "count" else part))
    if value.high > largest(kind):
        value = Range.exactly(min(value.low, largest(kind)))
    assert jsonschema.Draft202012Validator({"pattern": quantity_pattern(kind)}).is_valid(canonical(value, kind))


@pytest.mark.parametrize(
    "text", ["2B", "1.5B..2B/month", "200k..300k/year", "30M/Day", "30 M per day", "1,000,000", "1..2..3", "2e6", ".5B"]
)
def test_a_quantity_the_reader_takes_the_pattern_takes(text: str) -> None:
    parse(text, "tokens-per-month", "volume.output_tokens")
    assert jsonschema.Draft202012Validator({"pattern": quantity_pattern("tokens-per-month")}).is_valid(text)


@pytest.mark.parametrize("text", ["", "2 horses", "1..2..3..4", "2B/fortnight", "10%", "2B/", "..2", "1,00"])
def test_a_quantity_the_reader_refuses_the_pattern_refuses(text: str) -> None:
    with pytest.raises(BadInput):
        parse(text, "tokens-per-month", "volume.output_tokens")
    assert not jsonschema.Draft202012Validator({"pattern": quantity_pattern("tokens-per-month")}).is_valid(text)


@pytest.mark.parametrize("path", THROUGHPUT, ids=named)
def test_every_file_of_measurements_is_valid(path: Path, schemas: dict[str, jsonschema.Draft202012Validator]) -> None:
    assert faults(schemas["throughput"], tomllib.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", KINDS)
def test_the_shipped_schemas_are_those_the_program_draws(name: str) -> None:
    shipped = data_directory("schemas") / f"{name}.json"
    assert json.loads(shipped.read_text("utf-8")) == schema_of(name), "run: make schemas"


@pytest.mark.parametrize("path", [*RULES, *THROUGHPUT, *QUESTIONNAIRES, *EXAMPLES], ids=named)
def test_the_first_line_of_every_file_names_its_schema(path: Path) -> None:
    kind = "throughput" if path in THROUGHPUT else "answers" if path in EXAMPLES else "rules"
    mark, _, target = path.read_text("utf-8").partition("\n")[0].partition(" ")
    assert mark == "#:schema"
    assert (path.parent / target).resolve() == (data_directory("schemas") / f"{kind}.json").resolve()


@pytest.mark.parametrize("path", [*RULES, *QUESTIONNAIRES], ids=named)
def test_every_shipped_rule_file_and_questionnaire_is_valid(
    path: Path, schemas: dict[str, jsonschema.Draft202012Validator]
) -> None:
    assert faults(schemas["rules"], tomllib.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("gate", "should"),
        ("options", ["cloud"]),
        ("grade", "certain"),
        ("when", {"key": "data.boundary", "equals": "vpc"}),
        ("when", {"key": "latency.p50_ms", "below": 120}),
        ("weight", 3),
    ],
)
def test_a_rule_with_one_thing_wrong_is_refused(
    field: str, value: Any, schemas: dict[str, jsonschema.Draft202012Validator]
) -> None:
    path = data_directory("rules") / "gates" / "must.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    table["rule"][0][field] = value
    assert faults(schemas["rules"], table)


@pytest.mark.parametrize("name", ["clinical-notes", "contract-extraction", "unknown-start-up"])
def test_a_record_as_saved_is_valid(
    name: str, tmp_path: Path, schemas: dict[str, jsonschema.Draft202012Validator]
) -> None:
    path = data_directory("examples") / f"{name}.toml"
    assessment = assessed(path, flips=name == "clinical-notes")
    saved = save_decision(assessment, answers_of(path), load_knowledge(), tmp_path, datetime.now(UTC))
    table = tomllib.loads(Path(saved.path).read_text(encoding="utf-8"))
    assert faults(schemas["record"], table) == []
    table["verdict"]["option"] = "cloud"
    assert faults(schemas["record"], table)

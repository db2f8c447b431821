"""What people read holds words: no ids of keys, rules or routes, no holes, one plural and one scale, within the width.

Every example in every form, and the other commands that print for a person.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from advisor.api import assess
from advisor.assessment.model import Assessment
from advisor.cli.main import run
from advisor.interview.answers import read_answers, vocabulary
from advisor.knowledge.labels import gpu_name
from advisor.knowledge.load_pack import load_knowledge
from advisor.paths import data_directory
from advisor.record.audit.status import standing_of
from advisor.record.ledger import Ledger
from advisor.record.record_text import outline
from advisor.report.html import as_html
from advisor.report.json_report import assessment_table
from advisor.report.markdown import as_markdown
from advisor.report.text_report import as_text, brief_row, brief_table, short_report
from advisor.text import WIDTH

DAY = date(2026, 11, 28)
EXAMPLES = data_directory("examples")
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.toml"))
WITH_FLIPS = ("clinical-notes", "multimodal-scans")
"""Looking for flips takes most of the time: two examples are assessed with them."""
KNOWLEDGE = load_knowledge()
ROUTES = ("hosted-api", "managed-cloud", "managed-open", "self-host")
IDS = sorted(
    {
        *KNOWLEDGE.questions, *KNOWLEDGE.parameters, *KNOWLEDGE.facts,
        *(rule.id for rule in KNOWLEDGE.rules), *(rule.derives for rule in KNOWLEDGE.rules if "." in rule.derives),
    },
    key=len,
    reverse=True,
)  # fmt: skip
CATALOG = sorted(
    {
        entry.id
        for table in (KNOWLEDGE.catalog.models, KNOWLEDGE.catalog.gpus, KNOWLEDGE.catalog.api, KNOWLEDGE.sources)
        for entry in table.values()
        if re.search(r"[-.0-9]", entry.id)
    },
    key=len,
    reverse=True,
)  # fmt: skip
"""Ids of models, GPUs and sources that cannot be words of a sentence."""
RAW = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, (*IDS, *CATALOG, *ROUTES)))})(?![\w-]|\.\w)")
HOLES = re.compile(r"\b(?:None(?! of)|nan|inf|True|False)\b|[{}]|\['|\bunknown, unknown\b")
NOUNS = (
    "lines|months|days|hours|years|tokens|requests|people|developers|prompts|questions|answers|replicas|GPUs|cards|draws|"
    "routes|rules|figures|records|decisions|conditions|differences|files|copies"
)  # fmt: skip
PLURAL = re.compile(rf"(?<![\d.,–$/:-])\b1 (?:more |other )?(?:{NOUNS})\b")
PERCENT = re.compile(r"\d %|%–|-\d+–|–-")
"""Percentages that are not written as 85%, 20–40% or -40% to 40%."""
SPANS = re.compile(r"\$[\d.,]*\d([kMBT]?)(?: to |–)\$?[\d.,]*\d([kMBT]?)")
HANDLE = re.compile(r"^ +rule (\S+) in rules/\S+$")


class Words(HTMLParser):
    """The text of a page that its reader sees, each cell and sentence on a line of its own."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.lines.append(data)


@cache
def assessed(name: str) -> Assessment:
    path = EXAMPLES / f"{name}.toml"
    answers = read_answers(path.read_bytes(), path.name, vocabulary(KNOWLEDGE))
    return assess(answers, KNOWLEDGE, DAY, draws=200, flips=name in WITH_FLIPS)


def faults(text: str, *, width: int = 0) -> list[str]:
    """The lines that a person stumbles over, each with what is wrong."""
    found = []
    for line in text.replace("\\", "").splitlines():
        for what, wrong in (("id", RAW), ("hole", HOLES), ("plural", PLURAL), ("percent", PERCENT)):
            if hit := wrong.search(line):
                found.append(f"{what} {hit[0]!r}: {line.strip()}")
        found += [f"two scales: {line.strip()}" for one, other in SPANS.findall(line) if one != other and one and other]
        if width and len(line) > width:
            found.append(f"{len(line)} columns: {line}")
    return found


def sentences(value: object, name: str = "") -> Iterator[str]:
    """The texts of a JSON report that are sentences: what has a space, under keys that hold prose."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from sentences(part, str(key))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from sentences(part, name)
    elif isinstance(value, str) and name in ("summary", "because", "conditions", "tasks", "find_out_first", "reason"):
        yield value


@pytest.mark.parametrize("name", NAMES)
def test_every_form_of_every_example_is_words(name: str) -> None:
    found = assessed(name)
    file = f"examples/{name}.toml"
    full = as_text(found)
    assert not faults(brief_table([brief_row(found)]), width=WIDTH)
    assert not faults(short_report(found, file), width=WIDTH)
    assert not faults(full, width=WIDTH)
    assert not faults(as_markdown(found))
    assert not faults("\n".join(Words(as_html([found])).lines))
    assert not [fault for fault in faults("\n".join(sentences(assessment_table(found)))) if not named_route(fault)]
    cited, listed = set(re.findall(r"\[(\d+)\]", full.split("\nsources ")[0])), re.findall(r"\[(\d+)\] [A-Z]", full)
    assert cited == set(listed)


def named_route(fault: str) -> bool:
    """Whether a fault is the id of a route, which programs that read JSON know."""
    return any(fault.startswith(f"id '{route}'") for route in ROUTES)


def printed(*arguments: str) -> str:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        assert run(list(arguments)) == 0
    return told.getvalue()


@pytest.mark.parametrize("name", ["contract-extraction", "hospital-air-gap"])
def test_why_is_words_and_its_rules_are_found(name: str) -> None:
    lines = printed("why", str(EXAMPLES / f"{name}.toml"), "--no-flips", "--draws", "200").splitlines()
    handles = [found[1] for line in lines if (found := HANDLE.match(line))]
    assert handles
    assert set(handles) <= {rule.id for rule in KNOWLEDGE.rules}
    assert not faults("\n".join(line for line in lines if not HANDLE.match(line)), width=WIDTH)


@pytest.mark.parametrize(
    "arguments",
    [
        ("size", "qwen3-32b", "--gpu", "h100-sxm", "--gpus", "1", "--precision", "fp8"),
        ("sensitivity", "examples/team-of-20.toml", "--draws", "200"),
        ("sensitivity", "examples/clinical-notes.toml", "--draws", "200"),
        ("gateway", "examples/public-support-chatbot.toml", "--draws", "200"),
        ("rules", "show", "can.staffing-production"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_other_commands_are_words(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    text = printed(*arguments)
    lines = text.removeprefix("can.staffing-production\n").splitlines()
    if arguments[0] == "gateway":  # its comments are for people, the rest is configuration
        lines = [line for line in lines if line.startswith("#")]
    assert not faults("\n".join(lines), width=0 if arguments[0] == "gateway" else WIDTH)


def test_the_catalog_has_no_holes_and_no_routes_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    for command in ("show", "age"):  # lists ids, which are what one types
        found = faults(printed("catalog", command))
        assert not [fault for fault in found if not fault.startswith("id ") or named_route(fault)]


def test_a_table_of_many_keeps_the_gpus_whole() -> None:
    found = [assessed(name) for name in ("public-support-chatbot", "internal-coding-500", "hospital-air-gap")]
    text = brief_table([*map(brief_row, found)], WIDTH)
    assert not faults(text, width=WIDTH)
    for each in found[1:]:
        chosen = each.option(each.verdict.option)
        assert chosen is not None
        assert chosen.offer is not None
        assert f"× {gpu_name(chosen.offer.gpu)} " in text
    assert "public-support-chatbot" in brief_table([*map(brief_row, found)], 120)


def test_a_comparison_is_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (EXAMPLES / "clinical-notes.toml").read_text("utf-8")
    (tmp_path / "a.toml").write_text(text, "utf-8")
    (tmp_path / "b.toml").write_text(text.replace('boundary = "vpc"', 'boundary = "anywhere"'), "utf-8")
    monkeypatch.chdir(tmp_path)
    told = printed("compare", "a.toml", "b.toml", "--draws", "200")
    assert "enough by itself: How far may the data travel?" in told
    assert not faults(told, width=WIDTH)


def test_records_are_words() -> None:
    ledger = Ledger(EXAMPLES / "ledger")
    for number in ledger.numbers():
        assert not faults("\n".join(outline(ledger.entry(number), WIDTH, standing_of(ledger, number))))


@pytest.mark.parametrize(
    "line",
    [
        "volume.output_tokens is 3", "excluded by must.boundary-tenancy", "for hosted-api", "costs None a month",
        "1 lines", "after 1 months", "$54k–1.2M", "{name} tokens", "$9k to $1.2M", "x" * 81,
        "Llama 3.3 70B on h100-sxm", "gpt-5.4 at OpenAI", "in coding-tco and here", "85 % of draws", "-40–40% a year",
    ],
)  # fmt: skip
def test_the_check_sees_what_it_looks_for(line: str) -> None:
    assert faults(line, width=WIDTH)


@pytest.mark.parametrize("line", ["self-hosted and self-hosting", "31 lines", "$54–77k", "1 month", "$599 to $1,114"])
def test_the_check_leaves_good_lines_alone(line: str) -> None:
    assert not faults(line, width=WIDTH)

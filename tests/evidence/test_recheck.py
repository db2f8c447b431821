"""A decision assessed again holds, holds with less, would change and by what, or cannot be told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
import tomli
import tomli_w

from advisor.api import assess, read_answers
from advisor.cli.main import run
from advisor.interview.answers import Answers
from advisor.knowledge.load_pack import knowledge_from_files, load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.paths import data_directory
from advisor.record.ledger import Ledger
from advisor.record.recheck import NewInput, Rechecked, recheck
from advisor.record.save_decision import save_decision
from advisor.report.recheck_report import as_markdown, as_text

KNOWLEDGE = load_knowledge()
DAY = date(2026, 11, 28)
AGAIN = partial(assess, flips=False, further=False)
TEXT = """
[workload]
name = "{name}"
task = "extraction"
[data]
classes = ["internal"]
[volume]
input_tokens = "{input}"
output_tokens = "{output}"
[quality]
frontier_required = true
[economics]
api_model = "gpt-5.4"
"""


def answered(name: str = "letters", inward: str = "50M", outward: str = "5M") -> Answers:
    text = TEXT.format(name=name, input=inward, output=outward)
    return read_answers(text.encode(), "answers.toml", KNOWLEDGE)


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Answers], Ledger]:
    def save(answers: Answers) -> Ledger:
        result = assess(answers, KNOWLEDGE, DAY, draws=500, flips=False, further=False)
        save_decision(result, answers, KNOWLEDGE, tmp_path / "ledger", datetime(2026, 11, 28, tzinfo=UTC))
        return Ledger(tmp_path / "ledger")

    return save


def checked(ledger: Ledger, *inputs: NewInput) -> Rechecked:
    (found,) = recheck(ledger, [NewInput("today's rules and prices", KNOWLEDGE), *inputs], DAY, AGAIN)
    return found


def log(**volumes: str) -> NewInput:
    text = "[volume]\n" + "".join(f'{name} = "{value}"\n' for name, value in volumes.items())
    answers = read_answers(text.encode(), "log", KNOWLEDGE)
    return NewInput("the log", KNOWLEDGE, lambda workload, recorded: replace(answers, questionnaire="full"))


def repriced(factor: float) -> Knowledge:
    """Every price of gpt-5.4 multiplied."""
    path = "rules/catalog/api.toml"
    table = tomli.loads(KNOWLEDGE.files[path].decode())
    for entry in table["api"]:
        for row in entry["price"] if entry["id"] == "gpt-5.4" else ():
            for name in ("input", "output", "cache_read", "batch_input", "batch_output"):
                if name in row:
                    row[name] = float(row[name]) * factor
    return knowledge_from_files({**KNOWLEDGE.files, path: tomli_w.dumps(table).encode()})


def test_what_nothing_changed_holds(saved: Callable[[Answers], Ledger]) -> None:
    found = checked(saved(answered()))
    assert (found.outcome, found.because, found.renegotiate) == ("holds", (), ())
    assert found.then == found.now


def test_a_fallen_price_is_to_be_renegotiated(saved: Callable[[Answers], Ledger]) -> None:
    ledger = saved(answered())
    found = checked(ledger, NewInput("the new list", repriced(0.5)))
    assert found.outcome == "holds"
    fallen = "input token: $2.52 per million when it was decided, $1.24 per million now: pay no more than that"
    assert fallen in found.renegotiate


def test_the_command_lays_a_price_list_over_the_catalog(
    saved: Callable[[Answers], Ledger], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The list halves OpenAI's price of gpt-5.4; a file that is not a list of a known kind gets one sentence."""
    ledger, listed = saved(answered()), tmp_path / "list.json"
    price = {"input_cost_per_token": 1.25e-06, "output_cost_per_token": 7.5e-06}
    listed.write_text(
        json.dumps({"gpt-5.4": {"litellm_provider": "openai", "mode": "chat", **price}}), encoding="utf-8"
    )
    where = ["records", "recheck", "--records", str(ledger.directory), "--as-of", "2026-11-28", "--quiet"]
    assert run([*where, "--prices", str(listed), "--format", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["decisions"]
    assert one["outcome"] == "holds"
    assert one["now"]["offer"].startswith("gpt-5.4 at openai")
    assert one["now"]["monthly_usd"] < one["then"]["monthly_usd"] - 30
    assert any("now: pay no more than that" in line for line in one["renegotiate"])
    listed.write_text("[1, 2]", encoding="utf-8")
    assert run([*where, "--prices", str(listed)]) == 2
    assert str(listed) in capsys.readouterr().err


def test_the_measurement_that_turns_a_route_is_named(saved: Callable[[Answers], Ledger]) -> None:
    """Eight hundred times the volume carries a fleet; only those answers that turn the route are told."""
    small = read_answers(SMALL.encode(), "answers.toml", KNOWLEDGE)
    ledger = saved(small)
    then = assess(small, KNOWLEDGE, DAY, draws=500, flips=False, further=False).verdict.option
    found = checked(ledger, log(input_tokens="40B", output_tokens="6B", cached_share="0"))
    assert found.then is not None
    assert found.now is not None
    assert found.then.route == then
    assert found.now.route != then
    assert found.outcome == "would change"
    assert found.because[0].startswith("by the log: volume.")
    assert "cached_share" not in found.because[0]
    assert "would change" in as_text([found], DAY, ["the log"])
    assert "| would change |" in as_markdown([found], DAY, ["the log"])


SMALL = """
[workload]
name = "tagging"
task = "classification"
[data]
classes = ["internal"]
boundary = "tenancy"
[volume]
input_tokens = "50M"
output_tokens = "5M"
[quality]
capability = "mid"
[staffing]
ml_infra_fte = 3
platform_fte = 2
evaluation_fte = 1
gpu_experience = true
on_call = true
[economics]
open_model = "qwen2.5-coder-32b"
api_model = "gpt-5.4"
"""


def test_a_measurement_that_brings_the_next_route_near_leaves_less_margin(saved: Callable[[Answers], Ledger]) -> None:
    """Three times the tokens keep the route, but the fleet that is the next one costs hardly more for them."""
    small = read_answers(SMALL.encode(), "answers.toml", KNOWLEDGE)
    found = checked(saved(small), log(input_tokens="150M", output_tokens="15M"))
    assert found.then is not None
    assert found.now is not None
    assert found.then.margin is not None
    assert found.now.margin is not None
    assert found.outcome == "holds with less margin"
    assert found.now.route == found.then.route
    assert found.now.margin < found.then.margin - 0.1
    assert found.because[0].startswith("by the log: ")
    assert f"{found.then.route} goes from $" in found.because[0]
    assert "holds with less margin" in as_text([found], DAY, ["the log"])
    assert "| holds with less margin |" in as_markdown([found], DAY, ["the log"])


def test_a_decision_under_conditions_that_nobody_met_cannot_be_told(saved: Callable[[Answers], Ledger]) -> None:
    """Nothing may leave the air gap, and no frontier model runs within it: the conditions are the reason."""
    gap = replace(read_answers(b'[data]\nboundary = "air-gap"\n', "log", KNOWLEDGE), questionnaire="full")
    ledger = saved(answered())
    found = checked(ledger, NewInput("the audit", KNOWLEDGE, lambda workload, recorded: gap))
    assert found.outcome == "cannot tell"
    assert found.now is not None
    assert found.now.status == "conditional"
    assert any("frontier" in reason.lower() for reason in found.because)
    assert "| cannot tell |" in as_markdown([found], DAY, ["the audit"])


def test_answers_that_today_s_questionnaire_cannot_read_cannot_be_told(saved: Callable[[Answers], Ledger]) -> None:
    table = tomli.loads(KNOWLEDGE.files["rules/catalog/api.toml"].decode())
    table["api"] = [entry for entry in table["api"] if entry["id"] != "gpt-5.4"]
    files = {**KNOWLEDGE.files, "rules/catalog/api.toml": tomli_w.dumps(table).encode()}
    ledger = saved(answered())
    found = checked(ledger, NewInput("a list without the model", knowledge_from_files(files)))
    assert found.outcome == "cannot tell"
    assert found.because


def test_the_command_counts_and_exits_by_what_it_found(
    saved: Callable[[Answers], Ledger], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(saved(answered()).directory)
    assert run(["records", "recheck", "--records", folder, "--as-of", "2026-11-28", "--exit-code", "--quiet"]) == 0
    assert "1 decision: 1 holds" in capsys.readouterr().out
    at = ["records", "recheck", "--records", folder, "--as-of", "2026-11-28", "--format", "json", "--quiet"]
    assert run(at) == 0
    (one,) = json.loads(capsys.readouterr().out)["decisions"]
    assert one["outcome"] == "holds"
    assert run([*at, "--usage", f"another={tmp_path / 'a.csv'}"]) == 2
    assert "no standing decision is of the workload 'another'" in capsys.readouterr().err


def test_a_log_that_turns_a_decision_gives_status_1_and_a_markdown_report(
    saved: Callable[[Answers], Ledger], capsys: pytest.CaptureFixture[str]
) -> None:
    """The decision was made for 50 million tokens; the log shows some forty billion."""
    ledger = saved(read_answers(SMALL.encode(), "answers.toml", KNOWLEDGE))
    usage = data_directory("examples") / "measure" / "openai-usage-later.json"
    where = ["records", "recheck", "--records", str(ledger.directory), "--as-of", "2026-11-28", "--quiet"]
    assert run([*where, "--usage", str(usage), "--exit-code", "--format", "markdown"]) == 1
    said = capsys.readouterr().out
    assert "| would change |" in said
    assert usage.name in said

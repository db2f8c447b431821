"""`advisor catalog`: what is known, how old it is, and prices from elsewhere that are never written unasked."""

from __future__ import annotations

import json
from datetime import date

import pytest

from advisor.cli.framework.group import invoke
from advisor.knowledge.load_pack import load_knowledge
from advisor.report.catalog_text import ages

DAY = date(2026, 11, 21)


def test_every_dated_figure_has_an_age_and_those_past_their_kind_are_stale() -> None:
    knowledge = load_knowledge()
    found = ages(knowledge, DAY)
    assert {age.kind for age in found} == {"prices", "hardware", "models", "providers", "licenses"}
    assert all(age.days >= 0 for age in found if age.since <= DAY)
    assert all(age.is_stale == ((DAY - age.since).days > age.limit_days) for age in found)
    later = ages(knowledge, date(2036, 1, 1))
    assert all(age.is_stale for age in later)
    assert [age.days for age in found] == sorted((age.days for age in found), reverse=True)


@pytest.mark.parametrize("name", ["api", "managed", "gpus", "models", "licenses", "providers"])
def test_each_table_shows_every_entry_in_text_and_in_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["catalog", "show", name, "--as-of", "2026-11-21"]) == 0
    text = capsys.readouterr().out
    assert invoke(["catalog", "show", name, "--format", "json"]) == 0
    table = json.loads(capsys.readouterr().out)[name]
    assert table
    assert all(key in text for key in table)


def test_ages_print_as_text_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["catalog", "age", "--as-of", "2026-11-21"]) == 0
    assert "too old" in capsys.readouterr().out
    assert invoke(["catalog", "age", "--as-of", "2026-11-21", "--format", "json"]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert {"kind", "name", "since", "days", "limit_days", "source", "grade", "stale"} == set(figures[0])


@pytest.mark.parametrize(
    "arguments",
    ["sources", "claims", "records list --records examples/ledger", "catalog show", "catalog age --as-of 2036-01-01"],
)
def test_what_is_piped_fits_80_columns_and_is_not_cut(
    arguments: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke(arguments.split())
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) <= 80
    assert not any("…" in line for line in lines)

"""`advisor catalog`: what is known, how old it is, and prices from elsewhere that are never written unasked."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from advisor.knowledge.litellm_prices import price_changes, read_price_list

from advisor.cli.invoke import invoke
from advisor.errors import BadInput
from advisor.knowledge.load_pack import knowledge_from_files, load_knowledge
from advisor.report.figure_ages import ages

DAY = date(2026, 11, 21)


def entry(provider: str, given: float | None, output: float | None, **more: Any) -> dict[str, Any]:
    prices = {"input_cost_per_token": given, "output_cost_per_token": output}
    stated = {name: price for name, price in prices.items() if price is not None}
    return {"litellm_provider": provider, "mode": "chat", **stated, **more}


LIST = {
    "sample_spec": {"litellm_provider": "one of …", "mode": "one of …"},
    "gpt-5.4": entry("openai", 2e-06, 1.5e-05, input_cost_per_token_batches=1e-06),
    "gpt-5.4-mini-2026-03-17": entry("openai", 9e-06, 9e-06),
    "gpt-5.4-pro": entry("openai", 3e-05, 1.8e-04),
    "azure/us/gpt-5.4": entry("azure", 2.75e-06, 1.65e-05),
    "us.anthropic.claude-opus-4-8": entry("bedrock_converse", 5.5e-06, 2.75e-05),
    "groq/llama-3.3-70b-versatile": entry("groq", 1.6000000000000001e-06, 3.2000000000000003e-06),
    "nebius/meta-llama/Llama-3.3-70B-Instruct": entry("nebius", None, None),
    "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo": entry("together_ai", 0.0, 0.0),
    "text-embedding-3": {"litellm_provider": "openai", "mode": "embedding", "input_cost_per_token": 1e-8},
    **{f"nobody/model-{number}": entry("nobody", 1e-06, 2e-06) for number in range(4000)},
}


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(LIST), encoding="utf-8")
    return path


def written(directory: Path) -> dict[str, bytes]:
    pack = directory / "data" / "advisor" / "packs" / "litellm"
    return {path.relative_to(pack).as_posix(): path.read_bytes() for path in sorted(pack.rglob("*")) if path.is_file()}


def test_only_catalog_models_at_known_providers_with_stated_prices_are_taken() -> None:
    read = read_price_list(json.dumps(LIST).encode(), "prices.json", load_knowledge().catalog)
    assert read.entries == len(LIST)
    assert {(offer.model, offer.provider) for offer in read.offers} == {
        ("gpt-5.4", "openai"),
        ("llama-3.3-70b", "groq"),
    }
    assert read.regional == 2
    assert dict(read.refused).keys() == {
        "nebius/meta-llama/Llama-3.3-70B-Instruct",
        "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo",
    }


def test_a_price_per_token_becomes_one_per_million_without_binary_dust() -> None:
    read = read_price_list(json.dumps(LIST).encode(), "prices.json", load_knowledge().catalog)
    groq = next(offer for offer in read.offers if offer.provider == "groq")
    assert groq.prices == {"input": pytest.approx(1.6, rel=1e-12), "output": pytest.approx(3.2, rel=1e-12)}


def test_a_price_that_is_known_already_is_no_change() -> None:
    catalog = load_knowledge().catalog
    known = max((row for row in catalog.api["gpt-5.4"].prices if row.provider == "openai"), key=lambda row: row.since)
    same = {"gpt-5.4": entry("openai", known.input / 1e6, known.output / 1e6)}
    read = read_price_list(json.dumps(same).encode(), "prices.json", catalog)
    assert [offer.model for offer in read.offers] == ["gpt-5.4"]
    assert price_changes(read.offers, catalog, DAY) == []


def test_the_difference_is_shown_and_nothing_written_before_agreement(
    listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert invoke(["catalog", "import", "litellm", str(listed), "--as-of", "2026-11-21"]) == 0
    text = capsys.readouterr().out
    row = next(line for line in text.splitlines() if line.startswith("gpt-5.4 "))
    assert row.split()[:6] == ["gpt-5.4", "openai", "2", "2.5", "15", "15"]
    assert written(tmp_path) == {}


def test_after_agreement_the_pack_holds_whole_entries_that_load_in_place_of_ours(listed: Path, tmp_path: Path) -> None:
    assert invoke(["catalog", "import", "litellm", str(listed), "--yes", "--as-of", "2026-11-21"]) == 0
    files = written(tmp_path)
    assert set(files) == {
        "rules/catalog/api.toml", "rules/catalog/managed.toml", "rules/pack.toml", "rules/sources.toml"
    }  # fmt: skip
    ours = load_knowledge()
    laid = knowledge_from_files(files)
    assert "litellm-import-2026-11-21" in laid.sources
    assert set(laid.catalog.api) == {"gpt-5.4"}
    prices = laid.catalog.api["gpt-5.4"].prices
    assert prices[:-1] == ours.catalog.api["gpt-5.4"].prices
    assert (prices[-1].provider, prices[-1].input, prices[-1].batch_input, prices[-1].since) == ("openai", 2, 1, DAY)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"a": 1}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_price_list_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_price_list(data, "prices.json", load_knowledge().catalog)


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

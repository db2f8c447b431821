"""The maintained refresh: a list's day comes into the shipped files, and what people wrote there stays."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from advisor.cost.prices import rows_in_force
from advisor.knowledge.load_pack import knowledge_from_files, load_knowledge, read_files
from advisor.knowledge.pack_files import read_table
from advisor.knowledge.price_lists.imported_pack import catalog_text_of
from maintenance.refresh_catalog import main

ROOT = Path(__file__).parents[2]
DAY = date(2026, 12, 20)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("rules", "questionnaires"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def refresh(root: Path, table: dict[str, object], *more: str) -> int:
    file = root / "list.json"
    file.write_text(json.dumps(table), "utf-8")
    return main(["litellm", str(file), "--day", str(DAY), "--source", "litellm-next", "--root", str(root), *more])


def entry(provider: str, given: float, output: float) -> dict[str, object]:
    return {
        "litellm_provider": provider, "mode": "chat", "input_cost_per_token": given, "output_cost_per_token": output
    }  # fmt: skip


def test_a_new_price_is_added_with_its_day_and_everything_else_stays(root: Path) -> None:
    before = load_knowledge()
    assert refresh(root, {"moonshot/kimi-k3.1-pro": entry("moonshot", 1.5e-06, 8e-06)}) == 0
    files = {path: (root / path).read_bytes() for path in read_files()}
    after = knowledge_from_files(files)
    rows = rows_in_force(after.catalog.api["kimi-k3.1-pro"].prices, DAY)
    row = next(row for row in rows if row.provider == "moonshot")
    assert (row.input, row.output, row.since, row.source) == (1.5, 8.0, DAY, "litellm-next")
    assert "litellm-next" in after.sources
    for name, model in before.catalog.api.items():
        kept = after.catalog.api[name]
        assert (kept.title, kept.capability, kept.context) == (model.title, model.capability, model.context)
        assert set(model.prices) <= set(kept.prices)
    assert after.catalog.managed == before.catalog.managed


def test_a_dry_run_writes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = (root / "rules" / "catalog" / "api.toml").read_bytes()
    assert refresh(root, {"gpt-5.4": entry("openai", 2e-06, 1e-05)}, "--dry-run") == 0
    assert (root / "rules" / "catalog" / "api.toml").read_bytes() == kept
    assert "gpt-5.4" in capsys.readouterr().out


def test_a_price_in_doubt_is_left_out(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refresh(root, {"gpt-5.4": entry("openai", 2e-03, 1e-02)}) == 0
    assert "left out, in doubt: gpt-5.4" in capsys.readouterr().out


@pytest.mark.parametrize("table", ["api", "managed"])
def test_the_shipped_files_are_as_the_tool_writes_them(table: str) -> None:
    text = (ROOT / "rules" / "catalog" / f"{table}.toml").read_text("utf-8")
    head = text.partition(f"[[{table}]]")[0]
    assert text == head + catalog_text_of(table, read_table(text.encode(), table)[table])


def test_a_row_that_a_list_confirms_takes_over_what_the_endpoint_holds_and_takes(root: Path) -> None:
    """Nothing moved in price; the list says by now how much context is served, and that images are not."""
    key = "deepinfra/meta-llama/Llama-4-Scout-17B-16E-Instruct"
    listed = entry("deepinfra", 1e-07, 3e-07) | {"max_input_tokens": 250_000, "supports_vision": False}
    assert refresh(root, {key: listed}) == 0
    files = {path: (root / path).read_bytes() for path in read_files()}
    rows = knowledge_from_files(files).catalog.managed["llama-4-scout"].prices
    (row,) = [row for row in rows if row.provider == "deepinfra"]
    assert (row.context, row.images, row.checked) == (250_000, False, DAY)


def test_of_a_second_list_only_prices_to_come_are_taken_and_those_named(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed: dict[str, object] = {
        "gpt-5.4": entry("openai", 2e-06, 1.2e-05),
        "moonshot/kimi-k3.1-pro": entry("moonshot", 1.5e-06, 8e-06),
    }
    assert refresh(root, listed, "--future", "--take", "moonshot/kimi-k3.1-pro") == 0
    taken, _, left = capsys.readouterr().out.partition("1 not taken, for they are not of the future")
    assert "kimi-k3.1-pro" in taken
    assert "kimi-k3.1-pro" not in left
    assert "gpt-5.4" in left
    files = {path: (root / path).read_bytes() for path in read_files()}
    after = knowledge_from_files(files).catalog
    assert any(row.since == DAY for row in after.api["kimi-k3.1-pro"].prices)
    assert not any(row.since == DAY for row in after.api["gpt-5.4"].prices)

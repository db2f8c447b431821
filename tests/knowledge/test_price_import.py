"""Price lists from elsewhere: every entry is taken, named or refused; imports are kept, and can be taken back."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from advisor.cli.framework.group import invoke
from advisor.cost.prices import rows_in_force
from advisor.errors import BadInput
from advisor.knowledge.catalog import TokenPrice
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.price_lists.genai_list import read_genai
from advisor.knowledge.price_lists.litellm_list import read_litellm
from advisor.knowledge.price_lists.price_changes import PriceComparison, compare_prices, list_bytes
from advisor.knowledge.price_lists.price_list import clean_price

DAY = date(2026, 11, 28)
CATALOG = load_knowledge().catalog
Captured = pytest.CaptureFixture[str]


def entry(provider: str, given: Any, output: Any, **more: Any) -> dict[str, Any]:
    prices = {"input_cost_per_token": given, "output_cost_per_token": output}
    stated = {name: price for name, price in prices.items() if price is not None}
    return {"litellm_provider": provider, "mode": "chat", **stated, **more}


def compared(table: dict[str, Any], day: date = DAY) -> PriceComparison:
    read = read_litellm(json.dumps(table).encode(), "list.json", CATALOG, day)
    return compare_prices(read, CATALOG, "litellm-import", 10.0)


def read(table: dict[str, Any]) -> Any:
    return read_litellm(json.dumps(table).encode(), "list.json", CATALOG, DAY)


OPENAI = {"gpt-5.4": entry("openai", 2.4e-06, 1.4e-05, input_cost_per_token_above_272k_tokens=4.8e-06,
                           output_cost_per_token_above_272k_tokens=2.1e-05)}  # fmt: skip
ENDED = "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo"


@pytest.mark.parametrize(
    ("key", "provider", "model", "region"),
    [
        ("us.meta.llama3-3-70b-instruct-v1:0", "bedrock_converse", "llama-3.3-70b", "us"),
        ("bedrock_mantle/us-gov-west-1/openai.gpt-5.4", "bedrock_mantle", "gpt-5.4", "us-gov"),
        ("azure/eu/gpt-5.4", "azure", "gpt-5.4", "eu"),
        ("openai.gpt-oss-120b-1:0", "bedrock_converse", "gpt-oss-120b", ""),
        ("deepinfra/meta-llama/Llama-4-Scout-17B-16E-Instruct", "deepinfra", "llama-4-scout", ""),
        ("deepinfra/mistralai/Mistral-Small-24B-Instruct-2501", "deepinfra", "mistral-small-3", ""),
        ("azure_ai/cohere-command-a", "azure_ai", "command-a", ""),
        ("mistral.devstral-2-123b", "bedrock_converse", "devstral-2", ""),
        ("lambda_ai/llama3.3-70b-instruct-fp8", "lambda_ai", "llama-3.3-70b", ""),
        ("databricks/databricks-meta-llama-3-3-70b-instruct", "databricks", "llama-3.3-70b", ""),
        ("claude-haiku-4-5-20251001", "anthropic", "claude-haiku-4.5", ""),
    ],
)
def test_an_entry_is_recognized_by_its_recorded_key_or_by_seller_and_model(
    key: str, provider: str, model: str, region: str
) -> None:
    (listing,) = read({key: entry(provider, 5e-07, 1e-06)}).listings
    assert (listing.model, listing.row.region, listing.row.list_key) == (model, region, key)


@pytest.mark.parametrize("key", ["gpt-5.4-pro", "gpt-5.4-fast", "novita/qwen/qwen3-235b-a22b-thinking-2507"])
def test_another_size_date_or_speed_is_another_model(key: str) -> None:
    provider = "novita" if "novita" in key else "openai"
    found = read({key: entry(provider, 3e-05, 1.8e-04)})
    assert found.listings == []
    assert found.unknown == [(key, provider)]


def test_an_open_model_that_nobody_sold_before_gets_its_first_price() -> None:
    (change,) = compared({"scaleway/Qwen/Qwen2.5-72B-Instruct": entry("scaleway", 1.3e-07, 4e-07)}).changes
    assert (change.kind, change.table, change.model) == ("new", "managed", "qwen2.5-72b")


def test_rows_that_cite_the_list_are_recognized_in_it() -> None:
    """At least 98% of the rows in force that carry a key are found again by a list that holds these keys."""
    rows = [row for _, row in CATALOG.token_prices() if row.list_key and row.in_force(DAY) and row.tier == "standard"]
    sellers = {one.id: (one.list_names or (one.id,))[0] for one in CATALOG.providers.values()}
    table = {row.list_key: entry(sellers[row.provider], row.input / 1e6, row.output / 1e6) for row in rows}
    found = {listing.key for listing in (*read(table).listings, *read(table).further)}
    assert len(found) >= 0.98 * len(table)


def test_steps_tiers_hours_and_regions_are_taken_over() -> None:
    whole = {
        **OPENAI["gpt-5.4"],
        "input_cost_per_token_batches": 1.2e-06,
        "input_cost_per_token_priority": 4.8e-06,
        "output_cost_per_token_priority": 2.8e-05,
        "regional_processing_uplift_multiplier_eu": 1.1,
    }
    rows = {(one.row.region, one.row.tier): one.row for one in read({"gpt-5.4": whole}).listings}
    assert rows.keys() == {("", "standard"), ("", "priority"), ("eu", "standard")}
    plain = rows["", "standard"]
    assert (plain.batch_input, [(step.above, step.input) for step in plain.steps]) == (1.2, [(272_000, 4.8)])
    assert rows["eu", "standard"].input == 2.64
    quiet = {"input_cost_per_token": 1.5e-07, "output_cost_per_token": 6e-07, "windows": [
        {"hours_utc": ["00:00-01:00", "04:00-06:00", "10:00-00:00"], "weekdays": [1, 2, 3, 4, 5]},
        {"hours_utc": "00:00-00:00", "weekdays": [6, 7]},
    ]}  # fmt: skip
    (listing,) = read(
        {"deepseek/deepseek-v4-flash": entry("deepseek", 3e-07, 1.2e-06, off_peak_pricing=quiet)}
    ).listings
    assert listing.row.off_peak is not None
    assert listing.row.off_peak.share == pytest.approx(133 / 168)


def test_prices_by_ranges_of_length_become_steps() -> None:
    ranges = [
        {"range": [0, 32000.0], "input_cost_per_token": 3e-07, "output_cost_per_token": 1.5e-06},
        {"range": [32000.0, 128000.0], "input_cost_per_token": 5e-07, "output_cost_per_token": 2.5e-06},
        {"range": [128000.0, 256000.0], "input_cost_per_token": 8e-07, "output_cost_per_token": 4e-06},
    ]
    (listing,) = read({"dashscope/qwen3-coder-plus": entry("dashscope", None, None, tiered_pricing=ranges)}).listings
    assert listing.row.input == 0.3
    assert [(step.above, step.input, step.output) for step in listing.row.steps] == [
        (32_000, 0.5, 2.5), (128_000, 0.8, 4.0)
    ]  # fmt: skip


def test_a_price_in_steps_of_another_checkpoint_is_shown_with_its_steps_and_taken_where_named(
    capsys: Captured, listed: Path, tmp_path: Path
) -> None:
    ranges = [
        {"range": [0, 32000], "input_cost_per_token": 3e-07, "output_cost_per_token": 1.5e-06},
        {"range": [32000, 128000], "input_cost_per_token": 5e-07, "output_cost_per_token": 2.5e-06},
        {"range": [128000, 256000], "input_cost_per_token": 8e-07, "output_cost_per_token": 4e-06},
    ]
    key = "novita/qwen/qwen3-235b-a22b-fp8"
    listed.write_text(json.dumps({key: entry("novita", None, None, tiered_pricing=ranges)}), "utf-8")
    ask = ["catalog", "import", "litellm", str(listed), "--yes", "--as-of", "2026-11-28"]
    steps = "above 32,000 tokens 0.5 and 2.5, above 128,000 tokens 0.8 and 4"
    assert invoke(ask) == 0
    told = capsys.readouterr().err
    assert "another checkpoint" in told
    assert f"the list asks 0.3 and 1.5 a million tokens, {steps}" in told
    assert not pack_files(tmp_path)
    assert invoke([*ask, "--take", key]) == 0
    assert steps in capsys.readouterr().out
    knowledge = load_knowledge([tmp_path / "data" / "advisor" / "packs" / "litellm"])
    rows = rows_in_force(knowledge.catalog.managed["qwen3-235b-a22b"].prices, DAY)
    taken = next(row for row in rows if row.key == ("novita", "", "standard"))
    assert [(step.above, step.input, step.output) for step in taken.steps] == [(32_000, 0.5, 2.5), (128_000, 0.8, 4.0)]


def test_a_step_that_goes_is_said(capsys: Captured, listed: Path) -> None:
    listed.write_text(json.dumps({"gpt-5.4": entry("openai", 2.4e-06, 1.4e-05)}), "utf-8")
    assert invoke(["catalog", "import", "litellm", str(listed), "--yes", "--as-of", "2026-11-28"]) == 0
    out = capsys.readouterr().out
    assert "no longer more expensive above 272,000 tokens" in out
    assert "cache read none was 0.25" in out


def test_what_ended_is_left_out_and_ends_the_row_read_from_it() -> None:
    found = compared({ENDED: entry("together_ai", 1.04e-06, 1.04e-06, deprecation_date="2026-10-22")})
    assert [change for change in found.changes if change.kind == "new"] == []
    other = compared({"cerebras/llama-3.3-70b": entry("cerebras", 8.5e-07, 1.2e-06, deprecation_date="2026-02-16")})
    assert other.changes == ()


@pytest.mark.parametrize(
    ("key", "provider", "given", "output", "ended"),
    [
        ("lambda_ai/llama3.3-70b-instruct-fp8", "lambda_ai", 1.2e-07, 3e-07, "2025-09-25"),
        (ENDED, "together_ai", 1.04e-06, 1.04e-06, "2026-10-22"),
    ],
)
def test_what_had_ended_comes_back_only_by_a_persons_yes(
    key: str, provider: str, given: float, output: float, ended: str
) -> None:
    """Lambda ended its inference API; LiteLLM's list names its prices to this day."""
    (again,) = compared({key: entry(provider, given, output)}).changes
    assert (again.kind, again.doubt) == ("new", f"the offer ended on {ended}: is it sold again?")


def test_listings_that_ended_lend_no_price() -> None:
    rows = {row.provider for row in rows_in_force(CATALOG.managed["llama-3.3-70b"].prices, DAY)}
    assert rows.isdisjoint({"together", "vertex"})
    flash = {row.provider for row in rows_in_force(CATALOG.api["deepseek-v4-flash"].prices, DAY)}
    assert flash.isdisjoint({"together", "fireworks"})


def test_prices_to_come_take_effect_on_their_day() -> None:
    def price(day: date) -> float:
        rows = rows_in_force(CATALOG.api["gemini-4-argon"].prices, day)
        return next(row.input for row in rows if row.key == ("google", "", "standard"))

    assert (price(date(2026, 11, 30)), price(date(2026, 12, 1))) == (2.0, 4.0)


@pytest.mark.parametrize(
    ("key", "provider", "price"),
    [
        ("wandb/openai/gpt-oss-120b", "wandb", 0.015),
        ("wandb/meta-llama/Llama-3.3-70B-Instruct", "wandb", 0.071),
        ("deepinfra/openai/gpt-oss-120b", "deepinfra", 1e-09),
    ],
)
def test_a_price_tenfold_off_is_in_doubt(key: str, provider: str, price: float) -> None:
    (change,) = compared({key: entry(provider, price, price)}).changes
    assert "elsewhere" in change.doubt or "before" in change.doubt


def test_a_price_in_doubt_is_not_written_unless_named(capsys: Captured, listed: Path, tmp_path: Path) -> None:
    listed.write_text(json.dumps({"wandb/openai/gpt-oss-120b": entry("wandb", 0.015, 0.06)}), "utf-8")
    ask = ["catalog", "import", "litellm", str(listed), "--yes", "--as-of", "2026-11-28"]
    assert invoke(ask) == 0
    out, err = capsys.readouterr()
    assert "nothing differs from the catalog but 1 in doubt" in out
    assert "gpt-oss-120b at wandb" in err
    assert "dollars per million in a per-token field?" in err
    assert not pack_files(tmp_path)
    assert invoke([*ask, "--take", "wandb/openai/gpt-oss-120b"]) == 0
    assert pack_files(tmp_path)


@pytest.mark.parametrize(
    "price", ["9" * 300, "9" * 5000, "1e308", "-2e-06", "NaN", "Infinity", '"x"', "true", "[1]", "5"], ids=len
)
def test_an_impossible_price_refuses_its_entry_by_name_and_keeps_the_rest(price: str) -> None:
    text = json.dumps({"gpt-5.4": entry("openai", 2.4e-06, 1.4e-05), "gpt-5.5": entry("openai", 12345, 2e-05)})
    found = read_litellm(text.replace("12345", price).encode(), "list.json", CATALOG, DAY)
    assert [listing.model for listing in found.listings] == ["gpt-5.4"]
    assert [key for key, _ in found.refused] == ["gpt-5.5"]


def test_a_name_that_cannot_be_written_is_refused() -> None:
    text = '{"\\ud800/gpt-5.4": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6}}'
    assert len(read_litellm(text.encode(), "list.json", CATALOG, DAY).refused) == 1


@pytest.mark.parametrize(
    ("noisy", "clean"),
    [
        (5.00003, 5),
        (0.6000000000000001, 0.6),
        (0.15001, 0.15),
        (0.10003, 0.1),
        (1.613, 1.613),
        (0.7526, 0.7526),
        (0, 0),
    ],
)
def test_rounding_noise_is_cleaned(noisy: float, clean: float) -> None:
    assert clean_price(noisy) == clean


def test_a_second_import_adds_to_the_first_and_can_be_taken_back(
    listed: Path, tmp_path: Path, capsys: Captured
) -> None:
    for day, price in (("2026-11-20", 4e-06), ("2026-11-27", 3e-06)):
        listed.write_text(json.dumps({"gpt-5.4": entry("openai", price, 1.5e-05)}), "utf-8")
        assert invoke(["catalog", "import", "litellm", str(listed), "--yes", "--as-of", day]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines()[::-1] if line.startswith("gpt-5.4 "))
    assert row.split()[3:5] == ["3", "4"]
    assert [own(tmp_path, day).input for day in (19, 22, 28)] == [2.5, 4, 3]
    assert invoke(["catalog", "revert", "litellm"]) == 0
    assert "1 prices of the import of 2026-11-27" in capsys.readouterr().out
    assert [own(tmp_path, day).input for day in (19, 22, 28)] == [2.5, 4, 4]
    assert invoke(["catalog", "revert", "litellm", "gpt-5.4", "--on", "2026-11-20"]) == 0
    assert not pack_files(tmp_path)
    with pytest.raises(BadInput, match="holds no import of litellm"):
        invoke(["catalog", "revert", "litellm"])


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"a": 1}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_price_list_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_litellm(data, "prices.json", CATALOG, DAY)
    with pytest.raises(BadInput):
        read_genai(data, "data.py", CATALOG, DAY)


def test_a_wheel_without_the_list_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.whl"
    file.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(BadInput, match="is not a wheel of litellm"):
        list_bytes("litellm", file)


GENAI = """
providers: list[Provider] = [
    Provider(id='google', name='Google', models=[
        ModelInfo(id='gemini-4-argon', context_window=1048576, prices=[
            ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('2.5'), output_mtok=Decimal('12'))),
            ConditionalPrice(constraint=StartDateConstraint(start_date=datetime.date(2026, 12, 1)),
                             prices=ModelPrice(input_mtok=Decimal('4'), output_mtok=Decimal('20'))),
        ], price_variants=[PriceVariant(when={'processing': 'batch'},
                                        prices=ModelPrice(input_mtok=Decimal('1'), output_mtok=Decimal('5')))]),
        ModelInfo(id='claude-opus-4-8', prices=ModelPrice(input_mtok=Decimal('5'), output_mtok=Decimal('25'))),
    ]),
    Provider(id='openai', name='OpenAI', models=[
        ModelInfo(id='gpt-5.4', prices=ModelPrice(
            input_mtok=TieredPrices(base=Decimal('2.4'), tiers=[Tier(start=272000, price=Decimal('4.8'))]),
            output_mtok=Decimal('14'))),
    ]),
]
"""


def test_genai_prices_are_read_from_their_syntax_with_days_and_tiers() -> None:
    found = read_genai(GENAI.encode(), "data.py", CATALOG, DAY)
    rows = {(one.model, one.row.since): one.row for one in found.listings}
    assert rows.keys() == {
        ("gemini-4-argon", DAY), ("gemini-4-argon", date(2026, 12, 1)), ("gpt-5.4", DAY)
    }  # fmt: skip
    assert rows["gemini-4-argon", DAY].batch_input == 1
    assert [(step.above, step.input, step.output) for step in rows["gpt-5.4", DAY].steps] == [(272_000, 4.8, 14.0)]
    assert found.unknown == [("google/claude-opus-4-8", "google")]


def _genai(seller: str, model: str, prices: str, more: str = "") -> Any:
    text = f"providers: list[Provider] = [Provider(id={seller!r}, models=[ModelInfo(id={model!r}, {prices}{more})])]"
    return read_genai(text.encode(), "data.py", CATALOG, DAY)


def test_what_the_other_list_passes_over_stays_as_it_is_known() -> None:
    """genai-prices states input and output; the steps, tiers' caches and end that LiteLLM states are no less true."""
    (before,) = [
        row for row in rows_in_force(CATALOG.api["gpt-5"].prices, DAY) if row.key == ("openai", "", "standard")
    ]
    assert before.until is not None
    assert before.cache_read
    plain = f"prices=ModelPrice(input_mtok=Decimal('{before.input}'), output_mtok=Decimal('{before.output}'))"
    found = compare_prices(_genai("openai", "gpt-5", plain), CATALOG, "genai-next", 10.0)
    assert found.changes == ()
    assert ("gpt-5", before) in found.confirmed
    raised = plain.replace(str(before.input), "2")
    (change,) = compare_prices(_genai("openai", "gpt-5", raised), CATALOG, "genai-next", 10.0).changes
    assert (change.after.input, change.after.cache_read, change.after.until) == (2.0, 0.0, before.until)


def test_what_genai_prices_marks_as_deprecated_lends_no_price() -> None:
    plain = "prices=ModelPrice(input_mtok=Decimal('1'), output_mtok=Decimal('4'))"
    found = _genai("baseten", "moonshotai/Kimi-K2.6", plain, ", deprecated=True")
    assert found.listings == []
    assert found.refused == [("baseten/moonshotai/Kimi-K2.6", "the list marks it as deprecated")]


def test_a_variant_that_prices_a_kind_flat_takes_its_steps_away_and_one_in_steps_keeps_them() -> None:
    stepped = "TieredPrices(base=Decimal('{}'), tiers=[Tier(start=272000, price=Decimal('{}'))])"
    prices = f"prices=ModelPrice(input_mtok={stepped.format(2, 4)}, output_mtok={stepped.format(10, 20)})"
    flat = "PriceVariant(when={'service_tier': 'priority'}, prices=ModelPrice(input_mtok=Decimal('5'), "
    batch = f"PriceVariant(when={{'processing': 'batch'}}, prices=ModelPrice(input_mtok={stepped.format(1, 2)}, "
    ends = ("output_mtok=Decimal('30')))", "output_mtok=Decimal('5')))")
    found = _genai("openai", "gpt-5.4", prices, f", price_variants=[{flat}{ends[0]}, {batch}{ends[1]}]")
    rows = {one.row.tier: one.row for one in found.listings}
    assert rows["priority"].steps == ()
    (step,) = rows["standard"].steps
    assert (step.input, step.output, step.batch_input, step.batch_output) == (4.0, 20.0, 2.0, 5.0)


def test_a_seller_may_be_left_out_of_one_list_alone() -> None:
    """LiteLLM states OVHcloud's euros as dollars; its prices are read from genai-prices."""
    found = read({"ovhcloud/gpt-oss-120b": entry("ovhcloud", 8e-08, 4e-07)})
    assert (found.listings, found.left_out) == ([], {"ovhcloud": 1})
    prices = "prices=ModelPrice(input_mtok=Decimal('0.09'), output_mtok=Decimal('0.47'))"
    (listing,) = _genai("ovhcloud", "gpt-oss-120b", prices).listings
    assert (listing.model, listing.row.input, listing.row.output) == ("gpt-oss-120b", 0.09, 0.47)


def _coming(day: str, given: str) -> PriceComparison:
    """genai-prices' list with the price of today that the catalog has, and one to come."""
    now = "input_mtok=Decimal('2'), cache_read_mtok=Decimal('0.1'), output_mtok=Decimal('10')"
    then = f"input_mtok=Decimal('{given}'), cache_read_mtok=Decimal('0.2'), output_mtok=Decimal('20')"
    text = f"""
providers: list[Provider] = [Provider(id='google', models=[ModelInfo(id='gemini-4-argon', prices=[
    ConditionalPrice(prices=ModelPrice({now})),
    ConditionalPrice(constraint=StartDateConstraint(start_date=datetime.date({day})), prices=ModelPrice({then}))],
    price_variants=[
        PriceVariant(constraint=StartDateConstraint(start_date=datetime.date({day})), when={{'processing': 'batch'}},
                     prices=ModelPrice(input_mtok=Decimal('2'), output_mtok=Decimal('10'))),
    ])])]
"""
    read = read_genai(text.encode(), "data.py", CATALOG, DAY)
    return compare_prices(read, CATALOG, "genai-next", 10.0)


def test_a_price_to_come_that_is_known_is_confirmed_and_not_added_again() -> None:
    found = _coming("2026, 12, 1", "4")
    assert [change.after.since for change in found.changes if change.after.since > DAY] == []
    assert ("gemini-4-argon", date(2026, 12, 1)) in {(model, row.since) for model, row in found.confirmed}


def test_a_price_to_come_of_another_amount_takes_the_place_of_the_one_known() -> None:
    (change,) = [one for one in _coming("2026, 12, 1", "5").changes if one.after.since > DAY]
    assert change.kind == "changed"
    assert change.before is not None
    assert (change.before.input, change.after.input, change.after.since) == (4.0, 5.0, date(2026, 12, 1))


def test_a_price_to_come_on_another_day_is_in_doubt_beside_the_one_known() -> None:
    (change,) = [one for one in _coming("2027, 1, 1", "4").changes if one.after.since > DAY]
    assert change.doubt == "a price from 2026-12-01 is known: has its day moved?"


def test_thousands_of_entries_are_read_within_a_second() -> None:
    table = {
        f"{name}/model-{number}": entry(name, 1e-06, 2e-06) for name in ("novita", "nobody") for number in range(2450)
    }
    data = json.dumps({**table, **OPENAI}).encode()
    start = time.perf_counter()
    found = read_litellm(data, "list.json", CATALOG, DAY)
    assert time.perf_counter() - start < 1.0
    assert len(found.unknown) == 4900


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "prices.json"


def pack_files(directory: Path) -> list[Path]:
    pack = directory / "data" / "advisor" / "packs" / "litellm"
    return [path for path in sorted(pack.rglob("*")) if path.is_file()]


def own(directory: Path, day: int) -> TokenPrice:
    knowledge = load_knowledge([directory / "data" / "advisor" / "packs" / "litellm"])
    rows = rows_in_force(knowledge.catalog.api["gpt-5.4"].prices, date(2026, 11, day))
    return next(row for row in rows if row.key == ("openai", "", "standard"))


def test_a_wrong_price_in_a_list_older_than_the_catalog_is_in_doubt() -> None:
    """Dollars per million in a per-token field, as lists of early 2026 had them: nothing was in force on that day."""
    wrong = {"wandb/openai/gpt-oss-120b": entry("wandb", 0.015, 0.06)}
    others = {"groq/openai/gpt-oss-120b": entry("groq", 1.5e-07, 6e-07)}
    old = date(2026, 2, 1)
    read = read_litellm(json.dumps(wrong | others).encode(), "list.json", CATALOG, old)
    found = {one.key: one.doubt for one in compare_prices(read, CATALOG, "litellm-old", 10.0).changes}
    assert "15,000 a million tokens input" in found["wandb/openai/gpt-oss-120b"]
    assert found["groq/openai/gpt-oss-120b"] == ""

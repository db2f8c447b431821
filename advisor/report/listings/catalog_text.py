"""The catalog, its ages and imported prices as tables of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from advisor.cost.tokens.prices import rows_in_force
from advisor.knowledge.catalog import ApiModel, Catalog, Gpu, ManagedModel, TokenPrice
from advisor.knowledge.labels import route_name
from advisor.knowledge.packs.pack import Knowledge
from advisor.report.listings.figure_ages import Age
from advisor.text import WIDTH, fitted_table, visible

_MOST_STALE = 20


Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


TOML_NAMES = {"api": "api", "managed": "managed", "gpus": "gpu", "models": "model", "licenses": "license",
              "providers": "provider"}  # fmt: skip
"""What an entry of each table is called in a file."""


def catalog_text(knowledge: Knowledge, name: str, day: date, width: int = WIDTH) -> str:
    """One table of the catalog as of a day, its unit above it, and below which entries a pack laid over."""
    laid = [visible(f"from the pack {pack}: {', '.join(ids)}") for pack, ids in laid_entries(knowledge, name).items()]
    return "\n".join([_table(knowledge, name, day, width), *laid])


def laid_entries(knowledge: Knowledge, name: str) -> dict[str, list[str]]:
    """By pack laid over ours, the entries of one table that come from it."""
    table = knowledge.licenses if name == "licenses" else getattr(knowledge.catalog, name)
    found: dict[str, list[str]] = {pack.name: [] for pack in knowledge.packs}
    for entry in table:
        origin = knowledge.pack_of(TOML_NAMES[name], entry)
        if origin in found:
            found[origin].append(entry)
    return {pack: ids for pack, ids in found.items() if ids}


def _table(knowledge: Knowledge, name: str, day: date, width: int) -> str:
    catalog = knowledge.catalog
    if name in ("api", "managed"):
        models = catalog.api if name == "api" else catalog.managed
        return "dollars per million tokens\n" + fitted_table(*_prices(models.values(), day), width)
    if name == "gpus":
        return "dollars per GPU-hour\n" + fitted_table(*_gpus(catalog), width)
    if name == "models":
        return "billions of parameters, context in tokens\n" + fitted_table(*_models(catalog), width)
    return fitted_table(*(_licenses(knowledge) if name == "licenses" else _providers(catalog)), width)


def _prices(models: Iterable[ApiModel | ManagedModel], day: date) -> Table:
    heads = ("model", "provider", "tier", "region", "input", "output", "since", "grade", "source")
    rows: list[tuple[str, ...]] = []
    for model in models:
        priced = [(model.id, *_token_price(price)) for price in rows_in_force(model.prices, day)]
        rows += priced or [(model.id, "no price known", "", "", "–", "–", "", "", "")]
    return heads, rows


def _gpus(catalog: Catalog) -> Table:
    heads = ("gpu", "GB", "GB/s", "bf16", "fp8", "acquisition", "low", "high", "since", "grade")
    return heads, [row for gpu in catalog.gpus.values() for row in _gpu(gpu)]


def _models(catalog: Catalog) -> Table:
    heads = ("model", "class", "total", "active", "context", "license", "released", "grade")
    rows: list[tuple[str, ...]] = []
    for one in catalog.models.values():
        size = (f"{one.total_b:g}", f"{one.active_b:g}") if one.has_shape else ("–", "–")
        rows.append((one.id, one.capability, *size, f"{one.context}", one.license, str(one.released or "–"), one.grade))
    return heads, rows


def _licenses(knowledge: Knowledge) -> Table:
    heads = ("license", "spdx", "posture", "checked", "grade")
    terms = knowledge.licenses.values()
    return heads, [(one.id, one.spdx, one.posture, str(one.checked), one.grade) for one in terms]


def _providers(catalog: Catalog) -> Table:
    heads = ("provider", "kind", "routes", "regions", "baa", "no retention", "no training", "checked")
    rows: list[tuple[str, ...]] = []
    for one in catalog.providers.values():
        offers = map(_yes, (one.baa, one.zero_retention, one.no_training))
        rows.append(
            (one.id, one.kind, ", ".join(map(route_name, one.routes)), " ".join(one.regions), *offers, str(one.checked))
        )
    return heads, rows


def _yes(offered: bool | None) -> str:
    return "not known" if offered is None else "yes" if offered else "no"


def _token_price(price: TokenPrice) -> tuple[str, ...]:
    figures = (f"{price.input:g}", f"{price.output:g}")
    return (price.provider, price.tier, price.region, *figures, str(price.since), price.grade, price.source)


def _gpu(gpu: Gpu) -> list[tuple[str, ...]]:
    fp8 = f"{gpu.fp8_tflops:g}" if gpu.fp8_tflops else "–"
    shape = (gpu.id, f"{gpu.memory_gb:g}", f"{gpu.bandwidth_gbs:g}", f"{gpu.bf16_tflops:g}", fp8)
    rows = [(row.acquisition, f"{row.low:g}", f"{row.high:g}", str(row.since), row.grade) for row in gpu.prices]
    return [(*shape, *row) for row in rows] or [(*shape, "", "", "", str(gpu.checked), gpu.grade)]


def ages_text(found: Sequence[Age], day: date, width: int = WIDTH) -> str:
    """Per kind how many figures there are, how old the oldest is and how many are too old; then those, oldest first."""
    heads = ("kind", "figures", "oldest, days", "old after, days", "too old")
    kinds = list(dict.fromkeys(age.kind for age in found))
    rows = [_kind(kind, [age for age in found if age.kind == kind]) for kind in sorted(kinds)]
    stale = [age for age in found if age.is_stale]
    shown = [(age.kind, age.name, str(age.since), f"{age.days}", age.grade, age.source) for age in stale[:_MOST_STALE]]
    columns = ("too old", "figure", "since", "days", "grade", "source")
    listed = fitted_table(columns, shown, width) if shown else "None is too old."
    more = f"\nand {len(stale) - len(shown)} more; --format json lists all" if len(stale) > len(shown) else ""
    return f"as of {day}\n\n{fitted_table(heads, rows, width)}\n\n{listed}{more}"


def _kind(kind: str, found: Sequence[Age]) -> tuple[str, ...]:
    stale = sum(age.is_stale for age in found)
    return kind, f"{len(found)}", f"{found[0].days}", f"{found[0].limit_days}", f"{stale}"

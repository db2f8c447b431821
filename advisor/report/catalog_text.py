"""The catalog, the ages of its figures, imported prices and bills worked out from usage, as tables of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from advisor.knowledge.catalog import ApiModel, Catalog, Gpu, GpuPrice, ManagedModel, PriceStep, TokenPrice
from advisor.knowledge.labels import route_name
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import FigureAge, Grade
from advisor.knowledge.price_lists.price_changes import PriceChange, PriceComparison
from advisor.knowledge.price_lists.price_list import PriceListRead
from advisor.text import WIDTH, fitted_table, table_of, visible

if TYPE_CHECKING:
    from advisor.cost.prices import BilledLine

# How old every dated figure of the catalog is, against the number of days after which its kind counts as old.


_LIMIT = "evidence.stale_days."


def ages(knowledge: Knowledge, day: date) -> list[FigureAge]:
    """The newest figure of each name, the oldest first."""
    parameters = knowledge.parameters_at(day)
    found = [
        FigureAge(kind, name, since, (day - since).days, round(parameters.number(_LIMIT + kind)), source, grade)
        for kind, name, since, source, grade in _dated(knowledge, day)
    ]
    return sorted(found, key=lambda age: (-age.days, age.kind, age.name))


def _dated(knowledge: Knowledge, day: date) -> Iterator[tuple[str, str, date, str, Grade]]:
    catalog = knowledge.catalog
    for table in (catalog.api, catalog.managed):
        for model in table.values():
            yield from _price_ages(model.id, model.prices, day)
    for gpu in catalog.gpus.values():
        yield from _price_ages(gpu.id, gpu.prices, day)
        yield "hardware", gpu.id, gpu.checked, gpu.source, gpu.grade
    for one in catalog.models.values():
        yield "models", one.id, one.checked, one.source, one.grade
    for provider in catalog.providers.values():
        yield "providers", provider.id, provider.checked, provider.source, provider.grade
    for terms in knowledge.licenses.values():
        yield "licenses", terms.id, terms.checked, terms.source, terms.grade


def _price_ages(
    owner: str, prices: tuple[TokenPrice, ...] | tuple[GpuPrice, ...], day: date
) -> Iterator[tuple[str, str, date, str, Grade]]:
    """Of each provider, tier and region (or way of acquisition) the price in force on the day."""
    newest: dict[str, TokenPrice | GpuPrice] = {}
    for price in prices:
        known = newest.get(_terms(price))
        if price.since <= day and (known is None or known.since <= price.since):
            newest[_terms(price)] = price
    for terms, price in newest.items():
        if isinstance(price, GpuPrice):
            yield "prices", f"{owner} {terms}", price.since, price.source, price.grade
        elif price.in_force(day):
            yield "prices", f"{owner} {terms}", _read(price, day), price.source, price.grade


def _read(price: TokenPrice, day: date) -> date:
    """The last day, up to the one looked from, on which a list stated the price."""
    return price.checked if price.checked is not None and price.since < price.checked <= day else price.since


def _terms(price: TokenPrice | GpuPrice) -> str:
    if isinstance(price, GpuPrice):
        return price.acquisition
    parts = (price.provider, "" if price.tier == "standard" else price.tier, price.region)
    return " ".join(part for part in parts if part)


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
    from advisor.cost.prices import rows_in_force  # numpy, which no import of a price list waits for

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


def ages_text(found: Sequence[FigureAge], day: date, width: int = WIDTH) -> str:
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


def _kind(kind: str, found: Sequence[FigureAge]) -> tuple[str, ...]:
    stale = sum(age.is_stale for age in found)
    return kind, f"{len(found)}", f"{found[0].days}", f"{found[0].limit_days}", f"{stale}"


# What a price list says of the catalog, as text: what it changes, what is in doubt, and what was not taken and why.


_MOST = 8
_BESIDE = (
    "cache_read", "cache_write", "cache_write_1h", "cache_write_12h", "batch_input", "batch_output",
    "batch_cache_read", "batch_cache_write", "reasoning_output", "image_input", "audio_input", "video_input",
    "image_output", "audio_output",
)  # fmt: skip


def read_text(read: PriceListRead, compared: PriceComparison, full: bool = False) -> str:
    """How much of a list was understood, and by reason what was not taken; `full` lists every entry of it."""
    sellers = Counter(seller for _, seller in read.unknown)
    lines = [
        f"the list as of {read.day}: {read.entries:,} entries, {len(read.listings)} prices of the catalog's models",
        f"{len(compared.confirmed)} rows of the catalog confirmed",
        *_named("further listings of a price taken", [one.key for one in read.further], full),
        *_named(f"ended before {read.day}", [f"{key} ({day})" for key, day in read.ended], full),
        *_named("refused", [f"{key}: {reason}" for key, reason in read.refused], full=True),
        *_named(
            "rows of the catalog that the list does not name",
            [f"{model} at {_where(row)} ({row.list_key or 'no key'})" for model, row in compared.unfound],
            full,
        ),
        *_named("resold by neither the vendor nor a cloud", [one.key for one in compared.resold], full),
        *_named("sellers left out", [f"{seller} {count}" for seller, count in sorted(read.left_out.items())], full),
        *_named("charges in no bill", [f"{name} {count}" for name, count in sorted(read.columns.items())], full),
        f"{read.others:,} entries are not chat models",
    ]
    if full:
        lines += _named("not of the catalog", [key for key, _ in read.unknown], full)
    else:
        lines += _named("not of the catalog", [f"{seller} {count}" for seller, count in sellers.most_common()], full)
    return "\n".join(map(visible, lines))


def _named(what: str, names: Sequence[str], full: bool = False) -> list[str]:
    if not names:
        return []
    shown = names if full else names[:_MOST]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return [f"{len(names)} {what}: {', '.join(shown)}{more}"]


def changes_text(changes: Iterable[PriceChange], in_doubt: int = 0) -> str:
    """The changes as a table in dollars per million tokens, with what moved besides input and output.

    `in_doubt` is the number of changes left for a person to decide.
    """
    found = sorted(changes, key=lambda one: (one.kind, one.model, one.after.key))
    if not found:
        return f"nothing differs from the catalog{f' but {in_doubt} in doubt' if in_doubt else ''}"
    heads = ("model", "provider", "region", "tier", "input", "was", "output", "was", "from", "listed as", "beside")
    rows = [
        (
            one.model,
            one.after.provider,
            one.after.region,
            one.after.tier,
            *_was(one),
            str(one.after.since),
            one.key,
            _further_prices(one),
        )
        for one in found
    ]
    return f"dollars per million tokens\n{table_of(heads, rows)}"


def offer_text(change: PriceChange) -> str:
    """What a list asks in one change, with its steps, in dollars per million tokens."""
    further = _further_prices(change)
    return f"{change.after.input:g} and {change.after.output:g} a million tokens{f', {further}' if further else ''}"


def _where(row: TokenPrice) -> str:
    return " ".join(part for part in (row.provider, row.region, "" if row.tier == "standard" else row.tier) if part)


def _was(change: PriceChange) -> tuple[str, str, str, str]:
    before, after = change.before, change.after
    old = (f"{before.input:g}", f"{before.output:g}") if before and change.kind != "new" else ("new", "new")
    return f"{after.input:g}", old[0], f"{after.output:g}", old[1]


def _further_prices(change: PriceChange) -> str:
    """What differs besides input and output: cache and batch prices, steps, hours, the end."""
    before, after = change.before, change.after
    if change.kind == "ends":
        return f"ends {after.until}"
    moved = []
    if before is not None and change.kind != "new":
        for name in _BESIDE:
            if getattr(before, name) != getattr(after, name):
                now, then = _asked(getattr(after, name)), _asked(getattr(before, name))
                moved.append(f"{name.replace('_', ' ')} {now} was {then}")
    if before is None or before.steps != after.steps:
        known = {step.above: step for step in before.steps} if before else {}
        moved += [_step(step) for step in after.steps if known.get(step.above) != step]
        gone = sorted(known.keys() - {step.above for step in after.steps})
        moved += [f"no longer more expensive above {above:,} tokens" for above in gone]
    if after.off_peak is not None and (before is None or before.off_peak != after.off_peak):
        off_peak = after.off_peak
        moved.append(f"{off_peak.input:g} and {off_peak.output:g} in {off_peak.share:.0%} of the hours")
    elif before is not None and before.off_peak is not None and after.off_peak is None:
        moved.append("no longer cheaper in some hours")
    known_charges = before.other if before is not None else ()
    moved += [f"{one.name} {one.usd:g}" for one in after.other if one not in known_charges]
    if after.until is not None and (before is None or before.until != after.until):
        moved.append(f"ends {after.until}")
    return ", ".join(moved)


def _asked(price: float) -> str:
    """A price besides input and output; a row states 0 where it has none."""
    return f"{price:g}" if price else "none"


def _step(step: PriceStep) -> str:
    return f"above {step.above:,} tokens {step.input:g} and {step.output:g}"


# A bill worked out from usage, as a table: each line with its positions, and the sum.


def bill_text(lines: Sequence[BilledLine]) -> str:
    """Every position as tokens times dollars per million, the dollars of each line, and of all."""
    heads = ("line", "model", "provider", "tier", "kind", "tokens", "$ per M", "$")
    rows = [
        (
            str(one.line), one.model, one.price.provider, one.price.tier, charge.kind, f"{charge.tokens:,}",
            f"{charge.usd_per_million:g}", f"{charge.usd:,.2f}",
        )
        for one in lines
        for charge in one.charges
    ]  # fmt: skip
    total = sum(one.usd for one in lines)
    return f"{table_of(heads, rows)}\n\nin all ${total:,.2f} for {len(lines)} lines of usage"

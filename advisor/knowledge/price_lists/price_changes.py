"""A price list read from its file and compared with the catalog: what is new, moved, ended, as it was."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any, Literal, TypeVar

from advisor.bounded_read import read_file
from advisor.errors import BadInput
from advisor.knowledge.catalog import Catalog, PriceStep, TokenPrice
from advisor.knowledge.price_lists.price_list import Listing, PriceListRead, bare_name

# Which price lists can be read, and from which files: the list itself, or the package that carries it.


ListKind = Literal["litellm", "genai-prices"]
LIST_KINDS: tuple[ListKind, ...] = ("litellm", "genai-prices")
MOST_BYTES = 200_000_000
_MEMBERS = {
    "litellm": "litellm/model_prices_and_context_window_backup.json",
    "genai-prices": "genai_prices/data.py",
}
_OLDEST = date(2023, 1, 1)


def list_bytes(kind: ListKind, file: Path) -> bytes:
    """The bytes of a list, out of the package's wheel where FILE is one; raises BadInput."""
    data = read_file(file, MOST_BYTES, follow=True)
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as wheel, wheel.open(_MEMBERS[kind]) as member:
            return member.read(MOST_BYTES)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError):
        raise BadInput(str(file), f"is not a wheel of {kind}", f"it holds {_MEMBERS[kind]}") from None


def file_day(file: Path) -> date | None:
    """The day a file was written, where that can be a list's own: packages are stamped with days long past."""
    try:
        day = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    except (OSError, ValueError, OverflowError):
        return None
    return day if day >= _OLDEST else None


def read_list(kind: ListKind, data: bytes, file: str, catalog: Catalog, day: date) -> PriceListRead:
    """Read one list as of a day; raises BadInput for anything that is not one."""
    if kind == "litellm":
        from advisor.knowledge.price_lists.litellm_list import read_litellm

        return read_litellm(data, file, catalog, day)
    from advisor.knowledge.price_lists.genai_list import read_genai

    return read_genai(data, file, catalog, day)


_STATES_ENDS = frozenset({"litellm"})
"""The lists that say on which day an offer ends; where another is silent, it says nothing of it."""
Kind = Literal["new", "changed", "completed", "ends"]
_ABOUT_THE_ROW = frozenset(
    {"since", "until", "checked", "source", "grade", "list_key", "note", "context", "max_output", "images", "other"}
)


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One row of the catalog that a list changes; `doubt` says why it should not be believed unseen, or is empty."""

    kind: Kind
    table: str
    model: str
    key: str
    before: TokenPrice | None
    after: TokenPrice
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class PriceComparison:
    """What a list says of the catalog: changes, rows it confirms, and rows citing such a list that it does not name.

    `resold` are listings of a closed model at a seller that is neither its vendor nor a cloud: no route buys there.
    """

    changes: tuple[PriceChange, ...]
    confirmed: tuple[tuple[str, TokenPrice], ...]
    unfound: tuple[tuple[str, TokenPrice], ...] = ()
    resold: tuple[Listing, ...] = ()


def compare_prices(read: PriceListRead, catalog: Catalog, source: str, outlier: float) -> PriceComparison:
    """Hold a list against the rows in force on its day; `source` is what new rows cite.

    A price `outlier` times over or under the row it follows (of a list older than the catalog: the row that follows
    it), or the middle of the model's other providers there and in the list itself, is in doubt.
    """
    rows, ahead = _newest(catalog, read.day), _ahead(catalog, read.day)
    known = [(place[0], row) for place, row in rows.items() if row.in_force(read.day)]
    known += [(one.model, one.row) for one in read.listings if one.row.in_force(read.day)]
    changes: list[PriceChange] = []
    resold: list[Listing] = []
    confirmed: list[tuple[str, TokenPrice]] = []
    named: set[tuple[str, str, str, str]] = {one.place for one in read.further}
    for listing in read.listings:
        named.add(listing.place)
        if _is_resold(listing, catalog):
            resold.append(listing)
            continue
        to_come = ahead.get(listing.place, [])
        before = next((row for row in to_come if row.since == listing.row.since), rows.get(listing.place))
        whole = _with_unstated(listing, before, read.kind)
        is_known = before is not None and _is_confirmed(whole.row, before, read.day)
        found = None if is_known else _change(whole, before, catalog, source, read.day)
        if found is None:
            if before is not None:
                confirmed.append((listing.model, _with_limits(before, listing)))
            continue
        usual = before or next(iter(to_come), None)
        doubt = "" if found.kind == "ends" else _doubt(listing, usual, known, outlier)
        changes.append(replace(found, doubt=doubt or _moved_or_back(listing, before, to_come, read.day)))
    unfound = [
        (place[0], row)
        for place, row in rows.items()
        if place not in named and row.until is None and row.source.startswith(read.kind)
    ]
    return PriceComparison(tuple(changes), tuple(confirmed), tuple(unfound), tuple(resold))


def table_of(model: str, provider: str, catalog: Catalog) -> str:
    """The table a row belongs to: a vendor's own where the model is in both."""
    if model in catalog.api and (model not in catalog.managed or is_own(model, provider, catalog)):
        return "api"
    return "managed"


def _is_resold(listing: Listing, catalog: Catalog) -> bool:
    model, seller = listing.model, listing.row.provider
    is_open = model in catalog.managed or model not in catalog.api
    if is_open or catalog.providers[seller].kind == "cloud" or is_own(model, seller, catalog):
        return False
    return catalog.providers[seller].kind == "vendor" or not catalog.api[model].open_weights


def is_own(model: str, provider: str, catalog: Catalog) -> bool:
    """Whether a provider is the vendor whose own model it is."""
    seller = catalog.providers.get(provider)
    return seller is not None and model in catalog.api and catalog.api[model].vendor == seller.vendor


def _newest(catalog: Catalog, day: date) -> dict[tuple[str, str, str, str], TokenPrice]:
    """The newest row begun by a day of each model, provider, region and tier, ended or not."""
    rows: dict[tuple[str, str, str, str], TokenPrice] = {}
    for model, row in catalog.token_prices():
        place = (model, *row.key)
        if row.since <= day and (place not in rows or rows[place].since <= row.since):
            rows[place] = row
    return rows


def _ahead(catalog: Catalog, day: date) -> dict[tuple[str, str, str, str], list[TokenPrice]]:
    """The rows that begin after a day, by model, provider, region and tier, in the order of their days."""
    rows: dict[tuple[str, str, str, str], list[TokenPrice]] = {}
    for model, row in catalog.prices_by_start():
        if row.since > day:
            rows.setdefault((model, *row.key), []).append(row)
    return rows


def _moved_or_back(listing: Listing, before: TokenPrice | None, to_come: Sequence[TokenPrice], day: date) -> str:
    """Why a person should look: a price to come that is known of another day, or an offer that had ended."""
    row = listing.row
    if row.since > day:
        same = next((one for one in to_come if one.since != row.since), None)
        return f"a price from {same.since} is known: has its day moved?" if same else ""
    if before is not None and before.until is not None and before.until <= day:
        return f"the offer ended on {before.until}: is it sold again?"
    return ""


_CHARGES = tuple(field.name for field in fields(TokenPrice) if field.name not in _ABOUT_THE_ROW | {"off_peak"})


def _with_unstated(listing: Listing, before: TokenPrice | None, kind: str) -> Listing:
    """The listing with what another list states of the same entry and this one passes over: its silence is no news.

    Charges are kept where input and output are the same at the lengths that this list states; the endpoint's limits are
    kept at any price.
    """
    if before is None:
        return listing
    row = listing.row
    if before.batch_cache_read and not row.batch_cache_read and row.batch_input == before.batch_input:
        # the usual one, which lists round, is left out
        listing = replace(listing, row=replace(row, batch_cache_read=before.batch_cache_read))
    if _is_another(before, listing):
        return listing
    if before.until is not None and listing.row.since < before.until and kind not in _STATES_ENDS:
        listing = replace(listing, row=replace(listing.row, until=before.until))
    if before.source.startswith(kind):
        return listing
    row = replace(listing.row, **_limits(listing.row, before))
    listing = replace(listing, row=row)
    steps, known = {one.above: one for one in row.steps}, {one.above: one for one in before.steps}
    pairs: list[tuple[TokenPrice | PriceStep, TokenPrice | PriceStep]] = [(row, before)]
    pairs += [(one, known[above]) for above, one in steps.items() if above in known]
    differs = any((one.input, one.output) != (two.input, two.output) for one, two in pairs)
    if differs or (known and not steps.keys() <= known.keys()):
        return listing
    filled = [_filled(steps[above], one) if above in steps else one for above, one in known.items()] or row.steps
    row = replace(
        _filled(row, before),
        steps=tuple(filled),
        off_peak=row.off_peak or before.off_peak,
        other=row.other or before.other,
    )
    return replace(listing, row=row)


_Charged = TypeVar("_Charged", TokenPrice, PriceStep)


def _filled(row: _Charged, before: _Charged) -> _Charged:
    """A row, or one step of it, whose charges of 0 are those of another."""
    names = [field.name for field in fields(before) if field.name not in _ABOUT_THE_ROW]
    known = {name: getattr(before, name) for name in names if getattr(row, name) == 0.0 and getattr(before, name)}
    return replace(row, **known)


def _change(
    listing: Listing, before: TokenPrice | None, catalog: Catalog, source: str, day: date
) -> PriceChange | None:
    def becomes(kind: Kind, after: TokenPrice) -> PriceChange:
        table = table_of(listing.model, listing.row.provider, catalog)
        return PriceChange(kind, table, listing.model, listing.key, before, after)

    row = replace(listing.row, source=source, checked=day)
    known = before if before is not None and before.in_force(max(day, row.since)) else None
    is_same_entry = known is not None and not _is_another(known, listing)
    if row.until is not None and row.until <= day:
        return becomes("ends", replace(known, until=row.until)) if known is not None and is_same_entry else None
    if known is None:
        return becomes("new", row)
    if not same_charges(known, row):
        row = replace(row, other=row.other or known.other)
        if _only_more(known, row):
            return becomes("completed", replace(row, since=known.since))
        return becomes("changed", row)
    if row.other and row.other != known.other and is_same_entry:
        return becomes("completed", replace(known, other=row.other, until=row.until, checked=row.checked))
    if row.until != known.until and is_same_entry:
        return becomes("ends", replace(known, until=row.until))
    return None


def _is_confirmed(row: TokenPrice, before: TokenPrice, day: date) -> bool:
    """Whether a list states a row as it is known, in force and with the same end."""
    at = max(day, row.since)
    return before.in_force(at) and row.until == before.until and row.other == before.other and same_charges(before, row)


def _with_limits(before: TokenPrice, listing: Listing) -> TokenPrice:
    """A row that was confirmed, with what its entry says the endpoint holds and takes."""
    if _is_another(before, listing):
        return before
    return replace(before, **_limits(listing.row, before))


def _limits(row: TokenPrice, before: TokenPrice) -> dict[str, Any]:
    """What an endpoint holds and takes by a row, or else by the one known before."""
    images = before.images if row.images is None else row.images
    return {
        "context": row.context or before.context, "max_output": row.max_output or before.max_output, "images": images,
    }  # fmt: skip


def same_charges(one: TokenPrice, other: TokenPrice) -> bool:
    """Whether two rows ask the same for every kind of token, at every length and hour."""
    if any(getattr(one, name) != getattr(other, name) for name in _CHARGES):
        return False
    if one.off_peak is None or other.off_peak is None:
        return one.off_peak is other.off_peak
    off_peak, other_off_peak = (row.off_peak and replace(row.off_peak, hours="") for row in (one, other))
    return off_peak == other_off_peak


def _is_another(before: TokenPrice, listing: Listing) -> bool:
    """Whether a row was read from an entry of another name: another checkpoint, date or speed."""
    known = before.list_key
    return known not in ("", listing.key) and bare_name(known) != bare_name(listing.key)


def _only_more(before: TokenPrice, after: TokenPrice) -> bool:
    """Whether the later row says all that the earlier one did, and fills what that left open."""
    names = [field.name for field in fields(TokenPrice) if field.name not in _ABOUT_THE_ROW | {"steps"}]
    same_limits = [step.above for step in before.steps] == [step.above for step in after.steps]
    steps = zip(before.steps, after.steps, strict=False) if same_limits else ()
    return (
        all(getattr(before, name) in (0.0, (), None, getattr(after, name)) for name in names)
        and (same_limits or not before.steps)
        and all(
            getattr(one, field.name) in (0.0, getattr(two, field.name)) for one, two in steps for field in fields(one)
        )
    )


def _doubt(
    listing: Listing,
    before: TokenPrice | None,
    known: Sequence[tuple[str, TokenPrice]],
    outlier: float,
) -> str:
    row = listing.row
    if before is not None and before.in_force(row.since) and _is_another(before, listing):
        return f"the price known was read from {before.list_key}: another checkpoint or speed?"
    others = [
        one for model, one in known if model == listing.model and one.provider != row.provider and one.tier == row.tier
    ]
    for kind in ("input", "output"):
        asked = getattr(row, kind)
        past = getattr(before, kind) if before else None
        if past == asked:  # known of this seller, whatever others ask
            continue
        middle = median(getattr(one, kind) for one in others) if others else None
        if any(one and not 1 / outlier < asked / one < outlier for one in (past, middle)):
            usual = [f"{past:,.6g} before" if past else "", f"{middle:,.4g} elsewhere" if middle else ""]
            unit = ": dollars per million in a per-token field?" if any(v and asked > v for v in (past, middle)) else ""
            return f"{asked:,.6g} a million tokens {kind}, {', '.join(filter(None, usual))}{unit}"
    return ""

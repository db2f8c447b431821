"""What a price list says of the catalog, as text: what it changes, what is in doubt, and what was not taken and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from advisor.knowledge.catalog import PriceStep, TokenPrice
from advisor.knowledge.price_lists.price_changes import PriceChange, PriceComparison
from advisor.knowledge.price_lists.price_list import PriceListRead
from advisor.text import table_of, visible

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

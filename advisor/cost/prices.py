"""Which price a route pays: the catalog's rows that are in force, from providers that offer what the data needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from advisor.cost.draws import Figure
from advisor.cost.token_bill import Rates
from advisor.knowledge.catalog import Provider, TokenPrice


@dataclass(frozen=True, slots=True)
class DataNeeds:
    """What a provider must offer before its price counts."""

    region: str = ""
    baa: bool = False
    zero_retention: bool = False
    no_training: bool = False

    def met_by(self, provider: Provider | None, price: TokenPrice) -> bool:
        """Whether a provider is known to offer all of it; an offer nobody documented counts as not made."""
        if self == DataNeeds():
            return True
        if provider is None:
            return False
        in_region = not self.region or self.region in provider.regions or price.region == self.region
        return (
            in_region
            and (provider.baa or not self.baa)
            and (provider.zero_retention or not self.zero_retention)
            and (provider.no_training or not self.no_training)
        )


@dataclass(frozen=True, slots=True)
class PriceList:
    """The rows one model may be had at, cheapest first; more than one makes the price uncertain between them."""

    model: str
    rows: tuple[TokenPrice, ...]

    def rates(self, uniform: Figure) -> Rates:
        """Rates at a position 0–1 between the cheapest and the dearest row, interpolated between neighbours."""
        columns = (
            [row.input for row in self.rows],
            [row.output for row in self.rows],
            [row.cache_read or row.input for row in self.rows],
            [row.cache_write or row.input for row in self.rows],
            [row.batch_input or row.input for row in self.rows],
            [row.batch_output or row.output for row in self.rows],
        )
        if len(self.rows) == 1:
            return Rates(*(column[0] for column in columns))
        place = np.asarray(uniform) * (len(self.rows) - 1)
        lower = np.minimum(place.astype(np.int64), len(self.rows) - 2)
        table, part = np.array(columns), place - lower
        below = table[:, lower]
        found = below + (table[:, lower + 1] - below) * part
        return Rates(*(found if isinstance(uniform, np.ndarray) else found.tolist()))

    @property
    def typical(self) -> Rates:
        """The middle row's rates: the point estimate."""
        return self.rates(0.5)


def at_length(row: TokenPrice, prompt: float) -> TokenPrice:
    """The row at a prompt's length in tokens: beyond its limit the long-context tier holds, for every kind of token.

    Cached and batch prices keep their proportion to the plain ones.
    """
    if not row.long_context_above or prompt <= row.long_context_above:
        return row
    inward, outward = row.long_input / row.input, row.long_output / row.output
    return replace(
        row,
        input=row.long_input,
        output=row.long_output,
        cache_read=row.cache_read * inward,
        cache_write=row.cache_write * inward,
        batch_input=row.batch_input * inward,
        batch_output=row.batch_output * outward,
    )


def price_list(
    model: str, rows: Sequence[TokenPrice], providers: Mapping[str, Provider], needs: DataNeeds, as_of: date
) -> PriceList | None:
    """The rows in force on a day, one of each provider that offers what the data needs; None when none does.

    A row for one region counts only when the data needs that region, and then before the provider's general one.
    Ordered by an even blend of input and output.
    """
    newest: dict[str, TokenPrice] = {}
    for row in sorted(rows, key=lambda row: (row.region != "", row.since)):
        if row.region in ("", needs.region) and _supersedes(row, newest.get(row.provider), as_of):
            newest[row.provider] = row
    kept = [row for row in newest.values() if needs.met_by(providers.get(row.provider), row)]
    kept.sort(key=lambda row: (row.input + row.output, row.provider))
    return PriceList(model, tuple(kept)) if kept else None


def _supersedes(row: TokenPrice, known: TokenPrice | None, as_of: date) -> bool:
    return known is None or row.since <= as_of

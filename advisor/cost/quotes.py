"""Token offers: every model at every provider's row in effect, compared with what the work needs, cheapest first."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from math import inf
from statistics import median
from typing import NamedTuple

from advisor.cost.offers import (
    REQUIREMENTS,
    ModelTerms,
    Offer,
    OfferNeeds,
    RejectedOffer,
    UnmetNeed,
    authorized_regions,
    model_doubts,
    model_fault,
    priced_elsewhere,
    provider_doubts,
    provider_fault,
)
from advisor.cost.prices import ONE_TOKEN, OWN, announced_changes, expected_rates, own_price, rows_in_force, scaled
from advisor.cost.traffic import Rates, Traffic, token_bill
from advisor.knowledge.catalog import Provider, TokenPrice
from advisor.knowledge.parameters import Range
from advisor.workload.resolve import TEXT_ONLY, InputMix

STANDARD = "standard"
PRIORITY = "priority"
TIERS = ("flex", PRIORITY)
"""Service tiers that are sold by the token at prices of their own, and count only where they were asked for."""
EXACT = Range.exactly(1.0)
KINDS = {"hosted-api": "vendor", "managed-cloud": "cloud", "managed-open": "inference"}
"""What kind of provider sells on which route: one row belongs to one route."""


@dataclass(frozen=True, slots=True)
class SoldModel:
    """A model as providers sell it; `open_weights` tells an open model from a vendor's own."""

    id: str
    terms: ModelTerms
    open_weights: bool
    prices: tuple[TokenPrice, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """One model at one provider's row of a day.

    `rates` are its expected dollars per token over the work's prompt lengths; `spread` is by what factor the true price
    may lie beside it where the row is another region's or old, exactly 1 where it is in force. `doubts` are what is to
    be confirmed, worded as what must be true. `announced` are the rows known to follow within the horizon, or a
    row in the proportion of another seller's; `rates` average them all by the days that each holds.
    """

    route: str
    model: SoldModel
    row: TokenPrice
    rates: Rates
    spread: Range = EXACT
    doubts: tuple[str, ...] = ()
    mix: InputMix = TEXT_ONLY
    announced: tuple[TokenPrice, ...] = ()

    @property
    def listed_ahead(self) -> tuple[TokenPrice, ...]:
        """The announced rows that a list names, and not in the proportion of another seller's."""
        return tuple(row for row in self.announced if row in self.model.prices)

    def offer(self, pricing: str) -> Offer:
        """The offer's name on a way of paying; a tier that has no price here is not what is bought."""
        pricing = "per-token" if pricing in TIERS and self.row.tier != pricing else pricing
        return Offer(self.route, self.model.id, self.row.provider, self.row.region, pricing)


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """How rows are read: the day, the days ahead that count, the prompts' lengths in tokens, and how a price widens.

    `old_after` days a row counts as old, and its price may have moved by `drift` a year since, either way; a row that
    stands in for a region that has none may be beside it by `elsewhere`. A price so many times below the middle of the
    model's other providers that it reaches `outlier` is to be confirmed. `tier` is the service tier that was asked for,
    `mix` what part of the input is images and audio.
    """

    as_of: date
    prompt_lengths: Range
    old_after: float
    drift: float
    elsewhere: Range
    days_per_year: float
    outlier: float
    tier: str = STANDARD
    mix: InputMix = TEXT_ONLY
    days_ahead: float = 0.0


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """The user's own prices for one model on one route, dollars per million tokens; None where not given."""

    route: str
    provider: str = ""
    input_usd: float | None = None
    cached_usd: float | None = None
    output_usd: float | None = None

    @property
    def given(self) -> bool:
        """Whether any of them was given."""
        return any(each is not None for each in (self.input_usd, self.cached_usd, self.output_usd))


@dataclass(frozen=True, slots=True)
class QuoteList:
    """A route's token offers: those that stand, whether or not something is to be confirmed, and those that fail."""

    route: str
    standing: tuple[Quote, ...] = ()
    rejected: tuple[RejectedOffer, ...] = ()

    def cheapest(self, moved: Traffic, writes: float, most: int) -> tuple[Quote, ...]:
        """The cheapest for a month's traffic at the point estimate; those with fewer doubts come first."""
        groups: dict[int, list[Quote]] = {}
        for quote in self.standing:
            groups.setdefault(len(quote.doubts), []).append(quote)
        ranked: list[Quote] = []
        for doubts in sorted(groups):
            if len(ranked) < most:
                ranked += sorted(groups[doubts], key=lambda quote: float(token_bill(moved, quote.rates, writes, 0.0)))
        return tuple(ranked[:most])

    def of(self, *, open_weights: bool) -> QuoteList:
        """Those of open models, or of vendors' own."""
        return replace(self, standing=tuple(each for each in self.standing if each.model.open_weights == open_weights))


def quote_list(
    route: str,
    models: Iterable[SoldModel],
    providers: Mapping[str, Provider],
    needs: OfferNeeds,
    terms: PriceTerms,
    *,
    provider: str = "",
    own: OwnPrice | None = None,
) -> QuoteList:
    """Every model at every provider of a route; `provider` narrows them where that one sells here.

    The user's own price takes the place of the listed row of its model.
    """
    found: list[Quote] = []
    failed: list[RejectedOffer] = []
    selling = _selling(route, providers)
    short = replace(needs, tokens=1.0, tokens_certain=1.0, answer=1.0, answer_certain=1.0)
    flat = replace(terms, prompt_lengths=ONE_TOKEN)
    caches: dict[tuple[bool, bool, bool], _QuotesByModel] = {}
    own = own if own is not None and own.given else None
    for model in models:
        # lengths that no context or price of a model tells apart give the same quotes; so does a provider without a row
        sold = _sold(model)
        stated = min(sold.most_output, float(model.terms.max_output or inf))
        most = stated if sold.states_output else min(stated, needs.answer_usual)
        fits = needs.tokens <= min(sold.context, float(model.terms.context)) and needs.answer <= most
        named = provider if own is not None or provider in sold.providers else ""
        asked, read = short if fits else needs, terms if sold.stepped else flat
        cache = caches.get((fits, sold.stepped, bool(named)))
        if cache is None:
            cache = caches[fits, sold.stepped, bool(named)] = _cached_quotes((route, asked, read, named, own))
        key = model.id, model.open_weights, model.terms
        kept = cache.get(key)
        if kept is None or kept.prices is not model.prices or kept.providers is not providers:
            made = _quotes_of(route, model, selling, asked, read, named, own)
            kept = cache[key] = _CachedQuotes(model.prices, providers, *made)
        found += kept.standing
        failed += kept.rejected
    return QuoteList(route, tuple(found), tuple(failed))


class _CachedQuotes(NamedTuple):
    """One model's quotes, with the prices and providers they were read from: what another catalog has is another's."""

    prices: tuple[TokenPrice, ...]
    providers: Mapping[str, Provider]
    standing: tuple[Quote, ...]
    rejected: tuple[RejectedOffer, ...]


_QuotesByModel = dict[tuple[str, bool, ModelTerms], _CachedQuotes]
_CACHE: dict[Hashable, _QuotesByModel] = {}
_CACHE_SIZE = 2_000
"""What-ifs ask for the same quotes again and again: few answers bear on the price of a token."""


def _cached_quotes(asked: Hashable) -> _QuotesByModel:
    """The quotes kept of one question, by model."""
    if len(_CACHE) >= _CACHE_SIZE:
        _CACHE.clear()
    return _CACHE.setdefault(asked, {})


class _Sold(NamedTuple):
    """What a model's rows tell apart: limits, steps, sellers.

    `context` and `most_output` are the least of any row in tokens; `states_output`: every row has one.
    """

    prices: tuple[TokenPrice, ...]
    context: float
    most_output: float
    states_output: bool
    stepped: bool
    providers: frozenset[str]


_SOLD: dict[int, _Sold] = {}


def _sold(model: SoldModel) -> _Sold:
    """What the rows of a model tell apart, read once."""
    kept = _SOLD.get(id(model.prices))
    if kept is None or kept.prices is not model.prices:
        if len(_SOLD) >= _CACHE_SIZE:
            _SOLD.clear()
        kept = _SOLD[id(model.prices)] = _Sold(
            model.prices,
            min((row.context for row in model.prices if row.context), default=inf),
            min((row.max_output for row in model.prices if row.max_output), default=inf),
            all(row.max_output for row in model.prices),
            any(row.steps for row in model.prices),
            frozenset(row.provider for row in model.prices),
        )
    return kept


def _quotes_of(
    route: str,
    model: SoldModel,
    selling: Mapping[str, Provider],
    needs: OfferNeeds,
    terms: PriceTerms,
    provider: str,
    own: OwnPrice | None,
) -> tuple[tuple[Quote, ...], tuple[RejectedOffer, ...]]:
    """One model at every provider that sells on a route."""
    found, failed = [], []
    fault = model_fault(model.terms, needs)
    for standard in _rows(model, selling, needs, terms.as_of, provider, own):
        row = _of_tier(standard, model.prices, terms)
        seller = selling.get(row.provider)
        wrong = fault or _ended(row, terms) or (provider_fault(seller, row, needs) if seller else None)
        if wrong is not None:
            offer = Offer(route, model.id, row.provider, row.region)
            failed.append(RejectedOffer(offer, wrong.requirement, wrong.because))
        else:
            found.append(_quote(route, model, row, seller, needs, terms))
    return tuple(found), tuple(failed)


def first_failure(rejected: Sequence[RejectedOffer]) -> RejectedOffer | None:
    """The rejection that came furthest through the requirements, which says what would have to change."""
    return max(rejected, key=lambda each: REQUIREMENTS.index(each.requirement), default=None)


def _selling(route: str, providers: Mapping[str, Provider]) -> dict[str, Provider]:
    """Providers by route: a vendor may also serve open weights, as an inference provider does."""
    in_cloud = route == "managed-cloud"
    return {
        name: each for name, each in providers.items() if route in each.routes and (each.kind == "cloud") == in_cloud
    }


def _rows(
    model: SoldModel,
    selling: Mapping[str, Provider],
    needs: OfferNeeds,
    as_of: date,
    named: str,
    own: OwnPrice | None,
) -> Iterator[TokenPrice]:
    """The standard rows that count: one of a provider, a region's own before the general one."""
    sold = [row for row in model.prices if row.provider in selling and row.tier == STANDARD]
    if own is not None and own.given and model.terms.named:
        wanted = own.provider or named
        listed = _first(rows_in_force([row for row in sold if wanted in ("", row.provider)], as_of))
        mine = own_price(
            listed, as_of=as_of, provider=own.provider, input_usd=own.input_usd, cached_usd=own.cached_usd,
            output_usd=own.output_usd,
        )  # fmt: skip
        if mine is not None:
            yield mine
            return
    if named and any(row.provider == named for row in sold):
        sold = [row for row in sold if row.provider == named]
    current = rows_in_force(sold, as_of)
    by_provider: dict[str, list[TokenPrice]] = {}
    for row in current:
        by_provider.setdefault(row.provider, []).append(row)
    for provider, rows in by_provider.items():
        yield from _of_region(rows, selling[provider], needs)
    standing = {row.key for row in current}
    for row in sold:
        if row.until is not None and row.until <= as_of and row.key not in standing and row.region == "":
            yield row


def _of_tier(row: TokenPrice, prices: Sequence[TokenPrice], terms: PriceTerms) -> TokenPrice:
    """The row of the tier that was asked for at a provider and region, else the standard one.

    What a tier's listing does not say is charged as the standard one does it: batches at its price, the cache in
    proportion. A price of the user's own is used as given.
    """
    if terms.tier == STANDARD or row.source == OWN or not row.in_force(terms.as_of):
        return row
    same = [one for one in prices if one.key == (row.provider, row.region, terms.tier)]
    found = next(iter(rows_in_force(same, terms.as_of)), None)
    if found is None:
        return row
    inward = found.input / row.input
    later = row.batch_input / row.input
    return replace(
        found,
        cache_read=found.cache_read or row.cache_read * inward,
        cache_write=found.cache_write or row.cache_write * inward,
        batch_input=found.batch_input or row.batch_input,
        batch_output=found.batch_output or row.batch_output,
        batch_cache_read=found.batch_cache_read or row.batch_cache_read or row.cache_read * later,
        batch_cache_write=found.batch_cache_write or row.batch_cache_write or row.cache_write * later,
    )


def _of_region(rows: Sequence[TokenPrice], provider: Provider, needs: OfferNeeds) -> Sequence[TokenPrice]:
    """The rows of a provider that sell where the data must stay; the general one stands in where there is none."""
    general = [row for row in rows if row.region == ""]
    if needs.authorizations:
        inside = [row for row in rows if row.region and row.region in authorized_regions(provider)]
        return inside or general
    if needs.data.region:
        inside = [row for row in rows if row.region == needs.data.region]
        return inside or general
    return general or [row for row in rows if row.region not in authorized_regions(provider)][:1]


def _priced_apart(row: TokenPrice, prices: Sequence[TokenPrice], needs: OfferNeeds) -> bool:
    """Whether a row of no region stands in for one of a seller that asks prices of their own in other regions."""
    apart = (one.region for one in prices if one.provider == row.provider and one.region != row.region)
    return bool(needs.data.region) and not row.region and any(not region.endswith("-gov") for region in apart)


def _quote(
    route: str,
    model: SoldModel,
    row: TokenPrice,
    seller: Provider | None,
    needs: OfferNeeds,
    terms: PriceTerms,
) -> Quote:
    doubts = [*model_doubts(model.terms, needs)]
    elsewhere = False
    if seller is not None:
        doubts += _far_below(row, seller, model, terms)
        doubts += provider_doubts(seller, row, needs, model.terms)
        doubts += _without_priority(row, seller, model, terms)
        if (
            needs.images
            and row.images is None
            and row.source != OWN
            and (model.open_weights or seller.kind == "inference")
        ):
            doubts.append(f"{seller.title} takes images with {model.terms.title}")
        row, unlisted = _with_media(row, seller, model, terms)
        doubts += unlisted
        government = bool(needs.authorizations) and row.region not in authorized_regions(seller)
        elsewhere = priced_elsewhere(seller, row, needs) or government or _priced_apart(row, model.prices, needs)
    row = _tuned(row, seller, model, needs)
    announced = tuple(_tuned(one, seller, model, needs) for one in _announced(row, model.prices, terms))
    risen = None if seller is None else _following(row, model, terms)
    if seller is not None and risen is not None:
        announced = (risen,)
        doubts.append(
            f"{seller.title} asks ${risen.input:,.2f} in and ${risen.output:,.2f} out for {model.terms.title} from "
            f"{risen.since}, in the proportion that another seller or tier announced"
        )
    return Quote(
        route=route,
        model=model,
        row=row,
        rates=_mean_rates((row, *announced), terms),
        announced=announced,
        mix=terms.mix,
        spread=_spread(row, terms, elsewhere=elsewhere),
        doubts=tuple(doubts),
    )


def _tuned(row: TokenPrice, seller: Provider | None, model: SoldModel, needs: OfferNeeds) -> TokenPrice:
    """The row as its vendor charges the tuned model, where a list says so; the user's own price is of what they buy."""
    factor = model.terms.tuned_factor
    if not needs.tuning or not factor or row.source == OWN or seller is None or seller.kind != "vendor":
        return row
    return scaled(row, factor, factor)


def _announced(row: TokenPrice, prices: Sequence[TokenPrice], terms: PriceTerms) -> tuple[TokenPrice, ...]:
    """The rows announced to follow one within the horizon; a price of the user's own is used as given."""
    if row.source == OWN:
        return ()
    later = _later_rows(prices, row, terms.as_of)
    return tuple(one for one in later if (one.since - terms.as_of).days < terms.days_ahead)


_LATER: dict[tuple[int, tuple[str, str, str], date], tuple[Sequence[TokenPrice], tuple[TokenPrice, ...]]] = {}


def _later_rows(prices: Sequence[TokenPrice], row: TokenPrice, as_of: date) -> tuple[TokenPrice, ...]:
    """What was announced to follow a row of a model's prices, looked for once."""
    key = id(prices), row.key, as_of
    kept = _LATER.get(key)
    if kept is None or kept[0] is not prices:
        if len(_LATER) >= _CACHE_SIZE:
            _LATER.clear()
        kept = _LATER[key] = prices, announced_changes(prices, row, as_of)
    return kept[1]


def _following(row: TokenPrice, model: SoldModel, terms: PriceTerms) -> TokenPrice | None:
    """What a row rises to where only another seller or tier of a vendor's model announced a rise: as much as there.

    Sellers of an open model set their prices apart from each other. None where nothing more expensive was announced.
    """
    if model.open_weights or row.source == OWN or _later_rows(model.prices, row, terms.as_of):
        return None
    for now in rows_in_force(model.prices, terms.as_of):
        for then in _announced(now, model.prices, terms):
            if now.input and now.output and (then.input > now.input or then.output > now.output):
                return replace(scaled(row, then.input / now.input, then.output / now.output), since=then.since)
    return None


_RATES: dict[tuple[int, Range, InputMix], tuple[TokenPrice, Rates]] = {}


def _rates(row: TokenPrice, terms: PriceTerms) -> Rates:
    """A row's expected rates, kept: most what-ifs change neither the lengths of prompts nor the row."""
    key = id(row), terms.prompt_lengths, terms.mix
    kept = _RATES.get(key)
    if kept is None or kept[0] is not row:
        if len(_RATES) >= _CACHE_SIZE:
            _RATES.clear()
        kept = _RATES[key] = row, expected_rates(row, prompt_lengths=terms.prompt_lengths, mix=terms.mix)
    return kept[1]


def _mean_rates(rows: Sequence[TokenPrice], terms: PriceTerms) -> Rates:
    """The rates of a row and of those announced to follow it, each for the days of the horizon that it holds."""
    found = [_rates(row, terms) for row in rows]
    if len(found) == 1:
        return found[0]
    begins = [0.0, *((row.since - terms.as_of).days for row in rows[1:]), terms.days_ahead]
    return Rates.mean(found, [(end - start) / terms.days_ahead for start, end in pairwise(begins)])


def _spread(row: TokenPrice, terms: PriceTerms, *, elsewhere: bool) -> Range:
    """By what factor a price may lie beside its row: exactly 1 of a row in force, lately read, of the right region."""
    days = (terms.as_of - max(row.since, row.checked or row.since)).days
    years = days / terms.days_per_year if days > terms.old_after else 0.0
    drift = terms.drift * years
    low, high = max(0.0, 1.0 - drift), 1.0 + drift
    if elsewhere:
        low, high = low * terms.elsewhere.low, high * terms.elsewhere.high
        return Range(low, high, terms.elsewhere.point)
    return EXACT if drift == 0.0 else Range(low, high, 1.0)


def _far_below(row: TokenPrice, seller: Provider, model: SoldModel, terms: PriceTerms) -> Iterator[str]:
    """A listed price that no other provider comes near: whether it is an error of the list nobody can tell from it."""
    if not any(row is one for one in model.prices):  # the user's own
        return
    others = _elsewhere(model.prices, row.provider, terms.as_of)
    for kind, asked, middle in (("input", row.input, others[0]), ("output", row.output, others[1])):
        if 0.0 < asked * terms.outlier <= middle:
            yield (
                f"{seller.title} sells {model.terms.title} at ${asked:,.2f} a million {kind} tokens, "
                f"where others ask ${middle:,.2f}"
            )
            return


def _without_priority(row: TokenPrice, seller: Provider, model: SoldModel, terms: PriceTerms) -> Iterator[str]:
    """Priority was asked for and no price of it is listed. Work at the flex tier is served at the standard one too."""
    if terms.tier == PRIORITY and row.tier != PRIORITY and row.source != OWN:
        yield f"{seller.title} sells {model.terms.title} with priority, at a price that is not listed"


def _with_media(
    row: TokenPrice, seller: Provider, model: SoldModel, terms: PriceTerms
) -> tuple[TokenPrice, tuple[str, ...]]:
    """The row with its prices of images and audio; what only other rows list above text is taken in proportion."""
    rows = rows_in_force(model.prices, terms.as_of) if terms.mix != TEXT_ONLY and row.source != OWN else ()
    image = max((one.image_input / one.input for one in rows), default=0.0)
    audio = max((one.audio_input / one.input for one in rows), default=0.0)
    doubts: list[str] = []
    if terms.mix.image and not row.image_input and image > 1.0:
        row = replace(row, image_input=row.input * image)
        doubts.append("image")
    if terms.mix.audio and not row.audio_input and audio > 1.0:
        row = replace(row, audio_input=row.input * audio)
        doubts.append("audio")
    proportion = "in the proportion to text that others ask"
    return row, tuple(f"{seller.title} charges for {kind} in {model.terms.title} {proportion}" for kind in doubts)


_MIDDLES: dict[tuple[int, str, date], tuple[tuple[TokenPrice, ...], tuple[float, float]]] = {}


def _elsewhere(prices: tuple[TokenPrice, ...], provider: str, as_of: date) -> tuple[float, float]:
    """The middle of what other providers of a model ask on a day, input and output; 0 where there is none."""
    key = (id(prices), provider, as_of)
    kept = _MIDDLES.get(key)
    if kept is None or kept[0] is not prices:
        if len(_MIDDLES) >= _CACHE_SIZE:
            _MIDDLES.clear()
        rows = rows_in_force([one for one in prices if one.provider != provider and one.tier == STANDARD], as_of)
        found = [[one.input for one in rows] or [0.0], [one.output for one in rows] or [0.0]]
        kept = _MIDDLES[key] = prices, (median(found[0]), median(found[1]))
    return kept[1]


def _ended(row: TokenPrice, terms: PriceTerms) -> UnmetNeed | None:
    if row.until is None or row.until > terms.as_of:
        return None
    return UnmetNeed("ended", f"the offer ended on {row.until}")


def _first(rows: Sequence[TokenPrice]) -> TokenPrice | None:
    general = [row for row in rows if row.region == ""]
    return next(iter(general or rows), None)


def forget() -> None:
    """Let go of what is kept for the what-ifs of one workload."""
    for kept in (_CACHE, _SOLD, _MIDDLES, _RATES, _LATER):
        kept.clear()

"""Why published break-evens differ by three orders of magnitude: each divides another fixed cost by another price."""

from __future__ import annotations

from advisor.interview.wording.answer_format import dollars, quantity
from advisor.knowledge.articles.methods import PublishedMethod
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.ranges import Range
from advisor.published.published_facts import PanelFigures, break_even_tokens
from advisor.published.results import BreakEvenOf

OURS = "this workload"


def sentence(found: BreakEvenOf) -> str:
    """The quotient in words."""
    if found.fixed_usd is None or found.avoided_usd_per_million is None:
        volume = _tokens(found.tokens_per_month or 0.0)
        return f"{found.source}: {volume}, asserted without a fixed cost or a price behind it"
    quotient = f"{dollars(found.fixed_usd)} a month ÷ {dollars(found.avoided_usd_per_million)} a million tokens"
    if found.tokens_per_month is None:
        return f"{found.source}: {quotient}: no volume pays"
    return f"{found.source}: {quotient} = {_tokens(found.tokens_per_month)}"


def explain_disagreement(
    figures: PanelFigures, knowledge: Knowledge, parameters: Parameters
) -> tuple[BreakEvenOf, ...]:
    """The break-even of every method that states one, and of this workload last."""
    published = [
        _published(method, parameters)
        for method in knowledge.methods.values()
        if method.asserted_tokens or (method.fixed_usd and method.avoided_usd_per_million)
    ]
    fixed, avoided = figures.fixed_usd, figures.avoided_usd_per_million
    return (*published, BreakEvenOf(OURS, fixed, avoided, break_even_tokens(fixed, avoided)))


def _published(method: PublishedMethod, parameters: Parameters) -> BreakEvenOf:
    if method.asserted_tokens:
        return BreakEvenOf(method.source, None, None, parameters.number(method.asserted_tokens))
    fixed, avoided = parameters.number(method.fixed_usd), parameters.number(method.avoided_usd_per_million)
    return BreakEvenOf(method.source, fixed, avoided, break_even_tokens(fixed, avoided))


def _tokens(volume: float) -> str:
    return quantity(Range.exactly(volume), "tokens-per-month")

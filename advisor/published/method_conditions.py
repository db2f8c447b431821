"""Facts that published methods ask for, their conditions judged by the logic of the rules, reasons with values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from advisor.cost.operations import breach_exposure, wilson
from advisor.engine.engine import Circumstances
from advisor.engine.facts import LARGEST_INTEGER, FactValue, check_rules, kinds_of, read_facts
from advisor.interview.answer_format import quantity, said
from advisor.knowledge.conditions import Condition
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Parameters, Range
from advisor.knowledge.published_articles import PublishedChecklist, PublishedItem, PublishedMethod
from advisor.knowledge.rules import Rule

# Reasons with the values they rest on: names in braces become what is known of them.


NAME = re.compile(r"\{([a-z0-9._-]+)\}")
_KINDS = {
    "tokens per month": "tokens-per-month",
    "tokens per day": "tokens-per-day",
    "USD per month": "usd-per-month",
    "share": "share",
    "ms": "milliseconds",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Facts and parameters put in words."""

    facts: Mapping[str, FactValue]
    knowledge: Knowledge
    parameters: Parameters

    def fill(self, text: str) -> str:
        """Replace every `{name}` of a text by the fact or the parameter of that name."""
        return NAME.sub(lambda match: self.value(match.group(1)), text)

    def value(self, name: str) -> str:
        """A fact as known, "not known" without an answer, or a parameter's value."""
        if name in self.parameters:
            return self._parameter(name)
        value = self.facts.get(name)
        if value is None:
            return "not known"
        question = self.knowledge.questions.get(name)
        if question is not None:
            return said(value, question)
        return self._computed(name, value)

    def _computed(self, name: str, value: FactValue) -> str:
        if isinstance(value, Range):
            return _in_kind(value, self.knowledge.facts[name].kind, name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value if isinstance(value, str) else ", ".join(value)

    def _parameter(self, name: str) -> str:
        unit = self.parameters.units[name]
        value = self.parameters.range(name)
        return _in_kind(value, _KINDS.get(unit, "usd" if unit.startswith("USD") else "number"), name)


def _in_kind(value: Range, kind: str, name: str) -> str:
    if kind == "tokens-per-day" or name.endswith("_per_day"):
        return f"{quantity(value, 'tokens')} a day"
    return quantity(value, kind)


def names_in(text: str) -> list[str]:
    """The names that a text asks for."""
    return NAME.findall(text)


# Facts that published methods ask for: volumes by day, what each route costs, what a fixed cost divides by.


MILLION = 1e6
MOST = LARGEST_INTEGER / 100
"""Engines compare whole cents exactly up to here; a larger figure is above every threshold anyway."""


@dataclass(frozen=True, slots=True)
class PanelFigures:
    """Point estimates of the comparison: dollars a month by route, tokens a month.

    `fixed_usd` is what self-hosting costs a month without a single token; `avoided_usd_per_million` is what the API
    asks for a million tokens of this mix. A route without an offer has no figure.
    """

    api_monthly_usd: float | None
    managed_monthly_usd: float | None
    self_host_monthly_usd: float | None
    input_tokens: float
    output_tokens: float
    fixed_usd: float
    avoided_usd_per_million: float


def panel_facts(facts: Mapping[str, FactValue], figures: PanelFigures, parameters: Parameters) -> dict[str, FactValue]:
    """The given facts and the `panel.…` ones; what cannot be computed is left out."""
    total = figures.input_tokens + figures.output_tokens
    numbers = {
        "panel.tokens_per_month": total,
        "panel.output_tokens_per_month": figures.output_tokens,
        "panel.tokens_per_day": total / parameters.number("time.days_per_month"),
        "panel.api_usd_per_month": figures.api_monthly_usd,
        "panel.managed_usd_per_month": figures.managed_monthly_usd,
        "panel.self_host_usd_per_month": figures.self_host_monthly_usd,
        "panel.api_usd_per_million": figures.avoided_usd_per_million,
        "panel.interval_half_width": _half_width(facts, parameters),
    }
    known = {key: Range.exactly(min(value, MOST)) for key, value in numbers.items() if value is not None}
    return {**facts, **known, "panel.breach_usd_per_month": breach_spared(parameters)}


def breach_spared(parameters: Parameters) -> Range:
    """Dollars a month of exposure to a breach that data kept at home is spared, at both ends and at the point."""

    def spared(end: str) -> float:
        def sample(name: str) -> float:
            return float(getattr(parameters.range(name), end))

        return float(breach_exposure(sample, at_home=False) - breach_exposure(sample, at_home=True))

    return Range(spared("low"), spared("high"), spared("point"))


def break_even_tokens(fixed_usd: float, avoided_usd_per_million: float) -> float | None:
    """V* = fixed cost ÷ avoided price per token, in tokens a month; None where nothing is avoided."""
    return fixed_usd / avoided_usd_per_million * MILLION if avoided_usd_per_million > 0 else None


def _half_width(facts: Mapping[str, FactValue], parameters: Parameters) -> float | None:
    """Half the Wilson interval that the prompts of the evaluation can give, at the accuracy seen or the usual one."""
    prompts, seen = facts.get("quality.eval_prompts"), facts.get("quality.open_model_accuracy")
    if not isinstance(prompts, Range) or prompts.low < 1:
        return None
    share = seen.point if isinstance(seen, Range) else parameters.number("method.interval_pass_rate")
    low, high = wilson(share, prompts.low, parameters.number("quality.interval_z"))
    return (high - low) / 2


Judge = Callable[[Mapping[str, FactValue]], Circumstances]
"""From facts to what the conditions of methods and checklists are judged by."""


def judge_by(knowledge: Knowledge, parameters: Parameters) -> Judge:
    """Check every condition of the panel once, for any number of facts; raises BadKnowledge for a misfit."""
    kinds = kinds_of(knowledge)
    thresholds = check_rules(panel_rules(knowledge), parameters, kinds)
    return lambda facts: Circumstances(facts, read_facts(facts, kinds), thresholds, frozenset())


def panel_rules(knowledge: Knowledge) -> tuple[Rule, ...]:
    """Every condition of the panel in the form of a rule without effect, so that the same checks apply to it."""
    methods = (rule for method in knowledge.methods.values() for rule in rows_of(method))
    checklists = (rule for checklist in knowledge.checklists.values() for rule in items_of(checklist))
    return (*methods, *checklists)


def rows_of(method: PublishedMethod) -> Iterator[Rule]:
    """The rows of one method, numbered."""
    for number, row in enumerate(method.rows, 1):
        yield _rule(f"{method.id} row {number}", row.when, method.file, method.since)


def items_of(checklist: PublishedChecklist) -> Iterator[Rule]:
    """Items and stages of one checklist."""
    for item in checklist.items:
        yield item_rule(item, checklist)
    for number, stage in enumerate(checklist.stages, 1):
        yield _rule(f"{checklist.id} stage {number}", stage.when, checklist.file, date.min)


def item_rule(item: PublishedItem, checklist: PublishedChecklist | None = None) -> Rule:
    """One item, named after its checklist."""
    name = f"{checklist.id} item {item.id}" if checklist else item.id
    return _rule(name, item.met, checklist.file if checklist else "", date.min)


def _rule(name: str, when: Condition, file: str, since: date) -> Rule:
    return Rule(name, "derive", "inform", "", when, "", (), "reported", since, file=file)

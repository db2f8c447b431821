"""Whether a pack laid over another takes anything back: what the law excludes stays excluded unless it says so."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.catalog import Provider
from advisor.knowledge.conditions import NUMBER_OPS, AnyOf, Condition, Finding, Leaf, fold, tests_in
from advisor.knowledge.licenses import POSTURES
from advisor.knowledge.obligations import Obligation
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.rules import Rule

_LAWFUL = ("data.",)
"""Parameters that decide what a provider must offer before its price counts."""
_AGREEMENTS = ("baa", "zero_retention", "no_training", "fine_tuning")


def check_tightens(before: Knowledge, after: Knowledge) -> None:
    """Refuse a pack (the last one of `after`) that loosens what it does not name; raises BadKnowledge."""
    pack = after.packs[-1]
    where = f"pack {pack.name}: rules/pack.toml: loosens"
    rules = {rule.id for rule in (*before.rules, *after.rules)}
    catalog = before.catalog
    names = rules | {*before.parameters, *before.licenses, *catalog.models, *catalog.providers, *before.obligations}
    for name in pack.loosens:
        if name not in names:
            raise BadKnowledge(
                where, f"no rule, parameter, license, model, provider or duty {name!r}", nearest(name, sorted(names))
            )
    for name in loosened(before, after):
        if name not in pack.loosens:
            said = f"{name!r} would exclude less than before, which the pack does not say it means to"
            raise BadKnowledge(where, said, f'if it does, write loosens = ["{name}"]')


def loosened(before: Knowledge, after: Knowledge) -> list[str]:
    """Ids of rules, parameters, licenses, models, providers and duties by which less may be excluded.

    A rule's condition counts as no narrower where it is the same, or the old one with alternatives added.
    """
    found: list[str] = []
    now = {rule.id: rule for rule in after.rules}
    bars = [rule for rule in before.rules if _bars(rule)]
    found += [rule.id for rule in bars if not _holds_as_much(now[rule.id], rule)]
    found += [rule.id for rule in _moved_derivations(bars, before, after)]
    read = {test.value for rule in _beneath(bars, before) for test in tests_in(rule.when) if test.op in NUMBER_OPS}
    read |= {name for name in before.parameters if name.startswith(_LAWFUL)}
    found += [name for name in sorted(map(str, read)) if after.parameters[name] != before.parameters[name]]
    found += [
        name
        for name, terms in before.licenses.items()
        if POSTURES.index(after.licenses[name].posture) < POSTURES.index(terms.posture)
    ]
    models = after.catalog.models
    found += [name for name, model in before.catalog.models.items() if models[name].license != model.license]
    found += [name for name, duty in before.obligations.items() if not _owed_as_much(after.obligations[name], duty)]
    found += [name for name in before.catalog.providers if not _sold_by(name, before) >= _sold_by(name, after)]
    return found


def _owed_as_much(new: Obligation, old: Obligation) -> bool:
    """Whether a duty is owed wherever it was, in the same words: who reads it acts on them."""
    words = (new.duty, new.evidence, new.by) == (old.duty, old.evidence, old.by)
    dates = new.since <= old.since and (new.until is None or (old.until is not None and new.until >= old.until))
    wide = all(
        {*getattr(new, name)} >= {*getattr(old, name)} for name in ("touched_by", "regimes", "classes", "boundaries")
    )
    return words and dates and wide


def _sold_by(name: str, knowledge: Knowledge) -> frozenset[tuple[str, str]]:
    """What a provider promises, and the regions its prices name."""
    priced = {
        ("region", row.region) for _, row in knowledge.catalog.token_prices() if row.provider == name and row.region
    }
    return _promises(knowledge.catalog.providers[name]) | priced


def _promises(provider: Provider) -> frozenset[tuple[str, str]]:
    """What a provider offers, each thing by itself: more of it lets the must gate pass more."""
    agreements = [name for name in _AGREEMENTS if getattr(provider, name) is True]
    held = (
        (("", ""),) if not provider.authorized_regions else [("in", region) for region in provider.authorized_regions]
    )
    return frozenset(
        [("agreement", name) for name in agreements]
        + [("region", region) for region in provider.regions]
        + [(f"{name} {where}".strip(), region) for name in provider.authorizations for where, region in held]
        + [("route", route) for route in provider.routes]
        + [("kind", provider.kind)]
    )


def _bars(rule: Rule) -> bool:
    return rule.effect == "posture" or (rule.gate == "must" and rule.effect in ("exclude", "choose", "require", "task"))


def _holds_as_much(new: Rule, old: Rule) -> bool:
    same = (new.gate, new.effect, new.kind, new.license) == (old.gate, old.effect, old.kind, old.license)
    dates = new.since <= old.since and (new.until is None or (old.until is not None and new.until >= old.until))
    if old.effect == "posture":
        strict = POSTURES.index(new.posture) >= POSTURES.index(old.posture)
    elif old.effect == "choose":
        strict = set(new.options) <= set(old.options)
    else:
        strict = set(new.options) >= set(old.options)
    if old.effect == "task":  # a task is what its words say
        strict = strict and (new.title, new.because) == (old.title, old.because)
    return same and dates and strict and _covers(new.when, old.when)


def _covers(new: Condition, old: Condition) -> bool:
    """Whether the new condition holds wherever the old one does, as far as their form tells."""
    if new == old or (isinstance(new, AnyOf) and old in new.parts):
        return True
    return isinstance(new, AnyOf) and isinstance(old, AnyOf) and set(old.parts) <= set(new.parts)


def _moved_derivations(bars: list[Rule], before: Knowledge, after: Knowledge) -> Iterator[Rule]:
    """Rules that derive what the bars ask for and changed; a new one only where a bar asks for the absence."""
    asked = {one for rule in _beneath(bars, before) for one in _asked(rule.when)}
    names, absent = {name for name, _ in asked}, {name for name, is_absent in asked if is_absent}
    known = {rule.id: rule for rule in before.rules}
    now = {rule.id: rule for rule in after.rules}
    for old in before.rules:
        new = now[old.id]
        moved = (new.when, new.derives, new.since, new.until) != (old.when, old.derives, old.since, old.until)
        if old.derives in names and moved:
            yield old
    for rule in after.rules:
        if rule.id not in known and rule.derives in absent:
            yield rule


def _beneath(bars: list[Rule], knowledge: Knowledge) -> list[Rule]:
    """The bars, and every rule that derives a finding one of them asks for, at any depth."""
    found = {rule.id: rule for rule in bars}
    waiting = list(bars)
    while waiting:
        names = {name for name, _ in _asked(waiting.pop().when)}
        fresh = [rule for rule in knowledge.rules if rule.derives in names and rule.id not in found]
        found |= {rule.id: rule for rule in fresh}
        waiting += fresh
    return list(found.values())


def _asked(condition: Condition) -> set[tuple[str, bool]]:
    """Findings a condition asks for, each with whether it asks for the absence."""

    def leaf(part: Leaf, wanted: bool) -> set[tuple[str, bool]]:
        return {(part.name, not wanted)} if isinstance(part, Finding) else set()

    def union(parts: list[set[tuple[str, bool]]]) -> set[tuple[str, bool]]:
        return set().union(*parts)

    return fold(condition, leaf, union, union)

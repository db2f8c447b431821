"""Everything that is known, as one immutable value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from advisor.knowledge.articles.checklists import PublishedChecklist
from advisor.knowledge.articles.claims import Claim
from advisor.knowledge.articles.methods import PublishedMethod
from advisor.knowledge.articles.systems import System
from advisor.knowledge.catalog import Catalog
from advisor.knowledge.grades import Source
from advisor.knowledge.licenses import License
from advisor.knowledge.obligations import Obligation
from advisor.knowledge.parameters import Parameter, Parameters
from advisor.knowledge.questions import Question, Questionnaire
from advisor.knowledge.rules import Rule

_MOST_NAMED = 8
"""How many entries of an overlaid pack a note names."""


@dataclass(frozen=True, slots=True)
class DerivedFact:
    """A fact that is computed, not asked: total staffing, an accuracy's upper bound, the fleet's first-token time."""

    __pydantic_config__ = {"extra": "forbid"}

    key: str
    kind: str
    title: str
    how: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pins:
    """Content digests, `sha256:<hex>`, of what a verdict was derived from."""

    rules: str
    catalog: str
    questionnaire: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlaid pack: which entries (`table id`) it adds and replaces, and what it loosens on purpose."""

    name: str
    version: str
    loosens: tuple[str, ...]
    adds: tuple[str, ...]
    replaces: tuple[str, ...]

    @property
    def note(self) -> str:
        """What the pack changes, in one sentence: a verdict never hides whose rules and prices it follows."""
        done = [_counted("adds", self.adds), _counted("replaces", self.replaces), _counted("loosens", self.loosens)]
        changes = "; ".join(filter(None, done)) or "it is empty"
        return f"The pack {self.name} {self.version} is laid over ours: {changes}"


def _counted(verb: str, names: tuple[str, ...]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"it {verb} {', '.join(names[:_MOST_NAMED])}{more}"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The whole knowledge base: pack name and version, questions, parameters, rules, catalog, licenses, sources.

    `program` is the digest of the program that read it, `sha256:<hex>`; `folders` are those of the packs, for errors.
    """

    name: str
    version: str
    questions: dict[str, Question]
    questionnaires: dict[str, Questionnaire]
    facts: dict[str, DerivedFact]
    parameters: dict[str, Parameter]
    rules: tuple[Rule, ...]
    catalog: Catalog
    licenses: dict[str, License]
    sources: dict[str, Source]
    pins: Pins
    files: dict[str, bytes] = field(repr=False, compare=False)
    methods: dict[str, PublishedMethod] = field(default_factory=dict, repr=False)
    checklists: dict[str, PublishedChecklist] = field(default_factory=dict, repr=False)
    claims: dict[str, Claim] = field(default_factory=dict, repr=False)
    systems: dict[str, System] = field(default_factory=dict, repr=False)
    packs: tuple[Overlay, ...] = ()
    program: str = ""
    obligations: dict[str, Obligation] = field(default_factory=dict, repr=False)
    folders: tuple[Path, ...] = field(default=(), repr=False, compare=False)

    def parameters_at(self, as_of: date) -> Parameters:
        """All parameters as of a day."""
        values = {name: parameter.at(as_of) for name, parameter in self.parameters.items()}
        units = {name: parameter.unit for name, parameter in self.parameters.items()}
        return Parameters(as_of, values, units)

    def pack_of(self, table: str, entry: str) -> str:
        """The name of the pack that an entry comes from; `table` is spelled as in TOML: `api`, `rule`, `license`."""
        for pack in reversed(self.packs):
            if f"{table} {entry}" in (*pack.adds, *pack.replaces):
                return pack.name
        return self.name

    def rules_at(self, as_of: date) -> tuple[Rule, ...]:
        """The rules in force on a day, in the pack's order."""
        return tuple(rule for rule in self.rules if rule.in_force(as_of))

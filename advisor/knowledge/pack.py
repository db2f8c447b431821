"""Everything that is known, as one immutable value, and the digests of its files, which a record pins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from advisor.bounded_read import read_file
from advisor.errors import BadKnowledge
from advisor.knowledge.catalog import Catalog
from advisor.knowledge.pack_files import within
from advisor.knowledge.parameters import Parameter, Parameters, Source
from advisor.knowledge.published_articles import Claim, PublishedChecklist, PublishedMethod, System
from advisor.knowledge.questions import Question, Questionnaire
from advisor.knowledge.rules import License, Obligation, Rule

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


# Canonical bytes of a set of knowledge files, and their digests: what a record pins.


_HEADER = b"advisor bundle 1\n"


def bundle(files: Mapping[str, bytes]) -> bytes:
    """Join files into one byte string: a header, then for each path in order `path`, its length, its bytes."""
    parts = [_HEADER]
    for path in sorted(files):
        parts += [f"{path} {len(files[path])}\n".encode(), files[path], b"\n"]
    return b"".join(parts)


def unbundle(data: bytes) -> dict[str, bytes]:
    """Take a bundle apart again; raises BadKnowledge when it is not one."""
    if not data.startswith(_HEADER):
        raise BadKnowledge("bundle", "does not start as a bundle does")
    files: dict[str, bytes] = {}
    at = len(_HEADER)
    while at < len(data):
        end = data.find(b"\n", at)
        path, _, length = data[at : max(end, at)].rpartition(b" ")
        if not path or not length.isdigit():
            raise BadKnowledge("bundle", f"no file entry at byte {at}")
        start, stop = end + 1, end + 1 + int(length)
        if data[stop : stop + 1] != b"\n":
            raise BadKnowledge("bundle", f"the file {path.decode(errors='replace')!r} is cut off")
        files[path.decode()] = data[start:stop]
        at = stop + 1
    return files


def parts_of(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The three pinned parts: rules, catalog, questionnaire."""
    parts: dict[str, dict[str, bytes]] = {"rules": {}, "catalog": {}, "questionnaire": {}}
    for path, data in files.items():
        own = within(path)
        name = "questionnaire" if own.startswith("questionnaires/") else "rules"
        parts["catalog" if own.startswith("rules/catalog/") else name][path] = data
    return parts


def pins_of(files: Mapping[str, bytes]) -> Pins:
    """The digest of each part, as `sha256:<hex>`."""
    digests = {name: "sha256:" + sha256(bundle(part)).hexdigest() for name, part in parts_of(files).items()}
    return Pins(**digests)


_COMPILED_ENGINE = "_durable_rules"
MOST_SOURCE = 10_000_000


@cache
def program_digest() -> str:
    """SHA-256 over the program's own modules, by path from the package's folder: what a verdict was computed by.

    In a wheel the package also holds the compiled rule engine, whose archive is pinned, and data, which is not program.
    """
    root = Path(__file__).parents[1]
    found = sha256()
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] == "data" or _COMPILED_ENGINE in path.parts:
            continue
        found.update(f"{path.relative_to(root).as_posix()}\0".encode() + read_file(path, MOST_SOURCE) + b"\0")
    return f"sha256:{found.hexdigest()}"

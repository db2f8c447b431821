"""Questions and questionnaires, read with tomli alone: the first screen is painted from these."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from advisor.bounded_read import parse_toml, read_file
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.conditions import parse_condition
from advisor.knowledge.pack_files import layer_of, within
from advisor.paths import data_directory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


# Questions and questionnaires as declared in `questionnaires/`; read without pydantic, before the first paint.


Kind = Literal[
    "choice", "choices", "bool", "id", "model", "models", "share", "count", "number", "ratio", "milliseconds",
    "tokens", "tokens-per-month", "usd", "usd-per-month", "usd-per-year", "usd-per-hour", "usd-per-million-tokens",
    "usd-per-kwh", "requests-per-month", "months", "growth", "text",
]  # fmt: skip
NUMERIC_KINDS: frozenset[str] = frozenset({
    "share", "count", "number", "ratio", "milliseconds", "tokens", "tokens-per-month", "usd", "usd-per-month",
    "usd-per-year", "usd-per-hour", "usd-per-million-tokens", "usd-per-kwh", "requests-per-month", "months", "growth",
})  # fmt: skip


FlipAction = Literal["measure", "negotiate", "staff", "decide", "fact"]
"""What one would do about an answer that changes the verdict; a fact is as it is, and may only be wrong."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed answer, with the words shown for it."""

    id: str
    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One key of the contract: what is asked, why, in which unit, and what is assumed when it is unknown.

    `default` is the id of a parameter (a task may have its own, `<default>.<task>`); `show_when` a condition table
    over other answers; `catalog` names the table an id must come from (`api`, `models`, `gpus`, `providers`); `flip`
    says whether another answer would have to be measured, negotiated, staffed or decided, or is a fact. `plausible` are
    the least and the largest number that anybody would answer or change an answer to. `left_open` says in words what is
    assumed where the default is only the range that is tried, and no figure is taken from it. `also` are words that
    people look for it by, besides those of its text.
    """

    key: str
    kind: Kind
    text: str
    why: str
    help: str = ""
    unit: str = ""
    limits: tuple[float, ...] = ()
    """The least and the largest number that is taken as an answer, in the kind's own unit; none: those of the kind."""
    choices: tuple[Choice, ...] = ()
    catalog: str = ""
    default: str = ""
    left_open: str = ""
    also: str = ""
    show_when: dict[str, Any] | None = None
    flip: FlipAction = "decide"
    plausible: tuple[float, ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Whether an answer is a range of numbers."""
        return self.kind in NUMERIC_KINDS

    @property
    def topic(self) -> str:
        """The part before the dot: `data` or `volume`, say."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the interview."""

    id: str
    title: str
    keys: tuple[str, ...]
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Which questions are asked, in which order."""

    id: str
    title: str
    about: str
    minutes: int
    sections: tuple[Section, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys asked, in order."""
        return tuple(key for section in self.sections for key in section.keys)


# Nothing here imports pydantic. The full loader calls the same functions, so both read one language.


T = TypeVar("T", Choice, Question, Questionnaire, Section)
_WHOLE = "full"
"""The questionnaire that asks everything: a pack's own questions come at its end."""
CATALOGS = {"api": "api", "models": "model", "gpus": "gpu", "providers": "provider"}


def load_questions(directory: Path) -> tuple[dict[str, Question], dict[str, Questionnaire]]:
    """Read `<directory>/questions/*.toml` and `<directory>/*.toml`."""
    paths = sorted(directory.glob("*.toml")) + sorted((directory / "questions").glob("*.toml"))
    if not paths:
        raise BadKnowledge(str(directory), "holds no questionnaire")
    names = {path: f"questionnaires/{path.relative_to(directory).as_posix()}" for path in paths}
    return read_questionnaires({name: _parse(path, name) for path, name in names.items()})


def read_questionnaires(
    tables: Mapping[str, dict[str, Any]],
) -> tuple[dict[str, Question], dict[str, Questionnaire]]:
    """Build both from parsed files by path; questions stand in the order of the longest questionnaire."""
    declared: dict[str, Question] = {}
    added: dict[str, list[str]] = {}
    files = [name for name in tables if within(name).startswith("questionnaires/questions/")]
    for file in sorted(files, key=lambda name: (layer_of(name), name)):
        layer = layer_of(file)
        for number, raw in enumerate(_tables(tables[file], "question", file), 1):
            where = f"{file}: {raw.get('key', f'question {number}')}"
            known = declared.get(str(raw.get("key")))
            if known is not None and layer:
                declared[known.key] = _with_choices(known, raw, where)
                continue
            question = read_question(raw, where)
            if known is not None:
                raise BadKnowledge(f"{file}: {question.key}", "is declared twice")
            declared[question.key] = question
            if layer:
                added.setdefault(layer, []).append(question.key)
    found = [_questionnaire(tables[file], file, declared) for file in sorted(tables) if _is_questionnaire(within(file))]
    found = [_with_added(one, added) if one.id == _WHOLE else one for one in found]
    order = max((questionnaire.keys for questionnaire in found), key=len, default=())
    questions = {key: declared[key] for key in dict.fromkeys((*order, *declared))}
    return questions, {questionnaire.id: questionnaire for questionnaire in found}


def _with_choices(known: Question, raw: dict[str, Any], where: str) -> Question:
    """A shipped question with the choices that a pack adds: a region of its own, a data class of its own."""
    for name, value in raw.items():
        if name not in ("key", "choices") and value != getattr(known, name, None):
            raise BadKnowledge(f"{where}: {name}", "a pack may add choices to a question and change nothing else of it")
    if known.kind not in ("choice", "choices"):
        raise BadKnowledge(where, f"is a question of kind {known.kind!r}, which has no choices to add to")
    fresh = [_build(Choice, choice, where) for choice in _tables(raw, "choices", where)]
    ids = {choice.id for choice in known.choices}
    return replace(known, choices=(*known.choices, *(choice for choice in fresh if choice.id not in ids)))


def _with_added(whole: Questionnaire, added: Mapping[str, list[str]]) -> Questionnaire:
    """The longest questionnaire with a page of each pack's own questions at its end."""
    pages = [
        Section(layer.replace("/", "-"), f"Asked by the pack {layer.partition('-')[2]}", tuple(keys))
        for layer, keys in added.items()
    ]
    return replace(whole, sections=(*whole.sections, *pages))


def load_ids(catalog: Path) -> dict[str, tuple[str, ...]]:
    """Read the ids of the catalog tables that questions refer to, from `rules/catalog/`; prices are left alone."""
    found: dict[str, tuple[str, ...]] = {}
    for name, table in CATALOGS.items():
        ids: dict[str, None] = {}
        for file, entry_table in ((name, table), *((("open", "open"),) if name == "models" else ())):
            path = catalog / f"{file}.toml"
            entries = _parse(path, f"rules/catalog/{file}.toml") if path.exists() else {}
            ids |= dict.fromkeys(str(entry.get("id", "")) for entry in entries.get(entry_table, []))
        found[name] = tuple(ids)
    return found


def read_question(raw: dict[str, Any], where: str) -> Question:
    """One `[[question]]` table; raises BadKnowledge naming the key and what is allowed."""
    raw, kind = {**raw, "limits": _rising(raw, "limits", where, "a range", "[low, high]")}, raw.get("kind")
    if kind not in get_args(Kind):
        raise BadKnowledge(f"{where}: kind", f"unknown kind {kind!r}", nearest(str(kind), get_args(Kind)))
    choices = tuple(_build(Choice, choice, where) for choice in _tables(raw, "choices", where))
    plausible = _rising(raw, "plausible", where, "two rising numbers", "[0, 10]")
    question = _build(Question, {**raw, "choices": choices, "plausible": plausible}, where)
    if question.flip not in get_args(FlipAction):
        raise BadKnowledge(
            f"{where}: flip", f"unknown {question.flip!r}", nearest(str(question.flip), get_args(FlipAction))
        )
    if question.plausible and not question.is_numeric:
        raise BadKnowledge(f"{where}: plausible", f"bounds numbers, and a {kind} is none")
    if question.show_when is not None:
        parse_condition(question.show_when, f"{where}: show_when")
    if kind in ("choice", "choices") and not choices:
        raise BadKnowledge(where, "has no choices", "write [[question.choices]] with id and text")
    if question.catalog and question.catalog not in CATALOGS:
        raise BadKnowledge(f"{where}: catalog", f"no table {question.catalog!r}", nearest(question.catalog, CATALOGS))
    return question


def _rising(raw: dict[str, Any], name: str, where: str, what: str, todo: str) -> tuple[float, ...]:
    """None, or the least and the largest number; raises BadKnowledge for anything but two rising numbers."""
    ends = raw.get(name, ())
    numbers = isinstance(ends, (list, tuple)) and all(type(end) in (int, float) for end in ends)
    if not numbers or (ends and (len(ends) != 2 or not ends[0] < ends[1])):
        raise BadKnowledge(f"{where}: {name}", f"{ends!r} is not {what}", f"write {name} = {todo}")
    return tuple(float(end) for end in ends)


def _questionnaire(raw: dict[str, Any], file: str, questions: Mapping[str, Question]) -> Questionnaire:
    sections = tuple(_section(table, file, questions) for table in _tables(raw, "section", file))
    rest = {name: value for name, value in raw.items() if name != "section"}
    questionnaire = _build(Questionnaire, {**rest, "sections": sections}, file)
    if len(set(questionnaire.keys)) != len(questionnaire.keys):
        twice = next(key for key in questionnaire.keys if questionnaire.keys.count(key) > 1)
        raise BadKnowledge(f"{file}: {twice}", "is asked twice")
    return questionnaire


def _section(raw: dict[str, Any], file: str, questions: Mapping[str, Question]) -> Section:
    where = f"{file}: section {raw.get('id', '')}"
    for key in raw.get("keys", []):
        if key not in questions:
            raise BadKnowledge(where, f"no question {key!r}", nearest(str(key), questions))
    return _build(Section, {**raw, "keys": tuple(raw.get("keys", ()))}, where)


def _build(kind: type[T], raw: dict[str, Any], where: str) -> T:
    """Fill a data class from a table, refusing keys it does not have and texts that are none."""
    known = {field.name: field for field in fields(kind)}
    for name, value in raw.items():
        if name not in known:
            raise BadKnowledge(where, f"unknown key {name!r}", nearest(name, known))
        if known[name].type in ("str", "Kind") and not isinstance(value, str):
            raise BadKnowledge(f"{where}: {name}", f"{value!r} is not a text", "write it in quotes")
        if known[name].type == "int" and (isinstance(value, bool) or not isinstance(value, int)):
            raise BadKnowledge(f"{where}: {name}", f"{value!r} is not a whole number")
    missing = [name for name, field in known.items() if field.default is MISSING and name not in raw]
    if missing:
        raise BadKnowledge(where, f"{missing[0]!r} is missing")
    return kind(**raw)


def _tables(raw: dict[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    found = raw.get(name, [])
    if not isinstance(found, (list, tuple)) or not all(isinstance(entry, dict) for entry in found):
        raise BadKnowledge(where, f"{name} is not a list of tables", f"write [[{name}]]")
    return list(found)


def _parse(path: Path, file: str) -> dict[str, Any]:
    ours = any(path.is_relative_to(data_directory(name)) for name in ("rules", "questionnaires"))
    return parse_toml(read_file(path, error=BadKnowledge), file, ours=ours, error=BadKnowledge)


def _is_questionnaire(file: str) -> bool:
    return file.startswith("questionnaires/") and file.count("/") == 1 and file.endswith(".toml")

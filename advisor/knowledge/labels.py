"""What a person reads in place of an id: questions, facts, parameters, methods and checklists by their titles.

Read on demand from the shipped files; an id of an overlay pack that none of them names is spelled as words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache

from advisor.bounded_read import parse_toml, read_file
from advisor.knowledge.questions import Question, load_questions
from advisor.paths import data_directory

_KEY = re.compile(r"[a-z_]+(?:\.[a-z0-9_-]+)+")
_MAKER = re.compile(r"^(?:NVIDIA|AMD Instinct|Apple|Intel|Google|AWS) ")
_MEMORY = re.compile(r" \d+ GB$")
_CATALOG = tuple(f"catalog/{name}.toml" for name in ("models", "open", "api", "gpus", "providers"))
_SHORT_TABLES = tuple(f"catalog/{name}.toml" for name in ("models", "open", "gpus", "providers"))
"""Those of the catalog's tables that are read at once: vendors' prices are most of it."""
_RULES = ("gates", "licenses", "obligations", "tiers.toml")
_SOURCES = ("sources.toml",)
TITLED = ("facts.toml", "parameters", "methods", "checklists", "tiers.toml")
"""Files and folders of rules whose tables have an id and a title."""
ROUTE_NAMES = {
    "hosted-api": "vendor API",
    "managed-cloud": "cloud platform",
    "managed-open": "open-model API",
    "self-host": "self-hosted",
    "hybrid": "hybrid",
    "none": "no route",
}
"""Routes in few words, for a table or the first line of a verdict."""
GATE_NAMES = {
    "must": "law and contract",
    "can": "people, quality and latency",
    "worth": "cost",
    "prefer": "preference in a tie",
}
"""What each gate weighs, for a reader who does not know the gates."""
STATUS_ADVICE = {
    "firm": "ready to sign",
    "provisional": "do not sign yet",
    "near-tie": "any tied route will do",
    "conditional": "meet its conditions before you sign",
    "none": "nothing to sign",
}
"""What a status means for whoever signs."""
OPEN_TIE = "find out more before you choose"
"""What it means where an open question may break the tie."""
_SPOKEN = {
    "hosted-api": "the vendor's API",
    "managed-cloud": "a cloud platform",
    "managed-open": "an open-model API",
    "self-host": "self-hosting",
}
"""Routes as a sentence says them."""
_ROUTE = re.compile(rf"(?<![\w-])(?:{'|'.join(_SPOKEN)})(?![\w-])")


def gate_name(gate: str) -> str:
    """A gate in words."""
    return GATE_NAMES.get(gate, gate)


def status_words(status: str, *, asks_more: bool = False) -> str:
    """A status with what it means for whoever signs; `asks_more` where the verdict names what to find out first."""
    advice = OPEN_TIE if status == "near-tie" and asks_more else STATUS_ADVICE.get(status, "")
    return f"{status} ({advice})" if advice else status


def route_name(route: str) -> str:
    """A route in words."""
    return ROUTE_NAMES.get(route, route)


def with_route_names(text: str) -> str:
    """A sentence in which every route's id gives way to its name."""
    return _ROUTE.sub(lambda found: _SPOKEN[found[0]], text)


def routes_in_words(text: str) -> str:
    """A sentence with the ids of routes, questions and figures in it replaced by their words."""
    return with_route_names(in_words(text))


def label(name: str) -> str:
    """The words for an id: the question asked for an answer's key, the title of anything else."""
    question = _questions().get(name)
    return question.text if question is not None else _titles(TITLED).get(name) or _spelled(name)


def region_name(region: str) -> str:
    """A region in the middle of a sentence: "the European Union", "Canada"; one no question names keeps its id."""
    if region == _GOVERNMENT:
        return "a government region of the United States"
    return in_sentence(answer_label("data.region", region))


def in_sentence(region: str) -> str:
    """The words for a region in the middle of a sentence, with the article that some take."""
    return f"the {region}" if region.startswith(_WITH_ARTICLE) else region


_WITH_ARTICLE = ("European", "United")
_GOVERNMENT = "us-gov"
"""A region that prices name and no question offers."""


def finding_words(name: str, holds: bool) -> str:
    """A derived finding that a rule saw, and whether it holds; a kind of service in the words of its question."""
    question = _questions().get("economics.service_tier")
    kinds = {choice.id: choice.text for choice in question.choices} if question is not None else {}
    if name in kinds:
        return f"Kind of service: {'' if holds else 'not '}{kinds[name][:1].lower()}{kinds[name][1:]}"
    return f"{rule_label(name)}: {'yes' if holds else 'no'}"


def question_of(key: str) -> Question | None:
    """The question that asks for an answer's key; None where no shipped questionnaire asks for it."""
    return _questions().get(key)


def catalog_label(name: str) -> str:
    """The name that a model, a GPU or a provider is sold under; one that the shipped catalog lacks keeps its id."""
    return _titles(_SHORT_TABLES).get(name) or _titles(_CATALOG).get(name, name)


def catalog_words(text: str) -> str:
    """A text in which the ids of models, GPUs and providers give way to the names they are sold under."""
    return _catalog_ids().sub(lambda found: catalog_label(found[0]), text)


def gpu_name(name: str) -> str:
    """A GPU in a word or two, for a narrow column: without its maker and its memory."""
    return _MEMORY.sub("", _MAKER.sub("", catalog_label(name)))


def questionnaire_title(name: str) -> str:
    """The title of a questionnaire inside a sentence; one that is not shipped keeps its id."""
    title = _titled_questionnaires().get(name, name)
    return title[:1].lower() + title[1:]


def figure_label(name: str) -> str:
    """The words for a figure behind the costs: a parameter's title, or a model with who sells it, or a license."""
    titles = _titles(TITLED)
    if name in titles or question_of(name) is not None:
        return label(name)
    known = _titles(_CATALOG) | _titles(_RULES)
    parts = name.split(" ")
    return " ".join(known.get(part, part) for part in parts) if any(part in known for part in parts) else label(name)


def rule_label(name: str) -> str:
    """The title of a shipped rule, license or duty; one of an overlay pack is spelled as words."""
    return _titles(_RULES).get(name) or label(name)


def source_label(name: str) -> str:
    """The title of what a figure or a rule was taken from; one of an overlay pack keeps its id."""
    return _titles(_SOURCES).get(name, name)


def answer_label(key: str, raw: str) -> str:
    """An answer written as in an answers file, in the words of its question's choices."""
    question = _questions().get(key)
    texts = {choice.id: choice.text for choice in question.choices} if question is not None else {}
    texts |= {"true": "yes", "false": "no"}
    try:
        value = json.loads(raw)
    except ValueError:
        value = raw
    parts = value if isinstance(value, list) else [raw if isinstance(value, bool | int | float) else value]
    return ", ".join(texts.get(str(part), str(part)) for part in parts) or "none of them"


def in_words(text: str) -> str:
    """A sentence with every answer's key replaced by its question, every figure's and source's id by its title."""

    def words(found: re.Match[str]) -> str:
        question = _questions().get(found[0])
        title = question.text if question is not None else _titles(TITLED).get(found[0])
        return f"“{title}”" if title else found[0]

    return _source_ids().sub(lambda found: f"“{source_label(found[0])}”", _KEY.sub(words, text))


@cache
def _source_ids() -> re.Pattern[str]:
    """The ids of sources that cannot be words of a sentence: those with a hyphen."""
    return _any_of(name for name in _titles(_SOURCES) if "-" in name)


@cache
def _catalog_ids() -> re.Pattern[str]:
    return _any_of(name for name, title in _titles(_CATALOG).items() if name != title)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names as a whole word, the longest first."""
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, longest))})(?![\w-]|\.\w)")


@cache
def _titled_questionnaires() -> dict[str, str]:
    folder = data_directory("questionnaires")
    tables = (parse_toml(read_file(file), str(file)) for file in sorted(folder.glob("*.toml")))
    return {str(table["id"]): str(table["title"]) for table in tables}


@cache
def _questions() -> dict[str, Question]:
    return load_questions(data_directory("questionnaires"))[0]


def _titles(names: tuple[str, ...]) -> dict[str, str]:
    """The titles by id in these files and folders of rules."""
    return _ADOPTED[names] if names in _ADOPTED else _read_titles(names)


TitleTables = dict[tuple[str, ...], dict[str, str]]
"""Titles by id, by the files and folders that they were read from."""
_ADOPTED: TitleTables = {}


def all_titles() -> TitleTables:
    """Every table of titles, to be read in one process and adopted in another."""
    return {names: _read_titles(names) for names in (_SHORT_TABLES, _CATALOG, TITLED, _RULES, _SOURCES)}


def adopt_titles(tables: TitleTables) -> None:
    """Take titles that another process read from the shipped files, so that none is read here on a key press."""
    _ADOPTED.update(tables)
    _source_ids(), _catalog_ids(), _questions()


@cache
def _read_titles(names: tuple[str, ...]) -> dict[str, str]:
    rules = data_directory("rules")
    files = (file for name in names for file in sorted((rules / name).rglob("*.toml")) or [rules / name])
    return dict(pair for file in files if file.is_file() for pair in _titled(parse_toml(read_file(file), str(file))))


def _titled(node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        name, title = node.get("id") or node.get("key"), node.get("title") or node.get("text")
        if isinstance(name, str) and isinstance(title, str):
            yield name, title
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _titled(child)


_ACRONYMS = {one.lower(): one for one in ("API", "CPU", "GDPR", "GPU", "GPUs", "HIPAA", "MLOps", "SLA", "SSO", "VPC")}


def _spelled(name: str) -> str:
    """An id as words, for what has no title."""
    topic, _, rest = name.partition(".")
    words = _words_of(rest.replace("_", " ").replace(".", " "))
    return f"{topic}: {words}" if words else _words_of(topic)


def _words_of(text: str) -> str:
    return " ".join(_ACRONYMS.get(word, word) for word in text.replace("-", " ").split(" "))

"""Build docs/ as a site into build/site, without a network: `make docs`.

Beside the pages of docs/ it holds reference pages generated from what the program knows: every answer key, rule,
parameter, command and JSON key.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from advisor.cli.framework.group import group
from advisor.cli.framework.options import COMMANDS
from advisor.knowledge.labels import gate_name, route_name, rule_label
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import DatedValue
from advisor.knowledge.questions import Question

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "build"
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#)((?:\.\./)+[^)]*)\)")
"""A link from a page to a file of the repository, by its text and target."""
_WIDTH = 100
_GENERATED = {
    "answers.md": "Answer keys",
    "rules.md": "Rules",
    "parameters.md": "Parameters",
    "commands.md": "Commands",
    "assessment-json.md": "Assessment as JSON",
    "record-keys.md": "Keys of a record",
}
"""The generated pages and their titles."""


def main() -> None:
    """Write the sources of the site, then let Zensical build it; a broken link fails."""
    source = write_source(BUILT / "site-source")
    config = BUILT / "zensical.toml"
    config.write_text((ROOT / "docs" / "zensical.toml").read_text("utf-8"), "utf-8")
    program = Path(sys.executable).with_name("zensical")
    done = subprocess.run([program, "build", "--clean", "--strict", "--config-file", config], cwd=BUILT, check=False)
    pages = len(list((BUILT / "site").rglob("*.html")))
    print(f"{len(list(source.rglob('*.md')))} pages, {pages} HTML files in build/site")
    sys.exit(done.returncode)


def write_source(folder: Path) -> Path:
    """Copy docs/ into a folder and add the generated pages; files outside docs/ are named there, not linked."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", folder, ignore=shutil.ignore_patterns("*.py", "*.toml", "__pycache__"))
    (folder / "README.md").rename(folder / "index.md")
    for page in folder.rglob("*.md"):
        page.write_text(_within(page, folder), "utf-8")
    (folder / "reference").mkdir()
    for name, text in generated_pages(load_knowledge()).items():
        (folder / "reference" / name).write_text(text, "utf-8")
    home = folder / "index.md"
    listed = "".join(f"- [{title}](reference/{name})\n" for name, title in _GENERATED.items())
    home.write_text(home.read_text("utf-8").replace("## Explanation", f"{listed}\n## Explanation", 1), "utf-8")
    return folder


def generated_pages(knowledge: Knowledge) -> dict[str, str]:
    """The reference pages by file name, as Markdown."""
    lines = {
        "answers.md": _answers(knowledge),
        "rules.md": _rules(knowledge),
        "parameters.md": _parameters(knowledge),
        "commands.md": _commands(),
        "assessment-json.md": _schema("assessment"),
        "record-keys.md": _schema("record"),
    }
    return {name: _page(_GENERATED[name], lines[name]) for name in _GENERATED}


def _within(page: Path, folder: Path) -> str:
    """The text of a page, with links that leave the site turned into names."""

    def named(found: re.Match[str]) -> str:
        target = (page.parent / found[2].partition("#")[0]).resolve()
        return found[0] if target.is_relative_to(folder.resolve()) else found[1]

    return _LINK.sub(named, page.read_text("utf-8")).replace("](README.md", "](index.md")


def _page(title: str, lines: Iterable[str]) -> str:
    return "\n".join([f"# {title}", "", *lines, ""])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(_cell(text) for text in row)} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _answers(knowledge: Knowledge) -> Iterator[str]:
    yield "Every key may be left out or be `unknown`; its default range is then used and listed."
    for topic in dict.fromkeys(question.topic for question in knowledge.questions.values()):
        yield f"\n## {topic}"
        asked = [question for question in knowledge.questions.values() if question.topic == topic]
        yield from _table(
            ("key", "question", "type, unit, choices", "default"),
            ((f"`{one.key}`", one.text, _typed(one), f"`{one.default}`" if one.default else "") for one in asked),
        )


def _typed(question: Question) -> str:
    choices = ", ".join(f"`{choice.id}`" for choice in question.choices)
    catalog = f"an id of the catalog's {question.catalog}" if question.catalog else ""
    return "; ".join(filter(None, (question.kind, question.unit, choices, catalog)))


def _rules(knowledge: Knowledge) -> Iterator[str]:
    for gate in dict.fromkeys(rule.gate for rule in knowledge.rules):
        yield f"\n## {gate_name(gate).capitalize()} (`{gate}`)"
        rows = [
            (f"`{rule.id}`", rule_label(rule.id), rule.effect, ", ".join(map(route_name, rule.options)), rule.because)
            for rule in knowledge.rules
            if rule.gate == gate
        ]
        yield from _table(("id", "title", "effect", "routes", "because"), rows)


def _parameters(knowledge: Knowledge) -> Iterator[str]:
    rows = [
        (f"`{one.id}`", one.title, _valued(value), one.unit, str(value.since), value.grade, value.source)
        for one in sorted(knowledge.parameters.values(), key=lambda each: each.id)
        for value in one.values
    ]
    yield "Each value holds from its day on, until the next one."
    yield from _table(("id", "what", "value", "unit", "since", "grade", "source"), rows)


def _valued(value: DatedValue) -> str:
    if value.text is not None:
        return f"`{value.text}`"
    held = value.range
    return f"{held.low:g}" if held.low == held.high else f"{held.low:g} to {held.high:g}"


def _commands() -> Iterator[str]:
    yield "What `--help` prints."
    for name in COMMANDS:
        yield from _command(group, name, "advisor")


def _command(parent: click.Group, name: str, path: str) -> Iterator[str]:
    context = click.Context(parent, info_name=path)
    command = parent.get_command(context, name)
    if command is None or command.hidden:
        return
    below = click.Context(command, info_name=name, parent=context, max_content_width=_WIDTH, terminal_width=_WIDTH)
    yield from (f"\n## {path} {name}\n", "```text", command.get_help(below), "```")
    if isinstance(command, click.Group):
        for each in command.list_commands(below):
            yield from _command(command, each, f"{path} {name}")


def _schema(name: str) -> Iterator[str]:
    schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8"))
    yield f"From `schemas/{name}.json`, which validates such a file."
    defined = {"the whole": schema, **schema.get("$defs", {})}
    for title, part in defined.items():
        if part.get("properties"):
            yield f"\n## {title}"
            required = part.get("required", [])
            rows = (
                (f"`{key}`", _type(value), "yes" if key in required else "", str(value.get("description", "")))
                for key, value in part["properties"].items()
            )
            yield from _table(("key", "type", "required", "meaning"), rows)


def _type(value: Mapping[str, Any]) -> str:
    """A type of a JSON Schema in a few words."""
    if "$ref" in value:
        return str(value["$ref"]).rpartition("/")[2]
    if "const" in value or "enum" in value:
        return ", ".join(f"`{each}`" for each in value.get("enum", [value.get("const")]))
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_type(each) for each in value["anyOf"]))
    if value.get("type") == "array":
        return f"list of {_type(value.get('items', {}))}"
    return str(value.get("type", "any"))


if __name__ == "__main__":
    main()

"""What click lacks: help with examples, days as values, and words that a shell completes."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from advisor.errors import BadInput
from advisor.paths import data_directory, own_packs

# Layout of help texts: examples below a command, and groups that list commands by whole sentences.


def examples(*lines: str) -> str:
    """Write an epilog of examples, one a line as they can be pasted; click would wrap them."""
    return "\n".join(["\b", "Example:" if len(lines) == 1 else "Examples:", *(f"  {line}" for line in lines)])


class Sentences(click.Group):
    """Lists its commands in the order they were added, each with the first sentence of its help, which click cuts."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which one uses them."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List every command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _sentence(command)) for name, command in self.commands.items()])


def _sentence(command: click.Command) -> str:
    paragraph = " ".join((command.help or "").split("\n\n")[0].split())
    return paragraph.partition(". ")[0].removesuffix(".") + "."


# Values of options that click has no type for.


class Day(click.ParamType[date]):
    """A calendar day, YYYY-MM-DD; raises BadInput, which names the option."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        where = param.opts[0] if param is not None else "day"
        return value if isinstance(value, date) else parse_day(value, where)


def parse_day(text: str | None, where: str = "--as-of") -> date:
    """A day from the command line, today when none was given; raises BadInput."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(where, f"{text!r} is not a day", "write it as 2026-11-21") from None


# What a shell offers at the Tab key for ids and files; no command is run and no prices are read for it.


RECORD_ENDING = "-record.toml"
"""How the file of a record ends, after its number."""
RECORDS_PARAMETER = "records"


def questionnaires(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Offer the ids of questionnaires."""
    paths = data_directory("questionnaires").glob("*.toml")
    return sorted(path.stem for path in paths if path.stem.startswith(begun))


def models(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Offer the ids of open models."""
    return _ids("models", begun)


def gpus(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Offer the ids of accelerators."""
    return _ids("gpus", begun)


def files(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Let the shell offer its files."""
    return [CompletionItem(begun, type="file")]


def answer_keys(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Offer the keys of answers, each with an equals sign; where one is left, its choices after that sign."""
    from advisor.knowledge.questions import load_questions

    known = load_questions(data_directory("questionnaires"))[0]
    key = begun.partition("=")[0]
    left = [name for name in known if name == key] if "=" in begun else [name for name in known if name.startswith(key)]
    if len(left) != 1:
        return [f"{name}=" for name in left]
    question = known[left[0]]
    values = ["true", "false"] if question.kind == "bool" else [choice.id for choice in question.choices]
    return [offered for value in values or [""] if (offered := f"{left[0]}={value}").startswith(begun)]


def rule_ids(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Offer the ids of rules, those of the user's own packs included."""
    from advisor.bounded_read import parse_toml, read_file

    homes = (data_directory("rules"), *(pack / "rules" for pack in own_packs(os.environ)))
    tables = (parse_toml(read_file(file), str(file)) for home in homes for file in _rule_files(home))
    found = (str(rule.get("id", "")) for table in tables for rule in table.get("rule", []))
    return [name for name in dict.fromkeys(found) if name.startswith(begun)]


def rules_and_routes(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Offer the ids of routes and of rules."""
    from advisor.knowledge.rules import ROUTES

    routes = [route for route in ROUTES if route.startswith(begun)]
    return [*routes, *rule_ids(context, parameter, begun)]


def record_numbers(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the numbers of the records in the folder that --records names, or else let the shell offer its files."""
    folder = context.params.get(RECORDS_PARAMETER)
    names = (file.name.removesuffix(RECORD_ENDING) for file in Path(folder or "records").glob(f"*{RECORD_ENDING}"))
    numbers = sorted(int(name) for name in names if name.isdecimal())
    found = [CompletionItem(str(number)) for number in numbers if str(number).startswith(begun)]
    return found or [CompletionItem(begun, type="file")]


def folders(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Let the shell offer its folders."""
    return [CompletionItem(begun, type="dir")]


def _rule_files(home: Path) -> list[Path]:
    """The files under a pack's rules that hold rules."""
    folders = (home / name for name in ("gates", "licenses"))
    return [*(file for folder in folders for file in sorted(folder.glob("*.toml"))), *home.glob("tiers.toml")]


def _ids(table: str, begun: str) -> list[str]:
    """Read the ids of one table of the catalog, those of the user's own packs included."""
    from advisor.knowledge.questions import load_ids

    homes = (data_directory("rules"), *(pack / "rules" for pack in own_packs(os.environ)))
    found = (name for home in homes for name in load_ids(home / "catalog")[table])
    return [name for name in dict.fromkeys(found) if name.startswith(begun)]

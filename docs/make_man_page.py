"""Write the manual page from the commands themselves: `python docs/make_man_page.py`, or `make man`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from advisor import __version__
from advisor.cli.framework.group import PURPOSE, group
from advisor.cli.framework.options import COMMANDS

PAGE = Path(__file__).with_name("advisor.1")

FILES = (
    ("~/.local/state/advisor/sessions", "Interviews that have no record yet (XDG_STATE_HOME)."),
    ("~/.local/share/advisor/records", "Decisions saved by the interface (XDG_DATA_HOME)."),
    ("~/.local/share/advisor/packs", "Your own rule packs, overlaid on the shipped one (XDG_DATA_HOME)."),
    ("~/.config/advisor/config.toml", "Settings; docs/keys.md lists them (XDG_CONFIG_HOME)."),
    ("~/.local/state/advisor/errors.log", "Log of internal errors (XDG_STATE_HOME)."),
)
ENVIRONMENT = (
    ("NO_COLOR", "If set and not empty, disables color."),
    ("TERM", "dumb selects the prompts of --plain."),
    ("LC_ALL, LC_CTYPE, LANG", "If none of them names UTF-8, the interface uses ASCII only."),
)
STATUS = (
    ("0", "Done."),
    ("1", "A check failed, or an operation could not be completed; standard error has one sentence."),
    ("2", "The command line, an answer or the knowledge base is invalid."),
    ("3", "Two engines fired different rules, so no advice is given."),
    ("70", "Internal error; advisor locate log names the file with details."),
    ("130", "Interrupted."),
    ("141", "The output was closed before it was complete."),
)


def man_page() -> str:
    """The whole page, in the man macros of roff."""
    head = [
        f'.TH ADVISOR 1 "" "advisor {__version__}" "User Commands"',
        *_section("NAME", f"advisor \\- {_roff(PURPOSE[0].lower() + PURPOSE[1:].rstrip('.'))}"),
        *_section("SYNOPSIS", ".B advisor", "[COMMAND] [OPTION]..."),
        *_section(
            "DESCRIPTION",
            "Without a command the interview opens; every answer is kept, and",
            ".B advisor ask --resume",
            "continues an unfinished interview.",
        ),
    ]
    commands = [line for name in COMMANDS for line in _command(group, name, "advisor")]
    tables = (("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT), ("EXIT STATUS", STATUS))
    tail = [line for title, rows in tables for line in _section(title, *_terms(rows))]
    return "\n".join([*head, *_section("COMMANDS", *commands), *tail, ""])


def _command(parent: click.Group, name: str, path: str) -> Iterator[str]:
    """One command with its options, then those under it."""
    context = click.Context(parent, info_name=path)
    command = parent.get_command(context, name)
    assert command is not None  # the name comes from the parent's own list
    own = click.Context(command, info_name=f"{path} {name}")
    yield f'.SS "{_roff(" ".join([own.info_name or "", *command.collect_usage_pieces(own)]))}"'
    yield _roff(" ".join((command.help or "").replace("\b", "").split()))
    records = [option.get_help_record(own) for option in command.params if isinstance(option, click.Option)]
    yield from _terms([record for record in records if record is not None])
    yield from _example(command.epilog or "")
    if isinstance(command, click.Group):
        for under in command.list_commands(own):
            yield from _command(command, under, f"{path} {name}")


def _example(epilog: str) -> list[str]:
    """Keep the lines of an example unchanged."""
    lines = [line.strip() for line in epilog.replace("\b", "").splitlines() if line.strip()]
    return [".PP", ".nf", *map(_roff, lines), ".fi"] if lines else []


def _section(title: str, *lines: str) -> list[str]:
    return [f'.SH "{title}"', *lines]


def _terms(rows: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> list[str]:
    return [line for term, text in rows for line in (".TP", f".B {_roff(term)}", _roff(" ".join(text.split())))]


def _roff(text: str) -> str:
    """Escape what roff would read as a request or a ligature."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("'", "\\(aq")
    return f"\\&{escaped}" if escaped.startswith(".") else escaped


if __name__ == "__main__":
    PAGE.write_text(man_page(), encoding="utf-8")

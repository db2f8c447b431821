"""Help is whole sentences, and every example in it is a command line that the program takes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click
import pytest

from advisor.cli.framework.group import group
from advisor.cli.framework.options import COMMANDS


def commands(
    parent: click.Group = group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Walk over all commands, those under others included."""
    context = click.Context(parent)
    for name in parent.list_commands(context):
        command = parent.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands())
LINES = {
    line.strip(): path for path, command in ALL.items() for line in (command.epilog or "").splitlines()[2:] if line
}


def words(line: str) -> list[str]:
    """Take the words of the line's one command, without what the shell does around it and what explains it."""
    inner = line.partition("$(")[2].partition(")")[0] if "$(" in line else line
    pasted = inner.split("   ")[0].partition(" > ")[0].partition(" | ")[0]
    return shlex.split(pasted)


@pytest.mark.parametrize("path", [path for path in ALL if len(path) == 1])
def test_every_command_shows_an_example(path: tuple[str, ...]) -> None:
    assert any(shown[: len(path)] == path for shown in LINES.values())


@pytest.mark.parametrize("line", LINES)
def test_every_example_is_taken(line: str) -> None:
    program, *arguments = words(line)
    assert program == "advisor"
    path: tuple[str, ...] = ()
    command: click.Command = group
    rest = arguments
    while isinstance(command, click.Group):
        path, rest = (*path, rest[0]), rest[1:]
        command = ALL[path]
    assert command.make_context(path[-1], rest).command is command


@pytest.mark.parametrize("path", ALL)
def test_help_is_in_whole_sentences(path: tuple[str, ...]) -> None:
    command = ALL[path]
    shown = command.get_help(click.Context(command, info_name=path[-1]))
    assert not [row for row in shown.splitlines()[1:] if row.endswith("...")]
    assert (command.help or "").partition("\n\n")[0].rstrip().endswith(".")


def test_every_command_of_the_table_was_walked() -> None:
    assert {path[0] for path in ALL} == set(COMMANDS)

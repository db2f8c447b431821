"""The page of conventions: no empty cell, every command with the forms and the option it really has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from advisor.cli.framework.group import group
from advisor.cli.main import run

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "conventions.md").read_text("utf-8")


def rows(heads: str) -> list[list[str]]:
    """The rows of the table under a row of heads, without the heads."""
    table = PAGE.split(heads)[1].split("\n\n")[0].strip().splitlines()[1:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its name."""
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from commands(found, (*path, name))


COMMANDS = dict(commands(group))
LISTED = {row[0].strip("`"): row[1:] for row in rows("| command | text | other forms | JSON | status beside 0 and 2 |")}


def forms(command: click.Command) -> set[str]:
    """What its --format takes."""
    option = next((each for each in command.params if "--format" in each.opts), None)
    return set(option.type.choices) if option is not None and isinstance(option.type, click.Choice) else set()


def test_no_cell_is_empty() -> None:
    for heads, width in (
        ("| a user expects | as in | finds here |", 3),
        ("| command | text | other forms | JSON | status beside 0 and 2 |", 5),
    ):
        assert len(rows(heads)) > 20
        assert all(len(row) == width and all(row) for row in rows(heads))


def test_every_command_is_listed() -> None:
    assert set(LISTED) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_the_forms_that_are_listed(name: str) -> None:
    _, others, in_json, status = LISTED[name]
    offered = forms(COMMANDS[name])
    assert ("json" in offered) == (not in_json.startswith("no"))
    if offered:
        listed = set(re.findall(r"[a-z]+", f"{others} {in_json}")) - {"none"}
        assert listed | {"text"} == offered | {"text"}
    flags = [flag for option in COMMANDS[name].params for flag in option.opts]
    assert ("--exit-code" in flags) == ("`--exit-code`" in status)


@pytest.mark.parametrize("name", [name for name, each in COMMANDS.items() if "Exit status:" in (each.help or "")])
def test_the_statuses_of_a_help_text_are_those_that_are_listed(name: str) -> None:
    said = (COMMANDS[name].help or "").split("Exit status:")[1].split("\n\n")[0].split(". ")[0]
    assert set(re.findall(r"\b[1-9]\b", said)) - {"2"} == set(re.findall(r"\b[1-9]\b", LISTED[name][3])) - {"3"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_mistyped_option_ends_with_status_2(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split(), "--no-such-option"]) == 2
    assert "no-such-option" in capsys.readouterr().err

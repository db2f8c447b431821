"""The options that commands share mean the same everywhere, and come from one declaration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from advisor.cli.framework import options as declared
from advisor.cli.framework.group import group
from advisor.cli.framework.options import COMMANDS
from advisor.cli.main import run

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHARED = {
    each.name: each
    for each in (
        declared.AS_OF, declared.RULES, declared.RECORDS, declared.QUIET, declared.COLOR, declared.SAMPLES,
        declared.RANDOM_SEED, declared.JOBS, declared.BRIEF, declared.FULL, declared.EXIT_CODE,
    )
}  # fmt: skip
OWN_MEANING = {("ask", "--records"), ("catalog import", "--full")}
"""Where a shared option has another help text: `ask` has no default folder of records, an import no assessment."""


def leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for inner, part in command.commands.items():
            yield from leaves(part, f"{name} {inner}")
    else:
        yield name, command


def all_commands() -> dict[str, click.Command]:
    context = click.Context(group)
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        found.update(leaves(command, name))
    return found


@pytest.mark.parametrize(("name", "command"), all_commands().items(), ids=str)
def test_a_shared_option_is_the_one_declared(name: str, command: click.Command) -> None:
    for option in command.params:
        if isinstance(option, click.Option) and option.opts[0] in SHARED and (name, option.opts[0]) not in OWN_MEANING:
            assert option.help == SHARED[option.opts[0]].help
            assert option.name == SHARED[option.opts[0]].parameter


@pytest.mark.parametrize("name", ["assess", "why", "compare", "sensitivity"])
def test_what_assesses_takes_the_whole_set(name: str) -> None:
    names = {option.opts[0] for option in all_commands()[name].params if isinstance(option, click.Option)}
    assert {"--as-of", "--rules", "--format", "--output", "--draws", "--seed", "--quiet"} <= names


def test_a_day_that_is_none_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["assess", "x.toml"], ["records", "due"], ["catalog", "age"], ["sources"]):
        assert run([*command, "--as-of", "tomorrow"]) == 2
        assert capsys.readouterr().err == "advisor: --as-of: 'tomorrow' is not a day; write it as 2026-11-21\n"


def test_an_exit_code_says_that_something_is_to_be_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    due = ["records", "due", "--records", str(EXAMPLES / "ledger"), "--no-assess", "--as-of", "2028-01-01"]
    assert [run(due), run([*due, "--exit-code"])] == [0, 1]
    age = ["catalog", "age", "--as-of", "2029-01-01"]
    assert [run(age), run([*age, "--exit-code"])] == [0, 1]
    clinical, moved = EXAMPLES / "clinical-notes.toml", tmp_path / "moved.toml"
    moved.write_text(clinical.read_text("utf-8").replace('boundary = "vpc"', 'boundary = "tenancy"'), "utf-8")
    compare = ["compare", "--draws", "100", "--as-of", "2026-11-21", str(clinical)]
    assert [run([*compare, str(moved)]), run([*compare, str(moved), "--exit-code"])] == [0, 1]
    assert run([*compare, str(clinical), "--exit-code"]) == 0
    capsys.readouterr()

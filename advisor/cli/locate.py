"""`advisor locate`: where the program keeps its files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import examples
from advisor.paths import (
    data_directory,
    error_log,
    packs_directory,
    records_directory,
    sessions_directory,
    settings_path,
)
from advisor.tui.settings import read_settings

if TYPE_CHECKING:
    pass


DATA = ("rules", "questionnaires", "examples")
PLACES = (*DATA, "packs", "records", "sessions", "config", "log")


@click.command("locate", epilog=examples("advisor locate", "ls $(advisor locate examples)"))
@click.argument("what", type=click.Choice(PLACES), required=False, metavar="[WHAT]")
def command(what: str | None) -> None:
    """Print paths: rules, questionnaires, examples; your packs, records, sessions, config, log.

    With WHAT, one of these words, only that path.
    """
    if what is not None:
        click.echo(_place(what))
        return
    for name in PLACES:
        click.echo(f"{name:<15} {_place(name)}")


def _place(name: str) -> Path:
    match name:
        case "packs":
            return packs_directory(os.environ)
        case "records":
            return records_place()
        case "sessions":
            return sessions_directory(os.environ)
        case "config":
            return settings_path(os.environ)
        case "log":
            return error_log(os.environ)
    return data_directory(name)


def records_place() -> Path:
    """Where the interface saves: the folder that the settings name, or the usual one."""
    known = {path.stem: path for path in data_directory("questionnaires").glob("*.toml")}
    named = read_settings(settings_path(os.environ), known).records
    return Path(named) if named else records_directory(os.environ)

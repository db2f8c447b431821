"""`advisor locate`: where the files are that a person may want to read or edit."""

from __future__ import annotations

from pathlib import Path

import click

from advisor.cli.crash import error_log
from advisor.knowledge.locate import data_directory

DATA = ("rules", "questionnaires", "examples")
LOG = "log"


@click.command("locate")
@click.argument("what", type=click.Choice([*DATA, LOG]), required=False, metavar="[WHAT]")
def command(what: str | None) -> None:
    """Print where the rules, questionnaires, examples and the error log are; with WHAT, that path alone."""
    if what is not None:
        click.echo(_place(what))
        return
    for name in (*DATA, LOG):
        click.echo(f"{name:<15} {_place(name)}")


def _place(name: str) -> Path:
    return error_log() if name == LOG else data_directory(name)

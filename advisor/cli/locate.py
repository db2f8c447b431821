"""`advisor locate`: where the files are that a person may want to read or edit."""

from __future__ import annotations

import os
from pathlib import Path

import click

from advisor.cli.crash import error_log
from advisor.knowledge.locate import data_directory, packs_directory
from advisor.tui.settings import settings_path

DATA = ("rules", "questionnaires", "examples")
PACKS, LOG, CONFIG = "packs", "log", "config"


@click.command("locate")
@click.argument("what", type=click.Choice([*DATA, PACKS, CONFIG, LOG]), required=False, metavar="[WHAT]")
def command(what: str | None) -> None:
    """Print where the rules, examples, your packs, the settings and the error log are; with WHAT, that path alone."""
    if what is not None:
        click.echo(_place(what))
        return
    for name in (*DATA, PACKS, CONFIG, LOG):
        click.echo(f"{name:<15} {_place(name)}")


def _place(name: str) -> Path:
    if name == PACKS:
        return packs_directory(os.environ)
    if name == CONFIG:
        return settings_path(os.environ)
    return error_log() if name == LOG else data_directory(name)

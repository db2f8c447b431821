"""Hand a command line to click, and say its complaints the way all others are said: one line."""

from __future__ import annotations

import os
import sys

import click
from click.shell_completion import shell_complete

from advisor.cli.framework.commands import COMPLETION
from advisor.cli.framework.group import group


def invoke(arguments: list[str]) -> int:
    """Run the command named in `arguments`; returns what it returned or exited with, 2 for a line click refuses."""
    if COMPLETION in os.environ:
        return shell_complete(group, {}, "advisor", COMPLETION, os.environ[COMPLETION])
    try:
        return _call(arguments)
    except click.Abort as interrupted:
        raise KeyboardInterrupt from interrupted
    except click.exceptions.NoArgsIsHelpError as help_shown:
        help_shown.show()
        return help_shown.exit_code
    except click.ClickException as refused:
        return _refuse(refused)


def _call(arguments: list[str]) -> int:
    """Run the command without click's own entry point, which would end a broken pipe with status 1."""
    try:
        with group.make_context("advisor", list(arguments)) as context:
            status = group.invoke(context)
    except click.exceptions.Exit as ending:
        status = ending.exit_code
    return status if isinstance(status, int) else 0


def _refuse(refused: click.ClickException) -> int:
    context = getattr(refused, "ctx", None)
    path = context.command_path if context is not None else "advisor"
    message = " ".join(refused.format_message().split()).rstrip(".")
    print(f"advisor: {message}; see {path} --help", file=sys.stderr)
    return refused.exit_code

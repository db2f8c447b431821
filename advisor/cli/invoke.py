"""Hand a command line to click, and say its complaints the way all others are said: one line."""

from __future__ import annotations

import sys

import click

from advisor.cli.group import group


def invoke(arguments: list[str]) -> int:
    """Run the command named in `arguments`; returns what it returned or exited with, 2 for a line click refuses."""
    try:
        status = group.main(args=arguments, prog_name="advisor", standalone_mode=False)
    except click.Abort as interrupted:
        raise KeyboardInterrupt from interrupted
    except click.exceptions.NoArgsIsHelpError as help_shown:
        help_shown.show()
        return help_shown.exit_code
    except click.ClickException as refused:
        return _refuse(refused)
    return status if isinstance(status, int) else 0


def _refuse(refused: click.ClickException) -> int:
    context = getattr(refused, "ctx", None)
    path = context.command_path if context is not None else "advisor"
    message = " ".join(refused.format_message().split()).rstrip(".")
    print(f"advisor: {message}; see {path} --help", file=sys.stderr)
    return refused.exit_code

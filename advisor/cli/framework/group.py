"""The `advisor` command itself: it imports only the command that runs, and says click's complaints in one line."""

from __future__ import annotations

import os
import sys

import click
from click.shell_completion import CompletionItem, shell_complete

from advisor import __version__
from advisor.cli.framework.click_extensions import examples
from advisor.cli.framework.options import COMMANDS, COMPLETION, INTERFACE_OPTIONS, load
from advisor.errors import nearest


class LazyGroup(click.Group):
    """A click group over the table of commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was asked for."""
        if cmd_name not in COMMANDS:
            return None
        command = load(COMMANDS[cmd_name].target)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name].target} is not a click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuse an unknown command with the nearest spelling."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            ctx.fail(f"no command {name!r}; {nearest(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List every command with its line of the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name, or an option of the interface, without importing any command."""
        names = [
            CompletionItem(name, help=entry.summary) for name, entry in COMMANDS.items() if name.startswith(incomplete)
        ]
        begun = incomplete.startswith("-")
        options = [CompletionItem(name) for name in INTERFACE_OPTIONS if begun and name.startswith(incomplete)]
        return [*names, *options, *click.Command.shell_complete(self, ctx, incomplete)]


PURPOSE = "Decide, with evidence, where a workload's language-model inference should run."
EXAMPLES = examples(
    "advisor                            ask, and show the verdict",
    "advisor assess mine.toml           answers from a file",
    "advisor COMMAND --help             help and examples of one command",
)


@click.group(
    "advisor",
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=f"{PURPOSE}\n\nWithout a command, the interview opens; it takes the options of `ask`.",
    epilog=EXAMPLES,
)
@click.version_option(__version__, prog_name="advisor", message="%(prog)s %(version)s")
def group() -> None:
    """Run one command; every option belongs to a command."""


# Hand a command line to click, and say its complaints the way all others are said: one line.


def invoke(arguments: list[str]) -> int:
    """Run the command named in `arguments`; returns what it returned or exited with, 2 for a line click refuses."""
    if COMPLETION in os.environ:
        from advisor.cli.framework.bash_completion import register

        register()
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

"""The `advisor` command itself: knows every other command by name, imports only the one that runs."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from advisor import __version__
from advisor.cli.framework.commands import COMMANDS, INTERFACE_OPTIONS, load
from advisor.cli.framework.help_format import examples
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

"""Layout of help texts: examples below a command, and groups that list commands by whole sentences."""

from __future__ import annotations

import click


def examples(*lines: str) -> str:
    """Write an epilog of examples, one a line as they can be pasted; click would wrap them."""
    return "\n".join(["\b", "Example:" if len(lines) == 1 else "Examples:", *(f"  {line}" for line in lines)])


class Sentences(click.Group):
    """Lists its commands in the order they were added, each with the first sentence of its help, which click cuts."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which one uses them."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List every command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _sentence(command)) for name, command in self.commands.items()])


def _sentence(command: click.Command) -> str:
    paragraph = " ".join((command.help or "").split("\n\n")[0].split())
    return paragraph.partition(". ")[0].removesuffix(".") + "."

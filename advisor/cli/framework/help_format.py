"""A group of commands whose help gives each one its whole sentence; click would cut them off."""

from __future__ import annotations

import click


class Sentences(click.Group):
    """Lists its commands in the order they were added, each with the first sentence of its help."""

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

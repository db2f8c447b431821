"""`advisor completions`: what a shell needs to complete commands, options and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

from advisor.cli.framework.bash_completion import register
from advisor.cli.framework.click_extensions import examples
from advisor.cli.framework.options import COMPLETION

if TYPE_CHECKING:
    pass


COMPLETION_EXAMPLES = examples(
    'eval "$(advisor completions bash)"        in ~/.bashrc',
    'eval "$(advisor completions zsh)"         in ~/.zshrc, after compinit',
    "advisor completions fish | source         in ~/.config/fish/config.fish",
)


@click.command("completions", epilog=COMPLETION_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL."""
    register()
    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"click knows no completion for {shell}", context)
    click.echo(completion(context.find_root().command, {}, "advisor", COMPLETION).source())

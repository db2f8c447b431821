"""`advisor completions`: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from advisor.cli.framework.click_extensions import examples
from advisor.cli.framework.options import COMPLETION

EXAMPLES = examples(
    'eval "$(advisor completions bash)"        in ~/.bashrc',
    'eval "$(advisor completions zsh)"         in ~/.zshrc, after compinit',
    "advisor completions fish | source         in ~/.config/fish/config.fish",
)


@click.command("completions", epilog=EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL."""
    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"click knows no completion for {shell}", context)
    click.echo(completion(context.find_root().command, {}, "advisor", COMPLETION).source())

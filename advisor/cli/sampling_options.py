"""The options by which draws are made again: the day, how many, and where they begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

SEED, DRAWS = 1, 10_000
"""As in advisor.api, which is too slow to import for a help text."""
Command = TypeVar("Command", bound="Callable[..., object]")


def drawn(most: int) -> Callable[[Command], Command]:
    """Give a command `--as-of`, `--draws` of at most so many, and `--seed`."""
    options = (
        click.option(
            "--as-of", metavar="DATE", help="Use the figures and rules of this day (YYYY-MM-DD); today by default."
        ),
        click.option(
            "--draws",
            type=click.IntRange(100, most),
            default=DRAWS,
            show_default=True,
            help="How many times the uncertain figures are drawn.",
        ),
        click.option(
            "--seed", type=click.IntRange(0, 2**53), default=SEED, show_default=True, help="Where the draws begin."
        ),
    )

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add

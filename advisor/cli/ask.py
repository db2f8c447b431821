"""`advisor ask`: the interview, on the terminal or by prompts."""

from __future__ import annotations

from typing import Any

import click

from advisor.cli.commands import INTERFACE, load
from advisor.cli.examples import examples
from advisor.cli.options import ASK, with_options

EXAMPLES = examples(
    "advisor ask                         choose a questionnaire",
    "advisor ask --questionnaire quick   begin at once",
    "advisor ask --what-matters          only what can still change the route",
    "advisor ask --resume                continue an unfinished interview",
    "advisor ask --plain                 line by line",
)


@click.command("ask", epilog=EXAMPLES)
@with_options(*ASK)
def command(**options: Any) -> int:
    """Ask the questions, show the verdict, save the record."""
    return int(load(INTERFACE)(**options) or 0)

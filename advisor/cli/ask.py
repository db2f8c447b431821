"""`advisor ask`: the interview, on the terminal or by prompts."""

from __future__ import annotations

from pathlib import Path

import click

from advisor.cli.examples import examples
from advisor.cli.pack_options import laid_over
from advisor.cli.shell_words import folders, questionnaires
from advisor.tui.app.start_program import open_interface

EXAMPLES = examples(
    "advisor ask                         choose a questionnaire",
    "advisor ask --questionnaire quick   begin at once",
    "advisor ask --what-matters          only what can still change the route",
    "advisor ask --resume                go on where the line was cut",
    "advisor ask --plain                 line by line",
)


@click.command("ask", epilog=EXAMPLES)
@click.option(
    "--questionnaire",
    default="",
    metavar="ID",
    shell_complete=questionnaires,
    help="quick, full, coding-agents or license-review.",
)
@click.option("--plain", is_flag=True, help="Ask line by line: for screen readers, dumb terminals and scripts.")
@click.option("--resume", is_flag=True, help="Go on with the interview that was cut off last.")
@click.option("--what-matters", is_flag=True, help="Ask what matters most first, and only that.")
@click.option("--records", default="", metavar="DIR", shell_complete=folders, help="Save the record in this folder.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal, where its reports turn to garbage.")
@laid_over
def command(
    questionnaire: str,
    plain: bool,
    resume: bool,
    what_matters: bool,
    records: str,
    no_mouse: bool,
    packs: tuple[Path, ...],
) -> int:
    """Ask the questions, show the verdict, save the record."""
    return open_interface(
        questionnaire,
        plain=plain,
        resume=resume,
        records=records,
        packs=packs,
        mouse=not no_mouse,
        by_what_matters=what_matters,
    )

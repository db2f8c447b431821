"""`advisor ask`: the interview, from nothing or from the answers of a file or record."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import click

from advisor.atomic_write import write_atomically
from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import SharedOptions
from advisor.cli.framework.options import ASK, INTERFACE, load, own_options
from advisor.errors import AdvisorError, BadInput
from advisor.interview.answers import write_value
from advisor.interview.session import new_session_path, session_of
from advisor.paths import sessions_directory

EXAMPLES = examples(
    "advisor ask                         choose a questionnaire",
    "advisor ask --questionnaire quick   begin at once",
    "advisor ask --what-matters          only what can still change the route",
    "advisor ask --resume                continue an unfinished interview",
    "advisor ask --plain                 line by line",
    "advisor ask answers.toml            begin with the answers of a file",
)


@click.command("ask", epilog=EXAMPLES)
@click.argument("given", metavar="[ANSWERS|RECORD]", default="", shell_complete=files)
@own_options(*ASK)
def command(given: str, **options: Any) -> int:
    """Ask the questions, show the verdict, save the record; begin with the answers of a file or record, if named."""
    if given:
        _begin_from(given, options)
    return int(load(INTERFACE)(**options) or 0)


def _begin_from(given: str, options: dict[str, Any]) -> None:
    """Write an interview with these answers, the newest there is, for the interface to continue; the file is kept.

    Raises BadInput for `--resume` with it, or for answers that cannot be read.
    """
    if options["resume"]:
        raise BadInput("--resume", f"continues an interview, and {given} begins one", "leave one of them out")
    read = SharedOptions(packs=options["packs"]).read(given)
    known = read.knowledge.questions
    values = {key: write_value(value, known[key]) for key, value in read.answers.values.items()}
    path = new_session_path(sessions_directory(os.environ), datetime.now(UTC))
    text = session_of(options["questionnaire"] or read.answers.questionnaire, values, sorted(read.answers.passed))
    try:
        write_atomically(path, text)
    except OSError as error:
        raise AdvisorError(str(path), f"cannot be written: {error.strerror}") from None
    options |= {"questionnaire": "", "resume": True}

"""`advisor assess`: answer files to verdicts, without the interface."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.examples import examples
from advisor.cli.pack_options import knowledge_with, laid_over
from advisor.cli.sampling_options import drawn
from advisor.cli.save_options import refuse_without_save, stated, statement_of
from advisor.cli.shell_words import files, folders
from advisor.errors import BadInput

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge
    from advisor.record.statement import Statement

_MOST_DRAWS = 1_000_000


EXAMPLES = examples(
    "advisor assess examples/team-of-20.toml",
    "advisor assess examples/*.toml --format json",
    "advisor assess mine.toml --as-of 2026-06-22 --save --records decisions",
    'advisor assess mine.toml --save --reason "The data stays." --decider Ada --review-by 2027-05-20',
)


@click.command(name="assess", epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="ANSWERS...", shell_complete=files)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown", "html"]), default="text", show_default=True
)
@drawn(_MOST_DRAWS)
@click.option("--save", is_flag=True, help="Write each assessment into the ledger of decision records.")
@click.option(
    "--records",
    metavar="DIR",
    default="records",
    show_default=True,
    shell_complete=folders,
    help="The ledger's folder.",
)
@stated
@laid_over
@click.option("--brief", is_flag=True, help="Print one line for each file: route, offer, dollars a month, status.")
@click.option("--flips/--no-flips", default=True, help="Look for single answers that would change the verdict.")
def command(
    files: tuple[str, ...],
    form: str,
    as_of: str | None,
    draws: int,
    seed: int,
    save: bool,
    records: str,
    brief: bool,
    flips: bool,
    packs: tuple[Path, ...],
    **said: Any,
) -> None:
    """Assess one or more answer files and say which route to take, why, and what would change it."""
    from advisor.api import assess
    from advisor.cli.answer_files import load_answers

    if not save:
        refuse_without_save(said)
    if brief and form != "text":
        raise BadInput("--brief", f"has no {form} form", "leave out --brief or --format")
    knowledge, day = knowledge_with(packs), parse_day(as_of)
    given = [load_answers(path, knowledge) for path in files]
    today = datetime.now(UTC).date()
    statements = [statement_of(said, path, each, today) for path, each in zip(files, given, strict=True)]
    results = []
    for path, answers in zip(files, given, strict=True):
        _progress(f"assessing {path}", len(files))
        # A record always holds the flips: replay looks for them too.
        results.append(assess(answers, knowledge, day, seed, draws, flips=(flips and not brief) or save))
    click.echo(_render(results, "brief" if brief else form))
    if save:
        for answers, result, statement in zip(given, results, statements, strict=True):
            _save(result, answers, knowledge, Path(records), statement)


def parse_day(text: str | None) -> date:
    """A day from the command line, today when none was given; raises BadInput."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("--as-of", f"{text!r} is not a day", "write it as 2026-11-21") from None


def _render(results: list[Assessment], form: str) -> str:
    if form == "json":
        from advisor.report.json_report import as_json

        return as_json(results)
    if form == "brief":
        from advisor.report.brief_table import brief_table

        return brief_table(results)
    from advisor.report.text_report import as_text

    if form == "text":
        return "\n\n".join(as_text(result) for result in results)
    from advisor.report.render import render

    return render(results, form)


def _save(result: Assessment, answers: Answers, knowledge: Knowledge, directory: Path, statement: Statement) -> None:
    from advisor.record import save_decision

    saved = save_decision(result, answers, knowledge, directory, datetime.now(UTC), statement)
    click.echo(saved.sentence, err=True)


def _progress(text: str, count: int) -> None:
    if count > 1 and sys.stderr.isatty():
        click.echo(f"{text} …", err=True)

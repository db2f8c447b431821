"""`advisor assess`: answer files to verdicts, many of them in parallel, without the interface."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import (
    STANDARD_INPUT,
    SharedOptions,
    load_answers,
    refuse_without_save,
    statement_of,
    today,
    with_options,
)
from advisor.cli.framework.options import (
    BRIEF,
    COLOR,
    FLIPS,
    FULL,
    JOBS,
    JUDGED,
    KEEP_GOING,
    OUTPUT,
    QUIET,
    SAVING,
    SETTINGS,
    formats,
)
from advisor.cli.framework.output import headed, least_width, note, own_width, progress
from advisor.errors import AdvisorError, BadInput
from advisor.processes import cpu_count, forked_map, give_back_memory

if TYPE_CHECKING:
    from pathlib import Path

    from advisor.assessment.model import Assessment
    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge
    from advisor.record.ledger import Saved
    from advisor.record.signatures.statement import Statement
    from advisor.report.text_report import BriefRow


Result = TypeVar("Result")
_FEWEST_PARALLEL = 4
"""Fewer files are done before other processes have begun."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all files are assessed with."""

    knowledge: Knowledge
    as_of: date
    seed: int
    draws: int
    flips: bool

    def assess(self, answers: Answers) -> Assessment:
        """Assess one file's answers; what was kept for its what-ifs is let go, so that many files take no more room."""
        from advisor.analysis.reevaluate import forget
        from advisor.api import assess

        try:
            return assess(answers, self.knowledge, self.as_of, self.seed, self.draws, flips=self.flips)
        finally:
            forget()
            give_back_memory()

    def brief_row(self, answers: Answers) -> BriefRow:
        """One file's assessment as a row of a table."""
        from advisor.report.text_report import brief_row

        return brief_row(self.assess(answers))

    def load(self) -> None:
        """Import and compile what every assessment needs: forked processes share what was there before them."""
        from advisor.decision.compiled import compiled_knowledge

        for module in ("advisor.api", "advisor.report.json_report"):
            import_module(module)
        compiled_knowledge(self.knowledge, self.as_of)

    def json(self, answers: Answers) -> str:
        """One file's assessment as an object of JSON."""
        from advisor.report.json_report import as_json

        return as_json([self.assess(answers)])

    def json_line(self, answers: Answers) -> str:
        """One file's assessment as a line of JSON."""
        from advisor.report.json_report import as_json_lines

        return as_json_lines([self.assess(answers)])


def assess_files(
    job: Job, read: Sequence[tuple[str, Answers]], jobs: int | None, *, quiet: bool = False
) -> list[Assessment]:
    """Assess each file; raises what an assessment raises. `jobs` None takes one process for each CPU."""
    return list(_each(job, job.assess, read, jobs, quiet=quiet))


def _each(
    job: Job, work: Callable[[Answers], Result], read: Sequence[tuple[str, Answers]], jobs: int | None, *, quiet: bool
) -> Iterator[Result]:
    """The result for each file in the order given, as soon as it and those before it are there."""
    count = min(jobs or cpu_count(), len(read))
    if count < 2 or (jobs is None and len(read) < _FEWEST_PARALLEL):
        for path, answers in read:
            if len(read) > 1:
                progress(f"assessing {path} …", quiet=quiet)
            yield work(answers)
        return
    progress(f"assessing {len(read)} files in {count} processes …", quiet=quiet)
    job.load()
    yield from forked_map(work, [answers for _, answers in read], count)


EXAMPLES = examples(
    "advisor assess examples/team-of-20.toml",
    "advisor assess examples/*.toml --format json",
    "advisor assess mine.toml --set data.boundary=vpc --full",
    "advisor assess mine.toml --as-of 2026-06-22 --save --records decisions",
    'advisor assess mine.toml --save --reason "The data stays." --decider Ada --review-by 2027-05-20',
)


@click.command(name="assess", epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="ANSWERS|-...", shell_complete=files)
@with_options(
    *(BRIEF, FULL, formats("text", "json", "jsonl", "markdown", "html"), OUTPUT, SETTINGS, *JUDGED),
    *(FLIPS, JOBS, KEEP_GOING, *SAVING, QUIET, COLOR),
)
def command(
    shared: SharedOptions, files: tuple[str, ...], brief: bool, full: bool, settings: tuple[str, ...], flips: bool,
    jobs: int | None, keep_going: bool, save: bool, color: str, **stated: Any,
) -> int:  # fmt: skip
    """Assess answers files: which route to take, why, and what would change it; `-` reads standard input.

    Several files give one line each, unless --full or a --format asks for more.

    Exit status: 0, or 2 where --keep-going left out a file that could not be read.
    """
    _check_together(files, shared.form, brief, full)
    if not save:
        refuse_without_save(stated)
    knowledge = shared.knowledge()
    read, status = _read(files, knowledge, settings, keep_going=keep_going, quiet=shared.quiet)
    statements = [statement_of(stated, path, answers, today()) for path, answers in read]
    # A record always holds the flips: replay looks for them too.
    job = Job(knowledge, shared.as_of, shared.seed, shared.draws, flips=flips or save)
    if shared.form in ("json", "jsonl") and len(read) > 1 and not save:
        _write_json(job, read, jobs, shared)
        return status
    depth = "full" if full else "brief" if brief or len(files) > 1 else "short"
    if shared.form == "text" and depth == "brief" and read and not save:
        rows = [*_each(job, job.brief_row, read, jobs, quiet=shared.quiet)]
        shared.emit(headed(_table(rows), color, shared.output))
        return status
    results = assess_files(job, read, jobs, quiet=shared.quiet)
    if results:
        text = _render(results, shared.form, depth, files[0])
        shared.emit(headed(text, color, shared.output) if shared.form == "text" else text)
    if save:
        saved: list[Saved] = []
        try:
            for (_, answers), result, statement in zip(read, results, statements, strict=True):
                saved.append(_save(result, answers, knowledge, shared.records, statement))
        finally:
            note(_saved(saved, shared.records), quiet=shared.quiet or not saved)
    return status


def _write_json(job: Job, read: Sequence[tuple[str, Answers]], jobs: int | None, shared: SharedOptions) -> None:
    """Many assessments as JSON, written as text by the processes that made them; lines are printed as they come."""
    if shared.form == "json":
        from advisor.report.json_report import as_array

        shared.emit(as_array(_each(job, job.json, read, jobs, quiet=shared.quiet)))
        return
    lines = _each(job, job.json_line, read, jobs, quiet=shared.quiet)
    for text in lines if shared.output is None and not sys.stdout.isatty() else ("\n".join(lines),):
        shared.emit(text)


def _check_together(files: tuple[str, ...], form: str, brief: bool, full: bool) -> None:
    """Raise BadInput for options that exclude each other."""
    for name, given in ((BRIEF.name, brief), (FULL.name, full)):
        if given and form != "text":
            raise BadInput(name, f"has no {form} form", f"leave out {name} or --format")
    if brief and full:
        raise BadInput(BRIEF.name, f"excludes {FULL.name}", "give one of them")
    if files.count(STANDARD_INPUT) > 1:
        raise BadInput(STANDARD_INPUT, "standard input can be read once", "name it once")


def _read(
    paths: tuple[str, ...], knowledge: Knowledge, settings: tuple[str, ...], *, keep_going: bool, quiet: bool
) -> tuple[list[tuple[str, Answers]], int]:
    """The answers of all files, and the exit status: that of a file left out, where `keep_going` allows one."""
    read: list[tuple[str, Answers]] = []
    status = 0
    for path in paths:
        try:
            read.append((path, load_answers(path, knowledge, settings, quiet=quiet)))
        except AdvisorError as error:
            if not keep_going:
                raise
            note(f"advisor: {error.sentence}")
            status = max(status, error.status)
    return read, status


def _render(results: list[Assessment], form: str, depth: str, file: str) -> str:
    if form in ("json", "jsonl"):
        from advisor.report.json_report import as_json, as_json_lines

        return as_json(results) if form == "json" else as_json_lines(results)
    if form != "text":
        from advisor.report.markdown import render

        return render(results, form)
    from advisor.report.text_report import as_text, brief_row, short_report

    if depth == "brief":
        return _table([*map(brief_row, results)])
    full = depth == "full"
    return "\n\n".join(as_text(each) if full else short_report(each, file, least_width()) for each in results)


def _table(rows: Sequence[BriefRow]) -> str:
    from advisor.report.text_report import brief_table

    return brief_table(rows, own_width())


def _save(result: Assessment, answers: Answers, knowledge: Knowledge, directory: Path, statement: Statement) -> Saved:
    from advisor.record.save_decision import save_decision

    return save_decision(result, answers, knowledge, directory, datetime.now(UTC), statement)


def _saved(saved: list[Saved], records: Path) -> str:
    """One sentence for one record, and one for many."""
    if len(saved) < 2 or not all(one.durable for one in saved):
        return "\n".join(one.sentence for one in saved)
    return f"saved {len(saved)} records in {records}, numbers {saved[0].number} to {saved[-1].number}"

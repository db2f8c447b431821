"""`advisor portfolio`: what many workloads choose together, one fleet and one team paid once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import SharedOptions, refuse_without_save, statement_of, with_options
from advisor.cli.framework.options import (
    AS_OF,
    BRIEF,
    FULL,
    INTERACTIVE,
    JOBS,
    OUTPUT,
    QUIET,
    RANDOM_SEED,
    RULES,
    SAVE,
    SAVING,
    formats,
)
from advisor.cli.framework.output import note, progress
from advisor.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from advisor.knowledge.pack import Knowledge
    from advisor.portfolio.portfolio_answer import PortfolioAnswer
    from advisor.portfolio.portfolio_file import PortfolioFile

FORMATS = formats("text", "markdown", "html", "svg", "json")


@click.command("portfolio", epilog=examples("advisor portfolio examples/portfolio/company.toml"))
@click.argument("file", metavar="FILE", shell_complete=files)
@with_options(BRIEF, FULL, FORMATS, OUTPUT, AS_OF, RULES, RANDOM_SEED, JOBS, *SAVING, INTERACTIVE, QUIET)
def command(
    shared: SharedOptions, file: str, brief: bool, full: bool, jobs: int | None, save: bool, interactive: bool,
    **stated: Any,
) -> int:  # fmt: skip
    """Choose an offer for each workload of FILE so that all of them together cost least."""
    from pathlib import Path

    from advisor.decision.compiled import compiled_knowledge
    from advisor.interview.answers import vocabulary
    from advisor.portfolio.portfolio_answer import MOST_EXPLAINED, solve
    from advisor.portfolio.portfolio_file import read_portfolio
    from advisor.portfolio.standing_offers import priced_portfolio
    from advisor.processes import cpu_count
    from advisor.published.apply import maturity_stages

    if interactive:
        return _shown_as_table(Path(file), shared, save=save, stated=stated)
    if not save:
        refuse_without_save(stated)
    elif not stated["deciders"] or not stated["reason"].strip():
        raise BadInput(SAVE.name, "a portfolio's record says who decides, and why", "give --decider and --reason")
    knowledge = shared.knowledge()
    read = read_portfolio(Path(file), vocabulary(knowledge))

    few = len(read.workloads) <= MOST_EXPLAINED
    if save and not few:
        raise BadInput(SAVE.name, f"a record pins at most {MOST_EXPLAINED} workloads", "divide the portfolio")

    def tell(name: str, place: int) -> None:
        if few or place % (MOST_EXPLAINED // 2) == 0:
            progress(f"priced {name} ({place} of {len(read.workloads)})", quiet=shared.quiet)

    at = compiled_knowledge(knowledge, shared.as_of)
    try:
        portfolio = priced_portfolio(read, at, shared.seed, tell, jobs or cpu_count())
        progress(f"solving for {len(read.workloads)} workloads …", quiet=shared.quiet)
        found = solve(read.name, portfolio, read.limits, maturity_stages(knowledge, at.parameters))
    except KeyboardInterrupt:
        note(f"{file}: ended before all was solved; nothing was written", quiet=shared.quiet)
        raise
    shared.emit(_rendered(found, shared.form, brief=brief, full=full))
    if save:
        note(_saved(read, found, knowledge, shared, stated), quiet=shared.quiet)
    return 0


def _shown_as_table(path: Path, shared: SharedOptions, *, save: bool, stated: Mapping[str, Any]) -> int:
    """Open the interface on the file; what a record says is asked there."""
    from advisor.cli.framework.open_interface import open_interface

    if save:
        raise BadInput(SAVE.name, f"is a key of the table that {INTERACTIVE.name} shows", "give one of them")
    refuse_without_save(stated)
    if not path.is_file():
        raise BadInput(str(path), "there is no such file", "name a portfolio as .toml, .csv or .json")
    records, day = str(shared.records), shared.as_of.isoformat()
    return open_interface(packs=shared.packs, records=records, as_of=day, portfolio=path)


def _saved(
    read: PortfolioFile, found: PortfolioAnswer, knowledge: Knowledge, shared: SharedOptions, stated: Mapping[str, Any]
) -> str:
    """Save a decision for each workload, then one record that pins them; says which."""
    from datetime import UTC, datetime

    from advisor.cli.assess import Job, assess_files
    from advisor.cost.route_offers import DRAWS
    from advisor.portfolio.portfolio_file import terms_table
    from advisor.portfolio.portfolio_report import as_json
    from advisor.record.ledger import Ledger
    from advisor.record.save_decision import PortfolioMember, save_decision, save_portfolio

    now, records = datetime.now(UTC), shared.records
    given = [(each.name, each.answers) for each in read.workloads]
    statements = [
        statement_of({**stated, "title": stated["title"] or f"Where to run {name}"}, name, answers, now.date())
        for name, answers in given
    ]
    job = Job(knowledge, shared.as_of, shared.seed, DRAWS, flips=True)
    results = assess_files(job, given, None, quiet=shared.quiet)
    members = [
        PortfolioMember(name, save_decision(result, answers, knowledge, records, now, statement))
        for (name, answers), result, statement in zip(given, results, statements, strict=True)
    ]
    words = (", ".join(stated["deciders"]), stated["reason"])
    terms = terms_table(read, shared.as_of, shared.seed)
    saved = save_portfolio(Ledger(records), members, terms, as_json(found), words, now)
    first, last = members[0].saved.number, members[-1].saved.number
    return f"saved {len(members)} decisions in {records}, numbers {first} to {last}\n{saved.sentence}"


def _rendered(found: PortfolioAnswer, form: str, *, brief: bool, full: bool) -> str:
    from advisor.portfolio.portfolio_report import (
        as_json,
        as_text,
        headline,
        path_json,
        portfolio_html,
        portfolio_markdown,
        portfolio_svg,
    )
    from advisor.report.html import STYLE, html_page

    if form == "json":
        return json.dumps({**as_json(found), "maturity": path_json(found.maturity)}, indent=2)
    if form == "svg":
        return portfolio_svg(found, STYLE)
    if form == "html":
        return html_page(headline(found), portfolio_html(found))
    return portfolio_markdown(found) if form == "markdown" else as_text(found, brief=brief, full=full)

"""`advisor portfolio`: what many workloads choose together, one fleet and one team paid once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from advisor.cli.arguments.inputs import knowledge_with
from advisor.cli.framework.help_format import examples
from advisor.cli.framework.options import (
    AS_OF,
    BRIEF,
    FULL,
    JOBS,
    OUTPUT,
    QUIET,
    RANDOM_SEED,
    RULES,
    formats,
    with_options,
)
from advisor.cli.framework.output import emit, progress
from advisor.cli.framework.shell_words import files

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from advisor.portfolio.portfolio_answer import PortfolioAnswer

FORMATS = formats("text", "markdown", "html", "json")


@click.command("portfolio", epilog=examples("advisor portfolio examples/portfolio/company.toml"))
@click.argument("file", metavar="FILE", shell_complete=files)
@with_options(BRIEF, FULL, FORMATS, OUTPUT, AS_OF, RULES, RANDOM_SEED, JOBS, QUIET)
def command(
    file: str,
    brief: bool,
    full: bool,
    form: str,
    output: Path | None,
    as_of: date,
    packs: tuple[Path, ...],
    seed: int,
    jobs: int | None,
    quiet: bool,
) -> None:
    """Choose an offer for each workload of FILE so that all of them together cost least."""
    from pathlib import Path

    from advisor.decision.compiled import compiled_knowledge
    from advisor.forked_map import cpu_count
    from advisor.interview.answers import vocabulary
    from advisor.portfolio.portfolio_answer import MOST_EXPLAINED, solve
    from advisor.portfolio.read_portfolio import read_portfolio
    from advisor.portfolio.standing_offers import priced_portfolio

    knowledge = knowledge_with(packs, quiet=quiet)
    read = read_portfolio(Path(file), vocabulary(knowledge))

    few = len(read.workloads) <= MOST_EXPLAINED

    def tell(name: str, place: int) -> None:
        if few or place % (MOST_EXPLAINED // 2) == 0:
            progress(f"priced {name} ({place} of {len(read.workloads)})", quiet=quiet)

    processes = jobs or cpu_count()
    portfolio = priced_portfolio(read, compiled_knowledge(knowledge, as_of), seed, tell, processes)
    progress(f"solving for {len(read.workloads)} workloads …", quiet=quiet)
    found = solve(read.name, portfolio, read.limits)
    emit(_rendered(found, form, brief=brief, full=full), output, quiet=quiet)


def _rendered(found: PortfolioAnswer, form: str, *, brief: bool, full: bool) -> str:
    from advisor.portfolio.portfolio_page import portfolio_html, portfolio_markdown
    from advisor.portfolio.portfolio_report import as_json, as_text, headline
    from advisor.report.html_page.html import html_page

    if form == "json":
        return json.dumps(as_json(found), indent=2)
    if form == "html":
        return html_page(headline(found), portfolio_html(found))
    return portfolio_markdown(found) if form == "markdown" else as_text(found, brief=brief, full=full)

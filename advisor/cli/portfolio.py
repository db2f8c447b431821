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
    FORMAT,
    FULL,
    OUTPUT,
    QUIET,
    RANDOM_SEED,
    RULES,
    SAMPLES,
    with_options,
)
from advisor.cli.framework.output import emit, progress
from advisor.cli.framework.shell_words import files

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@click.command("portfolio", epilog=examples("advisor portfolio examples/portfolio/company.toml"))
@click.argument("file", metavar="FILE", shell_complete=files)
@with_options(BRIEF, FULL, FORMAT, OUTPUT, AS_OF, RULES, SAMPLES, RANDOM_SEED, QUIET)
def command(
    file: str,
    brief: bool,
    full: bool,
    form: str,
    output: Path | None,
    as_of: date,
    packs: tuple[Path, ...],
    draws: int,
    seed: int,
    quiet: bool,
) -> None:
    """Choose an offer for each workload of FILE so that all of them together cost least."""
    from pathlib import Path

    from advisor.decision.compiled import compiled_knowledge
    from advisor.interview.answers import vocabulary
    from advisor.portfolio.candidate import Member
    from advisor.portfolio.portfolio_report import as_json, as_text, solve
    from advisor.portfolio.read_portfolio import read_portfolio
    from advisor.portfolio.standing_offers import standing_candidates

    knowledge = knowledge_with(packs, quiet=quiet)
    read = read_portfolio(Path(file), vocabulary(knowledge))
    at = compiled_knowledge(knowledge, as_of)
    members = []
    for place, each in enumerate(read.workloads, 1):
        progress(f"pricing {each.name} ({place} of {len(read.workloads)})", quiet=quiet)
        members.append(Member(each.name, standing_candidates(each.answers, at, seed, draws), each.hours))
    found = solve(read.name, members, read.most_gpus)
    emit(
        json.dumps(as_json(found), indent=2) if form == "json" else as_text(found, brief=brief, full=full),
        output,
        quiet=quiet,
    )

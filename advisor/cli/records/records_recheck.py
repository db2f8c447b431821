"""`advisor records recheck`: every decision assessed again with today's rules, imported prices and new measurements."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import AS_OF, EXIT_CODE, OUTPUT, QUIET, RECORDS, RULES, formats
from advisor.errors import BadInput, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge
    from advisor.record.recheck import NewInput

EXAMPLES = examples(
    "advisor records recheck --records examples/ledger",
    "advisor records recheck --usage spend-logs.jsonl --prices model_prices.json --exit-code",
)


@click.command("recheck", epilog=EXAMPLES)
@click.option(
    "--usage", multiple=True, metavar="[WORKLOAD=]LOG", shell_complete=files,
    help="A usage log of today, of the workload named; repeatable.",
)  # fmt: skip
@click.option(
    "--prices", multiple=True, metavar="LIST", type=click.Path(path_type=Path), shell_complete=files,
    help="A price list of LiteLLM or genai-prices; repeatable.",
)  # fmt: skip
@with_options(RECORDS, AS_OF, RULES, formats("text", "markdown", "json"), OUTPUT, EXIT_CODE, QUIET)
def recheck(shared: SharedOptions, usage: tuple[str, ...], prices: tuple[Path, ...], exit_code: bool) -> int:
    """Report for each decision in effect whether it holds, holds with less margin, would change, or cannot be assessed.

    Its own answers are assessed again with the rules and prices installed today, then with the price lists, then with
    what the logs show; the input that would change it is named, and what to renegotiate.
    Exit status: 0; with --exit-code 1 where one would change or cannot be assessed.
    """
    from advisor.api import assess
    from advisor.record.recheck import NewInput, workloads
    from advisor.record.recheck import recheck as check
    from advisor.report.recheck_report import as_markdown, as_text

    ledger, knowledge, day = shared.ledger(), shared.knowledge(), shared.as_of
    inputs = [NewInput("today's rules and prices", knowledge)]
    for path in prices:
        knowledge = with_list(knowledge, path, day)
        inputs.append(NewInput(f"the prices of {path}", knowledge))
    inputs += _measured(usage, workloads(ledger), knowledge, day)
    found = list(check(ledger, inputs, day, partial(assess, flips=False, further=False)))
    if shared.is_json:
        table = {"schema": "advisor.recheck/1", "as_of": day.isoformat(), "decisions": [asdict(one) for one in found]}
        shared.emit(json.dumps(table, indent=2, ensure_ascii=False))
    else:
        report = as_markdown if shared.form == "markdown" else as_text
        shared.emit(report(found, day, [one.name for one in inputs]))
    return 1 if exit_code and any(one.outcome in ("would change", "cannot tell") for one in found) else 0


def with_list(knowledge: Knowledge, path: Path, day: date) -> Knowledge:
    """The knowledge with a price list laid over it; prices in doubt are left out. Raises BadInput."""
    from advisor.knowledge.load_pack import knowledge_from_files
    from advisor.knowledge.price_lists.imported_pack import import_source, with_import
    from advisor.knowledge.price_lists.price_changes import LIST_KINDS, compare_prices, list_bytes, read_list

    problem: BadInput | None = None
    for kind in LIST_KINDS:
        try:
            read = read_list(kind, list_bytes(kind, path), str(path), knowledge.catalog, day)
        except BadInput as error:
            problem = problem or error
            continue
        outlier = knowledge.parameters_at(day).number("imports.outlier_factor")
        compared = compare_prices(read, knowledge.catalog, import_source(kind, day), outlier)
        changes = [one for one in compared.changes if not one.doubt]
        if not changes:
            return knowledge
        layer = f"packs/{len(knowledge.packs) + 1:02}-{kind}-prices"
        laid = {f"{layer}/{name}": data for name, data in with_import({}, kind, changes, day).items()}
        return knowledge_from_files({**knowledge.files, **laid})
    raise problem or BadInput(str(path), "is not a price list")


def _measured(usage: Sequence[str], known: Sequence[str], knowledge: Knowledge, day: date) -> list[NewInput]:
    from advisor.interview.answers import read_answers, vocabulary
    from advisor.record.recheck import NewInput

    if not usage:
        return []
    from advisor.evidence.measure import measure_usage

    found = []
    for given in usage:
        workload, location = _named(given, known)
        (measured,) = measure_usage([location], knowledge.parameters_at(day)).values()
        answers = read_answers(measured.as_answers().encode(), location, vocabulary(knowledge))

        def of(name: str, recorded: Answers, mine: Answers = answers, workload: str = workload) -> Answers | None:
            """What the log shows, for the workload it is of."""
            return replace(mine, questionnaire=recorded.questionnaire) if name == workload else None

        found.append(NewInput(f"the log {location}", knowledge, of))
    return found


def _named(given: str, known: Sequence[str]) -> tuple[str, str]:
    """The workload that a log is of, and the log; a ledger of one workload needs no name."""
    name, equals, location = given.partition("=")
    if equals and name in known:
        return name, location
    if len(known) == 1 and not (equals and not Path(given).exists()):
        return known[0], given
    if equals and "://" not in name:
        raise BadInput(f"--usage {given}", f"no standing decision is of the workload {name!r}", nearest(name, known))
    raise BadInput(
        f"--usage {given}", "the ledger decides on several workloads", f"name one of {', '.join(known)}: WORKLOAD=LOG"
    )

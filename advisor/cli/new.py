"""`advisor new`: an annotated answers file to fill in with an editor."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from advisor.cli.framework.click_extensions import examples
from advisor.cli.framework.options import AS_OF, OUTPUT, QUESTIONNAIRE, QUIET, RULES, OptionSpec, with_options
from advisor.cli.framework.output import emit
from advisor.errors import BadInput, nearest

FROM = OptionSpec(
    "--from", "begun_from", "text", "Begin with the answers of this answers file or record.",
    "FILE|RECORD", default="", complete="files",
)  # fmt: skip
EXAMPLES = examples(
    "advisor new > answers.toml",
    "advisor new --questionnaire quick --output answers.toml",
    "advisor new --from examples/ledger/00000002-record.toml",
)


@click.command("new", epilog=EXAMPLES)
@with_options(QUESTIONNAIRE, FROM, OUTPUT, AS_OF, RULES, QUIET)
def command(
    questionnaire: str, begun_from: str, output: Path | None, as_of: date, packs: tuple[Path, ...], quiet: bool
) -> None:
    """Write an answers file with every key: its question, its unit or choices, and what is assumed when it is left out.

    A file that is there already is never replaced.
    """
    from advisor.cli.framework.inputs import knowledge_with, read_given
    from advisor.interview.answer_words import answers_template
    from advisor.interview.answers import Answers, vocabulary
    from advisor.interview.defaults import assumptions_of

    if output is not None and output.exists():
        raise BadInput(str(output), "exists already", "name another file, or begin with it: --from")
    given = read_given(begun_from, as_of, packs, quiet=quiet) if begun_from else None
    knowledge = given.knowledge if given is not None else knowledge_with(packs, quiet=quiet)
    answers = given.answers if given is not None else Answers()
    if questionnaire:
        if questionnaire not in knowledge.questionnaires:
            what = f"no questionnaire {questionnaire!r}"
            raise BadInput("--questionnaire", what, nearest(questionnaire, knowledge.questionnaires))
        answers = replace(answers, questionnaire=questionnaire)
    keys = knowledge.questionnaires[answers.questionnaire].keys
    text = answers_template(answers, vocabulary(knowledge), keys, assumptions_of(knowledge, as_of))
    emit(text.rstrip("\n"), output, quiet=quiet)

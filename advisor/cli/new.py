"""`advisor new`: an annotated answers file to fill in with an editor."""

from __future__ import annotations

from dataclasses import replace

import click

from advisor.cli.framework.click_extensions import examples
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import AS_OF, OUTPUT, QUESTIONNAIRE, QUIET, RULES, OptionSpec
from advisor.errors import BadInput, nearest

FROM = OptionSpec(
    "--from", "begun_from", "text", "Begin with the answers of this answers file or record.",
    "FILE|RECORD", default="", complete="files",
)  # fmt: skip
NEW_EXAMPLES = examples(
    "advisor new > answers.toml",
    "advisor new --questionnaire quick --output answers.toml",
    "advisor new --from examples/ledger/00000002-record.toml",
)


@click.command("new", epilog=NEW_EXAMPLES)
@with_options(QUESTIONNAIRE, FROM, OUTPUT, AS_OF, RULES, QUIET)
def command(shared: SharedOptions, questionnaire: str, begun_from: str) -> None:
    """Write an answers file with every key: its question, its unit or choices, and what is assumed when it is left out.

    A file that is there already is never replaced.
    """
    from advisor.interview.answers import Answers, vocabulary
    from advisor.interview.defaults import answers_template, assumptions_of

    if shared.output is not None and shared.output.exists():
        raise BadInput(str(shared.output), "exists already", "name another file, or begin with it: --from")
    if begun_from:
        given = shared.read(begun_from)
        knowledge, answers = given.knowledge, given.answers
    else:
        knowledge, answers = shared.knowledge(), Answers()
    if questionnaire:
        if questionnaire not in knowledge.questionnaires:
            what = f"no questionnaire {questionnaire!r}"
            raise BadInput("--questionnaire", what, nearest(questionnaire, knowledge.questionnaires))
        answers = replace(answers, questionnaire=questionnaire)
    keys = knowledge.questionnaires[answers.questionnaire].keys
    text = answers_template(answers, vocabulary(knowledge), keys, assumptions_of(knowledge, shared.as_of))
    shared.emit(text.rstrip("\n"))

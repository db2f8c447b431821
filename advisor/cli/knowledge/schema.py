"""`advisor schema`: the JSON Schema of what the program reads and writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import examples

if TYPE_CHECKING:
    from advisor.report.json_schema import Schema


KINDS = ("answers", "rules", "throughput", "record", "assessment", "policy")


@click.command("schema", epilog=examples("advisor schema answers > answers.schema.json"))
@click.argument("what", type=click.Choice(KINDS))
def command(what: str) -> None:
    """Print the JSON Schema (draft 2020-12) of answers, rules, measurements, a record, an assessment or a policy."""
    click.echo(json.dumps(schema_of(what), indent=2, ensure_ascii=False))


def schema_of(what: str) -> Schema:
    """The schema by its name; imports only what that one is drawn from."""
    if what == "assessment":
        from advisor.report.json_report import assessment_schema

        return assessment_schema()
    if what == "rules":
        from advisor.report.json_schema import rules_schema

        return rules_schema()
    if what == "throughput":
        from advisor.report.json_schema import throughput_schema

        return throughput_schema()
    if what == "record":
        from advisor.record.formats.parse import record_schema

        return record_schema()
    if what == "policy":
        from advisor.record.signatures.policy import policy_schema

        return policy_schema()
    return _answers()


def _answers() -> Schema:
    from advisor.interview.answers import vocabulary
    from advisor.knowledge.load_pack import load_knowledge
    from advisor.report.json_schema import answers_schema

    return answers_schema(vocabulary(load_knowledge()))

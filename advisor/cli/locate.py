"""`advisor locate`, `schema` and `completions`: where files are, what they may hold, what a shell completes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

from advisor.cli.framework.bash_completion import register
from advisor.cli.framework.click_extensions import examples
from advisor.cli.framework.options import COMPLETION
from advisor.paths import (
    data_directory,
    error_log,
    packs_directory,
    records_directory,
    sessions_directory,
    settings_path,
)
from advisor.tui.settings import read_settings

if TYPE_CHECKING:
    from advisor.report.json_schema import Schema

DATA = ("rules", "questionnaires", "examples")
PLACES = (*DATA, "packs", "records", "sessions", "config", "log")


@click.command("locate", epilog=examples("advisor locate", "ls $(advisor locate examples)"))
@click.argument("what", type=click.Choice(PLACES), required=False, metavar="[WHAT]")
def command(what: str | None) -> None:
    """Print paths: rules, questionnaires, examples; your packs, records, sessions, config, log.

    With WHAT, one of these words, only that path.
    """
    if what is not None:
        click.echo(_place(what))
        return
    for name in PLACES:
        click.echo(f"{name:<15} {_place(name)}")


def _place(name: str) -> Path:
    match name:
        case "packs":
            return packs_directory(os.environ)
        case "records":
            return records_place()
        case "sessions":
            return sessions_directory(os.environ)
        case "config":
            return settings_path(os.environ)
        case "log":
            return error_log(os.environ)
    return data_directory(name)


def records_place() -> Path:
    """Where the interface saves: the folder that the settings name, or the usual one."""
    known = {path.stem: path for path in data_directory("questionnaires").glob("*.toml")}
    named = read_settings(settings_path(os.environ), known).records
    return Path(named) if named else records_directory(os.environ)


KINDS = ("answers", "rules", "throughput", "record", "assessment", "policy")


@click.command("schema", epilog=examples("advisor schema answers > answers.schema.json"))
@click.argument("what", type=click.Choice(KINDS))
def schema(what: str) -> None:
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


COMPLETION_EXAMPLES = examples(
    'eval "$(advisor completions bash)"        in ~/.bashrc',
    'eval "$(advisor completions zsh)"         in ~/.zshrc, after compinit',
    "advisor completions fish | source         in ~/.config/fish/config.fish",
)


@click.command("completions", epilog=COMPLETION_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completions(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL."""
    register()
    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"click knows no completion for {shell}", context)
    click.echo(completion(context.find_root().command, {}, "advisor", COMPLETION).source())

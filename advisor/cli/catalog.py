"""`advisor catalog`: prices, hardware, models and licenses; how old each figure is; price lists from elsewhere."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from advisor.atomic_write import write_atomically
from advisor.cli.examples import examples
from advisor.cli.help_format import Sentences
from advisor.cli.inputs import knowledge_with
from advisor.cli.options import AS_OF, EXIT_CODE, FORMAT, OUTPUT, QUIET, RULES, with_options
from advisor.cli.output import emit
from advisor.cli.shell_words import files
from advisor.errors import AdvisorError, BadInput
from advisor.paths import packs_directory

_TABLES = ("api", "managed", "gpus", "models", "licenses", "providers")
EXAMPLES = examples(
    "advisor catalog show gpus", "advisor catalog age", "advisor catalog import litellm model_prices.json"
)


@click.group("catalog", cls=Sentences, epilog=EXAMPLES)
def command() -> None:
    """Prices, hardware, models and licenses, each with its date, source and grade."""


@command.command("show")
@click.argument("name", type=click.Choice(_TABLES), required=False, metavar="[TABLE]")
@with_options(FORMAT, OUTPUT, AS_OF, RULES, QUIET)
def show(name: str | None, form: str, output: Path | None, as_of: date, packs: tuple[Path, ...], quiet: bool) -> None:
    """Print the catalog, or one TABLE of it: api, managed, gpus, models, licenses, providers."""
    from advisor.report.catalog_text import catalog_text, laid_entries

    knowledge = knowledge_with(packs, quiet=quiet)
    names = (name,) if name else _TABLES
    if form == "json":
        whole = {**asdict(knowledge.catalog), "licenses": {key: asdict(one) for key, one in knowledge.licenses.items()}}
        packs_of = {each: laid_entries(knowledge, each) for each in names} if knowledge.packs else {}
        shown = {**{each: whole[each] for each in names}, **({"packs": packs_of} if packs_of else {})}
        emit(json.dumps(shown, indent=2, ensure_ascii=False, default=str), output, quiet=quiet)
        return
    emit("\n\n".join(f"{each.upper()}\n{catalog_text(knowledge, each, as_of)}" for each in names), output, quiet=quiet)


@command.command("age")
@with_options(FORMAT, OUTPUT, AS_OF, RULES, EXIT_CODE, QUIET)
def age(form: str, output: Path | None, as_of: date, packs: tuple[Path, ...], exit_code: bool, quiet: bool) -> int:
    """Say how old each figure is, and which are too old to rely on.

    Exit status: 0; with --exit-code 1 where one is too old.
    """
    from advisor.report.catalog_text import ages_text
    from advisor.report.figure_ages import ages

    found = ages(knowledge_with(packs, quiet=quiet), as_of)
    if form == "json":
        rows = [{**asdict(one), "stale": one.is_stale} for one in found]
        table = {"as_of": as_of.isoformat(), "figures": rows}
        text = json.dumps(table, indent=2, ensure_ascii=False, default=str)
    else:
        text = ages_text(found, as_of)
    emit(text, output, quiet=quiet)
    return 1 if exit_code and any(one.is_stale for one in found) else 0


@command.command("import")
@click.argument("kind", type=click.Choice(["litellm"]))
@click.argument("file", type=click.Path(path_type=Path), shell_complete=files)
@click.option("--yes", is_flag=True, help="Write without asking.")
@with_options(AS_OF)
def import_prices(kind: str, file: Path, yes: bool, as_of: date) -> None:
    """Read a price list (KIND litellm), show what differs, and write it to a pack of your own after you agree."""
    from advisor.knowledge.imported_pack import overlay_files
    from advisor.knowledge.litellm_prices import price_changes, read_price_list
    from advisor.knowledge.load_pack import load_knowledge
    from advisor.report.catalog_text import import_text

    catalog = load_knowledge().catalog
    read = read_price_list(_bytes(file), str(file), catalog)
    changes = price_changes(read.offers, catalog, as_of)
    click.echo(import_text(read, changes))
    if not changes:
        return
    pack = packs_directory(os.environ) / kind
    if not yes and not click.confirm(f"Write these {len(changes)} prices to {pack}?", default=False, err=True):
        click.echo("nothing was written", err=True)
        return
    for path, data in overlay_files(changes, catalog, as_of).items():
        _write(pack / path, data)
    click.echo(f"written to {pack}", err=True)


def _bytes(file: Path) -> bytes:
    from advisor.knowledge.litellm_prices import MOST_BYTES

    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(str(file), f"cannot be read: {error.strerror}") from None


def _write(path: Path, data: bytes) -> None:
    try:
        write_atomically(path, data.decode("utf-8"))
    except OSError as error:
        raise AdvisorError(str(path), f"cannot be written: {error.strerror}") from None

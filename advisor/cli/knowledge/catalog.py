"""`advisor catalog`: prices, hardware, models and licenses; how old each figure is; price lists from elsewhere."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from advisor.cli.framework.click_extensions import Day, Sentences, examples, files
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import AS_OF, EXIT_CODE, FORMAT, FULL_LIST, OUTPUT, QUIET, RULES
from advisor.cli.framework.output import as_json, pack_files, write_pack
from advisor.errors import BadInput, nearest
from advisor.knowledge.catalog import CAPABILITIES, Capability
from advisor.knowledge.pack_files import MANIFEST
from advisor.paths import packs_directory

if TYPE_CHECKING:
    from advisor.knowledge.price_lists.price_changes import ListKind, PriceChange

_LISTS = ("litellm", "genai-prices")
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
def show(shared: SharedOptions, name: str | None) -> None:
    """Print the catalog, or one TABLE of it: api, managed, gpus, models, licenses, providers."""
    from advisor.report.catalog_text import catalog_text, laid_entries

    knowledge = shared.knowledge()
    names = (name,) if name else _TABLES
    if shared.is_json:
        whole = {**asdict(knowledge.catalog), "licenses": {key: asdict(one) for key, one in knowledge.licenses.items()}}
        packs_of = {each: laid_entries(knowledge, each) for each in names} if knowledge.packs else {}
        shared.emit(as_json({**{each: whole[each] for each in names}, **({"packs": packs_of} if packs_of else {})}))
        return
    tables = (f"{each.upper()}\n{catalog_text(knowledge, each, shared.as_of, shared.width)}" for each in names)
    shared.emit("\n\n".join(tables))


@command.command("age")
@with_options(FORMAT, OUTPUT, AS_OF, RULES, EXIT_CODE, QUIET)
def age(shared: SharedOptions, exit_code: bool) -> int:
    """List the age of each figure, and which are too old to rely on.

    Exit status: 0; with --exit-code 1 where one is too old.
    """
    from advisor.report.catalog_text import ages, ages_text

    found = ages(shared.knowledge(), shared.as_of)
    if shared.is_json:
        rows = [{**asdict(one), "stale": one.is_stale} for one in found]
        shared.emit(as_json({"as_of": shared.as_of, "figures": rows}))
    else:
        shared.emit(ages_text(found, shared.as_of, shared.width))
    return 1 if exit_code and any(one.is_stale for one in found) else 0


@command.command("bill")
@click.argument("file", type=click.Path(path_type=Path), shell_complete=files)
@with_options(FORMAT, OUTPUT, AS_OF, RULES, QUIET)
def bill(shared: SharedOptions, file: Path) -> None:
    """Price the usage in FILE at the catalog's prices of its days, to compare with a bill.

    FILE is a CSV table with the columns model, provider, region, tier, batch, at, requests, fresh, cached, written,
    written_1h and output, all but the model and some tokens left out at will.
    """
    from advisor.evidence.bills import billed_lines
    from advisor.report.catalog_text import bill_text

    lines = list(billed_lines(file, shared.knowledge().catalog, shared.as_of))
    rows = [
        {
            "line": one.line, "model": one.model, "provider": one.price.provider, "source": one.price.source,
            "charges": [{**asdict(charge), "usd": charge.usd} for charge in one.charges], "usd": one.usd,
        }
        for one in lines
    ]  # fmt: skip
    whole = {"lines": rows, "usd": sum(one.usd for one in lines)}
    shared.emit(as_json(whole) if shared.is_json else bill_text(lines))


@command.command("import")
@click.argument("kind", type=click.Choice((*_LISTS, "model")), metavar="KIND")
@click.argument("file", type=click.Path(path_type=Path), shell_complete=files)
@click.option("--license", "license_id", metavar="ID", help="License of a model, an id of the catalog.")
@click.option("--capability", type=click.Choice(CAPABILITIES), help="Class of work a model can do.")
@click.option("--yes", is_flag=True, help="Write without asking; doubtful prices are still left out.")
@click.option("--take", multiple=True, metavar="KEY", help="Accept a doubtful price, by the key it is listed under.")
@with_options(FULL_LIST, AS_OF)
@click.pass_context
def import_file(
    context: click.Context, shared: SharedOptions, kind: str, file: Path, license_id: str | None,
    capability: Capability | None, yes: bool, take: tuple[str, ...], full: bool,
) -> None:  # fmt: skip
    """Read a price list (KIND litellm or genai-prices; FILE the list or its package), show what differs, write it.

    KIND model reads the folder of an open model instead, or its config.json, and adds it to the catalog.

    What you agree to goes into a pack of your own, added to what was imported before. A price ten times over or under
    the known ones is asked about by itself, or left out where nobody can be asked.
    """
    if kind == "model":
        _import_model(file, license_id, capability, yes, shared.as_of)
        return
    from advisor.knowledge.load_pack import load_knowledge
    from advisor.knowledge.price_lists.imported_pack import import_source, with_import
    from advisor.knowledge.price_lists.price_changes import compare_prices, list_bytes, read_list
    from advisor.report.catalog_text import changes_text, read_text

    pack = packs_directory(os.environ) / kind
    knowledge = load_knowledge([pack] if (pack / MANIFEST).is_file() else [])
    data = list_bytes(_kind(kind), file)
    is_given = context.get_parameter_source("as_of") is not ParameterSource.DEFAULT
    day = shared.as_of if is_given else _list_day(file, shared.as_of, asked=not yes)
    read = read_list(_kind(kind), data, str(file), knowledge.catalog, day)
    outlier = knowledge.parameters_at(day).number("imports.outlier_factor")
    compared = compare_prices(read, knowledge.catalog, import_source(kind, day), outlier)
    click.echo(read_text(read, compared, full))
    click.echo()
    settled = [one for one in compared.changes if not one.doubt or one.key in take]
    in_doubt = [one for one in compared.changes if one not in settled]
    click.echo(changes_text(settled, len(in_doubt)))
    changes = [*settled, *(one for one in in_doubt if _believed(one))]
    if not changes:
        return
    if not yes and not _agreed(f"Write these {len(changes)} prices to {pack}?"):
        click.echo("nothing was written", err=True)
        return
    write_pack(pack, with_import(pack_files(pack), kind, changes, day))
    click.echo(f"written to {pack}; take it back with: advisor catalog revert {kind}", err=True)


def _import_model(file: Path, license_id: str | None, capability: Capability | None, yes: bool, as_of: date) -> None:
    from advisor.knowledge.load_pack import load_knowledge
    from advisor.sizing.hf_config import read_config
    from advisor.sizing.model_shape import model_pack, parts_text

    licenses = load_knowledge().licenses
    if license_id not in licenses:
        what = (
            f"{license_id!r} is not a license of the catalog" if license_id else "the configuration states no license"
        )
        raise BadInput("--license", what, nearest(license_id or "", licenses))
    if capability is None:
        raise BadInput("--capability", "the configuration states no class of work", nearest("", CAPABILITIES))
    config = file / "config.json" if file.is_dir() else file
    name = config.resolve().parent.name
    files_of, model = model_pack(read_config(config), config, license_id, capability, as_of)
    click.echo(parts_text(model))
    pack = packs_directory(os.environ) / "models" / name
    if not yes and not _agreed(f"Write the model {name} to {pack}?"):
        click.echo("nothing was written", err=True)
        return
    write_pack(pack, files_of)
    click.echo(f"written to {pack}", err=True)


@command.command("revert")
@click.argument("kind", type=click.Choice(_LISTS), metavar="KIND")
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--on", type=Day(), metavar="DATE", help="Undo the import of this day; the newest by default.")
def revert(kind: str, models: tuple[str, ...], on: date | None) -> None:
    """Undo an import (KIND litellm or genai-prices), or its prices of some MODELS alone."""
    from advisor.knowledge.price_lists.imported_pack import import_source, imports_of, without_import

    pack = packs_directory(os.environ) / kind
    known = pack_files(pack)
    imports = imports_of(known, kind)
    if not imports:
        raise BadInput(str(pack), f"holds no import of {kind}")
    source = import_source(kind, on) if on else list(imports)[-1]
    if source not in imports:
        raise BadInput("--on", f"no import of that day; there are those of {', '.join(one[-10:] for one in imports)}")
    left = without_import(known, kind, source, models)
    after = imports_of(left, kind)
    gone = imports[source] - after.get(source, 0)
    if not gone:
        raise BadInput("MODEL", f"the import of {source[-10:]} holds no price of {', '.join(models)}")
    write_pack(pack, left)
    click.echo(f"{gone} prices of the import of {source[-10:]} were taken back from {pack}")


def _kind(name: str) -> ListKind:
    return "litellm" if name == "litellm" else "genai-prices"


def _list_day(file: Path, today: date, *, asked: bool) -> date:
    """The day of a list: as answered, or the day the file was written."""
    from advisor.knowledge.price_lists.price_changes import file_day

    usual = file_day(file) or today
    if asked and sys.stdin.isatty():
        return click.prompt("Of which day is this list?", default=usual, type=Day(), err=True)
    click.echo(f"taken as the list of {usual}, the day of the file; --as-of names another", err=True)
    return usual


def _believed(change: PriceChange) -> bool:
    """Whether a person takes a price in doubt; nobody there means no."""
    from advisor.report.catalog_text import offer_text

    doubt = f"in doubt: {change.model} at {change.after.provider} ({change.key}): {change.doubt}"
    click.echo(f"{doubt}\n  the list asks {offer_text(change)}", err=True)
    if not sys.stdin.isatty():
        click.echo(f"  left out; to take it: --take {change.key}", err=True)
        return False
    return _agreed("Take it?")


def _agreed(question: str) -> bool:
    try:
        return click.confirm(question, default=False, err=True)
    except click.Abort:
        return False

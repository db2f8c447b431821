"""`advisor catalog`: prices, hardware, models and licenses; how old each figure is; price lists from elsewhere."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from advisor.cli.assess import parse_day
from advisor.cli.examples import examples
from advisor.cli.help_format import Sentences
from advisor.cli.pack_options import knowledge_with, laid_over
from advisor.cli.shell_words import files
from advisor.errors import AdvisorError, BadInput, nearest
from advisor.paths import packs_directory

_TABLES = ("api", "managed", "gpus", "models", "licenses", "providers")
_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
_AS_OF = click.option("--as-of", metavar="DATE", help="The day to look from; today by default.")
EXAMPLES = examples(
    "advisor catalog show gpus", "advisor catalog age", "advisor catalog import litellm model_prices.json"
)


@click.group("catalog", cls=Sentences, epilog=EXAMPLES)
def command() -> None:
    """Prices, hardware, models and licenses, each with its date, source and grade."""


@command.command("show")
@click.argument("name", type=click.Choice(_TABLES), required=False, metavar="[TABLE]")
@_FORMAT
@_AS_OF
@laid_over
def show(name: str | None, form: str, as_of: str | None, packs: tuple[Path, ...]) -> None:
    """Print the catalog, or one TABLE of it: api, managed, gpus, models, licenses, providers."""
    from advisor.report.catalog_text import catalog_text, laid_entries

    knowledge, day = knowledge_with(packs), parse_day(as_of)
    names = (name,) if name else _TABLES
    if form == "json":
        whole = {**asdict(knowledge.catalog), "licenses": {key: asdict(one) for key, one in knowledge.licenses.items()}}
        packs_of = {each: laid_entries(knowledge, each) for each in names} if knowledge.packs else {}
        shown = {**{each: whole[each] for each in names}, **({"packs": packs_of} if packs_of else {})}
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False, default=str))
        return
    click.echo("\n\n".join(f"{each.upper()}\n{catalog_text(knowledge, each, day)}" for each in names))


@command.command("age")
@_FORMAT
@_AS_OF
@laid_over
def age(form: str, as_of: str | None, packs: tuple[Path, ...]) -> None:
    """Say how old each figure is, and which are too old to lean on."""
    from advisor.report.catalog_text import ages_text
    from advisor.report.figure_ages import ages

    day = parse_day(as_of)
    found = ages(knowledge_with(packs), day)
    if form == "json":
        rows = [{**asdict(one), "stale": one.is_stale} for one in found]
        click.echo(json.dumps({"as_of": day.isoformat(), "figures": rows}, indent=2, ensure_ascii=False, default=str))
        return
    click.echo(ages_text(found, day))


@command.command("import")
@click.argument("kind", type=click.Choice(["litellm", "model"]))
@click.argument("file", type=click.Path(path_type=Path), shell_complete=files)
@click.option("--license", "license_id", metavar="ID", help="License of the model, an id of the catalog.")
@click.option("--id", "identity", metavar="ID", help="Name of the model in the catalog.  [default: the folder's]")
@click.option("--yes", is_flag=True, help="Write without asking.")
@_AS_OF
def import_file(
    kind: str, file: Path, license_id: str | None, identity: str | None, yes: bool, as_of: str | None
) -> None:  # fmt: skip
    """Read a price list (KIND litellm) or a model's folder (KIND model) into a pack of your own, after you agree."""
    if kind == "model":
        _import_model(file, license_id, identity, yes, as_of)
        return
    from advisor.knowledge.imported_pack import overlay_files
    from advisor.knowledge.litellm_prices import price_changes, read_price_list
    from advisor.knowledge.load_pack import load_knowledge
    from advisor.report.catalog_text import import_text

    catalog, day = load_knowledge().catalog, parse_day(as_of)
    read = read_price_list(_bytes(file), str(file), catalog)
    changes = price_changes(read.offers, catalog, day)
    click.echo(import_text(read, changes))
    if not changes:
        return
    _offer(packs_directory(os.environ) / kind, overlay_files(changes, catalog, day), f"{len(changes)} prices", yes)


def _import_model(file: Path, license_id: str | None, identity: str | None, yes: bool, as_of: str | None) -> None:
    from advisor.knowledge.load_pack import load_knowledge
    from advisor.sizing.hf_config import read_config
    from advisor.sizing.published_model import model_pack, parts_text

    licenses = load_knowledge().licenses
    if license_id not in licenses:
        what = f"{license_id!r} is no license of the catalog" if license_id else "the configuration states no license"
        raise BadInput("--license", what, nearest(license_id or "", licenses))
    config = file / "config.json" if file.is_dir() else file
    name = identity or config.resolve().parent.name
    files_of, model = model_pack(read_config(config), config, name, license_id, parse_day(as_of))
    click.echo(parts_text(model))
    _offer(packs_directory(os.environ) / "models" / name, files_of, f"the model {name}", yes)


def _offer(pack: Path, files_of: dict[str, bytes], what: str, yes: bool) -> None:
    if not yes and not click.confirm(f"Write {what} to {pack}?", default=False, err=True):
        click.echo("nothing was written", err=True)
        return
    for path, data in files_of.items():
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
    """Replace a file whole: a reader sees the old one or the new one."""
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise AdvisorError(str(path), f"cannot be written: {error.strerror}") from None

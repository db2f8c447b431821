"""`advisor rules diff`: what a change of the pack would move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.bounded_read import read_file
from advisor.cli.examples import examples
from advisor.cli.options import AS_OF, with_options
from advisor.cli.shell_words import files, folders
from advisor.errors import AdvisorError, BadInput, BadKnowledge

if TYPE_CHECKING:
    from datetime import date

    from advisor.authoring.pack_diff import Move
    from advisor.knowledge.pack import Knowledge


MANIFEST = "rules/pack.toml"
WHOLE = "full.toml"


@click.command("diff", epilog=examples("advisor rules diff ../released . --over records/*.toml"))
@click.argument("old", shell_complete=folders)
@click.argument("new", required=False, shell_complete=folders)
@click.option("--over", metavar="RECORDS...", help="Records or answers files whose verdicts to compare.")
@click.argument("records", nargs=-1, metavar="", shell_complete=files)
@with_options(AS_OF)
def diff(old: str, new: str | None, over: str | None, records: tuple[str, ...], as_of: date) -> None:
    """List what differs between two packs, and whose verdict would change with it.

    OLD and NEW are folders that hold rules/ and questionnaires/, or packs to lay over ours; with one folder alone,
    ours is the old one.
    """
    from advisor.authoring.pack_diff import pack_changes

    if records and over is None:
        raise BadInput("rules diff", "--over must come before the RECORDS", f"write --over {records[0]}")
    packs = (_pack(old), _pack(new)) if new is not None else (_ours(), _pack(old))
    changes = pack_changes(*packs)
    for change in changes:
        click.echo(f"{change.table} {change.entry}: {change.how}")
    click.echo("1 entry differs" if len(changes) == 1 else f"{len(changes)} entries differ")
    if over is not None:
        _tell_moves((over, *records), packs, as_of)


def _ours() -> Knowledge:
    from advisor.knowledge.load_pack import load_knowledge

    return load_knowledge()


def _pack(folder: str) -> Knowledge:
    from advisor.knowledge.load_pack import knowledge_from_files, load_knowledge

    root = Path(folder)
    if not (root / "questionnaires" / WHOLE).is_file() and (root / MANIFEST).is_file():
        return load_knowledge([root])
    if not (root / "rules").is_dir() or not (root / "questionnaires").is_dir():
        raise BadInput(folder, "does not hold a rule pack", "name the folder that holds rules/ and questionnaires/")
    paths = [path for name in ("rules", "questionnaires") for path in sorted((root / name).rglob("*.toml"))]
    return knowledge_from_files(
        {path.relative_to(root).as_posix(): read_file(path, error=BadKnowledge) for path in paths}
    )


def _tell_moves(paths: tuple[str, ...], packs: tuple[Knowledge, Knowledge], day: date) -> None:
    moved = told = 0
    for path in paths:
        try:
            found = _move(path, packs, day)
        except AdvisorError as error:
            click.echo(f"{path}: cannot be compared: {error.sentence}")
            continue
        moved, told = moved + found.moved, told + 1
        for line in _lines(found):
            click.echo(line)
    click.echo(f"{moved} of {told} verdicts would change as of {day}")


def _move(path: str, packs: tuple[Knowledge, Knowledge], day: date) -> Move:
    from advisor.api import assess
    from advisor.authoring.pack_diff import move
    from advisor.cli.inputs import read_given

    given = read_given(path, day)
    before, after = (assess(given.answers, pack, day, given.seed, given.draws, flips=False) for pack in packs)
    return move(path, before, after)


def _lines(found: Move) -> list[str]:
    before, after = (f"{option} ({gate}, {status})" for option, gate, status in (found.before, found.after))
    lines = [f"{found.name}: {before} → {after}" if found.moved else f"{found.name}: stays {after}"]
    for words, rules in (("no longer fires", found.silent), ("now fires", found.fired)):
        lines += [f"    {words}: {rule}" for rule in rules]
    return lines

"""`advisor rules diff`: what a change of the pack would move."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.bounded_read import read_file
from advisor.cli.framework.help_format import examples
from advisor.cli.framework.options import AS_OF, FORMAT, OUTPUT, QUIET, with_options
from advisor.cli.framework.output import as_json, emit
from advisor.cli.framework.shell_words import files, folders
from advisor.errors import AdvisorError, BadInput, BadKnowledge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from advisor.authoring.pack_diff import Move, PackChange
    from advisor.knowledge.packs.pack import Knowledge

    Compared = tuple[str, Move | str]


MANIFEST = "rules/pack.toml"
WHOLE = "full.toml"


@click.command("diff", epilog=examples("advisor rules diff ../released . --over records/*.toml"))
@click.argument("old", shell_complete=folders)
@click.argument("new", required=False, shell_complete=folders)
@click.option("--over", metavar="RECORDS...", help="Records or answers files whose verdicts to compare.")
@click.argument("records", nargs=-1, metavar="", shell_complete=files)
@with_options(AS_OF, FORMAT, OUTPUT, QUIET)
def diff(
    old: str,
    new: str | None,
    over: str | None,
    records: tuple[str, ...],
    as_of: date,
    form: str,
    output: Path | None,
    quiet: bool,
) -> None:
    """List what differs between two packs, and which verdicts would change.

    OLD and NEW are folders that hold rules/ and questionnaires/, or packs to lay over ours; with one folder alone,
    ours is the old one.
    """
    from advisor.authoring.pack_diff import pack_changes

    if records and over is None:
        raise BadInput("rules diff", "--over must come before the RECORDS", f"write --over {records[0]}")
    packs = (_pack(old), _pack(new)) if new is not None else (_ours(), _pack(old))
    changes = pack_changes(*packs)
    moves = list(_moves((over, *records), packs, as_of)) if over is not None else []
    text = as_json(_as_table(changes, moves)) if form == "json" else "\n".join(_as_lines(changes, moves, over, as_of))
    emit(text, output, quiet=quiet)


def _as_table(changes: Sequence[PackChange], moves: Sequence[Compared]) -> dict[str, Any]:
    """Entries that differ, and of each record or answers file both verdicts, or why it cannot be compared."""
    verdicts = [
        {"file": path, "refused": found} if isinstance(found, str) else {**asdict(found), "moved": found.moved}
        for path, found in moves
    ]
    return {"entries": [asdict(change) for change in changes], "verdicts": verdicts}


def _as_lines(changes: Sequence[PackChange], moves: Sequence[Compared], over: str | None, day: date) -> Iterator[str]:
    for change in changes:
        yield f"{change.table} {change.entry}: {change.how}"
    yield "1 entry differs" if len(changes) == 1 else f"{len(changes)} entries differ"
    for path, found in moves:
        yield from [f"{path}: cannot be compared: {found}"] if isinstance(found, str) else _lines(found)
    if over is not None:
        compared = [found for _, found in moves if not isinstance(found, str)]
        moved = sum(found.moved for found in compared)
        yield f"{moved} of {len(compared)} verdicts would change as of {day}"


def _ours() -> Knowledge:
    from advisor.knowledge.packs.load_pack import load_knowledge

    return load_knowledge()


def _pack(folder: str) -> Knowledge:
    from advisor.knowledge.packs.load_pack import knowledge_from_files, load_knowledge

    root = Path(folder)
    if not (root / "questionnaires" / WHOLE).is_file() and (root / MANIFEST).is_file():
        return load_knowledge([root])
    if not (root / "rules").is_dir() or not (root / "questionnaires").is_dir():
        raise BadInput(folder, "does not hold a rule pack", "name the folder that holds rules/ and questionnaires/")
    paths = [path for name in ("rules", "questionnaires") for path in sorted((root / name).rglob("*.toml"))]
    return knowledge_from_files(
        {path.relative_to(root).as_posix(): read_file(path, error=BadKnowledge) for path in paths}
    )


def _moves(paths: tuple[str, ...], packs: tuple[Knowledge, Knowledge], day: date) -> Iterator[Compared]:
    """Each file with its verdicts under both packs, or with the sentence that refuses it."""
    for path in paths:
        try:
            yield path, _move(path, packs, day)
        except AdvisorError as error:
            yield path, error.sentence


def _move(path: str, packs: tuple[Knowledge, Knowledge], day: date) -> Move:
    from advisor.api import assess
    from advisor.authoring.pack_diff import move
    from advisor.cli.arguments.inputs import read_given

    given = read_given(path, day)
    before, after = (assess(given.answers, pack, day, given.seed, given.draws, flips=False) for pack in packs)
    return move(path, before, after)


def _lines(found: Move) -> list[str]:
    before, after = (f"{option} ({gate}, {status})" for option, gate, status in (found.before, found.after))
    lines = [f"{found.name}: {before} → {after}" if found.moved else f"{found.name}: stays {after}"]
    for words, rules in (("no longer fires", found.silent), ("now fires", found.fired)):
        lines += [f"    {words}: {rule}" for rule in rules]
    return lines

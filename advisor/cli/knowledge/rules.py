"""`advisor rules`: the knowledge base's own checks, and what a change of it would move."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.bounded_read import read_file
from advisor.cli.framework.click_extensions import Sentences, examples, files, folders, rule_ids
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import AS_OF, PRINTED, RULES
from advisor.cli.framework.output import as_json
from advisor.errors import AdvisorError, BadInput, BadKnowledge, nearest
from advisor.knowledge.pack_files import MANIFEST, in_folders
from advisor.knowledge.rules import UNKNOWN_PLACE
from advisor.paths import data_directory
from advisor.text import wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from advisor.authoring.pack_diff import Move, PackChange
    from advisor.authoring.rule_cases import Fault
    from advisor.knowledge.pack import Knowledge

    Compared = tuple[str, Move | str]

WHOLE = "full.toml"


@click.command("diff", epilog=examples("advisor rules diff ../released . --over records/*.toml"))
@click.argument("old", shell_complete=folders)
@click.argument("new", required=False, shell_complete=folders)
@click.option("--over", metavar="RECORDS...", help="Records or answers files whose verdicts to compare.")
@click.argument("records", nargs=-1, metavar="", shell_complete=files)
@with_options(AS_OF, *PRINTED)
def diff(shared: SharedOptions, old: str, new: str | None, over: str | None, records: tuple[str, ...]) -> None:
    """List what differs between two packs, and which verdicts would change.

    OLD and NEW are folders that hold rules/ and questionnaires/, or packs to lay over ours; with one folder alone,
    ours is the old one.
    """
    from advisor.authoring.pack_diff import pack_changes
    from advisor.knowledge.load_pack import load_knowledge

    if records and over is None:
        raise BadInput("rules diff", "--over must come before the RECORDS", f"write --over {records[0]}")
    packs = (_pack(old), _pack(new)) if new is not None else (load_knowledge(), _pack(old))
    changes = pack_changes(*packs)
    moves = list(_moves((over, *records), packs, shared.as_of)) if over is not None else []
    shared.emit(as_json(_as_table(changes, moves)) if shared.is_json else _as_lines(changes, moves, over, shared.as_of))


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

    given = SharedOptions(as_of=day).read(path)
    before, after = (assess(given.answers, pack, day, given.seed, given.draws, flips=False) for pack in packs)
    return move(path, before, after)


def _lines(found: Move) -> list[str]:
    before, after = (f"{option} ({gate}, {status})" for option, gate, status in (found.before, found.after))
    lines = [f"{found.name}: {before} → {after}" if found.moved else f"{found.name}: stays {after}"]
    for words, rules in (("no longer fires", found.silent), ("now fires", found.fired)):
        lines += [f"    {words}: {rule}" for rule in rules]
    return lines


EXAMPLES = examples(
    "advisor rules lint",
    "advisor rules show can.gpu-experience",
    "advisor rules test",
    "advisor rules diff ../released . --over records/*.toml",
)


@click.group("rules", cls=Sentences, epilog=EXAMPLES)
def command() -> None:
    """Check the knowledge base: its references and logic, its cases, what they cover, what a change would move."""


command.add_command(diff)


@command.command("lint")
@with_options(RULES, *PRINTED)
def lint_rules(shared: SharedOptions) -> int:
    """Look for dangling names, idle or impossible rules, gaps in tables, and logic that changed without a version.

    Exit status: 0 clean, 1 something found.
    """
    from advisor.authoring.lint import license_places, lint, program_reads
    from advisor.authoring.pack_diff import version_faults
    from advisor.authoring.rule_cases import Fault
    from advisor.knowledge.load_pack import load_knowledge

    try:
        knowledge = load_knowledge(shared.packs)
    except BadKnowledge as error:
        return _report([], {}, [Fault.of(error)], shared)
    found = (*version_faults(*_shipped()), *lint(knowledge, program_reads()))
    faults = [replace(one, file=in_folders(one.file, shared.packs)) for one in found]
    sizes = f"{len(knowledge.rules)} rules, {len(knowledge.parameters)} parameters"
    clean = [] if faults else [f"clean: {sizes}, {len(knowledge.questions)} questions"]
    places = [*license_places(knowledge)]
    unread = [entry for _, entry, place, _ in places if place == UNKNOWN_PLACE]
    if unread and not faults:
        clean += wrap(
            f"of {len(places)} license terms, {len(unread)} have no known place in the text: {', '.join(unread)}"
        )
    counts = {
        "rules": len(knowledge.rules), "parameters": len(knowledge.parameters), "questions": len(knowledge.questions),
        "license_terms": len(places), "license_terms_without_place": unread,
    }  # fmt: skip
    return _report(clean, counts, faults, shared)


@command.command("show", epilog=examples("advisor rules show must.boundary-own-infrastructure"))
@click.argument("rule", metavar="ID", shell_complete=rule_ids)
@with_options(AS_OF, RULES, *PRINTED)
def show_rule(shared: SharedOptions, rule: str) -> None:
    """Explain the rule ID without an answers file: what it does, when, why, on which sources, and its cases."""
    from advisor.report.explanation import rule_page

    knowledge = shared.knowledge()
    known = {one.id: one for one in knowledge.rules}
    if rule not in known:
        raise BadInput(rule, "is not the id of a rule", nearest(rule, known))
    found = known[rule]
    page = rule_page(found, knowledge.parameters_at(shared.as_of))
    shared.emit(as_json(asdict(found)) if shared.is_json else page)


@command.command("test")
@with_options(RULES, *PRINTED)
def test_rules(shared: SharedOptions) -> int:
    """Run the cases of the rules in durable_rules and in the reference evaluator, and those of the methods.

    Exit status: 0 every rule did as its cases promise, 1 one did not.
    """
    from advisor.authoring.rule_cases import panel_cases, try_cases
    from advisor.knowledge.load_pack import load_knowledge

    knowledge = load_knowledge(shared.packs)
    report = try_cases(knowledge)
    panel = list(panel_cases(knowledge))
    wrong = [fault for fault in panel if fault is not None]
    lines = [
        f"rules: {report.tried - len(report.faults)} of {report.tried} cases hold in both evaluators",
        f"published methods and checklists: {len(panel) - len(wrong)} of {len(panel)} cases hold",
    ]
    counts = {
        "rule_cases": {"held": report.tried - len(report.faults), "of": report.tried},
        "published_cases": {"held": len(panel) - len(wrong), "of": len(panel)},
    }
    return _report(lines, counts, (*report.faults, *wrong), shared)


@command.command("coverage")
@with_options(RULES, *PRINTED)
def coverage(shared: SharedOptions) -> int:
    """Count the rules and the alternatives in them that the cases show both holding and not holding.

    Exit status: 0 all of them, 1 some are missing.
    """
    from advisor.authoring.rule_cases import cover
    from advisor.knowledge.load_pack import load_knowledge

    covered = cover(load_knowledge(shared.packs))
    each = f"{covered.rules} rules and {covered.alternatives} alternatives, each both ways"
    line = f"{covered.share:.1%}: {covered.covered} of {covered.outcomes} outcomes ({each})"
    counts = {"rules": covered.rules, "alternatives": covered.alternatives, "covered": covered.covered,
              "outcomes": covered.outcomes}  # fmt: skip
    return _report([line], counts, covered.faults, shared)


@command.command("stamp")
def stamp() -> None:
    """Write the digest of the rules' logic under the newest version of rules/CHANGELOG.md.

    A version is stamped once: changed logic needs a new one in rules/pack.toml.
    """
    from advisor.authoring.pack_diff import CHANGELOG, stamped

    files, changelog = _shipped()
    written = stamped(files, changelog)
    if written != changelog:
        try:
            _changelog().write_text(written, "utf-8")
        except OSError as error:
            raise BadKnowledge(str(_changelog()), f"cannot be written: {error.strerror}") from None
    click.echo(f"{CHANGELOG}: stamped" if written != changelog else f"{CHANGELOG}: stamped before, and still so")


def _shipped() -> tuple[dict[str, bytes], str]:
    """Our own files, without any pack over them, and their changelog; raises BadKnowledge."""
    from advisor.knowledge.load_pack import read_files

    try:
        return read_files(), read_file(_changelog()).decode("utf-8")
    except OSError as error:
        raise BadKnowledge(str(_changelog()), f"cannot be read: {error.strerror}") from None


def _changelog() -> Path:
    return data_directory("rules") / "CHANGELOG.md"


def _report(lines: list[str], counts: dict[str, Any], faults: Iterable[Fault], shared: SharedOptions) -> int:
    """Print lines and faults, or counts and faults as JSON; 1 where there are faults."""
    found = list(faults)
    listed = {**counts, "faults": [asdict(fault) for fault in found]}
    shared.emit(as_json(listed) if shared.is_json else [*lines, *(fault.line for fault in found)])
    return 1 if found else 0

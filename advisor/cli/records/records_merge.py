"""`advisor records merge`: the records of another branch of the ledger, and what git calls where both saved one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import SharedOptions, with_options
from advisor.cli.framework.options import BECAUSE, BY, KEY, PRINTED, RECORDS, ROLE
from advisor.cli.framework.output import as_json

if TYPE_CHECKING:
    from advisor.record.merge import TakenRecord

EXAMPLES = examples(
    "advisor records merge ../other-clone/records", "advisor records merge MERGE_HEAD --records records"
)
_BY = BY._replace(required=False, default="", help="Who takes them over.  [default: the e-mail git knows]")
_BECAUSE = BECAUSE._replace(required=False, default="", help="Why.  [default: where they came from]")


@click.command("merge", epilog=EXAMPLES)
@click.argument("source", shell_complete=files)
@with_options(RECORDS, _BY, _BECAUSE, ROLE, KEY, *PRINTED)
def merge(shared: SharedOptions, source: str, by: str, because: str, role: str, key: Path | None) -> None:
    """Take over the records of another branch: SOURCE is the folder of its ledger, or a revision of git.

    Each becomes a new record that holds the bytes, digest and signatures it had there; nothing is renumbered or signed
    again. What both have is left alone, so that a second merge adds nothing. Names and texts that the other branch
    redacted are deleted here too, and its policies are kept and not in force. Before a revision is committed, git has
    kept our side of each record that both saved: see docs/auditing.md.
    """
    from advisor.record.audit.verify import trust_of
    from advisor.record.ledger_events import Signing
    from advisor.record.merge import Merger, branch_at, merge
    from advisor.record.signatures.ssh_keygen import user_email

    ours = shared.ledger()
    with branch_at(source, shared.records) as (theirs, name):
        signing, because = None if key is None else Signing(key, trust_of(ours)), because or f"Taken over from {name}."
        taken = list(merge(ours, theirs, Merger(by or user_email(), because, datetime.now(UTC), signing, role)))
    shared.emit(as_json(_table(name, taken)) if shared.is_json else _lines(taken))


def _lines(taken: list[TakenRecord]) -> Iterator[str]:
    from advisor.record.signatures.policy import POLICY

    for one in taken:
        as_it_is = one.seq == one.saved.number
        where = "follows ours as it is" if as_it_is else f"of that branch is record {one.saved.number} here"
        yield f"record {one.seq} ({one.kind}) {where}"
        if one.erased:
            yield f"{one.erased} of the names and texts here went with it"
        if one.kind == POLICY and not as_it_is:
            yield "its policy is not in force here; to follow it: advisor records policy set"
        if not one.saved.durable:
            yield one.saved.sentence
    count = "1 record was" if len(taken) == 1 else f"{len(taken)} records were"
    yield f"{count} taken over" if taken else "nothing to take over: all records of that branch are here"


def _table(name: str, taken: list[TakenRecord]) -> dict[str, object]:
    rows = [
        {"seq": one.seq, "kind": one.kind, "number": one.saved.number, "sha256": one.saved.digest, "erased": one.erased}
        for one in taken
    ]
    return {"schema": "advisor.merge/1", "from": name, "taken_over": rows}


@click.command("merge-driver", epilog=examples("advisor records merge-driver theirs.toml records/00000006-record.toml"))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.argument("path", type=click.Path(path_type=Path))
def merge_driver(theirs: Path, path: Path) -> int:
    """What git calls for a record that both branches saved: ours stays, and `advisor records merge` takes THEIRS over.

    Set it with: git config merge.advisor.driver "advisor records merge-driver %B %P"

    THEIRS (git's %B) is kept among the blobs, so that until then `records verify` can tell a fork from a changed byte.
    Exit status: always 1, a conflict.
    """
    from advisor.bounded_read import read_file
    from advisor.record.formats.encoding import digests_of
    from advisor.record.ledger import Ledger
    from advisor.record.merge import holds_file

    data = read_file(theirs, follow=True)
    sealed, digest = digests_of(data)
    blob = path.parent / "blobs" / "sha256" / digest
    heads = [name.removeprefix("GITHEAD_") for name in os.environ if name.startswith("GITHEAD_")]
    # Git would not overwrite a file that the other branch tracks and we wrote first.
    if sealed and heads and not any(holds_file(head, blob.as_posix()) for head in heads):
        Ledger(path.parent).keep_blob(data)
    print(f"{path}: both branches saved this record; ours stays. Take theirs over before you commit:", file=sys.stderr)
    print(f"  advisor records merge MERGE_HEAD --records {path.parent}", file=sys.stderr)
    return 1

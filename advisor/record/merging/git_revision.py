"""A ledger as a revision of git holds it, written out to be read; the repository's settings run no program.

A repository that somebody sent brings its own `.git/config`. Of the commands used here (`rev-parse`, `ls-tree`,
`cat-file`) none reads hooks, filters or an index; what could still reach out, fetching objects that are missing, is
forbidden with every transport.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from advisor.errors import AdvisorError, BadInput
from advisor.record.ledger import MAX_BLOB, Ledger

_PART = re.compile(r"[0-9]{8}-record\.toml|blobs/sha256/[0-9a-f]{64}|signatures/[0-9a-f]{64}\.sig|words/[0-9a-f]{64}")
_LISTED = re.compile(rb"100(?:644|755) blob ([0-9a-f]{40,64}) +([0-9]+)")
_SAFE = ("--no-pager", "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs")
_SECONDS = 60


@contextmanager
def branch_at(source: str, directory: Path) -> Iterator[tuple[Ledger, str]]:
    """The ledger of another branch, and what to call it: `source` is its folder, or a revision of git."""
    folder = Path(source).expanduser()
    if not folder.is_dir():
        with ledger_in(source, directory) as (ledger, commit):
            yield ledger, f"the commit {commit}"
        return
    if folder.resolve() == directory.resolve():
        raise BadInput(source, "is this ledger itself", "name the other one")
    if not Ledger(folder).numbers():
        raise BadInput(source, "holds no records", "name the folder of a ledger")
    yield Ledger(folder), f"the folder {folder.name}"


@contextmanager
def ledger_in(revision: str, directory: Path) -> Iterator[tuple[Ledger, str]]:
    """The ledger of a folder as a revision holds it, and the commit; raises BadInput where there is none."""
    commit = _asked(
        directory, revision, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    folder = _asked(directory, revision, "rev-parse", "--show-prefix", may_be_empty=True)
    with TemporaryDirectory(prefix="advisor-") as place:
        listed = _run(directory, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", folder or ".").stdout
        parts = {}
        for line in listed.split(b"\0"):
            kind, _, path = line.partition(b"\t")
            name, found = path.decode(errors="replace").removeprefix(folder), _LISTED.fullmatch(kind)
            if not _PART.fullmatch(name):
                continue
            if found is None or int(found[2]) > MAX_BLOB:
                raise BadInput(
                    name, "is missing from the repository, no regular file, or too large",
                    "fetch it first: nothing is fetched here",
                )  # fmt: skip
            parts[name] = found[1].decode()
        _write_out(directory, parts, Path(place))
        ledger = Ledger(Path(place))
        if not ledger.numbers():
            raise BadInput(revision, f"holds no records in {folder or 'its top folder'}", "name a folder or a revision")
        yield ledger, commit


def holds_file(revision: str, path: str) -> bool:
    """Whether a revision holds a file of this path from the top of the repository; in doubt, it does."""
    done = _run(Path(), "ls-tree", "--name-only", "--full-tree", revision, "--", path)
    return done.returncode != 0 or bool(done.stdout)


def _write_out(directory: Path, parts: dict[str, str], place: Path) -> None:
    """Write each part of the ledger under its name, one object at a time."""
    for folder in ("blobs/sha256", "signatures", "words"):
        (place / folder).mkdir(parents=True)
    for name, digest in parts.items():
        done = _run(directory, "cat-file", "blob", digest)
        if done.returncode != 0:
            raise BadInput(name, "is missing from the repository", "fetch it first: nothing is fetched here")
        (place / name).write_bytes(done.stdout)


def _asked(directory: Path, revision: str, *arguments: str, may_be_empty: bool = False) -> str:
    done = _run(directory, *arguments)
    said = done.stdout.decode(errors="surrogateescape").removesuffix("\n")
    if done.returncode != 0 or not (said or may_be_empty):
        raise BadInput(
            revision, "is neither a folder nor a revision of the repository that holds the ledger",
            "name the folder of another ledger, or a revision such as MERGE_HEAD",
        )  # fmt: skip
    return said


def _run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        **os.environ, "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
    }  # fmt: skip
    try:
        return subprocess.run(
            ["git", *_SAFE, "-C", str(directory), *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=False, timeout=_SECONDS,
        )  # fmt: skip
    except FileNotFoundError:
        raise AdvisorError("git", "is not installed", "name the folder of the other ledger") from None
    except subprocess.TimeoutExpired:
        raise AdvisorError("git", "did not answer within a minute", "try again") from None

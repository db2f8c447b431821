"""A ledger as one file for an archive: its records, what they pin, the verifier, the format page, and the program.

The file is a plain tar whose bytes follow from its content alone, so that two exports of one ledger are the same file.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from advisor.bounded_read import read_file
from advisor.errors import BadInput
from advisor.paths import data_directory
from advisor.record.branches import MERGED, fronts_of, original_of
from advisor.record.formats.encoding import Table, name_of
from advisor.record.formats.kept_words import commitments, redactions
from advisor.record.formats.parse import read_front
from advisor.record.ledger import ALLOWED_SIGNERS, VERIFIER, VERIFIER_SOURCE, Ledger

MOST_BUNDLE = 500_000_000
"""The largest bundle of the program that an archive takes."""
FORMAT_PAGE = "record-format.md"
"""The page that says what every byte of a ledger means."""
_SUMS = "SHA256SUMS"
_READ_ME = """\
A ledger of decision records, kept with what it takes to verify it without a network.

  sha256sum -c {sums}          every file is as it was exported (the digest of {sums} itself is yours to keep)
  python3 -I verify.py ledger     seals, chain, pins, names and texts, events and signatures hold
                                  (Python 3.11 and ssh-keygen; --head SHA256 holds it to a digest kept elsewhere)

record-format.md says what every byte of the ledger means, so that another program can be written from it.
The last record is {head}, sha256
  {digest}
{program}"""
_BUNDLED = "bundle/ holds the program, which derives the verdicts again: unpack it, and run its install.sh.\n"
_NOT_BUNDLED = "The program, which derives the verdicts again, was not given to this archive.\n"


def archive(ledger: Ledger, bundle: Path | None = None) -> bytes:
    """The bytes of the archive; `bundle` is the program's own, as `make bundle` makes it.

    Redacted names and texts are left out, also where their files are still there. Raises BadInput for a file of the
    ledger that cannot be read, Tampered or NotARecord for a record.
    """
    files = dict(_ledger_files(ledger))
    files[VERIFIER] = read_file(VERIFIER_SOURCE, follow=True)
    files[FORMAT_PAGE] = read_file(data_directory("docs") / FORMAT_PAGE, follow=True)
    if bundle is not None:
        files[f"bundle/{bundle.name}"] = read_file(bundle, MOST_BUNDLE, follow=True)
    last = ledger.entry(ledger.numbers()[-1])
    program_note = _NOT_BUNDLED if bundle is None else _BUNDLED
    files["README.txt"] = _READ_ME.format(
        sums=_SUMS, head=name_of(last.number), digest=last.digest, program=program_note
    ).encode()
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return _packed({**files, _SUMS: sums.encode()})


def _ledger_files(ledger: Ledger) -> Iterator[tuple[str, bytes]]:
    """Every file of a ledger by its path in the archive; what a record names and is missing is left out."""
    for number in ledger.numbers():
        entry = ledger.entry(number)
        yield f"ledger/{entry.path.name}", entry.data
        for front in _with_original(ledger, read_front(entry.data, str(entry.path))):
            for digest in _pinned(front):
                yield from _held(f"ledger/blobs/sha256/{digest}", ledger.blob(digest))
            if "signature" in front:
                digest = front["signature"]["sha256"]
                yield from _held(f"ledger/signatures/{digest}.sig", ledger.signature(digest))
    fronts = fronts_of(ledger, clear=False)
    gone = redactions(fronts)
    for number, front in fronts.items():
        for digest in commitments(front):
            if digest not in gone.get(number, {}):
                yield from _held(f"ledger/words/{digest}", ledger.words(digest))
    signers = ledger.directory / ALLOWED_SIGNERS
    if signers.is_file():
        yield f"ledger/{ALLOWED_SIGNERS}", read_file(signers)


def _with_original(ledger: Ledger, front: Table) -> Iterator[Table]:
    """The tables of a record, and of the record of another branch that it holds."""
    yield front
    if front["record"]["kind"] == MERGED:
        yield from _with_original(ledger, read_front(original_of(ledger, front), front["original"]["sha256"]))


def _pinned(front: Table) -> Iterator[str]:
    yield from (pin["sha256"] for pin in front.get("pins", {}).values())
    yield from (front["portfolio"][name] for name in ("terms", "answer") if "portfolio" in front)
    yield from (front[name]["sha256"] for name in ("token", "policy", "original") if name in front)


def _held(name: str, data: bytes | None) -> Iterator[tuple[str, bytes]]:
    """A file under its name, unless it is missing, which verification tells; raises BadInput where it was changed."""
    if data is None:
        return
    if sha256(data).hexdigest() != Path(name).name.removesuffix(".sig"):
        raise BadInput(name.removeprefix("ledger/"), "was changed", "see: advisor records verify")
    yield name, data


def _packed(files: dict[str, bytes]) -> bytes:
    """A tar of regular files, sorted, without owners and times."""
    out = io.BytesIO()
    with tarfile.TarFile(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as packed:
        for name, data in sorted(files.items()):
            one = tarfile.TarInfo(f"archive/{name}")
            one.size, one.mode = len(data), 0o644
            packed.addfile(one, io.BytesIO(data))
    return out.getvalue()

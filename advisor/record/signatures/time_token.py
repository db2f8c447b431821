"""Time tokens (RFC 3161): what an authority signs about a digest and a time, asked for and judged by `openssl ts`.

A record holds the digest of the record before it, so a token about one proves that all up to it existed by then.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from advisor.bounded_read import read_file
from advisor.errors import AdvisorError, BadInput
from advisor.processes import called
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE, Verification
from advisor.record.formats.encoding import Table, timestamp
from advisor.record.ledger import Ledger
from advisor.record.signatures.sign_offs import result_of_its_own

MOST_BYTES = 100_000
"""The largest answer of an authority, with its certificates."""
_PROGRAM = "openssl"
_STAMPED = re.compile(r"^Time stamp: ([A-Z][a-z]{2} [ 0-9]\d \d{2}:\d{2}:\d{2})(\.\d+)? (\d{4}) GMT$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TimeToken:
    """When a digest was shown to an authority at the latest; `refused` says why the token proves nothing."""

    at: datetime | None
    refused: str = ""


def time_query(digest: str) -> bytes:
    """The question to an authority about the SHA-256 of a record, as `openssl ts -query` makes it."""
    with _files({}) as folder:
        done = _run("-query", "-digest", digest, "-sha256", "-cert", "-no_nonce", "-out", f"{folder}/query")
        if done.returncode:
            raise AdvisorError(_PROGRAM, f"made no query: {_words(done)}", "it must be version 3.0 or newer")
        return read_file(folder / "query", MOST_BYTES)


def judge_token(reply: bytes, digest: str, authority: bytes) -> TimeToken:
    """Hold an authority's answer to a digest and to the certificates (PEM) that count, at the time it names.

    Its signature, chain and purpose are checked by `openssl ts -verify`; revocation is not.
    """
    with _files({"reply": reply, "authority": authority}) as folder:
        token = _run("-reply", "-in", f"{folder}/reply", "-token_out", "-out", f"{folder}/token")
        if token.returncode:
            return TimeToken(None, "it is not an answer of a time-stamping authority that holds a token")
        # Only what the authority signed is read for the time: the status around it could say anything.
        printed = _run("-reply", "-in", f"{folder}/token", "-token_in", "-text").stdout.decode(errors="replace")
        found = _STAMPED.search(printed)
        if found is None:
            return TimeToken(None, "it names no time")
        exact = datetime.strptime(f"{found[1]} {found[3]}", "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        held = _run(
            "-verify", "-digest", digest, "-in", f"{folder}/reply", "-CAfile", f"{folder}/authority",
            "-untrusted", f"{folder}/authority", "-attime", str(int(exact.timestamp())),
        )  # fmt: skip
        if held.returncode:
            return TimeToken(None, f"it does not hold: {_words(held)}")
        return TimeToken(exact + timedelta(seconds=1) if found[2] else exact)


def check_tokens(
    records: Sequence[Verification], ledger: Ledger, fronts: Mapping[int, Table], authorities: Sequence[bytes]
) -> dict[int, str]:
    """Judge every time token; by number of a record, the latest time by which it was made (UTC, ISO 8601).

    Blames a token that does not hold, and a record that claims a later time than it is proven to have existed at.
    """
    by_number = {one.number: one for one in records}
    proven: dict[int, str] = {}
    for number, front in sorted(fronts.items()):
        if front["record"]["kind"] == "time":
            with result_of_its_own(by_number[number]):
                at = _judged(by_number[number], ledger, front, authorities)
                for one in _covered(records, front) if at else ():
                    if not one.proven_utc or at < one.proven_utc:
                        one.proven_utc, one.proven_in = proven[one.number], _ = at, number
    for one in records:
        if one.proven_utc and one.created_utc > one.proven_utc:
            one.blame(UNVERIFIABLE, f"it claims a time after {one.proven_utc}, at which it is proven to have existed")
    return proven


def _covered(records: Sequence[Verification], front: Table) -> Iterator[Verification]:
    """The record that a token is about, and those before it as far as each holds the digest of the one before."""
    at = {one.sha256: (one, one.prev_sha256) for one in records}
    at |= {one.taken_over.sha256: (one, one.taken_over.prev_sha256) for one in records if one.taken_over}
    digest = front["about"]["sha256"]
    while digest in at:
        one, digest = at.pop(digest)
        yield one


def _judged(checked: Verification, ledger: Ledger, front: Table, authorities: Sequence[bytes]) -> str:
    """The time that a token proves, or "" where it proves none; what is wrong with it is blamed."""
    digest = front["token"]["sha256"]
    reply = ledger.blob(digest)
    if reply is None or sha256(reply).hexdigest() != digest:
        checked.blame(
            UNVERIFIABLE if reply is None else TAMPERED,
            f"its time token (blobs/sha256/{digest}) {'is missing' if reply is None else 'was changed'}",
        )
        return ""
    if not authorities:
        checked.not_checked.append("its time token: give the certificate of the authority (--time-authority)")
        return ""
    found = TimeToken(None)
    for authority in authorities:
        found = judge_token(reply, front["about"]["sha256"], authority)
        if found.at is not None:
            return timestamp(found.at)
    checked.blame(UNVERIFIABLE, f"its time token proves nothing: {found.refused}")
    return ""


def read_authority(path: Path) -> bytes:
    """The certificates of an authority, in PEM, as the user named them; raises BadInput."""
    data = read_file(path, MOST_BYTES, follow=True)
    if b"-----BEGIN CERTIFICATE-----" not in data:
        raise BadInput(str(path), "holds no certificate in PEM", "see: openssl x509 -inform DER -in FILE")
    return data


def read_reply(path: Path) -> bytes:
    """An authority's answer as the user named it; raises BadInput."""
    return read_file(path, MOST_BYTES, follow=True)


@contextmanager
def _files(contents: Mapping[str, bytes]) -> Iterator[Path]:
    """Write files for the program, which reads nothing else."""
    with TemporaryDirectory(prefix="advisor-") as name:
        for file, data in contents.items():
            (Path(name) / file).write_bytes(data)
        yield Path(name)


def _run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    # The settings of this host must not decide what a token proves.
    environment = {"LC_ALL": "C", "OPENSSL_CONF": os.devnull, "SSL_CERT_DIR": "", "SSL_CERT_FILE": ""}
    return called([_PROGRAM, "ts", *arguments], "install OpenSSL 3", environment)


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    """The reason openssl gives, without its codes."""
    errors = [line for line in done.stderr.decode(errors="replace").splitlines() if ":error:" in line]
    parts = errors[0].split(":") if errors else []
    said = [part for part in (*parts[5:6], *parts[-1:]) if part]
    return ", ".join(dict.fromkeys(said)) or "openssl gave no reason"

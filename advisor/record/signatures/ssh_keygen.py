"""`ssh-keygen -Y`: sign bytes with the user's own SSH key, and check signatures against an allowed-signers file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from advisor.bounded_read import read_file
from advisor.errors import AdvisorError, BadInput
from advisor.record.signatures.signers import read_signers, why_not
from advisor.record.signatures.ssh_signature import NAMESPACE, Signature, read_signature

_PROGRAM = "ssh-keygen"
_HARDWARE = "sk-"
_LONGEST_NAME = 320  # the longest e-mail address; beyond it no command line could hold the name
_PUBLIC = ("ssh-", "ecdsa-", _HARDWARE)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count: an allowed-signers file, and revoked keys (a key revocation list or public keys)."""

    allowed: Path | None = None
    revoked: Path | None = None


def sign_bytes(data: bytes, key: Path) -> bytes:
    """Sign with a private key, or with its agent when `key` is the public one; asks for a passphrase."""
    # A hardware key asks on standard error for a touch: the person at the terminal must see it.
    shown = sys.stderr.isatty()
    done = _run(["-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE], data, seconds=None, shown=shown)
    if done.returncode != 0:
        why = "ssh-keygen said why above" if shown else _words(done)
        raise BadInput(str(key), f"cannot sign: {why}", "name a private SSH key, or a public one of your agent")
    read_signature(done.stdout, "ssh-keygen")
    return done.stdout


def asks_somebody(key: Path) -> bool:
    """Whether signing with a key asks a person at the terminal: for its passphrase, a touch, or a PIN.

    Raises BadInput where the file cannot be read, or is not an SSH key.
    """
    begins = read_text(key).lstrip()[:40]
    if begins.startswith(_PUBLIC):
        return begins.startswith(_HARDWARE)  # whatever else an agent asks, it asks by itself
    done = _run(["-y", "-P", "", "-f", str(key)], b"")
    if done.returncode == 0:
        return done.stdout.decode(errors="replace").startswith(_HARDWARE)
    why = _words(done)
    if "passphrase" in why:
        return True
    raise BadInput(str(key), f"cannot sign: {why}", "name a private SSH key, or a public one of your agent")


def signing_time(moment: datetime) -> str:
    """A moment as `judge` takes it."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def judge(data: bytes, armored: bytes, principal: str, at: str, trust: Trust | None) -> str:
    """Why a signature does not count, or "" when it does; `at` is the moment of signing, UTC, YYYYMMDDHHMMSS.

    Without `trust` only the bytes are held to the signature: whose key it is, the caller judges.
    """
    if not principal or len(principal) > _LONGEST_NAME or not principal.isprintable():
        return "it names nobody: a signer is 1 to 320 printable characters"
    try:
        signature = read_signature(armored, "the signature")
    except BadInput as error:
        return f"{error.where}: {error.what}"
    if signature.namespace != NAMESPACE:
        return f"it was made for {signature.namespace!r}, not for {NAMESPACE!r}"
    with _file(armored) as path:
        if not _accepts(["check-novalidate", "-s", path], data):
            return "it does not match the bytes of the record"
        return "" if trust is None else _judge_signer(data, path, signature, principal, at, trust)


def principal_of(armored: bytes, trust: Trust) -> str:
    """The first name that the allowed signers give the key of a signature, or ""."""
    if trust.allowed is None:
        return ""
    with _file(armored) as path:
        done = _run(["-Y", "find-principals", "-s", path, "-f", str(trust.allowed)], b"")
    return done.stdout.decode(errors="replace").partition("\n")[0] if done.returncode == 0 else ""


def _judge_signer(data: bytes, path: str, signature: Signature, principal: str, at: str, trust: Trust) -> str:
    if trust.allowed is None:
        return "nobody is named as allowed to sign (give --allowed-signers)"
    allowed = read_text(trust.allowed)
    claim = ["verify", "-s", path, "-I", principal, "-f", str(trust.allowed), f"-Overify-time={at}"]
    if not _accepts(claim, data):
        return why_not(read_signers(allowed), signature, principal, at)
    if trust.revoked is not None and not _accepts([*claim, "-r", str(trust.revoked)], data):
        read_text(trust.revoked)
        return f"the key {signature.fingerprint} is revoked"
    return ""


def _accepts(command: Sequence[str], data: bytes) -> bool:
    return _run(["-Y", command[0], "-n", NAMESPACE, *command[1:]], data).returncode == 0


def _run(
    arguments: Sequence[str], data: bytes, seconds: int | None = 60, shown: bool = False
) -> subprocess.CompletedProcess[bytes]:
    # Times in an allowed-signers file without a Z are local times: hold them to UTC, so that two hosts agree.
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    try:
        return subprocess.run(
            [_PROGRAM, *arguments],
            input=data,
            stdout=subprocess.PIPE,
            stderr=None if shown else subprocess.PIPE,
            env=environment,
            check=False,
            timeout=seconds,
        )
    except FileNotFoundError:
        raise AdvisorError(_PROGRAM, "is not installed", "install the OpenSSH client") from None
    except subprocess.TimeoutExpired:
        raise AdvisorError(_PROGRAM, "did not answer within a minute", "try again") from None


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (line.strip() for line in done.stderr.decode(errors="replace").split("\n"))
    said = (line.rstrip(".").lower() for line in lines if line and not line.startswith("@"))  # a warning's frame
    return next(said, "ssh-keygen gave no reason")


def read_text(path: Path) -> str:
    """The text of a file that the user named; raises BadInput in one sentence."""
    return read_file(path, follow=True).decode(errors="replace")


@contextmanager
def _file(data: bytes) -> Iterator[str]:
    """ssh-keygen reads a signature from a named file only."""
    with NamedTemporaryFile(prefix="advisor-", suffix=".sig") as file:
        file.write(data)
        file.flush()
        yield file.name

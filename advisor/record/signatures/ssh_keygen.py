"""SSH signatures: their armor, who may sign, signing and checking by `ssh-keygen -Y`, what git knows of the user."""

from __future__ import annotations

import base64
import binascii
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from advisor.bounded_read import open_regular, read_file
from advisor.errors import BadInput
from advisor.processes import called

# The armored signature that `ssh-keygen -Y sign` writes, held to its one canonical form.
#
# ssh-keygen accepts other line breaks in the armor as well, so a changed newline would still verify. The layout of
# the blob is that of OpenSSH's PROTOCOL.sshsig.


NAMESPACE = "decision-record"
_BEGIN, _END = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
_MAGIC = b"SSHSIG"
_WIDTH = 70
_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says of itself: the signing key (wire format), its fingerprint, and the namespace."""

    key: bytes
    namespace: str

    @property
    def fingerprint(self) -> str:
        """The key as `ssh-keygen -l` names it: of a certificate, the key it certifies, so that one key is one key."""
        return fingerprint_of(self.key)

    @property
    def key_type(self) -> str:
        """The key's algorithm, such as `ssh-ed25519`."""
        return _string(self.key, 0)[0].decode("ascii", "replace")


def fingerprint_of(key: bytes) -> str:
    """A key (wire format) as `ssh-keygen -l` names it; of a certificate, the key it certifies. Raises ValueError."""
    return "SHA256:" + base64.b64encode(sha256(_certified(key)).digest()).decode().rstrip("=")


_CERTIFICATE = b"-cert-v01@openssh.com"
_KEY_FIELDS = {b"ssh-ed25519": 1, b"ssh-rsa": 2, b"sk-ssh-ed25519": 2, b"sk-ecdsa-sha2-nistp256": 3}
"""Strings of a public key after its type (PROTOCOL.certkeys); of other ECDSA keys two, the curve and the point."""


def _certified(key: bytes) -> bytes:
    """The plain public key within a certificate; any other key as it is."""
    kind, at = _string(key, 0)
    if not kind.endswith(_CERTIFICATE):
        return key
    plain = kind.removesuffix(_CERTIFICATE)
    _nonce, start = _string(key, at)
    end = start
    for _ in range(_KEY_FIELDS.get(plain, 2)):
        _, end = _string(key, end)
    name = plain + b"@openssh.com" if plain.startswith(b"sk-") else plain
    return len(name).to_bytes(_LENGTH, "big") + name + key[start:end]


def read_signature(armored: bytes, where: str) -> Signature:
    """Read an armored signature; raises BadInput when it is not one, or not in canonical form."""
    blob = _unarmored(armored, where)
    if armored != canonical_armor(blob):
        raise BadInput(where, "its armor is not as ssh-keygen writes it: a line break or a space was changed")
    try:
        key, at = _string(blob, len(_MAGIC) + _LENGTH)
        namespace, _ = _string(blob, at)
        return Signature(key, namespace.decode())
    except (ValueError, UnicodeDecodeError):
        raise BadInput(where, "is cut off or is not an SSH signature") from None


def canonical_armor(blob: bytes) -> bytes:
    """Base64 in lines of 70 between the two markers, each line ended by one newline."""
    text = base64.b64encode(blob)
    lines = [text[at : at + _WIDTH] + b"\n" for at in range(0, len(text), _WIDTH)]
    return b"".join([_BEGIN, *lines, _END])


def _unarmored(armored: bytes, where: str) -> bytes:
    body = armored.strip().removeprefix(_BEGIN.strip()).removesuffix(_END.strip())
    try:
        blob = base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        blob = b""
    if not blob.startswith(_MAGIC):
        raise BadInput(where, "is not an SSH signature", "expected what ssh-keygen -Y sign writes")
    return blob


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """A length-prefixed string of the SSH wire format, and where it ends."""
    start = at + _LENGTH
    end = start + int.from_bytes(data[at:start], "big")
    if end > len(data) or start > len(data):
        raise ValueError("cut off")
    return data[start:end], end


# Who may sign: an allowed-signers file read for the reason why a signature does not count.
#
# ssh-keygen decides whether it counts; it says only "Could not verify signature", so the reason is found here. The
# format is that of ssh-keygen(1), "ALLOWED SIGNERS".


_KEY_TYPES = ("ssh-", "ecdsa-", "sk-")
MOST_LINE = 16_384
"""Characters of a line; the key of the largest RSA modulus in use takes some 3,000."""


@dataclass(frozen=True, slots=True)
class AllowedSigner:
    """One line: who, with which key, for what, and from when to when (UTC, as YYYYMMDD or YYYYMMDDHHMMSS)."""

    principals: tuple[str, ...]
    key: bytes
    namespaces: tuple[str, ...]
    valid_after: str
    valid_before: str

    def names(self, principal: str) -> bool:
        """Whether the line speaks of this person; patterns may hold `*` and `?`, and `!` excludes."""
        no = any(fnmatchcase(principal, one[1:]) for one in self.principals if one.startswith("!"))
        return not no and any(fnmatchcase(principal, one) for one in self.principals if not one.startswith("!"))


def read_signers(text: str) -> list[AllowedSigner]:
    """The lines of an allowed-signers file that can be understood; the others can vouch for nobody."""
    found = (_signer(line.strip()) for line in text.splitlines() if len(line) <= MOST_LINE)
    return [signer for signer in found if signer is not None]


def why_not(signers: list[AllowedSigner], signature: Signature, principal: str, at: str) -> str:
    """Why a signature that matches the record is not accepted, in words; `at` is UTC, YYYYMMDDHHMMSS."""
    with_key = [signer for signer in signers if signer.key == signature.key]
    if not with_key:
        return f"the key {signature.fingerprint} is not among the allowed signers"
    named = [signer for signer in with_key if signer.names(principal)]
    if not named:
        return f"the key {signature.fingerprint} belongs to {' '.join(with_key[0].principals)}, not to {principal}"
    entry = named[0]
    if entry.namespaces and not any(fnmatchcase(NAMESPACE, pattern) for pattern in entry.namespaces):
        return f"{principal} may not sign records: namespaces allows {','.join(entry.namespaces)}"
    if entry.valid_after and at < entry.valid_after.ljust(len(at), "0"):
        return f"{principal}'s key was not valid yet: valid-after is {entry.valid_after}"
    if entry.valid_before and at >= entry.valid_before.ljust(len(at), "0"):
        return f"{principal}'s key was no longer valid: valid-before is {entry.valid_before}"
    return "ssh-keygen does not accept it (a certificate authority, or a key it does not support)"


def _signer(line: str) -> AllowedSigner | None:
    if not line or line.startswith("#"):
        return None
    try:
        principals, *rest = shlex.split(line)
        options = {} if rest[0].startswith(_KEY_TYPES) else _options(rest.pop(0))
        key = base64.b64decode(rest[1], validate=True)
    except (ValueError, LookupError, binascii.Error):
        return None
    return AllowedSigner(
        tuple(principals.split(",")),
        key,
        tuple(filter(None, options.get("namespaces", "").split(","))),
        options.get("valid-after", "").rstrip("Z"),
        options.get("valid-before", "").rstrip("Z"),
    )


def _options(text: str) -> dict[str, str]:
    """`namespaces=a,b,valid-after=…` after the shell quotes are gone: a comma ends an option where a name follows."""
    found: dict[str, str] = {}
    name = ""
    for part in text.split(","):
        start, equals, value = part.partition("=")
        if equals or part == "cert-authority":
            name = start.lower()
            found[name] = value
        else:  # raises KeyError where no option stands before it: the line is not one of allowed signers
            found[name] += f",{part}"
    return found


# `ssh-keygen -Y`: sign bytes with the user's own SSH key, and check signatures against an allowed-signers file.


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
    _hold_regular(key)
    # A hardware key asks on standard error for a touch: the person at the terminal must see it.
    shown = sys.stderr.isatty()
    done = _run(["-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE], data, seconds=None, shown=shown)
    if done.returncode != 0:
        why = "ssh-keygen said why above" if shown else _words(done)
        raise BadInput(str(key), f"cannot sign: {why}", "name a private SSH key, or a public one of your agent")
    read_signature(done.stdout, "ssh-keygen")
    return done.stdout


def _hold_regular(key: Path) -> None:
    """Raise BadInput where a key, or what lies beside it, is a pipe or a device: ssh-keygen would wait for it."""
    for file in (key, key.with_name(f"{key.name}.pub"), key.with_name(f"{key.name}-cert.pub")):
        try:
            open_regular(file, follow=True).close()
        except ValueError as error:
            raise BadInput(str(file), str(error), "name a private SSH key, or a public one of your agent") from None
        except OSError:
            continue  # ssh-keygen says what is wrong with the key, and needs no other


def asks_somebody(key: Path) -> bool:
    """Whether signing with a key asks a person at the terminal: for its passphrase, a touch, or a PIN.

    Raises BadInput where the file cannot be read, or is not an SSH key.
    """
    _hold_regular(key)
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
    environment, install = {"TZ": "UTC", "LC_ALL": "C"}, "install the OpenSSH client"
    return called([_PROGRAM, *arguments], install, environment, data, seconds=seconds, shows_errors=shown)


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


# Only the user's own configuration is asked (`git config --global`, then `--system`), never that of the folder one is
# in: a folder that somebody sent brings its own `.git/config`, which could name another person or another of one's
# keys. `gpg.ssh.program` and the like are not read at all: what signs is `ssh-keygen`.


_OWN = ("--global", "--system")


def user_email() -> str:
    """The address git writes into commits; raises BadInput when there is none."""
    return _setting("user.email") or _missing("--as PRINCIPAL or --by NAME")


def signing_key() -> Path:
    """The SSH key git signs with; raises BadInput when none is set, or it signs with something else."""
    key = _setting("user.signingkey")
    usable = _setting("gpg.format") == "ssh" and not key.startswith(("ssh-", "key::"))
    return Path(key).expanduser() if key and usable else Path(_missing("--key FILE"))


def _missing(option: str) -> str:
    words = "has no setting of yours to take this from (the configuration of a folder is not asked)"
    raise BadInput("git", words, f"give {option}")


def _setting(name: str) -> str:
    """The value in the first of the user's own configurations that has one; `--includes` follows those they include."""
    for scope in _OWN:
        command = ["git", "config", scope, "--includes", "--get", name]
        try:
            # From the root: conditions on the folder (`includeIf`) would let a received repository choose among them.
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10, cwd="/")
        except (FileNotFoundError, subprocess.TimeoutExpired):
            return ""
        if done.stdout.strip():
            return done.stdout.strip()
    return ""

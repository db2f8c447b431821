"""Who may sign: an allowed-signers file read for the reason why a signature does not count.

ssh-keygen decides whether it counts; it says only "Could not verify signature", so the reason is found here.
The format is that of ssh-keygen(1), "ALLOWED SIGNERS".
"""

from __future__ import annotations

import base64
import binascii
import shlex
from dataclasses import dataclass
from fnmatch import fnmatchcase

from advisor.record.signatures.ssh_signature import NAMESPACE, Signature

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

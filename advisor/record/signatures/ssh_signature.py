"""The armored signature that `ssh-keygen -Y sign` writes, held to its one canonical form.

ssh-keygen accepts other line breaks in the armor as well, so a changed newline would still verify. The layout of the
blob is that of OpenSSH's PROTOCOL.sshsig.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from advisor.errors import BadInput

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

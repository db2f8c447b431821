"""A policy: who may sign and do what, which knowledge and programs count; and a decision held to it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, ValidationError

from advisor.bounded_read import parse_toml, read_file
from advisor.errors import BadInput, nearest
from advisor.record.audit.status import DISAPPROVE, SignOff, different_signers, last_words
from advisor.record.audit.verification import UNVERIFIABLE, Verification
from advisor.record.formats.encoding import Table
from advisor.record.formats.parse import text_of
from advisor.record.signatures.ssh_keygen import fingerprint_of

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
POLICY = "policy"
"""The kind of a record that sets the policy of its ledger, and the act that such a policy permits."""
_KEY_TYPES = ("ssh-", "ecdsa-", "sk-")
_NAMED = 3


def _digest(text: Any) -> Any:
    return text.lower().removeprefix("sha256:") if isinstance(text, str) else text


def _fingerprint(text: str) -> str:
    """The fingerprint of a public key as OpenSSH writes it (type and base64), or a fingerprint as it is."""
    if text.startswith("SHA256:"):
        return text
    kind, _, rest = text.partition(" ")
    try:
        wire = base64.b64decode(rest.split(" ")[0], validate=True)
    except (binascii.Error, ValueError):
        wire = b""
    if not kind.startswith(_KEY_TYPES) or not wire:
        raise ValueError("not a public SSH key (type and base64) or a fingerprint SHA256:…")
    return fingerprint_of(wire)


Digest = Annotated[str, BeforeValidator(_digest), Field(pattern=r"^[0-9a-f]{64}$")]
Key = Annotated[str, AfterValidator(_fingerprint)]
Words = Annotated[str, Field(min_length=1, max_length=320)]
Certificate = Annotated[str, Field(pattern=r"^-----BEGIN CERTIFICATE-----\n", max_length=100_000)]
Place = Annotated[StrictInt, Field(ge=1)]


class PolicyTable(BaseModel):
    """One table of a policy: nothing but its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class PolicySigner(PolicyTable):
    """A person with one key, the roles they have, and the records in which their signatures count.

    A rotated key keeps its entry, with the last record it counts in; the new key gets an entry of its own.
    """

    name: Words
    key: Key
    roles: tuple[Words, ...] = ()
    first_record: Place = 1
    last_record: Place | None = None


class RevokedKey(PolicyTable):
    """A key that no longer counts from a record on; without one, its signatures never counted."""

    key: Key
    from_record: Place = 1
    because: str = ""


class Acceptance(PolicyTable):
    """How many different people must have signed an accepted decision, and in which roles at least one each."""

    signers: Annotated[StrictInt, Field(ge=1)] = 1
    roles: tuple[Words, ...] = ()


class PermittedRoles(PolicyTable):
    """The roles that may do something; where none is named, anyone among `people` may, and a signature is optional.

    Where none may `disapprove`, those who may sign off may.
    """

    sign_off: tuple[Words, ...] = Field((), alias="sign-off")
    accept: tuple[Words, ...] = ()
    supersede: tuple[Words, ...] = ()
    withdraw: tuple[Words, ...] = ()
    disapprove: tuple[Words, ...] = ()
    redact: tuple[Words, ...] = ()
    time: tuple[Words, ...] = ()
    merge: tuple[Words, ...] = ()
    policy: tuple[Words, ...] = ()

    def roles_for(self, kind: str) -> tuple[str, ...]:
        """The roles that may do what a record of this kind tells of."""
        found: tuple[str, ...] = getattr(self, {"merged": "merge"}.get(kind, kind.replace("-", "_")), ())
        return found or (self.sign_off if kind == DISAPPROVE else ())


class AllowedPins(PolicyTable):
    """The digests of knowledge that decisions may rest on; of a part that names none, any is taken."""

    rules: tuple[Digest, ...] = ()
    catalog: tuple[Digest, ...] = ()
    questionnaire: tuple[Digest, ...] = ()


class AllowedPrograms(PolicyTable):
    """The versions, and the digests of program files, that may have made a decision; none named: any is taken."""

    versions: tuple[str, ...] = ()
    digests: tuple[Digest, ...] = ()


class ReplayLimits(PolicyTable):
    """The most time and memory that deriving one verdict again may take."""

    seconds: Annotated[StrictInt, Field(ge=1, le=86_400)] = 300
    megabytes: Annotated[StrictInt, Field(ge=200, le=1_000_000)] = 1_000


class Policy(PolicyTable):
    """What the records of a ledger are held to; `head` is the digest of the last record that the auditor saw.

    `time_authorities` are certificates of time-stamping authorities, as PEM texts.
    """

    schema_id: Literal["advisor.policy/1"] = Field(alias="schema")
    people: tuple[PolicySigner, ...] = Field(min_length=1)
    revoked: tuple[RevokedKey, ...] = ()
    accept: Acceptance = Acceptance()
    may: PermittedRoles = Field(default_factory=lambda: PermittedRoles.model_validate({}))
    pins: AllowedPins = AllowedPins()
    programs: AllowedPrograms = AllowedPrograms()
    replay: ReplayLimits = ReplayLimits()
    head: Digest | None = None
    time_authorities: tuple[Certificate, ...] = ()

    def refuses(self, record: int, kind: str, person: str, key: str, role: str) -> str:
        """Why a signature in a record does not count, or ""; `key` is a fingerprint, `role` what the signer claims."""
        for gone in self.revoked:
            if gone.key == key and record >= gone.from_record:
                because = f" ({gone.because})" if gone.because else ""
                return f"the key {key} is revoked from record {gone.from_record} on{because}"
        entries = [one for one in self.people if one.key == key]
        if not entries:
            return f"the key {key} is not among the people of the policy"
        entries = [one for one in entries if one.name == person] or entries
        if entries[0].name != person:
            return f"the key {key} belongs to {entries[0].name}, not to {person}"
        now = [one for one in entries if one.first_record <= record <= (one.last_record or record)]
        if not now:
            return f"the key {key} of {person} does not count in record {record}"
        held = {each for one in now for each in one.roles}
        if role and role not in held:
            return f"{person} does not have the role {role!r}"
        asked = self.may.roles_for(kind)
        return "" if not asked or held & set(asked) else f"{kind} takes the role {' or '.join(asked)}, not {person}'s"

    def name_of(self, key: str) -> str:
        """The name that goes with a key, or ""."""
        return next((one.name for one in self.people if one.key == key), "")


def read_policy(data: bytes, file: str) -> Policy:
    """A policy from the bytes of its file; raises BadInput naming the key and what is allowed."""
    table = parse_toml(data, file)
    table.pop("#:schema", None)
    try:
        policy = Policy.model_validate(table)
    except ValidationError as error:
        raise _unfit(error, file) from None
    unknown = sorted(_roles_asked(policy) - {role for one in policy.people for role in one.roles})
    if unknown:
        raise BadInput(file, f"nobody has the role {unknown[0]!r}", "give it to one of [[people]]")
    return policy


def policy_at(path: Path) -> tuple[Policy, str]:
    """An auditor's policy and the digest of its file; raises BadInput."""
    data = read_file(path, follow=True)
    return read_policy(data, str(path)), sha256(data).hexdigest()


def policy_schema() -> dict[str, Any]:
    """JSON Schema of a policy file."""
    return {"$schema": _DRAFT, "title": "A policy for decision records", **Policy.model_json_schema(by_alias=True)}


def _roles_asked(policy: Policy) -> set[str]:
    asked = {role for kind in PermittedRoles.model_fields for role in policy.may.roles_for(kind)}
    return asked | set(policy.accept.roles)


def _unfit(error: ValidationError, file: str) -> BadInput:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return BadInput(f"{file}: {key}", "is no key of a policy", nearest(str(first["loc"][-1]), _keys(first["loc"])))
    words = first["msg"].removeprefix("Value error, ")
    return BadInput(f"{file}: {key}", words[:1].lower() + words[1:], "see: advisor schema policy")


def _keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys allowed where an unknown one stands."""
    model: Any = Policy
    for part in location[:-1]:
        if isinstance(part, str):
            parts = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            inner = parts.get(part)
            model = getattr(inner, "__args__", (inner,))[0]
    return [field.alias or name for name, field in model.model_fields.items()]


# Hold a decision to a policy: what it rests on, which program made it, and who had to sign for its acceptance.


def hold_to_policy(checked: Verification, front: Table, policy: Policy) -> None:
    """Blame a decision for knowledge or a program that the policy does not allow."""
    for part, allowed in policy.pins:
        digest = text_of(front, "pins", part, "sha256")
        if allowed and digest not in allowed:
            checked.blame(UNVERIFIABLE, f"the policy does not allow its {part} (sha256 {digest or 'not named'})")
    version, digest = text_of(front, "tool", "version"), text_of(front, "tool", "program").removeprefix("sha256:")
    if policy.programs.versions and version not in policy.programs.versions:
        checked.blame(UNVERIFIABLE, f"the policy does not allow decisions of version {version or 'not named'}")
    if policy.programs.digests and digest not in policy.programs.digests:
        checked.blame(UNVERIFIABLE, f"the policy does not allow its program (sha256 {digest or 'not named'})")


def counting(signed: Iterable[SignOff], policy: Policy | None, act: str = "sign-off") -> list[SignOff]:
    """The sign-offs, or the disapprovals, that a policy counts, each in the record where it lies."""
    return [one for one in signed if policy is None or not policy.refuses(one.record, act, one.principal, one.key, "")]


def words_at_acceptance(
    signed: Iterable[SignOff], disapproved: Iterable[SignOff], policy: Policy | None
) -> tuple[list[SignOff], list[SignOff]]:
    """The sign-offs and disapprovals that count for an acceptance: by a policy, where one is in force, and last."""
    return last_words(counting(signed, policy), counting(disapproved, policy, DISAPPROVE))


def objections(disapproved: Sequence[SignOff]) -> str:
    """Who disapproves of a decision, in words that follow "is", or ""."""
    who = ", ".join(f"{one.principal} (record {one.record})" for one in disapproved[:_NAMED])
    return f"disapproved by {who}{', …' if len(disapproved) > _NAMED else ''}" if who else ""


def lacks_of_acceptance(signed: Iterable[SignOff], policy: Policy) -> Iterator[str]:
    """What a policy asks of an acceptance, and these sign-offs lack: people, or one in a role."""
    counted = counting(signed, policy)
    people, asked = different_signers(counted), policy.accept.signers
    if people < asked:
        yield f"the policy asks for {asked} signers of an acceptance, and {people} count"
    for role in policy.accept.roles:
        if all(policy.refuses(one.record, "sign-off", one.principal, one.key, role) for one in counted):
            yield f"the policy asks for a signer in the role {role!r}, and none counts"


def locked_out(policy: Policy, number: int) -> str:
    """What nobody could do any more from the record of this number on, or "", by the keys and roles of the policy."""
    able = {
        act: [
            SignOff(number, one.name, one.key, "", "")
            for one in policy.people
            if not policy.refuses(number, act, one.name, one.key, "")
        ]
        for act in (field.alias or name for name, field in PermittedRoles.model_fields.items())
    }
    if not able[POLICY]:
        return "nobody could set another policy"
    stuck = next((act for act, people in able.items() if policy.may.roles_for(act) and not people), "")
    if stuck:
        return f"nobody has a key that counts and a role that may {stuck}"
    signing = {one.key for one in able["sign-off"]}
    caught = next((one.principal for one in able[DISAPPROVE] if one.key not in signing), "")
    if caught:
        return f"{caught} could disapprove of a decision and never take it back, which takes a sign-off"
    return next(
        (f"no decision could be accepted: {lacking}" for lacking in lacks_of_acceptance(able["sign-off"], policy)), ""
    )

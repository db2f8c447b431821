"""The policies that a ledger holds as records of its own, which of them is in force where, and how to set another.

A policy that was set judges every record after it, until the next one that its own people set. The first names those
who set it itself, unless a reader names them. A policy taken over from another branch is kept and never in force: whom
to trust is not taken over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from advisor.record.audit.status import sign_off_of
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE, PolicyState, Verification
from advisor.record.branches import fronts_of
from advisor.record.formats.encoding import Table, name_of
from advisor.record.formats.kept_words import WRAPPER, in_clear
from advisor.record.ledger import Ledger
from advisor.record.signatures.policy import POLICY, Policy, read_policy
from advisor.record.signatures.sign_offs import SignedEvent, Statements, named, refused_event, result_of_its_own

_LOOKS_SET, _HEAD = b'\nkind = "policy"\n', 2_000
FOR_AUDITS = ("head", "pins", "programs", "replay", "time_authorities")
"""Keys of a policy that only `advisor audit` asks for; those of a ledger's own say who may do what."""


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """One policy of a ledger: in which record, which file (by digest), by whom; `refused` says why it never counted."""

    record: int
    policy: Policy
    digest: str
    by: str
    key: str
    refused: str
    first: bool


@dataclass(slots=True)
class Policies:
    """All policies of a ledger, in order; `given` is the reader's, which says who may set the first."""

    given: Policy | None = None
    found: list[SetPolicy] = field(default_factory=list)
    taken_over: list[int] = field(default_factory=list)

    def at(self, number: int) -> SetPolicy | None:
        """The policy that is in force where the record of this number begins."""
        return next((one for one in reversed(self.found) if one.record < number and not one.refused), None)

    def judging(self, number: int) -> Policy | None:
        """The policy that a record is judged by; the first policy is judged by the reader's, else by itself."""
        before = self.at(number)
        if before is not None:
            return before.policy
        own = next((one.policy for one in self.found if one.record == number), None)
        return None if own is None else self.given or own

    @property
    def last(self) -> SetPolicy | None:
        """The policy that is in force at the end of the ledger."""
        return next((one for one in reversed(self.found) if not one.refused), None)

    @property
    def judge(self) -> str:
        """What judges the records after the first policy, in words that go before what judges those before it."""
        first = next((one for one in self.found if not one.refused), None)
        return "" if first is None else f"the ledger's own policy from record {first.record + 1} on; before, by "

    def on_first_use(self) -> Iterator[str]:
        """What nobody but the first policy itself says: that its people were to set it."""
        first = next((one for one in self.found if not one.refused), None)
        if first is not None and self.given is None:
            yield (
                f"whether {first.by} was to set the first policy (record {first.record}, sha256 {first.digest}): it "
                "names them itself, and was trusted as found; give --policy, a file that names who may"
            )

    def unlike(self, mine: Policy) -> list[str]:
        """Where the policy in force at the end and an auditor's say otherwise."""
        return [] if self.last is None else list(differences(self.last.policy, mine))

    def states(self) -> Iterator[PolicyState]:
        """Each policy in words, in order."""
        counted = [one for one in self.found if not one.refused]
        for one in self.found:
            later = next((each.record for each in counted if each.record > one.record), 0)
            state = f"replaced by record {later}" if later else "in force"
            yield PolicyState(one.record, one.digest, one.by, one.key, one.refused or state)


def policies_of(
    ledger: Ledger, said: Statements, records: Mapping[int, Verification], given: Policy | None = None
) -> Policies:
    """Read every policy that the ledger holds, and judge who set it; blames a record whose file does not hold."""
    policies = Policies(given)
    for number, front in sorted(said.sealed.items()):
        if front["record"]["kind"] != POLICY:
            continue
        record = records[number]
        policy = None
        with result_of_its_own(record):
            policy = _policy_in(ledger, front, record)
        if WRAPPER in front:
            policies.taken_over.append(number)
            record.not_checked.append("whom its branch trusts: a policy taken over from another branch is not in force")
        elif policy is not None:
            policies.found.append(_judged(ledger, said, number, policy, policies))
    return policies


def policy_in_force(ledger: Ledger) -> SetPolicy | None:
    """The policy by which the next record will be judged; raises Tampered or NotARecord where a record is broken."""
    return policies_in(ledger).last


def policies_in(ledger: Ledger) -> Policies:
    """All policies of a ledger; raises Tampered or NotARecord where a record is broken."""
    if not any(_LOOKS_SET in ledger.entry(number).data[:_HEAD] for number in ledger.numbers()):
        return Policies()
    sealed = fronts_of(ledger, clear=False)
    said = Statements(sealed, {number: in_clear(ledger, front) for number, front in sealed.items()}, {})
    records = {number: Verification(ledger.directory / name_of(number), number) for number in sealed}
    return policies_of(ledger, said, records)


def text_of_policy(ledger: Ledger, one: SetPolicy) -> str:
    """The file of a policy, as it was set."""
    return (ledger.blob(one.digest) or b"").decode()


def differences(ledgers: Policy, mine: Policy) -> Iterator[str]:
    """What a ledger's policy and an auditor's say otherwise of people, revoked keys, acceptances and acts."""
    theirs, ours = _flat(ledgers), _flat(mine)
    for key in sorted(theirs.keys() | ours.keys()):
        if theirs.get(key) != ours.get(key):
            said = " and ".join(
                f"{whose} {'says nothing' if key not in table else f'says {table[key]}'}"
                for whose, table in (("the ledger's policy", theirs), ("yours", ours))
            )
            yield f"{key}: {said}"


def _flat(policy: Policy) -> dict[str, str]:
    found = {f"accept.{name}": _words(value) for name, value in policy.accept if value}
    found |= {f"may.{act}": _words(policy.may.roles_for(act)) for act, _ in policy.may if policy.may.roles_for(act)}
    for one in policy.people:
        span = f"from record {one.first_record}" + (f" to {one.last_record}" if one.last_record else "")
        found[f"people {one.name}, {one.key}"] = f"{_words(one.roles) or 'no role'}, {span}"
    return found | {f"revoked {one.key}": f"from record {one.from_record}" for one in policy.revoked}


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _policy_in(ledger: Ledger, front: Table, record: Verification) -> Policy | None:
    digest = front["policy"]["sha256"]
    data = ledger.blob(digest)
    if data is None or sha256(data).hexdigest() != digest:
        status, state = (UNVERIFIABLE, "missing") if data is None else (TAMPERED, "changed")
        record.blame(status, f"its policy (blobs/sha256/{digest}) is {state}")
        return None
    return read_policy(data, f"blobs/sha256/{digest}")


def _judged(ledger: Ledger, said: Statements, number: int, policy: Policy, policies: Policies) -> SetPolicy:
    before = policies.at(number)
    judge = before.policy if before else policies.given or policy
    clear, sealed = said.clear[number], said.sealed[number]
    made = named(sign_off_of(number, clear), ledger, judge)
    tried = Verification(Path(), number)
    refused = "it could not be checked"
    with result_of_its_own(tried):
        refused = refused_event(tried, SignedEvent(sealed, clear, made, said.latest(number)), ledger, judge)
    return SetPolicy(
        number, policy, sealed["policy"]["sha256"], made.principal, made.key, refused, before is None
    )  # fmt: skip

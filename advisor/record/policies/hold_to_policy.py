"""Hold a decision to a policy: what it rests on, which program made it, and who had to sign for its acceptance."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.record.audit.status import SignOff, different_signers
from advisor.record.audit.verification import UNVERIFIABLE, Verification
from advisor.record.formats.encoding import Table
from advisor.record.formats.parse import text_of
from advisor.record.policies.policy import Policy


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


def hold_acceptance(about: Verification, counted: Sequence[SignOff], policy: Policy) -> None:
    """Blame an accepted decision for people or roles that are missing among the sign-offs that count."""
    people, asked = different_signers(counted), policy.accept.signers
    if people < asked:
        about.blame(UNVERIFIABLE, f"the policy asks for {asked} signers of an acceptance, and {people} count")
    held = {role for one in counted for role in policy.roles_of(one.principal)}
    for role in policy.accept.roles:
        if role not in held:
            about.blame(UNVERIFIABLE, f"the policy asks for a signer in the role {role!r}, and none counts")

"""Tampered ledgers judged by `records verify --no-replay`, by the verifier beside each ledger, and by one written
from docs/record-format.md alone (tests/record/page_verifier.py).

    python benchmarks/record/verifier_agreement.py COUNT [SEED]

Every ledger is the example with five signed events and two redactions added, or three branches of it merged, or the
example under three policies with a branch taken over, or one with disapprovals and an acceptance of another branch, in
turn, changed once: one bit of any file, a value of a record or of one that it took over, sealed again (alone, or with
all records after it chained again), or a file removed, exchanged, cut off, replaced, or laid down again under the next
number, or a record of a branch that was not taken over laid down there, or an act whose signature fits and that a
policy does not permit. Prints how many got the same status from all, and how many of the changed ledgers all accepted;
status 1 where two disagree.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from advisor.record.audit.verify import Scope, verify
from advisor.record.formats.encoding import name_of, sealed_bytes
from advisor.record.formats.kept_words import WordKeeper
from advisor.record.formats.models import Head
from advisor.record.ledger import VERIFIER_SOURCE, Ledger
from advisor.record.ledger_events import Act, Signing, accept, disapprove, redact, set_policy, sign_off, withdraw
from advisor.record.merge import Merger, merge
from advisor.record.signatures.sign_offs import signed_bytes
from advisor.record.signatures.ssh_keygen import Trust, read_signature, sign_bytes
from tests.record.page_verifier import Verifier

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "ledger"
KINDS = ("flip", "value", "chained", "remove", "exchange", "cut", "replace", "again", "original", "fork", "act")
WHEN = datetime(2026, 11, 21, 12, tzinfo=UTC)


def base_ledger(place: Path) -> Path:
    """The example with a disapproval, two sign-offs, an acceptance and a withdrawal, all signed, and two redactions."""
    ledger = place / "base"
    shutil.copytree(EXAMPLE, ledger)
    lines = [(ledger / "allowed_signers").read_text()]
    for name in ("eva", "leo"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place / name], check=True)
        lines.append(f'{name}@hospital.example namespaces="decision-record" {(place / f"{name}.pub").read_text()}')
    (ledger / "allowed_signers").write_text("".join(lines))
    trust, held = Trust(ledger / "allowed_signers"), Ledger(ledger)
    disapprove(held, Act(2, "eva@hospital.example", "The volumes are guesses.", WHEN), Signing(place / "eva", trust))
    for name in ("eva", "leo"):
        act = Act(2, f"{name}@hospital.example", "Checked.", WHEN, "security")
        sign_off(held, act, Signing(place / name, trust))
    said = Act(2, "eva@hospital.example", "Approved.", WHEN)
    accept(held, said, 2, Signing(place / "eva", trust))
    withdraw(held, said, Signing(place / "eva", trust))
    redact(held, Act(7, "eva@hospital.example", "Asked for.", WHEN), ["by"], Signing(place / "eva", trust))
    redact(held, Act(10, "the board", "Asked for.", WHEN))
    return ledger


def merged_ledger(place: Path, base: Path) -> Path:
    """Three branches of the example merged: each signs, the second takes the third over before the first takes it."""
    ledgers = [Path(shutil.copytree(base, place / f"branch-{number}")) for number in range(4)]
    ours, second, third, fork = (Ledger(path) for path in ledgers)
    trust, merger = Trust(base / "allowed_signers"), Merger("eva@hospital.example", "Taken over.", WHEN)
    for held, name in ((ours, "eva"), (second, "leo"), (third, "leo"), (fork, "eva")):
        act = Act(1, f"{name}@hospital.example", f"Checked in {held.directory.name}.", WHEN, "security")
        sign_off(held, act, Signing(place / name, trust))
    assert len([*merge(second, third, merger)]) == 1
    sign_off(second, Act(14, "leo@hospital.example", "And what was merged.", WHEN), Signing(place / "leo", trust))
    assert len([*merge(ours, second, merger)]) == 4
    act = Act(14, "eva@hospital.example", "Checked after merging.", WHEN)
    sign_off(ours, act, Signing(place / "eva", trust))
    return ours.directory


def policy_file(place: Path, *people: str, more: str = "") -> Path:
    """A policy whose people are `name: role`; the first role may set policies, two people accept."""
    lines = ['schema = "advisor.policy/1"', more]
    for each in people:
        name, _, role = each.partition(": ")
        key = " ".join((place / f"{name}.pub").read_text().split()[:2])
        lines.append(f'[[people]]\nname = "{name}@hospital.example"\nkey = "{key}"\nroles = ["{role}"]')
    lines.append('[accept]\nsigners = 2\nroles = ["owner"]')
    acts = ("policy", "withdraw", "accept", "merge", "redact")
    lines.append("[may]\n" + "\n".join(f'{act} = ["owner"]' for act in acts))
    file = place / "policy.toml"
    file.write_text("\n".join(lines) + "\n")
    return file


def governed_ledger(place: Path) -> Path:
    """The example under three policies: Eva sets the first, hands over to Leo, whose own names Eva's new key."""
    for name in ("max", "new"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place / name], check=True)
    ledger = Ledger(Path(shutil.copytree(EXAMPLE, place / "governed")))
    fork = Path(shutil.copytree(EXAMPLE, place / "governed-branch"))

    def said(about: int, name: str, role: str = "") -> Act:
        return Act(about, f"{name}@hospital.example", f"Done by {name}.", WHEN, role)

    set_policy(ledger, said(0, "eva", "owner"), policy_file(place, "eva: owner", "max: owner"), place / "eva")
    sign_off(ledger, said(2, "eva", "owner"), place / "eva")
    handed = policy_file(place, "leo: owner", "max: doctor", more='[[revoked]]\nkey = "SHA256:none"')
    set_policy(ledger, said(0, "eva"), handed, place / "eva")
    for name in ("leo", "max"):
        sign_off(ledger, said(2, name), place / name)
    accept(ledger, said(2, "leo"), 2, Signing(place / "leo"))
    set_policy(ledger, said(0, "leo"), policy_file(place, "leo: owner", "max: doctor", "new: owner"), place / "leo")
    redact(ledger, said(10, "new"), ["because"], Signing(place / "new"))
    redact(ledger, said(7, "leo"), ["by"], Signing(place / "leo"))
    sign_off(Ledger(fork), said(2, "max", "doctor"), place / "max")
    merger = Merger("leo@hospital.example", "Taken over.", WHEN, Signing(place / "leo"), "owner")
    assert len([*merge(ledger, Ledger(fork), merger)]) == 1
    withdraw(ledger, said(2, "new"), Signing(place / "new"))
    return ledger.directory


def objected_ledger(place: Path, base: Path) -> Path:
    """The example accepted in one branch; in the other Eva disapproves and takes it back, and Leo's stands."""
    ledgers = [Path(shutil.copytree(EXAMPLE, place / f"objected-{number}")) for number in range(2)]
    for ledger in ledgers:
        shutil.copy(base / "allowed_signers", ledger / "allowed_signers")
    ours, fork = map(Ledger, ledgers)

    def said(name: str, because: str) -> tuple[Act, Signing]:
        signing = Signing(place / name, Trust(base / "allowed_signers"))
        return Act(2, f"{name}@hospital.example", because, WHEN), signing

    act, signing = said("leo", "Approved.")
    accept(fork, act, 2, signing)
    disapprove(ours, *said("eva", "Guesses."))
    sign_off(ours, *said("eva", "Measured now."))
    disapprove(ours, *said("leo", "Too early."))
    assert len([*merge(ours, fork, Merger("eva@hospital.example", "Taken over.", WHEN))]) == 1
    return ours.directory


def tamper(ledger: Path, chance: random.Random) -> str:
    """Change one thing in a ledger; gives what was done."""
    records = sorted(ledger.glob("*-record.toml"))
    parts = sorted((ledger / "signatures").iterdir()) + sorted((ledger / "blobs" / "sha256").iterdir())
    parts += sorted((ledger / "words").iterdir())
    kinds = (*KINDS, "value", "chained", "act")  # these three twice as often
    kind, file = chance.choice(kinds), chance.choice(records + parts)
    if kind in ("value", "chained"):
        change_value(ledger, chance.randrange(len(records)) + 1, chance, kind == "chained")
    elif kind == "original":
        return change_original(ledger, chance)
    elif kind == "act":
        acts = [forge_act(ledger, chance) for _ in range(chance.choice((1, 1, 2, 3)))]
        return acts[-1]
    elif kind == "fork":
        lay_fork(ledger, len(records) + 1, chance)
    elif kind == "again":
        shutil.copy(file, ledger / name_of(len(records) + 1))
    elif kind == "remove":
        file.unlink()
    elif kind == "exchange":
        other = chance.choice(records + parts)
        ours, theirs = file.read_bytes(), other.read_bytes()
        file.write_bytes(theirs)
        other.write_bytes(ours)
        return f"{kind} nothing" if ours == theirs else kind
    elif kind == "replace":
        file.unlink()
        chance.choice((lambda: file.symlink_to("/etc/passwd"), file.mkdir, lambda: file.write_bytes(b"")))()
    else:
        data, at = bytearray(file.read_bytes()), chance.randrange(file.stat().st_size)
        data[at] ^= 1 << chance.randrange(8)
        file.write_bytes(bytes(data) if kind == "flip" else bytes(data[:at]))
    return kind


def change_value(ledger: Path, number: int, chance: random.Random, chained: bool) -> None:
    """Change or remove one value of a record's front and seal it again; `chained` makes the chain fit again."""
    before = b""
    for at in range(number, len(list(ledger.glob("*-record.toml"))) + 1):
        path = ledger / name_of(at)
        table = tomli.loads(path.read_text())
        if at == number:
            change(table, chance)
        else:
            table["record"]["prev_sha256"] = sha256(before).hexdigest()
        path.write_bytes(sealed_bytes(table, at))
        before = path.read_bytes()
        if not chained:
            return


def change_original(ledger: Path, chance: random.Random) -> str:
    """Change a record that was taken over, and whatever names it by its digest, so that all seals and links fit."""
    tables = {path: tomli.loads(path.read_text()) for path in sorted(ledger.glob("*-record.toml"))}
    merged = [path for path, table in tables.items() if table["record"]["kind"] == "merged"]
    if not merged:
        change_value(ledger, chance.randrange(len(tables)) + 1, chance, True)
        return "chained"
    path = chance.choice(merged)
    named = tables[path]["original"]
    original = tomli.loads((ledger / "blobs" / "sha256" / named["sha256"]).read_text())
    change(original, chance)
    data = sealed_bytes(original, named["seq"])
    named["sha256"] = sha256(data).hexdigest()
    (ledger / "blobs" / "sha256" / named["sha256"]).write_bytes(data)
    before = ""
    for at, (file, table) in enumerate(tables.items(), 1):
        table["record"]["prev_sha256"] = before or table["record"]["prev_sha256"]
        if file >= path:
            file.write_bytes(sealed_bytes(table, at))
            before = sha256(file.read_bytes()).hexdigest()
    return "original"


def forge_act(ledger: Path, chance: random.Random) -> str:
    """Append an act, or a policy, with a signature that fits its bytes, by a key and name that may not go together."""
    place, held = ledger.parent, Ledger(ledger)
    keys, at = ("eva", "leo", *(["max", "new"] if (place / "max").exists() else [])), held.next()
    name, key = chance.choice(keys), place / chance.choice(keys)
    kind = chance.choice(("sign-off", "disapprove", "accept", "accept", "withdraw", "policy", "time", "redact"))
    about = {"seq": 2, "sha256": held.entry(2).digest}
    keeper, said = WordKeeper(held), {"by": f"{name}@hospital.example", "because": "Forged."}
    table = {"record": Head.of(kind, at, WHEN).table(), **({} if kind == "policy" else {"about": about})}
    table |= keeper.commit({"statement": said})
    table |= {"accept": {"threshold": {"signers": chance.choice((0, 1, 2, 3))}}}.get(kind, {})
    if kind in ("policy", "time"):
        blob = policy_file(place, f"{name}: owner", "leo: owner").read_bytes()
        held.keep_blob(blob)
        table |= {"token" if kind == "time" else kind: {"sha256": sha256(blob).hexdigest()}}
    if kind == "redact":
        table |= {"redacted": {"words": [chance.choice(held.word_files())]}}
    if kind in ("sign-off", "disapprove", "policy") or chance.random() < 0.8:
        role = keeper.commit({"signature": {"role": chance.choice(("owner", "doctor"))}})["signature"]
        covers = {"covers": "advisor.statement/2", **(role if chance.random() < 0.5 else {})}
        armored = sign_bytes(signed_bytes({**table, "signature": covers}), key)
        held.keep_signature(armored)
        made = read_signature(armored, "it")
        words = {"key": made.fingerprint, "key_type": made.key_type, "namespace": made.namespace}
        table |= {"signature": {**words, "sha256": sha256(armored).hexdigest(), **covers}}
    keeper.keep()
    (ledger / name_of(at.seq)).write_bytes(sealed_bytes(table, at.seq))
    return f"act {kind}"


def lay_fork(ledger: Path, number: int, chance: random.Random) -> None:
    """Lay down a record of a branch that was not taken over, or one that follows it, and it among the blobs."""
    other = Ledger(ledger.parent / "branch-3")
    entry = other.entry(13)
    shutil.copytree(other.directory / "signatures", ledger / "signatures", dirs_exist_ok=True)
    if chance.random() < 0.5:
        (ledger / name_of(number)).write_bytes(entry.data)
        return
    following = tomli.loads(entry.data.decode())
    following["record"] |= {"seq": 14, "prev_sha256": entry.digest}
    (ledger / name_of(number)).write_bytes(sealed_bytes(following, 14))
    if chance.random() < 0.8:
        Ledger(ledger).keep_blob(entry.data)


def change(table: dict[str, Any], chance: random.Random) -> None:
    """Change one value of the tables that both verifiers read."""
    names = [
        name
        for name in (
            "record",
            "about",
            "statement",
            "signature",
            "threshold",
            "successor",
            "original",
            "redacted",
            "policy",
        )
        if name in table
    ]
    part = table[chance.choice(names)]
    name = chance.choice(sorted(part))
    value = part[name]
    if chance.random() < 0.2:
        del part[name]
    elif isinstance(value, list):
        part[name] = chance.choice(([], value[1:], [*value, "0" * 64]))
    elif isinstance(value, int):
        part[name] = value + chance.choice((-1, 1, 5))
    else:
        at = chance.randrange(len(value)) if value else 0
        part[name] = value[:at] + chance.choice("0a9Z") + value[at + 1 :]


def bases_in(place: Path) -> dict[str, Path]:
    """The ledgers that are changed, by what they are called."""
    base = base_ledger(place)
    merged, governed = merged_ledger(place, base), governed_ledger(place)
    return {"": base, " merged": merged, " governed": governed, " objected": objected_ledger(place, base)}


def judged(ledger: Path, base: Path) -> dict[str, int]:
    """The status of a ledger by each verifier, with the allowed signers of the base."""
    allowed = base / "allowed_signers"
    found = {"records verify": int(verify(Ledger(ledger), Scope(trust=Trust(allowed))).status)}
    command = [sys.executable, "-I", str(VERIFIER_SOURCE), str(ledger), "--allowed-signers", str(allowed)]
    found["verify.py"] = subprocess.run(command, capture_output=True, check=False).returncode
    found["page"] = Verifier(ledger, allowed).run()
    return found


def main(count: int, seed: int) -> int:
    """Judge `count` tampered ledgers by each verifier."""
    chance, seen, unlike = random.Random(seed), Counter[tuple[str, str]](), []
    accepted = 0
    with TemporaryDirectory() as place:
        bases = bases_in(Path(place))
        base = bases[""]
        for name, untouched in bases.items():
            found = judged(untouched, base)
            assert not any(found.values()), f"the ledger{name} does not hold before it is changed: {found}"
        for number in range(count):
            copy = Path(place) / "copy"
            name = list(bases)[number % len(bases)]
            shutil.copytree(bases[name], copy)
            kind = tamper(copy, chance) + name
            found = judged(copy, base)
            told = ", ".join(f"{verifier} {status}" for verifier, status in found.items())
            seen[kind, told] += 1
            accepted += not any(found.values())
            if len({*found.values()}) > 1:
                unlike.append(f"{number} {kind}: {told}")
            shutil.rmtree(copy)
    for (kind, told), times in sorted(seen.items()):
        print(f"{kind:24} {told}: {times}")
    print(*unlike[:20], sep="\n")
    print(
        f"{count - len(unlike)} of {count} tampered ledgers got the same status from all three verifiers; "
        f"all accepted {accepted}"
    )
    return 1 if unlike else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))

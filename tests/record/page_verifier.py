"""A verifier written from docs/record-format.md alone, to show that the page is enough: test_page_verifier.py.

python page_verifier.py LEDGER [ALLOWED_SIGNERS]     ends with the status: 0, 4 (tampered), or 5 (cannot be verified)
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

TAMPERED, UNVERIFIED = 4, 5
GENESIS = "0" * 64
SEAL = re.compile(rb"# sha256 of every byte above this line: ([0-9a-f]{64})\n\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
COMMITMENT = re.compile(r"sha256:([0-9a-f]{64})\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", re.ASCII)
KINDS = ("decision", "sign-off", "accept", "supersede", "withdraw", "portfolio", "merged")
KINDS_OF_5 = ("redact", "time", "policy", "disapprove")
SAID = ("sign-off", "disapprove")
ENDING = ("supersede", "withdraw")
NOW = f"{datetime.now(UTC):%Y%m%d%H%M%S}"


class Fault(Exception):
    """What is wrong, and its status."""


class Word(NamedTuple):
    """A sign-off or a disapproval that counts: with which key, of whom, in which place, in which record."""

    act: str
    key: str
    person: str
    place: int
    digest: str

    def is_taken_back_by(self, other: Word) -> bool:
        """Whether the other, of the other kind and in a later place, has the same key or the same person."""
        same = self.key == other.key or self.person == other.person
        return self.act != other.act and other.place > self.place and same


class Policy:
    """Who may do what, from the tables of a policy's file."""

    def __init__(self, table: dict[str, Any]) -> None:
        if table["schema"] != "advisor.policy/1" or not table["people"]:
            raise ValueError("no policy")
        self.people = [{**one, "key": fingerprint(one["key"]), "name": one["name"]} for one in table["people"]]
        self.revoked = [(fingerprint(one["key"]), one.get("from_record", 1)) for one in table.get("revoked", [])]
        self.signers, self.asked_roles = (
            table.get("accept", {}).get(name, no) for name, no in (("signers", 1), ("roles", []))
        )
        self.lists: dict[str, list[str]] = table.get("may", {})

    def may(self, act: str) -> list[str]:
        """The roles that may do it; empty where everybody may."""
        return self.lists.get(act, []) or (self.lists.get("sign-off", []) if act == "disapprove" else [])

    def name_of(self, key: str) -> str:
        """The name of the first entry with a key."""
        return next((str(one["name"]) for one in self.people if one["key"] == key), "")

    def counts(self, act: str, key: str, person: str, place: int, role: str = "") -> bool:
        """Whether a signature counts in a place: key, person, span, role and the roles that may."""
        if any(gone == key and start <= place for gone, start in self.revoked):
            return False
        mine = [one for one in self.people if (one["key"], one["name"]) == (key, person)]
        mine = [one for one in mine if one.get("first_record", 1) <= place <= one.get("last_record", place)]
        held = {each for one in mine for each in one.get("roles", [])}
        asked = self.may(act)
        return bool(mine) and (not role or role in held) and (not asked or bool(held & set(asked)))


def fingerprint(key: str) -> str:
    """The fingerprint of a public key, or of one that is given by it already."""
    if key.startswith("SHA256:"):
        return key
    try:
        digest = sha256(base64.b64decode(key.split()[1], validate=True)).digest()
    except binascii.Error:
        raise ValueError("no key") from None
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


class Verifier:
    """One pass over a ledger; `faults` holds status and words of what was found."""

    def __init__(self, ledger: Path, signers: Path | None = None) -> None:
        self.ledger, self.signers = ledger, signers or ledger / "allowed_signers"
        self.faults: list[tuple[int, str]] = []
        self.number: dict[str, int] = {GENESIS: 0}
        self.tables: dict[str, dict[str, Any]] = {}
        self.bytes: dict[str, bytes] = {}
        self.forked: set[str] = set()
        self.latest = ""
        self.stands_for: dict[str, str] = {}
        self.ended: dict[str, set[str]] = {GENESIS: set()}
        self.words: dict[str, list[Word]] = {}
        self.place = 0
        self.policy: Policy | None = None
        self.in_force: Policy | None = None
        self.missing: list[tuple[str, str, str]] = []
        self.redacted: set[tuple[str, str]] = set()

    def run(self) -> int:
        """Verify all records; gives the ledger's status."""
        names = [path.name for path in self.ledger.iterdir() if re.fullmatch(r"\d{8}-record\.toml", path.name)]
        last, before = max((int(name[:8]) for name in names), default=0), GENESIS
        if not last:
            self.found(UNVERIFIED, "there is no record")
        for at in range(1, last + 1):
            where, self.place = f"{at:08d}-record.toml", at
            if where not in names:
                self.found(TAMPERED, f"{where} is missing")
                continue
            try:
                data = self.read(self.ledger / where, 1_000_000)
                before = self.file(where, at, data, before)
            except Fault as fault:
                self.found(*fault.args)
        for digest, text, where in self.missing:
            if (digest, text) not in self.redacted:
                self.found(UNVERIFIED, f"{where}: a text is missing")
        return min((status for status, _ in self.faults), default=0)

    def found(self, status: int, words: str) -> None:
        """Keep a fault."""
        self.faults.append((status, words))

    def read(self, path: Path, most: int) -> bytes:
        """The bytes of a regular file."""
        try:
            if not stat.S_ISREG(path.lstat().st_mode) or path.lstat().st_size > most:
                fail(UNVERIFIED, f"{path.name} is not a file of at most {most} bytes")
            return path.read_bytes()
        except OSError:
            fail(UNVERIFIED, f"{path.name} cannot be read")

    def named(self, folder: str, digest: object, suffix: str = "", most: int = 16_000_000) -> bytes:
        """The bytes of a file that is named by their digest."""
        if not isinstance(digest, str) or not DIGEST.match(digest):
            fail(UNVERIFIED, f"no digest for {folder}")
        data = self.read(self.ledger / folder / f"{digest}{suffix}", most)
        if sha256(data).hexdigest() != digest:
            fail(TAMPERED, f"{folder}/{digest} has other bytes")
        return data

    # --- one file ---------------------------------------------------------------------------------------------------

    def file(self, where: str, at: int, data: bytes, before: str) -> str:
        """Verify the record of a file; gives its digest."""
        digest = sha256(data).hexdigest()
        try:
            table = self.parsed(data)
            self.commitments(table)
        except Fault as fault:
            self.found(fault.args[0], f"{where}: {fault.args[1]}")
            self.number.setdefault(digest, at)
            return digest
        record = table["record"]
        if record["seq"] != at or record["prev_sha256"] != before or before in self.forked:
            if self.is_fork(digest, record):
                self.forked.add(digest)
                self.found(UNVERIFIED, f"{where} is forked")
                return digest
            self.found(TAMPERED, f"{where} is not the next of the chain")
        if record["kind"] == "merged" and not self.original(where, table):
            self.number.setdefault(digest, at)
            return digest
        self.enter(where, digest, data, table)
        return digest

    def is_fork(self, digest: str, record: dict[str, Any]) -> bool:
        """Whether a record that is not the next of the chain is one of another branch."""
        previous = record["prev_sha256"]
        follows = self.number.get(previous) == record["seq"] - 1 or previous in self.forked
        return digest not in self.number and (follows or (self.ledger / "blobs" / "sha256" / previous).exists())

    def original(self, where: str, table: dict[str, Any]) -> bool:
        """Verify and enter a record that was taken over; whether its fields hold."""
        digest, number = table["original"]["sha256"], table["original"]["seq"]
        if digest in self.number:
            self.found(UNVERIFIED, f"{where}: its original was here before")
            return True
        try:
            data = self.named("blobs/sha256", digest, most=1_000_000)
        except Fault as fault:
            self.number.setdefault(digest, number)
            self.found(fault.args[0], f"{where}: {fault.args[1]}")
            return True
        try:
            held = self.parsed(data)
            self.commitments(held)
            record = held["record"]
            if record["seq"] != number or self.number.get(record["prev_sha256"]) != number - 1:
                self.found(TAMPERED, f"{where}: its original has another number or follows nothing here")
            if record["kind"] == "merged" and held["original"]["sha256"] not in self.number:
                self.found(UNVERIFIED, f"{where}: the original of its original is not here")
            self.enter(f"{where}, original", digest, data, held, number)
        except Fault as fault:
            self.number.setdefault(digest, number)
            self.found(fault.args[0], f"{where}: {fault.args[1]}")
            return False
        return True

    def enter(self, where: str, digest: str, data: bytes, table: dict[str, Any], number: int | None = None) -> None:
        """Check what a record refers to, and keep it."""
        kind, record = table["record"]["kind"], table["record"]
        if number is None and record["schema"] == "advisor.record/5" and record["created_utc"] < self.latest:
            self.found(UNVERIFIED, f"{where}: before the record in the file before")
        self.latest = record["created_utc"] if number is None else self.latest
        ended = self.ended[digest] = set(self.ended.get(record["prev_sha256"], ()))
        self.policy = self.in_force
        own = self.own_policy(where, table) if kind == "policy" else None
        if number is None and kind == "policy" and self.policy is None:
            self.policy = own
        holds = own is not None
        for check in (self.references, self.blobs, self.texts, self.effect, self.signature):
            try:
                check(digest, table)
            except Fault as fault:
                self.found(fault.args[0], f"{where}: {fault.args[1]}")
                holds = holds and check != self.signature
        if holds and number is None:
            self.in_force = own
        if kind == "merged":
            held = table["original"]["sha256"]
            ended |= self.ended.get(held, set())
            self.stands_for[digest] = held
        self.number.setdefault(digest, record["seq"] if number is None else number)
        self.tables[digest], self.bytes[digest] = table, data

    # --- fields -----------------------------------------------------------------------------------------------------

    def parsed(self, data: bytes) -> dict[str, Any]:
        """The table of a record whose seal and fields hold."""
        seal = SEAL.search(data)
        if not seal or sha256(data[: seal.start()]).hexdigest().encode() != seal[1]:
            fail(TAMPERED, "the seal is broken")
        try:
            table = tomllib.loads(data.decode())
        except (ValueError, RecursionError):
            fail(UNVERIFIED, "not TOML in UTF-8")
        schema, kind = field(table, "record.schema", str), field(table, "record.kind", str)
        if not re.fullmatch(r"advisor\.record/[0-5]", schema) or kind not in (*KINDS, *KINDS_OF_5):
            fail(UNVERIFIED, "another schema or kind")
        if kind in KINDS_OF_5 and schema != "advisor.record/5":
            fail(UNVERIFIED, "a kind of schema 5")
        if field(table, "record.seq", int) < 1:
            fail(UNVERIFIED, "a number below 1")
        of_digest(table, "record.prev_sha256")
        moment(field(table, "record.created_utc", str))
        if kind == "decision":
            for pin in ("rules", "catalog", "questionnaire"):
                field(table, f"pins.{pin}.name", str)
                field(table, f"pins.{pin}.version", str)
                of_digest(table, f"pins.{pin}.sha256")
        else:
            self.event(table, kind, schema)
        return table

    def event(self, table: dict[str, Any], kind: str, schema: str) -> None:
        """Hold the fields of an event."""
        field(table, "statement.by", str)
        field(table, "statement.because", str)
        named = [{"merged": "original", "policy": ""}.get(kind, "about"), "successor" if kind == "supersede" else ""]
        named = [name for name in named if name]
        for name in named:
            field(table, f"{name}.seq", int)
            of_digest(table, f"{name}.sha256")
        if kind == "accept" and field(table, "threshold.signers", int) < 1:
            fail(UNVERIFIED, "no signer is enough")
        if kind == "redact" and not all(isinstance(one, str) for one in field(table, "redacted.words", list) or [0]):
            fail(UNVERIFIED, "a redaction of nothing")
        if kind == "policy":
            of_digest(table, "policy.sha256")
        if kind in (*SAID, "policy") or "signature" in table:
            of_digest(table, "signature.sha256")
            field(table, "signature.key", str)
            field(table, "signature.key_type", str)
            field(table, "signature.namespace", str)
            covers = "advisor.statement/2" if schema == "advisor.record/5" else "advisor.statement/1"
            if table["signature"].get("covers", covers) != covers:
                fail(UNVERIFIED, "an unknown statement")
            if kind in ("disapprove", "policy", "merged") and "covers" not in table["signature"]:
                fail(UNVERIFIED, "a signature of no statement")

    def references(self, digest: str, table: dict[str, Any]) -> None:
        """Every record that is named by number and digest is here, and is not younger."""
        kind = table["record"]["kind"]
        members = table.get("members", []) if kind == "portfolio" else []
        named = [*(table[name] for name in ("about", "successor") if name in table and kind != "decision"), *members]
        for one in named:
            if self.number.get(one["sha256"]) != one["seq"] or one["sha256"] == GENESIS:
                fail(TAMPERED, "refers to what is not here before it")
            if one["seq"] >= table["record"]["seq"]:
                fail(UNVERIFIED, "refers to a number that is not below its own")
        about = self.tables.get(self.meant(table["about"]["sha256"])) if "about" in table else None
        if about and table["record"]["created_utc"] < about["record"]["created_utc"]:
            fail(UNVERIFIED, "before the record it is about")

    def blobs(self, digest: str, table: dict[str, Any]) -> None:
        """Every blob that is named is there."""
        kind = table["record"]["kind"]
        if kind == "decision":
            for pin in ("rules", "catalog", "questionnaire"):
                self.named("blobs/sha256", table["pins"][pin]["sha256"])
        if kind == "portfolio":
            self.named("blobs/sha256", field(table, "portfolio.terms", str))
            self.named("blobs/sha256", field(table, "portfolio.answer", str))
        if kind == "time":
            self.named("blobs/sha256", field(table, "token.sha256", str))

    # --- names and free text ----------------------------------------------------------------------------------------

    def commitments(self, table: dict[str, Any]) -> list[str]:
        """The digests of the texts that a record of schema 5 holds."""
        if table["record"]["schema"] != "advisor.record/5":
            return []
        decision, statement = table.get("decision", {}), table.get("statement", {})
        held = [decision.get(name) for name in ("title", "rationale", "consequences", "confirmation")]
        held += [statement.get("by"), statement.get("because"), table.get("signature", {}).get("role")]
        held += table.get("people", {}).get("deciders", [])
        found = []
        for text in (one for one in held if one is not None):
            match = COMMITMENT.match(text) if isinstance(text, str) else None
            if not match:
                fail(UNVERIFIED, "a text that is no commitment")
            found.append(match[1])
        return found

    def texts(self, digest: str, table: dict[str, Any]) -> None:
        """Every text is there with its digest, or is redacted later."""
        for text in self.commitments(table):
            if not (self.ledger / "words" / text).is_symlink() and not (self.ledger / "words" / text).exists():
                self.missing.append((digest, text, digest[:8]))
            else:
                self.named("words", text)
        if table["record"]["kind"] == "redact":
            target = self.meant(table["about"]["sha256"])
            held = self.commitments(self.tables[target]) if target in self.tables else []
            for text in table["redacted"]["words"]:
                if text not in held:
                    fail(UNVERIFIED, "redacts what the record does not hold")
                self.redacted.add((target, text))

    def meant(self, digest: str) -> str:
        """The record that a reference means: of one taken over, what was taken over."""
        while digest in self.stands_for:
            digest = self.stands_for[digest]
        return digest

    # --- acts -------------------------------------------------------------------------------------------------------

    def effect(self, digest: str, table: dict[str, Any]) -> None:
        """Acts are about decisions that are in effect, and an acceptance has its signers."""
        kind = table["record"]["kind"]
        if kind not in ("accept", "disapprove", *ENDING):
            return
        target = self.meant(table["about"]["sha256"])
        held, ended = self.tables.get(target), self.ended[digest]
        gone = target in ended
        if kind in ENDING:
            ended.add(target)
        if kind == "disapprove":
            ended.add(digest)
        if held is None or held["record"]["kind"] != "decision":
            fail(UNVERIFIED, "an act on what is not a decision")
        if gone:
            fail(UNVERIFIED, "an act on what is no longer in effect")
        if kind == "supersede":
            successor = self.tables.get(self.meant(table["successor"]["sha256"]))
            if not successor or successor["record"]["kind"] != "decision":
                fail(UNVERIFIED, "a successor that is not a decision")
            if table["successor"]["seq"] <= table["about"]["seq"]:
                fail(UNVERIFIED, "a successor that is not newer")
        if kind == "accept":
            self.acceptance(table["threshold"]["signers"], self.words.get(target, []), ended)

    def acceptance(self, asked: int, said: list[Word], knows: set[str]) -> None:
        """Count the last words of each key and person, by the policy in force where there is one."""
        policy = self.policy
        said = [one for one in said if one.act == "sign-off" or one.digest in knows]
        said = [one for one in said if policy is None or policy.counts(one.act, one.key, one.person, one.place)]
        last = [one for one in said if not any(one.is_taken_back_by(other) for other in said)]
        if any(one.act == "disapprove" for one in last):
            fail(UNVERIFIED, "accepted while somebody disapproves")
        keys: set[str] = set()
        people: set[str] = set()
        count = 0
        for one in last:
            count += one.key not in keys and one.person not in people
            keys.add(one.key)
            people.add(one.person)
        if count < max(asked, policy.signers if policy else 1):
            fail(UNVERIFIED, "too few signers")
        for role in policy.asked_roles if policy else ():
            if policy and not any(policy.counts(one.act, one.key, one.person, one.place, role) for one in last):
                fail(UNVERIFIED, "nobody signed in a role that the policy asks for")

    # --- signatures -------------------------------------------------------------------------------------------------

    def signature(self, digest: str, table: dict[str, Any]) -> None:
        """The signature is one of these bytes, by a key that is allowed for the person."""
        kind, policy = table["record"]["kind"], self.policy
        act = "merge" if kind == "merged" else kind
        if kind == "decision":
            return
        if "signature" not in table:
            if policy and policy.may(act):
                fail(UNVERIFIED, "an act that the policy asks to be signed")
            return
        held, about = table["signature"], table.get("about", {}).get("sha256")
        covered = statement(table) if "covers" in held else self.bytes.get(about)
        if covered is None:
            fail(TAMPERED, "a signature of what is not here")
        armored = self.named("signatures", held["sha256"], ".sig")
        good = keygen("check-novalidate", armored, covered)
        if good is None:
            fail(TAMPERED, "the signature is of other bytes")
        if held["key"] not in good.split():
            fail(UNVERIFIED, "the signature is by another key")
        allowed = ("-f", str(self.signers))
        person = self.person(table, armored, allowed)
        if not 1 <= len(person) <= 320 or not person.isprintable():
            fail(UNVERIFIED, "nobody may sign with this key")
        if policy:
            if not policy.counts(act, held["key"], person, self.place, self.text(table, held.get("role", ""))):
                fail(UNVERIFIED, "the policy does not count it")
        else:
            self.allowed_at_both_times(table, covered, armored, person)
        if kind in SAID:
            said = Word(kind, held["key"], person, self.place, digest)
            self.words.setdefault(self.meant(table["about"]["sha256"]), []).append(said)

    def allowed_at_both_times(self, table: dict[str, Any], covered: bytes, armored: bytes, person: str) -> None:
        """The allowed signers allow the key at the claimed time and now."""
        allowed = ("-f", str(self.signers))
        claimed = re.sub("[-:TZ]", "", table["record"]["created_utc"])
        for time in (claimed, NOW):
            if keygen("verify", armored, covered, *allowed, "-I", person, f"-Overify-time={time}Z") is None:
                fail(UNVERIFIED, "the key is not allowed")

    def own_policy(self, where: str, table: dict[str, Any]) -> Policy | None:
        """The policy that a record sets, where its blob is one."""
        try:
            return Policy(tomllib.loads(self.named("blobs/sha256", table["policy"]["sha256"]).decode()))
        except Fault as fault:
            self.found(fault.args[0], f"{where}: {fault.args[1]}")
        except (ValueError, LookupError, TypeError, AttributeError):
            self.found(UNVERIFIED, f"{where}: its policy is none")
        return None

    def text(self, table: dict[str, Any], held: str) -> str:
        """A name or free text; nothing where it is gone."""
        if table["record"]["schema"] != "advisor.record/5" or not held:
            return held
        path = self.ledger / "words" / held.removeprefix("sha256:")
        return path.read_bytes()[65:].decode(errors="replace") if path.is_file() else ""

    def person(self, table: dict[str, Any], armored: bytes, allowed: tuple[str, str]) -> str:
        """Who signed: the text of the statement, or whom the key belongs to where that is gone."""
        by: str = table["statement"]["by"]
        if table["record"]["schema"] != "advisor.record/5":
            return by
        if text := self.text(table, by):
            return text
        if self.policy:
            return self.policy.name_of(table["signature"]["key"])
        told = keygen("find-principals", armored, b"", *allowed)
        return told.partition("\n")[0] if told else ""


def statement(table: dict[str, Any]) -> bytes:
    """The bytes that a signature with `covers` is about."""
    kind, signature = table["record"]["kind"], table["signature"]
    about = {"merged": ("original", "sha256"), "policy": ("record", "prev_sha256")}.get(kind, ("about", "sha256"))
    said = {
        "act": kind, "by": table["statement"]["by"], "claimed_time": table["record"]["created_utc"],
        "program_sha256": signature.get("program", ""), "record_sha256": table[about[0]][about[1]],
        "role": signature.get("role", ""), "schema": signature["covers"], "words": table["statement"]["because"],
    }  # fmt: skip
    if kind == "accept":
        said["signers"] = table["threshold"]["signers"]
    if kind == "supersede":
        said["successor_sha256"] = table["successor"]["sha256"]
    if kind == "redact":
        said["redacted_words"] = table["redacted"]["words"]
    if kind == "time":
        said["token_sha256"] = table["token"]["sha256"]
    if kind == "policy":
        said["policy_sha256"] = table["policy"]["sha256"]
    payload = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return b"DSSEv1 38 application/vnd.advisor.statement+json %d %s" % (len(payload), payload)


@cache
def keygen(act: str, armored: bytes, data: bytes, *arguments: str) -> str | None:
    """What ssh-keygen prints about a signature of these bytes, or nothing where it refuses."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(armored)
        file.flush()
        command = ["ssh-keygen", "-Y", act, "-n", "decision-record", "-s", file.name, *arguments]
        zone = {**os.environ, "TZ": "UTC"}
        done = subprocess.run(command, input=data, capture_output=True, env=zone, check=False)
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def field(table: dict[str, Any], path: str, kind: type) -> Any:
    """A value of a record, by its path."""
    value: Any = table
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if type(value) is not kind:
        fail(UNVERIFIED, f"no {path}")
    return value


def of_digest(table: dict[str, Any], path: str) -> None:
    """The value is a digest."""
    if not DIGEST.match(field(table, path, str)):
        fail(UNVERIFIED, f"{path} is no digest")


def moment(text: str) -> None:
    """The text is a time of the calendar."""
    try:
        if not TIME.match(text):
            raise ValueError(text)
        datetime.fromisoformat(text)
    except ValueError:
        fail(UNVERIFIED, "a time that is none")


def fail(status: int, words: str) -> NoReturn:
    """End the check of a record."""
    raise Fault(status, words)


if __name__ == "__main__":
    verifier = Verifier(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None)
    ended_with = verifier.run()
    for fault_status, told_words in verifier.faults:
        print(fault_status, told_words)
    sys.exit(ended_with)

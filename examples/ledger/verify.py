"""Verify a ledger of decision records with nothing but Python 3.11 and ssh-keygen; see docs/record-format.md.

    python3 -I verify.py LEDGER [--allowed-signers FILE] [--head SHA256]
Status: 0 seals, chain, pins, events and signatures hold; 4 tampered; 5 cannot be verified. No verdict is derived again.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SEAL, HEX = b"# sha256 of every byte above this line: ", re.compile(r"[0-9a-f]{64}")
TYPE, COVERS = b"application/vnd.advisor.statement+json", "advisor.statement/1"
NEEDS = {"decision": "pins", "sign-off": "signature", "accept": "threshold", "supersede": "successor"}
NEEDS |= {"portfolio": "members", "merged": "original", "withdraw": "about"}
WORDS, NOTHING = {4: "TAMPERED", 5: "CANNOT BE VERIFIED", -5: "FORKED"}, {"sha256": "0" * 64}
here = {"0" * 64: (0, 0)}  # of each record's digest, its number in its branch and where what it tells of lies here
told: dict[int, dict[str, Any]] = {}  # by place, the tables of the record that lies or is held there
problems, ended, forks = list[tuple[int, int, str]](), dict[str, frozenset[int]](), set[str]()
data, signers, none = dict[str, bytes](), dict[int, list[tuple[str, str]]](), frozenset[int]()


def _read(path: Path, limit: int, digest: str = "", number: int = 0) -> bytes:  # empty if missing or changed
    read, there = b"", os.path.lexists(path)
    if there or not digest:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            read = file.read(limit + 1) if os.path.isfile(file.fileno()) else b"\0" * (limit + 1)
    if len(read) > limit:
        raise OSError("is not a file, or too large")
    wrong = digest not in ("", hashlib.sha256(read).hexdigest())
    problems.extend([(4 if there else 5, number, f"{path.name} is missing or was changed")] * wrong)
    return b"" if wrong else read


def _tables(read: bytes) -> dict[str, Any]:  # those before the answers, held to what every record says
    at = read.rfind(b"\n", 0, max(len(read) - 1, 0)) + 1
    if read[at:] != SEAL + hashlib.sha256(read[:at]).hexdigest().encode() + b"\n":
        raise AssertionError("its last line is not the SHA-256 of the bytes above it")
    front: dict[str, Any] = tomllib.loads(read.partition(b"\n[answers")[0].decode())
    head, signature = front["record"], front.get("signature", {})
    datetime.fromisoformat(*re.findall(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\Z", head["created_utc"]))
    named = [front[name] for name in ("about", "successor", "original") if name in front] + front.get("members", [])
    blobs = [front["pins"][name]["sha256"] for name in ("rules", "catalog", "questionnaire") if "pins" in front]
    front["blobs"] = blobs + [front["portfolio"][name] for name in ("terms", "answer") if "portfolio" in front]
    "".join(signature[name] for name in ("key", "key_type", "namespace", "sha256") if signature)
    "".join(front["statement"][name] for name in ("by", "because") if head["kind"] != "decision")
    digests = [head["prev_sha256"], *front["blobs"], *(one["sha256"] for one in [*named, signature or NOTHING])]
    fits = re.fullmatch(r"advisor\.record/[0-4]", head["schema"]) and NEEDS[head["kind"]] in front
    fits = fits and (head["kind"] in ("decision", "merged") or "about" in front) and all(map(HEX.fullmatch, digests))
    if not fits or min(one["seq"] for one in [head, *named]) < 1 or signature.get("covers", COVERS) != COVERS:
        raise ValueError("a field is missing or not what it should be, or the schema is unknown")
    return front


def _signed(event: dict[str, Any], ledger: Path, allowed: str, number: int) -> bool:  # today and on the day it claims
    head, said, about, signature = (event[one] for one in ("record", "statement", "about", "signature"))
    by, get, covered, at = said["by"], signature.get, data[about["sha256"]], head["created_utc"]
    if "covers" in signature:  # the statement, as DSSE encodes it
        body = {"schema": COVERS, "act": head["kind"], "record_sha256": about["sha256"], "claimed_time": at}
        body |= {"by": by, "words": said["because"], "role": get("role", ""), "program_sha256": get("program", "")}
        body |= {"successor_sha256": event["successor"]["sha256"]} if "successor" in event else {}
        body |= {"signers": event["threshold"]["signers"]} if "threshold" in event else {}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        covered = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE, len(text), text)
    armored = _read(ledger / "signatures" / (signature["sha256"] + ".sig"), 16_000_000, signature["sha256"], number)
    zone, wrong = {**os.environ, "TZ": "UTC"}, 0 if armored and 0 < len(by) <= 320 and by.isprintable() else 5
    days = (re.sub(r"[^0-9]", "", at), f"{datetime.now(UTC):%Y%m%d%H%M%S}")
    with tempfile.NamedTemporaryFile(buffering=0) as file:
        file.write(armored)
        for more in ([], *(["-I", by, "-f", allowed, f"-Overify-time={day}"] for day in days if not wrong)):
            command = ["ssh-keygen", "-Y", "verify" if more else "check-novalidate", "-n", "decision-record", "-s"]
            done = subprocess.run(
                [*command, file.name, *more], input=covered, capture_output=True, env=zone, check=False
            )
            if done.returncode or f" {signature['key']}\n".encode() not in done.stdout:
                wrong = wrong or (4 if done.returncode and not more else 5)
    problems.extend([(wrong, number, f"the signature of {by} does not count")] if wrong else [])
    return not wrong


# Check and enter the record after `before`; without that, record `number` of another branch, which was taken over.
def _record(place: int, read: bytes, before: str, ledger: Path, allowed: str, number: int = 0) -> None:
    digest, front, blobs = hashlib.sha256(read).hexdigest(), _tables(read), ledger / "blobs" / "sha256"
    seq, prev, kind, created = (front["record"][name] for name in ("seq", "prev_sha256", "kind", "created_utc"))
    inner, follows = front.get("original", NOTHING)["sha256"], here.get(prev, (-1, 0))[0] == seq - 1
    wrong = 4 if not follows or seq != number else 5 if inner not in here else 0
    if before:
        follows = follows or (os.path.lexists(blobs / prev) and _read(blobs / prev, 16_000_000, prev, place) != b"")
        forked = digest not in here and (prev in forks or (follows and (seq, prev) != (place, before)))
        wrong = -5 if forked else 0 if (seq, prev) == (place, before) else 4
    problems.extend([(wrong, place, "does not follow the record that it must follow")] * (wrong != 0))
    if wrong == -5:
        forks.add(digest)
        return
    told.update({} if before and kind == "merged" else {place: front})
    if before and kind == "merged":
        problems.extend([(5, place, "took over a record that was here before")] * (inner in here))
        here.setdefault(inner, (front["original"]["seq"], place))
        if original := _read(blobs / inner, 16_000_000, inner, place)[:1_000_000]:
            _record(place, original, "", ledger, allowed, front["original"]["seq"])
    b"".join(_read(blobs / needed, 16_000_000, needed, place) for needed in front["blobs"])
    for named in [*front.get("members", []), *(front[name] for name in ("about", "successor") if name in front)]:
        if not (known := here.get(named["sha256"], (-1, 0))[0]) == named["seq"] < seq:
            problems.append((4 if known != named["seq"] else 5, place, f"refers to another record {named['seq']}"))
    past = ended.get(prev, none) | ended.get(inner, none)
    (first, at), newer = (here.get(front.get(one, NOTHING)["sha256"], (0, 0)) for one in ("about", "successor"))
    here[digest] = (seq, here.get(inner, (0, 0))[1] if kind == "merged" else place)
    data[digest], ended[digest] = read, past | ({at} & told.keys() if kind in ("supersede", "withdraw") else none)
    if at not in told:
        return
    late = kind not in ("sign-off", "portfolio") and (at in past or told[at]["record"]["kind"] != "decision")
    decided = told.get(newer[1], front)["record"]["kind"] == "decision" and first < newer[0]
    if late or created < told[at]["record"]["created_utc"] or (kind == "supersede" and not decided):
        problems.append((5, place, f"is before record {at} or its successor, that had ended or is not a decision"))
    found = signers.setdefault(at, [])
    if "signature" in front and _signed(front, ledger, allowed, place) and kind == "sign-off":
        found.append((front["signature"]["key"], front["statement"]["by"]))
    people = sum(all(key != one[0] and by != one[1] for one in found[:n]) for n, (key, by) in enumerate(found))
    if kind == "accept" and not 1 <= front["threshold"]["signers"] <= people:
        problems.append((5, place, f"was accepted for {front['threshold']['signers']} signers, and {people} count"))


def _main(ledger: Path, allowed: str, anchor: str) -> int:
    last, before = 0, "0" * 64
    for number in sorted(int(name[:8]) for name in os.listdir(ledger) if re.fullmatch(r"[0-9]{8}-record\.toml", name)):
        read = b""
        problems.extend([(4, number, "follows a record that is gone")] if number != last + 1 else [])
        try:
            read = _read(ledger / f"{number:08d}-record.toml", 1_000_000)
            _record(number, read, before, ledger, allowed)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
            problems.append((4 if isinstance(error, AssertionError) else 5, number, f"cannot be read: {error}"[:200]))
        last, before = number, hashlib.sha256(read).hexdigest()
        here.setdefault(before, (number, number))
    problems.extend([(4, last, f"no record has the digest {anchor}")] * (anchor not in {*here, ""} - {"0" * 64}))
    lines = [f"record {number}: {WORDS[status]}: {words!a}" for status, number, words in problems]
    print("\n".join(lines or [f"{last} records hold; the last has sha256 {before}"]))
    return min((abs(status) for status, _, _ in problems), default=0 if last else 5)


if __name__ == "__main__":
    place, options = Path(sys.argv[1]), dict(zip(sys.argv[2::2], sys.argv[3::2], strict=False))
    sys.exit(_main(place, options.get("--allowed-signers", f"{place}/allowed_signers"), options.get("--head", "")))

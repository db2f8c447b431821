"""Verify a ledger of decision records with nothing but Python 3.11 and ssh-keygen; see docs/record-format.md.

    python3 -I verify.py LEDGER [--allowed-signers FILE] [--head SHA256]
Status: 0 seals, chain, pins, words, events and signatures hold; 4 tampered; 5 cannot be verified. Derives no verdict.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SEAL = b"# sha256 of every byte above this line: "
TYPE, COVERS = b"application/vnd.advisor.statement+json", ("advisor.statement/1", "advisor.statement/2")
NEEDS = {"decision": "pins", "sign-off": "signature", "accept": "threshold", "supersede": "successor", "withdraw": ""}
NEEDS |= {"portfolio": "members", "redact": "redacted", "time": "token"}
WORDS = ("title", "rationale", "consequences", "confirmation", "deciders", "by", "because", "role")
HEX, HELD = re.compile(r"[0-9a-f]{64}"), re.compile(r"\Asha256:([0-9a-f]{64})\Z")
RECORD, TOLD = re.compile(r"([0-9]{8})-record\.toml"), ("decision", "people", "statement", "signature")
problems, fronts = list[tuple[int, str]](), dict[int, dict[str, Any]]()
signers, ended, gone = dict[int, list[tuple[str, str]]](), set[int](), list[tuple[int, str]]()


def _blame(status: int, number: int, words: str) -> str:
    problems.append((status, f"record {number}: {'TAMPERED' if status == 4 else 'CANNOT BE VERIFIED'}: {words!a}"))
    return ""


def _read(path: Path, number: int, digest: str = "") -> bytes:
    """The bytes of a file; of one that is named by its digest, none where it is missing or was changed."""
    data, limit = b"", 16_000_000 if digest else 1_000_000
    if not digest or os.path.lexists(path):
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            data = file.read(limit + 1) if os.path.isfile(file.fileno()) else b"\0" * (limit + 1)
    if len(data) > limit:
        raise OSError("is not a file, or too large")
    if not digest or hashlib.sha256(data).hexdigest() == digest:
        return data
    _blame(4 if os.path.lexists(path) else 5, number, f"{path.name} is missing or was changed")
    return b""


def _tables(data: bytes) -> dict[str, Any]:
    """The tables before the answers, held to what every record says; `blobs` and `words` are the files it names."""
    at = data.rfind(b"\n", 0, max(len(data) - 1, 0)) + 1
    if data[at:] != SEAL + hashlib.sha256(data[:at]).hexdigest().encode() + b"\n":
        raise ValueError("seal", "its last line is not the SHA-256 of the bytes above it")
    front: dict[str, Any] = tomllib.loads(data.partition(b"\n[answers")[0].decode())
    head, signature = front["record"], front.get("signature", {})
    datetime.fromisoformat(*re.findall(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\Z", head["created_utc"]))
    blobs = [front["pins"][name]["sha256"] for name in ("rules", "catalog", "questionnaire") if "pins" in front]
    more = (("portfolio", "terms"), ("portfolio", "answer"), ("token", "sha256"))
    blobs += [front[table][name] for table, name in more if table in front]
    said = [front.get(name, {}).get(field, []) for name in TOLD for field in WORDS if head["schema"][-2:] == "/5"]
    words = [HELD.findall(text)[0] for one in said for text in ([one] if isinstance(one, str) else one)]
    named = [front[name] for name in ("about", "successor", "signature") if name in front] + front.get("members", [])
    told = front["redacted"]["words"] or [""] if "redacted" in front else []
    digests = [head["prev_sha256"], *(one["sha256"] for one in named), *blobs, *words, *told]
    "".join(signature[name] for name in ("key", "key_type", "namespace") if signature)
    known = "5" if head["kind"] in ("redact", "time") else "0-5"
    fits = re.fullmatch(rf"advisor\.record/[{known}]", head["schema"]) and NEEDS[head["kind"]] in {*front, ""}
    fits = fits and min([one["seq"] for one in named if "seq" in one], default=1) > 0
    if not fits or signature.get("covers", COVERS[0]) not in COVERS or not all(map(HEX.fullmatch, digests)):
        raise ValueError("a field is missing or not what it should be, or the schema is unknown")
    return front | {"blobs": blobs, "words": words, "told": told}


def _signed(event: dict[str, Any], data: bytes, ledger: Path, allowed: str, number: int) -> str:
    """Whose signature of an event counts, today and on the day it claims; a removed name is that of its key."""
    signature, said, head = event["signature"], event["statement"], event["record"]
    if "covers" in signature:  # the statement (DSSE), and no longer the bytes of the record it is about
        body = {"schema": signature["covers"], "act": head["kind"], "record_sha256": event["about"]["sha256"]}
        body |= {"by": said["by"], "words": said["because"], "claimed_time": head["created_utc"]}
        body |= {"role": signature.get("role", ""), "program_sha256": signature.get("program", "")}
        body |= {"signers": event["threshold"]["signers"]} if "threshold" in event else {}
        more = [("successor", "sha256"), ("redacted", "words"), ("token", "sha256")]
        body |= {f"{table}_{name}": event[table][name] for table, name in more if table in event}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        data = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE, len(text), text)
    file, by = ledger / "signatures" / (signature["sha256"] + ".sig"), str(said["by"])
    if event["words"]:
        by = _read(path, number)[65:].decode() if os.path.lexists(path := ledger / "words" / by[7:]) else ""
    days = (re.sub("[^0-9]", "", head["created_utc"]), f"{datetime.now(UTC):%Y%m%d%H%M%S}")
    counts, zone = bool(_read(file, number, signature["sha256"])), {**os.environ, "TZ": "UTC"}
    for act, day in [("find-principals", ""), ("check-novalidate", ""), *(("verify", day) for day in days)]:
        command = ["ssh-keygen", "-Y", act, "-n", "decision-record", "-s", str(file), "-f", allowed]
        command += ["-I", by, f"-Overify-time={day}"] if day else []
        done = subprocess.run(command, input=data, capture_output=True, env=zone, check=False) if counts else None
        by = by or (done.stdout.decode().partition("\n")[0] if done else "")
        if not done or not 0 < len(by) <= 320 or not by.isprintable():
            return _blame(5, number, "has no signature, or names nobody")
        if act[0] != "f" and (done.returncode or f" {signature['key']}\n".encode() not in done.stdout):
            return _blame(5 if day or not done.returncode else 4, number, f"the signature of {by} does not count")
    return by


def _check(number: int, front: dict[str, Any], data: dict[int, bytes], ledger: Path, allowed: str) -> None:
    gone.extend((number, one) for one in front["words"] if not os.path.lexists(ledger / "words" / one))
    for one in [*(f"blobs/sha256/{one}" for one in front["blobs"]), *(f"words/{one}" for one in front["words"])]:
        _read(ledger / one, number, one[-64:]) if (number, one[-64:]) not in gone else None
    for named in [*front.get("members", []), *(front[name] for name in ("about", "successor") if name in front)]:
        if hashlib.sha256(data.get(named["seq"], b"")).hexdigest() != named["sha256"]:
            _blame(4, number, f"refers to other bytes than record {named['seq']} has")
    kind, about = front["record"]["kind"], front.get("about", {}).get("seq", 0)
    if kind == "decision" or not (of := fronts.get(about, {}).get("record")):
        return
    late = kind in ("accept", "supersede", "withdraw") and (about in ended or of["kind"] != "decision")
    late |= not about < (front["successor"]["seq"] if kind == "supersede" else number) <= number
    late |= front["record"]["created_utc"] < of["created_utc"] or not {*front["told"]} <= {*fronts[about]["words"]}
    _blame(5, number, f"is earlier than record {about} or its successor, or does not go with it") if late else None
    ended.update([about] if kind in ("supersede", "withdraw") else [])
    by = _signed(front, data[about], ledger, allowed, number) if "signature" in front else ""
    signers.setdefault(about, []).extend([(front["signature"]["key"], by)] if by and kind == "sign-off" else [])
    people = min(len({one[at] for one in signers[about]}) for at in (0, 1))
    if kind == "accept" and not 1 <= front["threshold"]["signers"] <= people:
        _blame(5, number, f"was accepted for {front['threshold']['signers']} signers, and {people} count")


def _main(ledger: Path, allowed: str, anchor: str) -> int:
    data, before, last, latest = dict[int, bytes](), "0" * 64, 0, ""
    for number in sorted(int(found[1]) for found in map(RECORD.fullmatch, os.listdir(ledger)) if found):
        try:
            data[number] = _read(ledger / f"{number:08d}-record.toml", number)
            head = fronts.setdefault(number, _tables(data[number]))["record"]
            if (number, head["seq"], head["prev_sha256"]) != (last + 1, number, before):
                _blame(4, number, "has another number, or the record before it is not the one it was chained to")
            if head["schema"][-2:] == "/5" and head["created_utc"] < latest:
                _blame(5, number, f"claims a time before {latest}, which the record before it claims")
            latest = head["created_utc"]
            _check(number, fronts[number], data, ledger, allowed)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            _blame(4 if error.args[:1] == ("seal",) else 5, number, f"cannot be read: {error}"[:200])
        last, before = number, hashlib.sha256(data.get(number, b"")).hexdigest()
    told = {(front["about"]["seq"], digest) for front in fronts.values() for digest in front["told"]}
    for number, digest in sorted({*gone} - told):
        _blame(5, number, f"words/{digest} is missing, and no record redacts it")
    if anchor and anchor not in {hashlib.sha256(one).hexdigest() for one in data.values()}:
        _blame(4, last, f"no record has the digest {anchor}")
    print("\n".join([words for _, words in problems] or [f"{last} records hold; the last has sha256 {before}"]))
    return min((status for status, _ in problems), default=0 if data else 5)


if __name__ == "__main__":
    place, options = Path(sys.argv[1]), dict(zip(sys.argv[2::2], sys.argv[3::2], strict=False))
    sys.exit(_main(place, options.get("--allowed-signers", f"{place}/allowed_signers"), options.get("--head", "")))

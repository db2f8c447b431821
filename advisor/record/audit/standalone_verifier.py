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

SEAL = b"# sha256 of every byte above this line: "
TYPE, COVERS = b"application/vnd.advisor.statement+json", "advisor.statement/1"
NEEDS = {"decision": "pins", "sign-off": "signature", "accept": "threshold", "supersede": "successor", "withdraw": ""}
NEEDS |= {"portfolio": "members"}
HEX, RECORD = re.compile(r"[0-9a-f]{64}"), re.compile(r"([0-9]{8})-record\.toml")
problems: list[tuple[int, str]] = []
fronts: dict[int, dict[str, Any]] = {}
signers, ended = dict[int, list[tuple[str, str]]](), set[int]()


def _blame(status: int, number: int, words: str) -> None:
    problems.append((status, f"record {number}: {'TAMPERED' if status == 4 else 'CANNOT BE VERIFIED'}: {words!a}"))


def _read(path: Path, limit: int) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        data = file.read(limit + 1) if os.path.isfile(file.fileno()) else b"\0" * (limit + 1)
    if len(data) > limit:
        raise OSError("is not a file, or too large")
    return data


def _part(path: Path, digest: str, number: int) -> bytes:
    """A blob or signature that is named by its digest; empty where it is missing or was changed."""
    data = _read(path, 16_000_000) if os.path.lexists(path) else b""
    if hashlib.sha256(data).hexdigest() == digest:
        return data
    _blame(4 if os.path.lexists(path) else 5, number, f"{path.name} is missing or was changed")
    return b""


def _tables(data: bytes, number: int) -> dict[str, Any]:
    """The tables before the answers, held to what every record says; empty where they cannot be understood."""
    at = data.rfind(b"\n", 0, max(len(data) - 1, 0)) + 1
    if data[at:] != SEAL + hashlib.sha256(data[:at]).hexdigest().encode() + b"\n":
        _blame(4, number, "its last line is not the SHA-256 of the bytes above it")
        return {}
    front: dict[str, Any] = tomllib.loads(data.partition(b"\n[answers")[0].decode())
    head = front["record"]
    datetime.fromisoformat(*re.findall(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\Z", head["created_utc"]))
    named = [front[name] for name in ("about", "successor", "signature") if name in front]
    kept = front.get("portfolio", {})
    named += [*front.get("members", []), *({"sha256": kept[name]} for name in ("terms", "answer") if kept)]
    named += [front["pins"][name] for name in ("rules", "catalog", "questionnaire") if "pins" in front]
    signature, numbers = front.get("signature", {}), [one["seq"] for one in named if "seq" in one]
    "".join(signature[name] for name in ("key", "key_type", "namespace") if signature)
    fits = re.fullmatch(r"advisor\.record/[0-4]", head["schema"]) and NEEDS[head["kind"]] in {*front, ""}
    fits = fits and min(numbers, default=1) > 0 and signature.get("covers", COVERS) == COVERS
    if not fits or not all(map(HEX.fullmatch, [head["prev_sha256"], *(one["sha256"] for one in named)])):
        raise ValueError("a field is missing or not what it should be, or the schema is unknown")
    return front


def _statement(event: dict[str, Any]) -> bytes:
    """The bytes that the signature of an event covers (DSSE)."""
    signature, said = event["signature"], event["statement"]
    body = {"schema": signature["covers"], "act": event["record"]["kind"], "record_sha256": event["about"]["sha256"]}
    body |= {"by": said["by"], "words": said["because"], "claimed_time": event["record"]["created_utc"]}
    body |= {"role": signature.get("role", ""), "program_sha256": signature.get("program", "")}
    body |= {"successor_sha256": event["successor"]["sha256"]} if "successor" in event else {}
    body |= {"signers": event["threshold"]["signers"]} if "threshold" in event else {}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE, len(text), text)


def _signed(event: dict[str, Any], about: bytes, ledger: Path, allowed: str, number: int) -> bool:
    """Whether the signature of an event counts, today and on the day it claims."""
    signature, by = event["signature"], event["statement"]["by"]
    armored = _part(ledger / "signatures" / (signature["sha256"] + ".sig"), signature["sha256"], number)
    days = (re.sub(r"[^0-9]", "", event["record"]["created_utc"]), f"{datetime.now(UTC):%Y%m%d%H%M%S}")
    claims = [["verify", "-I", by, "-f", allowed, f"-Overify-time={day}"] for day in days]
    if not armored or not 0 < len(by) <= 320 or not by.isprintable():
        _blame(5, number, "has no signature, or names nobody")
        return False
    with tempfile.NamedTemporaryFile(buffering=0) as file:
        file.write(armored)
        for act, *more in (["check-novalidate"], *claims):
            command = ["ssh-keygen", "-Y", act, "-n", "decision-record", "-s", file.name, *more]
            data, zone = _statement(event) if "covers" in signature else about, {**os.environ, "TZ": "UTC"}
            done = subprocess.run(command, input=data, capture_output=True, env=zone, check=False)
            if done.returncode or f" {signature['key']}\n".encode() not in done.stdout:
                _blame(4 if done.returncode and not more else 5, number, f"the signature of {by} does not count")
                return False
    return True


def _check(number: int, front: dict[str, Any], data: dict[int, bytes], ledger: Path, allowed: str) -> None:
    """Check one record against those before it: what it pins, what it refers to, who signed."""
    kept = [pin["sha256"] for pin in front.get("pins", {}).values()]
    for digest in [*kept, *(front["portfolio"][name] for name in ("terms", "answer") if "portfolio" in front)]:
        _part(ledger / "blobs" / "sha256" / digest, digest, number)
    for named in [*front.get("members", []), *(front[name] for name in ("about", "successor") if name in front)]:
        if hashlib.sha256(data.get(named["seq"], b"")).hexdigest() != named["sha256"]:
            _blame(4, number, f"refers to other bytes than record {named['seq']} has")
    kind, about = front["record"]["kind"] if front else "", front.get("about", {}).get("seq", 0)
    of = fronts.get(about, {}).get("record", {})
    if kind in ("", "decision") or not of:
        return
    late = kind != "sign-off" and (about in ended or of["kind"] != "decision")
    late |= not about < (front["successor"]["seq"] if kind == "supersede" else number) <= number
    if late or front["record"]["created_utc"] < of["created_utc"]:
        _blame(5, number, f"is earlier than record {about} or its successor, or that ended before or is not a decision")
    ended.update([about] if kind in ("supersede", "withdraw") else [])
    if "signature" in front and _signed(front, data[about], ledger, allowed, number) and kind == "sign-off":
        signers.setdefault(about, []).append((front["signature"]["key"], front["statement"]["by"]))
    people = min(len({one[at] for one in signers.get(about, [])}) for at in (0, 1))
    if kind == "accept" and not 1 <= front["threshold"]["signers"] <= people:
        _blame(5, number, f"was accepted for {front['threshold']['signers']} signers, and {people} count")


def _main(ledger: Path, allowed: str, anchor: str) -> int:
    data, before, last = dict[int, bytes](), "0" * 64, 0
    for number in sorted(int(found[1]) for found in map(RECORD.fullmatch, os.listdir(ledger)) if found):
        try:
            data[number] = _read(ledger / f"{number:08d}-record.toml", 1_000_000)
            fronts[number] = _tables(data[number], number)
            head = fronts[number].get("record", {"seq": number, "prev_sha256": before})
            if (number, head["seq"], head["prev_sha256"]) != (last + 1, number, before):
                _blame(4, number, "has another number, or the record before it is not the one it was chained to")
            _check(number, fronts[number], data, ledger, allowed)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            _blame(5, number, f"cannot be read: {error}"[:200])
        last, before = number, hashlib.sha256(data.get(number, b"")).hexdigest()
    if anchor and anchor not in {hashlib.sha256(one).hexdigest() for one in data.values()}:
        _blame(4, last, f"no record has the digest {anchor}")
    print("\n".join([words for _, words in problems] or [f"{last} records hold; the last has sha256 {before}"]))
    return min((status for status, _ in problems), default=0 if data else 5)


if __name__ == "__main__":
    place, options = Path(sys.argv[1]), dict(zip(sys.argv[2::2], sys.argv[3::2], strict=False))
    sys.exit(_main(place, options.get("--allowed-signers", f"{place}/allowed_signers"), options.get("--head", "")))

"""Verify a ledger of decision records with nothing but Python 3.11 and ssh-keygen; see docs/record-format.md.

    python3 -I verify.py LEDGER [--allowed-signers FILE] [--head SHA256]
Status: 0 seals, chain, pins, words, events and signatures hold; 4 tampered; 5 cannot be verified."""  # noqa: D209

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

SEAL, HEX = b"# sha256 of every byte above this line: ", re.compile(r"[0-9a-f]{64}")
TYPE, COVERS = b"application/vnd.advisor.statement+json", (None, "advisor.statement/1", "advisor.statement/2")
NEEDS = {"decision": "pins", "sign-off": "signature", "accept": "threshold", "supersede": "successor"}
NEEDS |= {"portfolio": "members", "merged": "original", "withdraw": "about", "redact": "redacted", "time": "token"}
TEXTS = ("title", "rationale", "consequences", "confirmation", "deciders", "by", "because", "role")
MORE, PARTS = [("successor", "sha256"), ("redacted", "words")], [("portfolio", "terms"), ("portfolio", "answer")]
WORDS, NOTHING = {4: "TAMPERED", 5: "CANNOT BE VERIFIED", -5: "FORKED"}, {"sha256": "0" * 64}
here, told = {"0" * 64: (0, 0)}, dict[int, dict[str, Any]]()  # by digest: number in its branch, place; by place: tables
problems, ended, forks = list[tuple[int, int, str]](), dict[str, frozenset[int]](), set[str]()
data, signers, none = dict[str, bytes](), dict[int, list[tuple[str, str]]](), frozenset[int]()
words, redacts, latest, NOW = set[tuple[int, str]](), set[tuple[int, str]](), [""], f"{datetime.now(UTC):%Y%m%d%H%M%S}"


def _read(path: Path, digest: str = "", number: int = 0) -> bytes:  # empty if missing or changed
    read, there, limit = b"", os.path.lexists(path), 16_000_000 if digest else 1_000_000
    if there or not digest:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            read = file.read(limit + 1) if os.path.isfile(file.fileno()) else b"\0" * (limit + 1)
    if len(read) > limit:
        raise OSError("is not a file, or too large")
    wrong = digest not in ("", hashlib.sha256(read).hexdigest())
    problems.extend([(4 if there else 5, number, f"{path.name} is missing or was changed")] * wrong)
    return b"" if wrong else read


def _signed(event: dict[str, Any], ledger: Path, allowed: str, number: int) -> list[tuple[str, str]]:
    head, said, about, signature = (event[one] for one in ("record", "statement", "about", "signature"))
    by, get, covered, at = said["by"], signature.get, data[about["sha256"]], head["created_utc"]
    if "covers" in signature:  # the statement, as DSSE encodes it
        body = {"schema": get("covers"), "act": head["kind"], "record_sha256": about["sha256"], "claimed_time": at}
        body |= {"by": by, "words": said["because"], "role": get("role", ""), "program_sha256": get("program", "")}
        body |= {"signers": event["threshold"]["signers"]} if "threshold" in event else {}
        body |= {f"{one}_{name}": event[one][name] for one, name in [*MORE, ("token", "sha256")] if one in event}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        covered = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE, len(text), text)
    if event["words"]:
        by = _read(path)[65:].decode() if os.path.lexists(path := ledger / "words" / by[7:]) else ""
    file, zone = ledger / "signatures" / (signature["sha256"] + ".sig"), {**os.environ, "TZ": "UTC"}
    wrong = 0 if _read(file, signature["sha256"], number) and len(by) <= 320 and by.isprintable() else 5
    for act, day in (("find-principals", ""), ("check-novalidate", ""), ("verify", at), ("verify", NOW)):
        command = ["ssh-keygen", "-Y", act, "-n", "decision-record", "-s", str(file), "-f", allowed]
        command += ["-I", by, "-Overify-time=" + "".join(filter(str.isdigit, day))] if day else []
        done = subprocess.run(command, input=covered, capture_output=True, env=zone, check=False)
        by = by or done.stdout.decode().partition("\n")[0] or "nobody"  # a removed name is that of the key
        if act[0] != "f" and (done.returncode or f" {signature['key']}\n".encode() not in done.stdout):
            wrong = wrong or (4 if done.returncode and not day else 5)
    problems.extend([(wrong, number, f"the signature of {by} does not count")] if wrong else [])
    return [] if wrong or head["kind"] != "sign-off" else [(signature["key"], by)]


def _record(place: int, read: bytes, before: str, ledger: Path, allowed: str, number: int = 0) -> None:  # noqa: PLR0915
    cut = read.rfind(b"\n", 0, max(len(read) - 1, 0)) + 1
    if read[cut:] != SEAL + hashlib.sha256(read[:cut]).hexdigest().encode() + b"\n":
        raise AssertionError("its last line is not the SHA-256 of the bytes above it")
    front: dict[str, Any] = tomllib.loads(read.partition(b"\n[answers")[0].decode())
    head, signature = front["record"], front.get("signature", {})
    datetime.fromisoformat(*re.findall(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\Z", head["created_utc"]))
    named = [front[name] for name in ("about", "successor", "original") if name in front] + front.get("members", [])
    pins = [front["pins"][name]["sha256"] for name in ("rules", "catalog", "questionnaire") if "pins" in front]
    front["blobs"] = pins + [front[one][name] for one, name in [*PARTS, ("token", "sha256")] if one in front]
    texts = [table[name] for table in front.values() if isinstance(table, dict) for name in TEXTS if name in table]
    texts = [text for one in texts if head["schema"][-2:] == "/5" for text in ([one] if isinstance(one, str) else one)]
    front["words"] = [re.findall(r"\Asha256:([0-9a-f]{64})\Z", text)[0] for text in texts]  # since schema 5, in files
    front["told"] = front["redacted"]["words"] or [""] if "redacted" in front else []
    "".join(signature[name] for name in ("key", "key_type", "namespace", "sha256") if signature)
    "".join(front["statement"][name] for name in ("by", "because") if head["kind"] != "decision")
    digests = [head["prev_sha256"], *(one["sha256"] for one in [*named, signature or NOTHING])]
    known = re.fullmatch(r"advisor\.record/([0-4] (?!redact|time)|5 ).+", f"{head['schema']} {head['kind']}")
    bad = not known or NEEDS[head["kind"]] not in front or signature.get("covers") not in COVERS
    bad |= min(one["seq"] for one in [head, *named]) < 1 or not {"pins", "original", "about"} & {*front}
    if bad or not all(map(HEX.fullmatch, digests + front["blobs"] + front["words"] + front["told"])):
        raise ValueError("a field is missing or not what it should be, or the schema is unknown")
    digest, blobs = hashlib.sha256(read).hexdigest(), ledger / "blobs" / "sha256"
    seq, prev, kind, created = (head[name] for name in ("seq", "prev_sha256", "kind", "created_utc"))
    inner, follows = front.get("original", NOTHING)["sha256"], here.get(prev, (-1, 0))[0] == seq - 1
    wrong = 4 if not follows or seq != number else 5 if inner not in here else 0
    if before:
        follows = follows or (os.path.lexists(blobs / prev) and _read(blobs / prev, prev, place) != b"")
        forked = digest not in here and (prev in forks or (follows and (seq, prev) != (place, before)))
        wrong = -5 if forked else 0 if (seq, prev) == (place, before) else 4
    problems.extend([(wrong, place, "does not follow the record that it must follow")] * (wrong != 0))
    if wrong == -5:
        forks.add(digest)
        return
    problems.extend([(5, place, "goes back in time")] * bool(before and front["words"] and created < latest[0]))
    latest[0] = created if before else latest[0]
    told.update({} if before and kind == "merged" else {place: front})
    if before and kind == "merged":
        problems.extend([(5, place, "took over a record that was here before")] * (inner in here))
        here.setdefault(inner, (front["original"]["seq"], place))
        if original := _read(blobs / inner, inner, place)[:1_000_000]:
            _record(place, original, "", ledger, allowed, front["original"]["seq"])
    files = [*(blobs / one for one in front["blobs"]), *(ledger / "words" / one for one in front["words"])]
    b"".join(_read(one, one.name, place) for one in files if one.parent.name != "words" or os.path.lexists(one))
    words.update((place, one) for one in front["words"])
    for ref in [*front.get("members", []), *(front[name] for name in ("about", "successor") if name in front)]:
        if not (there := here.get(ref["sha256"], (-1, 0))[0]) == ref["seq"] < seq:
            problems.append((4 if there != ref["seq"] else 5, place, f"refers to another record {ref['seq']}"))
    past = ended.get(prev, none) | ended.get(inner, none)
    (first, at), newer = (here.get(front.get(one, NOTHING)["sha256"], (0, 0)) for one in ("about", "successor"))
    here[digest] = (seq, here.get(inner, (0, 0))[1] if kind == "merged" else place)
    data[digest], ended[digest] = read, past | ({at} & told.keys() if kind in ("supersede", "withdraw") else none)
    if at not in told:
        return
    redacts.update((at, one) for one in front["told"])
    late = kind in ("accept", "supersede", "withdraw") and (at in past or told[at]["record"]["kind"] != "decision")
    late |= created < told[at]["record"]["created_utc"] or not {(at, one) for one in front["told"]} <= words
    late |= kind == "supersede" and (told.get(newer[1], front)["record"]["kind"] != "decision" or first >= newer[0])
    problems.extend([(5, place, f"is before record {at} or its successor, or does not go with it")] if late else [])
    found = signers.setdefault(at, [])
    found += _signed(front, ledger, allowed, place) if "signature" in front else []
    people = sum(all(key != one[0] and by != one[1] for one in found[:n]) for n, (key, by) in enumerate(found))
    if kind == "accept" and not 1 <= front["threshold"]["signers"] <= people:
        problems.append((5, place, f"was accepted for {front['threshold']['signers']} signers, and {people} count"))


if __name__ == "__main__":
    ledger, options = Path(sys.argv[1]), dict(zip(sys.argv[2::2], sys.argv[3::2], strict=False))
    last, before, read, anchor = 0, "0" * 64, b"", options.get("--head", "")
    for number in sorted(int(name[:8]) for name in os.listdir(ledger) if re.fullmatch(r"[0-9]{8}-record\.toml", name)):
        problems.extend([(4, number, "follows a record that is gone")] if number != last + 1 else [])
        try:
            read = _read(ledger / f"{number:08d}-record.toml")
            _record(number, read, before, ledger, options.get("--allowed-signers", f"{ledger}/allowed_signers"))
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
            problems.append((4 if isinstance(error, AssertionError) else 5, number, f"cannot be read: {error}"[:200]))
        last, before, read = number, hashlib.sha256(read).hexdigest(), b""
        here.setdefault(before, (number, number))
    gone = [(at, one) for at, one in sorted(words - redacts) if not os.path.lexists(ledger / "words" / one)]
    problems.extend((5, at, f"words/{one} is missing, and no record redacts it") for at, one in gone)
    problems.extend([(4, last, f"no record has the digest {anchor}")] * (anchor not in {*here, ""} - {"0" * 64}))
    lines = [f"record {number}: {WORDS[status]}: {said!a}" for status, number, said in problems]
    print("\n".join(lines or [f"{last} records hold; the last has sha256 {before}"]))
    sys.exit(min((abs(status) for status, _, _ in problems), default=0 if last else 5))

"""Verify a ledger: python3 -I verify.py LEDGER [--allowed-signers FILE] [--head SHA256]; see docs/record-format.md.
Status: 0 seals, chain, pins, words, events, policies and signatures hold; 4 tampered; 5 cannot be verified."""  # noqa: D205, D209

import base64, datetime, json, os, pathlib, re, subprocess, sys, tomllib  # noqa: E401, I001
from hashlib import sha256
from typing import Any

TYPE, COVERS = b"application/vnd.advisor.statement+json", (None, "advisor.statement/1", "advisor.statement/2")
NEEDS = {"decision": "pins", "sign-off": "signature", "accept": "threshold", "supersede": "successor", "time": "token"}
NEEDS |= {"portfolio": "members", "merged": "original", "withdraw": "about", "redact": "redacted", "policy": "policy"}
TEXTS = ("title", "rationale", "consequences", "confirmation", "deciders", "by", "because", "role")
MORE = re.findall(r"(\w+)\.(\w+)", "threshold.signers successor.sha256 redacted.words token.sha256 policy.sha256")
PARTS, NOTHING = [("portfolio", "terms"), ("portfolio", "answer"), *MORE[3:]], {"sha256": "0" * 64}
HEX, NOW = re.compile(r"[0-9a-f]{64}"), f"-Overify-time={datetime.datetime.now(datetime.UTC):%Y%m%d%H%M%S}"
here, latest, rules, signers = {"0" * 64: (0, 0)}, [""], [dict[str, Any]()], list[Any]()
told, data, held, ended, words, redacts, forks = (dict[Any, Any]() for _ in range(7))  # told by place
problems, WORDS = list[tuple[int, int, str]](), {4: "TAMPERED", 5: "CANNOT BE VERIFIED", -5: "FORKED"}


def _read(path: pathlib.Path, digest: str = "", number: int = 0) -> bytes:  # empty if missing or changed
    limit, there = 16_000_000 if digest else 1_000_000, os.path.lexists(path) or not digest
    with os.fdopen(os.open(path if there else os.devnull, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        read = file.read(limit + 1) if not there or os.path.isfile(file.fileno()) else b"\0" * (limit + 1)
    if len(read) > limit:
        raise OSError("is not a file, or too large")
    wrong = digest not in ("", sha256(read).hexdigest())
    problems.extend([(4 if there else 5, number, f"{path.name} is missing or was changed")] * wrong)
    return b"" if wrong else read


def _may(policy: dict[str, Any], act: str, key: str, by: str, place: int, role: str = "") -> bool:
    gone = {one["key"] for one in policy.get("revoked", []) if place >= one.get("from_record", 1)}
    mine = [it for it in policy.get("people", []) if it["key"] == key not in gone and it["name"] == by]
    mine = [it for it in mine if it.get("first_record", 1) <= place <= it.get("last_record", place)]
    held = {each for it in mine for each in ["", *it.get("roles", [])]}  # everybody has the role ""
    asked = (may := policy.get("may", {})).get(act) or may.get("sign-off" if act == "disapprove" else act) or [""]
    return not policy or (role in held and not held.isdisjoint(asked))


def _signed(event: Any, ledger: pathlib.Path, allowed: str, place: int, policy: dict[str, Any], act: str) -> str:
    head, said, signature, get = event["record"], event["statement"], event["signature"], event["signature"].get
    about = event.get("about", event.get("original", {"sha256": head["prev_sha256"]}))["sha256"]
    by, role, key, covered = said["by"], get("role", ""), signature["key"], data.get(about, b"")
    if "covers" in signature:  # the statement, as DSSE encodes it
        body = {"act": head["kind"], "record_sha256": about, "claimed_time": head["created_utc"], "by": by}
        body |= {"schema": get("covers"), "words": said["because"], "role": role, "program_sha256": get("program", "")}
        body |= {f"{one}_{name}".removeprefix("threshold_"): event[one][name] for one, name in MORE if one in event}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        covered = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE, len(text), text)
    by, role = (held.get(one[7:], b"")[65:].decode() if event["words"] else one for one in (by, role))
    by = by or next((one["name"] for one in policy.get("people", []) if one["key"] == key), "")  # a removed name
    file, at = ledger / "signatures" / (signature["sha256"] + ".sig"), NOW[:14] + re.sub(r"\D", "", head["created_utc"])
    wrong = 0 if _read(file, signature["sha256"], place) and len(by) <= 320 and by.isprintable() else 5
    steps = [("find-principals", NOW), ("check-novalidate", NOW), ("verify", at), ("verify", NOW)]
    for step, day in steps[1:2] if policy else steps:
        command = ["ssh-keygen", "-Y", step, "-n", "decision-record", "-s", str(file), "-f", allowed, "-I", by, day]
        done = subprocess.run(command, input=covered, capture_output=True, env={**os.environ, "TZ": "UTC"}, check=False)
        by = by or done.stdout.decode().partition("\n")[0] or "nobody"  # a removed name is that of the key
        if step[0] != "f" and (done.returncode or f" {key}\n".encode() not in done.stdout):
            wrong = wrong or (4 if done.returncode and step[0] == "c" else 5)
    wrong = wrong or 5 * (not _may(policy, act, key, by, place, role) or not {act, *signature} & {"sign-off", "covers"})
    problems.extend([(wrong, place, f"the signature of {by} does not count")] * (wrong != 0))
    return "" if wrong else by


def _record(place: int, read: bytes, before: str, ledger: pathlib.Path, allowed: str, number: int = 0) -> None:  # noqa: PLR0915
    cut = read.rfind(b"\n", 0, max(len(read) - 1, 0)) + 1
    if read[cut:] != b"# sha256 of every byte above this line: " + sha256(read[:cut]).hexdigest().encode() + b"\n":
        raise AssertionError("its last line is not the SHA-256 of the bytes above it")
    front: dict[str, Any] = tomllib.loads(read.partition(b"\n[answers")[0].decode())
    head, signature, inner = front["record"], front.get("signature", {}), front.get("original", NOTHING)["sha256"]
    datetime.datetime.fromisoformat(*re.findall(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\Z", head["created_utc"]))
    named = [front[name] for name in ("about", "successor", "original") if name in front] + front.get("members", [])
    pins = [front["pins"][name]["sha256"] for name in ("rules", "catalog", "questionnaire") if "pins" in front]
    front["blobs"] = pins + [front[one][name] for one, name in PARTS if one in front]
    texts = [table[name] for table in front.values() if isinstance(table, dict) for name in TEXTS if name in table]
    texts = [text for one in texts if head["schema"][-2:] == "/5" for text in ([one] if isinstance(one, str) else one)]
    front["words"] = [re.findall(r"\Asha256:([0-9a-f]{64})\Z", text)[0] for text in texts]  # since schema 5, in files
    front["told"] = front["redacted"]["words"] or [""] if "redacted" in front else []
    "".join(signature[name] for name in ("key", "key_type", "namespace", "sha256") if signature)
    "".join(front["statement"][name] for name in ("by", "because") if head["kind"] != "decision")
    digests = [head["prev_sha256"], *(one["sha256"] for one in [*named, signature or NOTHING])]
    seq, prev, kind, created = (head[name] for name in ("seq", "prev_sha256", "kind", "created_utc"))
    known = re.fullmatch(r"advisor\.record/([0-4] (?!redact|time|policy|disapp)|5 ).+", f"{head['schema']} {kind}")
    bad = NEEDS[kind.replace("disapprove", "sign-off")] not in front or signature.get("covers") not in COVERS
    bad |= "covers" not in signature and (kind in ("policy", "disapprove") or {"original", "signature"} <= {*front})
    bad |= min(one["seq"] for one in [head, *named]) < 1 or not {"pins", "original", "about", "policy"} & {*front}
    if bad or not known or not all(map(HEX.fullmatch, digests + front["blobs"] + front["words"] + front["told"])):
        raise ValueError("a field is missing or not what it should be, or the schema is unknown")
    digest, blobs = sha256(read).hexdigest(), ledger / "blobs" / "sha256"
    waits = before != "" and os.path.lexists(blobs / prev) and here.get(prev, (-1, 0))[0] != seq - 1
    follows = here.get(prev, (-1, 0))[0] == seq - 1 or (waits and _read(blobs / prev, prev, place) != b"")
    forked = before != "" and digest not in here and (prev in forks or (follows and (seq, prev) != (place, before)))
    wrong = 4 if not follows or seq != number else 5 if inner not in here else 0
    wrong = wrong if not before else -5 if forked else 4 * ((seq, prev) != (place, before))
    problems.extend([(wrong, place, "does not follow the record that it must follow")] * (wrong != 0))
    if wrong == -5 and forks.setdefault(digest, True):
        return
    late = before != "" and ((front["words"] != [] and created < latest[0]) or (kind == "merged" and inner in here))
    told[place], latest[0] = front, created if before else latest[0]
    if before and kind == "merged":
        here.setdefault(inner, (front["original"]["seq"], place))
        if original := _read(blobs / inner, inner, place)[:1_000_000]:
            _record(place, original, "", ledger, allowed, front["original"]["seq"])
    files = [*(blobs / one for one in front["blobs"]), *(ledger / "words" / one for one in front["words"])]
    held.update({one.name: _read(one, one.name, place) for one in files if one.parent == blobs or os.path.lexists(one)})
    words.update(dict.fromkeys((place, one) for one in front["words"]))
    refs = [(here.get(one["sha256"], (-1, 0))[0], one["seq"]) for one in named if kind != "merged"]
    problems.extend((4 + (n == ref), place, f"refers to another record {ref}") for n, ref in refs if not n == ref < seq)
    (first, at), newer = (here.get(front.get(one, NOTHING)["sha256"], (0, 0)) for one in ("about", "successor"))
    past, of = ended.get(prev, set()) | ended.get(inner, set()), told.get(at, front)["record"]
    here[digest], data[digest] = (seq, here.get(inner, (0, 0))[1] if kind == "merged" else place), read
    ended[digest] = past | {-place * (kind == "disapprove")} | {at * (kind in ("supersede", "withdraw"))} & told.keys()
    own = tomllib.loads(held[front["blobs"][0]].decode()) if before and kind == "policy" else {}
    for it in (one for one in own.get("people", []) + own.get("revoked", []) if " " in one["key"]):  # fingerprints
        it["key"] = f"SHA256:{base64.b64encode(sha256(base64.b64decode(it['key'].split()[1])).digest())[:43].decode()}"
    asks, act = (policy := rules[-1] or own).get("accept", {}), "merge" if kind == "merged" else kind
    who = signature.get("key", ""), _signed(front, ledger, allowed, place, policy, act) if signature else ""
    rules.extend([own] * bool(own and who[1]))
    redacts.update(dict.fromkeys((at, one) for one in front["told"]))
    signers.extend([(kind, *who, place, {*enumerate(who)}, at)] * bool(who[1] and kind in ("sign-off", "disapprove")))
    said = [a for a in signers if a[5] == at and _may(policy, *a[:4]) and (a[0] != "disapprove" or -a[3] in past)]
    said = [a for a in said if all(a[0] == b[0] or a[3] > b[3] or not a[4] & b[4] for b in said)]  # the last words
    once = [a[0] for n, a in enumerate(said) if not any(a[4] & b[4] for b in said[:n])]  # of each key and person
    people = len(once) * all(any(_may(policy, *[*a[:4], role]) for a in said) for role in asks.get("roles", []))
    late |= kind in ("accept", "supersede", "withdraw", "disapprove") and (at in past or of["kind"] != "decision")
    late |= created < of["created_utc"] or not {(at, one) for one in front["told"]} <= words.keys()
    late |= kind == "supersede" and (told.get(newer[1], front)["record"]["kind"] != "decision" or first >= newer[0])
    late |= kind == "accept" and not 1 <= front["threshold"]["signers"] <= people >= asks.get("signers", 1)
    late |= (kind == "accept" and "disapprove" in once) or (policy.get("may", {}).get(act, []) != [] and not signature)
    problems.extend([(5, place, "does not go with the records before it, or was not signed by all who must")] * late)


if __name__ == "__main__":
    ledger, options = pathlib.Path(sys.argv[1]), dict(zip(sys.argv[2::2], sys.argv[3::2], strict=False))
    last, before, read, allowed = 0, "0" * 64, b"", options.get("--allowed-signers", f"{ledger}/allowed_signers")
    allowed *= os.path.isfile(allowed)  # ssh-keygen would wait for a pipe
    for number in sorted(int(name[:8]) for name in os.listdir(ledger) if re.fullmatch(r"[0-9]{8}-record\.toml", name)):
        problems.extend([(4, number, "follows a record that is gone")] if number != last + 1 else [])
        try:
            _record(number, read := _read(ledger / f"{number:08d}-record.toml"), before, ledger, allowed)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
            problems.append((4 if isinstance(error, AssertionError) else 5, number, f"cannot be read: {error}"[:200]))
        last, before, read = number, sha256(read).hexdigest(), b""
        here.setdefault(before, (number, number))
    problems.extend((5, at, f"text {one} is gone") for at, one in words if (at, one) not in redacts and one not in held)
    problems.extend([(4, last, "the head is not here")] * (options.get("--head", "") not in {*here, ""} - {"0" * 64}))
    lines = [f"record {number}: {WORDS[status]}: {said!a}" for status, number, said in problems]
    print("\n".join(lines or [f"{last} records hold; the last has sha256 {before}"]))
    sys.exit(min((abs(status) for status, _, _ in problems), default=0 if last else 5))

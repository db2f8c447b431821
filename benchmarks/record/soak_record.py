"""Faults against the record (kills, many writers, failing system calls, flipped bits), and the pace of verify.

    python benchmarks/record/soak_record.py kill 1000
    python benchmarks/record/soak_record.py writers 8 100
    python benchmarks/record/soak_record.py syscalls all EIO ENOSPC EINTR EDQUOT
    python benchmarks/record/soak_record.py flips 1 1009
    python benchmarks/record/soak_record.py ledger 10000

Each prints one line of JSON; tests/faults runs the same with small counts.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import tomli

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from advisor.errors import AdvisorError
from advisor.record.formats.encoding import Position, digests_of, sealed_bytes
from advisor.record.ledger import ALLOWED_SIGNERS, VERIFIER, Ledger

if TYPE_CHECKING:  # imported where it is needed: a writer, started hundreds of times, must start quickly
    from advisor.record.audit.verification import LedgerVerification
    from advisor.record.signatures.ssh_keygen import Trust

SCRIPT = Path(__file__).resolve()
EXAMPLE = SCRIPT.parents[2] / "examples" / "ledger"
KINDS = {"ledger": "record", "sha256": "blob", "signatures": "signature", "words": "text"}
PAYLOAD = {f"key-{number}": "x" * 600 for number in range(100)}
CALLS = ("mkdir", "openat", "write", "fchmod", "fsync", "linkat", "close", "read", "newfstatat", "pread64")


def sample(at: Position) -> bytes:
    """A record of about 62 KB, the size of a real one, without the cost of an assessment."""
    return sealed_bytes({"record": {"seq": at.seq, "prev_sha256": at.prev_sha256}, "body": PAYLOAD}, at.seq)


def append(directory: str, times: str = "1") -> None:
    """Save so many records, saying of each that it is saved only once it is; faults become one sentence."""
    for _ in range(int(times)):
        try:
            saved = Ledger(Path(directory)).append(sample)
        except AdvisorError as error:
            sys.exit(error.sentence)
        word = "saved" if saved.durable else "unconfirmed"
        os.write(1, f"{word} {saved.number} {saved.digest}\n".encode())


def inspect(directory: Path, told: list[str]) -> dict[str, int]:
    """What lies there against what was said: partial files, records lost after "saved", temporary files, gaps."""
    ledger = Ledger(directory)
    numbers = ledger.numbers()
    found = {number: digests_of(ledger.entry(number).data) for number in numbers}
    said = [line.split() for line in told]
    return {
        "records": len(numbers),
        "said": len(said),
        "partial": sum(not sealed for sealed, _ in found.values()),
        "lost": sum(found.get(int(number), (False, ""))[1] != digest for _, number, digest in said),
        "temporary": len(ledger.strays()) if directory.exists() else 0,
        "gaps": sum(number != place for place, number in enumerate(numbers, 1)),
        "unchained": sum(_previous(ledger, number) != found[number - 1][1] for number in numbers[1:]),
    }


def kill(times: str) -> dict[str, int]:
    """SIGKILL a writer at a random moment, so many times: half of them in its very first save, half in a later one."""
    chance = random.Random(7)
    with TemporaryDirectory() as place:
        directory, told = Path(place) / "records", b""
        for number in range(int(times)):
            told += _killed(directory, chance.uniform(0.0005, 0.02), first=number % 2 == 0)
        return {"kills": int(times), **inspect(directory, told.decode().splitlines())}


def writers(processes: str, times: str) -> dict[str, int]:
    """Several processes save into one ledger at once."""
    with TemporaryDirectory() as place:
        directory = Path(place) / "records"
        command = [sys.executable, str(SCRIPT), "append", str(directory), times]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(int(processes))]
        told = [line for process in running for line in process.communicate()[0].splitlines()]
        return {"expected": int(processes) * int(times), **inspect(directory, told)}


def syscalls(how: str, *errors: str) -> dict[str, int]:
    """Make every system call of a save fail, with `all` errors or with `one` of them in turn.

    A write also lies: it claims success for seven bytes it never wrote.
    """
    outcomes: Counter[str] = Counter()
    with TemporaryDirectory() as place:
        command = _frozen(Path(place))
        calls = _calls_of_a_save(command, Path(place))
        for number, (call, ordinal) in enumerate(calls):
            chosen = list(errors) if how == "all" else [errors[number % len(errors)]]
            for error in [*chosen, "lie"] if call == "write" else chosen:
                outcomes.update(_with_fault([*command, f"{place}/{number}-{error}"], call, ordinal, error))
        return {"calls": len(calls), **outcomes}


def flips(step: str, larger: str) -> dict[str, int]:
    """Flip one bit of every step-th byte of each file of the example ledger: how many go unnoticed by verify.

    In the blobs but the smallest, of every `larger`-th byte: they are hashed whole, and there are many bytes.
    """
    from advisor.record.signatures.ssh_keygen import Trust

    found: Counter[str] = Counter(missed=0)
    with TemporaryDirectory() as place:
        copy = Path(shutil.copytree(EXAMPLE, Path(place) / "ledger"))
        trust = Trust(Path(shutil.copy(copy / ALLOWED_SIGNERS, place)))
        _, *large = sorted((copy / "blobs" / "sha256").iterdir(), key=lambda blob: blob.stat().st_size)
        for file in sorted(copy.rglob("*")):
            if file.is_file() and file.name not in (ALLOWED_SIGNERS, VERIFIER):
                found.update(_flip_in(file, Ledger(copy), trust, int(larger if file in large else step)))
    return dict(found)


def ledger(records: str) -> dict[str, float]:
    """Verify a ledger of so many records without replay, against hashing the same bytes: seconds and their ratio."""
    from advisor.record.audit.verify import Scope, verify

    with TemporaryDirectory() as place:
        directory = Path(place) / "ledger"
        for part in ("blobs", "words"):
            shutil.copytree(EXAMPLE / part, directory / part)
        table = tomli.loads((EXAMPLE / "00000002-record.toml").read_text())
        for _ in range(int(records)):
            Ledger(directory).append(lambda at: _renumbered(table, at))
        paths = sorted(directory.glob("*.toml"))
        start = time.perf_counter()
        for path in paths:
            sha256(path.read_bytes()).hexdigest()
        hashed = time.perf_counter()
        status = verify(Ledger(directory), Scope()).status
        verified = time.perf_counter()
        seconds = {"hash_seconds": hashed - start, "verify_seconds": verified - hashed}
        return {"records": len(paths), "status": status, **seconds, "ratio": (verified - hashed) / (hashed - start)}


def _renumbered(table: dict[str, Any], at: Position) -> bytes:
    head = {**table["record"], "seq": at.seq, "prev_sha256": at.prev_sha256}
    return sealed_bytes({**table, "record": head}, at.seq)


def _flip_in(file: Path, ledger: Ledger, trust: Trust, step: int) -> Counter[str]:
    from advisor.record.audit.verify import Scope, verify

    outcome: Counter[str] = Counter()
    kept = file.read_bytes()
    kind = KINDS[file.parent.name]
    # Only record 2 is signed, and a signature costs two runs of ssh-keygen: asked for where signatures are flipped.
    scope = Scope(2 if kind == "signature" else 1, trust=trust)
    assert not _blamed(verify(ledger, scope))
    for place in range(0, len(kept), step):
        changed = bytearray(kept)
        changed[place] ^= 1 << (place % 8)
        file.write_bytes(changed)
        outcome[kind] += 1
        outcome["missed"] += not _blamed(verify(ledger, scope))
    file.write_bytes(kept)
    return outcome


def _blamed(found: LedgerVerification) -> bool:
    """Whether any record, asked for or not, is said to be tampered with or not to be verifiable."""
    return any(problem.status in (4, 5) for one in found.records for problem in one.problems)


def _previous(ledger: Ledger, number: int) -> str:
    found = re.search(rb'^prev_sha256 = "([0-9a-f]{64})"$', ledger.entry(number).data, re.M)
    return found[1].decode() if found else ""


def _killed(directory: Path, seconds: float, first: bool) -> bytes:
    """What a writer said before it was killed; forked, so that the moment falls into saving, not into starting."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        try:
            append(str(directory), "1000000")
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        said = b"" if first else pipe.read(1)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        whole, end, _ = (said + pipe.read()).rpartition(b"\n")
    return whole + end


def _frozen(place: Path) -> list[str]:
    """The command that saves one record, from a copy nobody edits: every run then makes the same calls."""
    shutil.copytree(SCRIPT.parents[2] / "advisor", place / "frozen" / "advisor")
    (place / "frozen" / "benchmarks" / "record").mkdir(parents=True)
    script = str(shutil.copy(SCRIPT, place / "frozen" / "benchmarks" / "record"))
    command = [sys.executable, script, "append"]
    subprocess.run([*command, place / "first"], check=True, capture_output=True)  # compiles what is imported
    return command


def _calls_of_a_save(command: list[str], place: Path) -> list[tuple[str, int]]:
    """Every system call from the first touch of the ledger to "saved": its name, and which one of its name it is."""
    log, directory = place / "log", place / "traced"
    subprocess.run([*_strace(log, ",".join(CALLS)), *command, directory], check=True, capture_output=True)
    seen: Counter[str] = Counter()
    calls: list[tuple[str, int]] = []
    for line in (line.partition(" ")[2].strip() for line in log.read_text().splitlines()):
        name = line.partition("(")[0]
        seen[name] += 1
        if calls or (name == "mkdir" and str(directory) in line):
            if '"saved' in line:
                return calls
            calls.append((name, seen[name]))
    raise AssertionError("the save was not seen")


def _strace(log: Path, calls: str) -> list[str | Path]:
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-o", log, "-e", f"trace={calls}"]


def _with_fault(command: list[str], call: str, ordinal: int, error: str) -> Counter[str]:
    fault = f"inject={call}:{'retval=7' if error == 'lie' else f'error={error}'}:when={ordinal}"
    traced = [*_strace(Path(os.devnull), call), "-e", fault, *command]
    done = subprocess.run(traced, capture_output=True, text=True, check=False)
    seen = inspect(Path(command[-1]), done.stdout.splitlines())
    outcome: Counter[str] = Counter(runs=1, partial=seen["partial"], false_saved=seen["lost"])
    outcome["tracebacks"] = int("Traceback" in done.stderr)
    outcome["silent"] = int(not done.stdout and not done.stderr.strip())
    outcome[(done.stdout or "refused").split()[0]] += 1
    return outcome


if __name__ == "__main__":
    known: dict[str, Callable[..., Mapping[str, float]]] = {
        "kill": kill,
        "writers": writers,
        "syscalls": syscalls,
        "flips": flips,
        "ledger": ledger,
    }
    if sys.argv[1] == "append":
        append(*sys.argv[2:])
    else:
        print(json.dumps(known[sys.argv[1]](*sys.argv[2:])))

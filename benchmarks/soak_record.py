"""Faults against the record: killed in mid-save, many writers, failing system calls, flipped bytes.

    python benchmarks/soak_record.py kill 1000
    python benchmarks/soak_record.py writers 8 100
    python benchmarks/soak_record.py syscalls all EIO ENOSPC EINTR EDQUOT
    python benchmarks/soak_record.py flips 1

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
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from advisor.errors import AdvisorError
from advisor.record.form import Position, digests_of, sealed_bytes
from advisor.record.ledger import Ledger

SCRIPT = Path(__file__).resolve()
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
    """SIGKILL a writer at a random moment, so many times."""
    chance = random.Random(7)
    with TemporaryDirectory() as place:
        directory, told = Path(place) / "records", b""
        for _ in range(int(times)):
            told += _killed(directory, chance.uniform(0.0005, 0.02))
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


def flips(step: str) -> dict[str, int]:
    """Flip one bit of every step-th byte of a record: how many go unnoticed."""
    data = bytearray(sample(Position(1)))
    missed = 0
    for place in range(0, len(data), int(step)):
        data[place] ^= 1 << (place % 8)
        missed += digests_of(bytes(data))[0]
        data[place] ^= 1 << (place % 8)
    return {"flipped": len(range(0, len(data), int(step))), "missed": missed}


def _previous(ledger: Ledger, number: int) -> str:
    found = re.search(rb'^prev_sha256 = "([0-9a-f]{64})"$', ledger.entry(number).data, re.M)
    return found[1].decode() if found else ""


def _killed(directory: Path, seconds: float) -> bytes:
    """What a writer said before it was killed; forked, so that the moment falls into saving, not into starting."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        append(str(directory), "1000000")
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        whole, end, _ = pipe.read().rpartition(b"\n")
    return whole + end


def _frozen(place: Path) -> list[str]:
    """The command that saves one record, from a copy nobody edits: every run then makes the same calls."""
    shutil.copytree(SCRIPT.parent.parent / "advisor", place / "frozen" / "advisor")
    (place / "frozen" / "benchmarks").mkdir()
    script = str(shutil.copy(SCRIPT, place / "frozen" / "benchmarks"))
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
    known: dict[str, Callable[..., dict[str, int]]] = {
        "kill": kill,
        "writers": writers,
        "syscalls": syscalls,
        "flips": flips,
    }
    if sys.argv[1] == "append":
        append(*sys.argv[2:])
    else:
        print(json.dumps(known[sys.argv[1]](*sys.argv[2:])))

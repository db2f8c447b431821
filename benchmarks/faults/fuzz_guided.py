"""Files that a coverage-guided fuzzer finds (atheris, libFuzzer), through every parser.

    python -m benchmarks.faults.fuzz_guided [INPUTS] [SEED] [PARSER…]     ends with status 1 where an input broke a
    parser

Each parser runs in a process of its own, below 300 MB and a second an input. What the fuzzer found interesting is kept
in benchmarks/faults/fuzz-corpus, where the next run begins; what broke a parser lies beside it as `NAME-crash-…`.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import atheris

if sys.argv[1:2] == ["--one"]:
    with atheris.instrument_imports(include=["advisor"]):
        import benchmarks.faults.fuzz_targets  # noqa: F401 imported first here, so that all it imports counts its branches

from advisor.errors import AdvisorError
from benchmarks.faults.fuzz_targets import FuzzTarget, fuzz_targets

KEPT = Path(__file__).resolve().parent / "fuzz-corpus"
LONGEST = 4096
"""Bytes of an input, but for parsers that begin from longer ones."""
MOST_MB = 300
SLOW_S = 1.0
KEPT_BYTES = 30_000
"""Bytes of a parser's corpus that are kept: the shortest inputs first."""
FIGURES = re.compile(r"stat::number_of_executed_units:\s+([0-9]+)|stat::peak_rss_mb:\s+([0-9]+)|slowest ([0-9.]+) ms")


def _fuzz(target: FuzzTarget, arguments: list[str]) -> None:
    """Let libFuzzer call the parser until it is done; it ends the process."""
    slowest = 0.0

    def parse(data: bytes) -> None:
        nonlocal slowest
        begun = time.process_time()
        try:
            target.parse(data)
        except AdvisorError as error:
            if len(error.sentence) > 2_000 or "\n" in error.sentence:
                raise RuntimeError("the error is not one short sentence") from error
        spent = time.process_time() - begun
        if spent > slowest:
            slowest = spent
            print(f"slowest {spent * 1000:.0f} ms", file=sys.stderr, flush=True)
        if spent > SLOW_S:
            raise RuntimeError(f"took {spent:.1f} s")

    atheris.Setup([sys.argv[0], *arguments], parse)
    atheris.Fuzz()


def _run(target: FuzzTarget, inputs: int, seed: int) -> bool:
    """Fuzz one parser in a process of its own, print its figures and keep its corpus; False where it broke."""
    with tempfile.TemporaryDirectory() as folder:
        found, starts = Path(folder, "found"), Path(folder, "starts")
        for place in (found, starts):
            place.mkdir()
        for number, data in enumerate([*target.starts, *_kept(target.name)]):
            (starts / f"{number:06d}").write_bytes(data)
        longest = max([LONGEST, *map(len, target.starts)])
        command = [sys.executable, "-m", "benchmarks.faults.fuzz_guided", "--one", target.name, str(found), str(starts),
                   f"-runs={inputs}", f"-seed={seed}", f"-max_len={longest}", f"-rss_limit_mb={MOST_MB}", "-timeout=60",
                   f"-artifact_prefix={KEPT / target.name}-", "-print_final_stats=1", "-verbosity=1"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        figures = {"runs": "0", "memory": "0", "slowest": "0"}
        for runs, memory, slowest in FIGURES.findall(done.stderr):
            figures |= {name: text for name, text in (("runs", runs), ("memory", memory), ("slowest", slowest)) if text}
        _keep(target.name, found, starts)
    whole = done.returncode == 0
    print(f"{target.name:12} {int(figures['runs']):>9,} inputs, slowest {figures['slowest']:>4} ms, "
          f"at most {figures['memory']:>3} MB{'' if whole else ': BROKE'}", flush=True)  # fmt: skip
    if not whole:
        print(f"status {done.returncode}", done.stdout[-3000:], done.stderr[-3000:], sep="\n", file=sys.stderr)
    return whole


def _kept(name: str) -> list[bytes]:
    path = KEPT / f"{name}.zip"
    if not path.is_file():
        return []
    with zipfile.ZipFile(path) as archive:
        return [archive.read(each) for each in sorted(archive.namelist())]


def _keep(name: str, found: Path, starts: Path) -> None:
    """Keep the shortest inputs that reached something new, in an archive whose bytes depend on them alone."""
    known = {path.read_bytes() for path in starts.iterdir()}
    fresh = {path.read_bytes() for path in found.iterdir()} - known | set(_kept(name))
    chosen, size = [], 0
    for data in sorted(fresh, key=lambda one: (len(one), one)):
        size += len(data)
        if size > KEPT_BYTES:
            break
        chosen.append(data)
    if not chosen:
        return
    with zipfile.ZipFile(KEPT / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(chosen):
            archive.writestr(zipfile.ZipInfo(f"{number:04d}"), data, zipfile.ZIP_DEFLATED)


def main(inputs: int, seed: int, names: list[str]) -> int:
    """Give each parser its share of the inputs; returns the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        targets = fuzz_targets(Path(folder))
        shares = sum(target.share for target in targets)
        chosen = [target for target in targets if not names or target.name in names]
        whole = [_run(target, max(1, round(inputs * target.share / shares)), seed) for target in chosen]
    print(f"{whole.count(False)} of {len(whole)} parsers broke; "
          f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime / 60:.0f} minutes")  # fmt: skip
    return 0 if all(whole) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        with tempfile.TemporaryDirectory() as scratch:
            _fuzz(next(one for one in fuzz_targets(Path(scratch)) if one.name == sys.argv[2]), sys.argv[3:])
    given = [int(word) for word in sys.argv[1:3]]
    sys.exit(main(*(given + [20_000, 1][len(given) :]), sys.argv[3:]))

"""Many answer files assessed at once: processor time and memory of `advisor assess *.toml --format jsonl --jobs N`.

    python -m benchmarks.cost.batch_scale [FILES]

The files are the examples with some answers drawn again. Processor time is that of the command and all its processes;
memory is the largest sum of their proportional set sizes (PSS: a page that several share counts once), sampled some
ten times a second.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import sleep

import tomli_w

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = 100
MOST_RATIO, MOST_MB = 1.3, 200.0
_EVERY = 0.1
"""Seconds between two samples of memory."""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with TemporaryDirectory() as folder:
        files = list(_varied(Path(folder), count))
        found = {jobs: _run(files, jobs, Path(folder)) for jobs in (1, 2)}
    print(f"{count} files  {'processor s':>12} {'a file':>8} {'peak PSS MB':>12}")
    for jobs, (seconds, megabytes, _) in found.items():
        print(f"--jobs {jobs:<6} {seconds:12.1f} {seconds / count:8.2f} {megabytes:12.0f}")
    ratio, most = found[2][0] / found[1][0], max(megabytes for _, megabytes, _ in found.values())
    print(f"two processes over one: {ratio:.2f}, at most {MOST_RATIO}")
    print(f"largest memory: {most:.0f} MB, at most {MOST_MB:.0f}")
    if found[1][2] != found[2][2]:
        raise SystemExit("two processes print something else than one")
    if ratio > MOST_RATIO or most > MOST_MB:
        raise SystemExit(1)


def _varied(folder: Path, count: int) -> Iterator[Path]:
    random, examples = Random(1), sorted(EXAMPLES.glob("*.toml"))
    for number in range(count):
        example = examples[number % len(examples)]
        table = tomllib.loads(example.read_text(encoding="utf-8"))
        table["workload"]["name"] = f"{example.stem}-{number}"
        cached = random.randint(5, 70)
        table.setdefault("volume", {})["cached_share"] = f"{cached}%..{cached + random.randint(5, 25)}%"
        table.setdefault("economics", {})["horizon_months"] = random.choice((12, 24, 36))
        if isinstance(developers := table["workload"].get("developers"), int):
            table["workload"]["developers"] = max(1, round(developers * random.uniform(0.5, 2.0)))
        path = folder / f"{number:04}.toml"
        path.write_text(tomli_w.dumps(table), encoding="utf-8")
        yield path


def _run(files: list[Path], jobs: int, folder: Path) -> tuple[float, float, str]:
    """Processor seconds, the peak of memory in MB, and a digest of what was printed."""
    before, most, printed = _processor(), 0.0, folder / "printed"
    command = [sys.executable, "-m", "advisor", "assess", *map(str, files), "--format", "jsonl", "--jobs", str(jobs)]
    with printed.open("wb") as output, subprocess.Popen(command, stdout=output, cwd=EXAMPLES.parent) as process:
        while process.poll() is None:
            most = max(most, sum(map(_pss, _tree(process.pid))))
            sleep(_EVERY)
    if process.returncode:
        raise SystemExit(f"advisor assess ended with status {process.returncode}")
    return _processor() - before, most, sha256(printed.read_bytes()).hexdigest()


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(pid: int) -> Iterator[int]:
    """A process and those it started."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _text(children).split():
            yield from _tree(int(child))


def _pss(pid: int) -> float:
    lines = _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _text(path: Path) -> str:
    """What a file of a process says; nothing where the process has ended."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


if __name__ == "__main__":
    main()

"""Usage logs of 100 million rows: time and memory of `advisor measure usage` beside DuckDB's bare aggregate.

    python -m benchmarks.evidence.usage_scale FOLDER [ROWS]

writes ROWS rows of Parquet into FOLDER, measures them in processes of their own, prints a table, and deletes the file.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROWS = 100_000_000
_MAKE = """
COPY (
  SELECT 'r' || i AS request_id,
    TIMESTAMP '2026-01-05' + INTERVAL (i * {step}) MICROSECOND AS startTime,
    TIMESTAMP '2026-01-05' + INTERVAL (i * {step} + 500000 + hash(i) % 9000000) MICROSECOND AS endTime,
    CASE hash(i + 1) % 3 WHEN 0 THEN 'gpt-5.4' WHEN 1 THEN 'gpt-5.4-mini' ELSE 'claude-sonnet-4.6' END AS model_group,
    'team-' || (hash(i + 2) % 20) AS team_id,
    CAST(200 + (hash(i + 3) % 1000) * (hash(i + 4) % 12) AS BIGINT) AS prompt_tokens,
    CAST(20 + hash(i + 5) % 900 AS BIGINT) AS completion_tokens,
    CASE WHEN hash(i + 6) % 200 = 0 THEN 'failure' ELSE 'success' END AS status
  FROM range({low}, {high}) AS t(i)
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
_BARE = """
SELECT date_trunc('hour', startTime), model_group, status, count(*), sum(prompt_tokens), sum(completion_tokens),
  sum(date_diff('millisecond', startTime, endTime)) FROM read_parquet('{path}') GROUP BY 1, 2, 3
"""
_AGAIN = "SELECT request_id FROM read_parquet('{path}') GROUP BY 1 HAVING count(*) > 1"
_MEMORY = "1500MB"
_SETTINGS = ("SET enable_progress_bar = false", f"SET memory_limit = '{_MEMORY}'")
_ADVISOR = """
import sys
from datetime import date
from advisor.evidence.measure import measure_usage
from advisor.knowledge.load_pack import load_knowledge
mapping = dict(pair.split("=") for pair in sys.argv[2:])
(found,) = measure_usage([sys.argv[1]], load_knowledge().parameters_at(date(2026, 11, 28)), mapping=mapping or None).values()
print(found.totals, found.rows_read, dict(found.skipped))
"""  # noqa: E501
_COLUMNS = ("at=startTime", "ended=endTime", "model=model_group", "status=status", "input=prompt_tokens",
            "output=completion_tokens")  # fmt: skip


def make(folder: Path, rows: int) -> str:
    import duckdb

    step = 180 * 86_400 * 1_000_000 // rows
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    path = folder / "log.parquet"
    connection.execute(_MAKE.format(step=step, low=0, high=rows, path=path))
    return str(path)


def timed(code: str, *arguments: str) -> tuple[float, float, float, str]:
    """Run Python in a process of its own: seconds, seconds of processor, peak memory in GB, what it printed.

    Beside other work the seconds of processor compare two runs; what a clock says depends on that work.
    """
    before = time.perf_counter()
    watch = "import resource\n" + code + "\nu = resource.getrusage(resource.RUSAGE_SELF)"
    watch += "\nprint(u.ru_utime + u.ru_stime, u.ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", watch, *arguments], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - before
    if done.returncode:
        return seconds, float("nan"), float("nan"), done.stderr[-500:]
    *said, last = done.stdout.splitlines()
    processor, peak = last.split()
    return seconds, float(processor), int(peak) / 1e6, " ".join(said)


def bare(path: str, *, again: bool = False) -> str:
    """DuckDB alone: the sums by hour; with `again` also how many ids occur more than once."""
    queries = [_BARE.format(path=path), *([_AGAIN.format(path=path)] if again else [])]
    lines = ["import duckdb, tempfile", "c = duckdb.connect()"]
    lines += [f"c.execute({setting!r})" for setting in _SETTINGS]
    lines += ['c.execute("SET temp_directory = \'" + tempfile.gettempdir() + "\'")']
    return "\n".join([*lines, *(f"print(len(c.execute({query!r}).fetchall()))" for query in queries)])


def main(folder: Path, rows: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = make(folder, rows)
    size = Path(path).stat().st_size
    print(f"{rows:,} rows, {size / 1e9:.2f} GB of Parquet")
    try:
        for name, code, arguments in (
            ("DuckDB, bare aggregate", bare(path), ()),
            ("advisor measure usage, columns named, no ids", _ADVISOR, (path, *_COLUMNS)),
            ("DuckDB, bare aggregate, and ids that occur again", bare(path, again=True), ()),
            ("advisor measure usage, LiteLLM with ids", _ADVISOR, (path,)),
        ):
            seconds, processor, peak, said = timed(code, *arguments)
            print(f"{name}: {seconds:.1f} s, {processor:.1f} s of processor, {peak:.2f} GB; {said}", flush=True)
    finally:
        Path(path).unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ROWS)

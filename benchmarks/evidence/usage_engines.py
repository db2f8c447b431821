"""The same usage log measured by DuckDB, PostgreSQL, ClickHouse and Spark: the answers must agree to the last token.

    python -m benchmarks.evidence.usage_engines FOLDER [ROWS]

needs, beside the extra `usage`, ibis' back ends for the engines to compare: psycopg and a PostgreSQL address in
ADVISOR_POSTGRES, chdb, pyspark with Java. One that is missing is told.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from advisor.evidence import usage_summary
from advisor.evidence.usage_log import log_of_table
from advisor.evidence.usage_summary import answers_from, summarize
from advisor.knowledge.load_pack import load_knowledge

ROWS = 200_000
TABLE = "spend_logs"
_CREATE = """
DROP TABLE IF EXISTS {0};
CREATE TABLE {0} (request_id text, "startTime" timestamp, "endTime" timestamp, model_group text, team_id text,
  prompt_tokens bigint, completion_tokens bigint, status text)
"""


def rows(count: int) -> pd.DataFrame:
    """A log of ten weeks with retries, failures, negative counts, missing counts and requests of every length."""
    draw = np.random.Generator(np.random.PCG64(7))
    begin = datetime(2026, 8, 3, tzinfo=UTC).replace(tzinfo=None)
    at = [begin + timedelta(seconds=int(second)) for second in np.sort(draw.integers(0, 70 * 86_400, count))]
    took = draw.lognormal(1.0, 0.8, count)
    inward, outward = draw.lognormal(7, 1.2, count).astype(int), draw.lognormal(5, 1, count).astype(int)
    inward[draw.random(count) < 0.001] *= -1
    ids = np.array([f"r{place}" for place in range(count)], dtype=object)
    again = draw.random(count) < 0.001
    ids[1:][again[1:]] = ids[:-1][again[1:]]
    return pd.DataFrame({
        "request_id": ids,
        "startTime": pd.to_datetime(at),
        "endTime": pd.to_datetime([one + timedelta(seconds=float(sec)) for one, sec in zip(at, took, strict=True)]),
        "model_group": draw.choice(["gpt-5.4", "gpt-5.4-mini", "claude-sonnet-4.6"], count),
        "team_id": draw.choice(["search", "support"], count),
        "prompt_tokens": inward.astype("int64"),
        "completion_tokens": outward.astype("int64"),
        "status": draw.choice(["success", "failure"], count, p=[0.99, 0.01]),
    })  # fmt: skip


def duckdb(frame: Path) -> Any:
    connection = ibis.duckdb.connect()
    return connection, connection.read_parquet(frame, table_name=TABLE)


def postgres(frame: Path) -> Any:
    connection = ibis.connect(os.environ["ADVISOR_POSTGRES"])
    with connection.con.cursor() as cursor:
        cursor.execute(_CREATE.format(TABLE))
        with cursor.copy(f"COPY {TABLE} FROM STDIN WITH (FORMAT csv)") as copy:
            copy.write(pd.read_parquet(frame).to_csv(index=False, header=False))
    connection.con.commit()
    return connection, connection.table(TABLE)


class EmbeddedClickHouse:
    """ClickHouse inside this process (chdb), asked with the SQL that ibis writes for it."""

    def __init__(self, frame: Path) -> None:
        from chdb.session import Session

        self.session = Session()
        self.session.query("CREATE DATABASE logs ENGINE = Atomic")
        self.session.query("USE logs")
        create = "CREATE TABLE {} ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM file('{}', Parquet)"
        self.session.query(create.format(TABLE, frame.resolve()))

    def to_pyarrow_batches(self, query: Any) -> list[Any]:
        data = self.session.query(str(ibis.to_sql(query, dialect="clickhouse")), "ArrowStream").bytes()
        table = pa.ipc.open_stream(data).read_all()
        for place, field in enumerate(table.schema):
            if field.type == pa.uint32():  # a DateTime: seconds since 1970
                moment = table.column(place).cast(pa.int64()).cast(pa.timestamp("s"))
                table = table.set_column(place, field.name, moment)
        return table.to_batches()


def clickhouse(frame: Path) -> Any:
    schema = ibis.duckdb.connect().read_parquet(frame).schema()
    return EmbeddedClickHouse(frame), ibis.table(schema, name=TABLE)


_PATIENCE = (
    "spark.network.timeout",
    "spark.rpc.askTimeout",
    "spark.rpc.lookupTimeout",
    "spark.storage.blockManagerHeartbeatTimeoutMs",
)
"""How long Spark waits for a worker: a new Java process on a busy machine takes more than the usual limits."""


def spark(frame: Path) -> Any:
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    java = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # less to compile and to collect in a run of a minute
    build = (
        SparkSession.builder.master("local-cluster[2,1,1024]").appName("usage")
        .config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.extraJavaOptions", java).config("spark.executor.extraJavaOptions", java)
        .config("spark.executor.heartbeatInterval", "60s").config("spark.executor.memory", "1g")
        .config("spark.sql.shuffle.partitions", "2")
    )  # fmt: skip
    for name in _PATIENCE:
        build = build.config(name, "900s")
    session = build.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    connection = ibis.pyspark.connect(session)
    return connection, connection.read_parquet(str(frame), table_name=TABLE)


def spark_plan(log: Any) -> None:
    """Print what Spark plans for each query, of any number of rows: its shuffles, aggregates, sorts and windows."""
    known = log.rows.filter(log.rows.id.notnull(), log.rows.skip.isnull())
    queries = {
        "sums by hour": usage_summary._by_hour(log, log.rows, ("model",)),
        "lengths": usage_summary._by_length(log, log.rows, ("model",), ("input", "output")),
        "ids by how often they occur": known.group_by("id").agg(times=known.count()),
    }
    for name, query in queries.items():
        planned = log.connection._session.sql(log.connection.compile(query))._jdf.queryExecution().executedPlan()
        steps = re.findall(r"^[ :+-]*(?:\*\(\d+\) )?(\w+)(.*)$", planned.toString(), re.MULTILINE)
        aggregates = [said for step, said in steps if step.endswith("Aggregate")]
        partial = sum("partial_" in said for said in aggregates)
        counted = Counter(step for step, _ in steps)
        others = sum(count for step, count in counted.items() if step in ("Sort", "Window") or "Collect" in step)
        final = len(aggregates) - partial
        print(f"| {name} | {counted['Exchange']} shuffle | {partial} partial, {final} final aggregate", end=" | ")
        print(f"{others} sorts, windows, collected rows |", flush=True)


ENGINES: dict[str, Callable[[Path], Any]] = {
    "DuckDB": duckdb, "PostgreSQL": postgres, "ClickHouse": clickhouse, "Spark, two workers": spark,
}  # fmt: skip


def main(folder: Path, count: int) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    frame = folder / "spend.parquet"
    table = rows(count)
    table["startTime"] = table["startTime"].astype("datetime64[us]")
    table["endTime"] = table["endTime"].astype("datetime64[us]")
    table.to_parquet(frame, index=False)
    parameters = load_knowledge().parameters_at(date(2026, 11, 28))
    results: dict[str, Any] = {}
    for name, make in ENGINES.items():
        try:
            connection, raw = make(frame)
            begin = time.perf_counter()
            log = log_of_table(raw, connection, name)
            found = summarize([log], ("model",))
        except Exception as error:  # each driver has errors of its own, and one that is missing is told
            print(f"| {name} | not compared: {type(error).__name__}: {str(error).splitlines()[0][:300]} |", flush=True)
            continue
        seconds = time.perf_counter() - begin
        results[name] = {
            group: (one.totals, one.rows, dict(one.skipped), answers_from(one, parameters).answers)
            for group, one in sorted(found.items()) if one.hours
        }  # fmt: skip
        same = "the same" if results[name] == next(iter(results.values())) else "DIFFERENT"
        total = [sum(one[0][key] for one in results[name].values()) for key in ("requests", "input_tokens", "output_tokens")]  # fmt: skip # noqa: E501
        left = sum(sum(one[2].values()) for one in results[name].values())
        figures = " | ".join(f"{each:,}" for each in (*total, left))
        print(f"| {name} | {figures} | {same} | {seconds:.1f} s |", flush=True)
        if name.startswith("Spark"):
            spark_plan(log)
            connection._session.stop()
    frame.unlink()
    return 1 if len({repr(result) for result in results.values()}) > 1 else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ROWS))

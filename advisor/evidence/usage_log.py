"""Usage logs where they are, as one table of rows with the same columns: files through DuckDB, databases in place.

No prompt and no answer is read: only the columns named in `usage_sources`. Rows that cannot be used keep their reason,
so that they are counted and not lost.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.bounded_read import open_input
from advisor.errors import AdvisorError, BadInput, nearest
from advisor.evidence.usage_sources import (
    BATCHED,
    FAILED,
    FIELDS,
    REQUIRED,
    SOURCES,
    UsageSource,
    recognize,
    table_source,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

_HEAD = 1 << 16
_LONGEST_LINE = 20_000_000
_LARGEST_COUNT = 10**12
_LARGEST_READ = 1e15
_EARLIEST, _LATEST = "2015-01-01", "2100-01-01"
"""Times between which a request to a model can have been made."""
_DATABASES = ("postgres://", "postgresql://", "clickhouse://", "duckdb://")
_MEMORY = "1500MB"
_PROGRESS = "SET enable_progress_bar = true; SET enable_progress_bar_print = false"
_COUNTS = ("requests", "input", "output", "cached", "cache_write", "latency_us", "first_token_us")
_TYPES = {"at": "timestamp(6)"} | dict.fromkeys(_COUNTS, "int64")
"""Types that the columns of two files may differ in: one counts in 32 bits, another writes its times as text."""
_DOCUMENTS = {
    "openai": ("$.data[*]", "$.results[*]", ("start_time", "end_time")),
    "anthropic": ("$.data[*]", "$.results[*]", ("starting_at", "ending_at")),
}
"""Sources that export pages: where the buckets are, the rows of each, and what a bucket says for its rows."""


@dataclass(frozen=True, slots=True)
class UsageLog:
    """One log ready to be aggregated: its rows, its source, and the connection that runs the queries."""

    rows: ir.Table
    source: UsageSource
    connection: Any
    fields: frozenset[str] = frozenset()
    """What its rows say, of `usage_sources.FIELDS`; the other columns of `rows` hold one value throughout."""
    quick: bool = False
    """Whether functions of DuckDB (`epoch_us`, `divide`) do what other databases are asked for in ibis' own words."""


def open_logs(
    locations: Sequence[str], mapping: Mapping[str, str] | None = None, *, cached_within_input: bool = True
) -> list[UsageLog]:
    """Open files (JSON, JSON lines, CSV, Parquet) and database addresses ending in `#table`; raises BadInput.

    All files are read through one connection.
    """
    ibis = _ibis()
    connection = ibis.duckdb.connect(memory_limit=_MEMORY, temp_directory=tempfile.gettempdir())
    connection.raw_sql(_PROGRESS)
    return [_open(ibis, connection, location, mapping, cached_within_input) for location in locations]


def together(logs: Sequence[UsageLog]) -> list[UsageLog]:
    """Files of one tool whose requests have ids as one log, so that an id which two of them hold counts once."""
    alike: dict[object, list[UsageLog]] = {}
    for place, log in enumerate(logs):
        whole = log.quick and "id" in log.fields and not log.source.aggregated
        alike.setdefault((log.source.id, id(log.connection)) if whole else place, []).append(log)
    return [each[0] if len(each) == 1 else _joined(each) for each in alike.values()]


def _joined(logs: Sequence[UsageLog]) -> UsageLog:
    first, *rest = (log.rows.cast(_TYPES) for log in logs)
    fields = frozenset[str]().union(*(log.fields for log in logs))
    return replace(logs[0], rows=first.union(*rest), fields=fields)


def _open(ibis: Any, connection: Any, location: str, mapping: Mapping[str, str] | None, within: bool) -> UsageLog:
    if location.startswith(_DATABASES):
        return _database(ibis, location, mapping, within)
    path = Path(location)
    if not path.is_file():
        raise BadInput(location, "no such file", "name a log, or a database address such as postgres://…#table")
    try:
        return _file(connection, path, mapping, within)
    except AdvisorError:
        raise
    except Exception as error:  # whatever DuckDB makes of a damaged file, memory included
        raise BadInput(location, f"cannot be read: {str(error).splitlines()[0]}") from None


def _file(connection: Any, path: Path, mapping: Mapping[str, str] | None, within: bool) -> UsageLog:
    if path.suffix in (".parquet", ".csv", ".tsv"):
        raw = (
            connection.read_parquet(path) if path.suffix == ".parquet" else connection.read_csv(path, all_varchar=True)
        )
        return log_of_table(raw, connection, str(path), mapping, within)
    return _json(connection, path, mapping, within)


def _log(raw: ir.Table, source: UsageSource, connection: Any, found: Mapping[str, Any]) -> UsageLog:
    quick = getattr(connection, "name", "") == "duckdb"
    return UsageLog(_rows(raw, source, found, quick=quick), source, connection, frozenset(found), quick)


def _ibis() -> Any:
    try:
        import ibis  # an extra: heavy, and of no use to an assessment
    except ImportError:
        raise AdvisorError(
            "measure usage",
            "reading logs needs the extra `usage`",
            "install it: pip install 'inference-advisor[usage]'",
        ) from None
    return ibis


def _database(ibis: Any, location: str, mapping: Mapping[str, str] | None, within: bool) -> UsageLog:
    address, _, table = location.partition("#")
    if not table:
        raise BadInput(location, "no table is named", "add it to the address: …/database#LiteLLM_SpendLogs")
    try:
        connection = ibis.connect(address)
        if connection.name == "duckdb":
            connection.raw_sql(_PROGRESS)
        raw = connection.table(table)
    except Exception as error:  # each driver has errors of its own
        raise BadInput(address, f"cannot be opened: {str(error).splitlines()[0]}") from None
    return log_of_table(raw, connection, location, mapping, within)


def log_of_table(
    raw: ir.Table, connection: Any, where: str, mapping: Mapping[str, str] | None = None, within: bool = True
) -> UsageLog:
    """A table that ibis reads, of any of its databases, as a log; raises BadInput naming `where`."""
    source = _source(where, raw.columns, mapping, within)
    return _log(raw, source, connection, _present(raw, source))


def _source(where: str, columns: Sequence[str], mapping: Mapping[str, str] | None, within: bool) -> UsageSource:
    """The source by its columns, or the plain table the user described; raises BadInput for neither."""
    if mapping:
        for name, column in mapping.items():
            if name not in FIELDS:
                raise BadInput(f"--map {name}={column}", f"no field {name!r}", nearest(name, FIELDS))
            if column not in columns:
                raise BadInput(f"--map {name}={column}", f"{where} has no column {column!r}", nearest(column, columns))
        if missing := [name for name in REQUIRED if name not in mapping]:
            raise BadInput("--map", f"{', '.join(missing)} not named", "a row needs at least a time, input and output")
        return table_source(mapping, cached_within_input=within)
    found = recognize(columns)
    if found is None:
        known = ", ".join(source.id for source in SOURCES)
        raise BadInput(where, f"not a log of {known}", "name its columns: --map at=… --map input=… --map output=…")
    return found


def _json(connection: Any, path: Path, mapping: Mapping[str, str] | None, within: bool) -> UsageLog:
    with open_input(path) as file:
        head = file.read(_HEAD)
    kind, first = _layout(head, path)
    quoted = str(path).replace("'", "''")
    if kind == "lines":
        lines = (
            f"SELECT CASE WHEN json_valid(line) THEN line END AS doc FROM read_csv('{quoted}', delim='\\x01', "
            f"quote='', escape='', header=false, columns={{'line': 'VARCHAR'}}, auto_detect=false, strict_mode=false, "
            f"max_line_size={_LONGEST_LINE}) WHERE line IS NOT NULL AND trim(line) <> ''"
        )
        names = _paths(first)
    else:
        lines, names = _document(quoted, kind)
    source = _source(str(path), names, mapping, within)
    picked = []
    for name, candidates in source.columns.items():
        texts = [f"json_extract_string(doc, '$.{_steps(column)}')" for column in candidates]
        picked.append(f'COALESCE({", ".join(texts)}) AS "{name}"')
    raw = connection.sql(f"SELECT doc IS NULL AS broken, {', '.join(picked)} FROM ({lines})")
    return _log(raw, source, connection, {name: raw[name] for name in source.columns})


def _layout(head: bytes, path: Path) -> tuple[str, Any]:
    """`lines`, or the kind of document, and the first object of it; raises BadInput for invalid JSON."""
    for line in head.split(b"\n"):
        if line.strip():
            try:
                first = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(first, dict):
                return ("otel", first) if "resourceSpans" in first else _page(first)
    text = head.decode("utf-8", "replace").replace(" ", "")
    for kind, mark in (("otel", '"resourceSpans"'), ("anthropic", '"starting_at"'), ("openai", '"start_time"')):
        if mark in text:
            return kind, {}
    raise BadInput(str(path), "no line of it is a JSON object", "JSON lines, CSV or Parquet are read")


def _page(first: dict[str, Any]) -> tuple[str, Any]:
    if isinstance(first.get("data"), list):
        text = json.dumps(first)
        return ("anthropic" if '"starting_at"' in text else "openai"), first
    return "lines", first


def _document(quoted: str, kind: str) -> tuple[str, list[str]]:
    """SQL that gives one JSON object a row, and the paths it may hold, for pages and spans."""
    content = f"SELECT CASE WHEN json_valid(content) THEN content END AS content FROM read_text('{quoted}')"
    source = next(source for source in SOURCES if source.id == kind)
    if kind == "otel":
        kinds = ("intValue", "stringValue", "doubleValue", "boolValue")
        value = "COALESCE(" + ", ".join(f"json_extract_string(a, '$.value.{kind}')" for kind in kinds) + ")"
        pairs = (
            "list_transform(COALESCE(json_extract(span, '$.attributes[*]'), []), "
            f"lambda a: struct_pack(k := json_extract_string(a, '$.key'), v := {value}))"
        )
        spans = (
            "SELECT unnest(json_extract(content, '$.resourceSpans[*].scopeSpans[*].spans[*]')) AS span "
            f"FROM ({content})"
        )
        sql = (
            "SELECT json_merge_patch(to_json(map_from_entries(list_distinct("
            f"{pairs}))), json_object('startTimeUnixNano', span->>'$.startTimeUnixNano', 'endTimeUnixNano', "
            f"span->>'$.endTimeUnixNano', 'spanId', span->>'$.spanId')) AS doc FROM ({spans})"
        )
        return f"{sql} WHERE json_extract_string(doc, '$.\"gen_ai.usage.input_tokens\"') IS NOT NULL", list(
            source.marks
        )
    buckets, rows, carried = _DOCUMENTS[kind]
    named = ", ".join(f"'{name}', bucket->>'$.{name}'" for name in carried)
    each = (
        f"SELECT bucket, unnest(json_extract(bucket, '{rows}')) AS result FROM "
        f"(SELECT unnest(json_extract(content, '{buckets}')) AS bucket FROM ({content}))"
    )
    total = ""
    if kind == "anthropic":
        parts = [f"COALESCE(TRY_CAST(result->>'$.cache_creation.{part}' AS BIGINT), 0)"
                 for part in ("ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens")]  # fmt: skip
        total = f", 'cache_creation', json_object('total', {' + '.join(parts)})"
    sql = f"SELECT json_merge_patch(result, json_object({named}{total})) AS doc FROM ({each})"
    return sql, [*source.marks]


def _paths(first: Mapping[str, Any]) -> list[str]:
    """Top-level keys, and the paths into nested objects, of one row."""
    paths: list[str] = []
    for key, value in first.items():
        paths.append(key)
        if isinstance(value, dict):
            paths += [f"{key}.{name}" for name in value]
    return paths


def _steps(column: str) -> str:
    """A column name as JSON path steps; OpenTelemetry's dotted keys are one quoted step."""
    if column.startswith("gen_ai.") or column in ("service.name", "error.type"):
        return f'"{column}"'
    return ".".join(f'"{step}"' for step in column.split("."))


def _present(raw: ir.Table, source: UsageSource) -> dict[str, Any]:
    """The columns of a table by field: the first candidate that exists, also inside a JSON or struct column."""
    found: dict[str, Any] = {}
    for name, candidates in source.columns.items():
        for column in candidates:
            head, *steps = column.split(".") if column not in raw.columns else [column]
            if head not in raw.columns:
                continue
            value = raw[head]
            if steps and value.type().is_string():
                value = value.cast("json")
            if steps and not (value.type().is_json() or value.type().is_struct()):
                continue
            for step in steps:
                value = value[step]
            found[name] = value.unwrap_as("float64") if steps and value.type().is_json() else value
            break
    return found


def _rows(raw: ir.Table, source: UsageSource, found: Mapping[str, Any], *, quick: bool = False) -> ir.Table:
    """The common columns: times, counts, words; `skip` says why a row cannot be used, NULL where it can."""
    import ibis

    def count(name: str, default: int | None = 0) -> Any:
        if name not in found:
            return ibis.literal(default, "int64")
        number = found[name]
        if not number.type().is_integer():
            real = number.try_cast("float64") if number.type().is_string() else number.cast("float64")
            # what cannot be read as a number that an integer holds is not read; NaN sorts after all numbers
            number = (real.abs() <= _LARGEST_READ).ifelse(real, None).round().cast("int64")
        return number if default is None else number.fill_null(default)

    def word(name: str) -> Any:
        return found[name].cast("string") if name in found else ibis.literal(None, "string")

    at, ended, first = (_moment(found.get(name), source) for name in ("at", "ended", "first_token_at"))
    if "ended" in found:  # LiteLLM repeats the end where an answer came in one piece: that is no first token
        first = (first < ended).ifelse(first, None)
    inward, cached, written = count("input", None), count("cached"), count("cache_write")
    total = inward if source.cached_within_input else inward + cached + written
    latency = _between(at, ended, quick) if "ended" in found else count("latency_ms", None) * 1000
    first_token = _between(at, first, quick) if "first_token_at" in found else count("first_token_ms", None) * 1000
    unfit: dict[str, Any] = {"not JSON": raw["broken"]} if "broken" in raw.columns else {}
    if "status" in found:
        unfit["failed request"] = word("status").lower().isin(FAILED).fill_null(False)
    if "cache_hit" in found:
        unfit["answered from the gateway's own cache"] = (word("cache_hit").lower() == "true").fill_null(False)
    marks = {f"unfit_{place}": mark for place, mark in enumerate(unfit.values())}
    table = raw.select(
        at=at, model=word("model"), key=word("key"), team=word("team"), tag=word("tag"), id=word("id"),
        requests=count("requests", 0 if source.aggregated else 1), input=total, output=count("output", None),
        cached=cached, cache_write=written,
        batch=word("batch").lower().isin(BATCHED).fill_null(False) if "batch" in found
        else ibis.literal(False),
        latency_us=latency, backward=(ended < at).fill_null(False) if "ended" in found else ibis.literal(False),
        first_token_us=first_token,
        **marks,
    )  # fmt: skip
    reason = _reason(ibis, table, {why: table[name] for why, name in zip(unfit, marks, strict=True)})
    return table.mutate(skip=reason).drop(*marks)


def _moment(value: Any, source: UsageSource) -> Any:
    import ibis

    if value is None:
        return ibis.literal(None, "timestamp")
    if value.type().is_timestamp():
        return value if value.type().timezone is None else value.cast("timestamp(6)")
    if source.clock == "iso":
        return value.cast("string").try_cast("timestamp(6)")
    seconds = value.try_cast("int64") if value.type().is_string() else value.cast("int64")
    if source.clock == "nanoseconds":
        seconds = seconds // 1_000_000_000
    return seconds.as_timestamp("s")


# Functions of DuckDB that take less time than what ibis writes for the same.


def epoch_us(moment: Any) -> Any:
    """Microseconds since 1970 of a time in UTC, NULL for an infinite one."""
    import ibis

    def one(moment: Any) -> None: ...

    return ibis.udf.scalar.builtin(one, name="epoch_us", signature=(("timestamp",), "int64"))(moment)


def divide(value: Any, by: Any) -> Any:
    """The quotient of two integers without its fraction; ibis divides as floating point and rounds down."""
    import ibis

    def two(value: Any, by: Any) -> None: ...

    return ibis.udf.scalar.builtin(two, name="divide", signature=(("int64", "int64"), "int64"))(value, by)


def _between(begins: Any, ends: Any, quick: bool) -> Any:
    """Microseconds between two times; NULL where a clock went back.

    Not milliseconds: what a database calls a difference in those may be rounded, cut or count ticks. DuckDB subtracts
    two numbers in half the time.
    """
    if quick:
        return (ends >= begins).ifelse(epoch_us(ends) - epoch_us(begins), None)
    spent = ends.delta(begins, unit="microsecond")
    return (spent >= 0).ifelse(spent, None)


def _reason(ibis: Any, rows: ir.Table, unfit: Mapping[str, Any]) -> Any:
    """Why a row is left out, the first that holds; NULL for a row that counts, which is asked first: most do."""
    begins, ends = ibis.timestamp(_EARLIEST), ibis.timestamp(_LATEST)
    counts = rows.input.between(0, _LARGEST_COUNT) & rows.output.between(0, _LARGEST_COUNT)
    usable = counts & (rows.at >= begins) & (rows.at < ends)
    for each in (~mark for mark in unfit.values()):
        usable &= each
    usable &= (rows.cached >= 0) & (rows.requests >= 0) & (rows.cached <= rows.input)
    return ibis.cases(
        (usable, ibis.null("string")),
        *((mark, why) for why, mark in unfit.items()),
        (rows.at.isnull(), "no readable time"),
        ((rows.at < begins) | (rows.at >= ends), "time of a wrong clock"),
        (rows.input.isnull() | rows.output.isnull(), "no readable token count"),
        ((rows.input < 0) | (rows.output < 0) | (rows.cached < 0) | (rows.requests < 0), "negative count"),
        ((rows.input > _LARGEST_COUNT) | (rows.output > _LARGEST_COUNT), "count beyond reason"),
        (rows.cached > rows.input, "cached input exceeds input"),
        else_=ibis.null("string"),
    )

"""Functions of DuckDB that take less time than what ibis writes for the same: a time as a number, whole division."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.datatypes as dt


def _epoch_us(moment: dt.timestamp) -> dt.int64:
    """Microseconds since 1970 of a time in UTC, NULL for an infinite one."""


def _divide(value: dt.int64, by: dt.int64) -> dt.int64:
    """The quotient of two integers without its fraction; ibis divides as floating point and rounds down."""


epoch_us: Callable[[Any], Any] = ibis.udf.scalar.builtin(_epoch_us, name="epoch_us")
divide: Callable[[Any, Any], Any] = ibis.udf.scalar.builtin(_divide, name="divide")

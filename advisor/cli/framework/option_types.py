"""Values of options that click has no type for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click

from advisor.errors import BadInput


class Day(click.ParamType[date]):
    """A calendar day, YYYY-MM-DD; raises BadInput, which names the option."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        where = param.opts[0] if param is not None else "day"
        return value if isinstance(value, date) else parse_day(value, where)


def parse_day(text: str | None, where: str = "--as-of") -> date:
    """A day from the command line, today when none was given; raises BadInput."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(where, f"{text!r} is not a day", "write it as 2026-11-21") from None

"""An interview that begins with the answers of a record, as the session that reading them back gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.sessions.session import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def session_of(
    questionnaire: str,
    answers: Mapping[str, object],
    unknown: Sequence[str],
    measurements: Sequence[Mapping[str, object]] = (),
) -> str:
    """Write a session with these answers, each as an answers file says it; reading it tells which no longer fit."""
    import tomli_w  # here, because nothing is written before the first screen is painted

    table: dict[str, object] = {
        "schema": SCHEMA,
        "questionnaire": questionnaire,
        "unknown": list(unknown),
        "answers": dict(answers),
    }
    if measurements:
        table["measurement"] = [dict(each) for each in measurements]
    return tomli_w.dumps(table)

"""Ask by prompts what people add to a record."""

from __future__ import annotations

from contextlib import suppress

from advisor.plain.console import tell
from advisor.tui.ledger.stated_fields import STATED
from advisor.tui.workers.messages import Stated


def ask_stated() -> Stated:
    """Ask line by line; Enter alone leaves a line out, and so does the end of the input."""
    tell("\nWhat people add to the record. Enter alone leaves a line out.")
    given: dict[str, str] = {}
    with suppress(EOFError):
        for field in STATED:
            tell(f"\n{field.label.capitalize()}? {field.hint}")
            given[field.name] = input("> ").strip()
    return Stated(**given)

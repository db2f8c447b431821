"""The options of `ask` read without click, from their declarations: the first screen is painted sooner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.cli.framework.options import ASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.cli.framework.options import OptionSpec

OPTIONS: dict[str, OptionSpec] = {option.name: option for option in ASK}


def options_of_ask(arguments: Sequence[str]) -> dict[str, Any] | None:
    """Read them in any order; None where anything else is written, help and mistakes included, which click handles."""
    found: dict[str, Any] = {}
    words = iter(arguments[1:] if arguments[:1] == ["ask"] else arguments)
    for word in words:
        name, is_joined, text = word.partition("=")
        option = OPTIONS.get(name)
        if option is None or (option.kind == "flag" and is_joined):
            return None
        if option.kind == "flag":
            found[option.parameter] = option.value
            continue
        text = text if is_joined else next(words, "")
        if not text or text.startswith("-"):
            return None
        value = Path(text) if option.kind == "path" else text
        found[option.parameter] = (*found.get(option.parameter, ()), value) if option.several else value
    return found

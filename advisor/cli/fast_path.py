"""The options of `ask` where they are written plainly, read without click: the first screen is painted sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FLAGS = {
    "--plain": ("plain", True),
    "--resume": ("resume", True),
    "--what-matters": ("by_what_matters", True),
    "--no-mouse": ("mouse", False),
}
TEXTS = {"--questionnaire": "questionnaire", "--records": "records"}


def options_of_ask(arguments: Sequence[str]) -> dict[str, str | bool] | None:
    """Read them; None where anything else is written, help and mistakes among it, which is left to click."""
    found: dict[str, str | bool] = {}
    words = iter(arguments[1:] if arguments[:1] == ["ask"] else arguments)
    for word in words:
        name, is_joined, text = word.partition("=")
        if word in FLAGS:
            key, value = FLAGS[word]
            found[key] = value
        elif name in TEXTS:
            text = text if is_joined else next(words, "")
            if not text or text.startswith("-"):
                return None
            found[TEXTS[name]] = text
        else:
            return None
    return found

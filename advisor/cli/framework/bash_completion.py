"""Completion in bash of options that take KEY=VALUE."""

from __future__ import annotations

from typing import Any

from click.shell_completion import BashComplete, CompletionItem, add_completion_class

_ADDS_A_VALUE = "COMPREPLY+=($value)"


class KeyAndValueBash(BashComplete):
    """Completes KEY=VALUE in bash, which takes the two and the sign between them for three words."""

    source_template = BashComplete.source_template.replace(
        _ADDS_A_VALUE, f"{_ADDS_A_VALUE}\n            [[ $value == *= ]] && compopt -o nospace"
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        """Join the words that belong to one option's value."""
        args, begun = super().get_completion_args()
        self._typed = ""
        if begun == "=" and args:
            args, self._typed, begun = args[:-1], f"{args[-1]}=", ""
        elif len(args) > 1 and args[-1] == "=":
            args, self._typed = args[:-2], f"{args[-2]}="
        return args, f"{self._typed}{begun}"

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Leave out what stands before the sign: bash keeps it."""
        return f"{item.type},{item.value.removeprefix(self._typed)}"


def register() -> None:
    """Let click complete for bash with the class above."""
    add_completion_class(KeyAndValueBash)

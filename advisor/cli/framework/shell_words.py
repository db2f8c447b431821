"""What a shell offers at the Tab key for ids and files; no command is run and no prices are read for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from advisor.paths import data_directory, own_packs

if TYPE_CHECKING:
    import click


def questionnaires(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Offer the ids of questionnaires."""
    paths = data_directory("questionnaires").glob("*.toml")
    return sorted(path.stem for path in paths if path.stem.startswith(begun))


def models(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Offer the ids of open models."""
    return _ids("models", begun)


def gpus(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Offer the ids of accelerators."""
    return _ids("gpus", begun)


def files(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Let the shell offer its files."""
    return [CompletionItem(begun, type="file")]


def folders(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Let the shell offer its folders."""
    return [CompletionItem(begun, type="dir")]


def _ids(table: str, begun: str) -> list[str]:
    """Read the ids of one table of the catalog, those of the user's own packs included."""
    from advisor.knowledge.load_questions import load_ids

    homes = (data_directory("rules"), *(pack / "rules" for pack in own_packs(os.environ)))
    found = (name for home in homes for name in load_ids(home / "catalog")[table])
    return [name for name in dict.fromkeys(found) if name.startswith(begun)]

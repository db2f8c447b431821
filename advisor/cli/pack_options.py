"""Packs laid over our rules: those named by `--rules`, above those in the user's own folder, said aloud."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.cli.shell_words import folders
from advisor.paths import own_packs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.knowledge.pack import Knowledge

laid_over = click.option(
    "--rules",
    "packs",
    multiple=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    shell_complete=folders,
    help="Lay the pack in this folder over ours; may be given again. A record keeps its own.",
)


def knowledge_with(packs: Sequence[Path]) -> Knowledge:
    """Our knowledge with the user's own packs and the named ones over it; names them on standard error."""
    from advisor.knowledge.load_pack import load_knowledge

    folders = [*own_packs(os.environ), *packs]
    knowledge = load_knowledge(folders)
    for pack, folder in zip(knowledge.packs, folders, strict=True):
        counts = f"adds {len(pack.adds)}, replaces {len(pack.replaces)}"
        click.echo(f"with the pack {pack.name} {pack.version} ({counts}) from {folder}", err=True)
    return knowledge

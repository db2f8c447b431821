"""Whose figures a case is tried with: a pack's threshold is tested by the pack's own cases, and breaks none of ours."""

from __future__ import annotations

from collections.abc import Callable

from advisor.knowledge.packs.load_pack import knowledge_from_files
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.packs.pack_paths import layer_of

Layer = tuple[Knowledge, Callable[[str], bool]]


def layers(knowledge: Knowledge) -> tuple[Layer, ...]:
    """Our own entries with our own figures, then the packs' entries with everything; each tells its files."""
    if not knowledge.packs:
        return ((knowledge, lambda _: True),)
    ours = knowledge_from_files({path: data for path, data in knowledge.files.items() if not layer_of(path)})
    return (ours, lambda _: True), (knowledge, lambda file: bool(layer_of(file)))

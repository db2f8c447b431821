"""The paths of packs' files: `packs/01-acme/rules/…` is the file `rules/…` of the first pack laid over ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from advisor.errors import BadKnowledge

MANIFEST = "rules/pack.toml"
_LAYER = re.compile(r"(packs/[0-9]{2}-[a-z0-9-]+)/")


def layer_of(path: str) -> str:
    """The pack a file belongs to, as `packs/01-acme`; empty for ours."""
    found = _LAYER.match(path)
    return found[1] if found else ""


def within(path: str) -> str:
    """A file's path inside its pack: `rules/…`."""
    layer = layer_of(path)
    return path[len(layer) + 1 :] if layer else path


def layers_of(paths: Sequence[str] | Mapping[str, Any]) -> list[str]:
    """The packs laid over ours, lowest first."""
    return sorted({layer_of(path) for path in paths} - {""})


@contextmanager
def errors_in_folders(packs: Sequence[Path]) -> Iterator[None]:
    """Let what is wrong with a pack's file name the path it was read from, whenever it is found."""
    try:
        yield
    except BadKnowledge as error:
        where, what = in_folders(error.where, packs), in_folders(error.what, packs)
        raise BadKnowledge(where, what, in_folders(error.todo, packs)) from None


def in_folders(text: str, packs: Sequence[Path]) -> str:
    """A text with the packs' own names of files spelled as the paths they were read from."""

    def spelled(found: re.Match[str]) -> str:
        number = int(found[1][len("packs/") :][:2])
        return f"{packs[number - 1]}/" if 0 < number <= len(packs) else found[0]

    return _LAYER.sub(spelled, text)

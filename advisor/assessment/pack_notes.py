"""Notes on overlaid rule packs: a verdict never hides whose rules and prices it follows."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.knowledge.packs.pack import Knowledge, Overlay

_MOST_NAMED = 8


def pack_notes(knowledge: Knowledge) -> tuple[str, ...]:
    """One sentence per pack, lowest first: what it adds, what it replaces, what it loosens on purpose."""
    return tuple(_note(pack) for pack in knowledge.packs)


def _note(pack: Overlay) -> str:
    done = [_counted("adds", pack.adds), _counted("replaces", pack.replaces), _counted("loosens", pack.loosens)]
    return f"The pack {pack.name} {pack.version} is laid over ours: {'; '.join(filter(None, done)) or 'it is empty'}"


def _counted(verb: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"it {verb} {', '.join(names[:_MOST_NAMED])}{more}"

"""Which files a pack may hold, and which one table each: what no reader takes is an error, never passed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.load_catalog import FILES as CATALOG_FILES
from advisor.knowledge.packs.pack_paths import MANIFEST, layer_of, within

FILES = {
    "rules/facts.toml": "fact",
    "rules/sources.toml": "source",
    "rules/systems.toml": "system",
    "rules/tiers.toml": "rule",
    "rules/licenses/licenses.toml": "license",
    "rules/licenses/conditions.toml": "rule",
    **{f"rules/catalog/{name}.toml": table for name, table in CATALOG_FILES.items()},
}
"""Single files, and the table each holds."""

FOLDERS = {
    "rules/gates/": "rule",
    "rules/licenses/": "rule",
    "rules/parameters/": "parameter",
    "rules/methods/": "method",
    "rules/checklists/": "checklist",
    "rules/claims/": "claim",
    "rules/obligations/": "",
    "rules/throughput/": "",
    "questionnaires/questions/": "question",
    "questionnaires/": "",
}
"""Folders of any number of files, and the table these hold; empty where the reader checks that by itself."""


def check_files(tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a file, or a table in one, that nothing reads; raises BadKnowledge with the nearest that is read."""
    for path, table in tables.items():
        own = within(path)
        if own == MANIFEST:
            continue
        expected = FILES.get(own)
        if expected is None:
            expected = next((name for folder, name in FOLDERS.items() if own.startswith(folder)), None)
        if expected is None or (own.startswith("rules/catalog/") and own not in FILES):
            raise BadKnowledge(path, "nothing reads this file", _near(own))
        if not layer_of(path) or not expected:
            continue
        strange = sorted(set(table) - {expected, "#:schema"})
        if strange:
            raise BadKnowledge(path, f"nothing reads the table {strange[0]!r} here", f"allowed: [[{expected}]]")


def _near(path: str) -> str:
    """The file or folder that was probably meant."""
    folder = path.rpartition("/")[0] + "/"
    same_folder = [known for known in FILES if known.startswith(folder)]
    return nearest(path, same_folder or [*FILES, *(f"{folder}*.toml" for folder in FOLDERS)])

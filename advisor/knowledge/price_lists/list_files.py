"""Which price lists can be read, and from which files: the list itself, or the package that carries it."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from advisor.bounded_read import read_file
from advisor.errors import BadInput
from advisor.knowledge.catalog import Catalog
from advisor.knowledge.price_lists.price_list import PriceListRead

ListKind = Literal["litellm", "genai-prices"]
LIST_KINDS: tuple[ListKind, ...] = ("litellm", "genai-prices")
MOST_BYTES = 200_000_000
_MEMBERS = {
    "litellm": "litellm/model_prices_and_context_window_backup.json",
    "genai-prices": "genai_prices/data.py",
}
_OLDEST = date(2023, 1, 1)


def list_bytes(kind: ListKind, file: Path) -> bytes:
    """The bytes of a list, out of the package's wheel where FILE is one; raises BadInput."""
    data = read_file(file, MOST_BYTES, follow=True)
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as wheel, wheel.open(_MEMBERS[kind]) as member:
            return member.read(MOST_BYTES)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError):
        raise BadInput(str(file), f"is not a wheel of {kind}", f"it holds {_MEMBERS[kind]}") from None


def file_day(file: Path) -> date | None:
    """The day a file was written, where that can be a list's own: packages are stamped with days long past."""
    try:
        day = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    except (OSError, ValueError, OverflowError):
        return None
    return day if day >= _OLDEST else None


def read_list(kind: ListKind, data: bytes, file: str, catalog: Catalog, day: date) -> PriceListRead:
    """Read one list as of a day; raises BadInput for anything that is not one."""
    if kind == "litellm":
        from advisor.knowledge.price_lists.litellm_list import read_litellm

        return read_litellm(data, file, catalog, day)
    from advisor.knowledge.price_lists.genai_list import read_genai

    return read_genai(data, file, catalog, day)

"""Read LiteLLM's whole price file and hold what comes out against the file itself, by another path.

    python -m benchmarks.import_litellm FILE [DATE]

FILE is `litellm/model_prices_and_context_window_backup.json` out of the wheel of litellm; it is not shipped here.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from advisor.knowledge.imported_pack import overlay_files
from advisor.knowledge.litellm_prices import Offer, PriceList, price_changes, read_price_list
from advisor.knowledge.load_pack import load_knowledge
from advisor.report.catalog_text import import_text

MILLION = 1_000_000


def main() -> None:
    file = Path(sys.argv[1])
    day = date.fromisoformat(sys.argv[2]) if len(sys.argv) > 2 else date.today()
    data, ours = file.read_bytes(), load_knowledge()
    start = time.perf_counter()
    read = read_price_list(data, file.name, ours.catalog)
    seconds = time.perf_counter() - start
    changes = price_changes(read.offers, ours.catalog, day)
    print(import_text(read, changes))
    _hold_to_the_file(read, json.loads(data, parse_float=Decimal))
    with TemporaryDirectory() as folder:
        for path, written in overlay_files(changes, ours.catalog, day).items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(written)
        laid = load_knowledge([Path(folder)])
    pack = laid.packs[0]
    assert all(
        change.after in (laid.catalog.api if change.table == "api" else laid.catalog.managed)[change.offer.model].prices
        for change in changes
    )
    print(f"\n{read.entries:,} entries read in {seconds:.2f} s; every price taken is the file's to the last digit")
    print(f"laid over ours as {pack.name} {pack.version}: adds {len(pack.adds)}, replaces {len(pack.replaces)}")


def _hold_to_the_file(read: PriceList, table: dict[str, dict[str, Decimal]]) -> None:
    """Dollars per million tokens are the file's dollars per token times a million, computed in decimals."""
    for offer in read.offers:
        assert _stated(offer, table) == (offer.prices["input"], offer.prices["output"]), offer.key
        assert offer.prices["input"] > 0, offer.key


def _stated(offer: Offer, table: dict[str, dict[str, Decimal]]) -> tuple[float, float]:
    entry = table[offer.key]
    names = ("input_cost_per_token", "output_cost_per_token")
    given, made = (float(Decimal(str(entry[name])) * MILLION) for name in names)
    return given, made


if __name__ == "__main__":
    main()

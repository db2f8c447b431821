"""The process that works on a ledger for the interface: long work there keeps no key and no verdict waiting.

Its arguments are the folders of packs to lay over ours. It serves one request after the other until its pipe closes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from advisor.tui.workers.ledger_service import answer
from advisor.tui.workers.pipe import receive, send

REQUESTS = 0


def main() -> None:
    """Serve requests from standard input; whatever else is printed goes to standard error."""
    replies = os.dup(1)
    os.dup2(2, 1)
    packs = [Path(folder) for folder in sys.argv[1:]]
    while (request := receive(REQUESTS)) is not None:
        send(replies, answer(request, lambda progress: send(replies, progress), packs))


if __name__ == "__main__":
    main()

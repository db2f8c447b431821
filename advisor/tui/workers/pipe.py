"""Whole messages over a pipe, at the end that may block: a worker's."""

from __future__ import annotations

import os
from typing import Any

from advisor.tui.workers.messages import HEADER, framed, unframed


def receive(source: int) -> Any:
    """Read one message; None when the other end has gone."""
    header = _exactly(source, HEADER.size)
    return unframed(_exactly(source, HEADER.unpack(header)[0])) if header else None


def send(target: int, message: object) -> None:
    """Write one message, wholly."""
    view = memoryview(framed(message))
    while view:
        view = view[os.write(target, view) :]


def _exactly(source: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = os.read(source, count - len(data))
        if not part:
            return b""
        data += part
    return data

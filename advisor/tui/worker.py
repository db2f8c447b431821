"""The worker process: loads the knowledge base, then answers requests on its pipe until it is closed.

It runs apart from the interface, because rules in a thread were measured to slow keys sixfold.
"""

from __future__ import annotations

import os
import selectors
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.interview.assumptions import DEFAULTS, Assumptions
from advisor.tui.afterthought import Afterthought
from advisor.tui.exchange import HEADER, Assess, Assessed, NotSaved, Ready, Refused, Saved, framed, unframed

if TYPE_CHECKING:
    from advisor.assessment import Assessment
    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge
    from advisor.tui.exchange import Reply, Request


def main() -> None:
    """Serve requests from standard input; whatever else is printed goes to standard error."""
    requests, replies = 0, os.dup(1)
    os.dup2(2, 1)
    try:
        from advisor.knowledge.load import load_knowledge

        knowledge = load_knowledge()
        _send(replies, framed(Ready(assumptions_of(knowledge))))
    except AdvisorError as error:
        _send(replies, framed(Refused(error.sentence)))
        return
    _serve(requests, replies, knowledge)


def _serve(requests: int, replies: int, knowledge: Knowledge) -> None:
    """Answer at once; look for what could change a verdict only while nothing is asked."""
    later = Afterthought()
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if requests in ready:
                if later.reader is not None:
                    selector.unregister(later.reader)
                    later.cancel()
                request = _receive(requests)
                if request is None:
                    return
                _send(replies, framed(answer(request, knowledge)))
                if isinstance(request, Assess):
                    selector.register(later.start(partial(_complete, request, knowledge)), selectors.EVENT_READ)
            elif later.reader is not None:
                selector.unregister(later.reader)
                _send(replies, later.finish())


def answer(request: Request, knowledge: Knowledge) -> Reply:
    """Do one request; an error becomes its sentence, for the worker outlives it and the interview goes on."""
    failed = Refused if isinstance(request, Assess) else NotSaved
    try:
        if isinstance(request, Assess):
            assessment = _assess(request.answers, knowledge, flips=False)
            return Assessed(request.number, _light(assessment), is_complete=False)
        return _save(request.answers, request.directory, knowledge)
    except AdvisorError as error:
        return failed(error.sentence)
    except OSError as error:
        return failed(f"{error.filename or 'the disk'}: {error.strerror}")
    except Exception as error:
        return failed(f"a fault of the program itself: {type(error).__name__} ({error})")


def assumptions_of(knowledge: Knowledge) -> Assumptions:
    """Take the defaults that hold today, and the titles their sources are known by."""
    today = datetime.now(UTC).date()
    defaults = {
        name: parameter.at(today) for name, parameter in knowledge.parameters.items() if name.startswith(DEFAULTS)
    }
    catalog = knowledge.catalog
    titled = (knowledge.sources, catalog.models, catalog.gpus, catalog.api)
    return Assumptions(defaults, {name: entry.title for table in titled for name, entry in table.items()})


def complete(request: Assess, knowledge: Knowledge) -> Assessed:
    """Assess once more, with everything that takes its time."""
    return Assessed(request.number, _light(_assess(request.answers, knowledge, flips=True)), is_complete=True)


def _complete(request: Assess, knowledge: Knowledge) -> bytes:
    return framed(complete(request, knowledge))


def _assess(answers: Answers, knowledge: Knowledge, flips: bool) -> Assessment:
    from advisor.assess import assess

    return assess(answers, knowledge, as_of=datetime.now(UTC).date(), flips=flips)


def _save(answers: Answers, directory: str, knowledge: Knowledge) -> Saved:
    from advisor.record import save_decision

    Path(directory).mkdir(parents=True, exist_ok=True)
    made = save_decision(
        _assess(answers, knowledge, flips=True), answers, knowledge, Path(directory), datetime.now(UTC)
    )
    return Saved(str(made.path), made.number, made.durable)


def _light(assessment: Assessment) -> Assessment:
    """Leave out the facts: screens show what follows from them, and they are the larger part of the bytes."""
    return replace(assessment, facts={})


def _receive(requests: int) -> Request | None:
    """Read one request; None when the interface has gone."""
    header = _exactly(requests, HEADER.size)
    if not header:
        return None
    request: Request = unframed(_exactly(requests, HEADER.unpack(header)[0]))
    return request


def _exactly(source: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = os.read(source, count - len(data))
        if not part:
            return b""
        data += part
    return data


def _send(replies: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(replies, view) :]


if __name__ == "__main__":
    main()

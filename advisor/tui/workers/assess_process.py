"""The worker process: loads the knowledge base, then answers requests on its pipe until it is closed.

Its arguments are the folders of packs to lay over ours.
It runs apart from the interface, because rules in a thread were measured to slow keys sixfold.
"""

from __future__ import annotations

import os
import selectors
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.assessment.model import Assessment
from advisor.assessment.open_evidence import NeverAsked
from advisor.errors import AdvisorError
from advisor.interview.answers import Answers
from advisor.interview.assumptions import assumptions_of
from advisor.tui.workers.assess_service import answer, asking, complete, light, preview, save
from advisor.tui.workers.background import BackgroundWork
from advisor.tui.workers.ipc import receive, reply_channel, send
from advisor.tui.workers.messages import Assess, Assessed, Ordered, Preview, Ready, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from advisor.knowledge.pack import Knowledge
    from advisor.tui.workers.messages import Request


REQUESTS = 0
PAUSE_S = 0.12
"""How long nothing must be asked before more is looked for: between the keys of one number it would be in the way."""
NICE = 5
"""Keys go before verdicts where there is but one processor for both."""


def main() -> None:
    """Serve requests from standard input; whatever else is printed goes to standard error."""
    replies = reply_channel()
    os.nice(NICE)
    try:
        from advisor.knowledge.load_pack import load_knowledge

        knowledge = load_knowledge([Path(folder) for folder in sys.argv[1:]])
    except AdvisorError as error:
        send(replies, Refused(error.sentence))
        while receive(REQUESTS) is not None:
            send(replies, Refused(error.sentence))
        return
    send(replies, Ready(assumptions_of(knowledge, datetime.now(UTC).date())))
    Worker(knowledge, replies).serve(REQUESTS)


class Worker:
    """Answers at once; looks for what could change a verdict only while nothing is asked, and remembers it."""

    def __init__(self, knowledge: Knowledge, replies: int) -> None:
        self._knowledge, self._replies = knowledge, replies
        self._later = BackgroundWork()
        self._asked = Assess(0, Answers())
        self._wanted: Callable[[], Iterator[NeverAsked | Assessment]] | None = None
        self._known: tuple[Answers, Assessment] | None = None

    def serve(self, requests: int) -> None:
        """Serve until the pipe is closed."""
        while True:
            ready = self._ready(requests)
            if requests not in ready:
                self._look_further(bool(ready))
                continue
            request = receive(requests)
            if request is None:
                self._later.cancel()
                return
            self._do(request)

    def _ready(self, requests: int) -> set[int]:
        with selectors.DefaultSelector() as selector:
            selector.register(requests, selectors.EVENT_READ)
            if self._later.reader is not None:
                selector.register(self._later.reader, selectors.EVENT_READ)
            return {key.fd for key, _ in selector.select(PAUSE_S if self._wanted is not None else None)}

    def _look_further(self, has_found: bool) -> None:
        """Take what was found, or begin to look for it."""
        if has_found:
            self._take_part()
        elif self._wanted is not None:
            self._later.start(self._wanted)
            self._wanted = None

    def _do(self, request: Request) -> None:
        if isinstance(request, Assess):
            self._later.cancel()
            reply = answer(request, self._knowledge)
            send(self._replies, reply)
            self._asked, self._wanted = request, None
            if isinstance(reply, Assessed):
                self._wanted = partial(_found_further, reply, request.answers, self._knowledge)
            return
        self._look_further(False)
        while self._later.reader is not None and self._asked.answers == request.answers:
            self._take_part()
        known = self._known[1] if self._known is not None and self._known[0] == request.answers else None
        self._later.cancel()
        if isinstance(request, Preview):
            send(self._replies, preview(request, self._knowledge, known))
        else:
            send(self._replies, save(request, self._knowledge, known))

    def _take_part(self) -> None:
        """Take a part of what was found: first what to ask next, then everything."""
        match self._later.part():
            case NeverAsked() as asking:
                send(self._replies, Ordered(self._asked.number, asking))
            case Assessment() as assessment:
                self._known = self._asked.answers, assessment
                send(self._replies, Assessed(self._asked.number, light(assessment), is_complete=True))


def _found_further(found: Assessed, answers: Answers, knowledge: Knowledge) -> Iterator[NeverAsked | Assessment]:
    """Look for what takes longer than the verdict, the sooner known first."""
    yield asking(answers, knowledge, [one.key for one in found.assessment.measure_next])
    yield complete(answers, knowledge)


if __name__ == "__main__":
    main()

"""The worker process: loads the knowledge base, then answers requests on its pipe until it is closed.

Its arguments are the folders of packs to lay over ours.
It runs apart from the interface, because rules in a thread were measured to slow keys sixfold.
"""

from __future__ import annotations

import os
import selectors
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.assessment import Assessment
from advisor.errors import AdvisorError
from advisor.foundation import NeverAsked
from advisor.interview.answers import Answers
from advisor.tui.afterthought import Afterthought
from advisor.tui.exchange import Assess, Assessed, Ordered, Preview, Ready, Refused
from advisor.tui.pipe import receive, send
from advisor.tui.service import answer, asking, assumptions_of, complete, light, preview, save

if TYPE_CHECKING:
    from collections.abc import Iterator

    from advisor.knowledge.pack import Knowledge
    from advisor.tui.exchange import Request

REQUESTS = 0
NICE = 5
"""Keys go before verdicts where there is but one processor for both."""


def main() -> None:
    """Serve requests from standard input; whatever else is printed goes to standard error."""
    replies = os.dup(1)
    os.dup2(2, 1)
    os.nice(NICE)
    try:
        from advisor.knowledge.load import load_knowledge

        knowledge = load_knowledge([Path(folder) for folder in sys.argv[1:]])
    except AdvisorError as error:
        send(replies, Refused(error.sentence))
        while receive(REQUESTS) is not None:
            send(replies, Refused(error.sentence))
        return
    send(replies, Ready(assumptions_of(knowledge)))
    Worker(knowledge, replies).serve(REQUESTS)


class Worker:
    """Answers at once; looks for what could change a verdict only while nothing is asked, and remembers it."""

    def __init__(self, knowledge: Knowledge, replies: int) -> None:
        self._knowledge, self._replies = knowledge, replies
        self._later = Afterthought()
        self._asked = Assess(0, Answers())
        self._known: tuple[Answers, Assessment] | None = None

    def serve(self, requests: int) -> None:
        """Serve until the pipe is closed."""
        while True:
            if requests not in self._ready(requests):
                self._take_part()
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
            return {key.fd for key, _ in selector.select()}

    def _do(self, request: Request) -> None:
        if isinstance(request, Assess):
            self._later.cancel()
            reply = answer(request, self._knowledge)
            send(self._replies, reply)
            self._asked = request
            if isinstance(reply, Assessed):
                self._later.start(partial(_look_further, reply, request.answers, self._knowledge))
            return
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


def _look_further(found: Assessed, answers: Answers, knowledge: Knowledge) -> Iterator[NeverAsked | Assessment]:
    """Look for what takes longer than the verdict, the sooner known first."""
    yield asking(answers, knowledge, [one.key for one in found.assessment.measure_next])
    yield complete(answers, knowledge)


if __name__ == "__main__":
    main()

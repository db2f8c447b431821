"""The worker process: loads the knowledge base, then answers requests on its pipe until it is closed.

Its arguments are the folders of packs to lay over ours.
It runs apart from the interface, because rules in a thread were measured to slow keys sixfold.
"""

from __future__ import annotations

import os
import pickle
import selectors
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.interview.answers import Answers
from advisor.tui.afterthought import Afterthought
from advisor.tui.exchange import Assess, Assessed, Preview, Ready, Refused, unframed
from advisor.tui.pipe import receive, send
from advisor.tui.service import answer, assumptions_of, complete, light, preview, save

if TYPE_CHECKING:
    from advisor.assessment import Assessment
    from advisor.knowledge.pack import Knowledge
    from advisor.tui.exchange import Request

REQUESTS = 0


def main() -> None:
    """Serve requests from standard input; whatever else is printed goes to standard error."""
    replies = os.dup(1)
    os.dup2(2, 1)
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
                self._finish()
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
            send(self._replies, answer(request, self._knowledge))
            self._asked = request
            self._later.start(lambda: pickle.dumps(complete(request.answers, self._knowledge)))
            return
        if self._later.reader is not None and self._asked.answers == request.answers:
            self._finish()
        known = self._known[1] if self._known is not None and self._known[0] == request.answers else None
        self._later.cancel()
        if isinstance(request, Preview):
            send(self._replies, preview(request, self._knowledge, known))
        else:
            send(self._replies, save(request, self._knowledge, known))

    def _finish(self) -> None:
        """Take what was found; nothing, where looking for it failed."""
        data = self._later.finish()
        if data:
            assessment: Assessment = unframed(data)
            self._known = self._asked.answers, assessment
            send(self._replies, Assessed(self._asked.number, light(assessment), is_complete=True))


if __name__ == "__main__":
    main()

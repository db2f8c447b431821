"""The worker process: loads the knowledge base, then answers requests on its pipe until it is closed.

Its arguments are the folders of packs to lay over ours.
It runs apart from the interface, because rules in a thread were measured to slow keys sixfold.
"""

from __future__ import annotations

import os
import selectors
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.analysis.analysis_results import NeverAsked
from advisor.assessment.model import Assessment
from advisor.decision.compiled import interview_day
from advisor.errors import AdvisorError, sentence_of
from advisor.interview.answers import Answers
from advisor.interview.choices import names_in
from advisor.interview.defaults import assumptions_of
from advisor.knowledge.labels import all_titles
from advisor.tui.workers.messages import (
    Assess,
    Assessed,
    NotSavedReply,
    Ordered,
    Preview,
    Previewed,
    Ready,
    Refused,
    SavedReply,
    Titles,
    receive,
    reply_channel,
    send,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from advisor.knowledge.pack import Knowledge
    from advisor.tui.workers.messages import Preview, Request, Save

    Further = Titles | NeverAsked | Assessment
    Found = Callable[[], Iterator[Further]]


# Cancelable background work, run in a forked worker and killed when an answer changes.
#
# What it finds arrives part by part, each with its length before it.
#
# The copy has the knowledge base in memory already, so starting it costs next to nothing.


LATER_NICE = 10
"""Low scheduling priority, so that key handling and the next verdict run first."""


class BackgroundWork:
    """At most one piece of such work; `reader` is ready to read when a part of its result begins to arrive."""

    def __init__(self) -> None:
        self.reader: int | None = None
        self._process = self._ended = 0

    def start(self, work: Callable[[], Iterable[object]]) -> int:
        """Begin, and return the descriptor to wait for."""
        self._reap()
        reader, writer = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(reader)
            _work_and_exit(work, writer)
        os.close(writer)
        self.reader = reader
        return reader

    def part(self) -> Any:
        """Read the next part; None at the end, where the work is done or failed."""
        assert self.reader is not None  # the caller waited for it
        found = receive(self.reader)
        if found is None:
            self._close()
            self._reap()
        return found

    def cancel(self) -> None:
        """End the work without its result; what is left of it is cleared away when there is time."""
        if self.reader is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            self._close()

    def _close(self) -> None:
        assert self.reader is not None  # held by both callers
        self._reap()
        os.close(self.reader)
        self.reader, self._ended = None, self._process

    def _reap(self) -> None:
        if self._ended:
            os.waitpid(self._ended, 0)
            self._ended = 0


def _work_and_exit(work: Callable[[], Iterable[object]], writer: int) -> None:
    """Do the work in the copy; whatever happens there ends there, without the original's cleaning up."""
    status = 1
    os.nice(LATER_NICE)
    try:
        for part in work():
            send(writer, part)
        status = 0
    finally:
        os._exit(status)


DRAWN = ("volume.output_tokens",)


def answer(request: Assess, knowledge: Knowledge) -> Assessed | Refused:
    """Give the verdict without what takes its time; an error becomes its sentence, and the interview goes on."""
    try:
        return Assessed(request.number, light(_assess(request.answers, knowledge, flips=False)), is_complete=False)
    except Exception as error:
        return Refused(sentence_of(error))


def asking(answers: Answers, knowledge: Knowledge, moving: Sequence[str]) -> NeverAsked:
    """Find what was never asked, what matters most first; `moving` are the inputs that move the costs."""
    from advisor.api import questions_left

    return questions_left(answers, knowledge, interview_day(knowledge), moving)


def complete(answers: Answers, knowledge: Knowledge) -> Assessment:
    """Assess with everything that takes its time."""
    return _assess(answers, knowledge, flips=True)


def save(request: Save, knowledge: Knowledge, known: Assessment | None = None) -> SavedReply | NotSavedReply:
    """Save a record, of the assessment that is known or of one made now; an error becomes its sentence."""
    from advisor.record.save_decision import save_decision
    from advisor.record.signatures.statement import read_stated

    directory = Path(request.directory)
    try:
        stated = read_stated(request.stated, datetime.now(UTC).date())
        assessment = known or complete(request.answers, knowledge)
        directory.mkdir(parents=True, exist_ok=True)
        made = save_decision(assessment, request.answers, knowledge, directory, datetime.now(UTC), stated)
    except Exception as error:
        return NotSavedReply(sentence_of(error))
    note = _superseded(request, made.number) if request.supersedes else ""
    return SavedReply(str(made.path), made.number, made.durable, made.sentence, note)


def preview(request: Preview, knowledge: Knowledge, known: Assessment | None = None) -> Previewed:
    """Give the text of a record as it would be saved now, at the next place of its ledger."""
    from advisor.record.ledger import Ledger
    from advisor.record.save_decision import decision_bytes
    from advisor.record.signatures.statement import read_stated

    try:
        assessment = known or complete(request.answers, knowledge)
        at, stated = Ledger(Path(request.directory)).next(), read_stated(request.stated, datetime.now(UTC).date())
        data = decision_bytes(assessment, request.answers, knowledge, at, datetime.now(UTC), stated)
    except Exception as error:
        return Previewed("", sentence_of(error))
    return Previewed(data.decode())


def _superseded(request: Save, newer: int) -> str:
    """Say of an older record that the one just saved takes its place; tell what became of it."""
    from advisor.record.ledger import Ledger
    from advisor.record.ledger_events import Act, supersede

    by = ", ".join(names_in(request.stated.deciders))
    act = Act(request.supersedes, by, request.stated.reason.strip(), datetime.now(UTC))
    try:
        return supersede(Ledger(Path(request.directory)), act, newer).sentence
    except Exception as error:
        return f"record {request.supersedes} was not superseded: {sentence_of(error)}"


def light(assessment: Assessment) -> Assessment:
    """Leave out the facts but those that screens draw: they are the larger part of the bytes."""
    return replace(assessment, facts={key: assessment.facts[key] for key in DRAWN if key in assessment.facts})


def _assess(answers: Answers, knowledge: Knowledge, flips: bool) -> Assessment:
    from advisor.api import assess

    return assess(answers, knowledge, as_of=interview_day(knowledge), flips=flips, further=flips)


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
    send(replies, Ready(assumptions_of(knowledge, interview_day(knowledge))))
    Worker(knowledge, replies).serve(REQUESTS)


class Worker:
    """Answers at once; looks for what could change a verdict only while nothing is asked, and remembers it."""

    def __init__(self, knowledge: Knowledge, replies: int) -> None:
        self._knowledge, self._replies = knowledge, replies
        self._later = BackgroundWork()
        self._asked = Assess(0, Answers())
        self._wanted: Found | None = None
        self._known: tuple[Answers, Assessment] | None = None
        self._has_sent_titles = False

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
                find = partial(_found_further, reply, request.answers, self._knowledge)
                self._wanted = find if self._has_sent_titles else partial(_after_titles, find)
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
            case Titles() as titles:
                send(self._replies, titles)
                self._has_sent_titles = True
            case NeverAsked() as asking:
                send(self._replies, Ordered(self._asked.number, asking))
            case Assessment() as assessment:
                self._known = self._asked.answers, assessment
                send(self._replies, Assessed(self._asked.number, light(assessment), is_complete=True))


def _after_titles(find: Found) -> Iterator[Further]:
    """Read the words for ids before all else, once: the interface needs them as soon as the verdict is opened."""
    yield Titles(all_titles())
    yield from find()


def _found_further(found: Assessed, answers: Answers, knowledge: Knowledge) -> Iterator[Further]:
    """Look for what takes longer than the verdict, the sooner known first."""
    yield asking(answers, knowledge, [one.key for one in found.assessment.measure_next])
    yield complete(answers, knowledge)


if __name__ == "__main__":
    main()

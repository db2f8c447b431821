"""The worker process: loads the knowledge base, then answers requests on its pipe until it is closed.

It runs apart from the interface, because rules in a thread were measured to slow keys sixfold.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from advisor.errors import AdvisorError
from advisor.interview.assumptions import DEFAULTS, Assumptions
from advisor.tui.exchange import HEADER, Assess, Assessed, Ready, Refused, Saved, framed, unframed

if TYPE_CHECKING:
    from advisor.assessment import Assessment
    from advisor.interview.answers import Answers
    from advisor.knowledge.pack import Knowledge
    from advisor.tui.exchange import Reply, Request


def main() -> None:
    """Serve requests from standard input; whatever else is printed goes to standard error."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        from advisor.knowledge.load import load_knowledge

        knowledge = load_knowledge()
        _send(replies, Ready(assumptions_of(knowledge)))
    except AdvisorError as error:
        _send(replies, Refused(error.sentence))
        return
    while header := requests.read(HEADER.size):
        body = requests.read(HEADER.unpack(header)[0])
        _send(replies, answer(unframed(body), knowledge))


def answer(request: Request, knowledge: Knowledge) -> Reply:
    """Do one request; an error the program knows becomes its sentence."""
    number = request.number if isinstance(request, Assess) else 0
    try:
        if isinstance(request, Assess):
            return Assessed(number, _light(_assess(request.answers, knowledge)))
        return _save(request.answers, request.directory, knowledge)
    except AdvisorError as error:
        return Refused(error.sentence, number)


def assumptions_of(knowledge: Knowledge) -> Assumptions:
    """Take the defaults that hold today, and the titles their sources are known by."""
    today = datetime.now(UTC).date()
    defaults = {
        name: parameter.at(today) for name, parameter in knowledge.parameters.items() if name.startswith(DEFAULTS)
    }
    catalog = knowledge.catalog
    titled = (knowledge.sources, catalog.models, catalog.gpus, catalog.api)
    return Assumptions(defaults, {name: entry.title for table in titled for name, entry in table.items()})


def _assess(answers: Answers, knowledge: Knowledge) -> Assessment:
    from advisor.assess import assess

    return assess(answers, knowledge, as_of=datetime.now(UTC).date())


def _save(answers: Answers, directory: str, knowledge: Knowledge) -> Saved:
    from advisor.record import save_decision

    made = save_decision(_assess(answers, knowledge), answers, knowledge, Path(directory), datetime.now(UTC))
    return Saved(str(made.path), made.number, made.durable)


def _light(assessment: Assessment) -> Assessment:
    """Leave out the facts: screens show what follows from them, and they are the larger part of the bytes."""
    return replace(assessment, facts={})


def _send(replies: BinaryIO, reply: Reply) -> None:
    replies.write(framed(reply))
    replies.flush()


if __name__ == "__main__":
    main()

"""File borders that one answer crosses: calls from one file of the program into another, while a key is handled.

`python -m benchmarks.interface.answer_path` opens a questionnaire under Textual's test pilot, answers a question by one
key, and prints what crossed most, by pair of files. Only the thread of the interface counts: the session is written in
another, after the key is painted.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NamedTuple

import advisor
from advisor.interview.reducer import Visit
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.workers.messages import Assessed, Reply
from tests.terminal.canned import CannedAssessClient, app_in

PACKAGE = f"{Path(advisor.__file__).parent}{os.sep}"
SHEETS = ("quick", "full")
SIZES = ((80, 24), (120, 40))
ANSWERS = (("data.boundary", "space"), ("volume.output_tokens", "4"))
"""A question with choices and one that is typed, each with a key that answers it."""


class AnswerPath(NamedTuple):
    """What one answer took: calls between files by pair, and how often the page was drawn."""

    calls: Counter[tuple[str, str]]
    drawn: int

    @property
    def crossings(self) -> int:
        """All calls from one file into another."""
        return self.calls.total()


class CountedAssessClient(CannedAssessClient):
    """Gives another verdict for every request; a silent one only for the first, so that the key alone is counted."""

    def __init__(self, is_silent: bool) -> None:
        super().__init__()
        self._is_silent = is_silent

    def _reply(self, reply: Reply) -> None:
        if isinstance(reply, Assessed):
            if self._is_silent and reply.number > 1:
                return
            reply = reply._replace(assessment=replace(reply.assessment, workload=f"workload-{reply.number}"))
        super()._reply(reply)


@contextmanager
def counted_calls(package: str = PACKAGE) -> Iterator[Counter[tuple[str, str]]]:
    """Count the calls of this thread from one file below `package` into another, by both files.

    Frames of libraries and of generated code between the two are skipped: a property of another file counts, however it
    is reached. What the event loop calls from outside the program crosses nothing.
    """
    calls: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        called = frame.f_code.co_filename
        if event != "call" or not called.startswith(package):
            return
        caller = frame.f_back
        while caller is not None and not caller.f_code.co_filename.startswith(package):
            caller = caller.f_back
        if caller is not None and caller.f_code.co_filename != called:
            calls[caller.f_code.co_filename, called] += 1

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


@contextmanager
def counted_drawings() -> Iterator[Counter[str]]:
    """Count how often an interview page is drawn, under `drawn`."""
    draw, count = InterviewScreen.show_state, Counter[str]()

    def counting(page: InterviewScreen) -> None:
        count["drawn"] += 1
        draw(page)

    InterviewScreen.show_state = counting  # type: ignore[method-assign, assignment]
    try:
        yield count
    finally:
        InterviewScreen.show_state = draw  # type: ignore[method-assign, assignment]


async def answer_path(
    sheet: str, question: str, key: str, size: tuple[int, int], *, with_reply: bool = False
) -> AnswerPath:
    """Go to a question and answer it by one key; `with_reply` counts also what the verdict that follows takes."""
    client = CountedAssessClient(is_silent=not with_reply)
    with TemporaryDirectory() as folder:
        app = app_in(Path(folder), sheet, assess_client=client)
        async with app.run_test(size=size) as pilot:
            assert isinstance(app.screen, InterviewScreen)
            app.screen.apply(Visit(question))
            await pilot.pause()
            with counted_drawings() as count, counted_calls() as calls:
                await pilot.press(key)
                await pilot.pause()
            assert question in app.screen.state.answers.values
    return AnswerPath(calls, count["drawn"])


def main() -> None:
    """Print the crossings of each kind of answer, the most frequent pairs of files first."""
    for sheet, size, (question, key), with_reply in product(SHEETS, SIZES, ANSWERS, (False, True)):
        path = asyncio.run(answer_path(sheet, question, key, size, with_reply=with_reply))
        what = f"{sheet}, {size[0]} × {size[1]}, {question}{', with the verdict that follows' if with_reply else ''}"
        print(f"{what}: {path.crossings} crossings, {path.drawn} drawings of the page")
        for (caller, called), times in path.calls.most_common(int(os.environ.get("PAIRS", "5"))):
            print(f"{times:6}  {caller.removeprefix(PACKAGE)} → {called.removeprefix(PACKAGE)}")


if __name__ == "__main__":
    main()

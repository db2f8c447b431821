"""What the interface and its two worker processes say to each other, and how it is put in bytes."""

from __future__ import annotations

import os
import pickle
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.interview.choices import Stated

if TYPE_CHECKING:
    from advisor.analysis.analysis_results import NeverAsked
    from advisor.assessment.model import Assessment
    from advisor.interview.answers import Answers
    from advisor.interview.defaults import Assumptions
    from advisor.knowledge.labels import TitleTables
    from advisor.record.listed_record import ListedRecord


class Assess(NamedTuple):
    """Asks for a verdict; `number` comes back with it."""

    number: int
    answers: Answers


class Save(NamedTuple):
    """Asks for a record in a folder, and to say there that it takes the place of the record `supersedes` (0: none)."""

    answers: Answers
    directory: str
    stated: Stated = Stated()
    supersedes: int = 0


class Preview(NamedTuple):
    """Asks for the record as it would be saved now."""

    answers: Answers
    directory: str
    stated: Stated = Stated()


class Ready(NamedTuple):
    """The knowledge base is loaded; these are its defaults."""

    assumptions: Assumptions


class Titles(NamedTuple):
    """The words for ids, read by the worker so that no key press waits for the files."""

    tables: TitleTables


class Assessed(NamedTuple):
    """A verdict for the request of that number; what could change it is found later, and sent when `is_complete`."""

    number: int
    assessment: Assessment
    is_complete: bool


class Ordered(NamedTuple):
    """What was never asked, and which of it is best asked next, for the request of that number."""

    number: int
    asking: NeverAsked


class SavedReply(NamedTuple):
    """A record was written and read back; `durable` is False where the disk did not confirm it.

    `sentence` says so with the record's digest, `note` what became of the record it supersedes.
    """

    path: str
    number: int
    durable: bool
    sentence: str
    note: str = ""


class Previewed(NamedTuple):
    """A record as it would be saved, or why it cannot be."""

    text: str
    problem: str = ""


class NotSavedReply(NamedTuple):
    """No record was written, for this reason."""

    sentence: str


class Refused(NamedTuple):
    """There is no verdict, for this reason."""

    sentence: str


Request = Assess | Save | Preview
Reply = Ready | Titles | Assessed | Ordered | SavedReply | NotSavedReply | Previewed | Refused


SIGNED = ("sign", "disapprove")
"""The acts on a record that are nothing without a signature."""


class ListAll(NamedTuple):
    """Asks for every record of a ledger, in a few words each."""

    directory: str


class OpenRecord(NamedTuple):
    """Asks what one record says."""

    directory: str
    number: int


class Verify(NamedTuple):
    """Asks to check one record, or all (0); `head`, `allowed` and `revoked` as on the command line."""

    directory: str
    number: int = 0
    head: str = ""
    allowed: str = ""
    revoked: str = ""


class Diff(NamedTuple):
    """Asks what differs between two decisions."""

    directory: str
    first: int
    second: int


class LedgerTask(NamedTuple):
    """Asks to do one of the acts on a ledger or, where it is not `confirmed`, what it would do.

    `values` are what was typed, by field; all but `archive` and `merge` are about record `number`.
    """

    kind: str
    directory: str
    number: int
    values: dict[str, str]
    confirmed: bool = False


class Whoami(NamedTuple):
    """Asks what git knows of who signs: e-mail address and key."""


class Reopen(NamedTuple):
    """Asks for the interview that a decision was made from."""

    directory: str
    number: int


class PortfolioEdit(NamedTuple):
    """One answer of a workload as typed, in the spelling of a CSV; an empty text takes the answer away.

    Without a workload it is a term that all share: a limit, the discounts, how cards are shared, or staffing.
    """

    workload: str
    key: str
    text: str


class SolvePortfolio(NamedTuple):
    """Asks for the joint answer to a portfolio file, with these answers in the place of the file's."""

    path: str
    edits: tuple[PortfolioEdit, ...] = ()


class AssessMember(NamedTuple):
    """Asks for the verdict on one workload of such a portfolio by itself."""

    path: str
    edits: tuple[PortfolioEdit, ...]
    workload: str


class SavePortfolio(NamedTuple):
    """Asks for a decision on each workload, and for the one record that pins them with the joint answer."""

    path: str
    edits: tuple[PortfolioEdit, ...]
    directory: str
    deciders: str
    reason: str


class Progress(NamedTuple):
    """How far a long work is; `noun` says of what."""

    done: int
    of: int
    noun: str = "records"


class AnswerCell(NamedTuple):
    """An answer of one workload: in words, as it is typed, and the number its column is sorted by (0 for words)."""

    words: str = ""
    typed: str = ""
    order: float = 0.0


class PortfolioRow(NamedTuple):
    """One workload: what it chooses alone and together (route and model, the whole offer), dollars a month, and why."""

    name: str
    alone: str
    alone_offer: str
    alone_usd: float
    together: str
    together_offer: str
    together_usd: float | None
    because: str
    differs: bool
    answers: tuple[AnswerCell, ...]


class PortfolioTable(NamedTuple):
    """A portfolio with its joint answer; `keys` are those of the answers in each row, `notes` what is said above it.

    `terms` are what all workloads share, by key, as typed.
    """

    name: str
    notes: tuple[str, ...]
    keys: tuple[str, ...]
    rows: tuple[PortfolioRow, ...]
    terms: tuple[tuple[str, str], ...] = ()


class MemberAssessed(NamedTuple):
    """The verdict on one workload of a portfolio by itself."""

    assessment: Assessment


class Entries(NamedTuple):
    """Every record of a ledger."""

    entries: tuple[ListedRecord, ...]


class Opened(NamedTuple):
    """What one record says: labeled rows of what people stated, of a decision its assessment, and the rest in lines."""

    number: int
    kind: str
    standing: str
    rows: tuple[tuple[str, str], ...]
    assessment: Assessment | None
    lines: tuple[str, ...]


class GitIdentity(NamedTuple):
    """Who signs, by git; empty where it does not know."""

    principal: str
    key: str


class Answered(NamedTuple):
    """The answers of a decision as a session: its questionnaire, the answers as in a file, and what stayed unknown.

    `stated` holds what people said of it, by the names of the form that saves; `file` is the record; `measurements`
    are the files that answers were measured from.
    """

    file: str
    questionnaire: str
    answers: dict[str, object]
    unknown: tuple[str, ...]
    stated: dict[str, str]
    measurements: tuple[dict[str, object], ...] = ()


class Finished(NamedTuple):
    """Result of a task, in lines; `at_terminal` says that the key asks somebody there, and nothing was done yet."""

    ok: bool
    lines: tuple[str, ...]
    at_terminal: bool = False


PortfolioRequest = SolvePortfolio | AssessMember | SavePortfolio
LedgerRequest = ListAll | OpenRecord | Verify | Diff | LedgerTask | Whoami | Reopen | PortfolioRequest
PortfolioResult = PortfolioTable | MemberAssessed
LedgerAnswer = Progress | Entries | Opened | GitIdentity | Answered | Finished | PortfolioResult


# Messages between the interface and its worker processes: framing, the blocking end, the asynchronous client.
#
# Both ends are this program and the bytes never come from outside, so pickle's trust in them is warranted. A worker
# runs in an isolated interpreter: no code lying in the working directory is ever imported.


HEADER = struct.Struct(">I")
"""The length of a message, before it."""


def framed(message: object) -> bytes:
    """Put a message in bytes: its length in four bytes, then itself."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


def receive(source: int) -> Any:
    """Read one message from a descriptor, blocking; None when the other end has gone."""
    header = _exactly(source, HEADER.size)
    return pickle.loads(_exactly(source, HEADER.unpack(header)[0])) if header else None


def send(target: int, message: object) -> None:
    """Write one message to a descriptor, wholly."""
    view = memoryview(framed(message))
    while view:
        view = view[os.write(target, view) :]


def reply_channel() -> int:
    """Give the descriptor for replies; whatever else a worker prints goes to standard error from here on."""
    replies = os.dup(1)
    os.dup2(2, 1)
    return replies


def _exactly(source: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = os.read(source, count - len(data))
        if not part:
            return b""
        data += part
    return data

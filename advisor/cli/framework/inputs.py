"""What a command works on: the options that many share, answers, records, ledgers, what people state."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.bounded_read import MOST_BYTES, read_file
from advisor.cli.framework.options import DRAWS, SAVE, SEED, STATEMENT, OptionSpec, own_options
from advisor.cli.framework.output import emit, note, own_width, terminal_width
from advisor.errors import BadInput, nearest
from advisor.paths import own_packs
from advisor.text import WIDTH

if TYPE_CHECKING:
    from advisor.api import Inputs
    from advisor.interview.answers import Answers, Vocabulary
    from advisor.knowledge.catalog import Catalog
    from advisor.knowledge.pack import Knowledge
    from advisor.knowledge.parameters import Parameters
    from advisor.knowledge.questions import Question
    from advisor.record.ledger import Ledger
    from advisor.record.ledger_events import Act
    from advisor.record.signatures.statement import Statement

STANDARD_INPUT = "-"
_YES = {"true": True, "yes": True, "false": False, "no": False}


def today() -> date:
    """The day it is, in UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class SharedOptions:
    """What is said by the options that many commands take; one that a command does not take has its default."""

    as_of: date = field(default_factory=today)
    packs: tuple[Path, ...] = ()
    draws: int = DRAWS
    seed: int = SEED
    form: str = "text"
    output: Path | None = None
    records: Path = Path("records")
    quiet: bool = False

    @property
    def is_json(self) -> bool:
        """Whether the result is asked for as JSON."""
        return self.form == "json"

    @property
    def width(self) -> int:
        """Columns that the result may take."""
        return terminal_width() if self.output is None else WIDTH

    @property
    def lines_width(self) -> int:
        """Columns of a result that holds no table: those of a narrow terminal too."""
        return own_width() if self.output is None else WIDTH

    def emit(self, text: str | Iterable[str]) -> None:
        """Print a text or its lines, or write them to the file that is named; raises AdvisorError."""
        emit(text if isinstance(text, str) else "\n".join(text), self.output, quiet=self.quiet)

    def knowledge(self) -> Knowledge:
        """Our knowledge with the user's own packs and the named ones over it; names them on standard error."""
        from advisor.knowledge.load_pack import load_knowledge

        folders = [*own_packs(os.environ), *self.packs]
        knowledge = load_knowledge(folders)
        for pack, folder in zip(knowledge.packs, folders, strict=True):
            counts = f"adds {len(pack.adds)}, replaces {len(pack.replaces)}"
            note(f"with the pack {pack.name} {pack.version} ({counts}) from {folder}", quiet=self.quiet)
        return knowledge

    def figures(self) -> tuple[Catalog, Parameters]:
        """The catalog and the parameters of a day for sizing; the catalog holds models and accelerators alone.

        Where a pack is laid over ours, the whole knowledge is read and checked.
        """
        if self.packs or own_packs(os.environ):
            knowledge = self.knowledge()
            return knowledge.catalog, knowledge.parameters_at(self.as_of)
        from advisor.knowledge.load_catalog import shipped_figures

        return shipped_figures(self.as_of)

    def read(self, path: str) -> Inputs:
        """Read an answers file, or a decision record, which has its own day, packs, seed and draws; raises BadInput."""
        from advisor.api import Inputs
        from advisor.record.ledger import number_of

        if number_of(Path(path).name) and Path(path).is_file():
            from advisor.record.audit.replay import inputs_of

            return inputs_of(*found_record(path, Path(path).parent))
        knowledge = self.knowledge()
        answers = load_answers(path, knowledge, quiet=self.quiet)
        return Inputs(path, answers, knowledge, self.as_of, self.seed, self.draws)

    def ledger(self) -> Ledger:
        """The ledger in the folder of records; raises BadInput when no record lies there."""
        return ledger_at(self.records)

    def record(self, record: str) -> tuple[Ledger, int]:
        """A record by its number or file, and its ledger; raises BadInput."""
        return found_record(record, self.records)


def with_options(*options: OptionSpec) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add options to a click command; those of `SharedOptions` arrive together as `shared`, others by `parameter`."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_shared(*arguments: Any, **given: Any) -> Any:
            named = [option.parameter for option in options if option.parameter in SharedOptions.__slots__]
            shared = SharedOptions(**{name: given.pop(name) for name in named})
            return command(*arguments, shared=shared, **given)

        return own_options(*options)(with_shared)

    return add


def parameters_beside(given: Inputs, at: Parameters, name: str) -> Parameters:
    """Those that hold `name`: of what was decided, or of today's rules where a record is older than the parameter.

    For what follows a decision and is no part of it.
    """
    return at if name in at else SharedOptions(quiet=True).knowledge().parameters_at(max(given.as_of, today()))


def load_answers(path: str, knowledge: Knowledge, settings: Sequence[str] = (), *, quiet: bool = False) -> Answers:
    """Read one answers file, `-` standard input, and replace answers by `KEY=VALUE` settings.

    An answer to a question that another answer closes does not count, as in the interview, and is named on standard
    error. Raises BadInput naming the file, the key and what is allowed.
    """
    from advisor.interview.answers import read_answers, vocabulary
    from advisor.interview.reducer import without_closed

    known = vocabulary(knowledge)
    name = "standard input" if path == STANDARD_INPUT else path
    answers = read_answers(_bytes(path), name, known)
    for setting in settings:
        answers = _with_setting(answers, setting, known)
    counted, closed = without_closed(known.questions, answers)
    for key, by in closed:
        note(f"{name}: {_not_counted(key, by, answers, known)}", quiet=quiet)
    return counted


def _not_counted(key: str, by: Sequence[str], answers: Answers, known: Vocabulary) -> str:
    """Say that an answer is left out, of which question it is, and which answers close that."""
    from advisor.interview.answers import write_value

    closing = " and ".join(
        f"{each} = {json.dumps(write_value(answers.values[each], known.questions[each]))}" for each in by
    )
    return f'{key} is not counted: {closing} closes the question "{known.questions[key].text}"'


def _bytes(path: str) -> bytes:
    """At most one byte more than is allowed, so that a huge file is refused without being read."""
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise BadInput("standard input", "is closed", "name an answers file")
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    return read_file(path, follow=True)


def _with_setting(answers: Answers, setting: str, known: Vocabulary) -> Answers:
    from advisor.interview.answers import UNKNOWN, read_value

    key, is_set, text = (part.strip() for part in setting.partition("="))
    if not is_set or not text:
        raise BadInput("--set", f"{setting!r} has no value", "write KEY=VALUE, such as data.boundary=vpc")
    if key == "questionnaire":
        if text not in known.ids["questionnaires"]:
            raise BadInput(
                "--set questionnaire", f"no questionnaire {text!r}", nearest(text, known.ids["questionnaires"])
            )
        return replace(answers, questionnaire=text)
    if key not in known.questions:
        raise BadInput(f"--set {key}", "no such key", nearest(key, known.questions))
    text = text.strip("\"'")  # as an answers file would hold it
    if text == UNKNOWN:
        return replace(answers.drop(key), passed=answers.passed | {key})
    value = read_value(_typed(text, known.questions[key]), known.questions[key], f"--set {key}", known.ids)
    return answers if value is None else answers.put(key, value)


def _typed(text: str, question: Question) -> Any:
    """A setting's text as an answers file would hold it: a bool, a list of choices, or the text itself."""
    if question.kind == "bool":
        return _YES.get(text.lower(), text)
    if question.kind in ("choices", "models"):
        items = (item.strip().strip("\"'") for item in text.removeprefix("[").removesuffix("]").split(","))
        return [item for item in items if item]
    return text


# Records and ledgers that the commands on a ledger are given.


def act(number: int, by: str, because: str, role: str = "") -> Act:
    """Who does what about which record, now."""
    from advisor.record.ledger_events import Act

    return Act(number, by, because, datetime.now(UTC), role)


def ledger_at(directory: Path, todo: str = "name the ledger with --records") -> Ledger:
    """The ledger in a directory; raises BadInput when no record lies there."""
    from advisor.record.ledger import Ledger

    ledger = Ledger(directory)
    if not ledger.numbers():
        raise BadInput(str(directory), "holds no records", f"{todo}{_elsewhere()}")
    return ledger


def _elsewhere() -> str:
    """Where the interface saved records, if it did: not where the commands look by default."""
    from advisor.cli.locate import records_place

    place = records_place()
    return f"; the interface saves in {place}" if place.is_dir() else ""


def found_record(record: str, directory: Path) -> tuple[Ledger, int]:
    """A record by its number in the ledger, or by its path (then its own directory is the ledger)."""
    from advisor.record.ledger import number_of

    if record.isdecimal():
        number = int(record)
    else:
        number = number_of(Path(record).name)
        directory = Path(record).parent if number else directory
    ledger = ledger_at(directory)
    if number not in ledger.numbers():
        todo = f"numbers {min(ledger.numbers())} to {max(ledger.numbers())}; see: advisor records list"
        raise BadInput(record, f"is not a record of {directory}", todo)
    return ledger, number


# What people add to an assessment when they record it, from the options of `assess --save`.


_MEASURED = "measured log"


def refuse_without_save(given: Mapping[str, Any]) -> None:
    """Refuse words meant for a record where none is saved, for they would be lost in silence."""
    for option in STATEMENT:
        if given[option.parameter]:
            raise BadInput(option.name, f"requires {SAVE.name}")


def statement_of(given: Mapping[str, Any], path: str, answers: Answers, today: date) -> Statement:
    """What is stated of one answers file; raises BadInput before anything is assessed or written."""
    from advisor.record.signatures.statement import Statement, checked_text, read_review_day

    texts = {name: checked_text(given[name], f"--{name}") for name in ("title", "reason", "confirmation")}
    return Statement(
        title=texts["title"],
        rationale=texts["reason"],
        confirmation=texts["confirmation"],
        review_by=read_review_day(given["review_by"], today, "--review-by"),
        retain_until=read_review_day(given["retain_until"], today, "--retain-until"),
        deciders=tuple(checked_text(name, "--decider") for name in given["deciders"]),
        origins=dict.fromkeys(_answered(given["measured"], path, answers), _MEASURED),
    )


def _answered(keys: tuple[str, ...], path: str, answers: Answers) -> tuple[str, ...]:
    from difflib import get_close_matches

    for key in keys:
        if key not in answers.values:
            near = get_close_matches(key, answers.values, 1)
            raise BadInput(
                f"--measured {key}", f"is not answered in {path}", f"did you mean {near[0]}?" if near else ""
            )
    return keys

"""The start: interviews to go on with, to name and to delete, and what can be begun, from a file or an example too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.bounded_read import read_file
from advisor.errors import AdvisorError, sentence_of
from advisor.interview.choices import ASKED, SHORTEST, StartChoice, start_choices
from advisor.interview.session import UNNAMED, Unfinished, delete_session, rename_session, unfinished
from advisor.tui.widgets.form_screen import Field, Form, NameScreen, OneFieldScreen
from advisor.tui.widgets.menu import MenuItem, MenuScreen
from advisor.tui.widgets.styled_text import BLANK, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from advisor.interview.answers import Vocabulary
    from advisor.knowledge.questions import Questionnaire

    Chosen = Callable[[str], None]


TITLE = "Where should this workload's inference run?"
SHOWN = 3
"""Rows for interviews to go on with; where more wait, the last row lists all."""
RESUME = "resume:"
GO_ON = "Go on"


def start_items(
    questionnaires: Mapping[str, Questionnaire], waiting: Sequence[Unfinished], now: datetime
) -> list[MenuItem]:
    """Offer what can be resumed, then what can be begun; an interview in which nothing was said is not missed."""
    begun = _begun(waiting)
    shown = begun if len(begun) <= SHOWN else begun[: SHOWN - 1]
    resumes = [_resume(one, now, questionnaires) for one in shown]
    if len(begun) > len(shown):
        about = "Every interview without a record: go on, name one, delete one."
        resumes.append(MenuItem("interviews:", f"All {len(begun)} interviews", "", about, GO_ON))
    begins = [_begin(choice) for choice in start_choices(questionnaires)]
    others = (
        MenuItem("open:", "File or example", "answers or a record", "Begin with answers that are written already.",
                 "New interview"),
        MenuItem("portfolio:", "Portfolio", "a file",
                 "Many workloads, one fleet and team: what they cost least together.", "Decisions"),
        MenuItem("records:", "Records", "ctrl+r", "Open, find and verify the decisions that were saved.", "Decisions"),
    )  # fmt: skip
    return [*resumes, *begins, *others]


def _begun(waiting: Sequence[Unfinished]) -> list[Unfinished]:
    return [one for one in waiting if not one.empty]


def _resume(one: Unfinished, now: datetime, questionnaires: Mapping[str, Questionnaire]) -> MenuItem:
    sheet = questionnaires.get(one.questionnaire)
    about = _about(one, sheet.title if sheet else one.questionnaire)
    return MenuItem(f"{RESUME}{one.path.name}", one.name, _when(one, now), about, GO_ON)


def _begin(choice: StartChoice) -> MenuItem:
    sheet = choice.questionnaire
    count = len(sheet.keys)
    if choice.by_what_matters:
        return MenuItem(f"matters:{sheet.id}", SHORTEST, "stops by itself", f"{ASKED} {count}.", "New interview")
    side = f"{count} questions · {sheet.minutes} min"
    return MenuItem(f"new:{sheet.id}", sheet.title, side, sheet.about, "New interview")


def _about(one: Unfinished, questionnaire: str) -> str:
    return f"{questionnaire} · {one.answered} answered" + (f" · open in {one.holder}" if one.holder else "")


def _when(one: Unfinished, now: datetime) -> str:
    return "open elsewhere" if one.holder else f"{_ago(now - one.touched)} ago"


def _ago(age: timedelta) -> str:
    seconds = age.total_seconds()
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}" + ("s" if count > 1 else "")
    return "a moment"


class InterviewMenu(MenuScreen):
    """A menu that has interviews in it: the selected one can be named and deleted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "name", "Name the selected interview", show=False),
        Binding("d", "delete", "Delete the selected interview; asks first", show=False),
    ]

    def __init__(
        self,
        sessions: Path,
        questionnaires: Mapping[str, Questionnaire],
        vocabulary: Vocabulary,
        choose: Chosen,
        *,
        is_root: bool = True,
    ) -> None:
        self._sessions, self._questionnaires, self._vocabulary = sessions, questionnaires, vocabulary
        title = "inference advisor" if is_root else "Interviews without a record"
        self._lists_all = not is_root
        head = [line("  ", TITLE), BLANK] if is_root else []
        super().__init__(title, self._items(), choose, head=head, is_root=is_root, is_found_by_typing=False)

    def _items(self) -> list[MenuItem]:
        waiting, now = unfinished(self._sessions), datetime.now(UTC)
        if self._lists_all:
            return [_resume(one, now, self._questionnaires)._replace(group="") for one in _begun(waiting)]
        return start_items(self._questionnaires, waiting, now)

    @property
    def _session(self) -> Path | None:
        """The selected interview; None where something else is selected."""
        item = self._menu.selected
        is_one = item is not None and item.id.startswith(RESUME)
        return self._sessions / item.id.removeprefix(RESUME) if item is not None and is_one else None

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """What can be done with the selected interview."""
        return (("n", "name"), ("d", "delete")) if self._session is not None else ()

    def on_screen_resume(self) -> None:
        """Show what was named or deleted meanwhile."""
        if self.stack_updates and self.can_be_drawn:  # the first time, everything was drawn just now
            self._list_again()

    def _list_again(self) -> None:
        self.replace_items(self._items())
        self.redraw()

    def action_name(self) -> None:
        """Ask for a name of the selected interview."""
        if self._session is not None and self._menu.selected is not None:
            known = "" if self._menu.selected.title == UNNAMED else self._menu.selected.title
            keep = partial(rename_session, self._session, self._questionnaires, self._vocabulary)
            self.app.push_screen(NameInterviewScreen(known, keep))

    def action_delete(self) -> None:
        """Ask whether the selected interview is to be deleted."""
        session, item = self._session, self._menu.selected
        if session is None or item is None:
            return
        head = [
            line("  ", f"{item.title} · {item.about} · {item.side}"),
            *wrapped("Its answers and variants are gone then. Records that were saved stay.", self.columns, "  "),
            BLANK,
        ]
        items = [MenuItem("keep", "Keep it"), MenuItem("delete", "Delete this interview")]

        def act(chosen: str) -> None:
            if chosen == "delete":
                self._delete(session)

        self.app.push_screen(MenuScreen("Delete this interview?", items, act, head=head))

    def _delete(self, session: Path) -> None:
        try:
            delete_session(session)
        except (AdvisorError, OSError) as error:
            self.app.notify(sentence_of(error), severity="error", timeout=20)
        self._list_again()


OPEN_FILE = "file:"
FILE = Field(
    "file", "file", "An answers file in TOML, or a decision's record. The file is kept as it is.", required=True
)
NAME = Field("name", "name", "Lowercase letters, digits and hyphens, as clinical-notes.", required=True)


class OpenFileScreen(OneFieldScreen):
    """Asks for the answers file or record to begin an interview with."""

    def __init__(self, begin: Callable[[Path], None]) -> None:
        super().__init__("Begin from a file", Form((FILE,), {}, "Begin the interview"))
        self._begin = begin

    def help(self) -> str:
        """Name the command that does the same."""
        return "The same in a shell: advisor ask FILE. With a record of the ledger: ctrl+r, enter on it, and c."

    def submit(self) -> None:
        """Begin, where there is such a file."""
        path = Path(self.form.values["file"]).expanduser()
        if not path.is_file():
            self.refuse(f"{path}: there is no such file.")
            return
        try:
            self._begin(path)
        except (AdvisorError, OSError) as error:
            self.refuse(sentence_of(error))


class NameInterviewScreen(NameScreen):
    """Asks what to call the workload of an interview."""

    def __init__(self, known: str, keep: Callable[[str], None]) -> None:
        super().__init__("Name this interview", NAME, known, keep)

    def help(self) -> str:
        """Say what the name is for."""
        return "The workload is called so in the list, in the verdict and in the record."


def file_items(examples: Path) -> list[MenuItem]:
    """Offer a file of one's own, and each example by what its first lines say of it."""
    own = MenuItem(OPEN_FILE, "A file of your own", "answers or a record", "Type where it is.")
    return [own, *(_example(path) for path in sorted(examples.glob("*.toml")))]


def _example(path: Path) -> MenuItem:
    lines = read_file(path).decode("utf-8").splitlines()
    told = [text.removeprefix("# ") for text in lines if text.startswith("# ")]
    return MenuItem(str(path), path.stem, "", " ".join(told[:2]), "Examples to try")

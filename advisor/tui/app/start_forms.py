"""What an interview may begin from besides its first question: a file of one's own, or an example."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from advisor.bounded_read import read_file
from advisor.errors import AdvisorError, sentence_of
from advisor.tui.widgets.form_screen import Field, Form, NameScreen, OneFieldScreen
from advisor.tui.widgets.menu import MenuItem

if TYPE_CHECKING:
    from collections.abc import Callable

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

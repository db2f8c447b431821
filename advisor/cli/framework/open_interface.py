"""Open the interface, or prompts where the terminal is too plain for it. Imports nothing heavy by itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from advisor.errors import BadInput, nearest
from advisor.interview.answers import Vocabulary
from advisor.knowledge.questions import load_ids, load_questions
from advisor.paths import data_directory, own_packs, records_directory, sessions_directory, settings_path
from advisor.tui.settings import LaunchOptions, describe_terminal, escape_delay_ms, read_settings


def open_interface(
    questionnaire: str = "",
    *,
    plain: bool = False,
    resume: bool = False,
    records: str = "",
    packs: Sequence[Path] = (),
    mouse: bool = True,
    by_what_matters: bool = False,
    as_of: str = "",
    portfolio: Path | None = None,
) -> int:
    """Ask the questions and return an exit status; raises BadInput for an option or a setting that is not allowed."""
    if as_of:
        from advisor.decision.compiled import set_interview_day

        set_interview_day(as_of)
    questions, questionnaires = load_questions(data_directory("questionnaires"))
    settings = read_settings(settings_path(os.environ), questionnaires)
    if questionnaire and questionnaire not in questionnaires:
        raise BadInput("--questionnaire", f"no questionnaire {questionnaire!r}", nearest(questionnaire, questionnaires))
    laid = (*own_packs(os.environ), *packs)
    vocabulary = Vocabulary(questions, CatalogIds(laid, tuple(questionnaires)))
    terminal = describe_terminal(os.environ)
    named = records or settings.records
    directory = Path(named) if named else records_directory(os.environ)
    questionnaire = questionnaire or ("" if resume or portfolio is not None else settings.questionnaire)
    if by_what_matters and not (questionnaire or resume):
        from advisor.interview.choices import WHOLE

        questionnaire = WHOLE
    sessions = sessions_directory(os.environ)
    if portfolio is not None and (terminal.dumb or not _on_a_terminal()):
        raise BadInput(
            "--interactive", "needs a terminal that can show a table", "leave it out, and the answer is printed"
        )
    if plain or terminal.dumb or not _on_a_terminal():
        from advisor.plain.prompts import ask_plainly

        folders = sessions, directory
        return ask_plainly(vocabulary, questionnaires, questionnaire, folders, resume, laid, by_what_matters)
    for known in ("COLUMNS", "LINES", "NO_COLOR"):
        os.environ.pop(known, None)  # the terminal knows its size, and colors are seen to by the theme
    os.environ.setdefault("ESCDELAY", str(escape_delay_ms(os.environ)))  # read once, when textual is imported
    from advisor.tui.app import AdvisorApp

    at = (terminal, questionnaire, resume, laid, settings, by_what_matters, portfolio)
    options = LaunchOptions(vocabulary, questionnaires, sessions, directory, *at)
    app = AdvisorApp(options)
    try:
        return app.run(mouse=mouse and settings.mouse) or 0
    finally:
        app.close_interview()


class CatalogIds(Mapping[str, tuple[str, ...]]):
    """The ids that answers may name, of our catalog and of the packs laid over it; raises BadInput.

    Ours alone are read when the first question asks for them: no first page does.
    """

    def __init__(self, packs: Sequence[Path], questionnaires: tuple[str, ...]) -> None:
        for pack in packs:
            if not (pack / "rules" / "pack.toml").is_file():
                raise BadInput("--rules", f"{pack} is not a rule pack", "name a folder that holds rules/pack.toml")
        self._homes = (data_directory("rules"), *(pack / "rules" for pack in packs))
        self._questionnaires = questionnaires
        if packs:  # whose errors are reported before anything is painted
            len(self)

    @cached_property
    def _tables(self) -> dict[str, tuple[str, ...]]:
        found = [load_ids(home / "catalog") for home in self._homes]
        merged = {table: tuple(dict.fromkeys(name for ids in found for name in ids[table])) for table in found[0]}
        return {**merged, "questionnaires": self._questionnaires}

    def __getitem__(self, table: str) -> tuple[str, ...]:
        return self._tables[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def _on_a_terminal() -> bool:
    """Refuse a stdin that is not a terminal: the interface would spin on it."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout is not None and sys.stdout.isatty()

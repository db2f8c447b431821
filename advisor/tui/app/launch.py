"""What the interface is opened with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.tui.app.settings import DEFAULT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from advisor.interview.answers import Vocabulary
    from advisor.knowledge.questions import Questionnaire
    from advisor.tui.app.settings import Settings
    from advisor.tui.app.terminal import Terminal


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """What the interface is opened with: the questions, the folders, and what this terminal can show."""

    vocabulary: Vocabulary
    questionnaires: Mapping[str, Questionnaire]
    sessions: Path
    records: Path
    terminal: Terminal
    questionnaire: str = ""
    resume: bool = False
    packs: tuple[Path, ...] = ()
    settings: Settings = DEFAULT_SETTINGS
    by_what_matters: bool = False
